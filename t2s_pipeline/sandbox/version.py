"""Which SQLite runs untrusted SQL: apsw's own, the same on every machine with the same lock."""

from __future__ import annotations


def sqlite_version() -> str:
    """Version of the SQLite in the sandbox, e.g. `3.54.1`; part of every verdict's identity."""
    import apsw

    return apsw.sqlite_lib_version()
