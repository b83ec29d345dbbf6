"""The tables: one object each, which writes the Parquet, types the readers and makes the data dictionary.

A table is declared once, in `t2s_pipeline.table_definitions`; everything else asks `registry()[name]`.
`to_arrow` builds a typed table from rows and refuses what does not fit; `digest` is the identity of the content: it
leaves out columns marked `volatile` (times, machine paths), so that a second run that comes to
the same result has the same identity.

Not covered: where the files are (`warehouse.py`) and what is computed (the stages).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa

from t2s_pipeline.errors import T2sError

VERSION_KEY = b"t2s.table_version"


class TableError(T2sError, ValueError):
    """Rows that do not fit their table; names the table, the row and the column."""


@dataclass(frozen=True)
class TableColumn:
    """One column. `volatile` columns are not part of the content's identity; `key` columns are never null."""

    name: str
    type: pa.DataType
    description: str
    key: bool = False
    nullable: bool = True
    volatile: bool = False


@dataclass(frozen=True)
class TableSchema:
    """A table of the warehouse.

    `kind` is `output` (one live file an experiment and partition, replaced as a whole), or `store` (append-only
    parts shared by experiments, keyed by content, duplicates harmless). A new nullable column keeps `version`;
    anything else bumps it.
    """

    name: str
    description: str
    columns: tuple[TableColumn, ...]
    kind: Literal["output", "store"] = "output"
    version: int = 1

    @property
    def arrow(self) -> pa.Schema:
        fields = [
            pa.field(
                c.name,
                c.type,
                nullable=c.nullable and not c.key,
                metadata={b"description": c.description.encode()},
            )
            for c in self.columns
        ]
        return pa.schema(fields, metadata={VERSION_KEY: str(self.version).encode(), b"t2s.table": self.name.encode()})

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns if c.key)

    def to_arrow(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Rows (mappings by column name; absent nullable columns become null) as a typed Arrow table.

        Raises TableError for an unknown column, a missing or null required value, or a value of another type.
        """
        rows = list(rows)
        known = {c.name for c in self.columns}
        for number, row in enumerate(rows):
            unknown = row.keys() - known
            if unknown:
                raise TableError(f"table {self.name}, row {number}: unknown column {sorted(unknown)[0]!r}")
        arrays = []
        for column in self.columns:
            values = [row.get(column.name) for row in rows]
            if column.key or not column.nullable:
                for number, value in enumerate(values):
                    if value is None:
                        raise TableError(f"table {self.name}, row {number}: column {column.name!r} may not be null")
            try:
                arrays.append(pa.array(values, column.type))
            except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
                raise TableError(f"table {self.name}, column {column.name!r}: {error}") from error
        return pa.Table.from_arrays(arrays, schema=self.arrow)

    def check(self, table: pa.Table) -> None:
        """Raise TableError unless `table` has exactly this table's columns and types, and keys that are unique."""
        if not table.schema.equals(self.arrow):
            raise TableError(f"table {self.name}: columns are {table.schema.names}, expected {self.arrow.names}")
        if self.key and table.num_rows:
            groups = table.group_by(list(self.key)).aggregate([([], "count_all")])
            if groups.num_rows != table.num_rows:
                worst = groups.sort_by([("count_all", "descending")]).slice(0, 1).to_pylist()[0]
                raise TableError(f"table {self.name}: key {self.key} is not unique: {worst}")

    def digest(self, table: pa.Table) -> str:
        """Identity of the content, 32 hex characters: names, types and values of all columns but volatile ones.

        Descriptions are no part of it: a better word in one makes nothing stale.
        """
        stable = [c.name for c in self.columns if not c.volatile]
        sink = pa.BufferOutputStream()
        selected = table.select(stable)
        plain = pa.schema([field.remove_metadata() for field in selected.schema])
        kept = pa.Table.from_arrays(selected.columns, schema=plain).combine_chunks()
        with pa.ipc.new_stream(sink, kept.schema) as writer:
            for batch in kept.to_batches(max_chunksize=65_536):
                writer.write_batch(_canonical(batch))
        head = f"{self.name}:{self.version}:{kept.schema.to_string()}".encode()
        return hashlib.sha256(head + sink.getvalue().to_pybytes()).hexdigest()[:32]


def _canonical(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A copy laid out afresh: slices and unset validity bits would otherwise leak into the bytes."""
    arrays = [pa.array(column.to_pylist(), column.type) for column in batch.columns]
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def key_column(name: str, description: str, kind: pa.DataType | None = None) -> TableColumn:
    return TableColumn(name, kind or pa.string(), description, key=True)


EXPERIMENT = key_column("experiment", "Name of the experiment; part of every identity.")


def output_table(name: str, description: str, columns: Sequence[TableColumn], version: int = 1) -> TableSchema:
    """An output table: its first column is always `experiment`."""
    return TableSchema(name, description, (EXPERIMENT, *columns), "output", version)


def store_table(name: str, description: str, columns: Sequence[TableColumn], version: int = 1) -> TableSchema:
    return TableSchema(name, description, tuple(columns), "store", version)


def registry() -> dict[str, TableSchema]:
    """Every table of the project by name."""
    from t2s_pipeline import table_definitions

    return table_definitions.ALL
