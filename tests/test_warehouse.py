"""The warehouse: publication, live links, the catalogue, and readers while a run writes."""

import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.files import append_part, store_parts
from t2s_pipeline.macros import all_macros
from t2s_pipeline.table_definitions import COMPLETIONS, EVALUATION_HISTORY, TRAINING_STEPS
from t2s_pipeline.tables import TableColumn, output_table, registry
from t2s_pipeline.warehouse import TableRef, Warehouse, WarehouseError
from t2s_pipeline.warehouse_session import WarehouseSession

REF = TableRef("training_steps", "mine", "sft")


def steps(value: float, count: int = 1, experiment: str = "mine") -> pa.Table:
    return TRAINING_STEPS.to_arrow(
        {"experiment": experiment, "adapter": "sft", "step": n, "metric": "loss", "epoch": 0.0, "value": value}
        for n in range(count)
    )


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "data")


def publish(warehouse: Warehouse, table: pa.Table, fingerprint: str, ref: TableRef = REF) -> str:
    with warehouse.lock():
        digest = warehouse.publish(ref, table, fingerprint, {"fingerprint": fingerprint})
        rebuild_catalog(warehouse)
    return digest


def test_what_is_published_is_read_back(warehouse: Warehouse) -> None:
    digest = publish(warehouse, steps(1.0, 3), "f" * 32)
    footer = warehouse.footer(REF)
    assert (footer.digest, footer.fingerprint, footer.rows) == (digest, "f" * 32, 3)
    assert warehouse.read(REF).num_rows == 3
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*), min(value) FROM training_steps").fetchone() == (3, 1.0)


@pytest.mark.parametrize("count", [0, 2, 7])
def test_the_first_rows_are_those_of_the_whole(warehouse: Warehouse, count: int) -> None:
    publish(warehouse, steps(1.0, count), "f" * 32)
    first = warehouse.first(REF, 3)
    assert first.equals(warehouse.read(REF).slice(0, 3)) and first.num_rows == min(count, 3)


def test_an_object_is_never_rewritten(warehouse: Warehouse) -> None:
    publish(warehouse, steps(1.0), "a" * 32)
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in (warehouse.data / "objects").iterdir()}
    publish(warehouse, steps(2.0), "b" * 32)
    publish(warehouse, steps(1.0), "a" * 32)
    for path, stamp in before.items():
        assert (path.stat().st_ino, path.stat().st_mtime_ns) == stamp
    assert warehouse.read(REF).to_pylist()[0]["value"] == 1.0


def test_the_same_content_made_from_other_inputs_says_so(warehouse: Warehouse) -> None:
    assert publish(warehouse, steps(1.0), "a" * 32) == publish(warehouse, steps(1.0), "b" * 32)
    assert warehouse.footer(REF).fingerprint == "b" * 32


def test_no_temporary_name_is_left(warehouse: Warehouse) -> None:
    for _ in range(2):
        publish(warehouse, steps(1.0), "a" * 32)
    names = [path.name for path in warehouse.data.rglob("*") if path.is_file()]
    assert not [name for name in names if "tmp" in name]


def test_a_reader_keeps_the_file_it_opened(warehouse: Warehouse) -> None:
    publish(warehouse, steps(1.0, 200), "a" * 32)
    with open(warehouse.live_path(REF), "rb") as file:
        publish(warehouse, steps(2.0, 5), "b" * 32)
        assert pq.read_table(file).num_rows == 200


_WRITER = """
import sys
import time
from pathlib import Path
from tests.test_warehouse import publish, steps
from t2s_pipeline.warehouse import Warehouse
for number in range(1, 9):
    publish(Warehouse(Path(sys.argv[1])), steps(float(number), 100), f"{number:032d}")
"""


def test_readers_of_every_kind_read_while_another_process_writes(warehouse: Warehouse) -> None:
    """Plain DuckDB on the catalogue and on the files, a connection that stays open, and `t2s sql`'s session."""
    publish(warehouse, steps(0.0, 100), "0" * 32)
    query = "SELECT min(value), max(value), count(*) FROM training_steps"
    catalog, seen = warehouse.data / "warehouse.duckdb", set()
    glob = warehouse.data / "tables" / "*" / "*" / "*.parquet"
    root = Path(__file__).parents[1]
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(warehouse.data)], cwd=root)
    try:
        with duckdb.connect(str(catalog), read_only=True) as old, WarehouseSession(warehouse) as session:
            ended = False
            while not ended:
                ended = writer.poll() is not None  # and once more after the last publication
                with duckdb.connect() as plain:
                    assert plain.execute(f"SELECT count(*) FROM read_parquet('{glob}')").fetchone() == (100,)
                    plain.execute(f"ATTACH '{catalog}' AS theirs (READ_ONLY)")
                    low, high, count = plain.execute(query.replace("FROM ", "FROM theirs.")).fetchone()
                    assert (low, count) == (high, 100)
                (rows,) = session.run(query)
                ((low, high, count),) = rows.fetchall()
                assert (low, count) == (high, 100)
                seen.add(low)
                assert old.execute(query).fetchone() == (0.0, 0.0, 100)
                time.sleep(0.05)  # or the writer gets too little of a small machine
    finally:
        writer.kill()
        writer.wait()
    assert writer.returncode == 0 and 8.0 in seen and len(seen) > 1


def test_everything_in_the_catalogue_says_what_it_is(warehouse: Warehouse) -> None:
    for value in (1.0, 2.0):  # the second catalogue is made from the first
        publish(warehouse, steps(value), "a" * 32)
    with warehouse.connect() as connection:
        of_tables = dict(
            connection.execute("SELECT view_name, comment FROM duckdb_views() WHERE NOT internal").fetchall()
        )
        columns = (
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal"
        )
        of_columns = {(table, column): comment for table, column, comment in connection.execute(columns).fetchall()}
        functions = "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal"
        of_macros = dict(connection.execute(functions).fetchall())
    tables = registry().values()
    assert of_tables == {table.name: table.description for table in tables}
    assert of_columns == {(table.name, c.name): c.description for table in tables for c in table.columns}
    assert {macro.name: macro.description for macro in all_macros()}.items() <= of_macros.items()


def test_a_catalogue_of_other_code_is_made_again(warehouse: Warehouse) -> None:
    publish(warehouse, steps(1.0), "a" * 32)
    with duckdb.connect(str(warehouse.data / "warehouse.duckdb")) as connection:
        connection.execute("CREATE OR REPLACE MACRO catalog_version() AS 'of another code'; DROP MACRO ratio")
    with warehouse.connect() as connection:
        assert connection.execute("SELECT ratio(1, 2)").fetchone() == (0.5,)


def test_an_empty_table_is_typed(warehouse: Warehouse) -> None:
    publish(warehouse, TRAINING_STEPS.to_arrow([]), "a" * 32)
    with warehouse.connect() as connection:
        assert connection.execute("SELECT typeof(any_value(value)) FROM training_steps").fetchone() is not None
        assert connection.execute("SELECT count(*) FROM training_steps").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM completions").fetchone() == (0,)


def test_views_work_from_any_folder_and_after_a_move(warehouse: Warehouse, tmp_path: Path) -> None:
    publish(warehouse, steps(1.0), "a" * 32)
    query = (
        "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql('FROM training_steps').fetchall())"
    )
    done = subprocess.run(
        [sys.executable, "-c", query, str(warehouse.data / "warehouse.duckdb")], cwd="/", capture_output=True, text=True
    )
    assert "loss" in done.stdout
    os.rename(warehouse.data, tmp_path / "moved")
    moved = Warehouse(tmp_path / "moved")
    with moved.lock():
        rebuild_catalog(moved)
    with moved.connect() as connection:
        assert connection.execute("SELECT count(*) FROM training_steps").fetchone() == (1,)


def test_a_file_from_before_a_new_nullable_column_is_read_with_nulls(warehouse: Warehouse) -> None:
    publish(warehouse, steps(1.0), "a" * 32)
    path = warehouse.live_path(REF)
    older = pq.read_table(path)
    path.unlink()
    pq.write_table(older.drop_columns(["value"]).replace_schema_metadata(older.schema.metadata), path)
    footer = warehouse.footer(REF)
    warehouse.object_path(footer.digest, footer.fingerprint).unlink()
    with warehouse.lock():
        rebuild_catalog(warehouse)
    with warehouse.connect() as connection:
        assert connection.execute("SELECT step, value FROM training_steps").fetchall() == [(0, None)]
    newer = output_table("training_steps", "", [*TRAINING_STEPS.columns[1:], TableColumn("note", pa.string(), "")])
    publish(warehouse, steps(1.0), "a" * 32)
    assert warehouse.read_existing([REF], newer)["note"].to_pylist() == [None]


def test_undeclared_partitions_of_this_experiment_alone_are_unlinked(warehouse: Warehouse) -> None:
    other = TableRef("training_steps", "theirs", "sft")
    renamed = TableRef("training_steps", "mine", "renamed")
    publish(warehouse, steps(1.0), "a" * 32)
    publish(warehouse, steps(1.0), "a" * 32, renamed)
    publish(warehouse, steps(1.0, experiment="theirs"), "a" * 32, other)
    assert warehouse.unlink_undeclared("mine", {renamed}) == [REF]
    assert warehouse.live_refs() == [renamed, other]


def test_a_missing_or_damaged_file_is_named(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="run the asset"):
        warehouse.read(REF)
    assert warehouse.footer(REF) is None
    publish(warehouse, steps(1.0), "a" * 32)
    path = warehouse.live_path(REF)
    path.unlink()
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(WarehouseError, match=r"sft\.parquet: damaged"):
        warehouse.footer(REF)
    with pytest.raises(WarehouseError, match=r"sft\.parquet: damaged"):
        warehouse.read(REF)


def test_a_damaged_object_is_written_again(warehouse: Warehouse) -> None:
    """The live name is the object's own file: what damages one damages both."""
    publish(warehouse, steps(1.0, 50), "a" * 32)
    os.truncate(warehouse.live_path(REF), 100)
    publish(warehouse, steps(1.0, 50), "a" * 32)
    assert warehouse.read(REF).num_rows == 50


def test_a_damaged_file_of_one_experiment_stops_no_other(warehouse: Warehouse) -> None:
    publish(warehouse, steps(1.0), "a" * 32)
    os.truncate(warehouse.live_path(REF), 100)
    publish(warehouse, steps(2.0, experiment="theirs"), "b" * 32, TableRef("training_steps", "theirs", "sft"))
    with warehouse.connect() as connection:
        assert connection.execute("SELECT experiment FROM training_steps").fetchall() == [("theirs",)]


@pytest.mark.parametrize("content", [b"", b"garbage" * 2000, None])
def test_a_damaged_or_old_catalogue_is_made_again(warehouse: Warehouse, content: bytes | None) -> None:
    publish(warehouse, steps(1.0), "a" * 32)
    catalog = warehouse.data / "warehouse.duckdb"
    if content is None:  # a run that died between a publication and its catalogue
        with warehouse.lock():
            warehouse.publish(REF, steps(2.0, 7), "b" * 32, {})
    else:
        catalog.write_bytes(content)
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM training_steps").fetchone() == (7 if content is None else 1,)


def test_where_links_are_not_to_be_had_the_live_file_is_a_copy(warehouse: Warehouse, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    publish(warehouse, steps(1.0), "a" * 32)
    assert warehouse.live_path(REF).stat().st_nlink == 1
    assert warehouse.read(REF).num_rows == 1


def test_store_parts_add_up_and_duplicates_are_harmless(warehouse: Warehouse) -> None:
    def outcome(example: str) -> dict:
        return {
            "evaluation_id": "1", "example_id": example, "experiment": "mine", "arm": "base",
            "first_correct": True, "final_correct": True,
        }  # fmt: skip

    for examples in (["a", "b"], ["b", "c"], []):
        append_part(warehouse.data, EVALUATION_HISTORY, EVALUATION_HISTORY.to_arrow(map(outcome, examples)))
    assert len(store_parts(warehouse.data, EVALUATION_HISTORY)) == 2
    assert store_parts(warehouse.data, COMPLETIONS) == []
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM evaluation_history").fetchone() == (3,)
