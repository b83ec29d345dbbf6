"""evaluations.sql and uncovered_examples.sql, over small tables whose figures are counted by hand."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.config import Metric
from t2s_pipeline.reports.figures import figures_text
from t2s_pipeline.reports.metrics import MissingOutcome, arm_metrics
from t2s_pipeline.table_definitions import ATTEMPTS
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables

RIGHT, WRONG, BROKEN = (True, True), (False, True), (False, False)

REPAIR = [
    Outcome("execution_correct", (RIGHT,)),
    Outcome("wrong_result", (WRONG, RIGHT)),
    Outcome("no_such_column", (BROKEN, BROKEN, WRONG), hardness="hard"),
    Outcome("wrong_result", (WRONG, BROKEN, RIGHT), hardness="hard", excluded_reason="gold_disputed"),
]


def metrics(arms: dict[str, list[Outcome]], max_turns: int | None = None) -> dict[tuple, tuple[float, int]]:
    rows = arm_metrics(EXPERIMENT, **arm_tables(arms, max_turns=max_turns)).to_pylist()
    return {(r["arm"], r["metric"], r["subset"]): (r["numerator"], r["denominator"]) for r in rows}


@pytest.mark.parametrize(
    ("metric", "subset", "expected"),
    [
        ("first_turn_example_accuracy", "all", (1, 4)),
        ("first_turn_example_accuracy", "not_excluded", (1, 3)),
        ("first_turn_example_accuracy", "hardness=hard", (0, 1)),
        ("final_example_execution_accuracy", "all", (3, 4)),
        ("final_example_execution_accuracy", "not_excluded", (2, 3)),
        ("final_example_execution_accuracy", "hardness=easy", (2, 2)),
        ("repair_success_rate", "all", (2, 3)),
        ("repair_success_rate", "hardness=easy", (1, 1)),
        ("regressions", "all", (0, 1)),
        ("best_of_n", "all", (3, 4)),
        ("first_turn_execution_accuracy", "all", (1, 4)),
        ("candidate_execution_accuracy", "all", (3, 9)),
        ("executable_rate", "all", (6, 9)),
        ("syntax_valid_rate", "all", (9, 9)),
        ("schema_valid_rate", "not_excluded", (4, 6)),
        ("avg_candidate_reward", "all", (0.0, 9)),
    ],
)
def test_counts_of_a_repair_arm(metric, subset, expected):
    assert metrics({"repair": REPAIR})["repair", metric, subset] == expected


def test_undecided_candidates_are_counted_by_the_rollouts_rule():
    tables = arm_tables({"repair": REPAIR, "strictly": REPAIR}, strict=["strictly"])
    attempts = tables["attempts"].to_pylist()
    for row in attempts[:3]:
        row["correct_official"] = None
    tables["attempts"] = ATTEMPTS.to_arrow(attempts)
    rows = arm_metrics(EXPERIMENT, **tables).to_pylist()
    found = {
        r["arm"]: (r["numerator"], r["denominator"])
        for r in rows
        if (r["metric"], r["subset"]) == ("undecided_rate", "all")
    }
    assert found == {"repair": (3, 9), "strictly": (0, 9)}


def test_the_headline_can_be_any_share_that_is_counted():
    counted = {metric for _, metric, _ in metrics({"repair": REPAIR})}
    assert counted - {"avg_candidate_reward"} == set(get_args(Metric))


def test_an_excluded_example_has_no_hardness_subset():
    excluded = [Outcome("wrong_result", (WRONG,), hardness="extra", excluded_reason="gold_disputed")]
    assert {subset for _, _, subset in metrics({"arm": excluded})} == {"all"}


def test_the_audited_subset_is_of_sound_golds_that_are_not_excluded():
    outcomes = [
        Outcome("execution_correct", (RIGHT,)),
        Outcome("execution_correct", (RIGHT,), audited=False),
        Outcome("wrong_result", (WRONG,), excluded_reason="gold_disputed"),
        Outcome("wrong_result", (WRONG,)),
    ]
    found = metrics({"arm": outcomes})
    assert found["arm", "final_example_execution_accuracy", "audited"] == (1, 2)
    assert found["arm", "candidate_execution_accuracy", "audited"] == (1, 2)
    assert found["arm", "final_example_execution_accuracy", "not_excluded"] == (2, 3)


def test_an_example_without_an_audit_is_refused():
    tables = arm_tables({"repair": REPAIR})
    tables["gold_audit"] = tables["gold_audit"].slice(1)
    with pytest.raises(MissingOutcome, match="spider/dev/00000 of repair, which has no row in gold_audit"):
        arm_metrics(EXPERIMENT, **tables)


def test_a_right_answer_that_is_given_up_is_a_regression():
    given_up = [Outcome("execution_correct", (RIGHT, WRONG)), Outcome("execution_correct", (RIGHT,))]
    found = metrics({"arm": given_up})
    assert found["arm", "regressions", "all"] == (1, 2)
    assert found["arm", "final_example_execution_accuracy", "all"] == (1, 2)
    assert found["arm", "best_of_n", "all"] == (2, 2)


def test_gold_awareness_is_of_the_repair_loop_alone():
    arms = {"one_shot": [Outcome("wrong_result", (WRONG,))], "repair": [Outcome("wrong_result", (WRONG, RIGHT))]}
    rows = arm_metrics(EXPERIMENT, **arm_tables(arms)).to_pylist()
    aware = {(r["arm"], r["metric"]) for r in rows if r["gold_aware"]}
    assert not [arm for arm, _ in aware if arm == "one_shot"]
    assert ("repair", "final_example_execution_accuracy") in aware
    assert ("repair", "first_turn_example_accuracy") not in aware


def test_the_figures_of_an_arm_are_told_with_their_marks():
    rows = arm_metrics(EXPERIMENT, **arm_tables({"repair": REPAIR})).to_pylist()
    headline = "first_turn_example_accuracy"
    text = figures_text([row for row in rows if row["subset"] == "not_excluded"], headline)
    assert f"Headline: `{headline}`. † With" in text and len(text) < 1000
    assert "| `first_turn_example_accuracy` | 33.3 % (1/3; 95 % 6.1–79.2) |" in text
    assert "| `repair_success_rate` | 50.0 % (1/2; 95 % 9.5–90.5) † |" in text
    assert "†" not in figures_text([row for row in rows if row["metric"] == headline], headline)


def test_a_repair_loop_without_gold_is_not_gold_aware():
    arms = {name: [Outcome("wrong_result", (WRONG, RIGHT))] for name in ("ruled", "verified")}
    rows = arm_metrics(EXPERIMENT, **arm_tables(arms, gold_free=["ruled"])).to_pylist()
    aware = {(r["arm"], r["metric"]): r["gold_aware"] for r in rows if r["subset"] == "all"}
    assert not aware["ruled", "final_example_execution_accuracy"]
    assert not aware["ruled", "repair_success_rate"]
    assert aware["ruled", "best_of_n"]  # whether any was right is known from the gold alone
    assert aware["verified", "final_example_execution_accuracy"]


def test_a_rollout_of_one_turn_has_no_repair_metrics():
    found = {metric for _, metric, _ in metrics({"one_shot": [Outcome("wrong_result", (WRONG,))]})}
    assert "final_example_execution_accuracy" in found
    assert not found & {"repair_success_rate", "regressions"}


def test_a_ratio_over_nothing_is_null_not_zero():
    tables = arm_tables({"arm": [Outcome("execution_correct", (RIGHT,))]}, max_turns=3)
    rows = arm_metrics(EXPERIMENT, **tables).to_pylist()
    row = next(r for r in rows if r["metric"] == "repair_success_rate" and r["subset"] == "all")
    assert (row["denominator"], row["value"], row["interval_low"], row["interval_high"]) == (0, None, None, None)


def test_an_example_without_a_trajectory_is_refused():
    tables = arm_tables({"repair": REPAIR})
    tables["trajectories"] = tables["trajectories"].slice(1)
    with pytest.raises(MissingOutcome, match=r"spider/dev/00000 of repair, which has no trajectory"):
        arm_metrics(EXPERIMENT, **tables)


def test_a_trajectory_without_an_example_is_refused():
    tables = arm_tables({"repair": REPAIR})
    tables["examples"] = tables["examples"].slice(1)
    with pytest.raises(MissingOutcome, match="a trajectory but no example"):
        arm_metrics(EXPERIMENT, **tables)


def test_other_experiments_in_the_same_tables_do_not_count():
    ours, theirs = arm_tables({"repair": REPAIR}), arm_tables({"repair": REPAIR[:1]}, experiment="other")
    both = {name: pa.concat_tables([ours[name], theirs[name]]) for name in ours}
    assert arm_metrics(EXPERIMENT, **both).equals(arm_metrics(EXPERIMENT, **ours))


outcomes = st.lists(
    st.builds(
        Outcome,
        first_class=st.just("wrong_result"),
        turns=st.lists(st.sampled_from([RIGHT, WRONG, BROKEN]), min_size=1, max_size=3).map(tuple),
        hardness=st.sampled_from(["easy", "extra"]),
        excluded_reason=st.sampled_from([None, "gold_disputed"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(outcomes)
def test_identities(drawn):
    found = {key[1:]: value for key, value in metrics({"arm": drawn}, max_turns=3).items()}
    for subset in {subset for _, subset in found}:
        first, examples = found["first_turn_example_accuracy", subset]
        final, _ = found["final_example_execution_accuracy", subset]
        repaired, errors = found["repair_success_rate", subset]
        regressed, right = found["regressions", subset]
        assert first + errors == examples and right == first
        assert final == first + repaired - regressed
        assert final <= found["best_of_n", subset][0]
    by_hardness = [n for (metric, s), (_, n) in found.items() if metric == "best_of_n" and s.startswith("hardness=")]
    assert sum(by_hardness) == sum(o.excluded_reason is None for o in drawn)


@settings(max_examples=8)
@given(st.randoms(use_true_random=False))
def test_the_order_of_attempts_changes_nothing(random):
    """Threads bring them in any order, and sums of rewards must be the same to the last bit."""
    tables = arm_tables({"repair": REPAIR * 12})
    attempts = tables["attempts"].to_pylist()
    for place, attempt in enumerate(attempts):
        attempt["reward"] = (0.1, 0.7, 1.3, -0.2)[place % 4]
    tables["attempts"] = ATTEMPTS.to_arrow(attempts)
    expected = arm_metrics(EXPERIMENT, **tables)
    random.shuffle(attempts)
    assert arm_metrics(EXPERIMENT, **tables | {"attempts": ATTEMPTS.to_arrow(attempts)}).equals(expected)
