"""What the detail `column` tells of a query's names."""

import sqlite3

import pytest

from t2s_pipeline.prompts.column_feedback import (
    MOST_COLUMNS,
    MOST_NAMES,
    MOST_TABLE_NAMES,
    MOST_TABLES,
    column_lines,
)
from t2s_pipeline.sql.catalogue import Catalogue

TABLES = {
    "singer": ["singer_id", "name", "nation", "first song"],
    "concert": ["concert_id", "year", "singer_id"],
    "order": ["id", "price"],
}
CATALOGUE = Catalogue.of(TABLES)
COLUMNS_OF = {
    "singer": 'singer(singer_id, name, nation, "first song")',
    "concert": "concert(concert_id, year, singer_id)",
    "order": '"order"(id, price)',
}


@pytest.fixture(scope="module")
def error_of():
    """SQLite's own message on a query, None where it runs."""
    connection = sqlite3.connect(":memory:")
    for table, columns in TABLES.items():
        named = '", "'.join(columns)
        connection.execute(f'CREATE TABLE "{table}" ("{named}")')

    def ask(sql):
        try:
            connection.execute(sql)
        except sqlite3.Error as error:
            return str(error)
        return None

    yield ask
    connection.close()


@pytest.mark.parametrize(
    ("sql", "told", "columns_of"),
    [
        (
            "SELECT T1.nation FROM concert AS T1",
            [
                "T1.nation: T1 is concert, which has no column nation. It belongs to singer.",
                "Aliases: T1 is concert.",
            ],
            ["concert", "singer"],
        ),
        (
            "SELECT T9.year, T8.nothing FROM concert AS T1",
            [
                "T9.year: nothing in its FROM is called T9. It belongs to concert.",
                "T8.nothing: nothing in its FROM is called T8. No table shown has it.",
                "Aliases: T1 is concert.",
            ],
            ["concert"],
        ),
        (
            "SELECT singer_id FROM singer JOIN concert ON singer.singer_id = concert.singer_id WHERE year = 1",
            ["singer_id: singer, concert have such a column; write which."],
            ["singer", "concert"],
        ),
        (
            "SELECT name FROM singer WHERE singer_id IN (SELECT singer_id FROM concert WHERE price > 1)",
            ['price: no table of its FROM has such a column. It belongs to "order".'],
            ["concert", "singer", "order"],
        ),
        (
            "SELECT name FROM singer UNION SELECT name FROM concert",
            ["name: no table of its FROM has such a column. It belongs to singer."],
            ["concert", "singer"],
        ),
        (
            "WITH t AS (SELECT name AS who FROM singer) SELECT t.name FROM t",
            ["t.name: t is a subquery, which has no column name. It belongs to singer.", "Aliases: t is a subquery."],
            ["singer"],
        ),
        (
            "SELECT concert.name FROM singer, concert WHERE singer.singer_id = concert.singer_id",
            [
                "concert.name: concert is concert, which has no column name. It belongs to singer.",
            ],
            ["singer", "concert"],
        ),
        (
            'SELECT "T 1"."first song" FROM concert AS "T 1"',
            [
                "T 1.first song: T 1 is concert, which has no column first song. It belongs to singer.",
                "Aliases: T 1 is concert.",
            ],
            ["concert", "singer"],
        ),
        (
            "SELECT 1 FROM singer JOIN concert USING (nation)",
            ["nation: USING needs it in both tables. It belongs to singer."],
            ["singer", "concert"],
        ),
        (
            "SELECT name FROM bands",
            [
                'No table is called bands. Tables: singer, concert, "order".',
            ],
            [],
        ),
    ],
)
def test_what_is_told(sql, told, columns_of, error_of):
    error = error_of(sql)
    assert error is not None
    lines = column_lines(sql, error, CATALOGUE)
    listed = [f"Columns: {'; '.join(COLUMNS_OF[table] for table in columns_of)}."] if columns_of else []
    assert lines[: len(told)] == told
    assert [line for line in lines if line.startswith("Columns: ")] == listed


def test_the_name_that_sqlite_reports_comes_first(error_of):
    sql = "SELECT aaa, bbb FROM singer WHERE nation IN (SELECT ccc FROM concert)"
    assert column_lines(sql, "no such column: ccc", CATALOGUE)[0].startswith("ccc: ")
    assert column_lines(sql, "no such column: bbb", CATALOGUE)[0].startswith("bbb: ")
    hint = 'no such column: "bbb" - should this be a string literal in single-quotes?'
    assert column_lines(sql, hint, CATALOGUE)[0].startswith("bbb: ")


def test_a_query_that_runs_is_told_of_joins_and_of_names_read_as_text(error_of):
    joined = "SELECT T1.name FROM singer AS T1 JOIN concert AS T2 ON T1.singer_id = T2.singer_id"
    assert error_of(joined) is None
    spare = "Nothing of concert (T2) is used but its join; drop it unless the join is to leave rows out."
    assert column_lines(joined, None, CATALOGUE) == [spare]
    quoted = 'SELECT "year" FROM singer WHERE nation = "France"'
    assert error_of(quoted) is None
    (told, *_) = column_lines(quoted, None, CATALOGUE)
    assert told == "year: no such column, so SQLite reads it as text. It belongs to concert."
    assert column_lines('SELECT name FROM singer WHERE nation = "France"', None, CATALOGUE) == []
    assert column_lines("SELECT count(*) FROM singer", None, CATALOGUE) == []


def test_a_table_that_is_not_there_is_no_alias():
    for sql in ("SELECT nation FROM bands WHERE year > 1", "SELECT T1.nation FROM bands AS T1"):
        lines = column_lines(sql, "no such table: bands", CATALOGUE)
        assert lines == ['No table is called bands. Tables: singer, concert, "order".']


def test_one_table_that_has_all_columns_is_named():
    sql = "SELECT T2.name FROM singer AS T1 JOIN concert AS T2 ON T1.singer_id = T2.singer_id"
    assert "singer alone has every column that the query names." in column_lines(sql, "no such column", CATALOGUE)


def test_tables_that_the_prompt_did_not_show_are_not_named():
    sql = "SELECT nation, price FROM concert"
    lines = column_lines(sql, "no such column: nation", CATALOGUE, ["concert", "singer"])
    assert lines[1] == "price: no table of its FROM has such a column. No table shown has it."
    assert not any("order" in line for line in lines)


def test_what_cannot_be_parsed_is_told_nothing_and_long_lists_are_cut():
    for sql in ("", "SELECT FROM", "SELECT 1; SELECT nation", "DROP TABLE singer", "SELECT " + "(" * 5000):
        assert column_lines(sql, "syntax error", CATALOGUE) == []
    wide = Catalogue.of({"wide": [f"c{n}" for n in range(50)]})
    lines = column_lines("SELECT " + ", ".join(f"x{n}" for n in range(20)) + " FROM wide", None, wide)
    assert len(lines) == MOST_NAMES + 1
    assert lines[-1].count("c") == MOST_COLUMNS + "Columns".count("c") and lines[-1].endswith(", ...).")


def test_a_database_of_many_tables_is_told_in_a_few():
    many = Catalogue.of({f"t{n}": ["shared", f"own{n}"] for n in range(30)})
    joined = ", ".join(f"t{n} AS a{n}" for n in range(20))
    (ambiguous, aliases, columns, *_) = column_lines(
        f"SELECT shared FROM {joined}", "ambiguous column name: shared", many
    )
    assert ambiguous.count("t") > MOST_TABLES and "t7 (a7), ... have such a column" in ambiguous
    assert aliases.count(" is ") == columns.count("(shared, ") == MOST_TABLES
    assert aliases.endswith("a7 is t7, ....") and columns.endswith("t7(shared, own7); ....")
    (owners, *_) = column_lines("SELECT b.shared FROM t0", None, many)
    assert owners.endswith("t7, ....")
    (missing,) = column_lines("SELECT 1 FROM nothing JOIN nowhere", "no such table: nothing", many)
    assert missing.startswith("No table is called nothing, nowhere. Tables: t0, t1,")
    assert missing.count("t") > MOST_TABLE_NAMES and missing.endswith("t17, ....")
