"""The exported folder: written beside its place and moved there whole.

    counts = write_export(Path("out"), config, rollout, pairs)     # {"preferences.jsonl": 701, ...}

Without pairs the two files of pairs are left out. Nothing that is there is overwritten.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.export.card import data_card
from t2s_pipeline.export.records import (
    predictions,
    preference_records,
    reference_pairs,
    rl_records,
    trajectory_records,
)
from t2s_pipeline.export.source import ExportError, Pairs, Rollout
from t2s_pipeline.export.summary import summary


def require_new_folder(target: Path) -> None:
    """Raise ExportError unless `target` can become a folder of ours: absent or empty, in a folder that is there."""
    if not target.parent.is_dir():
        raise ExportError(f"{target}: {target.parent} is no folder; make it first")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExportError(f"{target}: is there already; remove it, or name another folder")


def write_export(target: Path, config: ExperimentConfig, rollout: Rollout, pairs: Pairs | None) -> dict[str, int]:
    """Write the folder; returns the rows of each file. Raises ExportError as `require_new_folder`, and OSError."""
    require_new_folder(target)
    # A name of its own: a process id comes again, in a container each time, and what a kill left would be in the way.
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    draft.mkdir()
    try:
        lines = {}
        if pairs is not None:
            lines["preferences.jsonl"] = _write_lines(draft / "preferences.jsonl", preference_records(pairs))
            lines["dpo_pairs.json"] = len(pairs.rows)
            _write_json(draft / "dpo_pairs.json", reference_pairs(pairs))
        lines["grpo_rollouts.jsonl"] = _write_lines(draft / "grpo_rollouts.jsonl", rl_records(rollout))
        lines["trajectories.jsonl"] = _write_lines(draft / "trajectories.jsonl", trajectory_records(rollout))
        answers = predictions(rollout)
        lines["predictions.json"] = len(answers)
        _write_json(draft / "predictions.json", answers)
        _write_json(draft / "summary.json", summary(rollout, pairs))
        (draft / "README.md").write_text(data_card(config, rollout, pairs, lines), encoding="utf-8")
        os.replace(draft, target)  # onto an empty folder, too
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return lines


def _write_lines(path: Path, records: Iterable[Any]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, record in enumerate(records, start=1):  # noqa: B007
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
