"""The tokens that the official hardness is counted over: NLTK's word tokenizer on SQL, without NLTK.

Quotes of both kinds count as `"`; a quoted span is one token and keeps its case; all else is split as the
Penn Treebank splits English (brackets, commas, `;`, `!` apart; `a>3` and `t.id` whole) and lower-cased; `!`, `>`
or `<` before `=` is joined to it. A test holds this against NLTK's own tokenizer on every gold of Spider.
"""

from __future__ import annotations

import re

_SPACED = (
    (re.compile(r"[«“‘„]|`+"), r" \g<0> "),
    (re.compile(r"([^\.])(\.)([\]\)}>\"'»”’ ]*)\s*$"), r"\1 \2 \3 "),
    (re.compile(r"([:,])([^\d])"), r" \1 \2"),
    (re.compile(r"([:,])$"), r" \1 "),
    (re.compile(r"\.{2,}"), r" \g<0> "),
    (re.compile(r"[;@#$%&]"), r" \g<0> "),
    (re.compile(r"[\u2012-\u2015]"), r" \g<0> "),
    (re.compile(r"[?!*]"), r" \g<0> "),
    (re.compile(r"[\]\[(){}<>]"), r" \g<0> "),
    (re.compile(r"--"), r" -- "),
    (re.compile(r"[»”’]"), r" \g<0> "),
)
_QUOTED = re.compile(r'"[^"]*"')
_JOINED_BEFORE_EQUALS = frozenset({"!", ">", "<"})


class UnevenQuotes(ValueError):
    """An odd number of quotation marks."""


def hardness_tokens(sql: str) -> list[str]:
    """The tokens of `sql`. Raises UnevenQuotes."""
    text = sql.replace("'", '"')
    if text.count('"') % 2:
        raise UnevenQuotes("an odd number of quotation marks")
    literals: dict[str, str] = {}

    def mask(match: re.Match[str]) -> str:
        key = f"__val_{match.start()}_{match.end() - 1}__"
        literals[key] = match.group()
        return key

    masked = _QUOTED.sub(mask, text)
    for pattern, replacement in _SPACED:
        masked = pattern.sub(replacement, masked)
    tokens = [literals.get(word.lower(), word.lower()) for word in masked.split()]
    return _with_joined_operators(tokens)


def _with_joined_operators(tokens: list[str]) -> list[str]:
    joined: list[str] = []
    for token in tokens:
        if token == "=" and joined and joined[-1] in _JOINED_BEFORE_EQUALS:
            joined[-1] += "="
        else:
            joined.append(token)
    return joined
