"""The prompt texts, one file each under `templates/`, and the fingerprint of those that a step uses.

A template's final newline is not part of the text. A step that renders prompts names the templates it can
use (`INITIAL_TEMPLATES`, `repair_templates`, `feedback.feedback_templates`) and keeps their
`templates_fingerprint` in its own fingerprint: a changed repair text then re-runs repairs and leaves one-shot
passes alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

TEMPLATES_DIR = Path(__file__).parent / "templates"

INITIAL_TEMPLATES = ("initial_system", "initial_user")


class Detail(StrEnum):
    """How much a repair prompt says: `basic`, or `minimal` with the reference's column-minimal rules."""

    BASIC = "basic"
    MINIMAL = "minimal"


def repair_templates(detail: Detail | str) -> tuple[str, ...]:
    """Names of the templates that a repair prompt of this detail is made of (feedback texts apart)."""
    names = ("repair_system", "repair_user")
    return (*names, "repair_minimal_rules") if Detail(detail) is Detail.MINIMAL else names


@cache
def template(name: str) -> str:
    """The text of `templates/<name>.txt` without its final newline. Raises ValueError for an unknown name."""
    path = TEMPLATES_DIR / f"{name}.txt"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in TEMPLATES_DIR.glob("*.txt")))
        raise ValueError(f"{path}: no such prompt template; there are: {known}")
    return path.read_text(encoding="utf-8").removesuffix("\n")


def templates_fingerprint(names: Iterable[str]) -> str:
    """sha256 (hex) over names and texts of the named templates, in the order of their names."""
    digest = hashlib.sha256()
    for name in sorted(set(names)):
        text = template(name).encode("utf-8")
        digest.update(f"{name} {len(text)}\n".encode())
        digest.update(text)
    return digest.hexdigest()
