"""The SQLite file that Dagster makes for each run's events, made in less time.

    @migrations_read_once()
    def run_steps(...): ...

For each such file Dagster has alembic read its near hundred migrations twice, which are the same every time: a tenth
of a second of processor time a step, where a step's own work is often less. Here alembic reads them once. The files
are the same. Where Dagster's storage is PostgreSQL there are no such files, and nothing is gained or lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def migrations_read_once() -> Iterator[None]:
    """Within it, alembic reads the migrations of each configuration that asks for them once."""
    from alembic.script import ScriptDirectory

    every_time = ScriptDirectory.__dict__["from_config"]
    ScriptDirectory.from_config = cache(ScriptDirectory.from_config)
    try:
        yield
    finally:
        ScriptDirectory.from_config = every_time
