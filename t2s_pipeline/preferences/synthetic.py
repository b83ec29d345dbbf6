"""Synthetic hard negatives: the gold against one plausible mistake in it.

    result = synthetic_pairs(examples, schema_texts, schemas, paths, verifier, config.train)
    result.rows         # rows of `pairs` of origin `synthetic`, pair type `synthetic_<kind of edit>`

Per example the edits (`edits.py`) stand in an order shuffled by seed and example, in which kinds take turns;
a few are judged, and the first `synthetic_per_example` that both match rules find wrong are chosen, kinds again
in turns. Of all that are chosen at most the share `max_schema_error_fraction` does not run: one too many gives way to
another wrong edit of its example that runs, and where none is left it is dropped. The same seed gives the same bytes
in every process: nothing is drawn from a set. Golds that are vacuous or excluded get none, because nothing can be shown
to be wrong against them; neither does a gold that no parser takes.
"""

from __future__ import annotations

import hashlib
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
from t2s_pipeline.preferences.caps import exact_fraction
from t2s_pipeline.preferences.edit_conditions import ColumnValues, literal_values
from t2s_pipeline.preferences.edits import all_edits
from t2s_pipeline.preferences.gold_query import GoldQuery, parse_gold
from t2s_pipeline.preferences.pair import Answer, gold_answer, pair_row
from t2s_pipeline.preferences.pair_types import EditKind, Origin
from t2s_pipeline.prompts.render import initial_prompt, question_text
from t2s_pipeline.rewards.rule import rule_reward
from t2s_pipeline.schema.catalog import DatabaseSchema

SYNTHETIC_CODE_VERSION = "3"

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


_Judged = tuple[_Mistake, Verdict]


@dataclass
class _Choice:
    """Of one example: the wrong edits that are chosen, and those that run and could take the place of one."""

    example: Example
    chosen: list[_Judged]
    spare: list[_Judged]


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
    choices: list[_Choice] = []
    judged: Counter[str] = Counter()
    for start in range(0, len(parsed), EXAMPLES_AT_ONCE):
        batch = parsed[start : start + EXAMPLES_AT_ONCE]
        mistakes = {e["example_id"]: _mistakes(e, queries[e["example_id"]], values, train) for e in batch}
        verdicts = iter(verifier.verify(_candidates(batch, mistakes, paths)))
        for example in batch:
            tried = [(mistake, next(verdicts)) for mistake in mistakes[example["example_id"]]]
            wrong = _by_turns([item for item in tried if _is_wrong(item[1])], lambda item: item[0].kind)
            judged.update(tried=len(tried), wrong=len(wrong), runs=sum(v.executable for _, v in wrong))
            chosen, rest = wrong[: train.synthetic_per_example], wrong[train.synthetic_per_example :]
            choices.append(_Choice(example, chosen, [item for item in rest if item[1].executable]))
        if progress:
            progress(min(start + EXAMPLES_AT_ONCE, len(parsed)), len(parsed), "examples edited")
    replaced, dropped = _limit_schema_errors(choices, train)
    rows = [
        _pair(choice.example, schema_texts[choice.example["example_id"]], mistake, verdict, train)
        for choice in choices
        for mistake, verdict in choice.chosen
    ]
    types = Counter(row["pair_type"] for row in rows)
    stats = {
        "examples": len(examples),
        "vacuous_or_excluded": len(examples) - len(usable),
        "gold_not_parsed": len(usable) - len(parsed),
        "edits_judged": judged["tried"],
        "edits_wrong": judged["wrong"],
        "edits_wrong_that_run": judged["runs"],
        "schema_errors_replaced": replaced,
        "schema_errors_dropped": dropped,
        "pairs": len(rows),
        "pairs_that_run": sum(row["rejected_executable"] for row in rows),
        "pairs_by_type": {kind.pair_type: types[kind.pair_type] for kind in EditKind},
    }
    return SyntheticResult(rows, stats)


def _limit_schema_errors(choices: Sequence[_Choice], train: TrainConfig) -> tuple[int, int]:
    """Bring the share of chosen edits that do not run down to the limit; how many were replaced, and dropped.

    Whoever can be replaced gives way first, so that the most pairs stay.
    """
    limit = exact_fraction(train.max_schema_error_fraction)
    total = sum(len(choice.chosen) for choice in choices)
    failing = [(choice, item) for choice in choices for item in choice.chosen if not item[1].executable]
    failing.sort(key=lambda found: _seeded(train.seed, found[0].example["example_id"], found[1][0].sql))
    errors, replaced, dropped = len(failing), 0, 0
    for choice, item in failing:
        if errors <= limit * total:
            break
        if choice.spare:
            choice.chosen[choice.chosen.index(item)] = choice.spare.pop(0)
            errors, replaced = errors - 1, replaced + 1
    for choice, item in failing:
        if errors <= limit * total:
            break
        if item in choice.chosen:
            choice.chosen.remove(item)
            errors, total, dropped = errors - 1, total - 1, dropped + 1
    return replaced, dropped


def _seeded(seed: int, *texts: str) -> str:
    return hashlib.sha256(json.dumps([seed, *texts]).encode()).hexdigest()


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


def _pair(
    example: Example, schema_text: str, mistake: _Mistake, verdict: Verdict, train: TrainConfig
) -> dict[str, Any]:
    """A pair on the first prompt; the rejected answer is worth what the rollouts would give it at turn 1."""
    prompt = initial_prompt(schema_text, question_text(example), train.rollouts.prompt_style)
    reward = rule_reward(correct=False, executable=verdict.executable, turn=1, max_turns=train.rollouts.max_turns)
    return pair_row(
        example=example,
        pair_type=mistake.kind.pair_type,
        origin=Origin.SYNTHETIC,
        prompt_id=prompt.hash[:32],
        messages=json.dumps(prompt.chat(), ensure_ascii=False),
        chosen=gold_answer(example),
        rejected=Answer(mistake.sql, reward, verdict.executable, verdict.error_class.value),
    )
