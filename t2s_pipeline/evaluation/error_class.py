"""What went wrong with a candidate: one closed list, one function that decides it, one table of what it means.

The class describes the SQL *as written*. It is decided from the execution's status, SQLite's own message and,
where gold is known, the verdict of the match rule; never from the text of the query. A candidate that the
official rule repairs on the way (it joins `> =`, keeps the first of two statements) may be correct and still
carry the class of its fault: reports of errors select rows that are not correct.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum

from t2s_pipeline.sandbox.execute import Status


class ErrorClass(StrEnum):
    MISSING_CANDIDATE = "missing_candidate"
    NOT_A_QUERY = "not_a_query"
    MULTIPLE_STATEMENTS = "multiple_statements"
    INCOMPLETE_INPUT = "incomplete_input"
    SYNTAX_ERROR = "syntax_error"
    NO_SUCH_TABLE = "no_such_table"
    NO_SUCH_COLUMN = "no_such_column"
    AMBIGUOUS_COLUMN = "ambiguous_column"
    NO_SUCH_FUNCTION = "no_such_function"
    MISUSED_AGGREGATE = "misused_aggregate"
    TIMEOUT = "timeout"
    RESOURCE_LIMIT = "resource_limit"
    DENIED = "denied"
    WORKER_DIED = "worker_died"
    OTHER_EXECUTION_ERROR = "other_execution_error"
    EMPTY_RESULT = "empty_result"
    WRONG_ROW_COUNT = "wrong_row_count"
    WRONG_RESULT = "wrong_result"
    EXECUTION_CORRECT = "execution_correct"


class DeploymentScope(StrEnum):
    """Who can act on the error: `online` what the executor shows, `guarded` a sanity check may suspect it,
    `offline` only gold or another external verifier sees it, `online_retry` nothing came, ask again, `serve`.
    """

    ONLINE = "online"
    GUARDED = "guarded"
    OFFLINE = "offline"
    ONLINE_RETRY = "online_retry"
    SERVE = "serve"


@dataclass(frozen=True)
class Route:
    """One row of the routing policy. `reference_class`: what the execution-guided reference calls it."""

    error_class: ErrorClass
    deployment_scope: DeploymentScope
    online_detectable: str
    verifier: str
    recommended_route: str
    reference_class: str


_STATUS_CLASSES = {
    Status.NOT_A_QUERY: ErrorClass.NOT_A_QUERY,
    Status.MULTIPLE_STATEMENTS: ErrorClass.MULTIPLE_STATEMENTS,
    Status.DENIED: ErrorClass.DENIED,
    Status.TIMEOUT: ErrorClass.TIMEOUT,
    Status.RESOURCE_LIMIT: ErrorClass.RESOURCE_LIMIT,
    Status.WORKER_DIED: ErrorClass.WORKER_DIED,
}

# SQLite's messages, the first that matches decides. Its parser and resolver write them; see its
# src/resolve.c, src/select.c, src/parse.y, src/build.c.
_MESSAGES = tuple(
    (re.compile(pattern), error_class)
    for pattern, error_class in (
        (r"^incomplete input", ErrorClass.INCOMPLETE_INPUT),
        (r"syntax error|^unrecognized token|null character|surrogates not allowed", ErrorClass.SYNTAX_ERROR),
        (
            r"clause should come (after|before)|^no tables specified|^a (NATURAL join may not|JOIN clause is required)|"
            r"^unknown join type",
            ErrorClass.SYNTAX_ERROR,
        ),
        (r"^no such table|^no such view|^unknown database", ErrorClass.NO_SUCH_TABLE),
        (r"^no such column|^cannot join using column", ErrorClass.NO_SUCH_COLUMN),
        (r"^ambiguous (column|reference)", ErrorClass.AMBIGUOUS_COLUMN),
        (r"^no such (function|window)|^'.*' is not a function$", ErrorClass.NO_SUCH_FUNCTION),
        (
            r"^misuse of|^aggregate functions are not allowed|^HAVING clause on a non-aggregate|"
            r"may not be used as a window function|^FILTER may not be used|^DISTINCT (aggregates|is not)|"
            r"^recursive (aggregate|window)",
            ErrorClass.MISUSED_AGGREGATE,
        ),
    )
)


def classify(
    sql: str,
    status: Status,
    error: str | None,
    row_count: int | None = None,
    gold_row_count: int | None = None,
    correct: bool | None = None,
) -> ErrorClass | None:
    """The class of a candidate. `correct` is a match rule's verdict, None where nothing can tell.

    None for a query that ran, returned rows, and that nobody can judge.
    """
    if not sql.strip():
        return ErrorClass.MISSING_CANDIDATE
    if status is Status.ERROR:
        return class_of_message(error or "")
    if status is not Status.OK:
        return _STATUS_CLASSES[status]
    if correct:
        return ErrorClass.EXECUTION_CORRECT
    if row_count == 0:
        return ErrorClass.EMPTY_RESULT
    if correct is None:
        return None
    return ErrorClass.WRONG_RESULT if row_count == gold_row_count else ErrorClass.WRONG_ROW_COUNT


def class_of_message(message: str) -> ErrorClass:
    """The class of what SQLite says of a query that is there, and that it did not run."""
    return next((c for pattern, c in _MESSAGES if pattern.search(message)), ErrorClass.OTHER_EXECUTION_ERROR)


NO_SYNTAX = frozenset(
    {
        ErrorClass.MISSING_CANDIDATE,
        ErrorClass.NOT_A_QUERY,
        ErrorClass.MULTIPLE_STATEMENTS,
        ErrorClass.INCOMPLETE_INPUT,
        ErrorClass.SYNTAX_ERROR,
    }
)
NO_SCHEMA = frozenset({ErrorClass.NO_SUCH_TABLE, ErrorClass.NO_SUCH_COLUMN, ErrorClass.AMBIGUOUS_COLUMN})

_ONLINE = (DeploymentScope.ONLINE, "yes", "SQLite executor")
_OFFLINE = (DeploymentScope.OFFLINE, "no", "gold or another external verifier")
_REPAIR = "execution-error repair or safe retry"
_SEMANTIC = "verified semantic repair or preference mining"
_OTHER = "other_execution_error"

ROUTING: dict[ErrorClass, Route] = {
    c: Route(c, scope, online, verifier, route, reference)
    for c, (scope, online, verifier), route, reference in (
        (
            ErrorClass.MISSING_CANDIDATE,
            (DeploymentScope.ONLINE_RETRY, "yes", "the extractor"),
            "generation retry",
            "missing_candidate",
        ),
        (ErrorClass.NOT_A_QUERY, _ONLINE, _REPAIR, _OTHER),
        (ErrorClass.MULTIPLE_STATEMENTS, _ONLINE, _REPAIR, _OTHER),
        (ErrorClass.INCOMPLETE_INPUT, _ONLINE, "retry with more tokens", _OTHER),
        (ErrorClass.SYNTAX_ERROR, _ONLINE, "column-minimal repair", "syntax_error"),
        (ErrorClass.NO_SUCH_TABLE, _ONLINE, "schema-aware column-minimal repair", "no_such_table"),
        (ErrorClass.NO_SUCH_COLUMN, _ONLINE, "schema-aware column-minimal repair", "no_such_column"),
        (ErrorClass.AMBIGUOUS_COLUMN, _ONLINE, "alias disambiguation", "ambiguous_column"),
        (ErrorClass.NO_SUCH_FUNCTION, _ONLINE, _REPAIR, _OTHER),
        (ErrorClass.MISUSED_AGGREGATE, _ONLINE, _REPAIR, _OTHER),
        (ErrorClass.TIMEOUT, _ONLINE, "cost-aware rewrite", "timeout"),
        (ErrorClass.RESOURCE_LIMIT, _ONLINE, "cost-aware rewrite", _OTHER),
        (ErrorClass.DENIED, _ONLINE, _REPAIR, _OTHER),
        (ErrorClass.WORKER_DIED, _ONLINE, "cost-aware rewrite", _OTHER),
        (ErrorClass.OTHER_EXECUTION_ERROR, _ONLINE, _REPAIR, _OTHER),
        (
            ErrorClass.EMPTY_RESULT,
            (DeploymentScope.GUARDED, "weak", "result sanity check"),
            "condition-value grounding",
            "empty_result",
        ),
        (ErrorClass.WRONG_ROW_COUNT, _OFFLINE, _SEMANTIC, "wrong_row_count"),
        (ErrorClass.WRONG_RESULT, _OFFLINE, _SEMANTIC, "wrong_result"),
        (ErrorClass.EXECUTION_CORRECT, (DeploymentScope.SERVE, "yes", "none"), "serve", "execution_correct"),
    )
}


def routing_rows() -> list[dict[str, str]]:
    """The routing policy as rows, one an error class, in the enumeration's order: for a report to join."""
    return [{name: str(value) for name, value in asdict(ROUTING[c]).items()} for c in ErrorClass]
