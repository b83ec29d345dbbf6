"""The SQL in a model's answer, and the thought before it.

`extract_sql` leaves out thoughts (`<think>`; one that was never closed is the whole answer), finds where the statement
starts, and cuts it at its end. It starts at once, else after `<answer>`, in a code fence of any language or none, after
an `SQL:` label, or at the first SELECT or WITH that reads like one. Of several fences, labels or statements the first
that holds SQL counts: what follows is, as a rule, another way or an example of the result. The SQL is never edited: it
is one unbroken piece of the answer, because collapsing space turns `a -- c\\nFROM t` into a comment and changes
literals. Literals, quoted names and comments are stepped over, so a `;` in one ends nothing.

A statement that is no query (`DELETE ...`) is returned too: the sandbox refuses it, and the refusal is a
verdict. None means that the answer holds no SQL. Nothing here parses or judges SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_THOUGHT_START = re.compile(r"\s*<think(?:ing)?>", re.IGNORECASE)
_ANSWER = re.compile(r"<answer>", re.IGNORECASE)
_THOUGHT_END = re.compile(r"</think(?:ing)?>", re.IGNORECASE)

# English "with" is not WITH: a statement goes on `[RECURSIVE] name [(columns)] AS (`.
_CTE_NAME = r'(?:\w+|"[^"]*"|`[^`]*`|\[[^\]]*\])'
_WITH = rf"WITH\s+(?:RECURSIVE\s+)?{_CTE_NAME}\s*(?:\([^()]*\)\s*)?AS\s*(?:(?:NOT\s+)?MATERIALIZED\s*)?\("
_QUERY = rf"(?:SELECT\b|{_WITH})"
# Shapes, not single words: an answer may begin "Create a query that ...".
_OTHER = (
    r"(?:(?:INSERT|REPLACE)\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET|(?:DROP|ALTER)\s+(?:TABLE|VIEW|INDEX)"
    r"|CREATE\s+(?:TEMP\w*\s+)?(?:TABLE|VIEW|INDEX|TRIGGER)|PRAGMA\s+\w|(?:ATTACH|DETACH)\s+|VACUUM\b"
    r"|EXPLAIN\s+(?:QUERY\s+PLAN\s+)?SELECT|VALUES\s*\()"
)
_BEFORE = r"(?:[\s(;]|--[^\n]*\n|/\*.*?\*/)*"
_STATEMENT = re.compile(rf"{_BEFORE}(?:{_QUERY}|{_OTHER})", re.IGNORECASE | re.DOTALL)

_FENCE = re.compile(r"```[ \t]*(?:(?i:sql(?:ite)?)\b|\w*[ \t]*(?=\r?\n))?")
_LABEL = re.compile(
    r"^[ \t>*#-]*(?:(?:the|corrected|final|revised)[ ])*(?:sqlite|sql)(?:[ ]query)?[ \t*]*:[ \t*]*",
    re.IGNORECASE | re.MULTILINE,
)
_BARE_STARTS = (
    re.compile(rf"^[ \t(]*{_QUERY}", re.IGNORECASE | re.MULTILINE),
    re.compile(rf"\b{_QUERY}"),
    re.compile(rf"\b{_QUERY}", re.IGNORECASE),
)

# One step over a literal, a quoted name or a comment, or up to something that ends the statement.
_STEP = re.compile(
    r"""'(?:[^']|'')*(?:'|$) | "(?:[^"]|"")*(?:"|$) | \[[^\]\n]*\] | --[^\n]* | /\*.*?(?:\*/|$)
    | (?P<end> ; | ``` | <\|im_end\|> | <\|endoftext\|> | </answer>
        | \n[ \t*#]*(?:Explanation|Reasoning|Answer|Note|Question|Schema|Result)[ \t*]*:
        | \n[ \t]*\n[ \t]*(?-i:(?:This|The|It|Here|That|These)(?:'s)?[ ][a-z]) )
    | `[^`]*(?:`|$)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Thought:
    """What a model wrote before its answer, without the tags; not `closed`: the answer ended within it."""

    text: str
    closed: bool


def extract_thought(text: str) -> Thought | None:
    """The thought of an answer, or None where it has none; what follows it is what `extract_sql` reads."""
    start, ends = _THOUGHT_START.match(text), list(_THOUGHT_END.finditer(text))
    if ends:
        return Thought(text[start.end() if start else 0 : ends[-1].start()].strip(), closed=True)
    return Thought(text[start.end() :].strip(), closed=False) if start else None


def extract_sql(text: str) -> str | None:
    """The first SQL statement of a model's answer, without its semicolon, or None where there is none."""
    texts = list(_texts(text))
    if _STATEMENT.match(texts[-1]):
        return _statement_at(texts[-1])
    found = (_fenced(text) or _labelled(text) or _bare(text) for text in reversed(texts))
    return next(filter(None, found), None)


def _without_thoughts(text: str) -> str:
    """What follows the last closed thought; nothing where a thought was never closed."""
    if not _THOUGHT_START.match(text) and not _THOUGHT_END.search(text):
        return text
    ends = list(_THOUGHT_END.finditer(text))
    return text[ends[-1].end() :] if ends else ""


def _texts(text: str) -> Iterator[str]:
    """The answer without thoughts, then what stands behind each `<answer>`, up to the first that is a statement.

    No recursion here or in `_labelled`: a model that is stuck says a tag or a label a thousand times.
    """
    yield (text := _without_thoughts(text))
    while not _STATEMENT.match(text) and (tag := _ANSWER.search(text)):
        yield (text := _without_thoughts(text[tag.end() :]))


def _fenced(text: str) -> str | None:
    """The first fenced block that starts as a statement."""
    for fence in _FENCE.finditer(text):
        if _STATEMENT.match(text, fence.end()):
            return _statement_at(text[fence.end() :])
    return None


def _labelled(text: str) -> str | None:
    """What follows the first `SQL:` label of a line that has a statement behind it, or a label again."""
    bodies: list[str] = []
    while True:
        for label in _LABEL.finditer(text):
            body = text[label.end() :]
            if _STATEMENT.match(body):
                return _statement_at(body)
            if _LABEL.match(body) or _FENCE.match(body.lstrip()):
                bodies.append(text := body)
                break
        else:
            return next(filter(None, map(_bare, reversed(bodies))), None)


def _bare(text: str) -> str | None:
    """The first SELECT or WITH: at a line's start, else in capitals inside a line, else in any case."""
    for pattern in _BARE_STARTS:
        start = pattern.search(text)
        if start:
            return _statement_at(text[start.start() :])
    return None


def _statement_at(text: str) -> str | None:
    """`text` up to the end of its first statement, without the space around it; None where that is empty."""
    text = text.lstrip("; \t\r\n")
    end = next((step.start() for step in _STEP.finditer(text) if step["end"] is not None), len(text))
    return text[:end].strip() or None
