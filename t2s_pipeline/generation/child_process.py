"""A child process that is told things in lines of JSON, and answers in such lines; both sides of it.

    child = ChildProcess([sys.executable, "-m", "...", "--owner", str(os.getpid())], environment)   # its owner
    child.send({...}); child.receive()

    lines, answers = pipes_of_owner(owner)                                                          # the child
    for line in lines: send_line(answers, {...})

The child ends when its input does, and within a second of its owner's death even in the middle of its work. What it
prints, its libraries' warnings among it, goes to a file whose end is its last words. What the lines mean is its
owner's business.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from t2s_pipeline.generation.protocol import GenerationError

_LAST_WORDS = 2000
_CLOSE_SECONDS = 5
_WATCH_SECONDS = 0.5


class EngineError(GenerationError):
    """An engine's process could not load its policy, or ended in the middle of a batch."""


class ChildEnded(Exception):
    """The child has ended instead of answering. `how` says by which signal or exit code, `words` what it said last."""

    def __init__(self, how: str, words: str) -> None:
        super().__init__(f"{how}: {words}")
        self.how = how
        self.words = words


class ChildProcess:
    """A running child. Not for several threads at once."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the child runs
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env=environment,
        )

    @property
    def pid(self) -> int | None:
        """Its process id; None once it has ended."""
        return self._process.pid if self._process.poll() is None else None

    def fileno(self) -> int:
        """Where its answers come from: readable once the next is there, or the child has ended."""
        return self._process.stdout.fileno()

    def send(self, message: Mapping[str, Any]) -> None:
        """Hand over one message. Raises ChildEnded."""
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None
        except BaseException:  # interrupted in the middle of a line: nothing can follow it
            self._process.kill()
            raise

    def receive(self) -> dict[str, Any]:
        """The next message. Raises ChildEnded where none comes any more."""
        try:
            line = self._process.stdout.readline()
        except BaseException:  # interrupted between question and answer: the next answer would be the wrong one
            self._process.kill()
            raise
        if not line.endswith("\n"):
            raise self._ended()
        return json.loads(line)

    def close(self, at_once: bool = False) -> None:
        """End it: `at_once`, or if it does not end by itself."""
        if at_once:
            self._process.kill()
        try:
            self._process.stdin.close()
        except BrokenPipeError:  # what it has not read is lost with it
            pass
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def _ended(self) -> ChildEnded:
        code = self._process.wait()
        return ChildEnded(f"signal {-code}" if code < 0 else f"exit code {code}", self._last_words())

    def _last_words(self) -> str:
        """The end of what the child wrote to stderr; read in place, because the child shares the file's offset."""
        descriptor = self._log.fileno()
        size = os.fstat(descriptor).st_size
        text = os.pread(descriptor, _LAST_WORDS, max(0, size - _LAST_WORDS)).decode("utf-8", "replace").strip()
        return text or "it said nothing (out of memory?)"


def pipes_of_owner(owner: int) -> tuple[TextIO, TextIO]:
    """Of the child: what it is told, and where its answers go. From now on it ends with the process `owner`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to handle; this process follows it
    threading.Thread(target=_end_with, args=(owner,), daemon=True).start()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print must not come between the answers
    return sys.stdin, answers


def send_line(answers: TextIO, message: Mapping[str, Any]) -> None:
    """Of the child: answer with one message."""
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _end_with(owner: int) -> None:
    """End this process when its parent is no longer the owner: pipes alone are not noticed during a batch."""
    while os.getppid() == owner:
        time.sleep(_WATCH_SECONDS)
    os._exit(0)
