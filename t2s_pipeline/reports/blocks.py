"""What a rendered report is made of, and its Markdown; `html.py` writes the same blocks as HTML.

    blocks = [Paragraph("Of 20 examples."), Grid(["Run", "Final"], [["base", "58.3 % (70/120; 95 % 49.4–66.8)"]])]
    as_markdown(blocks)

A cell is text of ours, a number, `Code` (a name, or text that a model or a data set wrote: never markup) or `Strong`.
Charts are in HTML alone: the grid beside them has their figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    text: str


@dataclass(frozen=True)
class Strong:
    text: str


Cell = str | int | Code | Strong | None


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Grid:
    """A table: titles of columns, and rows of as many cells. `title` stands above it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""


@dataclass(frozen=True)
class Bar:
    """A value with its interval; None where there is none."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Chart:
    """Horizontal bars of shares of 1, in hundredths: `percent` for shares, else points of a difference."""

    title: str
    bars: Sequence[Bar]
    percent: bool = True


@dataclass(frozen=True)
class Curve:
    """One line of a plot: its points in the order of x."""

    label: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Plot:
    """Lines over one x axis."""

    title: str
    x_title: str
    curves: Sequence[Curve]


Block = Paragraph | Grid | Chart | Plot


def as_markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown, an empty line between them; charts and plots are left out."""
    return "\n".join(_markdown(block) for block in blocks if isinstance(block, Paragraph | Grid))


def _markdown(block: Paragraph | Grid) -> str:
    if isinstance(block, Paragraph):
        return _plain(block.text) + "\n"
    title = f"{_plain(block.title)}:\n\n" if block.title else ""
    if not block.rows:
        return f"{title}None.\n"
    lines = ["| " + " | ".join(_plain(name) for name in block.columns) + " |", "|" + "---|" * len(block.columns)]
    lines += ["| " + " | ".join(_markdown_cell(cell) for cell in row) + " |" for row in block.rows]
    return title + "\n".join(lines) + "\n"


def _markdown_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Code):
        return code_span(cell.text)
    if isinstance(cell, Strong):
        return f"**{_plain(cell.text)}**"
    return _plain(str(cell))


def code_span(text: str) -> str:
    """Any text as one code span of a Markdown table: fenced by more back ticks than stand in it, in one line."""
    line = " ".join(text.split()).replace("|", "\\|")
    if not line:
        return ""
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    padding = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{fence}{padding}{line}{padding}{fence}"


def _plain(text: str) -> str:
    """Text that no Markdown reader takes for a tag or the end of a cell; code spans in it stay."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|").replace("\n", " ")
