"""The styles of schema text: what SQLite makes of `ddl`, what a line of `mschema` says, and names in every position."""

import re
import sqlite3
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import apsw
import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.load import database_paths
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table, described, read_schema
from t2s_pipeline.schema.ddl import ddl
from t2s_pipeline.schema.serialise import MAX_COLUMNS
from t2s_pipeline.schema.styles import SchemaStyle, schema_text

SCHEMA = DatabaseSchema(
    "toy/order book",
    (
        Table("order", (Column("id", "INTEGER", True), Column("unit price", "DECIMAL(10,2)"))),
        Table(
            "seat",
            (Column("row", "INT", True), Column("2nd", "INT", True), Column("order_id", "INT"), Column("note", "")),
        ),
    ),
    (ForeignKey("seat", "order_id", "order", "id"),),
)
EXAMPLES = {("order", "unit price"): ("1.5", "2"), ("seat", "note"): ("'it''s'",)}


def test_ddl_is_a_statement_a_table_with_its_keys():
    assert schema_text("ddl", SCHEMA, EXAMPLES) == (
        'CREATE TABLE "order" (\n'
        "  id INTEGER PRIMARY KEY,\n"
        '  "unit price" DECIMAL(10,2)\n'
        ");\n"
        "CREATE TABLE seat (\n"
        "  row INT,\n"
        '  "2nd" INT,\n'
        "  order_id INT,\n"
        "  note TEXT,\n"
        '  PRIMARY KEY (row, "2nd"),\n'
        '  FOREIGN KEY (order_id) REFERENCES "order" (id)\n'
        ");"
    )


def test_mschema_is_a_line_a_column_with_keys_and_examples():
    assert schema_text("mschema", SCHEMA, EXAMPLES).splitlines() == [
        "【DB_ID】 order book",
        "【Schema】",
        '# Table: "order"',
        "[",
        "(id:INTEGER, Primary Key),",
        '("unit price":DECIMAL(10,2), Examples: [1.5, 2])',
        "]",
        "# Table: seat",
        "[",
        "(row:INT, Primary Key),",
        '("2nd":INT, Primary Key),',
        '(order_id:INT, Maps to "order"(id)),',
        "(note:TEXT, Examples: ['it''s'])",
        "]",
    ]


def test_columns_is_a_line_a_column_behind_its_qualified_name():
    schema = described(SCHEMA, {("seat", "note"): "what the guest said"})
    assert schema_text("columns", schema, EXAMPLES).splitlines() == [
        '"order".id: INTEGER, primary key',
        '"order"."unit price": DECIMAL(10,2), values: 1.5, 2',
        "seat.row: INT, primary key",
        'seat."2nd": INT, primary key',
        'seat.order_id: INT, references "order".id',
        "seat.note: TEXT, what the guest said, values: 'it''s'",
    ]


def test_finers_quality_gate_can_read_the_columns():
    """The pattern of its public code: identifier, full stop, identifier, colon."""
    text = schema_text("columns", SCHEMA, EXAMPLES)
    assert re.findall(r"(\w+)\.(\w+) ?:", text) == [("seat", "row"), ("seat", "order_id"), ("seat", "note")]


def read_back(text: str, tmp_path: Path) -> DatabaseSchema:
    path = tmp_path / "made.sqlite"
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(text)
    return read_schema(path, "toy/made")


def same(made: DatabaseSchema, schema: DatabaseSchema) -> None:
    assert made.tables == schema.tables
    assert sorted(map(str, made.foreign_keys)) == sorted(map(str, schema.foreign_keys))


def test_sqlite_takes_the_ddl_of_every_embedded_database(tmp_path):
    folder = Path(__file__).parents[2] / "t2s_pipeline" / "datasets" / "embedded" / "databases"
    names = [f"embedded/{path.stem}" for path in sorted(folder.glob("*.sql"))]
    assert len(names) > 10
    paths = database_paths(DatasetConfig(kind="embedded"), "embedded", tmp_path, names)
    for name, path in paths.items():
        schema = read_schema(path, name)
        same(read_back(ddl(schema), tmp_path), schema)


@pytest.mark.spider
def test_sqlite_takes_the_ddl_of_every_spider_database(spider_root, tmp_path):
    files = sorted((spider_root / "database").glob("*/*.sqlite"))
    assert len(files) > 150
    for file in files:
        schema = read_schema(file, f"spider/{file.stem}")
        made = read_back(ddl(schema), tmp_path)
        assert [[c.name for c in t.columns] for t in made.tables] == [
            [c.name for c in t.columns] for t in schema.tables
        ]
        assert set(made.foreign_keys) == set(schema.foreign_keys)


def test_every_keyword_of_sqlite_can_stand_anywhere_in_ddl(tmp_path):
    """A database whose names are SQLite's own words, all of them."""
    words = sorted(apsw.keywords)
    tables = tuple(Table(word, (Column(word, "INT", True), Column("x y", "INT"))) for word in words)
    keys = tuple(ForeignKey(a, "x y", b, b) for a, b in pairwise(words))
    schema = DatabaseSchema("toy/words", tables, keys)
    same(read_back(ddl(schema), tmp_path), schema)


@pytest.mark.parametrize("style", list(SchemaStyle))
def test_every_style_writes_names_as_a_query_must(style):
    text = schema_text(style, SCHEMA, {})
    for name in ('"order"', '"unit price"', '"2nd"', "row"):
        assert name in text
    assert "Table order" not in text and '"row"' not in text


@pytest.mark.parametrize("style", ["ddl", "mschema", "columns"])
def test_a_key_of_a_column_that_is_not_shown_is_left_out(style, tmp_path):
    wide = Table("wide", tuple(Column(f"c{i}", "INT") for i in range(MAX_COLUMNS + 1)))
    schema = DatabaseSchema(
        "toy/wide",
        (Table("a", (Column("id", "INT", True),)), wide),
        (ForeignKey("wide", f"c{MAX_COLUMNS}", "a", "id"),),
    )
    text = schema_text(style, schema, {})
    assert f"c{MAX_COLUMNS - 1}" in text and f"c{MAX_COLUMNS}" not in text
    back = ForeignKey("a", "id", "wide", f"c{MAX_COLUMNS}")
    text = schema_text(style, DatabaseSchema("toy/wide", schema.tables, (back,)), {})
    assert f"c{MAX_COLUMNS}" not in text
    alone = schema_text(style, SCHEMA.subset(("seat",)), {})
    assert "REFERENCES" not in alone and "Maps to" not in alone
