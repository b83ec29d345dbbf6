"""report_comparison.sql and paired_counts.sql: pairs counted, tested, adjusted by Holm; report_flips.sql lists them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from t2s_pipeline.config import ComparisonConfig
from t2s_pipeline.evaluation.statistics import exact_mcnemar, paired_difference
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report, run_sql
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables, beside_another_experiment, config

RIGHT, WRONG = (True, True), (False, True)
METRIC = "first_turn_example_accuracy"


def arm(bits: str, second: str = "") -> list[Outcome]:
    """An outcome a bit; the first half of the examples is of one database, the rest of another."""
    turns = [(RIGHT if bit == "1" else WRONG,) for bit in bits]
    if second:
        turns = [(*first, RIGHT if bit == "1" else WRONG) for first, bit in zip(turns, second, strict=True)]
    return [
        Outcome("execution_correct" if t[0][0] else "wrong_result", t, database_id=f"spider/d{2 * n // len(bits)}")
        for n, t in enumerate(turns)
    ]


ARMS = {"a": arm("0000000000"), "b": arm("1111110000"), "c": arm("1111111110"), "same": arm("0000000000")}
DECLARED = {
    "a_b": ComparisonConfig("a", "b", METRIC, "main"),
    "a_c": ComparisonConfig("a", "c", METRIC, "main"),
    "a_same": ComparisonConfig("a", "same", METRIC, "main"),
    "b_c": ComparisonConfig("b", "c", METRIC, "alone"),
}


def report(arms, declared=DECLARED, names=(), name="report_comparison", catalogue=False, **of_arms):
    tables = arm_tables(arms, **of_arms)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report(name, connection, replace(config(*arms, *names), comparisons=declared))


def test_counts_test_and_interval_are_those_of_the_statistics():
    rows = {r["comparison"]: r for r in report(ARMS).to_pylist()}
    row = rows["a_b"]
    assert (row["both_right"], row["fixed"], row["broken"], row["both_wrong"]) == (0, 6, 0, 4)
    assert row["p_value"] == exact_mcnemar(0, 6) == 0.03125
    assert (row["value"], row["interval_low"], row["interval_high"]) == paired_difference(0, 0, 6, 4)
    assert (row["numerator"], row["denominator"]) == (6, 10)
    assert row["bootstrap_low"] == pytest.approx(0.2) and row["bootstrap_high"] == pytest.approx(1.0)
    assert rows["a_same"]["p_value"] == 1 and rows["a_same"]["value"] == 0


def test_holm_is_over_the_family_and_never_decreases():
    rows = {r["comparison"]: r for r in report(ARMS).to_pylist()}
    smallest = exact_mcnemar(0, 9)
    assert rows["a_c"]["p_holm"] == pytest.approx(3 * smallest)
    assert rows["a_b"]["p_holm"] == pytest.approx(2 * 0.03125)
    assert rows["a_same"]["p_holm"] == 1
    assert rows["b_c"]["p_holm"] == rows["b_c"]["p_value"] == 0.25  # a family of its own
    twice = {name: DECLARED["a_b"] for name in ("one", "two")}  # 2 * p, then 1 * p: not below the first
    assert [r["p_holm"] for r in report(ARMS, twice).to_pylist()] == [0.0625, 0.0625]


def test_a_comparison_without_results_says_why_and_counts_in_its_family():
    declared = DECLARED | {"a_never": ComparisonConfig("a", "never_run", METRIC, "main")}
    table = report(ARMS, declared, ["never_run"])
    rows = {r["comparison"]: r for r in table.to_pylist()}
    assert rows["a_c"]["p_holm"] == pytest.approx(4 * exact_mcnemar(0, 9))
    assert rows["a_never"]["denominator"] == 0 and rows["a_never"]["p_value"] is None
    assert "| a_never | no results: never_run not run yet" in markdown(table)


def test_arms_judged_by_different_rules_or_on_other_examples_are_not_compared():
    pairs = {"a_b": DECLARED["a_b"]}
    (row,) = report({"a": ARMS["a"], "b": ARMS["b"]}, pairs, strict=["b"]).to_pylist()
    assert row["missing"] == "judged by different rules: official and strict" and row["p_value"] is None
    (row,) = report({"a": ARMS["a"], "b": ARMS["b"][:7]}, pairs).to_pylist()
    assert row["missing"].startswith("3 examples were answered by one of the two alone")


def test_every_pair_where_none_is_declared_and_gold_apart():
    table = report(
        {"one": arm("0011"), "two": arm("0011", "1111"), "rule": arm("0011", "0111")}, {}, gold_free=["rule"]
    )
    rows = {r["comparison"]: r for r in table.to_pylist()}
    assert list(rows) == ["one to two", "one to rule", "two to rule"]
    assert {name: r["gold_aware"] for name, r in rows.items()} == {
        "one to two": True,
        "one to rule": False,
        "two to rule": True,
    }
    free, _, aware = markdown(table).partition("An arm of each needed the gold †")
    assert "| one to rule |" in free and "| one to two |" in aware and "| one to two |" not in free
    assert {r["metric"] for r in rows.values()} == {"final_example_execution_accuracy"}


def test_paired_counts_by_database_see_one_experiment():
    declared = replace(config(*ARMS), comparisons=DECLARED)
    with report_connection(beside_another_experiment(arm_tables(ARMS))) as connection:
        run_report("report_comparison", connection, declared)
        rows = run_sql("paired_counts", connection, {"experiment": EXPERIMENT})
    assert [(r["database_id"], r["fixed"], r["both_wrong"]) for r in rows if r["comparison"] == "a_b"] == [
        ("spider/d0", 5, 0),
        ("spider/d1", 1, 4),
    ]
    assert report(ARMS, catalogue=True).equals(report(ARMS))


def test_flips_are_the_fixed_and_the_broken():
    arms = {"a": arm("0011"), "b": arm("0110")}
    table = report(arms, {"a_b": DECLARED["a_b"]}, name="report_flips")
    rows = table.to_pylist()
    assert [(r["change"], r["example_id"][-1], r["error_class"]) for r in rows] == [
        ("fixed", "1", "wrong_result"),
        ("broken", "3", "wrong_result"),
    ]
    assert rows[0]["question"] == "Question 1?"
    assert "a_b: b fixes 1 and breaks 1 of a" in markdown(table)
