"""`kill -9` at a chosen write: a forked process that ends itself as it is about to change the file system once more."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable

_CHANGES = ("os.rename", "os.link", "os.remove", "os.mkdir", "shutil.copyfile")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_SECONDS = 500
NEVER = 10**9


def killed_at(write: int, action: Callable[[], object]) -> bool:
    """Run `action` in a fork that is killed before its `write`-th change of a file, counted from 1.

    False where it came to its end before that; raises where it failed by itself. What DuckDB, SQLite and other native
    code write is not counted, only what lies between.
    """
    return was_killed(start(write, action))


def start(write: int, action: Callable[[], object]) -> int:
    """The process id of such a fork, which goes on beside this process."""
    child = os.fork()
    if child == 0:
        _run(write, action)
    return child


def was_killed(child: int) -> bool:
    """Wait for the fork. Raises AssertionError where it failed by itself."""
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    assert os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0, f"the process ended with status {status}"
    return False


def _run(write: int, action: Callable[[], object]) -> None:
    left = write

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in _CHANGES or (event == "open" and _is_write(arguments)):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    signal.alarm(_SECONDS)
    code = 0
    try:
        if write != NEVER:
            sys.addaudithook(count)
        action()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _is_write(arguments: tuple[object, ...]) -> bool:
    flags = arguments[2]
    return isinstance(flags, int) and bool(flags & _WRITING) and isinstance(arguments[0], (str, bytes))
