"""What a statement may touch, asked by SQLite itself while it compiles it. Everything not listed is denied.

Allowed: SELECT, recursion, reading tables and views of `main`, and the functions of the policy. The first
thing refused is kept in words, and tells a statement that merely is no query (INSERT, BEGIN) from one that
reaches for what no query may have (ATTACH, PRAGMA, a schema change, `random()`).
"""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from t2s_pipeline.sandbox.policy import ALLOWED_FUNCTIONS, ALLOWED_TABLE_FUNCTIONS

_OK, _DENY = apsw.SQLITE_OK, apsw.SQLITE_DENY
_SELECT, _READ = apsw.SQLITE_SELECT, apsw.SQLITE_READ
_FUNCTION, _RECURSIVE = apsw.SQLITE_FUNCTION, apsw.SQLITE_RECURSIVE
_SCHEMA_TABLES = frozenset({"sqlite_master", "sqlite_schema"})
_NO_QUERY = frozenset(
    {
        apsw.SQLITE_INSERT,
        apsw.SQLITE_UPDATE,
        apsw.SQLITE_DELETE,
        apsw.SQLITE_TRANSACTION,
        apsw.SQLITE_SAVEPOINT,
        apsw.SQLITE_REINDEX,
    }
)
_TEMPORARY_SCHEMA = frozenset({"sqlite_temp_master", "sqlite_temp_schema"})
# Virtual tables of SQLite and its extensions that are in every database without having been created, and look beyond.
_EPONYMOUS_TABLES = frozenset(
    """
    bytecode carray completion csv dbstat fsdir fts3tokenize generate_series prefixes sqlite_btreeinfo sqlite_dbdata
    sqlite_dbpage sqlite_dbptr sqlite_memstat sqlite_stmt tables_used unionvtab wholenumber zipfile
    """.split()
)


class Authorizer:
    """A connection's authorizer. `tables` are the names in `main`'s schema, in any case.

    `refusal` holds the first refusal since the last `reset`, or None; `refused_no_query` is True where that
    refusal was of an INSERT, UPDATE, DELETE or transaction: a statement that is no query, but no attack;
    `refused_function` where it was of a function.
    """

    def __init__(self, tables: Iterable[str]) -> None:
        self._readable = frozenset(t.lower() for t in tables) | _SCHEMA_TABLES | ALLOWED_TABLE_FUNCTIONS
        self.reset()

    def reset(self) -> None:
        self.refusal: str | None = None
        self.refused_no_query = False
        self.refused_function = False

    def __call__(
        self, action: int, first: str | None, second: str | None, database: str | None, inner: str | None
    ) -> int:
        if action == _READ:
            if self._may_read(first or "", second or "", database):
                return _OK
        elif action == _FUNCTION:
            if (second or "").lower() in ALLOWED_FUNCTIONS:
                return _OK
        elif action in (_SELECT, _RECURSIVE):
            return _OK
        if self.refusal is None:
            self._refuse(action, first, second)
        return _DENY

    def _may_read(self, table: str, column: str, database: str | None) -> bool:
        name = table.lower()
        if database == "main":
            return name in self._readable
        # SQLite asks with neither database nor column where a table is used but none of its columns is, as
        # in `SELECT count(*) FROM t`; common table expressions ask the same way, and have any name.
        return (
            database is None
            and column == ""
            and (name in self._readable or not (name.startswith("pragma_") or name in _EPONYMOUS_TABLES))
        )

    def _refuse(self, action: int, first: str | None, second: str | None) -> None:
        name = apsw.mapping_authorizer_function[action].removeprefix("SQLITE_")
        what = " ".join(part for part in (first, second) if part)
        self.refusal = f"not allowed: {name.replace('_', ' ')} {what}".rstrip()
        self.refused_function = action == _FUNCTION
        changes_schema = (first or "").lower() in _SCHEMA_TABLES | _TEMPORARY_SCHEMA
        self.refused_no_query = action in _NO_QUERY and not changes_schema
