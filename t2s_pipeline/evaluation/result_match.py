"""Are two results the same? The official evaluator's `result_eq`, with its answer on every input.

    results_match(gold_rows, predicted_rows, order_matters=False)   # True, False, or None: undecided

The official rule asks for *some* permutation of the predicted columns that makes the rows equal (as a list
where order matters, else as a multiset), and tries them all: ten columns of equal values never end. Here
columns are told apart by signature refinement (a column by its values and the rows they sit in, a row by its
values and the columns they sit in, until nothing new is learnt), and only what stays indistinguishable is
searched, by backtracking over row prefixes. The search has a bound; one that is hit is `None`, never a guess.

Values are compared as Python does: 1 == 1.0, None only to None, text never to a number, case counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from typing import Any

Row = tuple[Any, ...]
Rows = Sequence[Row]
_Step = tuple[list[int], frozenset[int]]
SEARCH_CELLS = 3_000_000  # cells that one search may compare: about a second


def results_match(gold: Rows, predicted: Rows, order_matters: bool, bound: int = SEARCH_CELLS) -> bool | None:
    """Do the results match under the official rule? None where the search bound was hit first."""
    if not gold and not predicted:
        return True
    if len(gold) != len(predicted) or len(gold[0]) != len(predicted[0]):
        return False
    if gold == predicted:
        answer: bool | None = True
    else:
        answer = _ordered(gold, predicted) if order_matters else _unordered(gold, predicted, bound)
    if answer and _types_may_sort_apart(gold, predicted):
        return _quick_check(gold, predicted, order_matters)
    return answer


def _ordered(gold: Rows, predicted: Rows) -> bool:
    """Some column bijection makes the row lists equal: the columns' value lists are the same multiset."""
    if set(gold[0]) != set(predicted[0]):
        return False
    if len(gold[0]) == 1 or list(gold) == list(predicted):
        return list(gold) == list(predicted)
    return Counter(zip(*gold, strict=True)) == Counter(zip(*predicted, strict=True))


def _unordered(gold: Rows, predicted: Rows, bound: int) -> bool | None:
    """Some column bijection makes the row multisets equal."""
    if set(chain.from_iterable(gold)) != set(chain.from_iterable(predicted)):
        return False
    if dict(Counter(gold)) == dict(Counter(predicted)):  # a Counter's own comparison is several times slower
        return True
    if len(gold[0]) == 1:
        return False
    ours, theirs = list(zip(*gold, strict=True)), list(zip(*predicted, strict=True))
    colours = _refined_colours(ours, theirs)
    if colours is None:
        return False
    return _search(ours, theirs, *colours, bound)


def _refined_colours(gold: list[Row], predicted: list[Row]) -> tuple[list[int], list[int]] | None:
    """Colours of the columns of both sides; columns that may correspond have equal ones. None: no match.

    Columns start with their multiset of values. A row's colour is the multiset of its (column colour, value)
    pairs, a column's next colour the multiset of its (row colour, value) pairs. Both sides share one table of
    colours, so that equal means equal across sides.
    """
    table: dict[Hashable, int] = {}

    def colour(key: Hashable) -> int:
        return table.setdefault(key, len(table))

    sides = (gold, predicted)
    columns = [[colour(frozenset(Counter(c).items())) for c in side] for side in sides]
    while True:
        if sorted(columns[0]) != sorted(columns[1]):
            return None
        classes = len(set(columns[0]))
        if classes == len(gold):
            return columns[0], columns[1]
        rows = [_row_colours(side, known, colour) for side, known in zip(sides, columns, strict=True)]
        if Counter(rows[0]) != Counter(rows[1]):
            return None
        columns = [
            [
                colour((known, frozenset(Counter(zip(row_colours, c, strict=True)).items())))
                for known, c in zip(side_colours, side, strict=True)
            ]
            for side, side_colours, row_colours in zip(sides, columns, rows, strict=True)
        ]
        if len(set(columns[0])) == classes and sorted(columns[0]) == sorted(columns[1]):
            return columns[0], columns[1]


def _row_colours(columns: list[Row], colours: list[int], colour: Any) -> list[int]:
    cells = [zip([c] * len(column), column, strict=True) for c, column in zip(colours, columns, strict=True)]
    return [colour(frozenset(Counter(row).items())) for row in zip(*cells, strict=True)]


def _search(
    gold: list[Row], predicted: list[Row], gold_colours: list[int], their_colours: list[int], bound: int
) -> bool | None:
    """Match gold's columns one by one, the rarest colour first; row prefixes must stay equal multisets.

    A prefix of a row is kept as one number; equal predicted columns are tried once.
    """
    sizes = Counter(gold_colours)
    order = sorted(range(len(gold)), key=lambda i: (sizes[gold_colours[i]], gold_colours[i]))
    levels = _gold_levels([gold[i] for i in order])
    cells_left = bound

    def fitting(depth: int, prefix: list[int], used: frozenset[int]) -> Iterator[_Step]:
        """The predicted columns that may stand for gold's column number `depth`, given those before."""
        nonlocal cells_left
        numbers, wanted = levels[depth]
        colour = gold_colours[order[depth]]
        tried: set[Row] = set()
        for j, candidate in enumerate(predicted):
            if j in used or their_colours[j] != colour or candidate in tried:
                continue
            tried.add(candidate)
            cells_left -= len(candidate)
            longer = [numbers.get(cell, -1) for cell in zip(prefix, candidate, strict=True)]
            if Counter(longer) == wanted:
                yield longer, used | {j}

    stack = [fitting(0, [0] * len(gold[0]), frozenset())]
    while stack:
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
        elif len(stack) == len(order):
            return True
        elif cells_left < 0:
            return None
        else:
            stack.append(fitting(len(stack), *step))
    return False


def _gold_levels(columns: list[Row]) -> list[tuple[dict[tuple[int, Any], int], Counter[int]]]:
    """For each number of gold columns taken: what numbers the row prefixes got, and how often each occurs."""
    levels = []
    prefix = [0] * len(columns[0])
    for column in columns:
        numbers: dict[tuple[int, Any], int] = {}
        prefix = [numbers.setdefault(cell, len(numbers)) for cell in zip(prefix, column, strict=True)]
        levels.append((numbers, Counter(prefix)))
    return levels


def _types_may_sort_apart(gold: Rows, predicted: Rows) -> bool:
    """Could equal values have unequal texts? Only where a float is: 1 and 1.0, 0.0 and -0.0."""
    return holds_floats(gold) or holds_floats(predicted)


def holds_floats(rows: Rows) -> bool:
    """Is any value a float?"""
    return float in set(map(type, chain.from_iterable(rows)))


def _quick_check(gold: Rows, predicted: Rows, order_matters: bool) -> bool:
    """The official evaluator's quick reject, fault included: (1, 10) and (1.0, 10) sort apart and are refused."""
    ours, theirs = [_by_text(row) for row in gold], [_by_text(row) for row in predicted]
    return ours == theirs if order_matters else set(ours) == set(theirs)


def _by_text(row: Row) -> Row:
    return tuple(sorted(row, key=lambda value: str(value) + str(type(value))))
