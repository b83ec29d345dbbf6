"""Where a statement's text begins and ends: what SQLite and Python's sqlite3 pass over, and what they do not."""

from __future__ import annotations

import re

import apsw

_SEMICOLONS = re.compile(r";[ \t\f\n\r;]*\Z")


def ends_twice(statement: str) -> bool:
    """`SELECT 1;;`: Python's sqlite3, and so the official evaluator, takes the second semicolon for a statement.

    apsw passes over it; a semicolon inside a trailing comment is none (SQLite itself says which it is).
    """
    run = _SEMICOLONS.search(statement)
    return run is not None and run.group().count(";") > 1 and apsw.complete(statement[: run.start() + 1])


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
