"""The attack corpus through the whole sandbox: each payload gets its status from its layer, in time and within its memory,
and leaves nothing behind. `test_harms.py` shows what it would have done."""

from __future__ import annotations

import glob
import os
import resource
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from t2s_pipeline.sandbox.execute import Execution, Runner, Status
from t2s_pipeline.sandbox.policy import MEGABYTE, SandboxPolicy
from t2s_pipeline.sandbox.pool import Pool
from t2s_pipeline.sandbox.progress import STARVED_SHARE
from t2s_pipeline.sandbox.tasks import EXECUTE_TASK, unpacked_execution
from tests.sandbox.conftest import make_shop
from tests.sandbox.corpus import ATTACKS, Attack
from tests.sandbox.plain import content, processor_seconds

POLICY = SandboxPolicy(timeout_seconds=0.3, max_rows=20_000, max_bytes=4_000_000, memory_mb=160)
LATE = 0.5
_TEMPORARY = (tempfile.gettempdir(), "/var/tmp")
START_MB = 64
"""What an interpreter with the task loaded takes before the limit on memory begins to count: measured 20."""


class Watched:
    """One worker on one database, and what it might leave behind."""

    def __init__(self, pool: Pool, path: Path) -> None:
        self.pool, self.path = pool, path
        self._before = self._traces()
        self._opened: set[str] = set()

    def run(self, *texts: str) -> list[Execution]:
        """The executions, asserting that they ended in time, in bounds, and without a trace.

        In time once in three times: on a crowded machine the parent, too, may get no core to kill anything with.
        """
        for _ in range(3):
            self.ask("SELECT 1")  # a killed worker's replacement starts outside of what is timed
            self._opened |= {file for pid in self.pool.pids() for file in _open_files(pid)}
            started, spent = time.monotonic(), self._processor_seconds()
            executions = self.ask(*texts)
            taken, spent = time.monotonic() - started, self._processor_seconds() - spent
            self.unchanged()
            # Starved of a core, a worker may go on: but not past the deadline in seconds on a core.
            starved = spent < len(texts) * (POLICY.timeout_seconds * STARVED_SHARE + LATE)
            if taken < len(texts) * (POLICY.timeout_seconds + LATE) or starved:
                return executions
        raise AssertionError(f"{taken:.2f} s, {spent:.2f} of them on a core")

    def ask(self, *texts: str) -> list[Execution]:
        outcomes = self.pool.run([(str(self.path), sql) for sql in texts], ["one"] * len(texts))
        return [unpacked_execution(outcome, POLICY) for outcome in outcomes]

    def unchanged(self) -> None:
        assert self._traces() == self._before
        for pid in self.pool.pids():
            assert set(_open_files(pid)) <= self._opened
            assert _peak_memory(pid) < (POLICY.memory_mb + START_MB) * MEGABYTE

    def _traces(self) -> list[object]:
        """The database, what is beside it and in our working folder, and SQLite's temporary files."""
        temporary = [name for folder in _TEMPORARY for name in glob.glob(f"{folder}/etilqs_*")]
        return [content(self.path.parent), sorted(os.listdir()), temporary]

    def _processor_seconds(self) -> float:
        dead = resource.getrusage(resource.RUSAGE_CHILDREN)
        return sum(map(processor_seconds, self.pool.pids())) + dead.ru_utime + dead.ru_stime


def _open_files(pid: int) -> list[str]:
    """Paths of the files that a process has open, those without a name too; pipes are none."""
    links = [os.readlink(link) for link in glob.glob(f"/proc/{pid}/fd/*") if os.path.lexists(link)]
    return [link for link in links if link.startswith("/")]


def _peak_memory(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    path = make_shop(tmp_path_factory.mktemp("attacked") / "database")
    with Pool(EXECUTE_TASK, POLICY, workers=1) as pool:
        yield Watched(pool, path)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_attack(attack: Attack, watched):
    (execution,) = watched.run(attack.sql)
    assert execution.status == attack.status, execution.error
    assert execution.truncated == attack.truncated
    assert execution.clock_read == attack.clock_read
    assert execution.quoted_identifier_as_literal == attack.quoted_identifier_as_literal
    assert len(execution.error or "") < 2100 and sum(map(len, execution.columns)) <= POLICY.max_value_bytes
    assert STOPPED_BY[attack.layer](attack, execution, watched)


def _never_stepped(attack: Attack, execution: Execution, watched: Watched) -> bool:
    return Runner(POLICY).reads(str(watched.path), attack.sql) is None


def _by_a_limit(attack: Attack, execution: Execution, watched: Watched) -> bool:
    return execution.error in ("string or blob too big", "LIKE or GLOB pattern too complex")


def _while_running(attack: Attack, execution: Execution, watched: Watched) -> bool:
    interrupted = (execution.error or "").startswith("interrupted after")
    return interrupted or execution.truncated or execution.error == "out of memory" or attack.harm == "echo"


def _by_a_kill(attack: Attack, execution: Execution, watched: Watched) -> bool:
    return (execution.error or "").startswith("killed after") and not watched.pool.pids()


def _by_the_clock(attack: Attack, execution: Execution, watched: Watched) -> bool:
    return watched.ask(attack.sql)[0].rows == execution.rows


def _only_pointed_out(attack: Attack, execution: Execution, watched: Watched) -> bool:
    return execution.error is None


STOPPED_BY = {
    "prepare": _never_stepped,
    "connection": _by_a_limit,
    "run": _while_running,
    "process": _by_a_kill,
    "determinism": _by_the_clock,
    "diagnosis": _only_pointed_out,
}

ANY = st.sampled_from([a.sql for a in ATTACKS])
QUICK = st.sampled_from(
    [a.sql for a in ATTACKS if a.layer in ("prepare", "connection", "determinism", "diagnosis") and len(a.sql) < 2000]
)
GLUE = st.sampled_from(["; ", "\n;\n", " ", " UNION ALL ", " /* x */ ", ") + (", "\0", " -- ", ";\ufeff"])
FRAMES = st.sampled_from(
    ["{}", "-- c\n{}", "/* c */{}", "({})", " ;{}", "EXPLAIN {}", "WITH q AS (SELECT 1) {}", "SELECT * FROM ({})",
     "SELECT ({}) FROM item", "SELECT 1 WHERE EXISTS ({})", "{};", "{} LIMIT 1", "SELECT name FROM item; {}", "{} --"]
)  # fmt: skip


@st.composite
def mutated(draw, payloads) -> str:
    """Payloads stacked, framed, cut, and with characters changed."""
    text = draw(FRAMES).replace("{}", draw(GLUE).join(draw(st.lists(payloads, min_size=1, max_size=3))))
    for place, character in draw(
        st.lists(st.tuples(st.integers(0, 300), st.sampled_from(";'\"()-/*x0, ")), max_size=3)
    ):
        place %= len(text)
        text = text[:place] + character + text[place + draw(st.integers(0, 1)) :]
    return text[: len(text) - draw(st.sampled_from((0, 0, 0, 1, 2, 7, 40)))]


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(mutated(QUICK), min_size=1, max_size=4))
def test_mutated_payloads_change_nothing(watched, texts):
    assert watched.run(*texts, "SELECT count(*) FROM item")[-1].rows == ((3,),)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(mutated(ANY), min_size=1, max_size=2))
def test_mutated_heavy_payloads_change_nothing(watched, texts):
    for text in texts:
        assert watched.run(text)[0].status is not Status.WORKER_DIED
    assert watched.run("SELECT count(*) FROM item")[0].rows == ((3,),)


def test_what_a_candidate_leaves_is_not_found_by_the_next(watched):
    """Every payload, one after the other on one connection: the answers before and after are the same."""
    runner = Runner(POLICY)
    questions = [
        "SELECT * FROM item", "SELECT 'a' LIKE 'A'", "SELECT word FROM broken", "SELECT name FROM sqlite_schema",
        'SELECT "nonsense"', "SELECT date('now')", "SELECT changes()", "SELECT length(printf('%.999999c', 'a'))",
        "SELECT 'a' LIKE printf('%.1000c', '%')", "SELECT sum(id) FROM item NATURAL JOIN broken",
    ]  # fmt: skip

    def answers() -> list[tuple[object, ...]]:
        found = [runner.run(str(watched.path), sql, find_quoted_literals=True) for sql in questions]
        return [(e.status, e.error, e.rows, e.clock_read, e.quoted_identifier_as_literal) for e in found]

    before = answers()
    for attack in ATTACKS:
        if attack.layer not in ("process", "run"):
            runner.run(str(watched.path), attack.sql, find_quoted_literals=True)
    assert answers() == before
