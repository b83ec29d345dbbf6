"""Values of random columns: what rows hold and questions cite, drawn once a column so that both agree.

A value's family (person, city, title, kind ...) follows from the column's words or from the table's noun; what each
looks like is in `vocabulary/names.toml`. Most are composed of listed and invented words, so that a value can only be
copied. Texts are as a query writes them (an apostrophe is two); `spoken` gives them as people do.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from t2s_pipeline.nano.vocabulary import entity_families, invented_word, words

_FILE = Path(__file__).parent / "vocabulary" / "names.toml"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_PLACE = re.compile(r"\{(\w+)\}")
_SCALES = (9, 20, 60, 100, 100, 500, 1000, 5000, 20_000, 100_000, 1_000_000)
_SMALL = {"age": 90, "rating": 10, "stars": 5, "score": 100, "grade": 12, "floor": 30, "month": 12, "percentage": 100}
"""The most that numbers of these last words come to; others have a scale of their own."""
_COUNTS = {"name": 12, "code": 8, "text": 8, "category": 6, "int": 10, "real": 10, "year": 8, "date": 8, "bool": 2}
_TEXTS = ("name", "code", "category", "text")
_LABELS = ("name", "title", "label")
KEY_VALUES = 40
"""Values of a key of text: more than the rows that a table is filled with."""


def family_of(parts: tuple[str, ...], kind: str, own: str = "thing") -> str:
    """What the values of a column of these words are; `own` is the family of its table's rows.

    Numbers, dates and the like are of a family of their kind's name.
    """
    if kind not in _TEXTS:
        return kind
    known, nouns = _families(), entity_families()
    if kind == "code":
        return "code"
    whole, last = "_".join(parts), parts[-1]
    if kind == "name" and (len(parts) == 1 or whole not in known):
        owner = "_".join(parts[:-1])
        return nouns.get(owner, own) if last in _LABELS else known.get(last, own)
    if whole in known or last in known:
        return known.get(whole) or known[last]
    return nouns.get(last, "kind") if kind == "category" else "text"


def draw_values(rng: Random, kind: str, family: str = "thing", last_word: str = "") -> tuple[str, ...]:
    """The values of one column as a query writes them, quotes left out; all different, texts two at least."""
    if kind == "bool":
        return ("1", "0")
    if kind in ("int", "real"):
        scale, style = _SMALL.get(last_word, rng.choice(_SCALES)), rng.randrange(4)
        return tuple(dict.fromkeys(_number(rng, kind, scale, style) for _ in range(_COUNTS[kind])))
    if kind in ("year", "date"):
        last = rng.choice((2024, 2024, 2023, 2020, 2010, 1990))
        first = last - rng.choice((2, 8, 30, 70, 150))
        return tuple(dict.fromkeys(_day(rng, kind, first, last) for _ in range(_COUNTS[kind])))
    return _texts(rng, family, _COUNTS[kind], 2 if kind == "name" else 1)


def draw_keys(rng: Random) -> tuple[str, ...]:
    """Values of a key of text: codes of one pattern, `KEY_VALUES` different ones."""
    drawn: dict[str, None] = {}
    while len(drawn) < KEY_VALUES:
        drawn |= dict.fromkeys(_texts(rng, "code", KEY_VALUES, 1))
    return tuple(drawn)[:KEY_VALUES]


def text_value(rng: Random) -> str:
    """One value of any family."""
    return _composed(rng, _drawn_pattern(rng, rng.choice(tuple(_patterns()))))


def spoken(value: str) -> str:
    """A value as people write it: the query's two apostrophes are one."""
    return value.replace("''", "'")


def _texts(rng: Random, family: str, count: int, patterns: int) -> tuple[str, ...]:
    forms = [_drawn_pattern(rng, family) for _ in range(patterns)]
    case = rng.choices((str, str.lower, str.upper, _capitalised), (80, 6, 3, 11))[0]
    drawn = dict.fromkeys(case(_composed(rng, rng.choice(forms))) for _ in range(count))
    while len(drawn) < 2:
        drawn[_composed(rng, rng.choice(forms))] = None
    return tuple(drawn)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _drawn_pattern(rng: Random, family: str) -> str:
    weights, forms = _patterns()[family]
    return rng.choices(forms, cum_weights=weights)[0]


def _composed(rng: Random, pattern: str) -> str:
    return _PLACE.sub(lambda place: _filler(rng, place[1]), pattern)


def _filler(rng: Random, place: str) -> str:
    if place == "new":
        return invented_word(rng).capitalize()
    if place == "L":
        return rng.choice(_LETTERS)
    return str(rng.randrange(10)) if place == "d" else rng.choice(_list(place))


def _number(rng: Random, kind: str, scale: int, style: int) -> str:
    if kind == "int" or style == 3:
        return str(_rounded(rng.randint(1, scale), style))
    return f"{rng.uniform(0, scale):.{1 + style % 2}f}"


def _day(rng: Random, kind: str, first: int, last: int) -> str:
    year = rng.randint(first, last)
    return str(year) if kind == "year" else f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def _rounded(number: int, style: int) -> int:
    """Every other column holds round numbers, as prices and capacities do."""
    size = 10 ** max(len(str(number)) - 2, 0)
    return number if style % 2 == 0 else max(number // size * size, 1)


@cache
def _names() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def _list(name: str) -> tuple[str, ...]:
    """The entries of a list of `names.toml`, or the words of a file of that name."""
    entries = _names().get(name)
    return words(name) if entries is None else tuple(" ".join(entry.split()) for entry in entries.split(","))


@cache
def _patterns() -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    """Family -> (cumulated weights, patterns)."""
    found = {}
    for family, lines in _names()["patterns"].items():
        pairs = [line.split(" ", 1) for line in lines]
        weights = [int(weight) for weight, _ in pairs]
        found[family] = (tuple(sum(weights[: n + 1]) for n in range(len(weights))), tuple(form for _, form in pairs))
    return found


@cache
def _families() -> dict[str, str]:
    """Attribute in snake case -> family of its values."""
    return {word: family for family, listed in _names()["of_attribute"].items() for word in listed.split()}
