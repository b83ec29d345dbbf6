"""What scoring says: the figures of a set of answers, as objects, as text for a terminal, and as JSON.

    report = report_of(judged, rejected, MatchRule.OFFICIAL)
    report.overall, report.by_hardness["hard"], report.samples.recall[8]
    report.as_text(), report.as_dict()

Every rate is a `Proportion`: numerator, denominator, 95 % Wilson interval. The one exception is what counts samples
instead of examples (`SampleFigures.accuracy`, `.executable`): samples of one question are not independent, so these
are shown without an interval. Rows for a table: `score_rows.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from operator import attrgetter
from typing import Any

from t2s_pipeline import __version__
from t2s_pipeline.evaluation.error_class import ErrorClass
from t2s_pipeline.evaluation.hardness import Hardness
from t2s_pipeline.evaluation.judged import JudgedExample, RejectedLine
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.score_text import score_text
from t2s_pipeline.evaluation.statistics import INTERVAL, Proportion
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.voting import recall_points, right_within

UNJUDGED = "ran_without_verdict"


@dataclass(frozen=True)
class ClassCount:
    """Answers of one error class; `correct` of them are correct by the report's rule, though some fail as written."""

    error_class: str
    share: Proportion
    correct: int


@dataclass(frozen=True)
class SampleFigures:
    """Of examples with several samples. `accuracy` and `executable` count samples, `recall` examples.

    `recall[k]`: one of the first k samples is right (plainly so, not an estimate over all choices of k); an example
    with fewer than k samples has all of its own. `recall[1]` is the first sample without a vote.
    """

    fewest: int
    most: int
    accuracy: Proportion
    executable: Proportion
    recall: dict[int, Proportion]


@dataclass(frozen=True)
class GoldFailure:
    """A line whose gold query does not run, and why; the error names the file where it is a further one."""

    line: int
    database_id: str
    error: str


@dataclass(frozen=True)
class ScoreReport:
    """The figures of the answers, with what they come from.

    `overall` is the headline: answers that are correct by `rule`. `audited` is None where no gold was audited.
    `undecided` answers count as wrong by their rule (gold failed, was cut, or the column match hit its bound).
    `rejected` lines are in no figure. `database_files` has the databases that are judged on more files than one.
    `inputs` names what was scored, where it came from files.
    """

    rule: MatchRule
    overall: Proportion
    not_excluded: Proportion
    audited: Proportion | None
    executable: Proportion
    by_rule: dict[str, Proportion]
    undecided: dict[str, int]
    by_hardness: dict[str, Proportion]
    by_hardness_not_excluded: dict[str, Proportion]
    by_database: dict[str, Proportion]
    by_error_class: tuple[ClassCount, ...]
    differences: dict[str, int]
    samples: SampleFigures | None
    judged: tuple[JudgedExample, ...]
    rejected: tuple[RejectedLine, ...] = ()
    database_files: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def rejected_lines(self) -> dict[str, list[int]]:
        """The numbers of the lines that could not be judged, by reason."""
        lines: dict[str, list[int]] = {}
        for rejected in self.rejected:
            lines.setdefault(rejected.reason, []).append(rejected.line)
        return lines

    @property
    def gold_failures(self) -> list[GoldFailure]:
        """The lines whose gold query does not run."""
        return [
            GoldFailure(j.example.line or n, j.example.database_id, j.answer.gold_error)
            for n, j in enumerate(self.judged, start=1)
            if j.answer.gold_error is not None
        ]

    @property
    def fenced(self) -> tuple[int, int]:
        """How many of the samples begin as a fenced block, which is no SQL, and how many there are."""
        texts = [verdict.sql for item in self.judged for verdict in item.verdicts]
        return sum(text.lstrip().startswith("```") for text in texts), len(texts)

    def as_dict(self) -> dict[str, Any]:
        """The figures for JSON."""
        return {
            "inputs": self.inputs,
            "rule": str(self.rule),
            "interval": INTERVAL,
            "execution_accuracy": _figures(self.overall),
            "execution_accuracy_not_excluded": _figures(self.not_excluded),
            "execution_accuracy_audited": _figures(self.audited) if self.audited else None,
            "executable": _figures(self.executable),
            "by_rule": {
                rule: _figures(p) | {"undecided": self.undecided.get(rule, 0)} for rule, p in self.by_rule.items()
            },
            "by_hardness": _all_figures(self.by_hardness),
            "by_hardness_not_excluded": _all_figures(self.by_hardness_not_excluded),
            "by_database": _all_figures(self.by_database),
            "by_error_class": [
                {"error_class": c.error_class, **_figures(c.share), "correct": c.correct} for c in self.by_error_class
            ],
            "samples": _sample_figures(self.samples) if self.samples else None,
            "sandbox_differences": self.differences,
            "undecided": self.undecided.get(self.rule, 0),
            "lines_whose_gold_fails": [asdict(failure) for failure in self.gold_failures],
            "lines_without_an_example": self.rejected_lines,
            "databases_of_several_files": self.database_files,
            "sqlite_version": self.judged[0].answer.sqlite_version if self.judged else None,
            "t2s_pipeline_version": __version__,
        }

    def as_text(self) -> str:
        """The figures for a terminal."""
        return score_text(self)


def report_of(
    judged: Sequence[JudgedExample],
    rejected: Sequence[RejectedLine],
    rule: MatchRule,
    database_files: dict[str, tuple[str, ...]] | None = None,
) -> ScoreReport:
    """The figures of judged examples by `rule`."""

    answer_of = attrgetter(rule.field)  # `Verdict.correct(rule)`, without a look-up a sample

    def right(item: JudgedExample) -> bool:
        return answer_of(item.answer) is True

    audited = [item for item in judged if item.example.audited]
    looked_at = any(item.example.audited is not None for item in judged)
    counted = [item for item in judged if item.example.excluded_reason is None]
    answers = [item.answer for item in judged]
    rules = [r for r in MatchRule if r is not MatchRule.PLUG_VALUE or r is rule]
    undecided = {str(r): sum(v.correct(r) is None for v in answers) for r in rules}
    return ScoreReport(
        rule=rule,
        overall=Proportion.of(map(right, judged)),
        not_excluded=Proportion.of(map(right, counted)),
        audited=Proportion.of(map(right, audited)) if looked_at else None,
        executable=Proportion.of(v.executable for v in answers),
        by_rule={str(r): Proportion.of(v.correct(r) is True for v in answers) for r in rules},
        undecided={name: count for name, count in undecided.items() if count},
        by_hardness=_by_hardness(judged, right),
        by_hardness_not_excluded=_by_hardness(counted, right),
        by_database=dict(sorted(_grouped(judged, lambda item: item.example.database_id, right).items())),
        by_error_class=_by_error_class(judged, rule, right),
        differences=_differences(answers),
        samples=_samples(judged, rule),
        judged=tuple(judged),
        rejected=tuple(rejected),
        database_files=database_files or {},
    )


def _grouped(
    judged: Iterable[JudgedExample],
    group_of: Callable[[JudgedExample], str],
    right: Callable[[JudgedExample], bool],
) -> dict[str, Proportion]:
    outcomes: dict[str, list[bool]] = {}
    for item in judged:
        outcomes.setdefault(group_of(item), []).append(right(item))
    return {group: Proportion.of(found) for group, found in outcomes.items()}


def _by_hardness(judged: Iterable[JudgedExample], right: Callable[[JudgedExample], bool]) -> dict[str, Proportion]:
    """The levels that occur, from easy to extra."""
    found = _grouped(judged, lambda item: item.example.hardness, right)
    return {str(level): found[level] for level in Hardness if level in found}


def _by_error_class(
    judged: Sequence[JudgedExample], rule: MatchRule, right: Callable[[JudgedExample], bool]
) -> tuple[ClassCount, ...]:
    found = _grouped(judged, lambda item: str(item.answer.error_class_by(rule) or UNJUDGED), right)
    names = [*map(str, ErrorClass), UNJUDGED]
    return tuple(
        ClassCount(name, Proportion(found[name].denominator, len(judged)), found[name].numerator)
        for name in names
        if name in found
    )


def _differences(answers: Iterable[Verdict]) -> dict[str, int]:
    found: dict[str, int] = {}
    for verdict in answers:
        if verdict.sandbox_difference is not None:
            name = str(verdict.sandbox_difference)
            found[name] = found.get(name, 0) + 1
    return found


def _samples(judged: Sequence[JudgedExample], rule: MatchRule) -> SampleFigures | None:
    """None where no example has more than one sample."""
    sizes = [len(item.verdicts) for item in judged]
    most = max(sizes, default=0)
    if most < 2:
        return None
    answer_of = attrgetter(rule.field)
    correct = [[answer_of(verdict) is True for verdict in item.verdicts] for item in judged]
    return SampleFigures(
        fewest=min(sizes),
        most=most,
        accuracy=Proportion(sum(map(sum, correct)), sum(sizes)),
        executable=Proportion(sum(v.executable for item in judged for v in item.verdicts), sum(sizes)),
        recall={k: Proportion.of(right_within(found, k) for found in correct) for k in recall_points(most)},
    )


def _sample_figures(samples: SampleFigures) -> dict[str, Any]:
    return {
        "fewest": samples.fewest,
        "most": samples.most,
        "accuracy": _counts(samples.accuracy),
        "executable": _counts(samples.executable),
        "recall": {str(k): _figures(p) for k, p in samples.recall.items()},
    }


def _counts(proportion: Proportion) -> dict[str, Any]:
    return {"numerator": proportion.numerator, "denominator": proportion.denominator, "value": proportion.rate}


def _figures(proportion: Proportion) -> dict[str, Any]:
    low, high = proportion.interval or (None, None)
    return {**_counts(proportion), "interval_low": low, "interval_high": high}


def _all_figures(proportions: dict[str, Proportion]) -> dict[str, Any]:
    return {name: _figures(proportion) for name, proportion in proportions.items()}
