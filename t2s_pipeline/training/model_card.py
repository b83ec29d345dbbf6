"""The model card of an adapter (`model_card.md`): what it is, of what, under which licences, with which limits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.data_licences import data_licence

if TYPE_CHECKING:
    from t2s_pipeline.training.adapters import AdapterManifest

TEMPLATE = Path(__file__).with_suffix(".md")

_BASE_LICENCES = {
    # Of the Qwen2.5 family the 3B sizes alone are not for commercial use; the longest fitting beginning decides.
    "builtin:nano": "Apache-2.0, as this project.",
    "Qwen2.5-": "Apache-2.0 in most sizes; see the model's own page.",
    "Qwen2.5-3B": "Qwen Research License: no commercial use.",
    "Qwen2.5-Coder-": "Apache-2.0 in all sizes but 3B.",
    "Qwen2.5-Coder-3B": "Qwen Research License: no commercial use.",
}
_UNKNOWN_BASE = "not known to this project; see the model's own page."


def model_card(manifest: AdapterManifest) -> str:
    """The card as Markdown; equal manifests give equal cards but for times, which it does not show."""
    # By the data set's name in the configuration: all that the rows of a training job say of where they are from.
    data = [data_licence(name, name).text for name in manifest.datasets]
    return TEMPLATE.read_text(encoding="utf-8").format(
        base_model=manifest.base_model,
        method=manifest.method,
        digest=manifest.digest,
        training_rows=manifest.training_rows,
        skipped_rows=manifest.skipped_rows,
        start=f"the adapter {manifest.init_digest}" if manifest.init_digest else "the base model",
        base_licence=_base_licence(manifest.base_model),
        data_licences=" ".join(data),
    )


def _base_licence(base_model: str) -> str:
    name = base_model.rpartition("/")[2]
    fitting = [beginning for beginning in _BASE_LICENCES if name.startswith(beginning)]
    return _BASE_LICENCES[max(fitting, key=len)] if fitting else _UNKNOWN_BASE
