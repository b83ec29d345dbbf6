"""Schema text: the reference's lines, and names that SQLite takes as they stand."""

import sqlite3

import apsw
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table
from t2s_pipeline.schema.serialise import MAX_COLUMNS, compact, quote_identifier

SCHEMA = DatabaseSchema(
    "x/y",
    (
        Table("order", (Column("id", "INTEGER", True), Column("unit price", "DECIMAL(10,2)"))),
        Table("singer", (Column("singer_id", "INT", True), Column("order_id", "INT"), Column("note", ""))),
    ),
    (ForeignKey("singer", "order_id", "order", "id"),),
)


def test_compact_has_a_line_a_table_and_a_line_a_key():
    assert compact(SCHEMA).splitlines() == [
        'Table "order": id INTEGER primary_key, "unit price" DECIMAL(10,2)',
        "Table singer: singer_id INT primary_key, order_id INT, note TEXT",
        'Foreign key: singer.order_id -> "order".id',
    ]


def test_keys_to_tables_that_are_not_shown_are_left_out():
    without = DatabaseSchema("x/y", SCHEMA.tables[1:], SCHEMA.foreign_keys)
    assert "Foreign key" not in compact(without)


def test_a_table_shows_at_most_eighty_columns():
    wide = Table("t", tuple(Column(f"c{i}", "INT") for i in range(100)))
    text = compact(DatabaseSchema("x/y", (wide,), ()))
    assert text.count("INT") == MAX_COLUMNS
    assert "c79 INT" in text


def _accepted(name):
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE {name} ({name} INT)")
    database.execute(f"SELECT t1.{name}, {name}, ({name}) FROM {name} AS t1 WHERE {name} = 1 ORDER BY {name}")
    database.execute(f"SELECT count({name}), max({name}) FROM {name} GROUP BY ({name}) HAVING ({name}) IN (SELECT 1)")
    return [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def test_every_keyword_of_sqlite_is_written_so_that_it_takes_it():
    for keyword in apsw.keywords:
        assert _accepted(quote_identifier(keyword)) == [keyword]


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1, max_size=6))
def test_any_name_is_written_so_that_sqlite_takes_it(name):
    if not name.lower().startswith("sqlite_"):
        assert _accepted(quote_identifier(name)) == [name]
