"""A grammar in the spelling of a tokenizer that writes capitals in its own way.

    spelling = capitals_of(tokenizer_settings)        # nano: {"A": "\\x0ea", ...}; {} for most
    grammar = respelled(grammar, spelling)
    settings = unspelled(tokenizer_settings)          # the same tokens, each meaning its own bytes

The embedded model's tokens stand for text in which a capital is a mark and the small letter; its decoder turns them
back. What constrains decoding sees tokens one by one, before the decoder, so there the grammar has to be spelled as the
tokens are. Only literals are respelled: regexes of a grammar are to hold no capitals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from string import ascii_letters, ascii_uppercase, digits
from typing import Any

# A comment, a regex, or a literal; the first two are left as they are.
_LEXEME = re.compile(r'//[^\n]*|/(?:[^/\\\n]|\\.)+/|"(?P<text>(?:[^"\\\n]|\\.)*)"(?P<any_case>i?)')
_BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": False, "use_regex": False}


def capitals_of(settings: Mapping[str, Any]) -> dict[str, str]:
    """What stands for each capital in the tokens of a tokenizer (its `tokenizer.json`); empty where that is itself."""
    normalizer, decoder = settings.get("normalizer") or {}, settings.get("decoder") or {}
    written = {
        step["pattern"].get("String", ""): step["content"]
        for step in normalizer.get("normalizers", [])
        if step["type"] == "Replace"
    }
    read = {
        step["pattern"].get("String", ""): step["content"]
        for step in decoder.get("decoders", [])
        if step["type"] == "Replace"
    }
    return {
        capital: mark
        for capital, mark in written.items()
        if capital and capital in ascii_uppercase and read.get(mark) == capital
    }


def unspelled(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a byte-level tokenizer with the same tokens, but which takes and gives them as they are."""
    return {**settings, "normalizer": None, "decoder": _BYTE_LEVEL}


def respelled(grammar: str, spelling: Mapping[str, str]) -> str:
    """The grammar of the same texts, with every capital as `spelling` has it. `grammar` itself where that is empty."""
    if not spelling:
        return grammar

    def one(match: re.Match[str]) -> str:
        if match["text"] is None:
            return match[0]
        text = json.loads(f'"{match["text"]}"')
        if match["any_case"]:
            return "/" + "".join(_any_case(letter, spelling) for letter in text) + "/"
        return json.dumps("".join(spelling.get(letter, letter) for letter in text))

    return _LEXEME.sub(one, grammar)


def _any_case(letter: str, spelling: Mapping[str, str]) -> str:
    """A regex of one character in either case."""
    if letter in ascii_letters:
        capital = spelling.get(letter.upper(), letter.upper())
        return f"({letter.lower()}|{''.join(map(_escaped, capital))})"
    return _escaped(letter)


def _escaped(letter: str) -> str:
    plain = letter in ascii_letters or letter in digits or not letter.isascii()
    return letter if plain else rf"\x{ord(letter):02x}"
