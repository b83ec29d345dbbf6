"""Make the model folder from a pre-training run: weights, tokenizer, manifest and card.

    python -m t2s_pipeline.nano.export --run runs/nano [--to t2s_pipeline/nano/model] [--note "..."]

Works on a run that still goes on (its last checkpoint is taken). The folder is written beside its place and
renamed there, so a reader never sees half of it. The card's figures are measured here, on the exported
weights as `from_pretrained` gives them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from t2s_pipeline.nano import MODEL_DIR
from t2s_pipeline.nano.corpus import corpus_fingerprint
from t2s_pipeline.nano.measure import HeldOut, held_out, measure
from t2s_pipeline.nano.model import save_model
from t2s_pipeline.nano.pretrain import Run
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.prompts.templates import INITIAL_TEMPLATES, Detail, repair_templates, templates_fingerprint

_CARD = Path(__file__).parent / "model_card.txt"


def export(run_folder: Path, target: Path, examples: int, note: str = "") -> dict[str, Any]:
    """Write the model folder and return its manifest, in which `note` is what a reader should know of this run.

    Raises FileNotFoundError for a run without checkpoint.
    """
    if not (run_folder / "checkpoint.pt").is_file():
        raise FileNotFoundError(f"{run_folder}/checkpoint.pt: no checkpoint; start nano.pretrain --out {run_folder}")
    run = Run(run_folder, seconds=0.0, seed=0)
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    save_model(run.model.state_dict(), run.tokenizer, draft)
    figures = _figures(draft, examples)
    manifest = _manifest(run, figures) | {"note": note}
    (draft / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    (draft / "README.md").write_text(_card(manifest), encoding="utf-8")
    if target.exists():
        shutil.rmtree(target)
    draft.rename(target)
    return manifest


def _figures(folder: Path, examples: int) -> dict[str, HeldOut]:
    from transformers import AutoModelForCausalLM

    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), load_chat_tokenizer(folder)
    model.eval()
    return {
        "first_turn": measure(model, tokenizer, held_out(examples, repairs=False)),
        "repair": measure(model, tokenizer, held_out(examples // 4, repairs=True)),
    }


def _manifest(run: Run, figures: dict[str, HeldOut]) -> dict[str, Any]:
    names = {*INITIAL_TEMPLATES, *repair_templates(Detail.MINIMAL)}
    packages = ("torch", "transformers", "tokenizers")
    return {
        "parameters": sum(p.numel() for p in run.model.parameters()),
        "seed": run.seed,
        "training": asdict(run.progress),
        "corpus_fingerprint": corpus_fingerprint(run.seed),
        "templates_fingerprint": templates_fingerprint(names),
        "held_out_schemas": {
            name: {"total": f.total, "exact": f.exact, "executable": f.executable} for name, f in figures.items()
        },
        "hardware": f"{platform.machine()}, {os.cpu_count()} shared cores, no accelerator",
        "versions": {"python": platform.python_version(), **{name: version(name) for name in packages}},
    }


def _card(manifest: dict[str, Any]) -> str:
    first, repair = manifest["held_out_schemas"]["first_turn"], manifest["held_out_schemas"]["repair"]
    training = manifest["training"]
    return _CARD.read_text(encoding="utf-8").format(
        parameters=f"{manifest['parameters'] / 1e6:.1f}",
        minutes=round(training["seconds"] / 60),
        tokens=f"{training['tokens'] / 1e6:.1f}",
        examples=f"{training['examples']:,}",
        hardware=manifest["hardware"],
        first_exact=_share(first["exact"], first["total"]),
        first_executable=_share(first["executable"], first["total"]),
        repair_exact=_share(repair["exact"], repair["total"]),
        repair_executable=_share(repair["executable"], repair["total"]),
        note=f"\n{manifest['note']}\n" if manifest["note"] else "",
    )


def _share(count: int, total: int) -> str:
    return f"{count} of {total} ({100 * count / total:.1f} %)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="the folder of a pre-training run")
    parser.add_argument("--to", type=Path, default=MODEL_DIR)
    parser.add_argument("--examples", type=int, default=500, help="held-out first turns to measure on")
    parser.add_argument("--note", default="", help="a remark on this run, for manifest and card")
    arguments = parser.parse_args()
    print(json.dumps(export(arguments.run, arguments.to, arguments.examples, arguments.note), indent=2))


if __name__ == "__main__":
    main()
