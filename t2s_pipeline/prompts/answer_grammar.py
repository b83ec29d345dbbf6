"""The grammar of answers over some tables: one SQLite SELECT that names these tables and their columns alone.

    grammar = answer_grammar(schema.subset(tables))       # Lark text, in llguidance's dialect
    GenerationRequest(prompt, grammar=grammar)

The rules are the `.lark` files beside this module (`grammar/`); this adds the names that a prompt over the
tables shows. It covers what the extractor takes as it stands: the query, after a thought at most, with no label and no
code fence. Keywords and ASCII names may be in any case, as in SQLite.

A qualified name has a column of that very table, or, behind an alias, of any table shown. What no context-free
grammar can say is left to the model, and shows as an error of SQLite: whether an alias or a bare column belongs to a
table that this FROM reads, whether it is ambiguous there, and whether the parts of a UNION are equally wide.

Left out of SQLite's language: VALUES, USING, row values, COLLATE, FILTER, window frames, a query without FROM, more
than one query behind WITH (it is called `cte`), other functions than those listed, names of results other than
OUTPUT_NAME, comments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table
from t2s_pipeline.schema.serialise import quote_identifier, shown_columns

_FOLDER = Path(__file__).parent / "grammar"
_SCOPES = ("plain", "derived", "with")
_NOT_ALIASES = frozenset("asc by cte desc end full glob left like with".split())
"""Short words that the grammar has a meaning for, and that SQLite takes as names none the less."""


def answer_grammar(schema: DatabaseSchema) -> str:
    """The grammar of answers on the tables of `schema`; equal tables and columns give equal text.

    Raises ValueError where there is no table, or one without a column.
    """
    if not schema.tables or not all(table.columns for table in schema.tables):
        raise ValueError(f"{schema.database_id}: a grammar needs a table, and columns in each")
    return _rules() + "\n// The names of the schema.\n" + "\n".join(_names(schema.tables)) + "\n"


def answer_grammars(rows: Iterable[Mapping[str, Any]], schemas: Mapping[str, DatabaseSchema]) -> dict[str, str]:
    """The grammar of each example's answers by its id; `rows` are of `retrieved_schemas`, `schemas` by database_id."""
    made: dict[tuple[str, ...], str] = {}
    found = {}
    for row in rows:
        key = (row["database_id"], *row["tables"])
        if key not in made:
            made[key] = answer_grammar(schemas[row["database_id"]].subset(tuple(row["tables"])))
        found[row["example_id"]] = made[key]
    return found


@cache
def grammar_fingerprint() -> str:
    """sha256 (hex) of how grammars are written: of that of a schema which never changes."""
    example = DatabaseSchema("", (Table("a_table", (Column("name", "TEXT"), Column("order", "TEXT"))),), ())
    return hashlib.sha256(answer_grammar(example).encode()).hexdigest()


@cache
def _rules() -> str:
    """The rules, those of scopes and expressions written out for each of them."""
    fixed, scope, expression = (
        (_FOLDER / f"{name}.lark").read_text(encoding="utf-8") for name in ("answer", "scope", "expression")
    )
    parts = [fixed]
    for name in _SCOPES:
        plain = expression.replace("AGGREGATES", "").replace("#", "plain")
        aggregate = expression.replace("AGGREGATES", " | aggregate_@_aggregate").replace("#", "aggregate")
        parts += [text.replace("@", name) for text in (scope, plain, aggregate)]
    return "\n".join(parts)


def _names(tables: Iterable[Table]) -> list[str]:
    """The terminals of names: tables, aliases, and columns alone, behind an alias, and behind their own table."""
    tables = list(tables)
    columns = {column.name: None for table in tables for column in shown_columns(table)}
    own = [f'{_literal(table.name)} "." ({_any(c.name for c in shown_columns(table))})' for table in tables]
    aliases = sorted({initials for table in tables for initials in _initials(table.name)})
    return [
        " | ".join(["TABLE: " + _any(t.name for t in tables), *(f'"{t.name}"i' for t in tables if _bare_table(t))]),
        f"COLUMN_NAME: {_any(columns)}",
        " | ".join([r'ALIAS: "t"i /[1-9][0-9]?/', *(f'"{letter}"i' for letter in "abcdefghijklmnopqrstuvwxyz")])
        + "".join(f' | "{alias}"i' for alias in aliases),
        f'COLUMN: COLUMN_NAME | ALIAS "." COLUMN_NAME | {" | ".join(own)}',
        'STAR: (ALIAS | TABLE) ".*"',
    ]


def _any(names: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(map(_literal, names)))


def _literal(name: str) -> str:
    """A name as SQL and then as Lark writes it. SQLite takes ASCII letters for their other case, and no others."""
    return json.dumps(quote_identifier(name)) + ("i" if name.isascii() else "")


def _bare_table(table: Table) -> bool:
    """Whether a word that must be quoted as a column may stand bare behind FROM."""
    return table.name.lower() == "cast"


def _initials(name: str) -> list[str]:
    """The first letters of the words of a table's name, as an alias, where there are two to four."""
    words = [word for word in name.lower().split("_") if word]
    initials = "".join(word[0] for word in words)
    bare = initials.isascii() and initials.isalpha() and quote_identifier(initials) == initials
    return [initials] if bare and 2 <= len(initials) <= 4 and initials not in _NOT_ALIASES else []
