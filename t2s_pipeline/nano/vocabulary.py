"""Word lists and phrasings (`vocabulary/`) that synthetic schemas and questions draw from, and English plurals."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from random import Random

_FOLDER = Path(__file__).parent / "vocabulary"

_LABEL = re.compile(r"^(?:\[[\w ]+\]|\w+:)", re.MULTILINE)
_SPLICED = ("entities", "modifiers", "values", "common")

KINDS = ("name", "code", "text", "category", "int", "real", "year", "date", "bool")
"""What the values of an attribute are like; the last word of a column decides it."""

_SYLLABLES = "ba be bo da dra du el fa fi gor gra ha ik jo ka ke kri la lo lu ma me mi mor na ne no or pa pi quo"
_SYLLABLES += " ra re ri ro sa se shi so ta te ti tor u va ve vi wa wen xa ya yo za ze zi zo"
_ENDINGS = ("n", "r", "s", "l", "t", "m", "x", "nd", "rk", "st", "th", "ne", "lle", "")


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of `vocabulary/<name>.txt`, each once, in their order there; labels of sections left out."""
    text = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    return tuple(dict.fromkeys(_LABEL.sub(" ", text).split()))


@cache
def sections(name: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Domain -> its (word, label) pairs, for lists of `[domain ...]` lines and `label: word ...` lines under them.

    A word may stand twice in a domain, and is then drawn twice as often; words of two parts have `_` between them.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    domains: list[str] = []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            domains = line.strip("[] ").split()
            continue
        label, _, listed = line.partition(":")
        for domain in domains:
            found.setdefault(domain, []).extend((word, label) for word in listed.split())
    return {domain: tuple(pairs) for domain, pairs in found.items()}


@cache
def attributes() -> tuple[tuple[str, str], ...]:
    """(attribute in snake case, kind) of every domain, each pair once."""
    pairs = tuple(dict.fromkeys(pair for domain in sections("attributes").values() for pair in domain))
    unknown = [pair for pair in pairs if pair[1] not in KINDS]
    if unknown:
        raise ValueError(f"{_FOLDER / 'attributes.txt'}: {unknown[0]}: want `kind: word ...`, kind one of {KINDS}")
    return pairs


@cache
def entity_families() -> dict[str, str]:
    """Noun in snake case -> what its rows are (person, place, title ...); its first domain decides."""
    found: dict[str, str] = {}
    for pairs in sections("entities").values():
        for noun, family in pairs:
            found.setdefault(noun, family)
    return found


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The lines of `vocabulary/<name>.txt` as the fields that | parts, for lists of several fields a line."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(part.strip() for part in line.split("|")) for line in lines if line.strip())


@cache
def abbreviations() -> dict[str, list[str]]:
    """Word -> the short forms that column names use for it."""
    found: dict[str, list[str]] = {}
    for line in (_FOLDER / "abbreviations.txt").read_text(encoding="utf-8").splitlines():
        word, short = line.split()
        found.setdefault(word, []).append(short)
    return found


@cache
def synonyms() -> dict[str, list[str]]:
    """Attribute (in snake case) -> what people say for it."""
    return {row[0]: list(row[1:]) for row in rows("synonyms")}


@cache
def interrogatives() -> dict[str, list[str]]:
    """Attribute (in snake case) -> questions that ask for it without its name."""
    found: dict[str, list[str]] = {}
    for attribute, question in rows("interrogatives"):
        found.setdefault(attribute, []).append(question)
    return found


@cache
def phrasings() -> dict[str, list[str]]:
    """Place in the grammar -> the forms that can stand there, from `phrasings.toml`."""
    return tomllib.loads((_FOLDER / "phrasings.toml").read_text(encoding="utf-8"))


def say(rng: Random, *places: str, **parts: object) -> str:
    """One of the forms of these places together, filled in with `parts`."""
    forms = [form for place in places for form in phrasings()[place]]
    return rng.choice(forms).format(**parts)


@cache
def _irregular_plurals() -> dict[str, str]:
    pairs = (line.split() for line in (_FOLDER / "plurals.txt").read_text(encoding="utf-8").splitlines())
    return {word: many for word, many in pairs}


def plural(word: str) -> str:
    """English plural of a noun, good enough for table names and questions."""
    if word in _irregular_plurals():
        return _irregular_plurals()[word]
    if word.endswith("man"):
        return word[:-2] + "en"
    if word.endswith("sis"):
        return word[:-2] + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def invented_word(rng: Random) -> str:
    """A word that is in no list, so that names cannot be learnt by heart and have to be copied.

    Most are spliced of two words of the lists: a real word that the tokenizer does not know falls into such
    pieces, and pieces that training never showed cannot be copied.
    """
    if rng.random() < 0.3:
        syllables = _SYLLABLES.split()
        return "".join(rng.choice(syllables) for _ in range(rng.choice((2, 2, 3)))) + rng.choice(_ENDINGS)
    first, second = rng.choice(_all_words()), rng.choice(_all_words())
    return first[: rng.randint(1, max(len(first) - 1, 1))] + second[rng.randint(1, max(len(second) - 2, 1)) :]


@cache
def _all_words() -> tuple[str, ...]:
    listed = [part.lower() for name in _SPLICED for word in words(name) for part in word.split("_")]
    return tuple(dict.fromkeys(word for word in listed if len(word) > 1))
