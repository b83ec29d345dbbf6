"""WikiSQL's queries, which are numbers, as SQL text.

    columns = TableColumns("table_1_10007452_3", ("Order Year", "Manufacturer"), ("real", "text"))
    render({"sel": 1, "agg": 0, "conds": [[0, 0, "1998"]]}, columns)
    # SELECT Manufacturer FROM table_1_10007452_3 WHERE "Order Year" = 1998

`sel` and a condition's first number are columns, `agg` is one of AGGREGATES, a condition's second number one of
OPERATORS. How values are read, `wikisql.py` says. Raises Unrenderable, with the reason, for what is not such a query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.evaluation.hardness import Hardness
from t2s_pipeline.prediction_files import is_text
from t2s_pipeline.schema.serialise import quote_identifier

AGGREGATES = ("", "MAX", "MIN", "COUNT", "SUM", "AVG")
OPERATORS = ("=", ">", "<")
"""WikiSQL lists a fourth, `OP`, that is none."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_FIRST_NUMBER = re.compile(r"[-+]?\d*\.\d+|\d+")  # WikiSQL's own, `lib/dbengine.py`
_EXACT = 2**53


class Unrenderable(ValueError):
    """Why a query is no SQL."""


@dataclass(frozen=True)
class TableColumns:
    """What a query's numbers mean; types are `text` or `real`."""

    table: str
    names: tuple[str, ...]
    types: tuple[str, ...]


def render(query: Any, columns: TableColumns) -> str:
    """The SQL text of `query`."""
    if not isinstance(query, Mapping):
        raise Unrenderable(f"sql is {query!r:.60}, expected an object with sel, agg and conds")
    selected = quote_identifier(columns.names[_number(query.get("sel"), "sel", len(columns.names))])
    aggregate = AGGREGATES[_number(query.get("agg"), "agg", len(AGGREGATES))]
    conditions = query.get("conds")
    if not isinstance(conditions, list):
        raise Unrenderable(f"conds is {conditions!r:.60}, expected a list of [column, operator, value]")
    text = f"SELECT {aggregate}({selected})" if aggregate else f"SELECT {selected}"
    text += f" FROM {quote_identifier(columns.table)}"
    where = " AND ".join(_condition(condition, columns) for condition in conditions)
    return f"{text} WHERE {where}" if where else text


def level(query: Mapping[str, Any]) -> Hardness:
    """The hardness of a query that can be rendered, by the official definition: told by the number of its conditions.

    The evaluator's own count would need bare names, which headers are not.
    """
    return Hardness.EASY if len(query["conds"]) < 2 else Hardness.MEDIUM


def number_in(value: str | float) -> float | None:
    """`value` as a number, `1,234.5` among them; None where it is none."""
    plain = str(value).strip().replace(",", "")  # by its text: float() refuses an integer of 400 digits
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _condition(condition: Any, columns: TableColumns) -> str:
    if not isinstance(condition, list) or len(condition) != 3:
        raise Unrenderable(f"condition {condition!r:.60}, expected [column, operator, value]")
    column, operator, value = condition
    number = _number(column, "a condition's column", len(columns.names))
    name, kind = columns.names[number], columns.types[number]
    shown = OPERATORS[_number(operator, "a condition's operator", len(OPERATORS))]
    return f"{quote_identifier(name)} {shown} {_literal(value, name, kind)}"


def _literal(value: Any, column: str, kind: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unrenderable(f"the value for {column!r} is {value!r:.60}, expected a text or a number")
    if kind == "text":
        text = str(value)
        if "\0" in text or not is_text(text):
            raise Unrenderable(f"the value for {column!r} is {value!r:.60}, which no SQL text can hold")
        return "'" + text.replace("'", "''") + "'"
    found = number_in(value)
    if found is None and (first := _FIRST_NUMBER.search(str(value))):
        found = float(first.group())
    if found is None or found - found != 0:
        raise Unrenderable(f"column {column!r} is of numbers, and the value {value!r:.60} holds none")
    return str(int(found)) if found == int(found) and abs(found) < _EXACT else repr(found)


def _number(value: Any, what: str, count: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
        raise Unrenderable(f"{what} is {value!r:.60}, expected a number from 0 to {count - 1}")
    return value
