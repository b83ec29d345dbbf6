"""Ten columns that cannot be told apart: the column match where it is hardest, and the official one does not return."""

from __future__ import annotations

import random
import time
from typing import Any

from t2s_pipeline.evaluation.result_match import results_match

ROWS, COLUMNS = 300, 10
Rows = list[tuple[int, ...]]


def alike_columns() -> dict[str, Any]:
    """The slowest of some pairs of results whose columns hold equal multisets of values, in milliseconds: the best of
    three for each pair."""
    times = {}
    for name, gold, predicted in _pairs(random.Random(0)):
        seconds = []
        for _ in range(3):
            started = time.perf_counter()
            answer = results_match(gold, predicted, order_matters=False)
            seconds.append(time.perf_counter() - started)
        times[f"{name}: {answer}"] = round(1000 * min(seconds), 2)
    return {"rows": ROWS, "columns": COLUMNS, "milliseconds": max(times.values()), "cases": times}


def _pairs(chance: random.Random) -> list[tuple[str, Rows, Rows]]:
    """(name, gold, predicted). `shuffled` predictions are gold's rows and columns in another order."""
    constant = [(7,) * COLUMNS for _ in range(ROWS)]
    wheel = [tuple((row + column) % COLUMNS for column in range(COLUMNS)) for row in range(ROWS)]
    mixed = _columns_of(chance, range(ROWS))
    two = _columns_of(chance, [i % 2 for i in range(ROWS)])
    edited = [list(row) for row in two]
    edited[0], edited[1] = edited[0][::-1], edited[1][::-1]
    return [
        ("constant", constant, constant),
        ("wheel", wheel, _shuffled(chance, wheel)),
        ("permutations", mixed, _shuffled(chance, mixed)),
        ("two values", two, _shuffled(chance, two)),
        ("two values, two rows edited", two, _shuffled(chance, [tuple(row) for row in edited])),
    ]


def _columns_of(chance: random.Random, values: Any) -> Rows:
    """Each column holds the same values, in an order of its own."""
    return list(zip(*[chance.sample(list(values), ROWS) for _ in range(COLUMNS)], strict=True))


def _shuffled(chance: random.Random, rows: Rows) -> Rows:
    order = chance.sample(range(COLUMNS), COLUMNS)
    return [tuple(row[i] for i in order) for row in chance.sample(rows, len(rows))]
