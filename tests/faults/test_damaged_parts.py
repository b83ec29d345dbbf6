"""Bits that changed on the disk: never read as something else; the file and the remedy are told, all others go on."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.embeddings.store import StoredVectors
from t2s_pipeline.errors import T2sError
from t2s_pipeline.files import store_parts
from t2s_pipeline.generation.store import CompletionStore, read_part, read_prompts
from t2s_pipeline.reasoning.store import append_traces, verified_traces
from t2s_pipeline.reports.history import append_history
from t2s_pipeline.table_definitions import (
    COMPLETIONS,
    EVALUATION_HISTORY,
    PROMPTS,
    REASONING_TRACES,
    THOUGHT_VECTORS,
)
from t2s_pipeline.tables import TableSchema
from t2s_pipeline.warehouse import Warehouse, WarehouseError
from tests.faults.conftest import FIRST, SECOND
from tests.generation.test_store import stored
from tests.reasoning.test_store import trace

OUTCOMES = [{"example_id": str(n), "first_correct": n % 2 == 0, "final_correct": True} for n in range(300)]


class Lengths:
    """The simplest embedder there is."""

    fingerprint = "lengths"

    def embed(self, thoughts: list[str]) -> np.ndarray:
        return np.array([[len(thought), 1.0] for thought in thoughts], np.float32)


def flipped(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def never_other(path: Path, read: Callable[[], pa.Table], times: int = 80) -> int:
    """Flip a bit of the file again and again: what is read is what was there, or an error that names the file. How
    often it was an error."""
    good, expected, chance, errors = path.read_bytes(), read(), random.Random(7), 0
    for _ in range(times):
        flipped(path, chance)
        try:
            assert read().to_pylist() == expected.to_pylist()
        except T2sError as error:
            assert str(path) in str(error)
            errors += 1
        path.write_bytes(good)
    return errors


def test_a_flipped_bit_is_never_read_as_another_value(warehouse: Warehouse, publish) -> None:
    publish(1.0, 300)
    assert never_other(warehouse.live_path(FIRST), lambda: warehouse.read(FIRST).select(["step", "value"])) > 40
    append_history(warehouse.data, "one", "mine", "sft", OUTCOMES)
    [part] = store_parts(warehouse.data, EVALUATION_HISTORY)
    columns = ["example_id", "first_correct"]
    assert never_other(part, lambda: read_part(part, EVALUATION_HISTORY, columns)) > 25


def test_a_torn_object_is_told_with_a_remedy_that_works(warehouse: Warehouse, publish) -> None:
    publish(1.0, 300)
    before, live = warehouse.read(FIRST), warehouse.live_path(FIRST)
    content = bytearray(live.read_bytes())
    content[200:220] = bytes(20)  # of the rows; the footer is whole, so the step looks current
    live.write_bytes(content)
    assert warehouse.footer(FIRST).rows == 300
    with pytest.raises(WarehouseError, match=rf"{live}: damaged .*remove it, and t2s run makes it again"):
        warehouse.read(FIRST)
    live.unlink()
    assert warehouse.footer(FIRST) is None
    publish(1.0, 300)
    assert warehouse.read(FIRST).equals(before)


@pytest.mark.parametrize(
    ("schema", "write", "read"),
    [
        (COMPLETIONS, lambda d: CompletionStore(d).append([stored(1)]), lambda d: CompletionStore(d).lookup(["x"])),
        (PROMPTS, lambda d: CompletionStore(d).append([stored(1)]), lambda d: read_prompts(d, ["x"])),
        (REASONING_TRACES, lambda d: append_traces(d, [trace(1)]), verified_traces),
        (REASONING_TRACES, lambda d: append_traces(d, [trace(1)]), lambda d: append_traces(d, [trace(1)])),
        (
            THOUGHT_VECTORS,
            lambda d: StoredVectors(Lengths(), d).embed(["a thought"]),
            lambda d: StoredVectors(Lengths(), d).embed(["another"]),
        ),
    ],
)
def test_a_torn_part_of_a_store_is_named_and_its_removal_mends_it(
    warehouse: Warehouse, schema: TableSchema, write: Callable, read: Callable
) -> None:
    write(warehouse.data)
    [part] = store_parts(warehouse.data, schema)
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(T2sError, match=rf"{part}: damaged part of the store .*delete the file"):
        read(warehouse.data)
    part.unlink()
    write(warehouse.data)
    assert len(store_parts(warehouse.data, schema)) == 1


def test_a_torn_part_keeps_no_catalogue_back_and_is_named(
    warehouse: Warehouse, publish, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("one", "two"):
        append_history(warehouse.data, name, "mine", "sft", OUTCOMES)
    part = store_parts(warehouse.data, EVALUATION_HISTORY)[0]
    good = part.read_bytes()
    part.write_bytes(good[:-20])
    with caplog.at_level(logging.WARNING, "t2s"):
        publish(1.0)  # the first catalogue, and so the first look at the store
    assert f"{part}: damaged part of a store" in caplog.text

    def counts() -> tuple[int, int]:
        with warehouse.connect() as connection:
            tables = ("training_steps", "evaluation_history")
            return tuple(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables)

    assert counts() == (3, 300)
    append_history(warehouse.data, "three", "mine", "sft", OUTCOMES)  # what is torn keeps no evaluation back
    part.write_bytes(good)
    with warehouse.lock():
        rebuild_catalog(warehouse)
    assert counts() == (3, 900)
    part.write_bytes(good[:-20])  # once more, now that the catalogue has seen it whole
    publish(2.0, refs=(FIRST, SECOND))
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM training_steps").fetchone() == (6,)
        with pytest.raises(duckdb.Error, match=part.name):
            connection.execute("SELECT count(*) FROM evaluation_history").fetchone()
    with warehouse.lock():
        rebuild_catalog(warehouse, afresh=True)
    assert counts() == (6, 600)
