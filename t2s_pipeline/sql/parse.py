"""SQL text to sqlglot's syntax tree, for text that nobody vouches for.

    tree = parse_query("SELECT name FROM singer")        # None where sqlglot cannot tell

Everything in this package starts here. `None` means "cannot tell", never "is wrong": SQLite alone judges.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

LONGEST = 20_000
"""Characters. What is longer is no query that a person or a model wrote to answer a question."""


def parse_query(sql: str) -> exp.Query | None:
    """The one query in `sql`. None where it cannot be parsed, is not one query, is too long or too deep."""
    if len(sql) > LONGEST:
        return None
    try:
        statements = [s for s in sqlglot.parse(sql, read="sqlite") if s is not None]
    except (SqlglotError, RecursionError, AttributeError, TypeError, ValueError, LookupError):
        return None  # sqlglot's parser, on garbage, may fail in ways of Python's own
    if len(statements) != 1:
        return None
    statement = statements[0]
    while isinstance(statement, exp.Subquery) and isinstance(statement.this, exp.Query):
        statement = statement.this
    if not isinstance(statement, exp.Query) or isinstance(statement, exp.Subquery):
        return None
    return None if isinstance(statement, exp.Select) and not statement.expressions else statement
