"""The data card of an exported folder (`data_card.md`): its parts as `datasets` finds them, its origin, its licence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.data_licences import data_licence
from t2s_pipeline.export.source import TRAIN, Pairs, Rollout

TEMPLATE = Path(__file__).with_name("data_card.md")
CONTENTS = {
    "preferences.jsonl": "preference pairs, as TRL's trainers take them: messages of prompt, chosen, rejected",
    "dpo_pairs.json": "the same pairs as the execution-guided reference's tools read them",
    "grpo_rollouts.jsonl": "completions, each with the prompt that it answers and the terms of its reward",
    "trajectories.jsonl": "questions with all their candidates and verdicts",
    "predictions.json": "the answers of all input rows, as BIRD's evaluator takes them",
}
"""The files of rows, and what each is."""
_LOADED = ("preferences.jsonl", "grpo_rollouts.jsonl")
"""Those that `datasets` loads, under the names of the files; the first that is there is its default."""

_EVALUATION = "\n\nThis rollout is over an evaluation split: measure by it, do not train on it."
_EVALUATION_PAIRS = "\n\nSome pairs are of an evaluation split (`not_for_training`): do not train on them."


def data_card(config: ExperimentConfig, rollout: Rollout, pairs: Pairs | None, lines: Mapping[str, int]) -> str:
    """The card as Markdown; `lines` has the number of rows of each file that was written."""
    settings = rollout.settings
    own = config.train.dataset if settings["split"] == TRAIN else config.evaluation.dataset
    names = dict.fromkeys([own, *([config.train.dataset] if pairs else [])])
    licences = [data_licence(config.datasets[name].kind, name) for name in names]
    model = f"model `{settings['model']}`" + (f" with adapter `{settings['adapter']}`" if settings["adapter"] else "")
    kept = f" The pairs are those that recipe `{pairs.recipe}` kept of the train rollouts." if pairs else ""
    return TEMPLATE.read_text(encoding="utf-8").format(
        title=f"Text-to-SQL rollouts of {config.name}, {rollout.name}",
        licence=f"[{', '.join(dict.fromkeys(licence.identifier for licence in licences))}]",
        data=" ".join(licence.text for licence in licences),
        configs="\n".join(_configs(lines)),
        files="\n".join(f"| `{file}` | {count:,} | {CONTENTS[file]} |" for file, count in lines.items()),
        experiment=config.name,
        rollout=rollout.name,
        model=model,
        pairs=kept,
        repairs=_repairs(settings),
        not_for_training=("" if settings["split"] == TRAIN else _EVALUATION)
        + (_EVALUATION_PAIRS if pairs and any(row["not_for_training"] for row in pairs.rows) else ""),
        **{key: settings[key] for key in ("split", "max_turns", "num_samples", "temperature", "match_rule")},
    )


def _repairs(settings: Mapping[str, Any]) -> str:
    """How prompts of repairs came about, and whether they tell of the gold; nothing where there are none."""
    if settings["max_turns"] == 1:
        return ""
    who = "without the gold" if settings["gold_free"] else "with the gold"
    told = "; prompts of repairs show rows of the gold" if settings["feedback_mode"] == "oracle_rows" else ""
    return (
        f"\nRepairs: scope `{settings['repair_scope']}`, feedback `{settings['feedback_mode']}`, detail "
        f"`{settings['feedback_detail']}`; decided {who}{told}."
    )


def _configs(lines: Mapping[str, int]) -> list[str]:
    written = [file for file in _LOADED if lines.get(file)]
    text = []
    for file in written:
        text += [f"- config_name: {Path(file).stem}", f"  data_files: {file}"]
        text += ["  default: true"] if file == written[0] else []
    return text
