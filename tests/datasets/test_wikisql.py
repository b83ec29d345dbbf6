"""WikiSQL: tables made databases, numbers made SQL, and every row an example or rejected with its reason."""

from __future__ import annotations

import os
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.load import load_split
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.datasets.wikisql import build_wikisql, column_names
from t2s_pipeline.datasets.wikisql_query import AGGREGATES, OPERATORS, TableColumns, Unrenderable, level, render
from t2s_pipeline.evaluation.hardness import hardness
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.serialise import compact
from tests.datasets.layouts import CLUBS, RACES, WIKISQL_DEV, asked, write_lines, write_wikisql


@pytest.fixture
def root(tmp_path):
    return write_wikisql(tmp_path / "wikisql")


@pytest.fixture
def dataset(root):
    return DatasetConfig(kind="wikisql", root=str(root))


def rows_of(path, query):
    connection = sqlite3.connect(path)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def test_every_row_is_an_example_or_rejected_with_its_reason(dataset, tmp_path, verifier):
    split = load_split(dataset, "wikisql", "dev", tmp_path / "data", verifier)
    found = [(e["example_id"], e["hardness"], e["gold_row_count"], e["gold_vacuous"]) for e in split.examples]
    assert found == [
        ("wikisql/dev/00000", "easy", 1, False),
        ("wikisql/dev/00001", "medium", 1, False),
        ("wikisql/dev/00002", "easy", 1, False),
        ("wikisql/dev/00003", "easy", 1, False),
        ("wikisql/dev/00008", "easy", 0, True),
    ]
    assert [e["gold"] for e in split.examples][:4] == [
        'SELECT "Driver\'s name" FROM table_1_100_1 WHERE Year = 1998',
        'SELECT SUM(Points) FROM table_1_100_1 WHERE "Driver\'s name" = \'eddie o\'\'hara\' AND "Car ""No.""" = \'2\'',
        'SELECT COUNT("Driver\'s name") FROM table_1_100_1',
        'SELECT Club FROM table_2_7_12 WHERE "Order" > 1',
    ]
    assert {(r["source_file"], r["source_row"], r["reason"], r["detail"]) for r in split.rejected} == {
        ("dev.jsonl", 4, "missing_field", "sel is 2, expected a number from 0 to 1"),
        ("dev.jsonl", 5, "missing_field", "table_id is '9-9-9', of which dev.tables.jsonl has no table"),
        ("dev.jsonl", 6, "missing_field", "column 'Order' is of numbers, and the value 'none' holds none"),
        ("dev.jsonl", 7, "missing_field", "no field 'question' or 'utterance' or 'nl'"),
    }


def test_a_table_is_a_database_that_ignores_the_case_of_letters(dataset, tmp_path):
    source = open_source(dataset, "wikisql", tmp_path / "data")
    races, clubs = (source.databases().by_id(f"wikisql/{table['id']}").path for table in (RACES, CLUBS))
    assert compact(read_schema(races, "wikisql/1-100-1")) == (
        'Table table_1_100_1: Year REAL, "Driver\'s name" TEXT, "Car ""No.""" TEXT, year_2 TEXT, column_4 TEXT, '
        "Points REAL"
    )
    assert rows_of(races, "SELECT * FROM table_1_100_1") == [
        (1998.0, "Mika Häkkinen", "8", "x", None, 100.0),
        (1999.0, "Eddie O'Hara", "2", "y", "z", 76.5),
        (2000.0, "mika häkkinen", "8", "7", "", "n/a"),
    ]
    assert rows_of(clubs, "SELECT \"Order\" FROM table_2_7_12 WHERE Club = 'AJAX'") == [(1.0,)]


def test_it_is_built_once_and_again_where_a_source_changed(root, dataset, tmp_path):
    def built():
        (file,) = open_source(dataset, "wikisql", tmp_path / "data").files["dev"]
        return file.parent

    first = built()
    before = {path: (path.stat().st_ino, path.read_bytes()) for path in first.rglob("*") if path.is_file()}
    assert {p: (p.stat().st_ino, p.read_bytes()) for p in built().rglob("*") if p.is_file()} == before
    other = build_wikisql(root / "dev.jsonl", tmp_path / "elsewhere")
    assert {p.relative_to(other): p.read_bytes() for p in other.rglob("*") if p.is_file()} == {
        path.relative_to(first): content for path, (_, content) in before.items()
    }
    (first / "database/1-100-1.sqlite").unlink()  # gone: built again
    assert (built() / "database/1-100-1.sqlite").is_file()
    write_lines(root / "dev.jsonl", WIKISQL_DEV[:1])
    assert len((built() / "dev.jsonl").read_text().splitlines()) == 1
    assert sorted(os.listdir(first.parent)) == ["dev"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("dev.jsonl", None, r"none of dev\.jsonl; set dev_files"),
        ("dev.tables.jsonl", None, r"dev\.tables\.jsonl: no such file; unpack"),
        ("dev.jsonl", '{"question": "q"\n', r"dev\.jsonl:1: .*one whole JSON object a line"),
        ("dev.jsonl", '{"question": "q"}\n[1]\n', r"dev\.jsonl:2: \[1\] is not a JSON object"),
        ("dev.tables.jsonl", '{"id": "../x"}\n', r"dev\.tables\.jsonl:1: id is '\.\./x', expected letters.*correct"),
        ("dev.tables.jsonl", '{"id": "1", "header": ["a"], "types": []}', r"jsonl:1: expected header and types"),
        ("dev.tables.jsonl", '{"id": "1", "header": ["a"], "types": ["date"]}', r"type 'date' of a column, expected"),
        ("dev.tables.jsonl", '{"id": "1", "header": ["a"], "types": ["text"]}', r"rows is None, expected a list"),
        (
            "dev.tables.jsonl",
            '{"id": "1", "header": ["a"], "types": ["text"], "rows": [["x"], ["y", "z"]]}',
            r"dev\.tables\.jsonl:1: row 1 \(from 0\) of the table is .*, expected a list of 1 values",
        ),
        (
            "dev.tables.jsonl",
            '{"id": "1", "header": ["a"], "types": ["text"], "rows": [[["x"]]]}',
            r"dev\.tables\.jsonl:1: table 1 cannot be written \(a cell is \['x'\], expected a text or a number\)",
        ),
        (
            "dev.tables.jsonl",
            '{"id": "1", "header": ["a"], "types": ["text"], "rows": [["\\ud800"]]}',
            r"dev\.tables\.jsonl:1: table 1 cannot be written",
        ),
        (
            "dev.tables.jsonl",
            '{"id": "1", "header": ["a"], "types": ["text"], "rows": []}\n' * 2,
            r"dev\.tables\.jsonl:2: table '1' stands here again; keep one",
        ),
    ],
)
def test_a_broken_source_is_named(root, dataset, tmp_path, verifier, name, text, said):
    (root / name).unlink() if text is None else (root / name).write_text(text)
    with pytest.raises(DatasetError, match=said):
        load_split(dataset, "wikisql", "dev", tmp_path / "data", verifier)
    assert not list((tmp_path / "data").glob("wikisql/*/*"))


def test_without_its_folder(tmp_path):
    with pytest.raises(DatasetError, match="WIKISQL_ROOT is not set: set WIKISQL_ROOT to the folder that holds dev"):
        open_source(DatasetConfig(kind="wikisql", root="$WIKISQL_ROOT"), "wikisql", tmp_path)


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=4), min_size=1, max_size=6))
def test_any_headers_make_columns_that_sqlite_takes(header):
    names = column_names(header)
    assert len({name.lower() for name in names}) == len(header) and all(names)
    quoted = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t ({quoted})")
    assert [row[1] for row in connection.execute("PRAGMA table_info(t)")] == names
    connection.close()


COLUMNS = TableColumns("t", ("a", "b"), ("text", "real"))
_VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
_CONDITIONS = st.lists(
    st.tuples(st.just(0), st.integers(0, 2), _VALUES) | st.tuples(st.just(1), st.integers(0, 2), st.integers(-9, 9)),
    max_size=3,
)


@given(st.integers(0, 1), st.integers(0, 5), _CONDITIONS)
def test_a_query_means_what_its_numbers_say(sel, agg, conds):
    """Against WikiSQL's own way to run it, which binds the values, where no column has two conditions."""
    query = {"sel": sel, "agg": agg, "conds": [list(condition) for condition in conds]}
    sql = render(query, COLUMNS)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a TEXT COLLATE NOCASE, b REAL)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", [("x", 1), ("Y", -2), (None, 3)])
    selected = f"{AGGREGATES[agg]}({'ab'[sel]})" if agg else "ab"[sel]
    where = " AND ".join(f"{'ab'[column]} {OPERATORS[op]} ?" for column, op, _ in conds)
    bound = f"SELECT {selected} FROM t" + (f" WHERE {where}" if where else "")
    expected = connection.execute(bound, [value for _, _, value in conds]).fetchall()
    assert connection.execute(sql).fetchall() == expected
    connection.close()


@pytest.mark.parametrize("conditions", range(4))
@pytest.mark.parametrize("aggregate", range(6))
def test_levels_are_those_that_the_official_evaluator_counts(conditions, aggregate):
    query = {"sel": 0, "agg": aggregate, "conds": [[1, 0, number] for number in range(conditions)]}
    assert level(query) == hardness(render(query, COLUMNS), {"t": ["a", "b"]}).level


@pytest.mark.parametrize(
    ("value", "literal"),
    [("1,234.50", "1234.5"), (" 7 ", "7"), ("about 12 or 13", "12"), (-3, "-3"), ("1e3", "1000"), (2.5, "2.5"),
     (10**20, "1e+20"), ("-.5", "-0.5")],
)  # fmt: skip
def test_numbers_are_read_as_there(value, literal):
    assert render({"sel": 0, "agg": 0, "conds": [[1, 0, value]]}, COLUMNS) == f"SELECT a FROM t WHERE b = {literal}"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (None, "sql is None, expected an object"),
        ({"sel": True, "agg": 0, "conds": []}, "sel is True"),
        ({"sel": 0, "agg": 6, "conds": []}, "agg is 6, expected a number from 0 to 5"),
        ({"sel": 0, "agg": 0}, "conds is None"),
        ({"sel": 0, "agg": 0, "conds": [[0, 0]]}, r"condition \[0, 0\]"),
        ({"sel": 0, "agg": 0, "conds": [[0, 3, "x"]]}, "operator is 3, expected a number from 0 to 2"),
        ({"sel": 0, "agg": 0, "conds": [[2, 0, "x"]]}, "column is 2"),
        ({"sel": 0, "agg": 0, "conds": [[0, 0, None]]}, "value for 'a' is None"),
        ({"sel": 0, "agg": 0, "conds": [[0, 0, "x\0"]]}, "no SQL text can hold"),
        ({"sel": 0, "agg": 0, "conds": [[0, 0, "\ud800"]]}, "no SQL text can hold"),
        ({"sel": 0, "agg": 0, "conds": [[1, 0, float("inf")]]}, "holds none"),
        ({"sel": 0, "agg": 0, "conds": [[1, 0, 10**400]]}, "holds none"),
    ],
)
def test_what_is_no_query_says_why(query, said):
    with pytest.raises(Unrenderable, match=said):
        render(query, COLUMNS)


def test_the_test_split_is_named_in_dev_files(root, tmp_path, verifier):
    write_lines(root / "test.jsonl", [asked("Which clubs?", CLUBS["id"], 1, 0)])
    (root / "test.tables.jsonl").write_bytes((root / "dev.tables.jsonl").read_bytes())
    dataset = DatasetConfig(kind="wikisql", root=str(root), dev_files=("test.jsonl",))
    (example,) = load_split(dataset, "wikisql", "dev", tmp_path / "data", verifier).examples
    assert (example["source_file"], example["gold_row_count"]) == ("test.jsonl", 2)
