"""The words in which a failed attempt is shown to the model.

`render_feedback` is a pure function of what an executor can see (did it run, the error, how many rows) and
of the pass's settings; that the attempt is wrong at all is the caller's knowledge. It never sees the gold, so
it cannot leak it: the reference's expected row count and sample rows are left out on purpose.

Built: modes `error_only` and `result_status` (which also tells the reason of a user's rule), details `basic` and
`minimal` (which also names the missing table or column of an SQLite error). Not built: identifier diagnostics,
`online_visible`, `oracle_rows`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from t2s_pipeline.prompts.templates import Detail, template

_MISSING_NAME = re.compile(r"no such (?:table|column): (?P<name>\S.*)", re.IGNORECASE)


class FeedbackMode(StrEnum):
    """What is told about a query that ran and is wrong: that alone, or also how many rows it returned and why a rule
    rejected it."""

    ERROR_ONLY = "error_only"
    RESULT_STATUS = "result_status"


@dataclass(frozen=True)
class FeedbackFacts:
    """What the executor shows of one attempt.

    `error` is the database's own message where `executable` is false (what stopped the query, where there is no
    message); `row_count` the rows returned where it is true, None where the executor does not tell. Without
    `has_query` the answer held no SQL, and nothing else is looked at. `reason` is a rule's; the gold gives none.
    """

    executable: bool
    error: str | None
    row_count: int | None
    has_query: bool = True
    reason: str | None = None


def feedback_templates(mode: FeedbackMode | str, detail: Detail | str, reasons: bool = False) -> tuple[str, ...]:
    """Names of the templates that `render_feedback` can use with these settings; `reasons`: a rule may give some."""
    names = ["feedback_no_query", "feedback_sqlite_error", "feedback_failed_check"]
    if FeedbackMode(mode) is FeedbackMode.RESULT_STATUS:
        names += ["feedback_empty_result", "feedback_wrong_result"]
        names += ["feedback_rejected", "feedback_reason"] if reasons else []
    if Detail(detail) is Detail.MINIMAL:
        names.append("feedback_missing_name")
    return tuple(names)


def render_feedback(facts: FeedbackFacts, mode: FeedbackMode | str, detail: Detail | str) -> str:
    """The feedback on a wrong attempt. Whatever the facts are, there is one: untrusted SQL can stop no rollout."""
    mode, detail = FeedbackMode(mode), Detail(detail)
    if not facts.has_query:
        return template("feedback_no_query")
    reason = facts.reason if mode is FeedbackMode.RESULT_STATUS else None
    if not facts.executable:
        text = _error_text(facts.error or "unknown error", detail)
        return f"{text}\n{template('feedback_reason').format(reason=reason)}" if reason else text
    if mode is FeedbackMode.ERROR_ONLY or facts.row_count is None:
        return template("feedback_failed_check")
    if reason:
        return template("feedback_rejected").format(row_count=facts.row_count, reason=reason)
    if facts.row_count == 0:
        return template("feedback_empty_result")
    return template("feedback_wrong_result").format(row_count=facts.row_count)


def _error_text(error: str, detail: Detail) -> str:
    text = template("feedback_sqlite_error").format(error=error)
    missing = _MISSING_NAME.search(error)
    if detail is Detail.MINIMAL and missing:
        text += "\n" + template("feedback_missing_name").format(name=missing["name"])
    return text
