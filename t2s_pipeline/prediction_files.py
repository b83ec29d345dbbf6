"""Files of predictions, read by one rule wherever they are used: scored as they are, or answering for a model.

    read_predictions(Path("pred.txt"), expected=1034)       # a text a line: what `t2s score` judges
    read_candidates(Path("pred.jsonl"), expected=1034)      # a list a line: samples of a `replay` model

A file has one line an example, in the order of the split. In a `.jsonl` file a line is a JSON list of one or more
SQL texts; in any other it is one SQL, and what follows a TAB is ignored, as by the official evaluator. UTF-8, with a
byte order mark or without; lines end in LF or CRLF, and the last one may lack its end.
"""

from __future__ import annotations

import json
from pathlib import Path

from t2s_pipeline.errors import T2sError


class PredictionFileError(T2sError, ValueError):
    """A prediction file that can't be used; the message names the file, what is wrong, and what to do."""


def read_predictions(path: Path, expected: int) -> list[str]:
    """The prediction of each line; an empty line is an empty prediction.

    Raises PredictionFileError as `read_candidates` does, and for a line of several candidates.
    """
    found = read_candidates(path, expected)
    for number, candidates in enumerate(found, start=1):
        if len(candidates) > 1:
            raise PredictionFileError(f"{path}:{number}: {len(candidates)} candidates; write a list of one")
    return [candidates[0] for candidates in found]


def read_candidates(path: Path, expected: int) -> list[list[str]]:
    """The candidates of each line, one or more.

    Raises PredictionFileError where the file is not there, is not UTF-8, has not `expected` lines (the official
    evaluator would score the first lines of a short file without a word), or a line is of another shape.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise PredictionFileError(f"{path}: {error.strerror}: name an existing file of predictions") from error
    except UnicodeDecodeError as error:
        raise PredictionFileError(f"{path}: not UTF-8 at byte {error.start}: convert it to UTF-8") from error
    lines = text.split("\n")  # not splitlines: SQL may hold its other breaks
    if lines[-1] == "":
        lines.pop()
    if len(lines) != expected:
        what = "too few" if len(lines) < expected else "too many"
        raise PredictionFileError(
            f"{path}: {what} lines: {len(lines)}, but the split has {expected} examples; write one SQL a line, "
            "in the order of the split, and leave the line empty where there is no prediction"
        )
    if path.suffix != ".jsonl":
        return [[line.split("\t")[0].strip()] for line in lines]
    return [_candidates(path, number, line) for number, line in enumerate(lines, start=1)]


def _candidates(path: Path, number: int, line: str) -> list[str]:
    expected = f"{path}:{number}: expected a JSON list of SQL texts"
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise PredictionFileError(f"{expected}: {error}") from error
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise PredictionFileError(f"{expected}, and at least one")
    return value
