"""The completion store: real Parquet parts, other writers, damaged files."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from t2s_pipeline.files import store_folder, store_parts
from t2s_pipeline.generation import store as store_module
from t2s_pipeline.generation.keys import completion_key, prompt_id
from t2s_pipeline.generation.protocol import Completion, Identity, Sampling
from t2s_pipeline.generation.store import CompletionStore, StoredCompletion, StoreError, read_prompts
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.table_definitions import COMPLETIONS, PROMPTS

IDENTITY = Identity("m" * 64, None, "scripted", "text")
WRITER = """
import sys, pathlib
from tests.generation.test_store import stored
from t2s_pipeline.generation.store import CompletionStore
store = CompletionStore(pathlib.Path(sys.argv[1]))
for batch in range(12):
    numbers = range(batch * 10, batch * 10 + 10)
    store.append([stored(n, text=f"answer {n}") for n in numbers])
    assert len(store.lookup([stored(n).key.digest for n in numbers])) == 10
"""


def stored(number: int, text: str | None = None, sample: int = 0) -> StoredCompletion:
    key = completion_key(IDENTITY, Sampling(0.5), [number], sample)
    prompt = initial_prompt("Table t: a INTEGER", f"question {number}")
    return StoredCompletion(key, prompt, Completion(text or f"SELECT {number}", "stop", 1, 3))


def test_what_is_stored_is_found_again_by_another(tmp_path):
    batch = [stored(n) for n in range(5)] + [stored(0, sample=1)]
    CompletionStore(tmp_path).append(batch)
    found = CompletionStore(tmp_path).lookup([item.key.digest for item in batch] + ["nothing"])
    assert {key: completion.text for key, completion in found.items()} == {
        item.key.digest: item.completion.text for item in batch
    }
    assert all(completion.key == key for key, completion in found.items())
    assert len(store_parts(tmp_path, COMPLETIONS)) == 1


def test_prompts_are_stored_once_with_their_messages(tmp_path):
    store = CompletionStore(tmp_path)
    store.append([stored(1), stored(1, sample=1), stored(2)])
    store.append([stored(1, sample=2), stored(3)])
    CompletionStore(tmp_path).append([stored(2, sample=1)])
    rows = [row for part in store_parts(tmp_path, PROMPTS) for row in pq.read_table(part).to_pylist()]
    assert sorted(row["prompt_id"] for row in rows) == sorted(prompt_id(stored(n).prompt) for n in (1, 2, 3))
    wanted = prompt_id(stored(2).prompt)
    assert "question 2" in read_prompts(tmp_path, [wanted])[wanted]
    with pytest.raises(StoreError, match="prompt nowhere is not there"):
        read_prompts(tmp_path, ["nowhere"])


def test_an_index_that_is_open_sees_what_others_append_and_the_newer_answer_counts(tmp_path):
    one, other = CompletionStore(tmp_path), CompletionStore(tmp_path)
    key = stored(1).key.digest
    assert one.lookup([key]) == {}
    other.append([stored(1, "first")])
    assert one.lookup([key])[key].text == "first"
    for n in range(8):  # names of parts are random: their order must not decide
        other.append([stored(1, f"again {n}")])
    assert one.lookup([key])[key].text == "again 7"
    assert CompletionStore(tmp_path).lookup([key])[key].text == "again 7"


def test_two_processes_may_write_at_once(tmp_path):
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen(command) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = CompletionStore(tmp_path).lookup([stored(n).key.digest for n in range(120)])
    assert sorted(c.text for c in found.values()) == sorted(f"answer {n}" for n in range(120))
    assert len(store_parts(tmp_path, COMPLETIONS)) == 24  # the second of each key did no harm


def test_a_damaged_part_is_named_with_its_remedy(tmp_path):
    store = CompletionStore(tmp_path)
    store.append([stored(1)])
    part = store_parts(tmp_path, COMPLETIONS)[0]
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(StoreError, match=rf"{part.name}: damaged .* delete the file"):
        CompletionStore(tmp_path).lookup(["x"])
    part.unlink()
    assert CompletionStore(tmp_path).lookup(["x"]) == {}


def test_a_file_that_is_still_being_written_is_no_part(tmp_path):
    folder = store_folder(tmp_path, COMPLETIONS)
    folder.mkdir(parents=True)
    (folder / ".tmp-abc-part-1.parquet").write_bytes(b"PAR1")
    assert CompletionStore(tmp_path).lookup(["x"]) == {}


def test_a_part_holds_at_most_a_batch(tmp_path):
    with pytest.raises(ValueError, match="at most 64"):
        CompletionStore(tmp_path).append([stored(n) for n in range(65)])


def test_ten_thousand_completions_in_two_hundred_parts_are_found_within_a_second(tmp_path):
    writer = CompletionStore(tmp_path)
    batches = [[stored(n) for n in range(start, start + 50)] for start in range(0, 10_000, 50)]
    for batch in batches:
        writer.append(batch)
    keys = [item.key.digest for batch in batches for item in batch]
    seconds = []
    for _ in range(2):
        reader = CompletionStore(Path(tmp_path))
        started = time.process_time()
        assert len(reader.lookup(keys)) == 10_000
        seconds.append(time.process_time() - started)
    assert min(seconds) < 1.0


def test_a_part_from_before_a_column_was_there_is_read(tmp_path):
    store = CompletionStore(tmp_path)
    store.append([stored(1)])
    part = store_parts(tmp_path, COMPLETIONS)[0]
    table = pq.read_table(part)
    pq.write_table(table.drop_columns(["log_probability", "stop"]), part)
    key = stored(1).key.digest
    assert CompletionStore(tmp_path).lookup([key])[key] == Completion("SELECT 1", "stop", 1, 3, key)
    pq.write_table(table.drop_columns(["text"]), part)
    with pytest.raises(StoreError, match="damaged"):
        CompletionStore(tmp_path).lookup([key])


def test_who_appends_lists_the_parts_once_and_finds_what_others_append(tmp_path, monkeypatch):
    """A listing is as long as there are parts, and every sixteen answers are one."""
    listings = []
    listed = store_module.store_parts
    monkeypatch.setattr(store_module, "store_parts", lambda *given: listings.append(given[1].name) or listed(*given))
    store = CompletionStore(tmp_path)
    for number in range(5):
        store.append([stored(number)])
    assert sorted(listings) == ["completions", "prompts"]
    CompletionStore(tmp_path).append([stored(7)])
    assert len(store.lookup([stored(n).key.digest for n in (0, 4, 7)])) == 3
    store.append([stored(4, text="SELECT 44")])
    store.close()
    assert CompletionStore(tmp_path).lookup([stored(4).key.digest])[stored(4).key.digest].text == "SELECT 44"
    before = len(listings)
    store.append([stored(8)])  # what was there when it was closed may be gone
    assert len(listings) == before + 2
