"""docs/house.md, extending.md and verifiers.md show code as it is: every excerpt stands in the file that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_EXCERPT = re.compile(r"^From `(?P<path>[^`]+)`:\n\n```\w+\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def missing_pieces(code: str, text: str) -> list[str]:
    """Pieces of an excerpt (split at lines of `...`) that `text` does not have, in order, but for white space."""
    found, rest = [], " ".join(text.split())
    pieces = (" ".join(piece.split()) for piece in re.split(r"^\s*\.\.\.$", code, flags=re.MULTILINE))
    for piece in filter(None, pieces):
        _, there, after = rest.partition(piece)
        if there:
            rest = after
        else:
            found.append(piece)
    return found


def excerpts(document: str) -> list[tuple[str, str]]:
    return _EXCERPT.findall((ROOT / "docs" / document).read_text(encoding="utf-8"))


SHOWN = [*excerpts("house.md"), *excerpts("verifiers.md"), *excerpts("extending.md")]
_PLACE = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)


def test_the_slice_has_its_five_parts():
    folders = {path.split("/")[0] for path, _ in excerpts("house.md")}
    assert folders == {"t2s_pipeline", "assets", "tests"} and len(excerpts("house.md")) >= 6
    assert len(excerpts("verifiers.md")) == 3


def test_every_place_to_change_is_there():
    cells = _PLACE.findall((ROOT / "docs" / "extending.md").read_text(encoding="utf-8"))
    places = [path for cell in cells for path in re.findall(r"`([^`<]+/[^`<]*)`", cell)]
    assert len(places) > 20
    assert [path for path in places if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(("path", "code"), SHOWN, ids=[f"{n}-{path}" for n, (path, _) in enumerate(SHOWN)])
def test_an_excerpt_stands_in_its_file(path, code):
    assert missing_pieces(code, (ROOT / path).read_text(encoding="utf-8")) == []


def test_a_changed_an_invented_and_a_reordered_excerpt_are_found():
    text = "def a():\n    return 1\n\n\ndef b():\n    return 2\n"
    assert missing_pieces("...\ndef a():\n        return 1\n...\ndef b():\n", text) == []
    assert missing_pieces("def a():\n    return 3\n", text)
    assert missing_pieces("def b():\n...\ndef a():\n", text)
