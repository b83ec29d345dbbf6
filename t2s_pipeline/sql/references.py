"""Which tables a SQL query really reads.

    tables_read("WITH old AS (SELECT * FROM singer) SELECT count(*) FROM old")    # ("singer",)

Names of common table expressions are resolved as SQLite does: a CTE is seen by its sibling CTEs, before or
after it, and by everything inside the query that its WITH belongs to; `main.old` is never a CTE; the body
of a CTE that nothing uses is not read. Checked against SQLite's authorizer on every gold query of Spider
(tests).

Not covered: columns, views (a view counts as the table it is named as), table-valued functions and SQLite's own tables
(`sqlite_master` and its like), which are left out: they hold none of the data.
"""

from __future__ import annotations

from sqlglot import exp

from t2s_pipeline.sql.parse import parse_query


def tables_read(sql: str) -> tuple[str, ...] | None:
    """Tables that the one query in `sql` reads, as it spells them, in order of appearance, each once.

    Names that differ only in case are one table. None where `sql` cannot be parsed, or is not one query.
    """
    query = parse_query(sql)
    if query is None:
        return None
    found: dict[str, str] = {}
    _collect(query, found, set())
    return tuple(found.values())


def _collect(root: exp.Expression, found: dict[str, str], visited: set[int]) -> None:
    """Add to `found` (lower-case name -> name) the tables read by `root`, and by the CTEs that it reaches."""
    for node in root.walk(bfs=False, prune=lambda n: isinstance(n, exp.CTE) and n is not root):
        name = _source_name(node)
        if name is None or name.lower().startswith("sqlite_"):
            continue
        cte = None if node.args.get("db") else visible_cte(node, name)
        if cte is None:
            found.setdefault(name.lower(), name)
        elif id(cte) not in visited:
            visited.add(id(cte))
            _collect(cte, found, visited)


def _source_name(node: exp.Expression) -> str | None:
    """The table or CTE that `node` names as a source: in FROM, or as the right side of `x IN name`."""
    if isinstance(node, exp.Table):
        return node.name if isinstance(node.this, exp.Identifier) else None
    inside = node.parent
    if isinstance(node, exp.Column) and isinstance(inside, exp.In) and inside.args.get("field") is node:
        return node.name
    return None


def visible_cte(node: exp.Expression, name: str) -> exp.CTE | None:
    """The CTE of that name that `node` sees, innermost first, or None."""
    ancestor: exp.Expression | None = node
    while ancestor is not None:
        clause = ancestor.args.get("with_")
        for cte in clause.expressions if clause else ():
            if cte.alias.lower() == name.lower():
                return cte
        ancestor = ancestor.parent
    return None
