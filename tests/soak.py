"""Faults for as long as one likes: `make soak SECONDS=3600 SEED=7`.

A tiny experiment is run undisturbed once. Then, round after round, something is done to it that must do no harm (a run
killed by `kill -9` at a random moment, bits of a random file changed, half an adapter, a disk without room, ...), it is
run again until it ends, and every row of every table is held against the undisturbed ones. At the end a summary;
code 1 where anything differs, or where a run that failed did not say what to do. The same seed picks the same faults.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from t2s_pipeline.errors import T2sError
from t2s_pipeline.files import read_parquet
from t2s_pipeline.tables import registry
from t2s_pipeline.warehouse import CATALOG, TableRef, Warehouse
from tests.graph.conftest import new_project

EXPERIMENT = """
description = "What soak disturbs"

[datasets.embedded]
kind = "embedded"
train_limit = 6
dev_limit = 6

[evaluation]
dataset = "embedded"

[models.file]
backend = "replay"
predictions = "answers.txt"

[arms.published]
model = "file"
"""
MODELS = """
[models.nano]
path = "builtin:nano"

[train]
dataset = "embedded"
model = "nano"
shards = 2

[adapters.sft]
method = "sft"
model = "nano"
lora_rank = 4

[arms.base]
model = "nano"
max_turns = 2
max_new_tokens = 48

[arms.sft]
policy = "sft"
max_new_tokens = 48
"""
SELECTED = ("evaluations", "report_method")
"""With all that they read; one report tells as much as twenty."""
UNSTEADY = {"experiment", "log_probability", "train_seconds"}
"""A log-probability differs in its last digits with the company that an answer was made in."""
_MOST_RUNS = 8
Rows = dict[TableRef, list[str]]


class Soak:
    """The project that is disturbed, what it has to come to, and what was done so far."""

    def __init__(self, folder: Path, seed: int, models: bool) -> None:
        self.chance = random.Random(seed)
        self.project = new_project(folder)
        self.project.experiment().write_text(EXPERIMENT + (MODELS if models else ""))
        (self.project.folder / "answers.txt").write_text("SELECT 1\n" * 6)
        self.faults: Counter[str] = Counter()
        self.runs = self.rows = 0
        self.differences: list[str] = []
        began = time.monotonic()
        code, said = self.wait(self.start())
        if code:
            raise SystemExit(f"the undisturbed run failed:\n{said}")
        self.seconds = time.monotonic() - began
        self.expected = self.found()
        self.untouched = folder.parent / "untouched"
        shutil.copytree(self.project.data, self.untouched)

    # --- runs

    def start(self, limit: int | None = None) -> subprocess.Popen[str]:
        """`t2s run` in a process of its own, where `limit` is stated without room for a file of more bytes."""
        self.runs += 1
        return subprocess.Popen(
            self.project.command("run", "-e", "small", *SELECTED),
            env=self.project.environment(),
            cwd=self.project.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )

    @staticmethod
    def wait(process: subprocess.Popen[str]) -> tuple[int, str]:
        said = process.communicate()[0]
        return process.returncode, said

    def until_it_ends(self) -> None:
        """Run until nothing fails, doing what the errors say."""
        for _ in range(_MOST_RUNS):
            code, said = self.wait(self.start())
            if code == 0:
                return
            if not self.removed(said):
                self.differences.append(f"a run failed without a remedy that soak knows:\n{said[-2000:]}")
                return
        self.differences.append(f"no whole run in {_MOST_RUNS}")

    def removed(self, said: str) -> bool:
        """Whether a file that is called damaged was there to be removed."""
        named = {Path(found) for found in re.findall(r"(/[^\s']+?\.parquet)", said)}
        there = [path for path in named if path.is_file()]
        for path in there:
            path.unlink()
        return bool(there)

    def damaged_files(self) -> str:
        """The files that cannot be read: what DuckDB says of a view names none where a page is damaged."""
        damaged = []
        for path in self.project.data.glob("stores/*/*.parquet"):
            try:
                read_parquet(path)
            except OSError:
                damaged.append(path)
        return " ".join(map(str, damaged))

    def empty(self) -> None:
        shutil.rmtree(self.project.data, ignore_errors=True)

    def as_undisturbed(self) -> None:
        self.empty()
        shutil.copytree(self.untouched, self.project.data)

    # --- faults

    def killed(self) -> None:
        """From nothing: killed at random moments, up to four times. Its children have to end by themselves."""
        self.empty()
        for _ in range(self.chance.randint(1, 4)):
            process = self.start()
            try:
                process.wait(self.chance.uniform(0, self.seconds))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                self.faults["kill -9 of a run"] += 1
            process.communicate()

    def child_killed(self) -> None:
        """From nothing: a random child of the run (a sandbox worker, the engine, a training) is killed."""
        self.empty()
        process = self.start()
        deadline = time.monotonic() + self.chance.uniform(0, self.seconds)
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        found = children.read_text().split() if children.exists() else []
        if found:
            try:
                os.kill(int(self.chance.choice(found)), signal.SIGKILL)
                self.faults["kill -9 of a child"] += 1
            except ProcessLookupError:
                pass
        process.communicate()

    def damaged(self) -> None:
        """A random Parquet file, of a table or of a store, is cut, or some bits of it change."""
        self.as_undisturbed()
        files = sorted(self.project.data.glob("tables/*/*/*.parquet")) + sorted(
            self.project.data.glob("stores/*/*.parquet")
        )
        for file in self.chance.sample(files, self.chance.randint(1, 3)):
            content = bytearray(file.read_bytes())
            if self.chance.random() < 0.5:
                content = content[: self.chance.randrange(len(content))]
                self.faults["file cut"] += 1
            else:
                for _ in range(self.chance.randint(1, 20)):
                    content[self.chance.randrange(len(content))] ^= 1 << self.chance.randrange(8)
                self.faults["bits changed"] += 1
            file.write_bytes(content)

    def half_adapter(self) -> None:
        self.as_undisturbed()
        for file in self.chance.sample(sorted(self.project.data.glob("adapters/*/*")), 1):
            if self.chance.random() < 0.5:
                file.unlink()
            else:
                os.truncate(file, self.chance.randrange(file.stat().st_size))
            self.faults["half an adapter"] += 1

    def catalogue_lost(self) -> None:
        self.as_undisturbed()
        catalog = self.project.data / CATALOG
        os.truncate(catalog, self.chance.randrange(catalog.stat().st_size))
        self.faults["catalogue cut"] += 1

    def no_room(self) -> None:
        """From nothing, without room for files of more than so many bytes; then with room."""
        self.empty()
        self.wait(self.start(limit=int(10 ** self.chance.uniform(3, 6))))
        self.faults["no room"] += 1

    def at_once(self) -> None:
        self.empty()
        both = [self.start(), self.start()]
        for process in both:
            code, said = self.wait(process)
            if code:
                self.differences.append(f"one of two runs at once failed:\n{said[-2000:]}")
        self.faults["two runs at once"] += 1

    def times(self) -> None:
        """Files and folders of another year, as after a clock that jumped; and a run that dies on the way."""
        self.as_undisturbed()
        for path in self.project.data.rglob("*"):
            if self.chance.random() < 0.3:
                year = self.chance.choice([1999, 2040])
                os.utime(path, (time.mktime((year, 1, 1, 0, 0, 0, 0, 0, 0)),) * 2)
        for ref in self.chance.sample(sorted(self.expected), 3):
            Warehouse(self.project.data).live_path(ref).unlink()
        self.faults["times changed"] += 1

    # --- what came of it

    def found(self) -> Rows:
        """Every row of every live table, without what is of its time."""
        warehouse, found = Warehouse(self.project.data), {}
        for ref in warehouse.live_refs("small"):
            left_out = UNSTEADY | {column.name for column in ref.schema.columns if column.volatile}
            table = warehouse.read(ref)
            kept = table.select([name for name in table.column_names if name not in left_out])
            found[ref] = sorted(map(repr, kept.to_pylist()))
            self.rows += len(found[ref])
        return found

    def compare(self, fault: str) -> None:
        """Hold every row against the undisturbed ones. What a run had no need to read is found damaged only here."""
        for _ in range(_MOST_RUNS):
            try:
                found = self.found()
                with Warehouse(self.project.data).connect() as connection:
                    for schema in registry().values():
                        connection.execute(f"SELECT count(*) FROM {schema.name}").fetchone()
                break
            except (T2sError, duckdb.Error) as error:
                if not self.removed(str(error) + (self.damaged_files() if isinstance(error, duckdb.Error) else "")):
                    self.differences.append(f"{fault}: {error}")
                    return
                self.until_it_ends()
        for ref in sorted(found.keys() | self.expected.keys()):
            before, now = self.expected.get(ref), found.get(ref)
            if before != now:
                counts = [None if rows is None else len(rows) for rows in (before, now)]
                self.differences.append(f"{fault}: {ref.table}/{ref.partition}: rows {counts[0]} -> {counts[1]}")


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--without-models", action="store_true", help="a file of answers alone: rounds of seconds")
    given = parser.parse_args(words)
    deadline = time.monotonic() + given.seconds
    with tempfile.TemporaryDirectory(prefix="t2s-soak-") as folder:
        soak = Soak(Path(folder) / "project", given.seed, not given.without_models)
        print(f"seed {given.seed}; an undisturbed run takes {soak.seconds:.0f} s", flush=True)
        kinds: list[Callable[[], None]] = [soak.killed, soak.child_killed, soak.damaged, soak.catalogue_lost]
        kinds += [soak.no_room, soak.at_once, soak.times]
        kinds += [] if given.without_models else [soak.half_adapter]
        while time.monotonic() < deadline:
            kind = soak.chance.choice(kinds)
            kind()
            soak.until_it_ends()
            soak.compare(kind.__name__)
            print(f"{kind.__name__}: {len(soak.differences)} differences so far", flush=True)
    print("== soak")
    for fault, count in sorted(soak.faults.items()):
        print(f"{fault:24} {count}")
    print(f"{'runs':24} {soak.runs}\n{'rows checked':24} {soak.rows}\n{'differences':24} {len(soak.differences)}")
    for difference in soak.differences:
        print(difference)
    return int(bool(soak.differences))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
