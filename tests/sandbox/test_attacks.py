"""The attack corpus through the whole sandbox: each payload gets its status, in time, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import os
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from t2s_pipeline.sandbox.execute import Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.pool import Pool
from t2s_pipeline.sandbox.tasks import EXECUTE_TASK, unpacked_execution

POLICY = SandboxPolicy(timeout_seconds=0.8, max_bytes=8_000_000, memory_mb=256)
ATTACKS = tomllib.loads((Path(__file__).parent / "attacks.toml").read_text(encoding="utf-8"))["attack"]
FAMILIES = {
    "attach", "vacuum", "query_only", "schema", "leak", "functions", "write", "endless", "zeroblob", "one_call",
    "doubling", "many_rows", "sorter_memory", "statements", "pattern", "determinism", "quoted_identifier",
}  # fmt: skip


@pytest.fixture(scope="module")
def pool():
    with Pool(EXECUTE_TASK, POLICY, workers=1) as pool:
        pool.run([], [])
        yield pool


def run(pool: Pool, path: Path, *texts: str):
    outcomes = pool.run([(str(path), sql) for sql in texts], ["one"] * len(texts))
    return [unpacked_execution(outcome, POLICY) for outcome in outcomes]


def state(folder: Path) -> dict[str, str]:
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_every_family_has_a_payload():
    assert {a["family"] for a in ATTACKS} == FAMILIES


@pytest.mark.parametrize("attack", ATTACKS, ids=[f"{a['family']}-{i}" for i, a in enumerate(ATTACKS)])
def test_attack(attack, pool, database):
    run(pool, database, "SELECT 1")  # a killed worker's replacement starts outside of what is timed
    before, here = state(database.parent), sorted(os.listdir())
    started = time.monotonic()
    execution = run(pool, database, attack["sql"])[0]
    taken = time.monotonic() - started
    assert execution.status == attack["status"], execution.error
    assert execution.truncated == attack.get("truncated", False)
    assert execution.quoted_identifier_as_literal == attack.get("quoted_identifier_as_literal", False)
    assert taken < POLICY.timeout_seconds + 0.5
    assert state(database.parent) == before
    assert sorted(os.listdir()) == here


QUICK = [a["sql"] for a in ATTACKS if a["status"] != "timeout" and a["family"] not in ("many_rows", "sorter_memory")]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(QUICK), min_size=1, max_size=3),
    st.sampled_from(["; ", "\n;\n", " ", " UNION ALL ", " /* x */ "]),
    st.sampled_from(["", "-- c\n", "/* c */", "(", " ;", "EXPLAIN ", "WITH q AS (SELECT 1) "]),
    st.integers(0, 200),
)
def test_stacked_and_cut_payloads_change_nothing(pool, database, parts, glue, prefix, cut):
    before = state(database.parent)
    text = prefix + glue.join(parts)
    texts = [text, text[: len(text) - cut % (len(text) + 1)], text.swapcase()]
    started = time.monotonic()
    executions = run(pool, database, *texts, "SELECT count(*) FROM item")
    assert time.monotonic() - started < 4 * (POLICY.timeout_seconds + 0.5)
    assert executions[-1].rows == ((3,),)
    assert all(e.status is not Status.WORKER_DIED for e in executions)
    assert state(database.parent) == before
