"""A clock that jumps: what counts is what was written later, not what bears the later time."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from t2s_pipeline.fingerprints import FileFingerprints
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.reasoning.store import append_traces, verified_traces
from t2s_pipeline.reports.history import append_history
from t2s_pipeline.warehouse import CATALOG, Warehouse
from tests.faults.conftest import FIRST, SECOND, losses
from tests.generation.test_store import stored
from tests.reasoning.test_store import trace


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch):
    """Sets the time at which rows are written from now on."""

    def _set(year: int) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, zone=None):
                return datetime(year, 1, 1, tzinfo=zone)

        monkeypatch.setattr("t2s_pipeline.files.datetime", Clock)

    return _set


def test_of_two_answers_the_one_written_later_counts(tmp_path: Path, set_clock) -> None:
    key = stored(1).key.digest
    for year, text in ((2040, "first"), (1999, "second"), (1998, "third")):
        set_clock(year)
        CompletionStore(tmp_path).append([stored(1, text), stored(2, text)])
        assert CompletionStore(tmp_path).lookup([key])[key].text == text
    set_clock(1997)
    CompletionStore(tmp_path).append([stored(3)])
    ages = CompletionStore(tmp_path)
    ages.lookup([key])
    assert ages._completions.rows[stored(3).key.digest][0] == datetime(1997, 1, 1, tzinfo=UTC)  # others are not moved


def test_of_two_verdicts_on_a_trace_the_later_counts(tmp_path: Path, set_clock) -> None:
    for year, right in ((2040, True), (1999, False), (1998, True), (1997, False)):
        set_clock(year)
        append_traces(tmp_path, [trace(1, right)])
        assert bool(verified_traces(tmp_path)) is right


def test_the_history_of_an_arm_keeps_its_order(warehouse: Warehouse, publish, set_clock) -> None:
    for number, (year, arm) in enumerate([(2040, "a"), (1999, "b"), (1999, "a"), (1998, "a"), (1998, "b")]):
        set_clock(year)
        outcomes = [{"example_id": "x", "first_correct": True, "final_correct": True}]
        append_history(warehouse.data, str(number), "mine", arm, outcomes)
    publish(1.0)
    query = "SELECT list(evaluation_id ORDER BY created_at) FROM evaluation_history WHERE arm = '{}'"
    with warehouse.connect() as connection:
        assert connection.execute(query.format("a")).fetchone() == (["0", "2", "3"],)
        assert connection.execute(query.format("b")).fetchone() == (["1", "4"],)
        years = "SELECT list(year(created_at) ORDER BY created_at) FROM evaluation_history WHERE arm = 'b'"
        assert connection.execute(years).fetchone() == ([1999, 1999],)


def test_a_publication_before_the_catalogues_time_is_seen(warehouse: Warehouse, publish) -> None:
    """The clock was put back, and the run died before its catalogue."""
    publish(1.0, refs=(FIRST, SECOND))
    with warehouse.lock():
        warehouse.publish(FIRST, losses(2.0, 7), "2" * 32, {})
    folder = warehouse.live_path(FIRST).parent
    os.utime(folder, (0, 0))
    os.utime(folder.parent, (0, 0))
    with warehouse.connect() as connection:
        assert connection.execute("SELECT count(*) FROM training_steps").fetchone() == (10,)


def test_live_files_from_the_future_do_not_make_the_catalogue_again_and_again(warehouse: Warehouse, publish) -> None:
    publish(1.0)
    ahead = time.time() + 10**6
    os.utime(warehouse.live_path(FIRST).parent, (ahead, ahead))
    warehouse.connect().close()
    made = (warehouse.data / CATALOG).stat().st_ino
    warehouse.connect().close()
    assert (warehouse.data / CATALOG).stat().st_ino == made


def test_a_file_with_its_old_time_put_back_is_read_again(tmp_path: Path) -> None:
    file, cache = tmp_path / "a.sqlite", tmp_path / "cache.json"
    file.write_text("one")
    os.utime(file, (1, 1))
    known = FileFingerprints(cache)
    first = known.of(file)
    known.save()
    file.write_text("two")
    os.utime(file, (1, 1))
    assert FileFingerprints(cache).of(file) != first


def test_a_file_of_the_last_moments_or_of_the_future_is_not_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, cache = tmp_path / "a.sqlite", tmp_path / "cache.json"
    file.write_text("one")
    now = time.time_ns()

    def remembered(later: float) -> bool:
        monkeypatch.setattr(time, "time_ns", lambda: now + int(later * 1e9))
        known = FileFingerprints(cache)
        known.of(file)
        known.save()
        return str(file) in cache.read_text()

    assert not remembered(0) and not remembered(-3600) and remembered(10)
