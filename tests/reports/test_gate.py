"""The gate of evaluations: outcomes paired by example, tested, and told with their figures."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_watch import GateConfig
from t2s_pipeline.evaluation.statistics import exact_mcnemar
from t2s_pipeline.fingerprints import content_hash
from t2s_pipeline.reports.acceptance import AcceptanceError, accept_arm, last_accepted
from t2s_pipeline.reports.gate import PairedOutcomes, RegressionError, check_no_regression, paired_outcomes
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables, config

RIGHT, WRONG = ((True, True),), ((False, True),)
FINAL = "final_example_execution_accuracy"


def outcomes(bits: str, excluded: str = "") -> list[Outcome]:
    """One a bit: right or wrong; where `excluded` has an x, it is excluded."""
    return [
        Outcome(
            "execution_correct" if bit == "1" else "wrong_result",
            RIGHT if bit == "1" else WRONG,
            excluded_reason="gold_failed" if mark == "x" else None,
        )
        for bit, mark in zip(bits, excluded.ljust(len(bits)), strict=True)
    ]


@pytest.fixture
def evaluate(tmp_path: Path) -> Callable[..., Warehouse]:
    """Publish arms, each given by an outcome a bit, as a run would: examples, trajectories, and evaluations of them."""
    warehouse = Warehouse(tmp_path / "data")

    def _evaluate(_fresh: bool = True, _excluded: str = "", **arms: str) -> Warehouse:
        for arm, bits in arms.items():
            made = arm_tables({arm: outcomes(bits, _excluded)})
            rows, examples = made["trajectories"], TableRef("examples", EXPERIMENT, "dev")
            warehouse.publish(examples, made["examples"], content_hash([bits, _excluded]), {})
            table = TableRef("trajectories", EXPERIMENT, arm).schema
            digest = warehouse.publish(
                TableRef("trajectories", EXPERIMENT, arm), table.to_arrow(rows.to_pylist()), bits.ljust(32, "0"), {}
            )
            if _fresh:
                parts = {"inputs": {f"trajectories/{arm}": digest}}
                empty = TableRef("evaluations", EXPERIMENT, arm).schema.arrow.empty_table()
                warehouse.publish(TableRef("evaluations", EXPERIMENT, arm), empty, bits.ljust(32, "e"), parts)
        return warehouse

    return _evaluate


def gated(*arms: str, **gate: float | str) -> ExperimentConfig:
    found = config(*arms)
    return replace(found, evaluation=replace(found.evaluation, gate=GateConfig(**gate)))


def test_outcomes_are_paired_by_example(evaluate):
    def table(bits: str):
        return evaluate(a=bits).read(TableRef("trajectories", EXPERIMENT, "a"))

    before, after = table("1100111"), table("101000")
    found = paired_outcomes(before, after.take([5, 3, 1, 0, 2, 4]), FINAL)
    assert found == PairedOutcomes(both=1, fixed=1, broken=3, neither=1, unpaired=1)
    assert found.examples == 6 and found.p_value == exact_mcnemar(3, 1)


def test_the_metric_says_which_answer_counts():
    rows = [{"example_id": str(n), "first_correct": n < 1, "final_correct": n < 3} for n in range(4)]
    later = [row | {"final_correct": False} for row in rows]
    before, after = pa.Table.from_pylist(rows), pa.Table.from_pylist(later)
    assert paired_outcomes(before, after, "first_turn_example_accuracy").broken == 0
    assert paired_outcomes(before, after, FINAL).broken == 3


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40), st.floats(0.001, 1), st.floats(0, 0.5))
def test_only_a_fall_fails_and_the_thresholds_only_let_more_pass(pairs, p_value, max_drop):
    found = PairedOutcomes(*(pairs.count(kind) for kind in [(1, 1), (0, 1), (1, 0), (0, 0)]), unpaired=0)
    failed = found.regressed(GateConfig(p_value=p_value, max_drop=max_drop))
    if not pairs:
        assert failed
    elif failed:
        assert found.broken > found.fixed and found.p_value <= p_value
        assert found.regressed(GateConfig(p_value=1.0, max_drop=0.0))
    else:
        fall = (found.broken - found.fixed) / len(pairs)
        assert fall <= max_drop or found.p_value > p_value


def test_a_regression_is_told_with_its_figures(evaluate):
    warehouse = evaluate(a="1" * 12, b="110000000000")
    for arm in "ab":
        accept_arm(warehouse, EXPERIMENT, arm, by="mira")
    said = check_no_regression(warehouse, gated("a", "b"))
    assert "a: accepted 100.0 % (12/12) (number 1, 20" in said and "0 fixed, 0 broken, p = 1" in said
    evaluate(a="1" * 6 + "0" * 6)
    with pytest.raises(RegressionError) as failed:
        check_no_regression(warehouse, gated("a", "b"))
    line = str(failed.value).splitlines()[1]
    assert line.startswith("a: accepted 100.0 % (12/12)") and "mira" in line
    assert line.endswith("now 50.0 % (6/12): 0 fixed, 6 broken, p = 0.03125")
    assert "\nb: " not in str(failed.value)
    accept_arm(warehouse, EXPERIMENT, "a", by="mira", note="as wanted")
    check_no_regression(warehouse, gated("a", "b"))


def test_examples_that_are_excluded_now_count_on_neither_side(evaluate):
    warehouse = evaluate(_excluded="xxxxxx", a="1" * 12)
    accept_arm(warehouse, EXPERIMENT, "a", by="mira")
    evaluate(_excluded="xxxxxx", a="0" * 6 + "1" * 6)  # a fall among the excluded alone
    said = check_no_regression(warehouse, gated("a", p_value=1.0))
    assert "accepted 100.0 % (6/6)" in said and "now 100.0 % (6/6): 0 fixed, 0 broken, p = 1" in said
    evaluate(_excluded="xxxxx", a="0" * 6 + "1" * 6)  # one of them counts again
    with pytest.raises(RegressionError, match=r"now 85.7 % \(6/7\): 0 fixed, 1 broken"):
        check_no_regression(warehouse, gated("a", p_value=1.0))
    evaluate(_excluded="x" * 12, a="0" * 6 + "1" * 6)
    with pytest.raises(RegressionError, match="a: no example that counts in common with what was accepted"):
        check_no_regression(warehouse, gated("a"))


def test_the_thresholds_are_the_configurations(evaluate):
    warehouse = evaluate(a="1" * 12)
    accept_arm(warehouse, EXPERIMENT, "a", by="mira")
    evaluate(a="1" * 11 + "0")
    assert "1 broken, p = 1" in check_no_regression(warehouse, gated("a"))
    with pytest.raises(RegressionError, match="now 91.7 % .*1 broken"):
        check_no_regression(warehouse, gated("a", p_value=1.0))
    check_no_regression(warehouse, gated("a", p_value=1.0, max_drop=0.1))


def test_the_last_accepted_counts_whatever_the_clock_says(evaluate, monkeypatch):
    class Back:
        @staticmethod
        def now(zone):
            from datetime import datetime

            return datetime(1999, 1, 1, tzinfo=zone)

    warehouse = evaluate(a="1" * 12)
    accept_arm(warehouse, EXPERIMENT, "a", by="mira")
    evaluate(a="0" * 12)
    monkeypatch.setattr("t2s_pipeline.reports.acceptance.datetime", Back)
    second = accept_arm(warehouse, EXPERIMENT, "a", by="noa")
    assert (second.number, second.created_at.year) == (2, 1999)
    assert last_accepted(warehouse.data, EXPERIMENT)["a"] == second
    check_no_regression(warehouse, gated("a", p_value=1.0))
    assert accept_arm(warehouse, EXPERIMENT, "a", by="mira") == second  # the same is not accepted twice


def test_only_what_was_evaluated_is_accepted(evaluate):
    warehouse = evaluate(a="11")
    with pytest.raises(AcceptanceError, match=r"arm b .* no evaluation to accept: t2s run -e \w+ 'evaluations\[b\]'"):
        accept_arm(warehouse, EXPERIMENT, "b", by="mira")
    evaluate(_fresh=False, a="10")
    with pytest.raises(AcceptanceError, match="its evaluation is of an older rollout"):
        accept_arm(warehouse, EXPERIMENT, "a", by="mira")


def test_what_cannot_be_judged_is_said(evaluate):
    warehouse = evaluate(a="1111")
    assert "nothing was accepted yet of: a" in check_no_regression(warehouse, gated("a", "never_run"))
    accepted = accept_arm(warehouse, EXPERIMENT, "a", by="mira")
    evaluate(a="1110")
    assert "1 broken" in check_no_regression(warehouse, gated("a"))
    warehouse.object_path(accepted.digest, accepted.fingerprint).unlink()
    with pytest.raises(AcceptanceError, match=r"arm a \(number 1\) cannot be read: .*accept what is there now"):
        check_no_regression(warehouse, gated("a"))
    (part,) = warehouse.data.glob("stores/accepted_evaluations/part-*")
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(AcceptanceError, match=rf"{part.name}: .*; put it back from a copy, or remove it and accept"):
        check_no_regression(warehouse, gated("a"))


def test_what_is_damaged_of_one_arm_neither_opens_nor_closes_the_gate_of_another(evaluate):
    warehouse = evaluate(a="1" * 12, b="111", c="1111", d="11")
    for arm in "abcd":
        accept_arm(warehouse, EXPERIMENT, arm, by="mira")
    parts = warehouse.data.glob("stores/accepted_evaluations/part-*")
    (part,) = [part for part in parts if pq.read_table(part)["arm"].to_pylist() == ["d"]]
    part.write_bytes(part.read_bytes()[:-30])
    found = gated("a", "b", "c", "d")
    with pytest.raises(AcceptanceError) as told:
        check_no_regression(warehouse, found)
    lines = str(told.value).splitlines()
    assert len(lines) == 5 and part.name in lines[0] and lines[0].endswith(f"t2s accept {EXPERIMENT}")
    assert [line[0] for line in lines[1:4]] == ["a", "b", "c"] and "of: d (" in lines[4]
    evaluate(a="0" * 12)
    warehouse.live_path(TableRef("trajectories", EXPERIMENT, "c")).write_bytes(b"PAR1")
    with pytest.raises(RegressionError) as fell:
        check_no_regression(warehouse, found)
    said = str(fell.value)
    assert "\na: accepted 100.0 %" in said and part.name in said and "\nc: " in said and "\nb: " not in said
    with pytest.raises(AcceptanceError, match=part.name):
        accept_arm(warehouse, EXPERIMENT, "b", by="mira")  # its number would be anybody's guess


def test_the_command_writes_who_when_and_what(evaluate, monkeypatch, t2s):
    warehouse = evaluate(a="1100", b="1111")
    found = replace(gated("a", "b", "c"), paths=replace(config("a").paths, data=str(warehouse.data)))
    monkeypatch.setattr("t2s_pipeline.commands.accept.load_experiment", lambda name: found)
    said = t2s("accept", EXPERIMENT, "a", "--by", "mira", "--note", "release 3").out.splitlines()
    said += t2s("accept", EXPERIMENT, "--by", "noa").out.splitlines()
    assert said[0].startswith("a: accepted, number 1, by mira: first turn 2, final 2 right of all 4 examples (digest ")
    assert said[1].startswith("a: accepted already, number 1, by mira") and said[2].startswith("b: accepted, number 1")
    assert said[3] == "c: no evaluation yet, nothing accepted"
    with warehouse.connect() as connection:
        rows = connection.execute("SELECT arm, number, accepted_by, note FROM accepted_evaluations ORDER BY arm")
        assert rows.fetchall() == [("a", 1, "mira", "release 3"), ("b", 1, "noa", None)]
    noted = (["--note", "release 4"], ["--note", "release 4"], [])
    again, *known = (t2s("accept", EXPERIMENT, "a", "--by", "noa", *note).out for note in noted)
    assert again.startswith("a: accepted, number 2, by noa") and len(known) == 2
    assert all(line.startswith("a: accepted already, number 2") for line in known)
    assert last_accepted(warehouse.data, EXPERIMENT)["a"].note == "release 4"
    evaluate(a="0000")
    evaluate(_fresh=False, b="0000")
    code, _, err = t2s("accept", EXPERIMENT, "--by", "noa")
    assert code == 1 and re.search("arm b .*: its evaluation is of an older rollout", err)
    assert last_accepted(warehouse.data, EXPERIMENT)["a"].number == 2  # all or none
