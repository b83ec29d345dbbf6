"""The prompt texts, one file each under `templates/`, and the fingerprint of those that a step uses.

A template's final newline is not part of the text. A step that renders prompts names the templates it can
use (`initial_templates`, `repair_templates`, `feedback.feedback_templates`) and keeps their
`templates_fingerprint` in its own fingerprint: a changed repair text then re-runs repairs and leaves one-shot
passes alone.

Styles: `plain` is the project's own wording, after the execution-guided reference; `finer` is that of the FINER-SQL
models (arXiv 2605.03465), and `finer_hint` the same with the hint of its Spider model's card. `finer_think` also says
that a thought comes first, and how it is marked, for models that were not trained to write one. FINER has no repairs;
those in its style are its system message and ours to the user.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from pathlib import Path

TEMPLATES_DIR = Path(__file__).parent / "templates"


class PromptStyle(StrEnum):
    """Whose wording a prompt has. An adapter is asked in the style that it was trained in; one of FINER's words, in any
    of them."""

    PLAIN = "plain"
    FINER = "finer"
    FINER_HINT = "finer_hint"
    FINER_THINK = "finer_think"


class Detail(StrEnum):
    """How much a repair says: `basic`; `column`, with a diagnosis of the query's names in the feedback; `minimal`, with
    the same diagnosis, and the reference's column-minimal rules in the prompt."""

    BASIC = "basic"
    COLUMN = "column"
    MINIMAL = "minimal"


_SYSTEM = {
    PromptStyle.PLAIN: ("initial_system",),
    PromptStyle.FINER: ("finer_system",),
    PromptStyle.FINER_HINT: ("finer_system", "finer_hint"),
    PromptStyle.FINER_THINK: ("finer_think_system",),
}


def initial_templates(style: PromptStyle | str = PromptStyle.PLAIN) -> tuple[str, ...]:
    """Names of the templates of a first prompt: those of the system message in order, then the user's."""
    style = PromptStyle(style)
    return (*_SYSTEM[style], "initial_user" if style is PromptStyle.PLAIN else "finer_user")


def repair_templates(detail: Detail | str, style: PromptStyle | str = PromptStyle.PLAIN) -> tuple[str, ...]:
    """Names of the templates of a repair prompt (feedback texts apart), in the same order."""
    style = PromptStyle(style)
    plain = style is PromptStyle.PLAIN
    system = ("repair_system",) if plain else _SYSTEM[style]
    rules = ("repair_minimal_rules",) if Detail(detail) is Detail.MINIMAL else ()
    return (*system, *rules, "repair_user" if plain else "finer_repair_user")


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
