"""What GRPO asks and what its answers are judged by.

    rows = prompt_rows(examples, schemas, "finer", held_out)          # the prompts; no answers
    golds = reward_rows(examples, paths)                              # what rewards need of each
    data = RewardData(golds, seeds, database_fingerprints, config.sandbox)
    job = prepare_job(..., rows, ..., rewards=data)

Both leave out what teaches nothing: excluded examples and vacuous golds, on which every answer without rows would be
right. `RewardData` goes to the training process as a file of the job; its digest stands for all that can change a
reward, and for no path.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.prompts.render import initial_prompt, question_text
from t2s_pipeline.prompts.templates import PromptStyle
from t2s_pipeline.rewards.memory import Trace
from t2s_pipeline.rewards.score import REWARDS_CODE_VERSION, RewardRow
from t2s_pipeline.training.rows import TrainingError, TrainingRow

Row = Mapping[str, Any]


@dataclass(frozen=True)
class RewardData:
    """`rows`: the golds of every prompt, held-out ones too; `seeds`: the thoughts that the memory starts from;
    `databases`: the fingerprint of every database's file; `sandbox`: the limits that answers run under; `embedder`: the
    identity of the files of the model that makes the memory's vectors, "" where there are none."""

    rows: tuple[RewardRow, ...]
    seeds: tuple[Trace, ...]
    databases: dict[str, str]
    sandbox: SandboxConfig
    embedder: str = ""

    @property
    def digest(self) -> str:
        """32 hex characters over all but where the databases lie and how many workers there are."""
        plain = asdict(self)
        for row in plain["rows"]:
            del row["database_path"]
        del plain["sandbox"]["workers"]
        text = json.dumps([REWARDS_CODE_VERSION, plain], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def text(self) -> str:
        """As JSON; `read_reward_data` reads the file of it."""
        return json.dumps(asdict(self))


def read_reward_data(file: Path) -> RewardData:
    """The data of a file. Raises TrainingError where it holds none."""
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return RewardData(
            tuple(RewardRow(**row | {"golds": tuple(row["golds"])}) for row in raw["rows"]),
            tuple(Trace(**trace) for trace in raw["seeds"]),
            raw["databases"],
            SandboxConfig(**raw["sandbox"]),
            raw["embedder"],
        )
    except (OSError, json.JSONDecodeError, KeyError, TypeError) as error:
        raise TrainingError(f"{file}: not what rewards are made of ({error}); materialize the adapter again") from error


def prompt_rows(
    examples: Iterable[Row],
    schemas: Iterable[Row],
    prompt_style: PromptStyle | str,
    held_out: Collection[str] = (),
) -> list[TrainingRow]:
    """The first-turn prompts of the examples that teach something, ordered by id; no answers.

    `examples` are rows of the train split, `schemas` of `retrieved_schemas` as the train rollouts show them; rows of
    the databases `held_out` are marked so. Raises TrainingError where a schema is missing.
    """
    texts = {row["example_id"]: row["schema_text"] for row in schemas}
    rows = []
    for example in _teaching(examples):
        example_id = example["example_id"]
        if example_id not in texts:
            raise TrainingError(f"example {example_id}: no row in retrieved_schemas; materialize retrieved_schemas")
        prompt = initial_prompt(texts[example_id], question_text(example), prompt_style)
        dataset = example_id.split("/", 1)[0]
        rows.append(TrainingRow(example_id, dataset, prompt.messages, (), example["database_id"] in held_out))
    return rows


def reward_rows(examples: Iterable[Row], paths: Mapping[str, str | Path]) -> list[RewardRow]:
    """The golds of the same examples, in the same order; `paths` by database_id."""
    return [
        RewardRow(example["example_id"], example["database_id"], str(paths[example["database_id"]]), (example["gold"],))
        for example in _teaching(examples)
    ]


def memory_seeds(traces: Iterable[Row], held_out: Collection[str] = ()) -> list[Trace]:
    """Verified thoughts of rows of `teacher_traces`, in a fixed order; none of the databases `held_out`."""
    verified: Sequence[Row] = [
        row
        for row in traces
        if row["removed_by"] is None and row["train_correct"] and row["database_id"] not in held_out
    ]
    ordered = sorted(verified, key=lambda row: (row["example_id"], row["teacher"], row["attempt"]))
    return [Trace(row["database_id"], row["thought"]) for row in ordered]


def store_seeds(traces: Iterable[Row], apart: Collection[str]) -> list[Trace]:
    """Thoughts of the verified rows of `reasoning_traces`, in their order; none of the databases `apart`. Raises
    TrainingError where there is none: words counted in nothing would make a memory that never rewards."""
    seeds = [Trace(row["database_id"], row["thought"]) for row in traces if row["database_id"] not in apart]
    if not seeds:
        raise TrainingError(
            "memory_seeds = 'store', but the store of reasoning traces holds no verified one of a database that is "
            "neither held out nor evaluated: run an experiment with [teachers.*] in this data folder first"
        )
    return seeds


def _teaching(examples: Iterable[Row]) -> list[Row]:
    kept = [row for row in examples if row["excluded_reason"] is None and not row["gold_vacuous"]]
    return sorted(kept, key=lambda row: row["example_id"])
