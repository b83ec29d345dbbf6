"""What comes beside Spider's files: exclusions and checksums."""

from __future__ import annotations

import hashlib
import json

import pytest

from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.datasets.spider import ChecksumResult, read_exclusions, verify_checksums


def test_exclusions_are_data(tmp_path):
    assert read_exclusions(tmp_path, "dev", 9) == {}
    (tmp_path / "dev_exclusions.json").write_text(json.dumps({"split": "dev", "reason": "no rows", "index": [0, 8]}))
    assert read_exclusions(tmp_path, "dev", 9) == {0: "no rows", 8: "no rows"}
    assert read_exclusions(tmp_path, "train", 9) == {}


@pytest.mark.parametrize(
    "content",
    [
        "[",
        "[]",
        json.dumps({"split": "train", "reason": "r", "index": [1]}),
        json.dumps({"split": "dev", "index": [1]}),
        json.dumps({"split": "dev", "reason": "r", "index": [9]}),
        json.dumps({"split": "dev", "reason": "r", "index": [-1]}),
        json.dumps({"split": "dev", "reason": "r", "index": [True]}),
        json.dumps({"split": "dev", "reason": "r", "index": 3}),
    ],
)
def test_exclusions_that_say_something_else_are_refused(tmp_path, content):
    (tmp_path / "dev_exclusions.json").write_text(content)
    with pytest.raises(DatasetError, match=r"dev_exclusions\.json"):
        read_exclusions(tmp_path, "dev", 9)


def test_checksums_name_what_differs_and_what_is_absent(tmp_path):
    assert verify_checksums(tmp_path) is None
    (tmp_path / "same").write_bytes(b"1")
    (tmp_path / "other").write_bytes(b"2")
    sha = hashlib.sha256(b"1").hexdigest()
    path = tmp_path / "dev_db_sha256.txt"
    path.write_text(f"{sha}  same\n{sha} *other\n{sha}  gone\n")
    assert verify_checksums(tmp_path) == ChecksumResult(("same",), ("other",), ("gone",))
    path.write_text(f"{sha}  same\nnot a checksum\n")
    with pytest.raises(DatasetError, match=r"dev_db_sha256\.txt:2"):
        verify_checksums(tmp_path)
