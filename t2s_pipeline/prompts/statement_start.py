"""Where a SQL statement starts in a model's answer that may have prose, code fences and labels around it.

    find_start("The query is SELECT a FROM b").place       # 13

Looked for in this order: at once, in a code fence, behind an `SQL:` label, a WITH or a line's first SELECT, a SELECT in
capitals, a select. The first that does not read like prose counts ("Select all singers:" does), else the first. Words
alone decide; nothing is parsed.

The time taken is linear in the text's length, whatever the text: quantifiers are possessive, and what is read once, or
is longer than `_HEAD_LENGTH`, is not read again. No recursion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from t2s_pipeline.prompts.statement_end import GOES_ON, PLAIN_WORD, reads_like_prose, statement_end

_HEAD_LENGTH = 1_000
"""Characters from a WITH in prose, or behind a fence or label, to the first bracket of its query."""
_BEFORE_LINE = 100
"""Characters before a line that are looked at."""

_COMMENT = r"--[^\n]*+(?:\n|\Z)|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)"
_SPACE = rf"(?:\s++|{_COMMENT})"
_NAME = r"""(?:\w++|"[^"]*+(?:""[^"]*+)*+"|'[^']*+(?:''[^']*+)*+'|`[^`]*+(?:``[^`]*+)*+`|\[[^\]]*+\])"""
_COLUMNS = rf"\({_SPACE}*+{_NAME}{_SPACE}*+(?:,{_SPACE}*+{_NAME}{_SPACE}*+)*+\)"
# English "with" is not WITH: a statement goes on `[RECURSIVE] name [(columns)] AS (`.
_WITH = (
    rf"WITH\b{_SPACE}*+(?:RECURSIVE\b{_SPACE}*+(?!AS\b|\())?{_NAME}{_SPACE}*+(?:{_COLUMNS}{_SPACE}*+)?"
    rf"AS\b{_SPACE}*+(?:(?:NOT\b{_SPACE}*+)?MATERIALIZED\b{_SPACE}*+)?\("
)
# Shapes, not single words: an answer may begin "Create a query that ...".
_OTHER = (
    r"(?:(?:INSERT|REPLACE)\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET|(?:DROP|ALTER)\s+(?:TABLE|VIEW|INDEX)"
    r"|CREATE\s+(?:TEMP\w*\s+)?(?:TABLE|VIEW|INDEX|TRIGGER)|PRAGMA\s+\w|(?:ATTACH|DETACH)\s+|VACUUM\b"
    r"|EXPLAIN\s+(?:QUERY\s+PLAN\s+)?SELECT|VALUES\s*\()"
)
_EMPTY = re.compile(rf"(?:(?:[\s(]++|{_COMMENT})*+;)*+\s*+")
_LEAD = re.compile(rf"(?:[\s(]++|{_COMMENT})*+")
_STATEMENT = re.compile(rf"SELECT\b|{_WITH}|{_OTHER}", re.IGNORECASE)
_HEAD = re.compile(_WITH, re.IGNORECASE)
_COMMENTS = re.compile(_COMMENT)

_FENCE = re.compile(
    r"(?:`{3,}+|~{3,}+)[ \t]*+(?:(?i:sql(?:ite)?)\b|\w*+[ \t]*+(?=\r?\n))?|<(?i:sql|query|code)>",
)
_LABEL = re.compile(
    r"^(?:[ \t>*#]|-(?!-))*+(?:(?:(?:the|corrected|final|revised)[ ])*+(?:sqlite|sql)(?:[ ]query)?[ \t*]*+:[ \t*]*+)++",
    re.IGNORECASE | re.MULTILINE,
)
_VERB = re.compile(r"\b(?:SELECT|WITH)\b", re.IGNORECASE)
_CONTINUED = re.compile(r"(?:\(|\bUNION(?:\s+ALL)?|\bINTERSECT|\bEXCEPT)\Z", re.IGNORECASE)
"""What a SELECT stands behind that is a part of another statement."""

_PROSE = re.compile(
    rf"""SELECT\s++(?:(?:DISTINCT|ALL)\s++)?+(?:
        (?:(?!FROM\b)\w++(?:'\w++)?+,?+[ \t]*+){{1,12}}+[.:!?](?:\s|\Z)
        | (?-i:(?<!SELECT[ ]))(?:the|each|every|those|these|only|which|both|and|or|to|statement|query|clause)
          [ ](?!\s*+(?:{GOES_ON})\b)\w
        | {PLAIN_WORD}(?:[ \t]++{PLAIN_WORD}){{2}} )""",
    re.IGNORECASE | re.VERBOSE,
)


class Start(NamedTuple):
    """Where a statement starts, what is before its first word counted in; not `sure`: it reads like prose."""

    place: int
    sure: bool


class _Found(NamedTuple):
    place: int
    verb: int
    """Where its first word stands, behind comments and brackets."""
    inner: bool = False
    """Whether it stands behind a bracket that it does not begin with."""


def find_start(text: str) -> Start | None:
    """The start of the first statement of `text`, or None where it has none."""
    first = None
    for found in _in_order(text):
        if not found.inner and not _PROSE.match(text, found.verb):
            return Start(found.place, sure=True)
        first = first or Start(found.place, sure=False)
    return first


def _in_order(text: str) -> Iterator[_Found]:
    found = _lead(text, 0)
    at_once = _STATEMENT.match(text, found.verb)
    if at_once and not _leads_to_another(text, at_once):
        yield found
    yield from _marked(text, 0)
    if at_once:
        yield found
    yield from _bare(text)


def _lead(text: str, place: int) -> _Found:
    """What would be a statement at `place`: what comes behind empty ones, and where its first word would stand."""
    place = _EMPTY.match(text, place).end()
    return _Found(place, _LEAD.match(text, place).end())


def _leads_to_another(text: str, statement: re.Match[str]) -> bool:
    """Whether what begins like a statement reads like prose, up to a fence or a label that has one."""
    end = statement_end(text, statement.start(), len(text)).place
    if statement[0].upper() != "SELECT" or text[end : end + 1] in ("", ";"):
        return False
    return reads_like_prose(text[statement.start() : end]) and next(_marked(text, end), None) is not None


def _marked(text: str, place: int) -> Iterator[_Found]:
    """Statements in code fences, then those behind a label, from a place on."""
    for mark in (_FENCE, _LABEL):
        read = place
        for found in mark.finditer(text, place):
            if found.start() < read:  # in a comment that leads to no statement
                continue
            statement = _lead(text, found.end())
            read = statement.verb
            if _STATEMENT.match(text, read, read + _HEAD_LENGTH):
                yield statement


def _bare(text: str) -> Iterator[_Found]:
    """Every WITH and line's first SELECT, then every other SELECT in capitals, then those in any letters."""
    loud, soft = [], []
    for verb in _VERB.finditer(text):
        place = verb.start()
        if verb[0].upper() == "WITH":
            if _HEAD.match(text, place, place + _HEAD_LENGTH):
                yield _Found(place, place)
        elif (line := _line_start(text, place)) is not None:
            yield _Found(line, place)
        else:
            inner = text[max(0, place - _BEFORE_LINE) : place].rstrip().endswith("(")
            (loud if verb[0].isupper() else soft).append(_Found(place, place, inner))
    yield from loud
    yield from soft


def _line_start(text: str, verb: int) -> int | None:
    """Where the line of a SELECT starts, if only brackets stand before it there and it continues no statement."""
    window = max(0, verb - _BEFORE_LINE)
    line = text.rfind("\n", window, verb) + 1
    if (line == 0 and window > 0) or text[line:verb].strip(" \t("):
        return None
    before = text[max(0, line - _BEFORE_LINE) : line].rstrip()
    if "--" in before or "*/" in before:
        before = _COMMENTS.sub("", before).rstrip()
    if "(" in text[line:verb]:  # of a statement before it, unless a sentence ends there
        return line if before[-1:] in ("", ".", ":", "!", "?") else None
    return None if _CONTINUED.search(before) else line
