"""A parsed gold query whose nodes know where they stand in the text.

    query = parse_gold("SELECT name FROM singer WHERE age > 30", schema)
    query.owner(column)         # (Table singer, Column age), by the FROM clauses around the node

Edits are made in the author's text at these places, so that an edited query differs from its gold in the edit
alone: a query that sqlglot writes anew would be told from the gold by its quotes and capitals.

Names are resolved through FROM and JOIN of the enclosing queries, innermost first; what reads from a subquery
or a common table expression is not resolved, and so not edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table


@dataclass(frozen=True)
class GoldQuery:
    """`sql` as written, its tree, its tokens, the database's catalogue, and the names that are CTEs in it."""

    sql: str
    tree: exp.Expression
    tokens: tuple[Token, ...]
    schema: DatabaseSchema
    cte_names: frozenset[str]

    def sources(self, node: exp.Expression) -> Iterator[dict[str, Table]]:
        """The tables in scope of `node` by lower-case alias, one dictionary a query, innermost first."""
        select = node.find_ancestor(exp.Select)
        while select is not None:
            found = {}
            clauses = [select.args.get("from_"), *(select.args.get("joins") or ())]
            for clause in clauses:
                table = clause.this if clause is not None else None
                known = self.schema.table(table.name) if isinstance(table, exp.Table) else None
                if known is not None and table.name.lower() not in self.cte_names:
                    found[table.alias_or_name.lower()] = known
            yield found
            select = select.find_ancestor(exp.Select)

    def owner(self, node: exp.Expression) -> tuple[Table, Column] | None:
        """Table and column that a node names; None where that is unknown or ambiguous, or it is no column."""
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
            return None
        for tables in self.sources(node):
            if node.table and node.table.lower() not in tables:
                continue
            named = [tables[node.table.lower()]] if node.table else list(tables.values())
            owners = [(table, column) for table in named if (column := table.column(node.name))]
            if owners or node.table:
                return owners[0] if len(owners) == 1 else None
        return None

    def is_text_literal(self, node: exp.Expression) -> bool:
        """A quoted string, or a double-quoted name of no column, which SQLite reads as a string."""
        if isinstance(node, exp.Literal):
            return node.is_string
        if not isinstance(node, exp.Column) or node.table or not isinstance(node.this, exp.Identifier):
            return False
        start, _ = span(node) or (0, 0)
        names_column = any(t.column(node.name) for tables in self.sources(node) for t in tables.values())
        return self.sql[start] == '"' and not names_column

    def token_after(self, position: int) -> int:
        """Index of the first token that starts after character `position`; their number at the end."""
        return next((i for i, token in enumerate(self.tokens) if token.start > position), len(self.tokens))

    def operator_after(self, node: exp.Expression) -> Token | None:
        """The token after `node` and what closes it: the operator, where `node` is a left operand."""
        place = span(node)
        if place is None:
            return None
        index = self.token_after(place[1])
        while index < len(self.tokens) and self.tokens[index].token_type == TokenType.R_PAREN:
            index += 1
        return self.tokens[index] if index < len(self.tokens) else None


def parse_gold(sql: str, schema: DatabaseSchema) -> GoldQuery | None:
    """The parsed gold, or None where it is not one query that sqlglot takes."""
    try:
        trees = [tree for tree in sqlglot.parse(sql, read="sqlite") if tree is not None]
        tokens = tuple(SQLite().tokenize(sql))
    except (SqlglotError, RecursionError):
        return None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        return None
    cte_names = frozenset(cte.alias.lower() for cte in trees[0].find_all(exp.CTE))
    return GoldQuery(sql, trees[0], tokens, schema, cte_names)


def span(node: exp.Expression) -> tuple[int, int] | None:
    """First and last character of the names and literals in `node`; its closing parentheses are outside."""
    places = [(n.meta["start"], n.meta["end"]) for n in node.walk() if "start" in n.meta]
    if not places:
        return None
    return min(start for start, _ in places), max(end for _, end in places)
