"""Make the model folder from a pre-training run: weights, tokenizer, manifest and card.

    python -m t2s_pipeline.nano.export --run runs/nano_cooled --to t2s_pipeline/nano/model [--note "..."]

Works on a run that still goes on (its last checkpoint is taken). The folder is written beside its place and
renamed there, so a reader never sees half of it. The card's figures are measured here, on the exported
weights as `from_pretrained` gives them; figures on data sets are measured elsewhere and come in by the note.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from t2s_pipeline.nano.card import card
from t2s_pipeline.nano.corpus import corpus_fingerprint
from t2s_pipeline.nano.measure import held_out, measure
from t2s_pipeline.nano.mistakes import mistaken_schemas
from t2s_pipeline.nano.model import save_model
from t2s_pipeline.nano.run import Run, read_checkpoint
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.prompts.templates import (
    Detail,
    PromptStyle,
    initial_templates,
    repair_templates,
    templates_fingerprint,
)

COUNTS = {"first_turn": 400, "repair": 200, "held_out_skeletons": 200, "thought": 200}
"""How many held-out conversations of each kind the card's figures are measured on."""


def export(run_folder: Path, target: Path, counts: Mapping[str, int] = COUNTS, note: str = "") -> dict[str, Any]:
    """Write the model folder and return its manifest, in which `note` is what a reader should know of this run.

    Raises FileNotFoundError for a run without checkpoint.
    """
    read_checkpoint(run_folder)
    run = Run(run_folder)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    save_model(run.model.state_dict(), run.tokenizer, run.settings.shape, draft)
    manifest = _manifest(run, _figures(draft, counts)) | {"note": note}
    (draft / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    (draft / "README.md").write_text(card(manifest), encoding="utf-8")
    if target.exists():
        shutil.rmtree(target)
    draft.rename(target)
    return manifest


def _figures(folder: Path, counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    from transformers import AutoModelForCausalLM

    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), load_chat_tokenizer(folder)
    model.eval()
    return {kind: measure(model, tokenizer, held_out(count, kind)).counts() for kind, count in counts.items()}


def _manifest(run: Run, figures: dict[str, dict[str, int]]) -> dict[str, Any]:
    names = {*initial_templates(), *initial_templates(PromptStyle.FINER), *repair_templates(Detail.MINIMAL)}
    packages = ("torch", "transformers", "tokenizers")
    return {
        "parameters": sum(p.numel() for p in run.model.parameters()),
        "settings": asdict(run.settings),
        "training": asdict(run.progress),
        "mistaken_schemas": mistaken_schemas(run.folder),
        "corpus_fingerprint": corpus_fingerprint(run.settings.seed),
        "templates_fingerprint": templates_fingerprint(names),
        "held_out": figures,
        "curves": run.curves(),
        "hardware": f"{platform.machine()}, {os.cpu_count()} shared cores, no accelerator",
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder of a pre-training run")
    parser.add_argument("--to", type=Path, required=True, help="the model folder; one that is there is replaced")
    parser.add_argument("--note", default="", help="a remark on this run, for manifest and card")
    arguments = parser.parse_args()
    print(json.dumps(export(arguments.run, arguments.to, note=arguments.note), indent=2))


if __name__ == "__main__":
    main()
