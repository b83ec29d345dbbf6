"""The records of the exported files, one function a kind of line.

A completion is always with the prompt that it answers: `preference_record` and `rl_record` carry the messages as they
were sent, `reference_pair` the same as one text. Where a pair's chosen answer was written under another prompt, the
record says so (`prompt_moved`). Columns that pairs and rewards gain appear here by themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from t2s_pipeline.export.source import ExportError, Messages, Pairs, Rollout, Row
from t2s_pipeline.prediction_files import bird_predictions
from t2s_pipeline.prompts.render import completion_text
from t2s_pipeline.table_definitions import ATTEMPTS, PAIRS

Record = dict[str, Any]

BAD_GOLD = "bad_gold"
"""Status of a question whose gold fails, as the reference's users know it."""

_PAIR_FACTS = tuple(
    c.name for c in PAIRS.columns if c.name not in ("experiment", "messages", "chosen_sql", "rejected_sql")
)
_OF_THE_QUESTION = ("experiment", "rollout", "example_id", "database_id")
_CANDIDATE = tuple(c.name for c in ATTEMPTS.columns if c.name not in _OF_THE_QUESTION)
REWARDS = tuple(name for name in _CANDIDATE if "reward" in name)
"""Columns of `attempts` that are a reward, or a term of one."""
_REWARD_COUNTS = tuple(name for name in _CANDIDATE if name.startswith("plan_") or name == "signals")
"""What the cost term is made of."""
_JUDGED = ("correct", "train_correct", "executable", "syntax_valid", "schema_valid", "error_class")


def preference_records(pairs: Pairs) -> Iterator[Record]:
    """The pairs in TRL's conversational preference format: prompt, chosen and rejected are lists of messages."""
    for pair in pairs.rows:
        yield {
            "prompt": json.loads(pair["messages"]),
            "chosen": _said(completion_text(pair["chosen_sql"])),
            "rejected": _said(completion_text(pair["rejected_sql"])),
            **{name: pair[name] for name in _PAIR_FACTS},
        }


def reference_pairs(pairs: Pairs) -> list[Record]:
    """The pairs as the reference's `dpo_pairs.json` has them; the prompt is the messages' texts, a blank line between.

    `turn` is the turn that the prompt is of: the rejected answer's, and 1 where that is edited gold.
    """
    return [
        {
            "prompt": _as_text(json.loads(pair["messages"])),
            "chosen": completion_text(pair["chosen_sql"]),
            "rejected": completion_text(pair["rejected_sql"]),
            "meta": {
                **_question(pairs.examples[pair["example_id"]]),
                "turn": pair["rejected_turn"] or 1,
                **{name: pair[name] for name in _PAIR_FACTS if name not in ("example_id", "database_id")},
            },
        }
        for pair in pairs.rows
    ]


def rl_records(rollout: Rollout) -> Iterator[Record]:
    """A record each completion, with the prompt that it answers and every term of its reward.

    Attempts that no model wrote are left out: predictions that were replayed, and prompts too long to be asked.
    """
    for attempt in rollout.attempts:
        if attempt["completion_key"] is None:
            continue
        yield {
            **_question(rollout.examples[attempt["example_id"]]),
            "turn": attempt["turn"],
            "sample": attempt["sample"],
            "prompt_id": attempt["prompt_id"],
            "prompt": rollout.messages[attempt["prompt_id"]],
            "completion": _said(attempt["raw_text"]),
            "sql": attempt["sql"],
            **{name: attempt[name] for name in (*REWARDS, *_REWARD_COUNTS)},
            **{name: attempt[name] for name in _JUDGED},
        }


def trajectory_records(rollout: Rollout) -> Iterator[Record]:
    """A record each question, with all its candidates; then one each question whose gold fails, without any."""
    candidates: dict[str, list[Record]] = {}
    for attempt in rollout.attempts:
        candidates.setdefault(attempt["example_id"], []).append({name: attempt[name] for name in _CANDIDATE})
    for trajectory in rollout.trajectories:
        example = rollout.examples[trajectory["example_id"]]
        yield {
            **_question(example),
            "hardness": example["hardness"],
            **{name: value for name, value in trajectory.items() if name not in _OF_THE_QUESTION},
            "gold_row_count": example["gold_row_count"],
            "candidates": candidates.get(trajectory["example_id"], []),
        }
    for row in bad_golds(rollout):
        yield {
            "example_id": None,
            "db_id": _short(row["database_id"]),
            "question": row["question"],
            "gold_sql": row["gold"],
            "status": BAD_GOLD,
            "error": row["detail"],
            "candidates": [],
        }


def predictions(rollout: Rollout) -> dict[str, str | int]:
    """The answers as BIRD's evaluator takes them: an entry each input row of the split, in its order.

    An input row that is no example has no answer. Raises ExportError where the rejected rows were published before they
    had their place in the split.
    """
    databases = {_row_of(example_id): row["database_id"] for example_id, row in rollout.examples.items()}
    answers = {_row_of(row["example_id"]): row["final_sql"] for row in rollout.trajectories}
    for row in rollout.rejected:
        if row["split_row"] is None:
            raise ExportError(f"{row['source_file']}: rejected rows have no place; t2s run {row['split']}_examples")
        databases[row["split_row"]] = row["database_id"] or ""
    return bird_predictions((answers.get(number), _short(databases[number]) or "") for number in sorted(databases))


def _row_of(example_id: str) -> int:
    """Row of the split, from 0."""
    return int(example_id.rpartition("/")[2])


def bad_golds(rollout: Rollout) -> list[Row]:
    """The input rows that are no examples because their gold fails."""
    return [row for row in rollout.rejected if row["reason"] == "gold_fails"]


def _question(example: Row) -> Record:
    return {
        "example_id": example["example_id"],
        "db_id": _short(example["database_id"]),
        "question": example["question"],
        "gold_sql": example["gold"],
    }


def _short(database_id: str | None) -> str | None:
    """The database's name without its data set's."""
    return database_id and database_id.rpartition("/")[2]


def _said(text: str) -> Messages:
    return [{"role": "assistant", "content": text}]


def _as_text(messages: Sequence[dict[str, str]]) -> str:
    return "\n\n".join(message["content"] for message in messages)
