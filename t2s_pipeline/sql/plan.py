"""A short plan in English of what a query does: the thought that may stand before it.

    plan_text("SELECT T1.Name FROM singer AS T1 JOIN song AS T2 ON T1.Id = T2.Singer_Id WHERE T2.Year > 2010")
    # The question needs the tables singer as T1 and song as T2, joined where T1.Id is T2.Singer_Id. Keep only the
    # rows where T2.Year is over 2010. There is nothing to group or to sort. Return T1.Name.

Sentences stand in the order in which the query is worked out: tables, conditions, groups, order, what is returned.
Names and values are spelt as in the query, and nothing is looked up in a database, so that a plan can be made of any
gold. A plan says what the query says; that the query is right is somebody else's knowledge. Over 100 characters, which
is what FINER's format asks of a thought.
"""

from __future__ import annotations

from sqlglot import exp

from t2s_pipeline.sql.parse import parse_query

PLAN_VERSION = "2"
"""Bump it when the same query gets another plan."""

_COMPARE = {
    exp.EQ: "is",
    exp.NEQ: "is not",
    exp.GT: "is over",
    exp.GTE: "is at least",
    exp.LT: "is under",
    exp.LTE: "is at most",
    exp.Like: "is like",
    exp.Is: "is",
}
_NEGATED = {exp.Like: "is not like", exp.Is: "is not", exp.In: "is not among", exp.Between: "is not between"}
_ARITHMETIC = {exp.Add: "plus", exp.Sub: "minus", exp.Mul: "times", exp.Div: "divided by", exp.DPipe: "followed by"}
_AGGREGATES = {exp.Avg: "average", exp.Sum: "sum", exp.Min: "minimum", exp.Max: "maximum"}
_SET_OPERATIONS = {
    exp.Intersect: "Keep what both of them return",
    exp.Except: "Keep what only the first of them returns",
    exp.Union: "Keep what either of them returns",
}
_DEEPEST = 12
"""Nested expressions and queries. What is deeper makes no short plan."""


def plan_text(sql: str) -> str | None:
    """The plan of the one query in `sql`; None where it cannot be parsed or has a part that has no words here."""
    query = parse_query(sql)
    if query is None:
        return None
    try:
        return " ".join([*_with(query), *_sentences(query)])
    except (_NoWords, RecursionError):
        return None


class _NoWords(Exception):
    """A part of the query that no words are made of: CASE, a window, VALUES."""


def _with(query: exp.Query) -> list[str]:
    clause = query.args.get("with_")
    if clause is None:
        return []
    if clause.args.get("recursive"):
        raise _NoWords
    found = [(_name(named.args["alias"].this), _phrase(named.this, 1)) for named in clause.expressions]
    return [f"First find {name}: {phrase}." for name, phrase in found]


def _sentences(query: exp.Expression) -> list[str]:
    if isinstance(query, exp.SetOperation):
        steps = ["The question needs two answers put together.", f"One is {_phrase(query.left, 1)}."]
        steps += [f"The other is {_phrase(query.right, 1)}.", f"{_kept(query)}."]
        return steps + [f"{_capital(order)}." for order in _order(query, 1)]
    if not isinstance(query, exp.Select):
        raise _NoWords
    steps = [f"The question needs {_tables(query, 1, alone=', and no other')}."]
    where, group, having = (query.args.get(clause) for clause in ("where", "group", "having"))
    steps.append(f"Keep only the rows where {_words(where.this, 1)}." if where else "Every row counts.")
    if group:
        steps.append(f"Group the rows by {_listed(group.expressions, 1)}.")
    if having:
        steps.append(f"Keep the groups where {_words(having.this, 1)}.")
    order = _order(query, 1)
    steps += [f"{_capital(words)}." for words in order]
    if not group and not query.args.get("order"):
        steps.append("There is nothing to group or to sort.")
    once = ", each different one once" if query.args.get("distinct") else ""
    return [*steps, f"Return {_listed(query.expressions, 1)}{once}."]


def _phrase(query: exp.Expression, depth: int) -> str:
    """A query as a noun: "the average of age from singer where country is 'France'"."""
    query = query.unnest() if isinstance(query, exp.Subquery) else query
    if query.args.get("with_") and depth > 1:
        raise _NoWords
    if isinstance(query, exp.SetOperation):
        left, right = _phrase(query.left, depth + 1), _phrase(query.right, depth + 1)
        return f"{left} put together with {right} ({_kept(query).lower()})"
    if not isinstance(query, exp.Select):
        raise _NoWords
    different = "each different " if query.args.get("distinct") else ""
    text = f"{different}{_listed(query.expressions, depth)} from {_tables(query, depth)}"
    where, group, having = (query.args.get(clause) for clause in ("where", "group", "having"))
    if where:
        text += f" where {_words(where.this, depth)}"
    if group:
        text += f", grouped by {_listed(group.expressions, depth)}"
    if having:
        text += f" with groups where {_words(having.this, depth)}"
    return ", ".join([text, *_order(query, depth)])


def _kept(query: exp.SetOperation) -> str:
    repeats = "" if query.args.get("distinct", True) else ", repeats too"
    return f"{_SET_OPERATIONS[type(query)]}{repeats}"


def _tables(select: exp.Select, depth: int, alone: str = "") -> str:
    """The entries of FROM and how they are joined; `alone` is added where there is one."""
    source, joins = select.args.get("from_"), select.args.get("joins") or []
    if source is None:
        return "no table"
    first = _source(source.this, depth)
    if not joins:
        return f"one table, {first}{alone}" if alone else first
    names = [first, *(_source(join.this, depth) for join in joins)]
    text = f"{'the tables ' if alone else ''}{_and(names)}"
    how = [words for join in joins if (words := _join(join, depth))]
    return f"{text}, joined {' and '.join(how)}" if how else text


def _join(join: exp.Join, depth: int) -> str:
    side = join.args.get("side")
    if side not in (None, "", "LEFT") or join.args.get("method"):
        raise _NoWords
    kept = f", rows without a match in {join.this.alias_or_name} kept too" if side else ""
    if join.args.get("using"):
        return f"on equal {_and([_name(name) for name in join.args['using']])}{kept}"
    condition = join.args.get("on")
    return f"where {_words(condition, depth)}{kept}" if condition is not None else ""


def _source(node: exp.Expression, depth: int) -> str:
    if isinstance(node, exp.Subquery):
        alias = f" as {node.alias}" if node.alias else ""
        return f"the result{alias} of ({_phrase(node.this, depth + 1)})"
    if not isinstance(node, exp.Table):
        raise _NoWords
    name = _name(node.this)
    return f"{name} as {_name(node.args['alias'].this)}" if node.alias else name


def _order(query: exp.Expression, depth: int) -> list[str]:
    """Sorting and cutting, as one piece or none."""
    clause, limit = query.args.get("order"), query.args.get("limit")
    pieces = []
    if clause is not None:
        keys = [
            f"{_words(key.this, depth)} from {'high to low' if key.args.get('desc') else 'low to high'}"
            for key in clause.expressions
        ]
        pieces.append(f"{'sorted' if depth > 1 else 'sort'} by {_and(keys)}")
    if limit is not None:
        count = limit.expression.sql("sqlite")
        taking = "take" if depth == 1 else "taking"
        pieces.append(f"{taking} the first{'' if count == '1' else ' ' + count}")
        if query.args.get("offset") is not None:
            pieces.append(f"{'leave' if depth == 1 else 'leaving'} out {query.args['offset'].expression.sql('sqlite')}")
    return [" and ".join(pieces)] if pieces else []


def _listed(nodes: list[exp.Expression], depth: int) -> str:
    return _and([_words(node, depth) for node in nodes])


def _words(node: exp.Expression, depth: int) -> str:
    """An expression or condition in words."""
    depth += 1
    if depth > _DEEPEST:
        raise _NoWords
    kind = type(node)
    if kind in (exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Neg):
        return _leaf(node, depth)
    if isinstance(node, exp.Star):
        return "every column"
    if isinstance(node, exp.Null):
        return "missing"
    if isinstance(node, exp.Paren):
        return f"({_words(node.this, depth)})"
    if isinstance(node, exp.Alias):
        return f"{_words(node.this, depth)} as {_name(node.args['alias'])}"
    if isinstance(node, exp.Subquery):
        return f"the value ({_phrase(node, depth)})"
    if kind in _AGGREGATES or kind is exp.Count:
        return _aggregate(node, depth)
    if kind in (exp.And, exp.Or):
        return f"{_words(node.left, depth)} {'and' if kind is exp.And else 'or'} {_words(node.right, depth)}"
    if kind in _COMPARE:
        return f"{_words(node.this, depth)} {_COMPARE[kind]} {_words(node.expression, depth)}"
    if kind in _ARITHMETIC:
        return f"{_words(node.this, depth)} {_ARITHMETIC[kind]} {_words(node.expression, depth)}"
    return _special(node, depth)


def _leaf(node: exp.Expression, depth: int) -> str:
    if isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
        return f"every column of {node.table}"
    if isinstance(node, exp.Neg) and not isinstance(node.this, exp.Literal):
        return f"minus {_words(node.this, depth)}"
    return node.sql("sqlite")


def _special(node: exp.Expression, depth: int) -> str:
    """NOT, IN, BETWEEN, EXISTS, calls of functions."""
    if isinstance(node, exp.Not):
        inner = node.this
        if type(inner) in _NEGATED:
            return _tested(inner, _NEGATED[type(inner)], depth)
        return f"not {_words(inner, depth)}"
    if isinstance(node, exp.In):
        return _tested(node, "is among", depth)
    if isinstance(node, exp.Between):
        return _tested(node, "is between", depth)
    if isinstance(node, exp.Exists):
        return f"there is some ({_phrase(node.this, depth)})"
    if isinstance(node, exp.Anonymous | exp.Func) and not isinstance(node, exp.Case | exp.Connector | exp.Cast):
        if any(node.find_all(exp.Query, exp.Window)):
            raise _NoWords
        return node.sql("sqlite")
    raise _NoWords


def _tested(node: exp.Expression, words: str, depth: int) -> str:
    """LIKE, IS, IN and BETWEEN, with the words of the test or of its contrary."""
    subject = _words(node.this, depth)
    if isinstance(node, exp.Between):
        return f"{subject} {words} {_words(node.args['low'], depth)} and {_words(node.args['high'], depth)}"
    if not isinstance(node, exp.In):
        return f"{subject} {words} {_words(node.expression, depth)}"
    query = node.args.get("query")
    if query is not None:
        return f"{subject} {words} ({_phrase(query, depth)})"
    if not node.expressions:
        raise _NoWords  # IN with the name of a table
    return f"{subject} {words} {_listed(node.expressions, depth)}"


def _aggregate(node: exp.Expression, depth: int) -> str:
    argument = node.this
    if argument is None or getattr(node, "expressions", None):
        raise _NoWords
    if isinstance(node, exp.Count):
        if isinstance(argument, exp.Star):
            return "the number of rows"
        if isinstance(argument, exp.Distinct):
            return f"the number of different {_listed(argument.expressions, depth)}"
        return f"the number of {_words(argument, depth)}"
    if isinstance(argument, exp.Distinct):
        return f"the {_AGGREGATES[type(node)]} of different {_listed(argument.expressions, depth)}"
    return f"the {_AGGREGATES[type(node)]} of {_words(argument, depth)}"


def _name(node: exp.Expression) -> str:
    return node.sql("sqlite")


def _and(items: list[str]) -> str:
    if not items:
        raise _NoWords  # a bare SELECT, which sqlglot takes as a part of a set operation
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
