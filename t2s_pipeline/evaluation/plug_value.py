"""The official evaluator's `plug_value`: every way to put gold's values into the value slots of a prediction.

    for text in plugged_texts("SELECT a FROM t WHERE b = 'x'", "SELECT a FROM t WHERE b = 'terminal'"):
        ...                                  # select a from t where b = 'x'

Values are what stands alone between blanks and is a quoted text, a number with a point, or digits after any one
character but t or T (so `a1` is a value, and LIMIT's number, too). Types are not looked at, quotes are part of a value,
everything else becomes lower case. Done after the official text (`official_text.py`), as there.

The number of ways is values to the power of slots, without a limit there. Here `PLUG_VALUE_TRIES` bounds it: a
candidate that none of so many passes is undecided, not wrong.

Rules after test-suite-sql-eval's `parse.py`, Apache License 2.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

from t2s_pipeline.evaluation.official_text import first_statement_kinds, join_operators, with_fixed_year
from t2s_pipeline.evaluation.official_text import first_statement_without_distinct as without_distinct

PLUG_VALUE_TRIES = 1000
_SLOT = "VALUERARE"
_STARS = ("t1.*", "t2.*", "t3.*", "T1.*", "T2.*", "T3.*")
_FLOAT = re.compile(r"[-+]?\d*\.\d+")
_INTEGER = re.compile(r"[^tT]\d+")
_ALIAS_DOT = re.compile(r"(T\d+\.)\s")
_ALIAS = re.compile(r"[Tt]\d+\.")


def plugged_texts(gold: str, prediction: str) -> Iterator[str]:
    """The texts to run for a prediction, after the one that it is; none where either has no statement.

    Ends after `PLUG_VALUE_TRIES` texts; `ways_to_plug` says how many there would be.
    """
    values, words = _values(gold), _words(prediction)
    slots = [i for i, word in enumerate(words) if word == _SLOT.lower()]
    for chosen in islice(product(values, repeat=len(slots)) if words else (), PLUG_VALUE_TRIES):
        filled = list(words)
        for i, value in zip(slots, chosen, strict=True):
            filled[i] = value
        yield with_fixed_year(" ".join(filled))


def ways_to_plug(gold: str, prediction: str) -> int:
    """How many texts the official evaluator would try for a prediction."""
    words = _words(prediction)
    return len(_values(gold)) ** words.count(_SLOT.lower()) if words else 0


def _values(gold: str) -> list[str]:
    text = without_distinct(join_operators(gold))
    return list(dict.fromkeys(_skeleton(text)[1])) if text is not None else []


def _words(prediction: str) -> list[str]:
    text = without_distinct(join_operators(prediction.replace("value", "1")))
    return _skeleton(text)[0] if text is not None else []


def _skeleton(sql: str) -> tuple[list[str], list[str]]:
    """Lower-case words with slots for values, and the values in the order in which they were found."""
    query = _ALIAS_DOT.sub(r"\1", _with_go_in_capitals(_with_one_blank_between_tokens(sql)))
    values = [text for kind, text in first_statement_kinds(query) if kind == "text" and text[0] in "'\""]
    for literal in values:
        query = query.replace(literal.strip(), _SLOT)
    words = query.split()
    for pattern in (_FLOAT, _INTEGER):
        numbers = {found.strip() for found in pattern.findall(" ".join(words))}
        values += [word for word in words if word in numbers]
        words = [_SLOT if word in numbers else word for word in words]
    return [part for word in words for part in _lower_parts(word)], values


def _with_one_blank_between_tokens(sql: str) -> str:
    tokens = first_statement_kinds(sql.strip().replace(";", "").replace("\t", ""))
    query = " ".join(text for kind, text in tokens if kind != "space")
    for star in _STARS:
        query = query.replace(star, "*")
    return query


def _with_go_in_capitals(query: str) -> str:
    """Keywords become capitals there, and `GO` in capitals ends a statement, whose last blanks are dropped: `go from`
    becomes `GOfrom`. Other keywords' letters make no difference."""
    if "go" not in query.lower():
        return query
    statements, ended = [""], False
    for kind, text in first_statement_kinds(query):
        if ended and kind not in ("space", "comment"):
            statements.append("")
            ended = False
        is_go = kind in ("word", "go") and text.split()[0].upper() == "GO"
        statements[-1] += text.upper() if is_go else text
        ended = ended or is_go
    return "".join(statement.rstrip(" ") for statement in statements)


def _lower_parts(word: str) -> list[str]:
    """`t1.name`, should it stand together, is three words."""
    return word.replace(".", " . ").lower().split() if _ALIAS.search(word) else [word.lower()]
