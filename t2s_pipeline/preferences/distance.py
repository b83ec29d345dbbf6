"""How far two SQL texts are apart, in tokens.

Tokens are words, numbers, operators, and whole literals; case counts in literals alone, space nowhere. It is
a measure of text, so it also works on a model's answer that no parser takes.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\]
    | \d+(?:\.\d+)? | \w+ | <> | <= | >= | != | == | \|\| | \S""",
    re.VERBOSE,
)
_QUOTES = "'\""


def sql_tokens(sql: str) -> list[str]:
    """Tokens of `sql`, lower-cased but for what stands in quotes."""
    return [token if token[0] in _QUOTES else token.lower() for token in _TOKEN.findall(sql)]


def edit_distance_ratio(left: str, right: str) -> float:
    """Token Levenshtein distance over the longer token count: 0 is the same, 1 shares nothing in place."""
    return round(Levenshtein.normalized_distance(sql_tokens(left), sql_tokens(right)), 6)
