"""What commands share at the terminal: the error that is one line, and progress on one line."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from t2s_pipeline.errors import T2sError


class CommandError(T2sError, RuntimeError):
    """A command that cannot be done as asked; the message says why and what to do."""


def terminal_progress() -> Callable[[int, int, str], None] | None:
    """Shows (done, all, of what), with rate and time left, on one line of standard error for each kind of thing.

    None where standard error is no terminal.
    """
    if not sys.stderr.isatty():
        return None
    began = time.monotonic()

    def show(done: int, total: int, what: str) -> None:
        nonlocal began
        now = time.monotonic()
        line = progress_line(done, total, now - began, what)
        sys.stderr.write(f"\r\x1b[K{line}" + ("\n" if done >= total else ""))
        sys.stderr.flush()
        if done >= total:
            began = now  # of what comes next

    return show


def progress_line(done: int, total: int, seconds: float, what: str) -> str:
    """`512/1034 verdicts, 1,024 a second, 1 s left`; without rate before the first second's hundredth."""
    line = f"{done}/{total} {what}"
    if seconds < 0.01 or not done:
        return line
    rate = done / seconds
    left = f", {(total - done) / rate:.0f} s left" if done < total else f", {seconds:.1f} s"
    return f"{line}, {rate:,.0f} a second{left}"
