"""The files of Dagster's runs are as ever, though the migrations that they are stamped with are read once."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg
from alembic.script import ScriptDirectory

from assets.run_files import migrations_read_once


def test_migrations_are_read_once_and_the_files_are_the_same(tmp_path: Path, monkeypatch) -> None:
    read, reading = [], ScriptDirectory.from_config
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda config: read.append(config) or reading(config))

    @dg.op
    def nothing() -> None:
        pass

    def schema(instance: dg.DagsterInstance) -> list[tuple]:
        run = dg.GraphDefinition("nothing_done", node_defs=[nothing]).execute_in_process(instance=instance)
        (file,) = tmp_path.rglob(f"{run.run_id}.db")
        with closing(sqlite3.connect(file)) as connection:
            made = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
            return [*made, *connection.execute("SELECT * FROM alembic_version")]

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        plain, each = schema(instance), len(read)
        with migrations_read_once():
            read.clear()
            assert schema(instance) == schema(instance) == plain and len(read) == 1
        read.clear()
        assert schema(instance) == plain and len(read) == 2 <= each
