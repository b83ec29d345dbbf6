"""report_routing.sql: scopes sum to errors, and the published counts fall into the published scopes."""

from __future__ import annotations

import pytest

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import error_routes, report_connection, run_report
from t2s_pipeline.tables import TableError
from tests.reports import published
from tests.reports.tables import Outcome, arm_tables, beside_another_experiment, config

WRONG = (False, True)
SCOPE_NAMES = ("online", "guarded", "offline")


def report(arms: dict[str, list[Outcome]], *declared: str, catalogue: bool = False):
    tables = arm_tables(arms)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_routing", connection, config(*(declared or arms)))


@pytest.fixture(scope="module")
def published_report():
    return report({arm: published.outcomes(arm) for arm in published.FIRST_TURN_ERRORS})


@pytest.mark.parametrize("arm", published.SCOPES)
def test_the_published_scopes_come_back(published_report, arm):
    rows = [r for r in published_report.to_pylist() if r["arm"] == arm]
    scopes = {s: sum(r["numerator"] for r in rows if r["deployment_scope"] == s) for s in SCOPE_NAMES}
    assert tuple(scopes[s] for s in SCOPE_NAMES) == published.SCOPES[arm]
    errors = sum(n for n, _ in published.FIRST_TURN_ERRORS[arm].values())
    assert sum(scopes.values()) == errors == sum(r["numerator"] for r in rows)
    assert {r["denominator"] for r in rows} == {errors}


def test_markdown_has_the_policy_and_the_scopes(published_report):
    text = markdown(published_report)
    assert "39.0 % (171/438; 95 % 34.6–43.7)" in text
    assert "| `wrong_row_count` | 0 | 92 | 90 |" in text


def test_every_class_has_one_route():
    classes = error_routes().column("error_class").to_pylist()
    assert len(classes) == len(set(classes))
    assert set(error_routes().column("deployment_scope").to_pylist()) >= set(SCOPE_NAMES)


def test_a_class_outside_the_taxonomy_is_refused():
    with pytest.raises(TableError, match="no route for made_up"):
        report({"arm": [Outcome("made_up", (WRONG,))]})


def test_another_experiment_in_the_same_tables_changes_nothing():
    arms = {"arm": [Outcome("wrong_result", (WRONG,)), Outcome("empty_result", (WRONG,))]}
    assert report(arms, catalogue=True).equals(report(arms))


def test_a_declared_arm_without_results_is_listed_as_missing():
    table = report({"repair": [Outcome("wrong_result", (WRONG,))]}, "repair", "never_run")
    assert [r["error_class"] for r in table.to_pylist() if r["arm"] == "never_run"] == ["(no results)"]
    assert "| never_run | no results: not run yet" in markdown(table)


def test_errors_of_first_answers_that_the_gold_chose_share_no_column_with_others():
    outcomes = [Outcome("wrong_result", (WRONG, (True, True)))]
    arms = {"greedy": outcomes, "sampled": outcomes, "sampled_free": outcomes}
    written = {"sampled": {"num_samples": 4}, "sampled_free": {"num_samples": 4}}
    with report_connection(arm_tables(arms, gold_free=["sampled_free"], written=written)) as connection:
        table = run_report("report_routing", connection, config(*arms))
    found = {row["arm"]: (row["gold_aware"], row["first_gold_aware"]) for row in table.to_pylist()}
    assert found == {"greedy": (True, False), "sampled": (True, True), "sampled_free": (False, False)}
    free, _, chosen = markdown(table).partition("Overall, verified †:")
    assert "| sampled |" in chosen and "| sampled |" not in free
    assert "| Error Type | greedy | sampled_free |" in free and "| Error Type | sampled |" in chosen
