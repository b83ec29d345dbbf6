"""SQL text to sqlglot's syntax tree, for text that nobody vouches for.

    tree = parse_query("SELECT name FROM singer")        # None where sqlglot cannot tell

Everything in this package starts here. `None` means "cannot tell", never "is wrong": SQLite alone judges.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import SqlglotError

LONGEST = 20_000
"""Characters. What is longer is no query that a person or a model wrote to answer a question."""
_SQLITE = SQLite()


class _Parser(SQLite.Parser):
    """sqlglot's own, with the same trees, that reads every JOIN once.

    After a JOIN without ON its parser reads all joins that follow, to see whether an ON stands behind them, and where
    none does it reads them again: twice the time for every such JOIN, and hours for thirty, which a model that goes in
    circles writes in a second.
    """

    def _advance_chunk(self) -> None:
        self._read: dict[int, tuple[exp.Join | None, int, list[str]]] = {}  # by the place of a JOIN: it, and its end
        super()._advance_chunk()

    def _parse_join(self, *how: Any, **named: Any) -> exp.Join | None:
        if any(how) or any(named.values()):
            return super()._parse_join(*how, **named)
        start = self._index
        if start not in self._read:
            self._read[start] = (super()._parse_join(), self._index, self._prev_comments)
        join, end, comments = self._read[start]
        self._retreat(end)
        self._prev_comments = comments
        return join


def parse_query(sql: str) -> exp.Query | None:
    """The one query in `sql`. None where it cannot be parsed, is not one query, is too long or too deep."""
    if len(sql) > LONGEST:
        return None
    try:
        found = _Parser(dialect=_SQLITE).parse(_SQLITE.tokenize(sql), sql)
    except (SqlglotError, RecursionError, AttributeError, TypeError, ValueError, LookupError):
        return None  # sqlglot's parser, on garbage, may fail in ways of Python's own
    # A comment behind the semicolon is, to sqlglot, a statement of its own.
    statements = [statement for statement in found if not isinstance(statement, exp.Semicolon | None)]
    if len(statements) != 1:
        return None
    statement = statements[0]
    while isinstance(statement, exp.Subquery) and isinstance(statement.this, exp.Query):
        statement = statement.this
    if not isinstance(statement, exp.Query) or isinstance(statement, exp.Subquery):
        return None
    return None if isinstance(statement, exp.Select) and not statement.expressions else statement
