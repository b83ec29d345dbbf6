"""The shape of a query without its names and values, and which shapes the corpus never trains on.

    skeleton("SELECT T1.name, T1.age FROM singer AS T1 WHERE T1.age > 5")    # "SELECT _ FROM _ WHERE _ ? v"

A fixed share of the longer shapes is held out, chosen by a hash, so that what the model makes of shapes it was
never shown can be measured apart from what it makes of names it was never shown.
"""

from __future__ import annotations

import hashlib
import re

HELD_OUT_SHARE = 0.10
MIN_TOKENS = 16
"""Shorter shapes are the language itself and always trained on."""

_TOKEN = re.compile(r"'[^']*'|\"[^\"]*\"|T\d\.|\w+(?:\.\d+)?|[<>!]?=|[<>]|[(),*]")
_KEYWORDS = frozenset(
    """
    select distinct from where group by having order limit join on and or not in like between intersect union except
    count avg sum min max
    """.split()
)
_COMPARISONS = frozenset(("=", "!=", "<", ">", "<=", ">=", "LIKE"))
_LISTED = re.compile(r"_(?: , _)+")


def skeleton(sql: str) -> str:
    """`sql` with `_` for names and lists of names, `v` for values, `?` for comparisons; order's direction left out."""
    tokens: list[str] = []
    found = _TOKEN.findall(sql)
    for place, token in enumerate(found):
        before = found[place - 1].upper() if place else ""
        if re.fullmatch(r"T\d\.", token) or token.upper() in ("AS", "ASC", "DESC") or before == "AS":
            continue
        if token[0] == "'" or token[0].isdigit():
            tokens.append("v")
        elif token in _COMPARISONS:
            tokens.append("?")
        elif token.lower() in _KEYWORDS or not (token[0].isalpha() or token[0] in '_"'):
            tokens.append(token)
        else:
            tokens.append("_")
    return _LISTED.sub("_", " ".join(tokens))


def is_held_out(sql: str) -> bool:
    """Whether a query of this shape is kept out of training."""
    shape = skeleton(sql)
    if len(shape.split()) < MIN_TOKENS:
        return False
    return int.from_bytes(hashlib.sha256(shape.encode()).digest()[:4], "big") < HELD_OUT_SHARE * 2**32
