"""The words in which a failed attempt is shown to the model.

`render_feedback` is a pure function of what an executor can see (did it run, the error, the rows, what its plan and its
joins give away) and of the pass's settings. The gold comes in by one field alone, `FeedbackFacts.oracle`, and only the
mode `oracle_rows` looks at it: the reference's `result_status` told the expected row count, ours does not.

Details: `column` says of every invalid name what it was taken for and who has it (`column_feedback.py`), and shows the
first rows of what ran. `minimal` says the same: its rules stand in the prompt (`templates.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from t2s_pipeline.prompts.column_feedback import COLUMN_TEMPLATES, column_lines, source_text
from t2s_pipeline.prompts.templates import Detail, template
from t2s_pipeline.schema.serialise import quote_identifier
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.hidden_keys import HiddenKey
from t2s_pipeline.sql.join_graph import Groups

DIAGNOSED = frozenset({Detail.COLUMN, Detail.MINIMAL})
"""Details with a diagnosis of the query's names."""
CELL_CHARACTERS = 60
ROW_CELLS = 12
Rows = Sequence[Sequence[int | float | str | None]]


class FeedbackMode(StrEnum):
    """What is told about a query that ran.

    `error_only`: that it is wrong. `result_status`: also how many rows it returned and why a rule rejected it.
    `oracle_rows`: also how many the gold returns, and the first rows of both. `online_visible`: not that it is wrong,
    but what the executor itself can see against it.
    """

    ERROR_ONLY = "error_only"
    RESULT_STATUS = "result_status"
    ORACLE_ROWS = "oracle_rows"
    ONLINE_VISIBLE = "online_visible"


@dataclass(frozen=True)
class OracleFacts:
    """What the gold returns: never at evaluation."""

    row_count: int | None
    rows: Rows


@dataclass(frozen=True)
class NameFacts:
    """What names can be told of: the query, the database's tables and columns, and the tables that the prompt showed
    (None: all)."""

    sql: str
    catalogue: Catalogue
    shown: tuple[str, ...] | None = None


@dataclass(frozen=True)
class FeedbackFacts:
    """What the executor shows of one attempt.

    `error` is the database's own message where `executable` is false (what stopped the query, where there is no
    message); `row_count` the rows returned where it is true, None where the executor does not tell, and `rows` the
    first of them. Without `has_query` the answer held no SQL, and nothing else is looked at. `reason` is a rule's; the
    gold gives none. `signals`, `products` and `hidden_keys` are what was seen against it (`evaluation/guards.py`);
    `oracle` is the gold's side, for the mode `oracle_rows` alone.
    """

    executable: bool
    error: str | None
    row_count: int | None
    has_query: bool = True
    reason: str | None = None
    rows: Rows = ()
    signals: tuple[str, ...] = ()
    products: tuple[Groups, ...] = ()
    hidden_keys: tuple[HiddenKey, ...] = ()
    names: NameFacts | None = None
    oracle: OracleFacts | None = None


def feedback_templates(mode: FeedbackMode | str, detail: Detail | str, reasons: bool = False) -> tuple[str, ...]:
    """Names of the templates that `render_feedback` can use with these settings; `reasons`: a rule may give some."""
    names = ["feedback_no_query", "feedback_sqlite_error"]
    mode, detail = FeedbackMode(mode), Detail(detail)
    if mode is FeedbackMode.ONLINE_VISIBLE:
        names += _SEEN_TEMPLATES
    else:
        names.append("feedback_failed_check")
    if mode is FeedbackMode.RESULT_STATUS:
        names += ["feedback_empty_result", "feedback_wrong_result"]
        names += ["feedback_rejected", "feedback_reason"] if reasons else []
    if mode is FeedbackMode.ORACLE_ROWS:
        names += ["feedback_oracle", "feedback_oracle_rows"]
    if detail in DIAGNOSED:
        names += [*COLUMN_TEMPLATES, "feedback_rows"]
    return tuple(names)


def render_feedback(facts: FeedbackFacts, mode: FeedbackMode | str, detail: Detail | str) -> str:
    """The feedback on an attempt. Whatever the facts are, there is one: untrusted SQL can stop no rollout.

    Raises ValueError for the mode `oracle_rows` on a query that ran, without the oracle's facts.
    """
    mode, detail = FeedbackMode(mode), Detail(detail)
    if not facts.has_query:
        return template("feedback_no_query")
    lines = _of_result(facts, mode) if facts.executable else _of_failure(facts, mode)
    if detail in DIAGNOSED and (not facts.executable or mode is not FeedbackMode.ERROR_ONLY):
        if facts.executable and facts.rows and mode is not FeedbackMode.ORACLE_ROWS:
            lines.append(template("feedback_rows").format(rows=rows_text(facts.rows)))
        if facts.names is not None:
            error = None if facts.executable else facts.error
            lines += column_lines(facts.names.sql, error, facts.names.catalogue, facts.names.shown)
    if facts.reason and not facts.executable and mode is FeedbackMode.RESULT_STATUS:
        lines.append(template("feedback_reason").format(reason=facts.reason))
    return "\n".join(lines)


def rows_text(rows: Rows) -> str:
    """Rows on one line, `(Ada, 30); (Bo, NULL)`; long texts and wide rows are cut."""
    return "; ".join(f"({', '.join(map(_cell, row[:ROW_CELLS]))}{_more(row)})" for row in rows) or "none"


def _of_failure(facts: FeedbackFacts, mode: FeedbackMode) -> list[str]:
    lines = [template("feedback_sqlite_error").format(error=facts.error or "unknown error")]
    return lines + (_signals(facts) if mode is FeedbackMode.ONLINE_VISIBLE else [])


def _of_result(facts: FeedbackFacts, mode: FeedbackMode) -> list[str]:
    if mode is FeedbackMode.ONLINE_VISIBLE:
        return _seen(facts)
    if mode is FeedbackMode.ERROR_ONLY or facts.row_count is None:
        return [template("feedback_failed_check")]
    if mode is FeedbackMode.ORACLE_ROWS:
        return _oracle(facts)
    if facts.reason:
        return [template("feedback_rejected").format(row_count=facts.row_count, reason=facts.reason)]
    if facts.row_count == 0:
        return [template("feedback_empty_result")]
    return [template("feedback_wrong_result").format(row_count=facts.row_count)]


def _oracle(facts: FeedbackFacts) -> list[str]:
    if facts.oracle is None:
        raise ValueError("feedback_mode = 'oracle_rows' needs what the gold returns")
    expected = "unknown" if facts.oracle.row_count is None else facts.oracle.row_count
    counts = template("feedback_oracle").format(row_count=facts.row_count, expected_count=expected)
    rows, expected_rows = rows_text(facts.rows), rows_text(facts.oracle.rows)
    return [counts, template("feedback_oracle_rows").format(rows=rows, expected_rows=expected_rows)]


_SEEN_TEMPLATES = (
    "feedback_seen_nothing",
    "feedback_seen_empty",
    "feedback_seen_product",
    "feedback_seen_scan",
    "feedback_seen_no_plan",
    "feedback_signals",
)


def _seen(facts: FeedbackFacts) -> list[str]:
    """What the executor sees against a query that ran; it does not know whether it is wrong."""
    lines = [template("feedback_seen_empty")] if facts.row_count == 0 else []
    for groups in facts.products:
        one, *others = (" and ".join(source_text(source) for source in group) for group in groups)
        lines += [template("feedback_seen_product").format(one=one, other=other) for other in others]
    for key in facts.hidden_keys:
        column = quote_identifier(key.column)
        lines.append(template("feedback_seen_scan").format(table=source_text(key.source), column=column))
    if "explain_plan_error" in facts.signals:
        lines.append(template("feedback_seen_no_plan"))
    return lines + _signals(facts) if lines else [template("feedback_seen_nothing")]


def _signals(facts: FeedbackFacts) -> list[str]:
    return [template("feedback_signals").format(signals=", ".join(facts.signals))] if facts.signals else []


def _cell(value: int | float | str | None) -> str:
    if value is None:
        return "NULL"
    text = " ".join(str(value).split())
    return text if len(text) <= CELL_CHARACTERS else text[:CELL_CHARACTERS] + "..."


def _more(row: Sequence[object]) -> str:
    return ", ..." if len(row) > ROW_CELLS else ""
