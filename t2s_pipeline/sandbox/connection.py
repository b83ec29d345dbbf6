"""Layer 2 of the sandbox: how a connection is opened and locked down.

Read-only and immutable by URI, `query_only`, nothing attached, no extensions, no triggers, no trusted schema,
SQLite's limits set by the policy; `sqlite3_limit` and `sqlite3_db_config` are described at
https://www.sqlite.org/security.html. Immutable means that the file must not change while it is open: callers
tell one state of a file from the next by its stamp. It also means that SQLite looks at the file alone: what a
writer left beside it (a write-ahead log, a journal to roll back) would be missing, so such a file is refused.
"""

from __future__ import annotations

import os
from urllib.parse import quote

import apsw

from t2s_pipeline.errors import T2sError
from t2s_pipeline.sandbox.clock import VFS_NAME, fixed_clock
from t2s_pipeline.sandbox.policy import SandboxPolicy

TABLES_SQL = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"


class DatabaseFileError(T2sError):
    """The database file itself can't be used: missing, no SQLite database, or only a part of one."""


def open_read_only(path: str, policy: SandboxPolicy) -> apsw.Connection:
    """A read-only, immutable connection under the policy's limits. Raises apsw.Error, DatabaseFileError."""
    fixed_clock()
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    # The real path: that a path has a link in it (SQLITE_OK_SYMLINK) is an error to a VFS written in Python.
    real = os.path.realpath(path)
    require_finished(real)
    uri = f"file:{quote(real)}?mode=ro&immutable=1"
    db = apsw.Connection(uri, flags=flags, vfs=VFS_NAME, statementcachesize=0)
    for setting, value in (*_SETTINGS, (apsw.SQLITE_DBCONFIG_REVERSE_SCANORDER, int(policy.reverse_scans))):
        db.config(setting, value)
    for statement in _PRAGMAS:
        db.execute(statement)
    db.execute(_READ_SCHEMA)  # before the limits, which are for queries: a table may be wider than a query may be
    for limit, value in _limits(policy):
        db.limit(limit, value)
    return db


def require_finished(path: str) -> None:
    """Raises DatabaseFileError: a log with anything in it, or a journal whose first byte is not yet zeroed, is a part
    of the database. `path` is the real one: SQLite writes beside the file that a link leads to."""
    for suffix in ("-wal", "-journal"):
        if not os.path.isfile(path + suffix):  # a pipe of that name is no log, and would never finish opening
            continue
        try:
            with open(path + suffix, "rb") as file:
                head = file.read(1)
        except OSError:
            continue
        if head and (head != b"\0" or suffix == "-wal"):
            raise DatabaseFileError(
                f"{path}: has writes in {os.path.basename(path)}{suffix} that are not in the file itself; close the "
                "program that writes it, or open it once with one that may (PRAGMA wal_checkpoint(TRUNCATE))"
            )


_PRAGMAS = (
    "PRAGMA query_only = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA mmap_size = 0",
)
_READ_SCHEMA = "SELECT 1 FROM sqlite_schema WHERE 0"
_SETTINGS = (
    (apsw.SQLITE_DBCONFIG_DEFENSIVE, 1),
    (apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
    # "double-quoted" text is a literal where it names no column: gold SQL needs it.
    (apsw.SQLITE_DBCONFIG_DQS_DML, 1),
    (apsw.SQLITE_DBCONFIG_DQS_DDL, 1),
    # Numbers become text with 15 digits, as in every SQLite before 3.53: `0.1 + 0.2` is '0.3'.
    (apsw.SQLITE_DBCONFIG_FP_DIGITS, 15),
)


def _limits(policy: SandboxPolicy) -> tuple[tuple[int, int], ...]:
    return (
        (apsw.SQLITE_LIMIT_LENGTH, policy.max_value_bytes),
        (apsw.SQLITE_LIMIT_SQL_LENGTH, policy.max_sql_bytes * 2),  # the cap itself is on the text, before SQLite
        (apsw.SQLITE_LIMIT_COLUMN, policy.max_columns),
        (apsw.SQLITE_LIMIT_EXPR_DEPTH, policy.max_expression_depth),
        (apsw.SQLITE_LIMIT_COMPOUND_SELECT, policy.max_compound_selects),
        (apsw.SQLITE_LIMIT_VDBE_OP, policy.max_vdbe_ops),
        (apsw.SQLITE_LIMIT_FUNCTION_ARG, policy.max_function_arguments),
        (apsw.SQLITE_LIMIT_ATTACHED, 0),
        (apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, policy.max_pattern_bytes),
        (apsw.SQLITE_LIMIT_WORKER_THREADS, 0),
        (apsw.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (apsw.SQLITE_LIMIT_VARIABLE_NUMBER, 10),
    )
