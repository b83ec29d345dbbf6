"""The SQL in a model's answer, and the thought before it.

`extract_sql` leaves out thoughts (`<think>`), finds where the statement starts (`statement_start.py`: at once, in a
code fence, behind a label, in prose), and cuts it at its end (`statement_end.py`). Of several, the first that holds SQL
counts: what follows is, as a rule, another way or an example of the result. But what stands behind a thought counts
before what stands in front of it, and what is in `<answer>` tags before what is not. An answer that is one JSON object
is its string under `sql`, `query` or `sql_query`.

The SQL is never edited: it is one unbroken piece of the answer (or of a JSON object's string), because collapsing space
turns `a -- c\\nFROM t` into a comment and changes literals. Literals, quoted names and comments are stepped over, so
a `;` or a `</think>` in one ends nothing.

A statement that is no query (`DELETE ...`) is returned too: the sandbox refuses it, and the refusal is a
verdict. None means that the answer holds no SQL outside of thoughts. Nothing here parses or judges SQL.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

from t2s_pipeline.prompts.statement_end import statement_end
from t2s_pipeline.prompts.statement_start import find_start

_TAG = re.compile(r"<(?P<close>/)?(?:(?P<think>think(?:ing)?)|answer)>", re.IGNORECASE)
_THOUGHT_START = re.compile(r"\s*+<think(?:ing)?>", re.IGNORECASE)
_THOUGHT_END = re.compile(r"</think(?:ing)?>", re.IGNORECASE)

_CLOSED_BEYOND = re.compile(
    r"""'(?:[^'\n]|''){0,300}+' | "(?:[^"\n]|""){0,300}+" | `[^`\n]{0,300}+`
    | --[^\n]{0,300}+\n | /\*(?:[^*]|\*(?!/)){0,300}+\*/""",
    re.VERBOSE,
)
"""A literal, quoted name or comment that has a tag in it: on one line, or else it is the apostrophe of a thought."""

_QUOTES = ("`", '"', "'")
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_MEMBER = rf'({_STRING})\s*+:\s*+({_STRING}|[^"{{}}\[\],]++|\[(?:{_STRING}|[^"{{}}\[\]]++)*+\])\s*+'
_JSON_OBJECT = re.compile(
    rf"\s*+(?:```\w*+\s*+)?+(\{{\s*+{_MEMBER}(?:,\s*+{_MEMBER})*+\}})\s*+(?:(?:```|<\|\w++\|>)\s*+)*+",
    re.DOTALL,
)
_JSON_MEMBER = re.compile(_MEMBER, re.DOTALL)
_JSON_KEYS = ("sql", "query", "sql_query")


@dataclass(frozen=True)
class Thought:
    """What a model wrote before its answer, without the tags; not `closed`: the answer ended within it."""

    text: str
    closed: bool


class _Section(NamedTuple):
    """What stands between two tags outside of thoughts. `thought_end`: where the last tag `</think>` before it is."""

    sql: str | None
    sure: bool = False
    in_answer: bool = False
    thought_end: int = -1


def extract_sql(text: str) -> str | None:
    """The first SQL statement of a model's answer, without its semicolon, or None where there is none."""
    return _best(text).sql


def extract_thought(text: str) -> Thought | None:
    """The thought of an answer, or None where it has none; what follows it is what `extract_sql` reads."""
    lead, section = _THOUGHT_START.match(text), _best(text)
    if section.thought_end >= 0:
        return Thought(text[lead.end() if lead else 0 : section.thought_end].strip(), closed=True)
    return Thought(text[lead.end() :].strip(), closed=False) if lead else None


def _best(text: str) -> _Section:
    """The section that the answer is in; the last one where none has SQL."""
    sections = _sections(text)
    found = [section for section in sections if section.sql]
    return max(found, key=lambda s: (s.sure, s.thought_end, s.in_answer)) if found else sections[-1]


def _sections(text: str) -> list[_Section]:
    """The sections of an answer, in order, at least one. What stands before the first `</think>` is a thought, with or
    without its start. No recursion: a model that is stuck says a tag a thousand times.
    """
    sections: list[_Section] = []
    place, in_answer, thought_end = 0, False, -1
    while True:
        sql, sure, tag = _read(text, place)
        sections.append(_Section(sql, sure, in_answer, thought_end))
        if tag is None:
            return sections
        if not tag["think"]:
            place, in_answer = tag.end(), not tag["close"]
            continue
        closed = tag if tag["close"] else _THOUGHT_END.search(text, tag.end())
        if closed is None:
            return sections
        if tag["close"] and thought_end < 0:
            sections.clear()
        place, in_answer, thought_end = closed.end(), False, closed.start()


def _read(text: str, place: int) -> tuple[str | None, bool, re.Match[str] | None]:
    """The statement from `place` to the next tag that stands in no literal, whether it is surely one, and that tag."""
    whole = _JSON_OBJECT.match(text, place)
    tag = _TAG.search(text, whole.end() if whole else place)
    stop = tag.start() if tag else len(text)
    if whole and whole.end() == stop and (found := _of_json(whole[1])):
        return found, True, tag
    start = find_start(text[place:stop])
    if start is None:
        return None, False, tag
    begin = place + start.place
    quote = text[begin - 1] if start.place and text[begin - 1] in _QUOTES else ""
    end = statement_end(text, begin, stop, quote)
    while tag and end.open is not None and (closed := _CLOSED_BEYOND.match(text, end.open)):
        tag = _TAG.search(text, closed.end())
        end = statement_end(text, closed.end(), tag.start() if tag else len(text), quote)
    return text[begin : end.place].strip(), start.sure, tag


def _of_json(members: str) -> str | None:
    """The statement in the first string of a JSON object, of those under a key that means one."""
    for member in _JSON_MEMBER.finditer(members):
        try:
            key, value = json.loads(member[1], strict=False), json.loads(member[2], strict=False)
            if key.lower() not in _JSON_KEYS or not isinstance(value, str):
                continue
            value.encode()  # half of a surrogate pair is no text
        except ValueError:
            continue
        if start := find_start(value):
            return value[start.place : statement_end(value, start.place, len(value)).place].strip()
    return None
