"""Processes that have imported Dagster and the graph before they are asked for anything.

    done = run_ready(t2s_command, ("run", "-e", "small"), environment=..., folder=...)
    assert done.code == 0, done.output

Each call is a process of its own, as a command's is: its own environment, folder, streams and end. It is forked from
one that has done the imports, 3 of the 4 seconds that a `t2s run` takes which finds nothing to do. What forks has begun
nothing else: no thread, no file, no cache.

Not for what is about the process itself: a kill, other code than this checkout's, or whether two processes agree, for
these share the seed of their hashes.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_IMPORTED = [
    "assets.graph",
    "assets.planning",
    "assets.walk",
    "dagster._core.storage.sqlite_storage",  # what DagsterInstance.get() opens, with upath
    "duckdb",
    "pandas",  # by Arrow, for every table
    "resources",
    "t2s_pipeline.cli",
    "t2s_pipeline.definitions",
    "t2s_pipeline.table_definitions",
    "upath",
]
"""What a `t2s run` imports. What is missing here each command imports, as ever."""
_SECONDS = 280


@dataclass(frozen=True)
class Done:
    """A process that has ended: its exit code and what it wrote, stdout before stderr."""

    code: int
    output: str


def run_ready(function: Callable[..., None], *arguments: object, environment: Mapping[str, str], folder: Path) -> Done:
    """Call a module's function in a process of its own; its exit code is that of a program. Raises TimeoutError."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    with tempfile.TemporaryDirectory() as streams:
        files = [Path(streams) / name for name in ("stdout", "stderr")]
        for file in files:
            file.touch()
        process = context.Process(target=_begin, args=(function, arguments, dict(environment), folder, files))
        process.start()
        process.join(_SECONDS)
        if late := process.is_alive():
            process.kill()
            process.join()
        output = "".join(file.read_text() for file in files)
        if late:
            raise TimeoutError(f"not at its end after {_SECONDS} s: {output}")
        return Done(process.exitcode, output)


def _begin(
    function: Callable[..., None],
    arguments: tuple[object, ...],
    environment: Mapping[str, str],
    folder: Path,
    streams: Sequence[Path],
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in enumerate(streams, start=1):
        file = os.open(path, os.O_WRONLY)
        os.dup2(file, number)
        os.close(file)
    try:
        function(*arguments)
    finally:
        atexit._run_exitfuncs()  # which a program's end does, and multiprocessing's does not


def t2s_command(*words: str) -> None:
    """`t2s` with these words."""
    from t2s_pipeline.cli import main

    sys.argv = ["t2s", *words]
    main()
