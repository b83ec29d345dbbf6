"""What commands write: text on standard output, and a table or a page in a file, tried before the work begins.

    require_writable(rows, "--rows", inputs=[predictions, gold])
    ...
    print_out(report.as_text())

An output that cannot be written is one line that names it, like any other error that a user can mend. Not covered:
that a device is full is seen only when it is written.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.commands.terminal import CommandError


@dataclass(frozen=True)
class FileKind:
    """What a command writes into a file: its name, and what every such file begins with."""

    name: str
    begins: bytes


PARQUET = FileKind("Parquet", b"PAR1")
PAGE = FileKind("HTML page", b"<!DOCTYPE html>")


def require_writable(target: Path, option: str, inputs: Iterable[Path] = (), kind: FileKind = PARQUET) -> None:
    """Raise CommandError unless a file of this kind may be written there: into a folder that takes files, over nothing
    but another of its kind that is none of the inputs."""
    if not target.parent.is_dir():
        raise CommandError(f"{option} {target}: no such folder; make it first")
    if target.is_dir():
        raise CommandError(f"{option} {target}: is a folder; name a file")
    if target.exists():
        if any(path.exists() and path.samefile(target) for path in inputs):
            raise CommandError(f"{option} {target}: is what is read, and would be lost; name another file")
        if not _is_of_kind(target, kind):
            raise CommandError(f"{option} {target}: is a file already, and no {kind.name}; remove it, or name another")
    with _mendable(f"{option} {target}", "name a file where you may write"), tempfile.TemporaryFile(dir=target.parent):
        pass


@contextmanager
def written_to(
    target: Path, option: str, remedy: str = "the figures above are whole; write the rows elsewhere"
) -> Iterator[None]:
    """Around writing: what the system refuses is a CommandError."""
    with _mendable(f"{option} {target}", remedy):
        yield


def print_out(text: str) -> None:
    """Print to standard output, at once. Raises CommandError where that fails, but for a reader who has left."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python fails again when it ends
        raise CommandError(f"standard output: {error.strerror}; send it where there is room") from error


def _is_of_kind(path: Path, kind: FileKind) -> bool:
    if not path.is_file():  # a pipe would never finish opening
        return False
    with _mendable(str(path), "name another file"), path.open("rb") as file:
        return file.read(len(kind.begins)) == kind.begins


@contextmanager
def _mendable(what: str, remedy: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"{what}: {error.strerror}; {remedy}") from error
