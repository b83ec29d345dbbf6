"""A column error in finer tags: which reference is invalid, what its qualifier stands for, and which tables own it.

    column_error("no such column: T1.nation", parse_query(sql), catalogue)
    # ColumnError(tag=wrong_table_column_mapping, reference="T1.nation", table="concert", owners=("singer",))

The reference is the one that SQLite names: it compiles from the inside out and stops at the first. The names are those
of the execution-guided reference's column error report, but for `ambiguous_column`, which it does not tag.

Not covered: a second invalid reference of the same query; SQLite shows it once the first is mended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.names import Names, NameState, Resolution, Source


class ColumnTag(StrEnum):
    WRONG_COLUMN_OWNER = "wrong_column_owner"
    WRONG_TABLE_COLUMN_MAPPING = "wrong_table_column_mapping"
    EXTRA_JOIN_ALIAS_MISMATCH = "extra_join_alias_mismatch"
    HALLUCINATED_COLUMN = "hallucinated_column"
    AMBIGUOUS_COLUMN = "ambiguous_column"
    UNCLASSIFIED = "unclassified_no_such_column"


MEANING: dict[ColumnTag, str] = {
    ColumnTag.WRONG_COLUMN_OWNER: "no qualifier, and no table in scope has the column, but another table has",
    ColumnTag.WRONG_TABLE_COLUMN_MAPPING: "its qualifier names a table that does not have the column; another has",
    ColumnTag.EXTRA_JOIN_ALIAS_MISMATCH: "its qualifier names nothing in scope: the alias of a join that is not there",
    ColumnTag.HALLUCINATED_COLUMN: "no table of the database has such a column",
    ColumnTag.AMBIGUOUS_COLUMN: "several tables in scope have the column, and no qualifier says which",
    ColumnTag.UNCLASSIFIED: "the query cannot be parsed, or the reference is not found in it",
}
_REFERENCE = re.compile(
    r"^no such column: (?P<missing>.+)$|^cannot join using column (?P<using>.+?) - column not present|"
    r"^ambiguous column name: (?P<ambiguous>.+)$|^ambiguous reference to (?P<merged>.+) in USING\(\)$",
    re.DOTALL,
)
_HINT = re.compile(r'^"(?P<name>.*)" - should this be a string literal in single-quotes\?$', re.DOTALL)


@dataclass(frozen=True)
class ColumnError:
    """`reference` as SQLite writes it; `table` the table that its qualifier names, where it names one; `owners` the
    tables that have the column, those in scope first."""

    tag: ColumnTag
    reference: str
    table: str | None = None
    owners: tuple[str, ...] = ()


def column_error(message: str, query: exp.Query | None, catalogue: Catalogue) -> ColumnError | None:
    """The finer tag of SQLite's `message` on the parsed `query` (None where it cannot be parsed).

    None where the message names no column.
    """
    found = _REFERENCE.match(message)
    if found is None:
        return None
    reference = next(text for text in found.groups() if text is not None)
    hint = _HINT.match(reference)
    reference = hint["name"] if hint else reference
    names = Names(query, catalogue) if query is not None else None
    try:
        if found["missing"] is None:
            return _of_several(reference, found["using"] is not None, names, catalogue)
        return _missing(reference, names, catalogue)
    except RecursionError:
        return ColumnError(ColumnTag.UNCLASSIFIED, reference, None, catalogue.owners(_last(reference)))


def _missing(reference: str, names: Names | None, catalogue: Catalogue) -> ColumnError:
    found = _unresolved(reference, names) if names is not None else None
    if names is None or found is None:
        return ColumnError(ColumnTag.UNCLASSIFIED, reference, None, catalogue.owners(_last(reference)))
    column, resolution = found
    owners = _in_scope_first(catalogue.owners(column.name), names.visible(column))
    table = resolution.source.table.name if resolution.source and resolution.source.table else None
    if column.table and resolution.source is None:
        tag = ColumnTag.EXTRA_JOIN_ALIAS_MISMATCH
    elif not owners:
        tag = ColumnTag.HALLUCINATED_COLUMN
    else:
        tag = ColumnTag.WRONG_TABLE_COLUMN_MAPPING if column.table else ColumnTag.WRONG_COLUMN_OWNER
    return ColumnError(tag, reference, table, owners)


def _of_several(reference: str, using: bool, names: Names | None, catalogue: Catalogue) -> ColumnError:
    """An ambiguous name, or a USING column that one of two sides does not have."""
    name = _last(reference)
    owners = catalogue.owners(name)
    if using:
        return ColumnError(
            ColumnTag.WRONG_COLUMN_OWNER if owners else ColumnTag.HALLUCINATED_COLUMN, reference, None, owners
        )
    for column in _columns(names) if names is not None else ():
        resolution = names.resolve(column)
        if resolution.state is NameState.AMBIGUOUS and _written(column) == reference.lower():
            candidates = [source.table.name for source in resolution.candidates if source.table]
            return ColumnError(ColumnTag.AMBIGUOUS_COLUMN, reference, None, tuple(dict.fromkeys(candidates)))
    return ColumnError(ColumnTag.AMBIGUOUS_COLUMN, reference, None, owners)


def _unresolved(reference: str, names: Names) -> tuple[exp.Column, Resolution] | None:
    """The first column that is written like the reference and stands for nothing; else the first written like it."""
    alike = [(column, names.resolve(column)) for column in _columns(names) if _written(column) == reference.lower()]
    invalid = (NameState.NO_SUCH_COLUMN, NameState.UNDEFINED_QUALIFIER, NameState.LITERAL)
    return next((found for found in alike if found[1].state in invalid), None)


def _columns(names: Names) -> Iterator[exp.Column]:
    for column in names.query.find_all(exp.Column):
        if isinstance(column.this, exp.Identifier):
            yield column


def _written(column: exp.Column) -> str:
    """The column with its qualifiers, as SQLite's message has it."""
    return ".".join(part.name for part in column.parts).lower()


def _last(reference: str) -> str:
    return reference.rpartition(".")[2]


def _in_scope_first(owners: Iterable[str], visible: Iterable[Source]) -> tuple[str, ...]:
    scope = {source.table.name for source in visible if source.table}
    return tuple(sorted(owners, key=lambda name: name not in scope))
