"""An adapter merged into its base: one folder of full weights (safetensors), for engines that take no adapters.

    folder = merge_adapter(adapter_folder, digest, base_folder, fingerprint, "bfloat16", data)

The folder is `<data>/merged/<digest>_<number format>`, whole or not there: weights, configuration, tokenizer, the
base's licence where it has one, and `merge.json`, which says what it was made of. It is a model as any other: `path` of
a `[models.*]`. Weights are added in float32 and rounded once, to the number format asked for; in float32 the merged
model's greedy answers are those of base and adapter, in 16 bits a near tie can fall the other way.
"""

from __future__ import annotations

import json
import shutil
import uuid
from pathlib import Path
from typing import Literal

from t2s_pipeline.files import TEMPORARY
from t2s_pipeline.training.adapters import AdapterError, copy_from_base, is_whole_model, verify_adapter

MANIFEST = "merge.json"
NumberFormat = Literal["float32", "bfloat16", "float16"]


def merge_adapter(
    adapter: Path, digest: str, base: Path, fingerprint: str, number_format: NumberFormat, data: Path
) -> Path:
    """Merge the published adapter with this digest into the model in `base` (of this fingerprint); returns the folder.

    What is there already is not made again. Raises AdapterError where the adapter is not there, or is of another base.
    """
    manifest = verify_adapter(adapter, digest)
    if manifest.model_fingerprint != fingerprint:
        raise AdapterError(
            f"{adapter}: adapter {digest} was trained on another {manifest.base_model} than the one in {base}: name "
            "the model and revision that it was trained on"
        )
    if is_whole_model(adapter):
        raise AdapterError(f"{adapter}: all weights were trained, there is nothing to merge: the folder is a model")
    target = Path(data) / "merged" / f"{digest}_{number_format}"
    if (target / MANIFEST).is_file():
        return target
    temporary = target.parent / f"{TEMPORARY}{uuid.uuid4().hex}"
    temporary.mkdir(parents=True)
    try:
        _write_weights(adapter, base, number_format, temporary)
        copy_from_base(base, temporary)
        made_of = {"adapter": digest, "base_model": manifest.base_model, "base_fingerprint": fingerprint}
        (temporary / MANIFEST).write_text(json.dumps(made_of | {"number_format": number_format}, indent=2) + "\n")
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _write_weights(adapter: Path, base: Path, number_format: NumberFormat, target: Path) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        base, dtype=torch.float32, local_files_only=True, trust_remote_code=False
    )
    merged = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
    merged.to(getattr(torch, number_format)).save_pretrained(str(target), safe_serialization=True)
