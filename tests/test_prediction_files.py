"""The one reader of prediction files: what it takes, and what it names and refuses."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from t2s_pipeline.prediction_files import PredictionFileError, read_candidates, read_predictions


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
        PredictionFileError, match=rf"{name}: too (few|many) lines: {lines}, .* {expected} examples; write"
    ):
        read_candidates(written('["SELECT 1"]\n' * lines, name), expected)


@pytest.mark.parametrize("line", ['"SELECT 1"', "[]", "[1]", "{", "", "[" * 100_000])
def test_a_line_that_is_no_list_of_texts_is_named(written, line):
    with pytest.raises(PredictionFileError, match=r"pred\.jsonl:2: expected a JSON list"):
        read_candidates(written(f'["a"]\n{line}\n["c"]\n', "pred.jsonl"), 3)


def test_a_file_that_cannot_be_read_is_named(written, tmp_path):
    with pytest.raises(PredictionFileError, match=r"missing\.txt: No such file"):
        read_predictions(tmp_path / "missing.txt", 1)
    with pytest.raises(PredictionFileError, match=r"pred\.txt: not UTF-8"):
        read_predictions(written(b"SELECT '\xff'\n"), 1)


@pytest.mark.spider
def test_published_predictions_have_a_line_for_every_question():
    folder = Path(os.environ.get("SPIDER_ROOT", "/none")).parent / "predictions"
    files = sorted(folder.glob("*.txt"))
    if not files:
        pytest.skip("no predictions beside SPIDER_ROOT")
    assert {len(read_predictions(file, 1034)) for file in files} == {1034}
