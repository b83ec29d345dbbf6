"""Word lists and phrasings (`vocabulary/`) that synthetic schemas and questions draw from, and English plurals."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from random import Random

_FOLDER = Path(__file__).parent / "vocabulary"

KINDS = ("name", "code", "text", "category", "int", "real", "year", "date", "bool")
"""What the values of an attribute are like; the last word of a column decides it."""

_IRREGULAR = {"person": "people", "child": "children", "staff": "staff", "police": "police", "deer": "deer"}
_IRREGULAR |= {"fish": "fish", "sheep": "sheep", "aircraft": "aircraft", "series": "series", "mouse": "mice"}
_SYLLABLES = "ba be bo da dra du el fa fi gor gra ha ik jo ka ke kri la lo lu ma me mi mor na ne no or pa pi quo"
_SYLLABLES += " ra re ri ro sa se shi so ta te ti tor u va ve vi wa wen xa ya yo za ze zi zo"
_ENDINGS = ("n", "r", "s", "l", "t", "m", "x", "nd", "rk", "st", "th", "ne", "lle", "")


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of `vocabulary/<name>.txt`, each once, in their order there (neighbours share a domain)."""
    return tuple(dict.fromkeys((_FOLDER / f"{name}.txt").read_text(encoding="utf-8").split()))


@cache
def attributes() -> tuple[tuple[str, str], ...]:
    """(attribute in snake case, kind) for every line of `attributes.txt`."""
    lines = (_FOLDER / "attributes.txt").read_text(encoding="utf-8").splitlines()
    pairs = tuple(tuple(line.split()) for line in lines if line.strip())
    unknown = [pair for pair in pairs if len(pair) != 2 or pair[1] not in KINDS]
    if unknown:
        raise ValueError(f"{_FOLDER / 'attributes.txt'}: {unknown[0]}: want `word kind`, kind one of {KINDS}")
    return pairs  # type: ignore[return-value]


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


def plural(word: str) -> str:
    """English plural of a noun, good enough for table names and questions."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("man"):
        return word[:-2] + "en"
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
    lists = [word.lower() for name in ("entities", "modifiers", "values", "common") for word in words(name)]
    return tuple(dict.fromkeys(lists))
