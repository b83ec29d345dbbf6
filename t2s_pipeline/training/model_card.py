"""The model card of an adapter (`model_card.md`): what it is, of what, under which licences, with which limits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.data_licences import data_licence

if TYPE_CHECKING:
    from t2s_pipeline.training.adapters import AdapterManifest

TEMPLATE = Path(__file__).with_suffix(".md")

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
"""What hubs take as the name of a base model; a card with another is refused."""
_EVALUATED = "{rows} rows of other databases of the train split were held out to evaluate it."
_BASE_LICENCES = {
    # Of the Qwen2.5 family the 3B sizes alone are not for commercial use; the longest fitting beginning decides.
    "builtin:nano": "Apache-2.0, as this project.",
    "Qwen2.5-": "Apache-2.0 in most sizes; see the model's own page.",
    "Qwen2.5-3B": "Qwen Research License: no commercial use.",
    "Qwen2.5-Coder-": "Apache-2.0 in all sizes but 3B.",
    "Qwen2.5-Coder-3B": "Qwen Research License: no commercial use.",
}
_SEEN = {
    "builtin:nano": "The base model was trained from scratch by this project, on nothing of Spider's.",
    "Qwen2.5-": "The base model has seen Spider's training set in its own training.",
}
_UNKNOWN_SEEN = (
    "The base model may have seen the questions and queries of public data sets in its own training, those of Spider's "
    "training set among them."
)
_LORA = {"library": "peft", "tag": "lora", "kind": "LoRA adapter"}
_WHOLE = {"library": "transformers", "tag": "full-weights", "kind": "Model"}
_UNKNOWN_BASE = "not known to this project; see the model's own page."


def model_card(manifest: AdapterManifest) -> str:
    """The card as Markdown; equal manifests give equal cards but for times, which it does not show."""
    data = [data_licence(manifest.dataset_kinds.get(name, name), name).text for name in manifest.datasets]
    return TEMPLATE.read_text(encoding="utf-8").format(
        base_model=manifest.base_model,
        base_line=f"\nbase_model: {manifest.base_model}" if _HUB_ID.fullmatch(manifest.base_model) else "",
        method=manifest.method,
        **(_WHOLE if manifest.hyperparameters.get("weights") == "full" else _LORA),
        digest=manifest.digest,
        training_rows=manifest.training_rows,
        skipped_rows=manifest.skipped_rows,
        start=f"the adapter {manifest.init_digest}" if manifest.init_digest else "the base model",
        evaluated=_EVALUATED.format(rows=manifest.evaluation_rows) if manifest.evaluation_rows else "",
        seen=_of_beginning(_SEEN, manifest.base_model, _UNKNOWN_SEEN),
        base_licence=_of_beginning(_BASE_LICENCES, manifest.base_model, _UNKNOWN_BASE),
        data_licences=" ".join(data),
    )


def _of_beginning(table: dict[str, str], base_model: str, otherwise: str) -> str:
    """The entry under the longest beginning of the model's name."""
    name = base_model.rpartition("/")[2]
    fitting = [beginning for beginning in table if name.startswith(beginning)]
    return table[max(fitting, key=len)] if fitting else otherwise
