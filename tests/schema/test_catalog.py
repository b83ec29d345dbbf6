"""The catalogue of real SQLite files, with what their authors get wrong."""

from __future__ import annotations

import sqlite3

import pytest

from t2s_pipeline.schema.catalog import ForeignKey, file_fingerprint, read_schema


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "odd # name.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE Singer (Singer_ID integer PRIMARY KEY, "full name" varchar(20), note);
        CREATE TABLE album (a INTEGER, b INTEGER, PRIMARY KEY (b, a));
        CREATE TABLE song (
            singer INTEGER REFERENCES singer,
            a INTEGER, b INTEGER,
            other INTEGER REFERENCES missing_table (id),
            wrong INTEGER REFERENCES singer (no_such_column),
            FOREIGN KEY (b, a) REFERENCES album,
            FOREIGN KEY (singer) REFERENCES SINGER (singer_id)
        );
        CREATE VIEW loud AS SELECT * FROM singer;
        CREATE TABLE counter (i INTEGER PRIMARY KEY AUTOINCREMENT);
        """
    )
    connection.close()
    return path


def test_tables_columns_and_types(database):
    schema = read_schema(database, "toy/odd")
    assert [table.name for table in schema.tables] == ["Singer", "album", "counter", "song"]
    singer = schema.table("SINGER")
    assert [(c.name, c.type, c.primary_key) for c in singer.columns] == [
        ("Singer_ID", "INTEGER", True),
        ("full name", "VARCHAR(20)", False),
        ("note", "TEXT", False),
    ]
    assert singer.column("FULL NAME").name == "full name"
    assert schema.table("loud") is None
    assert schema.fingerprint == file_fingerprint(database)


def test_foreign_keys_exist_once_and_as_spelled(database):
    keys = read_schema(database, "toy/odd").foreign_keys
    assert set(keys) == {
        ForeignKey("song", "singer", "Singer", "Singer_ID"),
        ForeignKey("song", "b", "album", "b"),
        ForeignKey("song", "a", "album", "a"),
    }
    assert len(keys) == 3


def test_subset_keeps_keys_between_its_tables_only(database):
    subset = read_schema(database, "toy/odd").subset(("SONG", "album"))
    assert [table.name for table in subset.tables] == ["album", "song"]
    assert {key.referenced_table for key in subset.foreign_keys} == {"album"}


def test_not_a_database_is_named(tmp_path):
    path = tmp_path / "text.sqlite"
    path.write_text("no database at all, but long enough to have a header" * 10)
    with pytest.raises(sqlite3.DatabaseError, match=r"text\.sqlite.*is it a SQLite database"):
        read_schema(path, "toy/text")
    with pytest.raises(FileNotFoundError, match="toy/none"):
        read_schema(tmp_path / "none.sqlite", "toy/none")
