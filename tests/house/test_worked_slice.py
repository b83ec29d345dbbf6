"""docs/house.md, extending.md and verifiers.md show code as it is: every excerpt stands in the file that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_EXCERPT = re.compile(r"^From `(?P<path>[^`]+)`:\n\n```\w+\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
_KNOWN = {
    "A back end": (r'"openai"|\("hf", "vllm"\)', set()),
    "A feedback detail": (
        r'"minimal"|`minimal`|Detail\.MINIMAL',
        {"config_grid.py", "tokenizer.py", "export.py"},  # an example, a probe of the template, the model that knows it
    ),
    "A pair type": (r"correct_low_cost_vs_correct_high_cost|MinedType\.COST", set()),
    "A reward": (r'rewards/atomic/mean|\batomic_of_failed\b|"atomic"', set()),
}
"""What is there already of each kind: a text that names it, and files with it that another one need not change."""


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


@pytest.mark.parametrize("title", _KNOWN)
def test_every_file_that_knows_one_of_a_kind_is_a_place_to_change(title):
    section = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8").partition(f"\n## {title}\n")[2]
    section = section.partition("\n## ")[0]
    pattern, others = _KNOWN[title]
    files = [path for folder in ("t2s_pipeline", "assets", "resources") for path in (ROOT / folder).rglob("*.*")]
    found = {p.name for p in files if p.suffix in (".py", ".sql") and re.search(pattern, p.read_text(encoding="utf-8"))}
    assert len(found) > 3
    assert {name for name in found - others if not re.search(rf"\b{re.escape(name)}`", section)} == set()


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
