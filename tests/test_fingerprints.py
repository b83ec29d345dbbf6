"""Staleness: what changes a fingerprint, what does not, and the reasons given."""

from pathlib import Path

import pytest

from t2s_pipeline.fingerprints import FileFingerprints, StepPlan, StepState, step_status
from t2s_pipeline.table_definitions import TRAINING_STEPS
from t2s_pipeline.warehouse import TableRef, Warehouse

SOURCE, TARGET = TableRef("training_steps", "mine", "source"), TableRef("training_steps", "mine", "target")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path)


def write(
    warehouse: Warehouse, ref: TableRef, value: float, fingerprint: str = "0" * 32, parts: dict | None = None
) -> None:
    row = {"experiment": "mine", "adapter": "a", "step": 1, "metric": "loss", "epoch": 0.0, "value": value}
    warehouse.publish(ref, TRAINING_STEPS.to_arrow([row]), fingerprint, parts or {})


def plan(**settings: object) -> StepPlan:
    return StepPlan({"source": (SOURCE,)}, (TARGET,), settings)


def status(warehouse: Warehouse, version: str = "1", **settings: object):
    return step_status(warehouse, "asset", "part", version, plan(**settings))


def make(warehouse: Warehouse, version: str = "1", **settings: object) -> None:
    found = status(warehouse, version, **settings)
    write(warehouse, TARGET, 5.0, found.fingerprint, found.parts)


def test_without_inputs_a_step_waits(warehouse: Warehouse) -> None:
    found = status(warehouse)
    assert found.state is StepState.WAITING
    assert "training_steps/source" in found.reasons[0]


def test_a_step_is_stale_until_made_and_then_current(warehouse: Warehouse) -> None:
    write(warehouse, SOURCE, 1.0)
    assert status(warehouse, turns=2).state is StepState.STALE
    make(warehouse, turns=2)
    found = status(warehouse, turns=2)
    assert found.state is StepState.CURRENT
    assert found.data_version == warehouse.footer(TARGET).digest


def test_a_changed_setting_version_or_input_is_the_reason_given(warehouse: Warehouse) -> None:
    write(warehouse, SOURCE, 1.0)
    make(warehouse, turns=2)
    assert status(warehouse, turns=3).reasons == ("setting turns was 2, is 3",)
    assert status(warehouse, "2", turns=2).reasons == ("code_version was 1, is 2",)
    write(warehouse, SOURCE, 2.0, "1" * 32)
    assert "inputs: source/source was" in status(warehouse, turns=2).reasons[0]


def test_an_input_made_again_to_the_same_content_changes_nothing(warehouse: Warehouse) -> None:
    write(warehouse, SOURCE, 1.0)
    make(warehouse)
    write(warehouse, SOURCE, 1.0, "1" * 32)
    assert status(warehouse).state is StepState.CURRENT


def test_a_lost_object_is_made_again(warehouse: Warehouse) -> None:
    write(warehouse, SOURCE, 1.0)
    make(warehouse)
    footer = warehouse.footer(TARGET)
    warehouse.object_path(footer.digest, footer.fingerprint).unlink()
    assert status(warehouse).reasons == ("the object of training_steps is gone",)


def test_a_damaged_file_is_made_again(warehouse: Warehouse) -> None:
    write(warehouse, SOURCE, 1.0)
    make(warehouse)
    warehouse.live_path(TARGET).write_bytes(b"PAR1 and nothing else")
    found = status(warehouse)
    assert found.state is StepState.STALE
    assert "target.parquet: damaged" in found.reasons[0]


def test_an_optional_input_may_be_absent_and_its_arrival_is_seen(warehouse: Warehouse) -> None:
    def look():
        optional = StepPlan({"source": (SOURCE,)}, (TARGET,), optional=frozenset({"source"}))
        return step_status(warehouse, "asset", None, "1", optional)

    found = look()
    assert found.state is StepState.STALE
    write(warehouse, TARGET, 5.0, found.fingerprint, found.parts)
    assert look().state is StepState.CURRENT
    write(warehouse, SOURCE, 1.0)
    assert look().state is StepState.STALE


def test_files_are_read_once_and_again_when_they_change(tmp_path: Path) -> None:
    file, cache = tmp_path / "a.sqlite", tmp_path / "cache.json"
    file.write_text("one")
    known = FileFingerprints(cache)
    first = known.of(file)
    known.save()
    assert FileFingerprints(cache).of(file) == first
    file.write_text("two")
    assert FileFingerprints(cache).of(file) != first
    for nonsense in ("not JSON", "[]", "null", '{"a": 3}', "\x00"):
        cache.write_text(nonsense)
        assert FileFingerprints(cache).of(file) != first
