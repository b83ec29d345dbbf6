"""Where a statement's text begins and ends: what SQLite and Python's sqlite3 pass over, and what they do not."""

from __future__ import annotations

import re

import apsw

_BLANKS_AND_SEMICOLONS = " \t\f\n\r;"


def ends_twice(statement: str) -> bool:
    """`SELECT 1;;`: Python's sqlite3, and so the official evaluator, takes the second semicolon for a statement.

    apsw passes over it; a semicolon inside a trailing comment is none (SQLite itself says which it is).
    """
    end = len(statement.rstrip(_BLANKS_AND_SEMICOLONS))
    line = statement.find("\n", end)  # where a comment that reaches into the semicolons is over
    for start in (end, line) if line >= 0 else (end,):
        first = statement.find(";", start)
        if first >= 0 and apsw.complete(statement[: first + 1]):
            return statement.count(";", first) > 1
    return False


def as_subquery(statement: str) -> str:
    """`statement`, which compiles as a query, as a text that may stand between parentheses: `; SELECT 1 /* x`."""
    leading = _NOTHING.match(statement)
    query = statement[leading.end() if leading else 0 :].rstrip(_BLANKS_AND_SEMICOLONS)
    # SQLite closes a comment at the end of its text; one that stays open here would take the parenthesis in.
    return query + "\n" if apsw.complete(query + "\n;") else query + "*/"


_BLANK_OR_COMMENT = re.compile(r"(?:[ \t\f\n\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))*", re.DOTALL)
_NOTHING = re.compile(r"(?:[ \t\f\n\r;]+|--[^\n]*|/\*.*?(?:\*/|\Z))*", re.DOTALL)


def without_leading_comments(sql: str) -> str:
    """`sql` from its first character that is neither white space nor comment."""
    match = _BLANK_OR_COMMENT.match(sql)
    return sql[match.end() :] if match else sql


def is_nothing(sql: str) -> bool:
    """Nothing but white space, comments and semicolons?"""
    match = _NOTHING.match(sql)
    return match is not None and match.end() == len(sql)
