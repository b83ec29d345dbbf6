"""The grammar of answers over some tables: one SQLite SELECT that names these tables and their columns alone.

    grammar = answer_grammar(schema.subset(tables))       # Lark text, in llguidance's dialect
    GenerationRequest(prompt, grammar=grammar)

The rules are the `.lark` files beside this module (`grammar/`); this adds the names that a prompt over the
tables shows. It covers what the extractor takes as it stands: the query, after a thought at most, with no label and no
code fence. Keywords and ASCII names may be in small letters, too, in capitals, or with one capital a word.

A qualified name has a column of that very table, or, behind an alias, of any table shown. What no context-free
grammar can say is left to the model, and shows as an error of SQLite: whether an alias or a bare column belongs to a
table that this FROM reads, whether it is ambiguous there, and whether the parts of a UNION are equally wide. Text may
stand in double quotes, as in many golds; SQLite reads it as a column where a table of the query has one of that name,
shown or not.

Left out of SQLite's language: VALUES, USING, row values, COLLATE, FILTER, window frames, a query without FROM, more
than one query behind WITH (it is called `cte`), other functions than those listed, names of results other than
OUTPUT_NAME, comments.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, Table
from t2s_pipeline.schema.serialise import quote_identifier, shown_columns

_FOLDER = Path(__file__).parent / "grammar"
_SCOPES = ("plain", "derived", "with")
_KINDS = {
    "plain": "plain1",
    "plain1": "plain2",
    "plain2": "",
    "aggregate": "aggregate1",
    "aggregate1": "aggregate2",
    "aggregate2": "",
}
"""The kinds of expressions, and of what kind their brackets hold: two levels, then none."""
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^A-Za-z]+")
"""The words of a name, as capitals and other characters part them."""
_WORD = re.compile(r'"([a-z_0-9]+)"i')
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
    """The rules, those of scopes and expressions written out for each of them, and the words that they use."""
    fixed, scope, expression, brackets = (
        (_FOLDER / f"{name}.lark").read_text(encoding="utf-8") for name in ("answer", "scope", "expression", "brackets")
    )
    parts = [fixed]
    for name in _SCOPES:
        parts.append(scope.replace("@", name))
        for kind, inner in _KINDS.items():
            operands = " | bracketed_@_# | case_@_# | cast_@_# | function_@_#" if inner else ""
            operands += " | aggregate_@" if kind.startswith("aggregate") else ""
            text = expression.replace("OPERANDS", operands) + (brackets.replace("%", inner) if inner else "")
            parts.append(text.replace("@", name).replace("#", kind))
    rules = "\n".join(parts)
    words = sorted(set(_WORD.findall(rules)))
    lines = [f"K_{word.upper()}: {_any_of({word.upper(), word, word.capitalize()})}" for word in words]
    return _WORD.sub(lambda match: f"K_{match[1].upper()}", rules) + "\n" + "\n".join(lines) + "\n"


def _names(tables: Iterable[Table]) -> list[str]:
    """The terminals of names: tables, aliases, and columns alone, behind an alias, and behind their own table."""
    tables = list(tables)
    columns = dict.fromkeys(column.name for table in tables for column in shown_columns(table))
    own = [f'{_name(table.name)} "." ({_names_of(c.name for c in shown_columns(table))})' for table in tables]
    aliases = [*ascii_lowercase, *sorted({initials for table in tables for initials in _initials(table.name)})]
    bare = [_in_any_case(table.name) for table in tables if _bare_table(table)]
    return [
        " | ".join([f"TABLE: {_names_of(table.name for table in tables)}", *bare]),
        f"COLUMN_NAME: {_names_of(columns)}",
        f"ALIAS: ({_any_of('tT')}) /[1-9][0-9]?/ | {_any_of(x for a in aliases for x in (a, a.upper()))}",
        f'COLUMN: COLUMN_NAME | ALIAS "." COLUMN_NAME | {" | ".join(own)}',
        'STAR: (ALIAS | TABLE) ".*"',
    ]


def _names_of(names: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(map(_name, names)))


def _name(name: str) -> str:
    """A name as a query writes it, in the cases that `_in_any_case` has."""
    return _in_any_case(quote_identifier(name))


def _in_any_case(text: str) -> str:
    """Lark for a text whose words are as they are, in small letters, in capitals, or with one capital.

    SQLite takes any case of ASCII letters; of odder mixtures a model would only ever stumble into one.
    """
    words = _PARTS.findall(text) if text.isascii() else [text]
    groups = [
        _any_of({word, word.lower(), word.upper(), word.capitalize()})
        if word.isalpha() and word.isascii()
        else _any_of([word])
        for word in words
    ]
    return " ".join(f"({group})" if " | " in group else group for group in groups)


def _any_of(texts: Iterable[str]) -> str:
    """Lark for one of these texts."""
    return " | ".join(json.dumps(text) for text in sorted(set(texts)))


def _bare_table(table: Table) -> bool:
    """Whether a word that must be quoted as a column may stand bare behind FROM."""
    return table.name.lower() == "cast"


def _initials(name: str) -> list[str]:
    """The first letters of the words of a table's name, as an alias, where there are two to four."""
    words = [word for word in name.lower().split("_") if word]
    initials = "".join(word[0] for word in words)
    bare = initials.isascii() and initials.isalpha() and quote_identifier(initials) == initials
    return [initials] if bare and 2 <= len(initials) <= 4 and initials not in _NOT_ALIASES else []
