"""Finer tags of column errors, from SQLite's own messages on a real database."""

from __future__ import annotations

import apsw
import pytest

from t2s_pipeline.evaluation.column_errors import MEANING, ColumnTag, column_error
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.parse import parse_query

TABLES = {"singer": ["id", "name", "age"], "song": ["song_id", "singer_id", "name"], "concert": ["concert id", "year"]}
CATALOGUE = Catalogue.of(TABLES)


def message_of(sql: str) -> str:
    connection = apsw.Connection(":memory:")
    connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    for table, columns in TABLES.items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        connection.execute(f"CREATE TABLE {table} ({quoted})")
    with pytest.raises(apsw.SQLError) as raised:
        connection.execute(sql)
    return str(raised.value)


JOIN = "FROM singer AS T1 JOIN song AS T2 ON T1.id = T2.singer_id"


@pytest.mark.parametrize(
    ("sql", "tag", "reference", "table", "owners"),
    [
        ("SELECT year FROM singer", "wrong_column_owner", "year", None, ("concert",)),
        ("SELECT name FROM concert", "wrong_column_owner", "name", None, ("singer", "song")),
        (f"SELECT T2.age {JOIN}", "wrong_table_column_mapping", "T2.age", "song", ("singer",)),
        (f"SELECT t2.AGE {JOIN}", "wrong_table_column_mapping", "t2.AGE", "song", ("singer",)),
        ("SELECT song.age FROM song", "wrong_table_column_mapping", "song.age", "song", ("singer",)),
        (f"SELECT T1.year {JOIN}", "wrong_table_column_mapping", "T1.year", "singer", ("concert",)),
        (f"SELECT T3.name {JOIN}", "extra_join_alias_mismatch", "T3.name", None, ("singer", "song")),
        ("SELECT singer.name FROM singer AS T1", "extra_join_alias_mismatch", "singer.name", None, ("singer", "song")),
        ("SELECT T3.nome FROM singer AS T1", "extra_join_alias_mismatch", "T3.nome", None, ()),
        ("SELECT T1.nome FROM singer AS T1", "hallucinated_column", "T1.nome", "singer", ()),
        ("SELECT nome FROM singer", "hallucinated_column", "nome", None, ()),
        ("SELECT T1.concert_id FROM concert AS T1", "hallucinated_column", "T1.concert_id", "concert", ()),
        ('SELECT T1."concert id" FROM song AS T1', "wrong_table_column_mapping", "T1.concert id", "song", ("concert",)),
        ('SELECT "nome" FROM singer', "hallucinated_column", "nome", None, ()),
        ('SELECT "year" FROM singer', "wrong_column_owner", "year", None, ("concert",)),
        (f"SELECT name {JOIN}", "ambiguous_column", "name", None, ("singer", "song")),
        ("SELECT 1 FROM singer JOIN song USING (year)", "wrong_column_owner", "year", None, ("concert",)),
        ("SELECT 1 FROM singer JOIN song USING (nome)", "hallucinated_column", "nome", None, ()),
        ("SELECT 1 FROM singer JOIN song USING (age)", "wrong_column_owner", "age", None, ("singer",)),
        # what has it in scope stands first
        (
            "SELECT T1.name FROM concert AS T1 JOIN song AS T2 ON T1.year = T2.song_id",
            "wrong_table_column_mapping",
            "T1.name",
            "concert",
            ("song", "singer"),
        ),
        # of two arms, the one that is wrong
        (
            "SELECT T1.name FROM song AS T1 UNION SELECT T1.name FROM concert AS T1",
            "wrong_table_column_mapping",
            "T1.name",
            "concert",
            ("singer", "song"),
        ),
        (
            "SELECT 1 FROM concert WHERE EXISTS (SELECT 1 FROM song AS T1 WHERE concert.singer_id = 1)",
            "wrong_table_column_mapping",
            "concert.singer_id",
            "concert",
            ("song",),
        ),
        ("SELECT x.age FROM (SELECT name FROM singer) AS x", "wrong_table_column_mapping", "x.age", None, ("singer",)),
        ("SELECT main.song.age FROM song", "wrong_table_column_mapping", "main.song.age", "song", ("singer",)),
        ("SELECT name FROM song LIMIT 1 AND year = 2", "unclassified_no_such_column", "year", None, ("concert",)),
    ],
)
def test_tags(sql, tag, reference, table, owners):
    found = column_error(message_of(sql), parse_query(sql), CATALOGUE)
    assert (found.tag, found.reference, found.table, found.owners) == (tag, reference, table, owners)


@pytest.mark.parametrize(
    "message", ["", "no such table: x", 'near "x": syntax error', "SELECTs ... do not have the same number of columns"]
)
def test_other_messages_name_no_column(message):
    assert column_error(message, None, CATALOGUE) is None


def test_every_tag_has_a_meaning():
    assert list(MEANING) == list(ColumnTag)
