"""The one reader of prediction files: what it takes, and what it names and refuses."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from t2s_pipeline.prediction_files import PredictionFileError, given_candidates, read_candidates, read_predictions


@pytest.fixture
def written(tmp_path: Path):
    def _written(content: bytes | str, name: str = "pred.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return _written


@pytest.mark.parametrize(
    "content",
    [
        "SELECT 1\tdb_id\n\n  SELECT 'ü\u2028\x0b'  \n",
        "SELECT 1\tdb_id\n\n  SELECT 'ü\u2028\x0b'  ",
        "SELECT 1\tdb_id\r\n\r\n  SELECT 'ü\u2028\x0b'\r\n",
        "\ufeffSELECT 1\n\nSELECT 'ü\u2028\x0b'\n",
    ],
    ids=["as written", "no last line end", "CRLF", "byte order mark"],
)
def test_a_text_a_line(written, content):
    path = written(content)
    assert read_predictions(path, 3) == ["SELECT 1", "", "SELECT 'ü\u2028\x0b'"]
    assert read_candidates(path, 3) == [["SELECT 1"], [""], ["SELECT 'ü\u2028\x0b'"]]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_list_a_line(written, mark, end):
    path = written(f'{mark}["a", "b\\tc"]{end}["d"]{end}', "pred.jsonl")
    assert read_candidates(path, 2) == [["a", "b\tc"], ["d"]]
    with pytest.raises(PredictionFileError, match=r"pred\.jsonl:1: 2 candidates"):
        read_predictions(path, 2)


@pytest.mark.parametrize("name", ["pred.txt", "pred.jsonl"])
@pytest.mark.parametrize(("lines", "expected"), [(2, 3), (3, 2), (0, 1)])
def test_a_file_of_the_wrong_length_is_refused(written, name, lines, expected):
    with pytest.raises(
        PredictionFileError,
        match=rf"{name}: too (few|many) lines: {lines}, .* {expected} rows, rejected ones too; write",
    ):
        read_candidates(written('["SELECT 1"]\n' * lines, name), expected)


@pytest.mark.parametrize("line", ["[]", "[1]", "1", '{"sql": []}', '{"sql": ["\\ud800"]}'])
def test_a_line_that_is_no_sql_is_named(written, line):
    with pytest.raises(PredictionFileError, match=r"pred\.jsonl:2: "):
        read_candidates(written(f'["a"]\n{line}\n["c"]\n', "pred.jsonl"), 3)


@pytest.mark.parametrize("line", ["{", "[" * 100_000, '{"sql": "a", "sql": "b"}'])
def test_a_line_that_is_no_json_is_named(written, line):
    with pytest.raises(PredictionFileError, match=r"pred\.jsonl:2: expected a JSON text, a JSON list of SQL texts, or"):
        read_candidates(written(f'["a"]\n{line}\n["c"]\n', "pred.jsonl"), 3)


ELEMENTS = ['"a"', '["b", "c"]', '{"samples": ["d", ""]}', '{"sql": "e"}', '{"prediction": ["f"], "sql": null}']
CANDIDATES = [["a"], ["b", "c"], ["d", ""], ["e"], ["f"]]


def test_elements_may_be_mixed_and_stand_in_a_list_or_in_lines(written):
    assert read_candidates(written("\n".join(ELEMENTS), "pred.jsonl"), 5) == CANDIDATES
    assert read_candidates(written(f"[{','.join(ELEMENTS)}]", "pred.json"), 5) == CANDIDATES
    with pytest.raises(PredictionFileError, match=r"pred\.json: too few elements: 5, but the split has 6"):
        read_candidates(written(f"[{','.join(ELEMENTS)}]", "pred.json"), 6)


NAMED = [
    '{"index": 2, "sql": "c"}',
    '{"example_id": "mine/dev/00000", "samples": ["a"], "db_id": "shop"}',
    '{"index": "1", "sql": "b", "db_id": "shop"}',
]
IDS = ["mine/dev/00000", "mine/dev/00001", "mine/dev/00002"]


def test_elements_that_name_their_example_stand_in_any_order(written):
    path = written("\n".join(NAMED), "pred.jsonl")
    databases = ["shop", "shop", None]
    assert read_candidates(path, 3, example_ids=IDS, databases=databases) == [["a"], ["b"], ["c"]]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({0: '{"index": 1, "sql": "c"}'}, r"pred\.jsonl:3: row 1 again \(first: .*pred\.jsonl:1\)"),
        ({0: '{"index": 3, "sql": "c"}'}, r"jsonl:1: row 3 is not in the split; rows are numbered from 0 to 2"),
        ({0: '{"index": true, "sql": "c"}'}, r"jsonl:1: row True is not in the split"),
        ({0: '{"example_id": "x", "sql": "c"}'}, r"jsonl:1: 'x' is no example_id of the split \(they look like 'mine/"),
        ({0: '{"sql": "c"}'}, r"jsonl:1: does not name its example, but .*jsonl:2 does"),
        ({0: '["c"]'}, r"jsonl:1: does not name its example"),
        ({2: '{"index": 1, "sql": "b", "db_id": "zoo"}'}, r"jsonl:3: is for database 'zoo', but row 1 .* on 'shop'"),
        ({2: '{"index": 1, "text": "b"}'}, r"jsonl:3: has none of the keys samples, sql, prediction"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(written, changed, said):
    lines = [changed.get(number, line) for number, line in enumerate(NAMED)]
    with pytest.raises(PredictionFileError, match=said):
        read_candidates(written("\n".join(lines), "pred.jsonl"), 3, example_ids=IDS, databases=["shop", "shop", "shop"])


def test_an_example_that_nobody_names_is_missed(written):
    path = written("\n".join(NAMED[:2]), "pred.jsonl")
    with pytest.raises(PredictionFileError, match=r"none for 1 of the split's 3 rows \(from 0: 1\); add them"):
        read_candidates(path, 3, example_ids=IDS)


def bird(*entries: object) -> str:
    return json.dumps({str(row): entry for row, entry in enumerate(entries)})


def test_birds_file(written):
    entries = ["SELECT 1\t----- bird -----\tshop", 0, None, "SELECT 2", "\t----- bird -----\tshop"]
    path = written(bird(*entries), "pred.json")
    assert read_candidates(path, 5, databases=["shop"] * 5) == [["SELECT 1"], [""], [""], ["SELECT 2"], [""]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (bird("SELECT 1\t----- bird -----\tzoo", ""), r"key '0': is for database 'zoo', but row 0 .*'shop'"),
        (bird("a", "b", "c"), r"key '2': row '?2'? is not in the split"),
        (bird("a"), r"too few predictions: none for 1 of the split's 2 rows \(from 0: 1\)"),
        (bird("a", False), r"key '1': expected a SQL text"),
        ('{"0": "a", "0": "b"}', r"pred\.json: expected a JSON list, or BIRD's JSON object: key '0' stands twice"),
        ('{"0": "a", "00": "b"}', r"key '00': row 0 again \(first: .*key '0'\)"),
        ('{"0": "a", "one": "b"}', r"key 'one': row 'one' is not in the split"),
        ("3", r"pred\.json: expected a JSON list with an element an example"),
    ],
)
def test_a_wrong_bird_file_is_named(written, text, said):
    with pytest.raises(PredictionFileError, match=said):
        read_candidates(written(text, "pred.json"), 2, databases=["shop", None])


FINERS = [["What is one?", "SELECT 1\t----- bird -----\tshop"], ["And two?", "\t----- bird -----\tshop"]]


def test_a_database_behind_birds_separator_is_no_sql_wherever_it_stands(written):
    """FINER-SQL's public code writes BIRD's predictions as a list of a question and its SQL."""
    path = written(json.dumps(FINERS), "pred.json")
    assert read_predictions(path, 2) == ["SELECT 1", ""]
    texts = [text for _, text in FINERS]
    for elements in (texts, [[text] for text in texts], [{"sql": text} for text in texts]):
        assert given_candidates(elements, 2, databases=["shop", "shop"]) == [["SELECT 1"], [""]]
        with pytest.raises(PredictionFileError, match=r"row 1 .* for database 'shop', but row 1 of the split is on 'z"):
            given_candidates(elements, 2, databases=["shop", "zoo"])
    assert given_candidates([[*texts, "SELECT 3"]], 1) == [["SELECT 1", "", "SELECT 3"]]
    with pytest.raises(PredictionFileError, match=r"pred\.json, row 0 .* is for database 'shop', but row 0"):
        read_candidates(path, 2, databases=["zoo", "shop"])


def test_a_file_that_cannot_be_read_is_named(written, tmp_path):
    with pytest.raises(PredictionFileError, match=r"missing\.txt: No such file"):
        read_predictions(tmp_path / "missing.txt", 1)
    with pytest.raises(PredictionFileError, match=r"pred\.txt:1: not UTF-8"):
        read_predictions(written(b"SELECT '\xff'\n"), 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"SELECT 1\n", mtime=0), "is packed with gzip; unpack it"),
        ("SELECT 1\n".encode("utf-16"), "is UTF-16; convert it to UTF-8"),
        (b"SELECT 1\nSELECT '\xff'\n", r"pred\.txt:2: not UTF-8"),
        ("SELECT 1\n\n", r"pred\.txt:2: too many lines: 2, .* they are empty: remove them"),
        ("SELECT 1\tzoo\n", r"pred\.txt:1: is for database 'zoo', but row 0 of the split is on 'shop'"),
    ],
)
def test_a_text_file_that_is_not_what_it_should_be(written, content, said):
    databases = ["shop", "zoo"] if "zoo" in str(content) else ["shop"]
    content = content + "SELECT 2\tzoo\n" if len(databases) == 2 else content
    with pytest.raises(PredictionFileError, match=said):
        read_candidates(written(content), len(databases), databases=databases)


def test_what_follows_a_tab_is_ignored_unless_it_is_another_database(written):
    path = written("SELECT 1\tshop\nSELECT 2\tsome note\nSELECT 3\n")
    assert read_candidates(path, 3, databases=["shop", "zoo", None]) == [["SELECT 1"], ["SELECT 2"], ["SELECT 3"]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", r'jsonl:2: is empty; .*write "" '),
        ('{"sql": null}', r"jsonl:2: 'sql' is null; write an empty text"),
        (None, 'too few lines: 1, .*; write one element a line, .* and "" .an empty JSON text.'),
    ],
)
def test_the_remedy_of_a_line_can_be_followed(written, line, said):
    with pytest.raises(PredictionFileError, match=said):
        read_candidates(written('"a"\n' + ("" if line is None else line + "\n"), "pred.jsonl"), 2)
    assert read_candidates(written('"a"\n""\n', "pred.jsonl"), 2) == [["a"], [""]]


def test_python_objects_are_taken_as_the_elements_of_a_file():
    assert given_candidates([json.loads(text) for text in ELEMENTS], 5) == CANDIDATES
    assert given_candidates([json.loads(text) for text in NAMED], 3, example_ids=IDS) == [["a"], ["b"], ["c"]]
    assert given_candidates([("a", "b")], 1) == [["a", "b"]]
    for wrong, said in [
        ([None], "predictions, row 0 .from 0.: expected a SQL text"),
        (["a", 3], "predictions, row 1 .from 0.: expected a SQL text, .* not 3"),
        ("SELECT 1", "predictions: a str; give a list"),
        ({"0": "SELECT 1"}, "predictions: a dict; give a list"),
        ([{"text": "a"}], "row 0 .*: has none of the keys"),
    ]:
        with pytest.raises(PredictionFileError, match=said):
            given_candidates(wrong, len(wrong))


@pytest.mark.spider
def test_published_predictions_have_a_line_for_every_question():
    folder = Path(os.environ.get("SPIDER_ROOT", "/none")).parent / "predictions"
    files = sorted(folder.glob("*.txt"))
    if not files:
        pytest.skip("no predictions beside SPIDER_ROOT")
    assert {len(read_predictions(file, 1034)) for file in files} == {1034}
