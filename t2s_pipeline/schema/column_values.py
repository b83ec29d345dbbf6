"""Which values of a column a prompt shows as examples: those that the question names first.

    values = DatabaseValues({("singer", "country"): ("France", "Netherlands")})
    values.examples("Which are from the netherlands?")  # {("singer", "country"): ("'Netherlands'", "'France'")}

A value's words are compared with the question's. A word counts whole; one of at least four letters that the database
does not hold counts for those closest to it in spelling (rapidfuzz, 85 of 100 or more: `singers` for `singer`). A value
is named where at least half of its words are, and words that stand in every question (`the`, `of`) count for nothing.
A column shows at most three values: the named ones, best first, then its first ones; of values of more than twenty
characters only one that nobody named. Equal question, equal database: equal examples.

The values are the database's own. How they are read is `datasets/column_values.py`; the gold is never looked at. Not
covered: synonyms, embeddings, values beyond the first thousand of a column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from t2s_pipeline.schema.mschema import ColumnKey
from t2s_pipeline.schema.retrieval import words

Value = str | int | float

EXAMPLES_SHOWN = 3
MIN_SHARE = 0.5
MIN_SIMILARITY = 85.0
FUZZY_LETTERS = 4
FUZZY_WORDS = 5
LONG_VALUE = 20

_NAMES_NOTHING = frozenset(
    "a all an and any are as at by do does each every for from have has how i in is it list many me more no not of on "
    "or show than that the their there this to was were what when where which who whose with".split()
)


class DatabaseValues:
    """Distinct values by table and column, in the order of the database; built once, asked for every question."""

    def __init__(self, values: Mapping[ColumnKey, Sequence[Value]]) -> None:
        self._values = {key: tuple(found) for key, found in values.items()}

    def examples(self, question: str) -> dict[ColumnKey, tuple[str, ...]]:
        """SQL literals to show for `question`, by table and column; columns without values are left out."""
        named = self._named(question)
        shown = {key: _chosen(found, named.get(key, {})) for key, found in self._values.items()}
        return {key: tuple(map(sql_literal, found)) for key, found in shown.items() if found}

    def _named(self, question: str) -> dict[ColumnKey, dict[int, tuple[float, int]]]:
        """Of each column the values that the question names, by place: (share of its words, number of them)."""
        hits: dict[tuple[ColumnKey, int], dict[str, float]] = {}
        for asked in dict.fromkeys(words(question)):
            for word, weight in self._close_words(asked).items():
                for place in self._index[word]:
                    found = hits.setdefault(place, {})
                    found[word] = max(weight, found.get(word, 0.0))
        named: dict[ColumnKey, dict[int, tuple[float, int]]] = {}
        for (key, place), found in hits.items():
            share = sum(found.values()) / len(_telling_words(self._values[key][place]))
            if share >= MIN_SHARE:
                named.setdefault(key, {})[place] = (share, len(found))
        return named

    def _close_words(self, asked: str) -> dict[str, float]:
        """Words of the database that a word of the question stands for, with their weight."""
        if asked in self._index:
            return {asked: 1.0}
        if len(asked) < FUZZY_LETTERS or asked.isdecimal() or asked in _NAMES_NOTHING:
            return {}
        from rapidfuzz import fuzz, process

        found = process.extract(
            asked, self._long_words, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=FUZZY_WORDS
        )
        return {word: score / 100 for word, score, _ in found}

    @cached_property
    def _index(self) -> dict[str, list[tuple[ColumnKey, int]]]:
        """Where each telling word stands: column and the value's place in it."""
        index: dict[str, list[tuple[ColumnKey, int]]] = {}
        for key, values in self._values.items():
            for place, value in enumerate(values):
                for word in _telling_words(value):
                    index.setdefault(word, []).append((key, place))
        return index

    @cached_property
    def _long_words(self) -> list[str]:
        return [word for word in self._index if len(word) >= FUZZY_LETTERS and not word.isdecimal()]


def sql_literal(value: Value) -> str:
    """`value` as a query writes it."""
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def _telling_words(value: Value) -> frozenset[str]:
    """The words that name a value in a question; a number with a fraction has none."""
    if isinstance(value, float):
        return frozenset({str(int(value))} if value.is_integer() else ())
    return frozenset(words(str(value))) - _NAMES_NOTHING


def _chosen(values: Sequence[Value], named: Mapping[int, tuple[float, int]]) -> list[Value]:
    best = sorted(named, key=lambda place: (-named[place][0], -named[place][1], place))[:EXAMPLES_SHOWN]
    chosen = [values[place] for place in best]
    for place, value in enumerate(values):
        if len(chosen) == EXAMPLES_SHOWN or (chosen and len(str(value)) > LONG_VALUE):
            break
        if place not in named:
            chosen.append(value)
    return chosen
