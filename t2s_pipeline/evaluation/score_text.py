"""A score as text for a terminal: sections of rows, all figures in one column, and last what the figures leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from t2s_pipeline.evaluation.error_class import ErrorClass
from t2s_pipeline.evaluation.statistics import Proportion

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.score_report import ClassCount, GoldFailure, SampleFigures, ScoreReport

FEW = 5  # errors of golds, and databases of several files, each on a line
SHOWN = 20  # lines of each reason, and databases; JSON has them all
LEGEND = "[ ]: 95 % Wilson interval"
_TIMED_OUT = "interrupted after"
_Section = tuple[str, list[tuple[str, str]]]


def score_text(report: ScoreReport) -> str:
    """The figures for a terminal."""
    head = [(f"execution accuracy ({report.rule})", str(report.overall)), ("executable", str(report.executable))]
    if report.not_excluded != report.overall:
        head.insert(1, ("without excluded examples", str(report.not_excluded)))
    if report.audited:
        head.insert(1, ("on audited golds", str(report.audited)))
    classes = [(c.error_class, str(c.share) + _repaired(c)) for c in report.by_error_class]
    sections = [
        ("", head),
        *([_samples_section(report.samples)] if report.samples else []),
        ("by rule", _stated(report.by_rule)),
        ("by hardness", _stated(report.by_hardness)),
        ("by error class, as written", classes),
        *([_databases_section(report.by_database)] if len(report.by_database) > 1 else []),
    ]
    return "\n".join([*_aligned(sections), "", LEGEND, *_reservations(report)])


def _reservations(report: ScoreReport) -> list[str]:
    """What the figures leave out or cannot say."""
    lines = []
    fenced, samples = report.fenced
    if fenced:
        lines.append(f"{fenced:,} of {samples:,} predictions begin with ```, which is no SQL; take it out: --extract")
    if report.undecided:
        lines.append(f"undecided, counted as wrong: {_listed(report.undecided)}")
    lines += _gold_failures(report.gold_failures)
    if report.differences:
        lines.append(f"may differ from the official evaluator: {_listed(report.differences)}")
    for reason, found in report.rejected_lines.items():
        lines.append(f"{len(found)} lines are in no figure: {reason} (line {_shown(found)})")
    if report.database_files:
        lines.append("judged on several files (every name with .sqlite in the database's folder), right only on all:")
        shown = [_files(*entry) for entry in report.database_files.items()]
        lines += [*shown[:FEW], *([f"  ... and {len(shown) - FEW} more databases"] if len(shown) > FEW else [])]
    return ["", *lines] if lines else []


def _gold_failures(failures: Sequence[GoldFailure]) -> list[str]:
    """The first failing golds, each with its error, and what to do about the kinds of errors there are."""
    if not failures:
        return []
    late = sum(_TIMED_OUT in failure.error for failure in failures)
    remedies = [
        *(["mend the gold or its database"] if late < len(failures) else []),
        *(["give it more time: --timeout"] if late else []),
    ]
    shown = [f"  line {f.line}, {f.database_id}: {' '.join(f.error.split())}" for f in failures[:FEW]]
    more = [f"  ... and {len(failures) - FEW} more; --json and --rows have all"] if len(failures) > FEW else []
    lines = "1 line" if len(failures) == 1 else f"{len(failures)} lines"
    return [f"gold does not run in {lines}; {', or '.join(remedies)}", *shown, *more]


def _files(database_id: str, names: Sequence[str]) -> str:
    more = ", ..." if len(names) > FEW else ""
    return f"  {database_id}: {len(names)} files: {', '.join(names[:FEW])}{more}"


def _aligned(sections: Sequence[_Section]) -> list[str]:
    """Titles with their rows below, all values in one column."""
    width = max(len(name) for _, rows in sections for name, _ in rows) + 2
    lines: list[str] = []
    for title, rows in sections:
        lines += ["", title] if title else []
        lines += [f"{'  ' if title else ''}{name:<{width if title else width + 2}}{value}" for name, value in rows]
    return lines


def _stated(proportions: dict[str, Proportion]) -> list[tuple[str, str]]:
    return [(name, str(proportion)) for name, proportion in proportions.items()]


def _samples_section(samples: SampleFigures) -> _Section:
    size = f"{samples.most}" if samples.fewest == samples.most else f"{samples.fewest} to {samples.most}"
    ratios = {"samples that are right": samples.accuracy, "samples that run": samples.executable}
    rows = [(name, f"{p.numerator}/{p.denominator} = {p.rate:.2%}") for name, p in ratios.items()]
    rows += [
        (f"one of the first {k} right" if k > 1 else "first sample right", str(p)) for k, p in samples.recall.items()
    ]
    return f"samples: an answer is the vote of {size}", rows


def _databases_section(by_database: dict[str, Proportion]) -> _Section:
    ranked = sorted(by_database.items(), key=lambda item: item[1].numerator - item[1].denominator)
    more = f", the first {SHOWN} of {len(ranked)}" if len(ranked) > SHOWN else ""
    return f"by database, most wrong answers first{more}", _stated(dict(ranked[:SHOWN]))


def _repaired(count: ClassCount) -> str:
    """How many are correct by the rule, where the class does not say so."""
    expected = count.share.numerator if count.error_class == ErrorClass.EXECUTION_CORRECT else 0
    return "" if count.correct == expected else f"  ({count.correct} correct)"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _shown(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:SHOWN])) + (", ..." if len(lines) > SHOWN else "")
