"""Columns by whose order a query sorts or compares, and the query with some of them read as numbers.

    root = parse_query("SELECT max(mpg) FROM cars_data")
    compared_columns(root, catalogue)                          # (("cars_data", "mpg"),)
    as_numbers(root, catalogue, lambda origin: True)           # SELECT MAX(CAST(mpg AS NUMERIC)) FROM cars_data

A column counts where it is a key of ORDER BY, the argument of MIN or MAX, or a side of <, <=, >, >= or BETWEEN, by
itself: `mpg + 0` is a number already. Names are resolved by `names.py`, through aliases, subqueries and CTEs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot import exp

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.names import Names, Origin

_COMPARISONS = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)


def compared_columns(root: exp.Query, catalogue: Catalogue) -> tuple[Origin, ...]:
    """(table, column) of every column by whose order the query sorts or compares, each once."""
    return tuple(dict.fromkeys(origin for _, origin in _compared(root, catalogue)))


def as_numbers(root: exp.Query, catalogue: Catalogue, is_text: Callable[[Origin], bool]) -> str:
    """The query with those compared columns cast to numbers for which `is_text` holds."""
    copy = root.copy()
    for node, origin in list(_compared(copy, catalogue)):
        if is_text(origin):
            node.replace(exp.Cast(this=node.copy(), to=exp.DataType.build("NUMERIC", dialect="sqlite")))
    return copy.sql(dialect="sqlite")


def _compared(root: exp.Query, catalogue: Catalogue) -> Iterator[tuple[exp.Column, Origin]]:
    names = Names(root, catalogue)
    for node in root.find_all(exp.Column):
        if not isinstance(node.this, exp.Star) and _decides(node):
            origin = names.resolve(node).origin
            if origin is not None:
                yield node, origin


def _decides(node: exp.Column) -> bool:
    """Whether the column alone is a key, an extreme or a side of a comparison."""
    inside = node.parent
    extreme = isinstance(inside, exp.Min | exp.Max) and not inside.expressions
    return extreme or isinstance(inside, (exp.Ordered, *_COMPARISONS))
