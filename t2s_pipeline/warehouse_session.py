"""A conversation with the catalogue that outlives its publications: each statement sees what is current when it begins.

    with WarehouseSession(Warehouse(data)) as session:
        for rows in session.run("FROM passes('demo'); FROM flips('demo', 'base', 'base_repair')"):
            print(rows)

The catalogue is replaced whole by every publication, and an open reader would keep the old one. So it is attached,
read-only, to a database in memory, and attached again when there is a new one; temporary tables and views and settings
are that database's own and stay. Not covered: a transaction over several statements (a new catalogue ends it).
"""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from t2s_pipeline.catalog import ensure_catalog
from t2s_pipeline.warehouse import CATALOG, Warehouse

if TYPE_CHECKING:
    import duckdb


class WarehouseSession:
    """Statements on the warehouse, one after the other; nothing in it can be written."""

    def __init__(self, warehouse: Warehouse) -> None:
        import duckdb

        self._warehouse = warehouse
        self._attached: tuple[int, int] | None = None
        self._connection = duckdb.connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def run(self, text: str) -> Iterator[duckdb.DuckDBPyRelation]:
        """The rows of each statement in `text` that has some; the next one runs when it is asked for. Raises
        duckdb.Error."""
        import duckdb

        for statement in duckdb.extract_statements(text):
            self._attach_current()
            rows = self._connection.sql(statement.query)
            if rows is not None:
                yield rows

    def _attach_current(self) -> None:
        ensure_catalog(self._warehouse)
        path = self._warehouse.data / CATALOG
        stat = path.stat()
        found = (stat.st_ino, stat.st_mtime_ns)
        if found == self._attached:
            return
        if self._attached is not None:
            self._connection.execute("USE memory")
            self._connection.execute("DETACH warehouse")
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS warehouse (READ_ONLY)")
        self._connection.execute("USE warehouse")
        self._attached = found
