"""Merging parts: nothing is lost, whoever writes, reads or is killed meanwhile, and the newest of each key is kept."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline import compaction
from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.compaction import Compaction, CompactionError, compact, compact_stores
from t2s_pipeline.files import append_part, store_parts, write_new_part
from t2s_pipeline.generation.store import read_prompts
from t2s_pipeline.storage.users import hold_store
from t2s_pipeline.table_definitions import COMPLETIONS, PROMPTS
from t2s_pipeline.warehouse import Warehouse

START = datetime(2026, 1, 1, tzinfo=UTC)


def append(data: Path, rows: dict[str, str], second: int = 0) -> Path:
    """One part: messages by prompt."""
    made = START + timedelta(seconds=second)
    table = PROMPTS.to_arrow(
        {"prompt_id": key, "messages": text, "templates": ["a"], "created_at": made} for key, text in rows.items()
    )
    return append_part(data, PROMPTS, table)


def in_view(data: Path) -> dict[str, str]:
    warehouse = Warehouse(data)
    rebuild_catalog(warehouse)
    with warehouse.connect() as connection:
        return dict(connection.execute("SELECT prompt_id, messages FROM prompts").fetchall())


def test_many_parts_become_one_and_say_the_same(tmp_path: Path) -> None:
    wanted = {}
    for number in range(9):
        append(tmp_path, {f"p{number}": "old", "again": f"at {number}"}, second=number)
        wanted |= {f"p{number}": "old", "again": f"at {number}"}
    assert compact(tmp_path, PROMPTS) == Compaction(merged=9, into=1, rows=10, removed=9, waiting=0)
    assert len(store_parts(tmp_path, PROMPTS)) == 1
    assert read_prompts(tmp_path, wanted) == wanted
    assert in_view(tmp_path) == wanted
    assert compact_stores(tmp_path) == {"prompts": Compaction(0, 0, 0, 0, 0)}


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.dictionaries(st.sampled_from("abcd"), st.text(max_size=3), min_size=1), st.integers(0, 2)),
        min_size=2,
        max_size=6,
    )
)
def test_what_is_read_before_and_after_is_the_same(tmp_path_factory: pytest.TempPathFactory, parts: list) -> None:
    data = tmp_path_factory.mktemp("data")
    for rows, second in parts:
        append(data, rows, second)
    keys = {key for rows, _ in parts for key in rows}
    before = read_prompts(data, keys)
    compact(data, PROMPTS)
    assert read_prompts(data, keys) == before and len(store_parts(data, PROMPTS)) == 1


def test_parts_that_somebody_may_read_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = [append(tmp_path, {f"p{number}": "x"}) for number in range(3)]
    with hold_store(tmp_path):
        assert compact(tmp_path, PROMPTS) == Compaction(merged=3, into=1, rows=3, removed=0, waiting=3)
        assert all(path.is_file() for path in old)
        assert compact(tmp_path, PROMPTS) == Compaction(0, 0, 0, removed=0, waiting=3)
        monkeypatch.setattr(compaction, "GRACE_SECONDS", -1.0)  # an hour later
        assert compact(tmp_path, PROMPTS) == Compaction(0, 0, 0, removed=3, waiting=0)
    assert in_view(tmp_path) == {f"p{number}": "x" for number in range(3)}


def test_what_a_kill_left_is_ended_by_the_next_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        append(tmp_path, {f"p{number}": "x"})

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(compaction, "_remove_replaced", killed)
        with pytest.raises(KeyboardInterrupt):
            compact(tmp_path, PROMPTS)
    assert len(store_parts(tmp_path, PROMPTS)) == 5
    assert in_view(tmp_path) == {f"p{number}": "x" for number in range(4)}
    assert compact(tmp_path, PROMPTS) == Compaction(0, 0, 0, removed=4, waiting=0)


def test_writers_and_a_second_compaction_lose_nothing(tmp_path: Path) -> None:
    def write(name: str) -> None:
        for number in range(15):
            append(tmp_path, {f"{name}{number}": "x"})

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    others = [threading.Thread(target=compact, args=(tmp_path, PROMPTS)) for _ in range(2)]
    for thread in (*writers, *others):
        thread.start()
    while any(writer.is_alive() for writer in writers):
        compact(tmp_path, PROMPTS)
    for thread in (*writers, *others):
        thread.join()
    compact(tmp_path, PROMPTS)
    wanted = {f"{name}{number}": "x" for name in "ab" for number in range(15)}
    assert read_prompts(tmp_path, wanted) == wanted and len(store_parts(tmp_path, PROMPTS)) <= 2


def test_large_parts_stay_and_small_ones_do_not_become_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = [append(tmp_path, {f"p{number}": "x"}).stat().st_size for number in range(6)]
    large = append(tmp_path, {str(number): f"{number:x}" for number in range(2_000)})
    monkeypatch.setattr(compaction, "SMALL_BYTES", 2 * max(sizes))
    monkeypatch.setattr(compaction, "MERGED_BYTES", int(2.5 * max(sizes)))
    done = compact(tmp_path, PROMPTS)
    assert (done.merged, done.into) == (6, 3) and large in store_parts(tmp_path, PROMPTS)


def test_an_older_part_lacks_later_columns(tmp_path: Path) -> None:
    fill = {pa.string(): "x", pa.int64(): 1, pa.float64(): 1.0}
    row = {column.name: fill[column.type] for column in COMPLETIONS.columns if not column.nullable or column.key}
    new, old = ({**row, "completion_key": key, "created_at": START} for key in ("new", "old"))
    append_part(tmp_path, COMPLETIONS, COMPLETIONS.to_arrow([new | {"grammar_digest": "g"}]))
    write_new_part(tmp_path, COMPLETIONS, COMPLETIONS.to_arrow([old]).drop_columns(["grammar_digest"]))
    compact(tmp_path, COMPLETIONS)
    [part] = store_parts(tmp_path, COMPLETIONS)
    merged = pq.read_table(part)
    assert merged.schema.equals(COMPLETIONS.arrow)
    assert {row["completion_key"]: row["grammar_digest"] for row in merged.to_pylist()} == {"new": "g", "old": None}


def test_a_damaged_part_is_named_and_nothing_is_removed(tmp_path: Path) -> None:
    append(tmp_path, {"a": "x"})
    damaged = append(tmp_path, {"b": "x"})
    damaged.write_bytes(b"PAR1")
    with pytest.raises(CompactionError, match=f"{damaged.name}: damaged part"):
        compact(tmp_path, PROMPTS)
    assert len(store_parts(tmp_path, PROMPTS)) == 2
