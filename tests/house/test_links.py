"""Links between the documents lead somewhere: to a file that is there, and to a heading that it has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "benchmarks").glob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<heading>[^)\s]+))?\)")


def anchors(text: str) -> set[str]:
    """What headings are linked by, as GitHub makes it: lower case, blanks as hyphens, other marks dropped."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path) -> list[str]:
    found = []
    for link in _LINK.finditer(document.read_text(encoding="utf-8")):
        target = document.parent / link["path"] if link["path"] else document
        if not target.is_file() or (link["heading"] and link["heading"] not in anchors(target.read_text("utf-8"))):
            found.append(link.group())
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    assert broken(document) == []


def test_a_missing_file_and_a_missing_heading_are_found(tmp_path):
    (tmp_path / "b.md").write_text("# One's `own` way\n")
    (tmp_path / "a.md").write_text("[1](b.md#ones-own-way) [2](b.md#other) [3](c.md) [4](https://x.org/c.md)")
    assert broken(tmp_path / "a.md") == ["](b.md#other)", "](c.md)"]


def test_the_readme_leads_to_every_document():
    linked = {link["path"] for link in _LINK.finditer((ROOT / "README.md").read_text(encoding="utf-8"))}
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= linked
