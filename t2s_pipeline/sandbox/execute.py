"""Layers 1 to 3 of the sandbox: one SQL text on one database file, in this process.

    runner = Runner(SandboxPolicy())
    execution = runner.run("/data/concert_singer.sqlite", "SELECT name FROM singer")

Layer 1 (prepare): a size cap, one statement by the parser's own account, an authorizer that denies by
default, nothing stepped that is not a query. Layer 2 (connection): read-only and immutable, SQLite's own
limits, defensive settings, no extensions. Layer 3 (run): a deadline, row and byte caps, a heap limit.

Not covered here: a single C call that outlasts the deadline, and memory that Python itself takes; those need
the worker process around it (`worker.py`, `pool.py`). Whoever calls `run` in the process that matters gets
layers 1 to 3 only.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import chain

import apsw

from t2s_pipeline.sandbox.authorizer import Authorizer
from t2s_pipeline.sandbox.capped_rows import Row, capped_rows
from t2s_pipeline.sandbox.clock import fixed_clock
from t2s_pipeline.sandbox.connection import TABLES_SQL, DatabaseFileError, open_read_only
from t2s_pipeline.sandbox.file_stamp import FileStamp, file_stamp
from t2s_pipeline.sandbox.lenient_text import decoded, with_text_as_blobs
from t2s_pipeline.sandbox.policy import MEGABYTE, SandboxPolicy
from t2s_pipeline.sandbox.progress import FIRST_LOOK_SECONDS, overdue
from t2s_pipeline.sandbox.query_plan import DescribedTable, described_tables, plan_lines
from t2s_pipeline.sandbox.quoted_names import any_misplaced, plainly_compared
from t2s_pipeline.sandbox.reads import QueryReads, ReadRecorder, Schema, query_reads
from t2s_pipeline.sandbox.statement_text import ends_twice, is_nothing, without_leading_comments

PROGRESS_STEPS = 1000  # SQLite instructions between two looks at the clock: some 50 microseconds
MAX_ERROR_CHARACTERS = 2000


class Status(StrEnum):
    """How an execution ended. Only `ok` has rows; `error` is SQLite's own refusal, in its own words."""

    OK = "ok"
    ERROR = "error"
    NOT_A_QUERY = "not_a_query"
    MULTIPLE_STATEMENTS = "multiple_statements"
    DENIED = "denied"
    TIMEOUT = "timeout"
    RESOURCE_LIMIT = "resource_limit"
    WORKER_DIED = "worker_died"


@dataclass(frozen=True)
class Execution:
    """What came of one SQL text. `rows` holds what was fetched; `truncated` says that there was more.

    `no_statement`: the text holds no statement at all (empty, or nothing but comments and semicolons).
    `refused_function`: the refusal was of a function that is not on the list.
    `clock_read`: the result depends on the (fixed) time.
    `quoted_identifier_as_literal`: SQLite took a double-quoted name that is no column for text, and it stands where a
    column should (`quoted_names.py`); looked for only on request.
    `undecodable_text`: some text in the rows is not UTF-8, and lost those bytes. `elapsed_ms` is wall clock.
    """

    status: Status
    error: str | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    truncated: bool = False
    elapsed_ms: float = 0.0
    no_statement: bool = False
    refused_function: bool = False
    clock_read: bool = False
    quoted_identifier_as_literal: bool = False
    undecodable_text: bool = False

    @cached_property
    def holds_floats(self) -> bool:
        """Is any value a float? Asked by several who compare the rows."""
        return float in set(map(type, chain.from_iterable(self.rows)))


class Runner:
    """Executions under one policy over warm connections, the least recently used of which is closed first.

    Not thread-safe: one runner a thread or process.
    """

    def __init__(self, policy: SandboxPolicy) -> None:
        self.policy = policy
        self._connections: OrderedDict[FileStamp, _Connection] = OrderedDict()

    def run(
        self, path: str, sql: str, *, find_quoted_literals: bool = False, stamp: FileStamp | None = None
    ) -> Execution:
        """Run `sql` on the file at `path`. Raises DatabaseFileError where the file is not usable.

        `stamp`: the file's, of a caller that has just looked at it.
        """
        connection = self._connection(path, stamp)
        execution = connection.run(sql)
        if find_quoted_literals and execution.status is Status.OK and '"' in sql and not plainly_compared(sql):
            return replace(execution, quoted_identifier_as_literal=connection.misplaced_names(sql))
        return execution

    def reads(self, path: str, sql: str) -> QueryReads | None:
        """The tables and columns of `main` that `sql` reads, found by compiling it; None where it does not compile, is
        refused, or is no single query. Raises DatabaseFileError where the file is not usable."""
        return self._connection(path).reads(sql)

    def plan(self, path: str, sql: str) -> tuple[str, ...] | None:
        """The lines of SQLite's plan for `sql` (`query_plan.py`); None where it does not compile, is refused, or is no
        single query. Raises DatabaseFileError where the file is not usable."""
        return self._connection(path).plan(sql)

    def described(self, path: str) -> tuple[DescribedTable, ...]:
        """The tables of a file, with their columns and keys. Raises DatabaseFileError where it is not usable."""
        return self._connection(path).described()

    def close(self) -> None:
        while self._connections:
            self._connections.popitem()[1].close()

    def _connection(self, path: str, stamp: FileStamp | None = None) -> _Connection:
        stamp = stamp or file_stamp(path)
        connection = self._connections.get(stamp)
        if connection is None:
            while len(self._connections) >= self.policy.warm_connections:
                self._connections.popitem(last=False)[1].close()
            connection = self._connections[stamp] = _Connection(path, self.policy)
        self._connections.move_to_end(stamp)
        return connection


class _Connection:
    """One warm, locked-down connection."""

    def __init__(self, path: str, policy: SandboxPolicy) -> None:
        self.policy = policy
        self._clock = fixed_clock()
        self._started = float("inf")
        self._cpu_started: float | None = None
        self._sql = ""
        self._refusal: tuple[Status, str] | None = None
        self._no_statement = False
        self._undecodable_text = False
        self._columns: tuple[str, ...] = ()
        self._statement = ""
        try:
            self._db = open_read_only(path, policy)
            tables = [r[0] for r in self._db.execute(TABLES_SQL)]
            self._encoding: str = next(self._db.execute("PRAGMA encoding"))[0]
        except apsw.Error as error:
            raise DatabaseFileError(f"{path}: {error}") from error
        except UnicodeError as error:
            raise DatabaseFileError(f"{path}: the path or the name of a table is not UTF-8: {error}") from error
        self._authorizer = Authorizer(tables)
        self._db.authorizer = self._authorizer
        self._db.exec_trace = self._before_first_step
        self._db.set_progress_handler(self._overtime, PROGRESS_STEPS)

    def close(self) -> None:
        self._db.close()

    def _begin(self) -> None:
        """From now on time and memory count. What other warm connections keep in memory is nobody's fault: the heap
        limit is that much higher, so that no verdict depends on them."""
        apsw.hard_heap_limit(apsw.memory_used() + self.policy.memory_mb * MEGABYTE // 2)
        self._started, self._cpu_started = time.monotonic(), None

    def run(self, sql: str) -> Execution:
        self._begin()
        try:
            return self._judge(sql, self._started)
        finally:
            self._started = float("inf")

    def misplaced_names(self, sql: str) -> bool:
        """Whether SQLite reads a quoted name of `sql` as text where a column should stand."""
        self._db.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
        self._db.exec_trace = _abort
        try:
            return any_misplaced(sql, self._refusal_of)
        finally:
            self._db.config(apsw.SQLITE_DBCONFIG_DQS_DML, 1)
            self._db.exec_trace = self._before_first_step

    def _refusal_of(self, sql: str) -> tuple[str, int]:
        """SQLite's message and byte offset where `sql` does not compile, else an empty message."""
        self._reset(sql)
        try:
            self._db.execute(sql)
        except apsw.SQLError as error:
            return str(error), error.error_offset
        except apsw.Error:
            return "", -1
        return "", -1

    @cached_property
    def _schema(self) -> Schema:
        return Schema(self._db)

    def reads(self, sql: str) -> QueryReads | None:
        """What `sql` reads where it is a query that may run; compiled, never stepped."""
        if _unusable_text(sql, self.policy) is not None:
            return None
        recorder, usual = ReadRecorder(self._schema.tables), self._authorizer
        self._authorizer = self._db.authorizer = recorder
        self._db.exec_trace = self._note_and_abort
        self._begin()
        self._reset(sql)
        try:
            self._db.execute(sql)
        except (apsw.Error, UnicodeError):
            if not self._statement or self._refusal is not None:
                return None
        finally:
            self._started = float("inf")
            self._authorizer = self._db.authorizer = usual
            self._db.exec_trace = self._before_first_step
        return query_reads(self._db, recorder, self._schema, self._statement)

    def plan(self, sql: str) -> tuple[str, ...] | None:
        if _unusable_text(sql, self.policy) is not None:
            return None
        self._begin()
        self._reset(sql)
        try:
            return plan_lines(self._db, sql)
        finally:
            self._started = float("inf")

    def described(self) -> tuple[DescribedTable, ...]:
        return described_tables(self._db)

    def _note_and_abort(self, cursor: apsw.Cursor, statement: str, bindings: object) -> bool:
        self._before_first_step(cursor, statement, bindings)
        return False

    def _judge(self, sql: str, started: float) -> Execution:
        """Run, and turn every way to fail into an Execution: the border where untrusted SQL is judged."""
        rows: list[Row] = []
        truncated = False
        error: str | None = None
        self._reset(sql)  # first of all: what the text before left here must not be said of this one
        problem = _unusable_text(sql, self.policy)
        if problem is not None:
            status, error = problem
        else:
            try:
                rows, truncated = self._fetch(sql)
                status = Status.OK
            except apsw.ExecTraceAbort:
                assert self._refusal is not None
                status, error = self._refusal
            except apsw.AuthError as refused:
                status = Status.NOT_A_QUERY if self._authorizer.refused_no_query else Status.DENIED
                error = self._authorizer.refusal or str(refused)
            except apsw.InterruptError:
                status, error = Status.TIMEOUT, f"interrupted after {self.policy.timeout_seconds:g} s"
            except (apsw.TooBigError, apsw.NoMemError, apsw.FullError, MemoryError) as too_much:
                status, error = Status.RESOURCE_LIMIT, str(too_much) or "out of memory"
            except (apsw.Error, UnicodeError) as failed:
                status, error = self._failure(failed)
        if error is not None and len(error) > MAX_ERROR_CHARACTERS:  # SQLite repeats the value it does not like, whole
            error = error[:MAX_ERROR_CHARACTERS] + "..."
        ok = status is Status.OK
        return Execution(
            status=status,
            error=error,
            columns=self._columns if ok else (),
            rows=tuple(rows) if ok else (),
            truncated=truncated and ok,
            elapsed_ms=(time.monotonic() - started) * 1000,
            no_statement=self._no_statement,
            refused_function=status is Status.DENIED and self._authorizer.refused_function,
            clock_read=self._clock.was_read,
            undecodable_text=self._undecodable_text and ok,
        )

    def _failure(self, error: Exception) -> tuple[Status, str]:
        """A virtual table's own denied statement surfaces as a plain error: the authorizer knows better."""
        if self._authorizer.refusal is not None:
            return Status.DENIED, self._authorizer.refusal
        message = str(error)
        return Status.RESOURCE_LIMIT if _LIMIT_MESSAGE.search(message) else Status.ERROR, message

    def _fetch(self, sql: str) -> tuple[list[Row], bool]:
        cursor = self._db.cursor()
        try:
            return capped_rows(cursor.execute(sql), self.policy)
        except UnicodeDecodeError:
            if not self._statement:  # the name of a column of the database
                raise
            return self._fetch_leniently()
        finally:
            cursor.close(True)

    def _fetch_leniently(self) -> tuple[list[Row], bool]:
        """The same rows where some text is not decodable: such bytes are dropped, as the official evaluator does.

        apsw decodes strictly and can't be told otherwise, so the query is asked again (`lenient_text.py`).
        """
        columns = self._columns
        wrapped = with_text_as_blobs(self._statement, len(columns))
        self._reset(wrapped)
        self._undecodable_text = True
        cursor = self._db.cursor()
        self._db.limit(apsw.SQLITE_LIMIT_COLUMN, 2 * self.policy.max_columns)  # two of ours for one of the query's
        try:
            rows, truncated = capped_rows(cursor.execute(wrapped), self.policy)
        finally:
            self._db.limit(apsw.SQLITE_LIMIT_COLUMN, self.policy.max_columns)
            cursor.close(True)
            self._columns = columns
        return [decoded(row, self._encoding) for row in rows], truncated

    def _reset(self, sql: str) -> None:
        self._sql = sql
        self._statement = ""
        self._columns = ()
        self._refusal = None
        self._no_statement = False
        self._undecodable_text = False
        self._authorizer.reset()
        self._clock.was_read = False

    def _before_first_step(self, cursor: apsw.Cursor, statement: str, bindings: object) -> bool:
        """Called with each compiled statement before it runs; False stops it."""
        columns = cursor.get_description()
        if self._statement:  # a second one: comments after the first, which compile to nothing, or a trick
            self._refusal = None if not columns and is_nothing(statement) else _SECOND_STATEMENT
            return self._refusal is None
        self._statement = statement
        self._columns = tuple(name for name, _ in columns)
        rest = without_leading_comments(self._sql[len(statement) :])
        if not columns and is_nothing(statement):
            self._no_statement = True
            self._refusal = (Status.NOT_A_QUERY, "no SQL statement")
        elif rest or ends_twice(statement):
            self._refusal = _SECOND_STATEMENT
        elif cursor.is_explain:
            self._refusal = (Status.NOT_A_QUERY, "EXPLAIN is not a query")
        elif not cursor.is_readonly:  # VACUUM, which no authorizer sees before it runs
            self._refusal = (Status.DENIED, "not allowed: a statement that writes")
        elif not columns:
            self._refusal = (Status.NOT_A_QUERY, "not a query")
        elif sum(map(len, self._columns)) > self.policy.max_value_bytes:
            self._refusal = (Status.RESOURCE_LIMIT, "the names of the columns are too long")
        return self._refusal is None

    def _overtime(self) -> bool:
        wall = time.monotonic() - self._started
        if wall < FIRST_LOOK_SECONDS:
            return False
        if self._cpu_started is None:
            self._cpu_started = time.process_time()
        limit = self.policy.timeout_seconds
        return wall > limit and overdue(wall, time.process_time() - self._cpu_started, limit)


def _abort(cursor: apsw.Cursor, statement: str, bindings: object) -> bool:
    return False


_SECOND_STATEMENT = (Status.MULTIPLE_STATEMENTS, "You can only execute one statement at a time.")
# What SQLite says where a limit of the connection is hit and no exception of its own tells. The `max` of a table-valued
# function's arguments is the function's, no limit of ours.
_LIMIT_MESSAGE = re.compile(
    r"^too many (?!arguments on .*\(\) - max \d+$)|too (big|large|complex|deep|long)|^parser stack overflow|"
    r"^Recursion limit|out of memory|^at most \d+ tables|^oversized"
)


def _unusable_text(sql: str, policy: SandboxPolicy) -> tuple[Status, str] | None:
    """What is wrong with a text before SQLite sees it, or None."""
    if "\0" in sql:
        return Status.ERROR, "the query contains a null character"
    if len(sql) > policy.max_sql_bytes or len(sql.encode("utf-8", "replace")) > policy.max_sql_bytes:
        return Status.RESOURCE_LIMIT, f"the query is longer than {policy.max_sql_bytes} bytes"
    return None
