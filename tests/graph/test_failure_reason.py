"""What `t2s run` says of a step that failed: a line where a user can mend it, tracebacks where the code is at fault."""

from __future__ import annotations

import sys

import dagster as dg
from dagster._utils.error import SerializableErrorInfo, serializable_error_info_from_exc_info

from assets.walk import failure_reason
from t2s_pipeline.datasets.errors import DatasetError


def raised(error: Exception, cause: Exception | None = None) -> SerializableErrorInfo:
    """`error`, raised because of `cause`, within an error of Dagster's, as its event log keeps it."""
    try:
        try:
            raise error from cause
        except Exception as inner:
            raise dg.DagsterInvalidInvocationError("Error occurred while executing op") from inner
    except dg.DagsterError:
        return serializable_error_info_from_exc_info(sys.exc_info())


def test_what_a_user_can_mend_is_its_message_alone() -> None:
    assert failure_reason(raised(DatasetError("rows.json: line 3: no `query`: add it"))) == (
        "rows.json: line 3: no `query`: add it"
    )


def test_the_cause_of_such_an_error_does_not_hide_it() -> None:
    assert failure_reason(raised(DatasetError("rows.json: not JSON"), ValueError("char 7"))) == "rows.json: not JSON"


def test_a_fault_of_the_code_has_its_traceback_and_ends_in_what_was_raised() -> None:
    reason = failure_reason(raised(KeyError("bug")))
    assert "Stack Trace:" in reason and reason.splitlines()[-1] == "KeyError: 'bug'"
