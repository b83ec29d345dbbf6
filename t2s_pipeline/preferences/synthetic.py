"""Synthetic hard negatives: the gold against one plausible mistake in it.

    result = synthetic_pairs(examples, schema_texts, schemas, paths, verifier, config.train)
    result.rows         # rows of `pairs` of origin `synthetic`, pair type `synthetic_<kind of edit>`

Per example the edits (`edits.py`) stand in an order shuffled by seed and example, in which kinds take turns;
a few are judged, and the first `synthetic_per_example` that both match rules find wrong are kept, kinds again
in turns. The same seed gives the same bytes in every process: nothing is drawn from a set. Golds that are
vacuous or excluded get none, because nothing can be shown to be wrong against them; neither does a gold that
no parser takes.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeVar

from t2s_pipeline.config import TrainConfig
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, Verifier
from t2s_pipeline.preferences.caps import Origin
from t2s_pipeline.preferences.edits import ColumnValues, EditKind, all_edits, literal_values
from t2s_pipeline.preferences.gold_query import GoldQuery, parse_gold
from t2s_pipeline.preferences.pair import pair_row
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.rewards.rule import FIRST_TURN_REWARD, rule_reward
from t2s_pipeline.schema.catalog import DatabaseSchema

SYNTHETIC_CODE_VERSION = "1"

TRIED_PER_KEPT = 3
"""Edits judged for each pair wanted: some turn out right, or change nothing on these rows."""

EXAMPLES_AT_ONCE = 200

Example = Mapping[str, Any]
Item = TypeVar("Item")


@dataclass(frozen=True)
class SyntheticResult:
    """`rows` of `pairs`; `stats` is JSON-able, for metadata."""

    rows: list[dict[str, Any]]
    stats: dict[str, Any]


@dataclass(frozen=True)
class _Mistake:
    kind: EditKind
    sql: str


def synthetic_pairs(
    examples: Sequence[Example],
    schema_texts: Mapping[str, str],
    schemas: Mapping[str, DatabaseSchema],
    paths: Mapping[str, Path],
    verifier: Verifier,
    train: TrainConfig,
    progress: Callable[[int, int, str], None] | None = None,
) -> SyntheticResult:
    """Pairs for `examples` (rows of `examples`), in their order.

    `schema_texts` (what the prompt shows) are by example_id, `schemas` and `paths` by database_id; a KeyError
    names one that is missing.
    """
    usable = [e for e in examples if not e["gold_vacuous"] and e["excluded_reason"] is None]
    queries = {e["example_id"]: parse_gold(e["gold"], schemas[e["database_id"]]) for e in usable}
    values = literal_values(query for query in queries.values() if query)
    parsed = [e for e in usable if queries[e["example_id"]]]
    rows: list[dict[str, Any]] = []
    judged: Counter[str] = Counter()
    for start in range(0, len(parsed), EXAMPLES_AT_ONCE):
        batch = parsed[start : start + EXAMPLES_AT_ONCE]
        mistakes = {e["example_id"]: _mistakes(e, queries[e["example_id"]], values, train) for e in batch}
        verdicts = iter(verifier.verify(_candidates(batch, mistakes, paths)))
        for example in batch:
            tried = [(mistake, next(verdicts)) for mistake in mistakes[example["example_id"]]]
            wrong = _by_turns([item for item in tried if _is_wrong(item[1])], lambda item: item[0].kind)
            judged.update(tried=len(tried), wrong=len(wrong))
            schema_text = schema_texts[example["example_id"]]
            kept = wrong[: train.synthetic_per_example]
            rows += [_pair(example, schema_text, mistake, verdict, train) for mistake, verdict in kept]
        if progress:
            progress(min(start + EXAMPLES_AT_ONCE, len(parsed)), len(parsed), "examples edited")
    types = Counter(row["pair_type"] for row in rows)
    stats = {
        "examples": len(examples),
        "vacuous_or_excluded": len(examples) - len(usable),
        "gold_not_parsed": len(usable) - len(parsed),
        "edits_judged": judged["tried"],
        "edits_wrong": judged["wrong"],
        "pairs": len(rows),
        "pairs_by_type": {_pair_type(kind): types[_pair_type(kind)] for kind in EditKind},
    }
    return SyntheticResult(rows, stats)


def _mistakes(example: Example, query: GoldQuery, values: ColumnValues, train: TrainConfig) -> list[_Mistake]:
    """The edits of one gold to judge, in a seeded order with the kinds taking turns, each text once."""
    draw = random.Random(f"{train.seed}:{example['example_id']}")
    by_kind = list(all_edits(query, values).values())
    draw.shuffle(by_kind)
    for found in by_kind:
        draw.shuffle(found)
    edits = [edit for found in by_kind for edit in found]
    # Two edits may come to the same text; the first keeps its name.
    mistakes = {query.sql: None}
    for edit in _by_turns(edits, lambda edit: edit.kind):
        sql = edit.apply(query.sql)
        mistakes.setdefault(sql, _Mistake(edit.kind, sql))
    found = [mistake for mistake in mistakes.values() if mistake]
    return found[: train.synthetic_per_example * TRIED_PER_KEPT]


def _by_turns(items: Iterable[Item], kind_of: Callable[[Item], EditKind]) -> list[Item]:
    """The items with their kinds taking turns, kinds and items in the order of their first appearance."""
    by_kind: dict[EditKind, list[Item]] = {}
    for item in items:
        by_kind.setdefault(kind_of(item), []).append(item)
    return [item for turn in zip_longest(*by_kind.values()) for item in turn if item is not None]


def _candidates(
    batch: Sequence[Example], mistakes: Mapping[str, list[_Mistake]], paths: Mapping[str, Path]
) -> list[Candidate]:
    return [
        Candidate(example["database_id"], str(paths[example["database_id"]]), example["gold"], mistake.sql)
        for example in batch
        for mistake in mistakes[example["example_id"]]
    ]


def _is_wrong(verdict: Verdict) -> bool:
    """SQL that is wrong by both rules, and not by a limit of ours."""
    wrong = verdict.correct_official is False and verdict.correct_strict is False
    return wrong and verdict.syntax_valid and not verdict.sandbox_difference


def _pair_type(kind: EditKind) -> str:
    return f"synthetic_{kind.value}"


def _pair(
    example: Example, schema_text: str, mistake: _Mistake, verdict: Verdict, train: TrainConfig
) -> dict[str, Any]:
    """A pair on the first prompt; the rejected answer is worth what the rollouts would give it at turn 1."""
    prompt = initial_prompt(schema_text, example["question"], train.rollouts.prompt_style)
    reward = rule_reward(correct=False, executable=verdict.executable, turn=1, max_turns=train.rollouts.max_turns)
    return pair_row(
        example=example,
        pair_type=_pair_type(mistake.kind),
        origin=Origin.SYNTHETIC,
        prompt_id=prompt.hash[:32],
        messages=json.dumps(prompt.chat(), ensure_ascii=False),
        chosen_sql=example["gold"],
        rejected_sql=mistake.sql,
        chosen_reward=FIRST_TURN_REWARD,
        rejected_reward=reward,
        rejected_error_class=verdict.error_class.value,
        rejected_executable=verdict.executable,
    )
