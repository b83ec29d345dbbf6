"""The rows of a score as a table: one a sample, in the order of the file, for Parquet, DuckDB and comparisons.

    write_rows(report, Path("rows.parquet"))
    answers = read_answers(Path("rows.parquet"), MatchRule.OFFICIAL)          # what `comparison.py` compares

Columns: `line` (from 1) and `sample` (from 0), `chosen` (the vote's answer: one sample a line), `correct` (by the rule
of the score, which the file's metadata name), the example, the verdict, and `rejected_reason`: the rows of a line
without an example have no `correct` and no verdict but the SQL.
"""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.errors import T2sError
from t2s_pipeline.evaluation.comparison import Answer, Comparison
from t2s_pipeline.evaluation.error_class import classify
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.score_report import ScoreReport
from t2s_pipeline.sandbox.execute import Status

if TYPE_CHECKING:
    import pyarrow as pa

RULE_KEY = b"t2s_rule"
_SEEN = frozenset(status.value for status in Status)
EXAMPLE_COLUMNS = ("example_id", "database_id", "question", "gold", "hardness", "excluded_reason")
VERDICT_COLUMNS = {
    "sql": "string",
    "status": "string",
    "error_class": "string",
    "error": "string",
    **{rule.field: "bool" for rule in MatchRule},
    "sandbox_difference": "string",
    "gold_error": "string",
    "row_count": "int64",
    "gold_row_count": "int64",
    "column_count": "int64",
    "truncated": "bool",
    "result_digest": "string",
    "syntax_valid": "bool",
    "schema_valid": "bool",
    "executable": "bool",
    "quoted_identifier_as_literal": "bool",
    "elapsed_ms": "double",
    "sqlite_version": "string",
}
COLUMNS = {
    "line": "int64",
    "sample": "int64",
    "chosen": "bool",
    "correct": "bool",
    **dict.fromkeys(EXAMPLE_COLUMNS, "string"),
    "audited": "bool",
    **VERDICT_COLUMNS,
    "rejected_reason": "string",
}


COMPARISON_COLUMNS = {
    **dict.fromkeys(("example_id", "database_id", "hardness", "question", "gold", "change"), "string"),
    **dict.fromkeys(("first_correct", "second_correct"), "bool"),
    **dict.fromkeys(("first_sql", "second_sql", "first_error_class", "second_error_class"), "string"),
}


class RowsError(T2sError, ValueError):
    """A file of rows that can't be used; the message names it, what is wrong, and what to do."""


def write_rows(report: ScoreReport, path: Path) -> None:
    """Write `rows_table(report)` as Parquet, whole or not at all."""
    from t2s_pipeline.files import write_parquet

    write_parquet(path, rows_table(report))


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write a comparison, a row an example, as Parquet, whole or not at all."""
    import pyarrow as pa

    from t2s_pipeline.files import write_parquet

    write_parquet(path, pa.Table.from_pylist(comparison.rows(), schema=pa.schema(list(COMPARISON_COLUMNS.items()))))


def rows_table(report: ScoreReport) -> pa.Table:
    """The rows of every line, built by columns."""
    import pyarrow as pa

    schema = pa.schema(list(COLUMNS.items()), metadata={RULE_KEY: str(report.rule).encode()})
    judged = pa.Table.from_arrays(_judged_columns(report, schema), schema=schema)
    if not report.rejected:
        return judged
    rejected = pa.Table.from_pylist(_rejected_rows(report), schema=schema)
    return pa.concat_tables([judged, rejected]).sort_by([("line", "ascending"), ("sample", "ascending")])


def read_rule(path: Path) -> MatchRule:
    """The rule by which the rows in a file were scored. Raises RowsError as `read_answers`."""
    return MatchRule(_read(path).schema.metadata[RULE_KEY].decode())


def read_answers(path: Path, rule: MatchRule) -> list[Answer]:
    """The answers in a file that `write_rows` wrote, correct by `rule`.

    Raises RowsError for a file that is not there, is no such file, or was scored without `rule`.
    """
    import pyarrow.compute as pc

    table = _read(path)
    chosen = table.filter(pc.and_(table["chosen"], pc.is_null(table["rejected_reason"])))
    if rule is MatchRule.PLUG_VALUE and rule is not read_rule(path):
        raise RowsError(f"{path}: was scored without plug_value; score again with --rule plug_value")
    shown = [chosen[name].to_pylist() for name in ("example_id", "database_id", "hardness", "question", "gold", "sql")]
    facts = [chosen[name].to_pylist() for name in ("sql", "status", "error", "row_count", "gold_row_count", rule.field)]
    classes = [stored_class(*fact) for fact in zip(*facts, strict=True)]
    correct = [answer is True for answer in facts[-1]]
    return [Answer(*answer) for answer in zip(*shown, correct, classes, strict=True)]


def stored_class(
    sql: str,
    status: str | None,
    error: str | None,
    row_count: int | None,
    gold_row_count: int | None,
    correct: bool | None,
    unseen: str | None = None,
) -> str | None:
    """The class of a stored verdict by the rule that `correct` is of; `unseen` where the sandbox never saw it."""
    if status not in _SEEN:
        return unseen
    return classify(sql, Status(status), error, row_count, gold_row_count, correct)


def _read(path: Path) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise RowsError(f"{path}: no such file; write the rows of a score with: t2s score ... --rows {path.name}")
    try:
        table = pq.read_table(path)
    except pa.ArrowInvalid as error:
        raise RowsError(f"{path}: not Parquet ({error}); name the rows of a score") from error
    if RULE_KEY not in (table.schema.metadata or {}) or not set(COLUMNS) <= set(table.column_names):
        raise RowsError(f"{path}: not the rows of a score; write them with: t2s score ... --rows {path.name}")
    return table


def _judged_columns(report: ScoreReport, schema: pa.Schema) -> list[pa.Array]:
    """The columns of the samples that have a verdict. What belongs to an example is made once and repeated."""
    import pyarrow as pa

    judged = report.judged
    verdicts = [verdict for item in judged for verdict in item.verdicts]
    repeats = pa.array([n for n, item in enumerate(judged) for _ in item.verdicts], pa.int64())
    found: dict[str, Any] = {
        "line": pa.array([item.example.line or n for n, item in enumerate(judged, start=1)], pa.int64()).take(repeats),
        "sample": [sample for item in judged for sample in range(len(item.verdicts))],
        "chosen": [sample == item.chosen for item in judged for sample in range(len(item.verdicts))],
        "correct": [answer is True for answer in map(attrgetter(report.rule.field), verdicts)],
        "rejected_reason": pa.nulls(len(verdicts), pa.string()),
    }
    for name in (*EXAMPLE_COLUMNS, "audited"):
        values = [getattr(item.example, name) for item in judged]
        found[name] = pa.array(values, schema.field(name).type).take(repeats)
    for name in VERDICT_COLUMNS:
        found[name] = list(map(attrgetter(name), verdicts))
    found["error_class"] = [verdict.error_class_by(report.rule) for verdict in verdicts]
    return [
        values if isinstance(values, pa.Array) else pa.array(values, schema.field(name).type)
        for name, values in ((name, found[name]) for name in COLUMNS)
    ]


def _rejected_rows(report: ScoreReport) -> list[dict[str, Any]]:
    return [
        {
            "line": rejected.line,
            "sample": sample,
            "database_id": rejected.database_id,
            "question": rejected.question,
            "gold": rejected.gold,
            "sql": sql,
            "rejected_reason": rejected.reason,
        }
        for rejected in report.rejected
        for sample, sql in enumerate(rejected.samples)
    ]
