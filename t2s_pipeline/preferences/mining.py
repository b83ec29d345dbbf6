"""Preference pairs from what a model itself wrote in the train rollouts.

    result = mine_pairs(attempts, examples, messages, gold_when_failed=True)
    result.rows         # rows of `pairs`, by example and then in the order below
    result.stats        # pairs by type, and why examples gave none

An answer is chosen only by train-side truth (`train_correct`), and rejected only where it is wrong by the
same: an attempt on which the match rules disagree, or whose gold is vacuous, teaches nothing in either
direction. Per example, with the names of the execution-guided reference:

1. `repair_correct_vs_repair_failed`: a repair turn wrote a right and a wrong answer under one prompt.
2. On the first prompt, the worst instructive wrong answer against: the best right answer of turn 1
   (`first_turn_correct_sample_vs_failed_sample`); else the first right repair, moved from the repair prompt
   it was written under (`self_repair_success_vs_failed_attempt`, `prompt_moved`); else, where nothing was
   right by any rule and `gold_when_failed`, the gold (`gold_vs_failed_attempt`).

A pair whose chosen answer is not worth more than the rejected one (a repair so late that it earns nothing) is
left out.

Not built: pairs of two right answers of different cost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from t2s_pipeline.preferences.caps import Origin
from t2s_pipeline.preferences.pair import pair_row
from t2s_pipeline.rewards.rule import FIRST_TURN_REWARD

MINING_CODE_VERSION = "1"


class PairType(StrEnum):
    REPAIR = "repair_correct_vs_repair_failed"
    FIRST_TURN = "first_turn_correct_sample_vs_failed_sample"
    SELF_REPAIR = "self_repair_success_vs_failed_attempt"
    GOLD = "gold_vs_failed_attempt"


@dataclass(frozen=True)
class MiningResult:
    """`rows` of `pairs`; `stats` is JSON-able, for metadata."""

    rows: list[dict[str, Any]]
    stats: dict[str, Any]


def mine_pairs(
    attempts: Iterable[Mapping[str, Any]],
    examples: Iterable[Mapping[str, Any]],
    messages: Mapping[str, str],
    *,
    gold_when_failed: bool,
) -> MiningResult:
    """Pairs of `attempts`, the rows of one rollout; `messages` is the prompts' JSON by prompt_id.

    Raises ValueError where an attempt is of no known example or a prompt is not in `messages`.
    """
    by_example: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for attempt in attempts:
        by_example[attempt["example_id"]].append(attempt)
    known = {example["example_id"]: example for example in examples}
    strangers = sorted(by_example.keys() - known.keys())
    if strangers:
        raise ValueError(f"{len(strangers)} attempted examples are not in `examples`, e.g. {strangers[0]}")
    rows: list[dict[str, Any]] = []
    without: Counter[str] = Counter()
    for example_id in sorted(by_example):
        mined = _mine_example(known[example_id], by_example[example_id], messages, gold_when_failed)
        if isinstance(mined, str):
            without[mined] += 1
        else:
            rows += mined
    types = Counter(row["pair_type"] for row in rows)
    stats = {
        "examples": len(by_example),
        "pairs": len(rows),
        "pairs_by_type": {kind.value: types[kind.value] for kind in PairType},
        "examples_without_pair": dict(sorted(without.items())),
    }
    return MiningResult(rows, stats)


def _mine_example(
    example: Mapping[str, Any],
    attempts: Sequence[Mapping[str, Any]],
    messages: Mapping[str, str],
    gold_when_failed: bool,
) -> list[dict[str, Any]] | str:
    """Pairs of one example, or in a word why there are none."""
    if example["excluded_reason"] is not None:
        return "excluded"
    if example["gold_vacuous"]:
        return "gold_vacuous"
    attempts = sorted(attempts, key=lambda attempt: (attempt["turn"], attempt["sample"]))
    usable = [a for a in attempts if a["sql"] is not None and a["prompt_id"] is not None]
    turns: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for attempt in usable:
        turns[attempt["turn"]].append(attempt)
    pairs = []
    for turn in sorted(turns.keys() - {1}):
        chosen, rejected = _best_right(turns[turn]), _worst_wrong(turns[turn])
        if chosen and rejected:
            pairs.append(_pair(PairType.REPAIR, example, chosen, rejected, messages))
    rejected = _worst_wrong(turns[1])
    right_first, right_later = _best_right(turns[1]), _best_right(usable)
    if rejected and right_first:
        pairs.append(_pair(PairType.FIRST_TURN, example, right_first, rejected, messages))
    elif rejected and right_later:
        pairs.append(_pair(PairType.SELF_REPAIR, example, right_later, rejected, messages))
    elif rejected and gold_when_failed and not any(a["correct"] for a in attempts):
        gold = {"sql": example["gold"], "reward": FIRST_TURN_REWARD, "prompt_id": rejected["prompt_id"]}
        pairs.append(_pair(PairType.GOLD, example, gold, rejected, messages, Origin.GOLD_FALLBACK))
    pairs = [pair for pair in pairs if pair["reward_margin"] > 0]
    return pairs or ("nothing_right" if rejected else "nothing_wrong")


def _best_right(attempts: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The right attempt of the highest reward, then of the lowest turn and sample."""
    right = [a for a in attempts if a["train_correct"] is True]
    return min(right, key=lambda a: (-a["reward"], a["turn"], a["sample"]), default=None)


def _worst_wrong(attempts: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The wrong attempt to learn from: one that runs if there is one, then the lowest reward, then the first.

    The reference's choice; an answer that runs and is wrong says more than a misspelt one.
    """
    wrong = [a for a in attempts if a["train_correct"] is False]
    return min(wrong, key=lambda a: (not a["executable"], a["reward"], a["turn"], a["sample"]), default=None)


def _pair(
    kind: PairType,
    example: Mapping[str, Any],
    chosen: Mapping[str, Any],
    rejected: Mapping[str, Any],
    messages: Mapping[str, str],
    origin: Origin = Origin.NATURAL,
) -> dict[str, Any]:
    """A pair on the prompt of `rejected`."""
    prompt_id = rejected["prompt_id"]
    if prompt_id not in messages:
        raise ValueError(f"{example['example_id']}: prompt {prompt_id} is not in the store `prompts`")
    return pair_row(
        example=example,
        pair_type=kind.value,
        origin=origin,
        prompt_id=prompt_id,
        messages=messages[prompt_id],
        chosen_sql=chosen["sql"],
        rejected_sql=rejected["sql"],
        chosen_reward=chosen["reward"],
        rejected_reward=rejected["reward"],
        rejected_error_class=rejected["error_class"],
        rejected_executable=rejected["executable"],
        prompt_moved=chosen["prompt_id"] != prompt_id,
    )
