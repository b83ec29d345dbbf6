"""Pruning: nothing that is needed goes, whatever else is at work and whenever it is killed."""

from __future__ import annotations

import select
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.files import store_folder, store_parts
from t2s_pipeline.generation.keys import completion_key, prompt_id
from t2s_pipeline.generation.protocol import Completion, Identity, Sampling
from t2s_pipeline.generation.pruning import Needed, PruneRule, policies_in_store, prune
from t2s_pipeline.generation.store import CompletionStore, StoredCompletion, read_prompts
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.storage.users import StoreInUse, store_alone
from t2s_pipeline.table_definitions import COMPLETIONS, PROMPTS

OURS, THEIRS = ("o" * 64, None), ("t" * 64, "adapter")
NO_ONE_S = PruneRule(declared=frozenset({OURS}))
PRUNER = """
import pathlib, sys
from tests.generation.test_pruning import NEEDED, NO_ONE_S
from t2s_pipeline.generation.pruning import prune
from t2s_pipeline.storage.users import store_alone
data = pathlib.Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
with store_alone(data):
    prune(data, NO_ONE_S, NEEDED, apply=True)
"""
USER = """
import pathlib, sys
from tests.generation.test_pruning import keys_of
from t2s_pipeline.generation.store import CompletionStore
store = CompletionStore(pathlib.Path(sys.argv[1]))
print("starting", flush=True)
store.lookup(keys_of(range(3)))
print("holding", flush=True)
sys.stdin.readline()
"""


WORKER = """
import pathlib, sys, time
from tests.generation.test_pruning import prompt_id, stored
from t2s_pipeline.generation.store import CompletionStore, read_prompts
store = CompletionStore(pathlib.Path(sys.argv[1]))
for step in range(40):
    batch = [stored(n) for n in range(step % 4, step % 4 + 5)]
    store.lookup(item.key.digest for item in batch)
    store.append(batch)
    assert len(store.lookup(item.key.digest for item in batch)) == 5
    assert len(read_prompts(store.data, [prompt_id(item.prompt) for item in batch])) == 5
    store.close()
    time.sleep(0.01)
"""


def stored(number: int, policy: tuple[str, str | None] = THEIRS) -> StoredCompletion:
    key = completion_key(Identity(*policy, "scripted", "text"), Sampling(), [number], 0)
    prompt = initial_prompt("Table t: a INTEGER", f"question {number}")
    return StoredCompletion(key, prompt, Completion(f"SELECT {number}", "stop", 1, 3))


def keys_of(numbers: range, policy: tuple[str, str | None] = THEIRS) -> list[str]:
    return [stored(number, policy).key.digest for number in numbers]


def needs(numbers: range) -> Needed:
    return Needed(frozenset(keys_of(numbers)), frozenset(prompt_id(stored(n).prompt) for n in numbers))


def fill(data: Path, numbers: range, policy: tuple[str, str | None] = THEIRS) -> None:
    store = CompletionStore(data)
    for start in range(numbers.start, numbers.stop, 40):
        store.append([stored(n, policy) for n in range(start, min(start + 40, numbers.stop))])
    store.close()


def held(data: Path, numbers: range, policy: tuple[str, str | None] = THEIRS) -> int:
    """How many of these completions are there; each with its prompt, or it is an error."""
    store = CompletionStore(data)
    found = store.lookup(keys_of(numbers, policy))
    store.close()
    by_key = {stored(n, policy).key.digest: prompt_id(stored(n, policy).prompt) for n in numbers}
    read_prompts(data, [by_key[key] for key in found])
    return len(found)


#: Of 400 questions of somebody else's, every tenth is in a published table.
NEEDED = needs(range(0, 400, 10))


def test_what_nobody_declared_goes_but_not_what_a_table_has(tmp_path):
    fill(tmp_path, range(100))
    fill(tmp_path, range(50, 120), OURS)
    dry = prune(tmp_path, NO_ONE_S, needs(range(10)), apply=False)
    assert (dry["completions"].removed, dry["completions"].rows) == (90, 170)
    assert held(tmp_path, range(100)) == 100
    done = prune(tmp_path, NO_ONE_S, needs(range(10)), apply=True)
    assert (
        {name: change.removed for name, change in done.items()}
        == {name: change.removed for name, change in dry.items()}
        == {"completions": 90, "prompts": 40}
    )  # those of 10 to 49: the others are ours, or needed
    assert done["completions"].freed > 0
    assert (held(tmp_path, range(10)), held(tmp_path, range(10, 100)), held(tmp_path, range(50, 120), OURS)) == (
        10,
        0,
        70,
    )
    assert prune(tmp_path, NO_ONE_S, needs(range(10)), apply=True)["completions"].removed == 0


def test_a_prompt_that_only_a_table_needs_stays_for_mining(tmp_path):
    fill(tmp_path, range(20))
    prompts = needs(range(20)).prompt_ids
    prune(tmp_path, NO_ONE_S, Needed(prompt_ids=prompts), apply=True)
    assert held(tmp_path, range(20)) == 0
    assert len(read_prompts(tmp_path, prompts)) == 20


def test_age_and_policy_must_both_hold_where_both_are_stated(tmp_path):
    fill(tmp_path, range(10))
    fill(tmp_path, range(10), OURS)
    now = datetime.now(UTC)
    for rule, goes in (
        (PruneRule(now - timedelta(days=1)), 0),
        (PruneRule(now + timedelta(days=1)), 20),
        (PruneRule(now - timedelta(days=1), frozenset({OURS})), 0),
        (PruneRule(now + timedelta(days=1), frozenset({OURS})), 10),
        (PruneRule(now + timedelta(days=1), frozenset({OURS, THEIRS})), 0),
    ):
        assert prune(tmp_path, rule, Needed(), apply=False)["completions"].removed == goes
    with pytest.raises(ValueError, match="would empty the store"):
        PruneRule()


@settings(max_examples=25, deadline=None)
@given(
    parts=st.lists(st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True), max_size=5),
    needed=st.sets(st.integers(0, 12)),
)
def test_exactly_what_is_not_needed_goes(tmp_path_factory, parts, needed):
    data = tmp_path_factory.mktemp("store")
    for part in parts:
        CompletionStore(data).append([stored(number) for number in part])
    prune(data, NO_ONE_S, Needed(frozenset(stored(n).key.digest for n in needed)), apply=True)
    there = {number for part in parts for number in part} & needed
    found = CompletionStore(data).lookup(keys_of(range(13)))
    assert sorted(completion.text for completion in found.values()) == sorted(f"SELECT {n}" for n in there)
    rows = [row for path in store_parts(data, PROMPTS) for row in pq.read_table(path)["prompt_id"].to_pylist()]
    assert set(rows) == {prompt_id(stored(n).prompt) for n in there}


def test_an_index_that_was_open_does_not_answer_from_what_is_gone(tmp_path):
    fill(tmp_path, range(20))
    store = CompletionStore(tmp_path)
    assert len(store.lookup(keys_of(range(20)))) == 20
    store.close()
    prune(tmp_path, NO_ONE_S, Needed(), apply=True)
    assert store.lookup(keys_of(range(20))) == {}
    store.append([stored(3)])  # its prompt is stored again
    store.close()
    assert held(tmp_path, range(20)) == 1


def test_a_part_without_later_columns_keeps_the_ones_it_has(tmp_path):
    fill(tmp_path, range(4))
    part = store_parts(tmp_path, COMPLETIONS)[0]
    pq.write_table(pq.read_table(part).drop_columns(["log_probability", "stop"]), part)
    prune(tmp_path, NO_ONE_S, needs(range(2)), apply=True)
    assert held(tmp_path, range(4)) == 2


def test_what_a_killed_writer_left_goes_too(tmp_path):
    fill(tmp_path, range(4))
    leftover = store_folder(tmp_path, COMPLETIONS) / ".tmp-abc-part-1.parquet"
    leftover.write_bytes(b"PAR1")
    prune(tmp_path, NO_ONE_S, needs(range(4)), apply=False)
    assert leftover.exists()
    prune(tmp_path, NO_ONE_S, needs(range(4)), apply=True)
    assert not leftover.exists() and held(tmp_path, range(4)) == 4


def test_while_a_step_is_at_work_nothing_is_removed_and_its_death_frees_the_store(tmp_path):
    fill(tmp_path, range(10))
    user = subprocess.Popen([sys.executable, "-c", USER, str(tmp_path)], stdin=-1, stdout=-1, text=True)
    assert (user.stdout.readline(), user.stdout.readline()) == ("starting\n", "holding\n")
    with pytest.raises(StoreInUse, match="a run is at work"), store_alone(tmp_path):
        pass
    user.kill()
    user.wait()
    with store_alone(tmp_path):
        prune(tmp_path, NO_ONE_S, Needed(), apply=True)
    assert held(tmp_path, range(10)) == 0


def test_a_user_waits_for_the_one_that_removes(tmp_path):
    fill(tmp_path, range(10))
    with store_alone(tmp_path):
        user = subprocess.Popen([sys.executable, "-c", USER, str(tmp_path)], stdin=-1, stdout=-1, text=True)
        assert user.stdout.readline() == "starting\n"
        assert select.select([user.stdout], [], [], 0.3)[0] == []
    assert user.stdout.readline() == "holding\n"
    user.communicate("\n")


def test_steps_that_come_and_go_beside_it_find_what_they_stored(tmp_path):
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(tmp_path)])
    removed = 0
    while worker.poll() is None:
        try:
            with store_alone(tmp_path):
                removed += prune(tmp_path, NO_ONE_S, Needed(), apply=True)["completions"].removed
        except StoreInUse:
            time.sleep(0.001)
    assert worker.returncode == 0 and removed > 0


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_killed_in_the_middle_it_has_lost_nothing_that_is_needed(tmp_path, share):
    fill(tmp_path, range(400))
    pruner = subprocess.Popen([sys.executable, "-c", PRUNER, str(tmp_path)], stdin=-1, stdout=-1, text=True)
    assert pruner.stdout.readline() == "ready\n"
    before = set(store_parts(tmp_path, COMPLETIONS))
    pruner.stdin.write("\n")
    pruner.stdin.flush()
    deadline = time.monotonic() + 20
    while len(before & set(store_parts(tmp_path, COMPLETIONS))) > (1 - share) * len(before):
        assert time.monotonic() < deadline and pruner.poll() is None
    pruner.send_signal(signal.SIGKILL)
    pruner.wait()
    assert held(tmp_path, range(0, 400, 10)) == 40
    with store_alone(tmp_path):
        prune(tmp_path, NO_ONE_S, NEEDED, apply=True)
    assert (held(tmp_path, range(0, 400, 10)), held(tmp_path, range(400))) == (40, 40)
    assert not list(store_folder(tmp_path, COMPLETIONS).glob(".tmp-*"))


def test_the_report_says_who_wrote_what(tmp_path):
    fill(tmp_path, range(5))
    fill(tmp_path, range(30), OURS)
    shares = policies_in_store(tmp_path)
    assert [(share.policy, share.completions, share.tokens) for share in shares] == [(OURS, 30, 90), (THEIRS, 5, 15)]
    assert shares[0].first <= shares[0].last <= datetime.now(UTC)
    assert policies_in_store(tmp_path / "nothing") == []
