"""A parsed gold query whose nodes know where they stand in the text and what they name.

    query = parse_gold("SELECT name FROM singer WHERE age > 30", schema)
    query.owner(column)         # (Table singer, Column age), by the rules of `sql.names`

Edits are made in the author's text at these places, so that an edited query differs from its gold in the edit
alone: a query that sqlglot writes anew would be told from the gold by its quotes and capitals.

A column that is read from a subquery or a common table expression has no owner here, and so is not edited.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import SqlglotError
from sqlglot.tokens import Token, TokenType

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.names import Names, NameState, Source, from_items
from t2s_pipeline.sql.parse import parse_query

_CLAUSES = frozenset(
    {
        TokenType.WHERE,
        TokenType.GROUP_BY,
        TokenType.HAVING,
        TokenType.ORDER_BY,
        TokenType.LIMIT,
        TokenType.UNION,
        TokenType.INTERSECT,
        TokenType.EXCEPT,
        TokenType.WINDOW,
        TokenType.SEMICOLON,
    }
)
"""What ends a clause of the same query."""


@dataclass(frozen=True)
class SourceTable:
    """A table of the database that stands in a FROM: the node, what its columns are looked up in, and its owner."""

    node: exp.Table
    source: Source
    table: Table


@dataclass(frozen=True)
class GoldQuery:
    """`sql` as written, its tree, its tokens, what its names stand for, and the database's catalogue."""

    sql: str
    tree: exp.Query
    tokens: tuple[Token, ...]
    names: Names
    schema: DatabaseSchema

    def source_of(self, node: exp.Expression) -> tuple[Source, Column] | None:
        """The entry of a FROM and its column that a node names; None where it is no column of a table."""
        if not isinstance(node, exp.Column) or not isinstance(node.this, exp.Identifier):
            return None
        found = self.names.resolve(node)
        if found.state is not NameState.COLUMN or found.source is None or found.source.table is None:
            return None
        column = self.table_of(found.source).column(node.name)
        return None if column is None else (found.source, column)

    def owner(self, node: exp.Expression) -> tuple[Table, Column] | None:
        """Table and column that a node names; None where that is unknown or ambiguous, or it is no column."""
        found = self.source_of(node)
        return None if found is None else (self.table_of(found[0]), found[1])

    def table_of(self, source: Source) -> Table:
        """The table of a source that reads one. Raises KeyError for any other."""
        table = self.schema.table(source.table.name) if source.table else None
        if table is None:
            raise KeyError(f"{source.alias} reads no table of {self.schema.database_id}")
        return table

    def tables_beside(self, node: exp.Expression) -> list[Source]:
        """The tables in the FROM of the query that a node stands in, in order."""
        select = node.find_ancestor(exp.Select)
        return [source for source in self.names.sources(select) if source.table] if select else []

    def source_tables(self, select: exp.Select) -> list[SourceTable]:
        """The entries of a FROM that are tables, as they stand there; what stands in parentheses is left out."""
        by_alias = {source.alias: source for source in self.names.sources(select) if source.table}
        found = []
        for node in from_items(select):
            source = by_alias.get(node.alias_or_name.lower()) if isinstance(node, exp.Table) else None
            if source is not None and source.table and source.table.name.lower() == node.name.lower():
                found.append(SourceTable(node, source, self.table_of(source)))
        return found

    def columns_of(self, source: Source) -> list[exp.Column]:
        """The columns of the query that are read from this very entry of a FROM."""
        columns = [node for node in self.tree.find_all(exp.Column) if isinstance(node.this, exp.Identifier)]
        return [node for node in columns if self.names.resolve(node).source is source]

    def is_text_literal(self, node: exp.Expression) -> bool:
        """A quoted string, or a double-quoted name of no column, which SQLite reads as a string."""
        if isinstance(node, exp.Literal):
            return node.is_string
        if not isinstance(node, exp.Column) or node.table or not isinstance(node.this, exp.Identifier):
            return False
        start, _ = span(node) or (0, 0)
        return self.sql[start] == '"' and self.names.resolve(node).state is NameState.LITERAL

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

    def clause_end(self, index: int, also: frozenset[TokenType] = frozenset()) -> int:
        """Index of the token that ends the clause of token `index`: the next clause, a kind of `also`, `)`, the end."""
        depth = 0
        for at in range(index + 1, len(self.tokens)):
            kind = self.tokens[at].token_type
            if depth == 0 and (kind in _CLAUSES or kind in also or kind == TokenType.R_PAREN):
                return at
            depth += (kind == TokenType.L_PAREN) - (kind == TokenType.R_PAREN)
        return len(self.tokens)


def parse_gold(sql: str, schema: DatabaseSchema) -> GoldQuery | None:
    """The parsed gold, or None where it is not one query that sqlglot takes."""
    tree = parse_query(sql)
    if tree is None:
        return None
    try:
        tokens = tuple(SQLite().tokenize(sql))
    except SqlglotError:
        return None
    catalogue = Catalogue.of({table.name: [column.name for column in table.columns] for table in schema.tables})
    return GoldQuery(sql, tree, tokens, Names(tree, catalogue), schema)


def selects(query: GoldQuery) -> Iterator[exp.Select]:
    """Every SELECT of the query, subqueries and arms of set operations among them."""
    yield from query.tree.find_all(exp.Select)


def span(node: exp.Expression) -> tuple[int, int] | None:
    """First and last character of the names and literals in `node`; its closing parentheses are outside."""
    places = [(n.meta["start"], n.meta["end"]) for n in node.walk() if "start" in n.meta]
    if not places:
        return None
    return min(start for start, _ in places), max(end for _, end in places)


def type_kind(column: Column) -> str:
    """`date`, `number` or `text` of a declared type, by SQLite's affinity rules apart from dates."""
    kind = column.type.upper()
    if "DATE" in kind or "TIME" in kind:
        return "date"
    if "INT" not in kind and any(part in kind for part in ("CHAR", "CLOB", "TEXT")):
        return "text"
    return "text" if "BLOB" in kind or not kind else "number"
