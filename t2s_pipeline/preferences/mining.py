"""Preference pairs from what a model itself wrote in the train rollouts.

    result = mine_pairs(attempts, examples, messages, gold_when_failed=True, min_cost_reward_gap=0.05)
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
3. Where there is none of 2, `correct_low_cost_vs_correct_high_cost`: of the right answers under one prompt the
   cheapest and the dearest by the cost reward, if that differs by `min_cost_reward_gap` or more. Answers of one turn
   have equal rule rewards, so the rewards of this type are those with the cost term.

A pair whose chosen answer is not worth more than the rejected one (a repair so late that it earns nothing) is
left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.preferences.distance import sql_tokens
from t2s_pipeline.preferences.pair import Answer, gold_answer, pair_row
from t2s_pipeline.preferences.pair_types import MinedType, Origin

MINING_CODE_VERSION = "2"

Attempt = Mapping[str, Any]


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
    min_cost_reward_gap: float,
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
        mined = _mine_example(
            known[example_id], by_example[example_id], messages, gold_when_failed, min_cost_reward_gap
        )
        if isinstance(mined, str):
            without[mined] += 1
        else:
            rows += mined
    types = Counter(row["pair_type"] for row in rows)
    stats = {
        "examples": len(by_example),
        "pairs": len(rows),
        "pairs_by_type": {kind.value: types[kind.value] for kind in MinedType},
        "examples_without_pair": dict(sorted(without.items())),
    }
    return MiningResult(rows, stats)


def _mine_example(
    example: Mapping[str, Any],
    attempts: Sequence[Attempt],
    messages: Mapping[str, str],
    gold_when_failed: bool,
    min_cost_reward_gap: float,
) -> list[dict[str, Any]] | str:
    """Pairs of one example, or in a word why there are none."""
    if example["excluded_reason"] is not None:
        return "excluded"
    if example["gold_vacuous"]:
        return "gold_vacuous"
    attempts = sorted(attempts, key=lambda attempt: (attempt["turn"], attempt["sample"]))
    usable = [a for a in attempts if a["sql"] is not None and a["prompt_id"] is not None]
    prompts: dict[tuple[int, str], list[Attempt]] = defaultdict(list)
    for attempt in usable:
        prompts[attempt["turn"], attempt["prompt_id"]].append(attempt)
    pairs = []
    for turn, prompt_id in sorted(prompts):
        same = prompts[turn, prompt_id]
        chosen, rejected = _best_right(same), _worst_wrong(same)
        if turn > 1 and chosen and rejected:
            pairs.append(_pair(MinedType.REPAIR, example, Answer.of(chosen), rejected, messages))
    first = [a for a in usable if a["turn"] == 1]
    rejected = _worst_wrong(first)
    right_first, right_later = _best_right(first), _best_right(usable)
    if rejected and right_first:
        pairs.append(_pair(MinedType.FIRST_TURN, example, Answer.of(right_first), rejected, messages))
    elif rejected and right_later:
        pairs.append(_pair(MinedType.SELF_REPAIR, example, Answer.of(right_later), rejected, messages))
    elif rejected and gold_when_failed and not any(a["correct"] for a in attempts):
        pairs.append(_pair(MinedType.GOLD, example, gold_answer(example), rejected, messages, Origin.GOLD_FALLBACK))
    else:
        pairs += _cost_pairs(example, list(prompts.values()), messages, min_cost_reward_gap)
    pairs = [pair for pair in pairs if pair["reward_margin"] > 0]
    return pairs or ("nothing_right" if rejected else "nothing_wrong")


def _best_right(attempts: Iterable[Attempt]) -> Attempt | None:
    """The right attempt of the highest reward, then of the lowest turn and sample."""
    right = [a for a in attempts if a["train_correct"] is True]
    return min(right, key=lambda a: (-a["reward"], a["turn"], a["sample"]), default=None)


def _worst_wrong(attempts: Iterable[Attempt]) -> Attempt | None:
    """The wrong attempt to learn from: one that runs if there is one, then the lowest reward, then the first.

    The reference's choice; an answer that runs and is wrong says more than a misspelt one.
    """
    wrong = [a for a in attempts if a["train_correct"] is False]
    return min(wrong, key=lambda a: (not a["executable"], a["reward"], a["turn"], a["sample"]), default=None)


def _cost_pairs(
    example: Mapping[str, Any], prompts: Sequence[Sequence[Attempt]], messages: Mapping[str, str], gap: float
) -> list[dict[str, Any]]:
    """The cheapest against the dearest right answer of the first prompt where that is a difference; at most one pair.

    Answers that differ in space or in the case of words are one query and cost the same.
    """
    for same in prompts:
        right = [a for a in same if a["train_correct"] is True and a["cost_reward"] is not None]
        if not right:
            continue
        cheap = min(right, key=lambda a: (-a["cost_reward"], a["sample"]))
        dear = min(right, key=lambda a: (a["cost_reward"], a["sample"]))
        # Rounded, for -0.06 - -0.11 is not quite 0.05 in binary.
        differs = round(cheap["cost_reward"] - dear["cost_reward"], 6) >= gap
        if differs and sql_tokens(cheap["sql"]) != sql_tokens(dear["sql"]):
            chosen = _with_cost(cheap)
            return [_pair(MinedType.COST, example, Answer.of(chosen), _with_cost(dear), messages)]
    return []


def _with_cost(attempt: Attempt) -> dict[str, Any]:
    return {**attempt, "reward": round(attempt["reward"] + attempt["cost_reward"], 6)}


def _pair(
    kind: MinedType,
    example: Mapping[str, Any],
    chosen: Answer,
    rejected: Attempt,
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
        chosen=chosen,
        rejected=Answer.of(rejected),
    )
