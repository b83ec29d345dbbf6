"""The names of a database's tables and columns, compared as SQLite compares them: without case.

catalogue = Catalogue.of({"singer": ["Singer_ID", "Name"], "concert": ["concert_ID"]})
catalogue.owners("name")                             # ("singer",)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ROW_IDS = frozenset({"rowid", "oid", "_rowid_"})


@dataclass(frozen=True)
class CatalogueTable:
    """A table with its columns by lower-case name, as the database spells them; `keys`: lower-case names of columns by
    which SQLite finds rows without reading all, where that is known."""

    name: str
    columns: Mapping[str, str]
    keys: frozenset[str] = frozenset()

    def column(self, name: str) -> str | None:
        """The column of that name as the database spells it; a row id where the table has no such column."""
        lower = name.lower()
        return self.columns.get(lower) or (lower if lower in ROW_IDS else None)


@dataclass(frozen=True)
class Catalogue:
    """Tables by lower-case name."""

    tables: Mapping[str, CatalogueTable]

    @classmethod
    def of(cls, tables: Mapping[str, Iterable[str]]) -> Catalogue:
        """From names of columns by name of table."""
        return cls({t.lower(): CatalogueTable(t, {c.lower(): c for c in columns}) for t, columns in tables.items()})

    @classmethod
    def described(cls, tables: Iterable[tuple[str, Iterable[str], Iterable[str]]]) -> Catalogue:
        """From (table, columns, keys)."""
        return cls(
            {
                name.lower(): CatalogueTable(
                    name, {column.lower(): column for column in columns}, frozenset(key.lower() for key in keys)
                )
                for name, columns, keys in tables
            }
        )

    def shown(self, tables: Iterable[str]) -> Catalogue:
        """The same with the named tables alone."""
        wanted = {table.lower() for table in tables}
        return Catalogue({name: table for name, table in self.tables.items() if name in wanted})

    def table(self, name: str) -> CatalogueTable | None:
        return self.tables.get(name.lower())

    def owners(self, column: str) -> tuple[str, ...]:
        """The tables that declare a column of that name, in the catalogue's order."""
        return tuple(t.name for t in self.tables.values() if column.lower() in t.columns)
