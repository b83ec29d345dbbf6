"""What a model is told of the names in its query: which are invalid, what each alias is, who has the column.

    column_lines("SELECT T1.nation FROM concert AS T1", "no such column: T1.nation", catalogue)
    # T1.nation: T1 is concert, which has no column nation. It belongs to singer.
    # Aliases: T1 is concert.
    # Columns: concert(concert_id, year); singer(name, nation).

Names are resolved by SQLite's own rules (`sql/names.py`), each in its own scope, over the whole database; tables that
the prompt did not show are not named as owners. It speaks of the catalogue and of the query, and knows no gold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from t2s_pipeline.prompts.templates import template
from t2s_pipeline.schema.serialise import quote_identifier
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.identifiers import Fault, InvalidColumn, columns_of, invalid_columns, invalid_tables
from t2s_pipeline.sql.join_graph import spare_joins
from t2s_pipeline.sql.names import Names, Source
from t2s_pipeline.sql.parse import parse_query

MOST_NAMES = 6
MOST_TABLES = 8
MOST_COLUMNS = 18
MOST_TABLE_NAMES = 18
"""Invalid names told of; tables of which the columns are listed, and columns of each: the reference's limits. The names
alone of the tables that there are. What is cut ends in `...`."""

_TEXTS = {
    Fault.NO_SUCH_SOURCE: "feedback_column_no_source",
    Fault.NOT_IN_SOURCE: "feedback_column_not_in_source",
    Fault.NOT_IN_SCOPE: "feedback_column_not_in_scope",
    Fault.AMBIGUOUS: "feedback_column_ambiguous",
    Fault.READ_AS_TEXT: "feedback_column_as_text",
    Fault.NOT_MERGED: "feedback_column_not_merged",
}
_OTHERS = (
    "feedback_no_table",
    "feedback_column_owners",
    "feedback_column_unowned",
    "feedback_aliases",
    "feedback_columns",
    "feedback_one_table",
    "feedback_spare_join",
)
COLUMN_TEMPLATES = (*_TEXTS.values(), *_OTHERS)
_REFERENCE = re.compile(
    r'^(?:no such column|ambiguous column name): "?(?P<name>.+?)(?:" - should this be .*)?$', re.DOTALL
)


def column_lines(sql: str, error: str | None, catalogue: Catalogue, shown: Iterable[str] | None = None) -> list[str]:
    """The lines on `sql`, the name in SQLite's message `error` first; none where all names stand for something and no
    join is to spare, and none for a query that cannot be parsed.

    `shown`: the tables that the prompt showed; None for all.
    """
    query = parse_query(sql)
    if query is None:
        return []
    names = Names(query, catalogue)
    visible = catalogue if shown is None else catalogue.shown(shown)
    try:
        invalid = _first_reported(invalid_columns(names), error)
        missing = invalid_tables(names)
        spare = spare_joins(names)
    except RecursionError:
        return []
    lines = [_missing_tables(missing[:MOST_NAMES], visible)] if missing else []
    lines += dict.fromkeys(_about(found, visible) for found in invalid[:MOST_NAMES])
    if lines:
        scopes = _scopes(invalid, names)
        lines += _aliases(scopes)
        lines += _columns(scopes, invalid, visible)
        lines += _one_table(names, missing, visible)
    return lines + [template("feedback_spare_join").format(source=source_text(s)) for s in spare[:MOST_NAMES]]


def source_text(source: Source) -> str:
    """A source as a model can find it in its query: `concert`, `concert (T2)`, or the alias of a subquery."""
    if source.table is None:
        return source.written or "a subquery"
    alias = "" if source.alias == source.table.name.lower() else f" ({source.written})"
    return f"{quote_identifier(source.table.name)}{alias}"


def _first_reported(invalid: list[InvalidColumn], error: str | None) -> list[InvalidColumn]:
    """The invalid columns, what SQLite reports first. A value in double quotes is none; the name of a column is."""
    reported = _REFERENCE.match(error or "")
    name = reported["name"].lower() if reported else None
    kept = [found for found in invalid if found.owners or found.fault is not Fault.READ_AS_TEXT]
    return sorted(kept, key=lambda found: found.reference.lower() != name)


def _listed(texts: Iterable[str], most: int, separator: str = ", ") -> str:
    """The first `most` of them in one text, which ends in `...` where there are more."""
    every = list(texts)
    return separator.join([*every[:most], *(["..."] if len(every) > most else [])])


def _missing_tables(missing: list[str], visible: Catalogue) -> str:
    tables = _listed((quote_identifier(known.name) for known in visible.tables.values()), MOST_TABLE_NAMES)
    return template("feedback_no_table").format(table=", ".join(missing), tables=tables)


def _about(found: InvalidColumn, visible: Catalogue) -> str:
    owners = [quote_identifier(owner) for owner in found.owners if visible.table(owner) is not None]
    whose = template("feedback_column_owners").format(owners=_listed(owners, MOST_TABLES))
    return template(_TEXTS[found.fault]).format(
        reference=found.reference,
        name=found.name,
        qualifier=found.qualifier,
        source=_what(found.source),
        owners=whose if owners else template("feedback_column_unowned"),
        candidates=_listed(map(source_text, found.candidates), MOST_TABLES),
    )


def _what(source: Source | None) -> str:
    """What a qualifier stands for."""
    if source is None:
        return ""
    return quote_identifier(source.table.name) if source.table else "a subquery"


def _scopes(invalid: list[InvalidColumn], names: Names) -> list[Source]:
    """The sources in scope of the invalid columns, of the whole query where there is none, each once."""
    found = {id(source): source for column in invalid for source in column.scope}
    if not found:
        found = {id(s): s for column in columns_of(names.query) for s in names.visible(column)}
    return list(found.values())


def _aliases(sources: list[Source]) -> list[str]:
    """What each alias of a table or a subquery stands for, in one line; no line where there is none."""
    aliases = dict.fromkeys(
        f"{source.written} is {_what(source)}"
        for source in sources
        if source.alias and (source.query if source.table is None else source.alias != source.table.name.lower())
    )
    return [template("feedback_aliases").format(aliases=_listed(aliases, MOST_TABLES))] if aliases else []


def _columns(sources: list[Source], invalid: list[InvalidColumn], visible: Catalogue) -> list[str]:
    """The columns of the tables in scope and of those that own an invalid name."""
    wanted = [source.table.name for source in sources if source.table]
    wanted += [owner for found in invalid for owner in found.owners]
    tables = [visible.table(name) for name in dict.fromkeys(wanted)]
    texts = [
        f"{quote_identifier(table.name)}({_listed(map(quote_identifier, table.columns.values()), MOST_COLUMNS)})"
        for table in tables
        if table is not None
    ]
    return [template("feedback_columns").format(columns=_listed(texts, MOST_TABLES, "; "))] if texts else []


def _one_table(names: Names, missing: list[str], visible: Catalogue) -> list[str]:
    """The first table that has every column of a query over several."""
    wanted = {column.name.lower() for column in columns_of(names.query)}
    read = {source.table.name for column in columns_of(names.query) for source in names.visible(column) if source.table}
    if not wanted or len(read) + len(missing) < 2:
        return []
    owners = [table.name for table in visible.tables.values() if wanted <= table.columns.keys()]
    return [template("feedback_one_table").format(table=quote_identifier(owners[0]))] if owners else []
