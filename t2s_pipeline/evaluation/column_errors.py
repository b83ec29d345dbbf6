"""A column error in finer tags: which reference is invalid, what its qualifier stands for, and which tables own it.

    column_error("no such column: T1.nation", parse_query(sql), catalogue)
    # ColumnError(tag=wrong_table_column_mapping, reference="T1.nation", table="concert", owners=("singer",))

The reference is the one that SQLite names: it compiles from the inside out and stops at the first. The names are those
of the execution-guided reference's column error report, but for `ambiguous_column`, which it does not tag.

Not covered: a second invalid reference of the same query; SQLite shows it once the first is mended.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from sqlglot import exp

from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.identifiers import Fault, InvalidColumn, invalid_columns
from t2s_pipeline.sql.names import Names


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
    if found is None:
        return ColumnError(ColumnTag.UNCLASSIFIED, reference, None, catalogue.owners(_last(reference)))
    table = found.source.table.name if found.source and found.source.table else None
    if found.fault is Fault.NO_SUCH_SOURCE:
        tag = ColumnTag.EXTRA_JOIN_ALIAS_MISMATCH
    elif not found.owners:
        tag = ColumnTag.HALLUCINATED_COLUMN
    else:
        tag = ColumnTag.WRONG_TABLE_COLUMN_MAPPING if found.qualifier else ColumnTag.WRONG_COLUMN_OWNER
    return ColumnError(tag, reference, table, found.owners)


def _of_several(reference: str, using: bool, names: Names | None, catalogue: Catalogue) -> ColumnError:
    """An ambiguous name, or a USING column that one of two sides does not have."""
    owners = catalogue.owners(_last(reference))
    if using:
        return ColumnError(
            ColumnTag.WRONG_COLUMN_OWNER if owners else ColumnTag.HALLUCINATED_COLUMN, reference, None, owners
        )
    for found in invalid_columns(names) if names is not None else ():
        if found.fault is Fault.AMBIGUOUS and found.reference.lower() == reference.lower():
            candidates = [source.table.name for source in found.candidates if source.table]
            return ColumnError(ColumnTag.AMBIGUOUS_COLUMN, reference, None, tuple(dict.fromkeys(candidates)))
    return ColumnError(ColumnTag.AMBIGUOUS_COLUMN, reference, None, owners)


def _unresolved(reference: str, names: Names) -> InvalidColumn | None:
    """The first column that is written like the reference and stands for nothing."""
    missing = (Fault.NOT_IN_SOURCE, Fault.NOT_IN_SCOPE, Fault.NO_SUCH_SOURCE, Fault.READ_AS_TEXT)
    alike = (found for found in invalid_columns(names) if found.reference.lower() == reference.lower())
    return next((found for found in alike if found.fault in missing), None)


def _last(reference: str) -> str:
    return reference.rpartition(".")[2]
