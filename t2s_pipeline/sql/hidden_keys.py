"""Conditions that hide a key from the database: it reads a whole table where it could have looked rows up.

    hidden_keys(names, plan)      # [HiddenKey(source=singer, column="id")] of ... WHERE id + 0 = 3 on SCAN singer

A table is scanned without need where SQLite's plan reads all of it by no index, while a condition that every row has
to meet compares one of its keys inside arithmetic, CAST, `||`, coalesce or ifnull with something that is not of the
same table: without what stands around the key, SQLite would use it. Whether the values allow that is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from t2s_pipeline.sql.identifiers import columns_of
from t2s_pipeline.sql.names import Names, Source

_SCAN = re.compile(r"^SCAN (?P<name>.+?)(?P<index> USING (?:COVERING )?INDEX .*| USING INTEGER PRIMARY KEY.*)?$")
_COMPARES = (exp.EQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In, exp.Between)
_WRAPS = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.Cast, exp.DPipe, exp.Coalesce, exp.Paren)


@dataclass(frozen=True)
class HiddenKey:
    """`column` as the database spells it."""

    source: Source
    column: str


def hidden_keys(names: Names, plan: Sequence[str]) -> list[HiddenKey]:
    """The keys that a query hides of tables that `plan` (lines of EXPLAIN QUERY PLAN) scans, each once."""
    scanned = {name.lower() for name in scanned_sources(plan)}
    found: list[HiddenKey] = []
    for select in names.query.find_all(exp.Select, bfs=False) if scanned else ():
        for condition in _conditions(select):
            for key in _hidden(names, condition):
                if key.source.alias in scanned and key not in found:
                    found.append(key)
    return found


def scanned_sources(plan: Sequence[str]) -> list[str]:
    """The aliases that a plan reads whole without any index, as the query writes them."""
    matches = [_SCAN.match(line) for line in plan]
    return [match["name"] for match in matches if match and not match["index"] and match["name"] != "CONSTANT ROW"]


def _conditions(select: exp.Select) -> Iterator[exp.Expression]:
    """The parts of WHERE and ON that every row has to meet."""
    clauses = [join.args["on"] for join in select.args.get("joins") or () if join.args.get("on") is not None]
    if select.args.get("where") is not None:
        clauses.append(select.args["where"].this)
    for clause in clauses:
        yield from _parts(clause)


def _parts(node: exp.Expression) -> Iterator[exp.Expression]:
    if isinstance(node, exp.Paren):
        yield from _parts(node.this)
    elif isinstance(node, exp.And):
        yield from _parts(node.left)
        yield from _parts(node.right)
    else:
        yield node


def _hidden(names: Names, condition: exp.Expression) -> Iterator[HiddenKey]:
    if not isinstance(condition, _COMPARES):
        return
    sides = [condition.this, *([condition.expression] if isinstance(condition, exp.Binary) else [])]
    for side in sides:
        column = _wrapped(side)
        if column is None:
            continue
        resolution = names.resolve(column)
        source = resolution.source
        if source is None or source.table is None or column.name.lower() not in source.table.keys:
            continue
        others = [other for other in columns_of(condition) if other is not column]
        if not any(names.resolve(other).source is source for other in others):
            yield HiddenKey(source, resolution.origin[1] if resolution.origin else column.name)


def _wrapped(side: exp.Expression) -> exp.Column | None:
    """The one column of an expression that could be compared by itself; None for a bare one, or another expression."""
    if not isinstance(side, _WRAPS) or isinstance(side.unnest(), exp.Column):
        return None
    columns: list[exp.Column] = []
    waiting = [side]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Column):
            columns.append(node)
        elif isinstance(node, _WRAPS):
            waiting += [child for child in node.iter_expressions() if not isinstance(child, exp.DataType)]
        elif not isinstance(node, exp.Literal | exp.Null):
            return None
    return columns[0] if len(columns) == 1 else None
