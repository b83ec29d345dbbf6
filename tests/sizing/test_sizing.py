"""The estimate against measured runs, the constants against the benchmarks they are from, and what holds of any size."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from t2s_pipeline.cli import app
from t2s_pipeline.sizing.constants import SizingError, load_constants
from t2s_pipeline.sizing.estimate import Rows, Workload, attempts_a_shard, decoding_rate, estimate_size, stored_bytes
from t2s_pipeline.sizing.text import bytes_text, size_text

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
RUNS = json.loads((BENCHMARKS / "sizing.json").read_text())
CONSTANTS = load_constants()
MILLION = Workload(questions=1_000_000, samples=30)

workloads = st.builds(
    Workload,
    questions=st.integers(1, 10**9),
    samples=st.integers(1, 64),
    turns=st.integers(1, 4),
    model=st.sampled_from(list(CONSTANTS.raw["models"]["entries"])),
    gpu=st.sampled_from(list(CONSTANTS.raw["gpus"]["entries"])),
    prompt_tokens=st.integers(1, 8000),
    answer_tokens=st.integers(1, 4000),
    within=st.floats(0.5, 1000),
)


def test_measured_constants_are_those_of_the_benchmarks():
    demo, kept = RUNS["demo"], RUNS["demo"]["kept"]
    expected = {
        f"bytes_per_{part}_{name}": figures[f"bytes_per_{part}"]
        for name, figures in kept.items()
        for part in ("file", "row")
    }
    rollouts = json.loads((BENCHMARKS / "rollouts.json").read_text())["minimal"]
    expected |= {
        "measured_prompt_tokens": demo["mean_prompt_tokens"],
        "measured_answer_tokens": demo["mean_completion_tokens"],
        "completions_per_part": pytest.approx(kept["completions"]["rows"] / kept["completions"]["files"], abs=0.05),
        "cpu_ms_per_attempt": pytest.approx(1000 * rollouts["cpu_seconds"] / rollouts["attempts"], rel=0.01),
    }
    measured = {name: entry.value for name, entry in CONSTANTS.entries.items() if entry.measured}
    assert {name: measured[name] for name in expected} == expected
    assert set(measured) - set(expected) == {"memory_bytes_per_attempt", "index_bytes_per_completion"}
    assert all(entry.source and entry.unit for entry in CONSTANTS.entries.values())


@pytest.mark.parametrize("name", RUNS)
def test_bytes_of_measured_runs_are_predicted(name: str):
    """The constants are the demo's; the run on Spider has eight times its attempts, other texts and other databases."""
    run, kept = RUNS[name], RUNS[name]["kept"]
    parts = {part.name: part for part in stored_bytes(Rows.measured(run), CONSTANTS)}
    assert sum(p.bytes for p in parts.values()) == pytest.approx(sum(k["bytes"] for k in kept.values()), rel=0.15)
    for table, figures in kept.items():
        assert parts[table].bytes == pytest.approx(figures["bytes"], rel=0.4)
        assert parts[table].files == pytest.approx(figures["files"], rel=0.05)


def test_hours_of_measured_runs_are_predicted():
    """Processor seconds that the embedded model's rollouts took to those predicted, as far as docs/sizing.md says."""
    runs = json.loads((BENCHMARKS / "sizing_hours.json").read_text())["runs"]
    assert [run["samples"] for run in runs] == [1, 4]
    assert all(0.6 < run["step"]["ratio"] < 1.3 for run in runs)


@given(workloads)
def test_machines_end_it_in_time_and_no_fewer_would(workload: Workload):
    try:
        estimate = estimate_size(workload, CONSTANTS)
    except SizingError as error:
        assert "does not fit" in str(error)
        return
    for step in estimate.steps:
        assert step.hours <= step.machines * workload.within * (1 + 1e-9)
    verification = estimate.steps[1]
    assert verification.machines == 1 or (verification.machines - 1) * workload.within < verification.hours
    assert estimate.bottleneck.hours == max(step.hours for step in estimate.steps)
    assert all(part.compacted_bytes <= part.bytes or part.files <= part.rows / 1e6 + 1 for part in estimate.stored)


@given(workloads, st.integers(2, 5))
def test_more_of_anything_takes_no_less(workload: Workload, times: int):
    try:
        once, more = (
            estimate_size(w, CONSTANTS) for w in (workload, replace(workload, questions=times * workload.questions))
        )
    except SizingError:
        return
    for before, after in zip(once.steps, more.steps, strict=True):
        assert after.hours == pytest.approx(times * before.hours)
    assert all(a.bytes >= b.bytes and a.files >= b.files for a, b in zip(more.stored, once.stored, strict=True))
    assert all(a.value >= b.value for a, b in zip(more.strains, once.strains, strict=True))


def test_decoding_is_bound_by_memory_at_few_answers_and_no_faster_than_the_operations_allow():
    shape, gpu = CONSTANTS.model("3b"), CONSTANTS.gpu("h100")
    open_answers, rate = decoding_rate(shape, gpu, 1, MILLION, CONSTANTS)
    assert open_answers == 256
    assert rate <= gpu.operations * CONSTANTS["operations_share"] / (2 * shape.parameters)
    assert rate <= open_answers * gpu.bandwidth * CONSTANTS["bandwidth_share"] / shape.weight_bytes
    long = replace(MILLION, prompt_tokens=30_000)
    assert decoding_rate(shape, gpu, 1, long, CONSTANTS)[0] < 100
    assert decoding_rate(shape, gpu, 1, long, CONSTANTS)[1] < rate


def test_a_model_is_laid_over_as_many_gpus_as_hold_it():
    notes = {m: estimate_size(replace(MILLION, model=m, gpu="l40s"), CONSTANTS).steps[0] for m in ("7b", "32b")}
    assert "1 GPU a replica" in notes["7b"].note and "2 GPU a replica" in notes["32b"].note
    assert notes["32b"].machines % 2 == 0


def test_more_gpus_hold_the_keys_and_values_of_one_long_answer():
    long = replace(MILLION, prompt_tokens=3_000_000)
    generation = estimate_size(long, CONSTANTS).steps[0]
    assert "1 answers open, 2 GPU a replica" in generation.note and generation.machines % 2 == 0


def test_columns_stay_apart_and_in_line_whatever_they_hold():
    for asked in (replace(MILLION, gpu="a100"), replace(MILLION, questions=10**14, samples=10**12, cores=10**9)):
        steps = size_text(estimate_size(asked, CONSTANTS), CONSTANTS).splitlines()[2:5]
        cells = [re.split(r"\s{2,}", line) for line in steps]
        assert {len(row) for row in cells} == {5}, steps
        assert len({line.index(row[4]) for line, row in zip(steps, cells, strict=True)}) == 1, steps


def test_what_gives_way_does_so_at_its_size():
    def giving(questions: int) -> set[str]:
        return {s.name for s in estimate_size(replace(MILLION, questions=questions), CONSTANTS).strains if s.gives_way}

    assert giving(1_000) == set()
    assert giving(100_000) == {"files of the stores in one folder"}
    assert len(giving(100_000_000)) == 4
    assert attempts_a_shard(CONSTANTS) > 1_000_000


def test_the_command_says_hours_bytes_and_bottleneck():
    told = CliRunner().invoke(app, ["size", "--questions", "1e6", "--samples", "30", "--model", "3b"])
    assert told.exit_code == 0
    assert "30,000,000 attempts" in told.output and "bottleneck: generation" in told.output
    assert "gives way: files of the stores in one folder" in told.output
    assert "assumed, not measured here: bandwidth_share" in told.output
    as_json = CliRunner().invoke(app, ["size", "--questions", "1000", "--turns", "3", "--within", "6", "--json"])
    answer = json.loads(as_json.output)
    assert answer["workload"]["attempts"] == 3000 and answer["workload"]["within"] == 6
    assert answer["constants"]["open_answers"]["measured"] is False


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--questions", "many"], "--questions many"),
        (["--questions", "0.5"], "--questions 0.5"),
        (["--questions", "1e15"], "--questions 1e15: expected a whole number from 1 to below 1e15"),
        (["--questions", "10", "--samples", "0"], "samples is 0"),
        (["--questions", "10", "--samples", "1" + "0" * 400], "at most 1e+15"),
        (["--questions", "10", "--within", "inf"], "within is inf"),
        (["--questions", "10", "--within", "nan"], "within is nan"),
        (["--questions", "10", "--within", "1e-310"], "it must be at least 0.001"),
        (["--questions", "10", "--prompt-tokens", "100000000"], "does not fit on 8 x H100 beside 3b"),
        (["--questions", "10", "--model", "4b"], "'4b' is none of the models"),
        (["--questions", "10", "--gpu", "tpu"], "'tpu' is none of the gpus"),
    ],
)
def test_what_cannot_be_sized_is_told(words: list[str], says: str):
    told = CliRunner().invoke(app, ["size", *words])
    assert told.exit_code == 1 and says in str(told.exception)


def test_bytes_are_written_in_the_largest_unit():
    assert [bytes_text(n) for n in (12, 1.53e6, 2e12)] == ["12 B", "1.53 MB", "2.00 TB"]
