"""The SQL in a model's answer.

`extract_sql` finds where the statement starts (a code fence, an `SQL:` label, or the first SELECT or WITH
that reads like one), and cuts it at its end. It never edits what it returns: the text is one unbroken piece
of the answer, because collapsing space turns `a -- c\\nFROM t` into a comment and changes literals. Literals,
quoted names and comments are stepped over, so a `;` in one ends nothing.

A statement that is no query (`DELETE ...`) is returned too: the sandbox refuses it, and the refusal is a
verdict. None means that the answer holds no SQL. Nothing here parses or judges SQL.
"""

from __future__ import annotations

import re

_THOUGHT_END = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_THOUGHT_START = re.compile(r"\s*<think(?:ing)?>", re.IGNORECASE)
_FENCE = re.compile(r"```[ \t]*(?:[A-Za-z0-9_+-]*[ \t]*\r?\n|(?:sql|sqlite)\b[ \t]*)?", re.IGNORECASE)
_LABEL = re.compile(
    r"^[ \t>*#-]*(?:corrected |final |revised )?(?:sql(?:ite)?(?: query)?|query)[ \t]*\**[ \t]*:[ \t]*\**[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
# WITH starts a statement only as `WITH [RECURSIVE] name [(columns)] AS`: English "with" does not.
_WITH = r"WITH\s+(?:RECURSIVE\s+)?(?:\w+|\"[^\"]*\")\s*(?:\([^()]*\)\s*)?AS\s+(?:NOT\s+MATERIALIZED\s*|MATERIALIZED\s*)?\("
_WITH = _WITH.replace(r"AS\s+(", r"AS\s*(")
_COMMENT = r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
_STATEMENT = re.compile(
    _COMMENT + r"\(?" + _COMMENT + r"(?:SELECT\b|" + _WITH.replace(r"AS\s+", r"AS\s*") + ")",
    re.IGNORECASE | re.DOTALL,
)
_OTHER_STATEMENT = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|DROP|CREATE|ALTER|REPLACE|PRAGMA|ATTACH|DETACH|VACUUM|EXPLAIN|VALUES|BEGIN)\b",
    re.IGNORECASE,
)
_LINE_START = re.compile(r"^[ \t]*\(?[ \t]*(?:SELECT\b|" + _WITH + ")", re.IGNORECASE | re.MULTILINE)
_INLINE = re.compile(r"\b(?:SELECT\b|" + _WITH + ")")
_INLINE_ANY_CASE = re.compile(_INLINE.pattern, re.IGNORECASE)
# One step over what may hold anything: a literal, a quoted name, a comment; or something that ends the SQL.
_STEP = re.compile(
    r"""'(?:[^']|'')*(?:'|$) | "(?:[^"]|"")*(?:"|$) | \[[^\]\n]*\] | --[^\n]* | /\*.*?(?:\*/|$)
    | (?P<end>;|```|<\|im_end\|>|<\|endoftext\|>)
    | `[^`]*`
    | (?P<prose>\n[ \t*#]*(?:(?:Explanation|Reasoning|Answer|Note|Question|Schema|Output|Result)\b[ \t*]*:
        | (?:This|The|It)[ ](?:SQL[ ])?(?:query|statement|returns|selects|joins|will)\b))""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def extract_sql(text: str) -> str | None:
    """The first SQL statement of a model's answer, without its semicolon, or None where there is none."""
    text = _without_thoughts(text)
    if _STATEMENT.match(text) or _OTHER_STATEMENT.match(text):
        return _statement_at(text)
    return _fenced(text) or _labelled(text) or _bare(text)


def _without_thoughts(text: str) -> str:
    """What follows the last closed thought; nothing where a thought was never closed."""
    ends = list(_THOUGHT_END.finditer(text))
    if ends:
        return text[ends[-1].end() :]
    return "" if _THOUGHT_START.match(text) else text


def _fenced(text: str) -> str | None:
    """The first fenced block that starts as a statement; else the first that is no prose at all."""
    for fence in _FENCE.finditer(text):
        body = text[fence.end() :]
        if _STATEMENT.match(body) or _OTHER_STATEMENT.match(body):
            return _statement_at(body)
    return None


def _labelled(text: str) -> str | None:
    """What follows a line's `SQL:` label, or labels, since some models repeat it."""
    label = _LABEL.search(text)
    while label:
        body = text[label.end() :]
        again = _LABEL.match(body)
        if again is None:
            return _statement_at(body)
        text, label = body, again
    return None


def _bare(text: str) -> str | None:
    """The first SELECT or WITH: at a line's start, else in capitals inside a line, else in any case."""
    for pattern in (_LINE_START, _INLINE, _INLINE_ANY_CASE):
        start = pattern.search(text)
        if start:
            return _statement_at(text[start.start() :])
    return None


def _statement_at(text: str) -> str | None:
    """`text` up to the end of its first statement, stripped of surrounding space; None where that is empty."""
    end = len(text)
    for step in _STEP.finditer(text):
        if step["end"] is not None or step["prose"] is not None:
            if not text[: step.start()].strip():
                continue  # a stray `;` or fence before the statement
            end = step.start()
            break
    sql = text[:end].strip().lstrip(";").strip().removeprefix("```").strip()
    return sql or None
