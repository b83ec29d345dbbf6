"""Where the first statement of a text ends, as sqlparse (and so the official evaluator) sees it.

A semicolon ends a statement unless parentheses or a BEGIN ... END block are open; `GO` in capitals ends one
too. White space and line comments after the end still belong to it.

Splitting rules after sqlparse, Copyright (c) 2009-2020 the sqlparse authors and contributors, BSD-3-Clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_TRANSACTION_WORDS = frozenset({"TRANSACTION", "WORK", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"})
_AFTER_THE_END = ("space", "comment")
_PASSED_OVER = ("space", "newline", "comment", "block")
# With exactly one blank, as sqlparse compares: `END  IF` closes nothing.
_CLOSES = {
    "END IF": ("IF",),
    "END FOR": ("FOR",),
    "END WHILE": ("WHILE",),
    "END LOOP": ("LOOP", "FOR", "WHILE"),
    "END CASE": ("CASE",),
}


def first_statement_tokens(tokens: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The texts of the first statement's tokens, of `(kind, text)` pairs."""
    level = _Level()
    ended = False
    for kind, text in tokens:
        if ended and kind not in _AFTER_THE_END:
            return
        level.value += level.change(kind, text)
        yield text
        word = kind == "word"
        if kind == "mark" and text == ";":
            level.seen_begin = False
            ended = level.value <= 0 and "BEGIN" not in level.blocks
        elif (word or kind == "go") and text.split()[0] == "GO":
            ended = True
        elif kind not in _PASSED_OVER and not (word and text.upper() == "BEGIN"):
            level.seen_begin = False


class _Level:
    """How deep in parentheses and blocks the text is."""

    def __init__(self) -> None:
        self.value = 0
        self.blocks: list[str] = []
        self.seen_begin = False
        self._loop_head: str | None = None
        self._in_create = False

    def change(self, kind: str, text: str) -> int:
        """By how much a token changes the level."""
        if kind == "mark":
            return self._after_mark(text)
        if kind == "create":
            self._in_create = True
            return 0
        if kind not in ("word", "case", "end"):
            return 0
        word = text.upper()
        if word == "DECLARE" and self._in_create and not self.blocks:
            self.blocks.append("DECLARE")
            return 1
        if word == "BEGIN":
            return self._begin()
        if self.seen_begin and word in _TRANSACTION_WORDS:
            self.seen_begin = False
            return self._pop_if("BEGIN")
        if "BEGIN" in self.blocks:
            opened = self._open_inside_block(word)
            if opened is not None:
                return opened
        return self._close(word)

    def _after_mark(self, text: str) -> int:
        if text == ";":
            self._loop_head = None
            if self.seen_begin:
                self.seen_begin = False
                return self._pop_if("BEGIN")
        return {"(": 1, ")": -1}.get(text, 0)

    def _begin(self) -> int:
        self.seen_begin = True
        if self.blocks and self.blocks[-1] == "DECLARE":
            self.blocks[-1] = "BEGIN"
            return 0
        self.blocks.append("BEGIN")
        return 1

    def _open_inside_block(self, word: str) -> int | None:
        if word in ("FOR", "WHILE"):
            self._loop_head = word
            return 0
        if word in ("LOOP", "DO") and self._loop_head:
            self.blocks.append(self._loop_head)
            self._loop_head = None
            return 1
        if word in ("LOOP", "IF", "CASE"):
            self.blocks.append(word)
            return 1
        return None

    def _close(self, word: str) -> int:
        if word == "END":
            if self.blocks:
                self.blocks.pop()
            return -1
        return self._pop_if(*_CLOSES.get(word, ()))

    def _pop_if(self, *blocks: str) -> int:
        if self.blocks and self.blocks[-1] in blocks:
            self.blocks.pop()
            return -1
        return 0
