"""JSON and JSONL input: every alias, every way to be incomplete, and errors that name file and row."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.json_files import read_input_rows

FULL = {"question": "How many?", "query": "SELECT 1", "db_id": "toy"}


def read(tmp_path, text: str, name: str = "rows.json"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_input_rows([path])


def row_of(tmp_path, record: dict):
    return read(tmp_path, json.dumps([record]))[0]


@pytest.mark.parametrize("question", ["question", "utterance", "nl"])
@pytest.mark.parametrize("gold", ["query", "sql", "gold_sql"])
@pytest.mark.parametrize("database", ["db_id", "database_id"])
def test_aliases(tmp_path, question, gold, database):
    row = row_of(tmp_path, {question: "How many?", gold: "SELECT 1", database: "toy", "sql_tokens": ["SELECT"]})
    assert (row.question, row.gold, row.database_name, row.missing) == ("How many?", "SELECT 1", "toy", "")


@pytest.mark.parametrize("field", ["db_path", "database_path", "sqlite_path"])
def test_a_file_comes_before_a_name_and_is_relative_to_the_rows_file(tmp_path, field):
    row = row_of(tmp_path, FULL | {field: "some/toy.sqlite"})
    assert (row.database_file, row.database_name) == ((tmp_path / "some/toy.sqlite").resolve(), None)


def test_the_first_alias_wins_and_spiders_parse_tree_is_not_a_gold(tmp_path):
    row = row_of(tmp_path, FULL | {"utterance": "other", "sql": {"select": []}})
    assert (row.question, row.gold) == ("How many?", "SELECT 1")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"question": None}, "no field 'question' or 'utterance' or 'nl'"),
        ({"question": ""}, "field 'question' is ''"),
        ({"question": ["How", "many"]}, "field 'question' is ['How', 'many'], expected text"),
        ({"query": 7}, "field 'query' is 7"),
        ({"db_id": None}, "no field 'db_id' or 'database_id'"),
        ({"db_id": None, "db_path": 3}, "field 'db_path' is 3"),
        ({"question": "\ud800"}, "half a surrogate pair"),
    ],
)
def test_an_incomplete_row_is_a_row_that_says_what_is_missing(tmp_path, change, said):
    assert said in row_of(tmp_path, FULL | change).missing


def test_jsonl_with_blank_lines_a_byte_order_mark_and_line_separators_in_text(tmp_path):
    odd = FULL | {"question": "a\u2028b"}
    text = "\ufeff" + json.dumps(FULL) + "\r\n\r\n" + json.dumps(odd, ensure_ascii=False)
    rows = read(tmp_path, text, "rows.jsonl")
    assert [(row.source_row, row.question) for row in rows] == [(0, "How many?"), (1, "a\u2028b")]


def test_one_row_on_one_line_may_hold_a_list(tmp_path):
    rows = read(tmp_path, json.dumps(FULL | {"turns": [{"nl": "q"}]}), "rows.jsonl")
    assert [row.missing for row in rows] == [""]


def test_rows_count_over_all_files(tmp_path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps([FULL, FULL]))
    rows = read_input_rows([tmp_path / "a.json", tmp_path / "b.json"])
    assert [(row.number, row.source_file, row.source_row) for row in rows] == [
        (0, "a.json", 0), (1, "a.json", 1), (2, "b.json", 0), (3, "b.json", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[{"a": 1}, {"a": 2}, {"a": }]', r"row 2 \(from 0\)"),
        ('[{"a": 1}, {"a": 2}', r"row 2 \(from 0\)"),
        ('[{"a": 1}, 5]', r"row 1 \(from 0\): 5 is not a JSON object"),
        ('{"a": 1}\n\n{"a": \n', ":3:"),
        ('{"a": 1}\n[1]\n', ":2:"),
        ('{\n  "data": []\n}', "expected a list of objects, found an object with keys 'data'; put the rows between"),
        ('{"version": 1, "data": [{"nl": "q"}]}', "object with keys 'version', 'data'; save the list in 'data' alone"),
        (json.dumps({"data": [FULL, FULL]}, indent=1), "object with keys 'data'; save the list in 'data' alone"),
        (json.dumps(FULL, indent=1), "object with keys 'question', 'query', 'db_id'; put the rows between"),
        ("[" * 200_000, r"row 0 \(from 0\)"),
        ("[]", "holds no rows"),
        ("", "holds no rows"),
    ],
)
def test_a_malformed_file_names_itself_and_the_row(tmp_path, text, where):
    with pytest.raises(DatasetError, match=rf"rows\.json.*{where}"):
        read(tmp_path, text)


def test_not_utf8_and_absent(tmp_path):
    (tmp_path / "latin.json").write_bytes(b'[\n{"question": "caf\xe9"}]')
    with pytest.raises(DatasetError, match=r"latin\.json:2: not UTF-8"):
        read_input_rows([tmp_path / "latin.json"])
    with pytest.raises(DatasetError, match=r"none\.json: no such file"):
        read_input_rows([tmp_path / "none.json"])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=2), max_leaves=3
)
_FIELDS = st.sampled_from(["question", "nl", "query", "sql", "db_id", "db_path", "evidence", "x"])


@given(st.lists(st.dictionaries(_FIELDS, _JSON), min_size=1, max_size=5), st.booleans())
def test_no_row_is_lost_and_list_and_lines_are_read_alike(tmp_path_factory, records, ascii_only):
    folder = tmp_path_factory.getbasetemp()
    as_list = read(folder, json.dumps(records, ensure_ascii=ascii_only))
    as_lines = read(folder, "\n".join(json.dumps(r, ensure_ascii=ascii_only) for r in records))
    assert as_list == as_lines
    assert len(as_list) == len(records)
    for row in as_list:
        complete = row.question and row.gold and (row.database_name or row.database_file)
        assert bool(complete) != bool(row.missing) or "'evidence'" in row.missing


@pytest.mark.parametrize("evidence", [7, ["a"], {"a": 1}])
def test_evidence_that_is_no_text_is_a_reason_and_none_is_none(tmp_path, evidence):
    row = {"question": "q", "query": "SELECT 1", "db_id": "d"}
    [given, *others] = read(
        tmp_path, json.dumps([row | {"evidence": value} for value in (evidence, None, " ")] + [row])
    )
    assert given.missing.startswith("field 'evidence' is")
    assert [(other.evidence, other.missing) for other in others] == [(None, "")] * 3
