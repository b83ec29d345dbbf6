"""The documents as tests read them: the blocks of README, docs/ and benchmarks/, and the commands that stand in them.

    for command in commands():           # t2s, make, python, from blocks and from `...` in the text
        print(command.where, command.words, command.whole)

A command of a block is *whole*: it can be typed as it stands. One within a sentence may be a name (`t2s run`) or have
something to fill in (`t2s score FILE`).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROGRAMS = ("t2s", "make", "python")
_FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"(?<=\n\n)(?P<text>(?:    [^\n]*\n|\n(?=    ))+)")
_INLINE = re.compile(r"`([^`]+)`")
_VARIABLE = re.compile(r"^[A-Z][A-Z0-9_]*=")
_ENDS_IT = {"|", "&&", ">", "<", ">>", ";"}


@dataclass(frozen=True)
class Block:
    """A fenced or indented block; `shown_from` is the file of which it says to be an excerpt (docs/house.md)."""

    where: str
    language: str
    text: str
    shown_from: str | None = None


@dataclass(frozen=True)
class Command:
    """A command's words, without variables before it and without what its output goes to."""

    where: str
    words: tuple[str, ...]
    whole: bool

    @property
    def options(self) -> list[str]:
        return [word.partition("=")[0] for word in self.words[1:] if re.match(r"^--?[a-z]", word)]


def documents() -> list[Path]:
    """README and its like, docs/, benchmarks/: what a newcomer reads."""
    return [
        *sorted(ROOT.glob("*.md")),
        *sorted((ROOT / "docs").glob("*.md")),
        *sorted((ROOT / "benchmarks").glob("*.md")),
    ]


@cache
def blocks() -> list[Block]:
    """Every block of every document."""
    found = []
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            source = re.search(r"^From `([^`]+)`:\n\n\Z", text[: match.start()], re.MULTILINE)
            where = f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 2}"
            found.append(Block(where, match["language"], match["text"], source and source[1]))
        rest = _without_fences(text)
        for match in _INDENTED.finditer(rest):
            where = f"{path.relative_to(ROOT)}:{rest.count(chr(10), 0, match.start()) + 1}"
            found.append(Block(where, "", re.sub(r"^    ", "", match["text"], flags=re.MULTILINE)))
    return found


def commands() -> list[Command]:
    """Every command of ours, and of make and python, in the documents."""
    whole = [
        Command(block.where, words, True)
        for block in blocks()
        if block.language in ("", "console", "bash", "sh")
        for line in _shell_lines(block)
        if (words := words_of(line))
    ]
    return whole + list(_named())


def words_of(line: str) -> tuple[str, ...]:
    """The words of a line that runs one of PROGRAMS; of any other, none."""
    words = shlex.split(line, comments=True)
    while words and (_VARIABLE.match(words[0]) or words[0] == "export"):
        words = words[1:] if words[0] != "export" else []
    if not words:
        return ()
    program = re.sub(r"^python3(\.11)?$", "python", words[0].removeprefix(".venv/bin/"))
    end = next((n for n, word in enumerate(words) if word in _ENDS_IT), len(words))
    return (program, *words[1:end]) if program in PROGRAMS else ()


def _shell_lines(block: Block) -> Iterator[str]:
    """Lines of a block that may be commands; one whose quotation is open goes on in the next line."""
    lines = iter(block.text.splitlines())
    for line in lines:
        if block.language == "console":
            if not line.startswith("$ "):
                continue
            line = line[2:]
        if not re.match(rf"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(?:{'|'.join(PROGRAMS)})[\w.]* |(?:t2s|make)\b", line):
            continue
        while line.count('"') % 2 or line.endswith("\\"):
            line = line.removesuffix("\\") + "\n" + next(lines)
        yield line


def _named() -> Iterator[Command]:
    for path in documents():
        text = _INDENTED.sub("", _without_fences(path.read_text(encoding="utf-8")))
        for match in _INLINE.finditer(text):
            line = " ".join(match[1].split())
            if re.match(rf"(?:\.venv/bin/)?(?:{'|'.join(PROGRAMS)}) ", line) and not line.startswith("t2s_"):
                yield Command(path.relative_to(ROOT).as_posix(), words_of(line), False)


def _without_fences(text: str) -> str:
    """The text with as many empty lines where fences were."""
    return _FENCE.sub(lambda match: "\n" * match.group().count("\n"), text)
