"""Generated columns, virtual tables and their shadow tables: the catalogue, the prompt, the grammar, the sandbox and the
resolution of names agree on which of them there are."""

from __future__ import annotations

import apsw
import pytest
from llguidance import LLMatcher, LLTokenizer

from t2s_pipeline.prompts.answer_grammar import answer_grammar
from t2s_pipeline.sandbox.execute import Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.ddl import ddl
from t2s_pipeline.schema.styles import SchemaStyle, schema_text
from t2s_pipeline.schema.table_rows import column_rows
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.identifiers import invalid_columns, invalid_tables
from t2s_pipeline.sql.names import Names
from t2s_pipeline.sql.parse import parse_query

MADE = """
CREATE TABLE item (
    id INTEGER PRIMARY KEY, price REAL, amount INTEGER,
    total REAL GENERATED ALWAYS AS (price * amount) VIRTUAL, "größe Ω" TEXT AS (printf('%d', amount)) STORED
);
INSERT INTO item (price, amount) VALUES (2.5, 2);
CREATE VIRTUAL TABLE note USING fts5(title, body);
INSERT INTO note VALUES ('a', 'some words');
CREATE VIRTUAL TABLE box USING rtree(id, low, high);
CREATE TABLE note_archive (title TEXT, note_data TEXT);
CREATE VIEW dear AS SELECT * FROM item WHERE total > 3;
"""
COLUMNS = {
    "box": ["id", "low", "high"],
    "item": ["id", "price", "amount", "total", "größe Ω"],
    "note": ["title", "body"],
    "note_archive": ["title", "note_data"],
}
#: With what each returns; None where the sandbox refuses the table (`docs/threat_model.md`).
QUERIES = {
    "SELECT total FROM item": 5.0,
    'SELECT T1."größe Ω" FROM item AS T1 WHERE T1.total > 4': "2",
    "SELECT body FROM note": None,
    "SELECT id, low FROM box WHERE high > 1": None,
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    file = tmp_path_factory.mktemp("special") / "special.sqlite"
    db = apsw.Connection(str(file))
    db.execute(MADE)
    db.close()
    return file


def test_generated_columns_are_columns_and_shadow_tables_no_tables(path):
    schema = read_schema(path, "toy/special")
    assert {table.name: [column.name for column in table.columns] for table in schema.tables} == COLUMNS
    assert [(c.name, c.type) for c in schema.table("item").columns[3:]] == [("total", "REAL"), ("größe Ω", "TEXT")]
    for style in SchemaStyle:
        shown = schema_text(style, schema, {})
        assert "total" in shown and '"größe Ω"' in shown and "note_data" in shown and "note_content" not in shown
    apsw.Connection(":memory:").execute(ddl(schema))


@pytest.mark.parametrize("sql", QUERIES)
def test_a_query_on_them_is_in_the_grammar_runs_and_is_resolved(path, sql):
    schema = read_schema(path, "toy/special")
    matcher, written = LLMatcher(LLTokenizer("byte"), answer_grammar(schema)), list(sql.encode())
    assert matcher.try_consume_tokens(written) == len(written) and matcher.is_accepting()
    runner = Runner(SandboxPolicy())
    ran = runner.run(str(path), sql)
    if QUERIES[sql] is not None:
        assert (ran.status, ran.rows) == (Status.OK, ((QUERIES[sql],),))
    described = [(table.name, table.columns, table.keys) for table in runner.described(str(path))]
    rows = column_rows([schema], "dev")
    shown = {name: [row["column_name"] for row in rows if row["table_name"] == name] for name in COLUMNS}
    for catalogue in (Catalogue.described(described), Catalogue.of(shown)):
        names = Names(parse_query(sql), catalogue)
        assert (invalid_columns(names), invalid_tables(names)) == ([], [])
    runner.close()
