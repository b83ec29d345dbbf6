"""Whether a query writes down what it returns, in place of reading it.

    writes_its_rows("SELECT 'Bob' FROM singer LIMIT 1")                          # True
    writes_its_rows("SELECT name FROM singer UNION SELECT 'Bob' FROM singer")    # True
    writes_its_rows("SELECT count(*) FROM singer WHERE name = 'Bob'")            # False

That is where a SELECT of it has no column, no `*` and no `count` among what it returns, or there are VALUES. The query
of an EXISTS does not count: what it returns is not looked at.

Not covered: a constant that a column stands for (`CASE WHEN id THEN 'Bob' END`), and a condition with the answer in it.
"""

from __future__ import annotations

from sqlglot import exp

from t2s_pipeline.sql.parse import parse_query

_READ = (exp.Column, exp.Star, exp.Count)


def writes_its_rows(sql: str) -> bool:
    """Whether some part of the one query in `sql` returns constants alone. False where it cannot be parsed."""
    query = parse_query(sql)
    if query is None:
        return False
    return query.find(exp.Values) is not None or any(
        not isinstance(select.parent, exp.Exists) and not any(map(_reads, select.expressions))
        for select in query.find_all(exp.Select)
    )


def _reads(returned: exp.Expression) -> bool:
    """Whether an expression of a SELECT has something of the SELECT's own tables, subqueries being looked at apart."""
    own = returned.walk(prune=lambda node: isinstance(node, exp.Query))
    return any(isinstance(node, (*_READ, exp.Query)) for node in own)
