"""What a payload does where nothing stops it: an ordinary `mode=ro` connection in a child process of its own.

`PlainConnection` is the test's side. The child (this file, run as a program) opens a connection for each payload, with
a progress handler that interrupts it after a deadline in seconds of processor time, runs it, and says what was seen.
A child that does not answer is killed: a call that its progress handler could not interrupt.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

DEADLINE = 1.0
SHORT_DEADLINE = 0.1  # where running past it is the harm
HANGS = 0.1  # seconds of processor time beyond its deadline after which a payload is hanging
MEMORY = 32_000_000
ROWS = 20_000
ROW_BYTES = 8_000_000
ECHO = 50_000


class PlainConnection:
    """`harms(attack)` gives the harms that the payload was seen to do; `rows` the first rows it then gave."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.database, self._folder = database, folder
        self._child: subprocess.Popen[str] | None = None
        self.rows: list[list[Any]] = []

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child.stdin.close()
            self._child.stdout.close()
            self._child = None

    def harms(self, attack: dict[str, Any]) -> set[str]:
        self._fill_folder()
        before = content(self._folder)
        seen = self._ask(attack)
        self.rows = seen.get("rows", [])
        harms = set(seen["harms"])
        if content(self._folder) != before:
            harms.add("writes_file")
        secret = attack.get("secret", str(self._folder))
        if any(secret in str(cell) for row in self.rows for cell in row):
            harms.add("leaks")
        return harms

    def _fill_folder(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / "database").mkdir(parents=True)
        shutil.copy(self.database, self._folder / "database" / "shop.sqlite")
        shutil.copy(self.database.with_name("other.sqlite"), self._folder / "other.sqlite")
        (self._folder / "empty.db").touch()

    def _ask(self, attack: dict[str, Any]) -> dict[str, Any]:
        if self._child is None:
            command = [sys.executable, __file__, str(self._folder)]
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._child.stdin is not None and self._child.stdout is not None
        began = None
        self._child.stdin.write(json.dumps(attack) + "\n")
        self._child.stdin.flush()
        while not select.select([self._child.stdout], [], [], 0.05)[0]:
            spent = processor_seconds(self._child.pid)
            began = spent if began is None else began
            if spent - began > HANGS + _deadline(attack):
                self.close()
                return {"harms": ["over_deadline"]}
        line = self._child.stdout.readline()
        if not line:
            self.close()
            return {"harms": ["memory"]}  # its own limit on memory is far above MEMORY
        return json.loads(line)


def _deadline(attack: dict[str, Any]) -> float:
    return SHORT_DEADLINE if attack["harm"] == "over_deadline" else DEADLINE


def content(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(folder: str) -> None:
    """Answer payloads, a line of JSON each, until standard input ends."""
    import apsw

    for which, value in (
        (resource.RLIMIT_AS, 900_000_000),
        (resource.RLIMIT_FSIZE, 100_000_000),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, 60),
    ):
        resource.setrlimit(which, (value, value))
    for line in sys.stdin:
        attack = json.loads(line)
        os.makedirs(folder, exist_ok=True)
        os.chdir(folder)
        first = _run(apsw, attack)
        if attack["harm"] == "not_repeatable":
            time.sleep(0.002)
            if _run(apsw, attack)["rows"] != first["rows"]:
                first["harms"].append("not_repeatable")
        print(json.dumps(first), flush=True)


def _run(apsw: Any, attack: dict[str, Any]) -> dict[str, Any]:
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
    db = apsw.Connection("file:database/shop.sqlite?mode=ro", flags=flags)
    if "setup" in attack:
        db.execute(attack["setup"]).fetchall()
    _state(db)  # the first look loads the schema
    before = _state(db)
    apsw.memory_high_water(True)
    low, written = apsw.memory_used(), _written_bytes()
    deadline = time.process_time() + _deadline(attack)
    db.set_progress_handler(lambda: time.process_time() > deadline, 1000)
    rows, harms = [], []
    count = size = 0
    try:
        cursor = db.execute(attack["sql"])
        for row in cursor:
            count += 1
            size += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
            if count <= 20:
                rows.append([str(cell[:500] if isinstance(cell, str | bytes) else cell) for cell in row])
            if sum(len(name) for name, _ in cursor.get_description()) > ECHO:
                harms.append("echo")
            if count > ROWS or size > ROW_BYTES:
                harms.append("endless_rows")
                break
        harms.append("passes")
    except apsw.InterruptError:
        harms.append("over_deadline")
    except (apsw.NoMemError, MemoryError):
        harms.append("memory")
    except (apsw.Error, OverflowError, ValueError) as error:
        harms += ["passes"] if rows else []  # what was given before the error stands as the answer
        harms += ["echo"] if len(str(error)) > ECHO else []
    if apsw.memory_high_water() - low > MEMORY:
        harms.append("memory")
    if _written_bytes() - written > MEMORY // 2:
        harms.append("disk")
    db.set_progress_handler(None)
    if _state(db) != before:
        harms.append("changes_state")
    db.close(True)
    apsw.hard_heap_limit(0)
    apsw.soft_heap_limit(0)
    return {"harms": harms, "rows": rows}


def _state(db: Any) -> list[Any]:
    """What the next user of this connection would find: settings, attached and temporary things, a transaction."""
    pragmas = """
        query_only writable_schema trusted_schema cell_size_check foreign_keys recursive_triggers reverse_unordered_selects
        automatic_index ignore_check_constraints legacy_alter_table temp_store cache_size cache_spill locking_mode
        soft_heap_limit hard_heap_limit analysis_limit busy_timeout threads read_uncommitted mmap_size secure_delete
        defer_foreign_keys checkpoint_fullfsync fullfsync synchronous journal_mode database_list
    """
    values = [list(db.execute("PRAGMA " + name)) for name in pragmas.split()]
    like = list(db.execute("SELECT 'a' LIKE 'A'"))
    return [values, like, list(db.execute("SELECT name, sql FROM sqlite_temp_schema")), db.in_transaction]


def _written_bytes() -> int:
    for line in Path("/proc/self/io").read_text().splitlines():
        if line.startswith("wchar:"):
            return int(line.split()[1])
    return 0


if __name__ == "__main__":
    main(sys.argv[1])
