"""Two systems on the same examples: who fixed what, who broke what, and whether that may be chance.

    comparison = compare(report_of_the_first, report_of_the_second)       # or compare_answers, of files of rows
    comparison.all.p_value                     # exact McNemar
    [a.example_id for a, b in comparison.fixed]

An example is *fixed* where the second is right and the first is wrong, *broken* the other way round. `difference` is
the second's rate minus the first's, with a 95 % interval (Newcombe's method 10, for pairs). No correction is made for
looking at several groups: the p value that counts is that of all examples, and groups show counts alone. Where there
are several databases, a bootstrap that draws whole ones says how far the difference holds for others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from t2s_pipeline import __version__
from t2s_pipeline.errors import T2sError
from t2s_pipeline.evaluation.comparison_text import comparison_text
from t2s_pipeline.evaluation.hardness import Hardness
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.score_report import ScoreReport
from t2s_pipeline.evaluation.statistics import (
    INTERVAL,
    Proportion,
    cluster_bootstrap,
    exact_mcnemar,
    paired_difference,
)


class ComparisonError(T2sError, ValueError):
    """Two sets of answers that are not to the same questions; the message names an example and the remedy."""


@dataclass(frozen=True)
class Answer:
    """One system's answer to one example, and whether it is correct by the rule of the comparison.

    `database_fingerprint` is the identity of the database's file, where it is known.
    """

    example_id: str
    database_id: str
    hardness: str
    question: str | None
    gold: str
    sql: str
    correct: bool
    error_class: str | None
    database_fingerprint: str | None = None


Pair = tuple[Answer, Answer]


@dataclass(frozen=True)
class PairedCounts:
    """Examples that both, one or none of two systems got right."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @classmethod
    def of(cls, pairs: Iterable[Pair]) -> PairedCounts:
        counts = {(True, True): 0, (True, False): 0, (False, True): 0, (False, False): 0}
        for first, second in pairs:
            counts[first.correct, second.correct] += 1
        return cls(*counts.values())

    @property
    def total(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def first(self) -> Proportion:
        return Proportion(self.both + self.only_first, self.total)

    @property
    def second(self) -> Proportion:
        return Proportion(self.both + self.only_second, self.total)

    @property
    def p_value(self) -> float:
        return exact_mcnemar(self.only_first, self.only_second)

    @property
    def difference(self) -> tuple[float, float, float]:
        """The second's rate minus the first's, with its interval."""
        return paired_difference(self.both, self.only_first, self.only_second, self.neither)


@dataclass(frozen=True)
class LeftOut:
    """Ids of examples that two systems cannot be compared on, by what is in the way."""

    only_first: tuple[str, ...] = ()
    only_second: tuple[str, ...] = ()
    other_gold: tuple[str, ...] = ()
    other_database: tuple[str, ...] = ()

    def reasons(self, names: tuple[str, str]) -> list[str]:
        """A text a reason, with how many and the first of them; none where nothing is left out."""
        told = {
            f"answered by {names[0]} alone": self.only_first,
            f"answered by {names[1]} alone": self.only_second,
            "with another gold in each of the two": self.other_gold,
            "judged on databases of other content": self.other_database,
        }
        return [f"{len(ids)} {what} (first: {ids[0]})" for what, ids in told.items() if ids]


@dataclass(frozen=True)
class Comparison:
    """Pairs (first's answer, second's answer), in the order of the first's, what is in none, and what to know of it."""

    rule: MatchRule
    names: tuple[str, str]
    pairs: tuple[Pair, ...]
    left_out: LeftOut = LeftOut()
    notes: tuple[str, ...] = ()

    @property
    def all(self) -> PairedCounts:
        return PairedCounts.of(self.pairs)

    @property
    def fixed(self) -> list[Pair]:
        return [(a, b) for a, b in self.pairs if b.correct and not a.correct]

    @property
    def broken(self) -> list[Pair]:
        return [(a, b) for a, b in self.pairs if a.correct and not b.correct]

    @property
    def by_hardness(self) -> dict[str, PairedCounts]:
        found = self._grouped(lambda answer: answer.hardness)
        return {str(level): found[level] for level in Hardness if level in found}

    @property
    def by_database(self) -> dict[str, PairedCounts]:
        return dict(sorted(self._grouped(lambda answer: answer.database_id).items()))

    @property
    def bootstrap(self) -> tuple[float, float] | None:
        """The difference's 95 % interval where whole databases are drawn; None where there is one alone."""
        groups = list(self.by_database.values())
        if len(groups) < 2:
            return None
        return cluster_bootstrap([c.only_second - c.only_first for c in groups], [c.total for c in groups])

    def rows(self) -> list[dict[str, Any]]:
        """A row an example, both answers beside each other."""
        return [
            {
                "example_id": a.example_id,
                "database_id": a.database_id,
                "hardness": a.hardness,
                "question": a.question,
                "gold": a.gold,
                "change": _CHANGES[a.correct, b.correct],
                "first_correct": a.correct,
                "second_correct": b.correct,
                "first_sql": a.sql,
                "second_sql": b.sql,
                "first_error_class": a.error_class,
                "second_error_class": b.error_class,
            }
            for a, b in self.pairs
        ]

    def as_dict(self) -> dict[str, Any]:
        """The comparison for JSON; `fixed` and `broken` are example ids."""
        return {
            "rule": str(self.rule),
            "first": self.names[0],
            "second": self.names[1],
            "interval": INTERVAL,
            "difference_interval_method": "Newcombe's method 10, level 0.95",
            "t2s_pipeline_version": __version__,
            **_figures(self.all),
            "bootstrap_interval": self.bootstrap,
            "by_hardness": {level: _figures(counts) for level, counts in self.by_hardness.items()},
            "by_database": {name: _figures(counts) for name, counts in self.by_database.items()},
            "fixed": [a.example_id for a, _ in self.fixed],
            "broken": [a.example_id for a, _ in self.broken],
            "left_out": asdict(self.left_out),
            "notes": list(self.notes),
        }

    def as_text(self) -> str:
        """The comparison for a terminal."""
        return comparison_text(self)

    def _grouped(self, group_of: Callable[[Answer], str]) -> dict[str, PairedCounts]:
        groups: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            groups.setdefault(group_of(pair[0]), []).append(pair)
        return {name: PairedCounts.of(pairs) for name, pairs in groups.items()}


def compare(first: ScoreReport, second: ScoreReport, names: tuple[str, str] = ("first", "second")) -> Comparison:
    """Two scores of the same examples by the same rule. Raises ComparisonError where they are not."""
    if first.rule is not second.rule:
        raise ComparisonError(f"{names[0]} is scored by {first.rule}, {names[1]} by {second.rule}; take one rule")
    return compare_answers(answers_of(first), answers_of(second), first.rule, names)


def answers_of(report: ScoreReport) -> list[Answer]:
    """The answers of a report, for a comparison."""
    return [
        Answer(
            example_id=item.example.example_id,
            database_id=item.example.database_id,
            hardness=item.example.hardness,
            question=item.example.question,
            gold=item.example.gold,
            sql=item.answer.sql,
            correct=item.answer.correct(report.rule) is True,
            error_class=item.answer.error_class_by(report.rule),
        )
        for item in report.judged
    ]


def compare_answers(
    first: Sequence[Answer],
    second: Sequence[Answer],
    rule: MatchRule,
    names: tuple[str, str] = ("first", "second"),
) -> Comparison:
    """Pair the answers by example. Raises ComparisonError unless both answer the same examples, each once."""
    if not first:
        raise ComparisonError(f"{names[0]} has no answers; score a split with examples")
    if _kind(first) != _kind(second) and len(first) == len(second):
        return Comparison(rule, names, _by_place(first, second, names))
    of_first, of_second = _by_example(first, names[0]), _by_example(second, names[1])
    for own, name, others, other in (
        (of_first, names[0], of_second, names[1]),
        (of_second, names[1], of_first, names[0]),
    ):
        alone = [example for example in own if example not in others]
        if alone:
            raise ComparisonError(
                f"{len(alone)} examples are in {name} but not in {other} ({alone[0]}); score both on the same split"
            )
    pairs = tuple((a, of_second[example]) for example, a in of_first.items())
    different = next((a for a, b in pairs if not _same_gold(a, b)), None)
    if different:
        raise ComparisonError(
            f"{different.example_id} has another gold in each of the two; score both on the same file"
        )
    return Comparison(rule, names, pairs)


def compare_shared(
    first: Sequence[Answer],
    second: Sequence[Answer],
    rule: MatchRule,
    names: tuple[str, str] = ("first", "second"),
) -> Comparison:
    """Compare on the examples that both have with the same gold, on the same database; the others are in `left_out`.

    Raises ComparisonError where there are none such.
    """
    of_first, of_second = _by_example(first, names[0]), _by_example(second, names[1])
    both = [(a, of_second[example]) for example, a in of_first.items() if example in of_second]
    gold = [a.example_id for a, b in both if not _same_gold(a, b)]
    database = [a.example_id for a, b in both if _same_gold(a, b) and not _same_database(a, b)]
    left_out = LeftOut(
        only_first=tuple(example for example in of_first if example not in of_second),
        only_second=tuple(example for example in of_second if example not in of_first),
        other_gold=tuple(gold),
        other_database=tuple(database),
    )
    apart = {*gold, *database}
    shared = [(a, b) for a, b in both if a.example_id not in apart]
    if not shared:
        said = "; ".join(left_out.reasons(names)) or "neither has any"
        raise ComparisonError(
            f"{names[0]} and {names[1]} have no example in common: {said}; compare two on one data set and split"
        )
    return Comparison(rule, names, tuple(shared), left_out)


def _same_database(a: Answer, b: Answer) -> bool:
    return None in (a.database_fingerprint, b.database_fingerprint) or a.database_fingerprint == b.database_fingerprint


def _kind(answers: Sequence[Answer]) -> str:
    """What example ids begin with: the data set and its split, or `gold` for a file of golds."""
    return answers[0].example_id.rpartition("/")[0] if answers else ""


def _by_place(first: Sequence[Answer], second: Sequence[Answer], names: tuple[str, str]) -> tuple[Pair, ...]:
    """Pairs of examples that were named by a data set on one side and by a file of golds on the other: the n-th of
    each, where gold and database say that they are the same."""
    pairs = tuple(zip(first, second, strict=True))
    for number, (a, b) in enumerate(pairs):
        if not _same_gold(a, b) or _database_name(a) != _database_name(b):
            raise ComparisonError(
                f"{a.example_id} of {names[0]} and {b.example_id} of {names[1]} (row {number} of each, from 0) have "
                "not the same gold and database; score both on the same split"
            )
    return pairs


def _database_name(answer: Answer) -> str:
    return answer.database_id.rpartition("/")[2]


def _same_gold(a: Answer, b: Answer) -> bool:
    """Whether two golds are one text, but for white space and a last semicolon."""
    return a.gold == b.gold or _plain(a.gold) == _plain(b.gold)


def _plain(sql: str) -> str:
    return " ".join(sql.split()).rstrip("; ")


def _by_example(answers: Sequence[Answer], name: str) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    for answer in answers:
        if answer.example_id in found:
            raise ComparisonError(f"{name}: {answer.example_id} is answered twice; keep one answer an example")
        found[answer.example_id] = answer
    return found


def _figures(counts: PairedCounts) -> dict[str, Any]:
    difference, low, high = counts.difference
    return {
        "both": counts.both,
        "only_first": counts.only_first,
        "only_second": counts.only_second,
        "neither": counts.neither,
        "first_rate": counts.first.rate,
        "first_interval": counts.first.interval,
        "second_rate": counts.second.rate,
        "second_interval": counts.second.interval,
        "difference": difference,
        "difference_interval": (low, high),
        "mcnemar_p": counts.p_value,
    }


_CHANGES = {
    (False, True): "fixed",
    (True, False): "broken",
    (True, True): "both_right",
    (False, False): "both_wrong",
}
