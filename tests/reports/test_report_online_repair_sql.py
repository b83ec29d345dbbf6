"""report_online_repair.sql: buckets sum to the first-turn errors, and the published counts fall into them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import error_routes, report_connection, run_report
from tests.reports import published
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables, config

RIGHT, WRONG = (True, True), (False, True)
BUCKETS = ("strict_online", "guarded", "external_verifier")


def repairing(*arms: str):
    from dataclasses import replace

    plain = config(*arms)
    return replace(plain, arms={name: replace(arm, max_turns=2) for name, arm in plain.arms.items()})


def report(arms: dict[str, list[Outcome]], *declared: str, **of_arms):
    with report_connection(arm_tables(arms, **of_arms)) as connection:
        return run_report("report_online_repair", connection, repairing(*(declared or arms)))


@pytest.mark.parametrize(("arm", "fixed"), [("base", (53, 9, 55)), ("dpo", (45, 8, 47)), ("sft_dpo", (33, 2, 30))])
def test_the_published_scopes_and_what_was_fixed_of_them(arm, fixed):
    rows = {r["bucket"]: r for r in report({arm: published.outcomes(arm)}).to_pylist()}
    assert tuple(rows[b]["denominator"] for b in BUCKETS) == published.SCOPES[arm]
    assert tuple(rows[b]["numerator"] for b in BUCKETS) == fixed


def test_a_signal_makes_a_wrong_result_guarded_but_no_error_of_the_executor():
    arms = {
        "a": [
            Outcome("wrong_result", (WRONG, RIGHT), signals=("cartesian_join_risk",)),
            Outcome("wrong_result", (WRONG, WRONG)),
            Outcome("no_such_table", ((False, False), RIGHT), signals=("executor_error",)),
        ]
    }
    rows = {r["bucket"]: (r["numerator"], r["denominator"]) for r in report(arms).to_pylist()}
    assert rows == {"strict_online": (1, 1), "guarded": (1, 1), "external_verifier": (0, 1)}


def test_markdown_one_shot_arms_and_one_without_results():
    table = report({"a": published.outcomes("base")}, "a", "never_run")
    text = markdown(table)
    assert "| Strict online-repairable | Strict fixed | Strict SR, verified † |" in text
    assert "| a | basic, verified | 438 | 171 | 53 | 31.0 % (53/171; 95 % 24.5–38.3) | 44 | 9 |" in text
    assert "| never_run | no results: not run yet" in text
    with report_connection(arm_tables({"a": [Outcome("wrong_result", (WRONG,))]})) as connection:
        one_shot = run_report("report_online_repair", connection, config("a"))
    assert one_shot.num_rows == 0 and markdown(one_shot) == "No declared arm repairs.\n"


classes = [name for name in error_routes().column("error_class").to_pylist() if name != "execution_correct"]
outcome = st.builds(
    Outcome,
    first_class=st.sampled_from(classes),
    turns=st.lists(st.sampled_from([RIGHT, WRONG]), min_size=1, max_size=2).map(tuple),
    signals=st.sampled_from([(), ("empty_result",), ("cartesian_join_risk", "explain_plan_error")]),
)


@settings(max_examples=10, deadline=None)
@given(st.lists(outcome, min_size=1, max_size=12))
def test_buckets_sum_to_the_errors(drawn):
    rows = report({"a": drawn}, max_turns=2).to_pylist()
    assert [r["bucket"] for r in rows] == list(BUCKETS) and {r["experiment"] for r in rows} == {EXPERIMENT}
    assert sum(r["denominator"] for r in rows) == sum(not o.turns[0][0] for o in drawn)
    assert sum(r["numerator"] for r in rows) == sum(not o.turns[0][0] and o.turns[-1][0] for o in drawn)
