"""A LoRA adapter as vLLM takes it: read here, before vLLM, which applies in silence what of it fits.

    lora = read_lora(adapter_folder, digest, model_folder)      # its rank; GenerationError where vLLM could not hold it

Only the headers of the weight files are read, without torch. What vLLM takes otherwise than peft is refused: weights
missing or of another shape, ranks or scalings of single modules, DoRA, biases, whole modules saved beside it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.weight_files import weight_shapes

_PREFIX = "base_model.model."
_OTHERWISE = (
    "rank_pattern",
    "alpha_pattern",
    "use_dora",
    "modules_to_save",
    "lora_bias",
    "target_parameters",
    "trainable_token_indices",
)
_ONLY_SOME = ("layers_to_transform", "exclude_modules")
"""Settings by which an adapter has weights for some of its target modules alone."""
_ID_BITS = 31


@dataclass(frozen=True)
class Lora:
    """An adapter that fits its base model. `digest` is its identity."""

    digest: str
    folder: str
    rank: int

    @property
    def request_id(self) -> int:
        """The number that vLLM knows it by, the same wherever it is asked: vLLM keeps 32 bits of it."""
        return int(self.digest[:16], 16) % (2**_ID_BITS - 1) + 1


def read_lora(folder: Path, digest: str, model: Path) -> Lora:
    """The adapter of a folder, for the base model of another. Raises GenerationError naming what does not fit."""
    settings = _settings(folder / "adapter_config.json")
    other = [name for name in _OTHERWISE if settings.get(name)]
    if other or settings.get("bias", "none") != "none" or settings.get("peft_type") != "LORA":
        raise GenerationError(
            f"{folder}: vLLM would not apply {', '.join(other) or 'this kind of adapter'} as it was trained: ask hf"
        )
    found = _weights(folder / "adapter_model.safetensors")
    base = {
        name.removesuffix(".weight"): shape
        for file in sorted(model.glob("*.safetensors"))
        for name, shape in _weights(file).items()
        if name.endswith(".weight")
    }
    expected = {}
    for module in filter(lambda name: _targeted(name, settings), base):
        rows, columns = base[module]
        expected[f"{_PREFIX}{module}.lora_A.weight"] = [settings["r"], columns]
        expected[f"{_PREFIX}{module}.lora_B.weight"] = [rows, settings["r"]]
    part = any(settings.get(name) for name in _ONLY_SOME)
    names = found.keys() if part else expected.keys() | found.keys()
    misfits = sorted(name for name in names if expected.get(name) != found.get(name))
    if misfits or not found:
        raise GenerationError(
            f"{folder}: the adapter does not fit {model}: {len(misfits)} weights are missing, have no place or are of "
            f"another shape, {misfits[0] if misfits else 'all of them'} among them"
        )
    return Lora(digest, str(folder.absolute()), settings["r"])


def _targeted(module: str, settings: Mapping[str, Any]) -> bool:
    """Whether peft puts the adapter on this module."""
    targets = settings.get("target_modules") or []
    if isinstance(targets, str):
        return re.fullmatch(targets, module) is not None
    return any(module == target or module.endswith(f".{target}") for target in targets)


def _settings(file: Path) -> dict[str, Any]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GenerationError(f"{file}: {error}: no adapter in this folder; train it again") from error


def _weights(file: Path) -> dict[str, list[int]]:
    """Shape of each tensor of a safetensors file."""
    try:
        return weight_shapes(file)
    except (OSError, ValueError) as error:
        raise GenerationError(f"{file}: not a safetensors file ({error}): train or fetch it again") from error
