"""Values of random columns: what rows hold and questions cite, drawn once a column so that both agree."""

from __future__ import annotations

from random import Random

from t2s_pipeline.nano.vocabulary import invented_word, words

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SCALES = (9, 20, 60, 100, 100, 500, 1000, 5000, 20_000, 100_000, 1_000_000)
_COUNTS = {"name": 12, "code": 8, "text": 8, "category": 5, "int": 10, "real": 10, "year": 8, "date": 8, "bool": 2}


def draw_values(rng: Random, kind: str) -> tuple[str, ...]:
    """The values of one column of this kind as a query writes them, quotes left out; all different."""
    if kind == "bool":
        return ("1", "0")
    scale, style = rng.choice(_SCALES), rng.randrange(4)
    drawn = (_value(rng, kind, scale, style) for _ in range(_COUNTS[kind]))
    return tuple(dict.fromkeys(drawn))


def text_value(rng: Random) -> str:
    """A value of a text column: one or two words, at times an invented one, at times in lower case."""
    roll = rng.random()
    word = invented_word(rng).capitalize() if roll < 0.35 else rng.choice(words("values"))
    if roll > 0.85:
        word += " " + (invented_word(rng).capitalize() if roll > 0.95 else rng.choice(words("values")))
    return word.lower() if rng.random() < 0.08 else word


def _value(rng: Random, kind: str, scale: int, style: int) -> str:
    if kind == "year":
        return str(rng.randint(1940, 2024))
    if kind == "date":
        return f"{rng.randint(1960, 2024)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    if kind == "int":
        return str(_rounded(rng.randint(1, scale), style))
    if kind == "real":
        return f"{rng.uniform(0, scale):.{1 + style % 2}f}" if style < 3 else str(_rounded(rng.randint(1, scale), 1))
    if kind == "code":
        letters = "".join(rng.choice(_LETTERS) for _ in range(2 + style % 2))
        return (letters, f"{letters}{rng.randint(1, 99)}", f"{letters}-{rng.randint(100, 999)}", text_value(rng))[style]
    if kind == "name" and style == 0:
        return f"{rng.choice(words('values'))} {invented_word(rng).capitalize()}"
    return text_value(rng)


def _rounded(number: int, style: int) -> int:
    """Every other column holds round numbers, as prices and capacities do."""
    size = 10 ** max(len(str(number)) - 2, 0)
    return number if style % 2 == 0 else max(number // size * size, 1)
