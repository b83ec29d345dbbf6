"""report_method.sql: declared arms side by side, missing ones named; and its Markdown."""

from __future__ import annotations

import statistics

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from t2s_pipeline.reports.figures import figure
from t2s_pipeline.reports.metrics import arm_metrics
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables, beside_another_experiment, config

RIGHT, WRONG = (True, True), (False, True)
ARMS = {
    "one_shot": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG,), hardness="hard")],
    "repair": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG, RIGHT), hardness="hard")],
}


def report(*declared: str, catalogue: bool = False, **of_arms):
    tables = arm_tables(ARMS, **of_arms)
    tables["evaluations"] = arm_metrics(EXPERIMENT, **tables)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_method", connection, config(*declared))


def grids(text: str) -> list[list[dict[str, str]]]:
    """The tables of a Markdown text, as rows by column title."""
    found = []
    for block in text.split("\n\n"):
        lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in block.splitlines() if line[:1] == "|"]
        if lines:
            found.append([dict(zip(lines[0], line, strict=True)) for line in lines[2:]])
    return found


def _main(table) -> list[dict[str, str]]:
    """The rows of the two tables of arms, those without the gold first."""
    without, stopped, *_ = grids(markdown(table))
    return [*without, *stopped]


def test_every_declared_arm_is_there_in_its_declared_order():
    rows = report("repair", "one_shot").to_pylist()
    assert list(dict.fromkeys(r["arm"] for r in rows)) == ["repair", "one_shot"]
    found = {(r["arm"], r["metric"]): (r["numerator"], r["denominator"], r["feedback"]) for r in rows}
    assert found["repair", "final_example_execution_accuracy"] == (2, 2, "basic, verified")
    assert found["one_shot", "final_example_execution_accuracy"] == (1, 2, "one_shot")
    assert found["one_shot", "final_example_execution_accuracy@audited"] == (1, 2, "one_shot")


def test_only_the_headline_metric_is_split_by_subset():
    metrics = {r["metric"] for r in report("repair").to_pylist() if "@" in r["metric"]}
    assert metrics == {f"final_example_execution_accuracy@{subset}" for subset in ("not_excluded", "audited")}


def test_a_declared_arm_without_results_is_listed_as_missing():
    table = report("one_shot", "never_run")
    (row,) = [r for r in table.to_pylist() if r["arm"] == "never_run"]
    assert (row["numerator"], row["denominator"], row["value"], row["model"]) == (0, 0, None, None)
    assert "evaluations[never_run]" in row["missing"]
    assert "| never_run | no results: not run yet: t2s run" in markdown(table)


def test_an_arm_that_is_not_declared_is_not_reported():
    assert {r["arm"] for r in report("repair").to_pylist()} == {"repair"}


def test_another_experiment_in_the_same_tables_changes_nothing():
    assert report("one_shot", "repair", catalogue=True).equals(report("one_shot", "repair"))


def test_markdown_states_counts_interval_and_what_needed_the_gold():
    text = markdown(report("one_shot", "repair"))
    assert "| one_shot | nano | – | one_shot | 50.0 % (1/2; 95 % 9.5–90.5) |" in text
    assert "† The gold decided" in text
    assert "†" not in markdown(report("one_shot"))


def test_what_needed_the_gold_shares_no_column_with_what_did_not():
    table = report("one_shot", "repair", "never_run")
    tables = grids(markdown(table))
    without, stopped, missing, *further = tables
    assert [(row["Run"], row["Final"]) for row in without] == [("one_shot", "50.0 % (1/2; 95 % 9.5–90.5)")]
    (row,) = stopped
    assert (row["Run"], row["Final, verified †"]) == ("repair", "100.0 % (2/2; 95 % 34.2–100.0)")
    assert row["First turn"] == "50.0 % (1/2; 95 % 9.5–90.5)" and "Final" not in row  # the first turn does without it
    assert [row["Run"] for row in missing] == ["never_run"] and len(further) == 4
    aware = {(r["arm"], figure(r)) for r in table.to_pylist() if r["gold_aware"]}
    free = {(r["arm"], figure(r)) for r in table.to_pylist() if r["gold_aware"] is False}
    for rows in (without, stopped, *further[:2]):
        for row in rows:
            for title, cell in row.items():
                if "%" in cell:
                    assert (row["Run"], cell) in (aware if "†" in title else free), title


def test_subsets_of_what_needed_the_gold_are_a_table_of_their_own():
    text = markdown(report("one_shot", "repair"))
    free, verified = grids(text)[-2:]
    assert [row["Run"] for row in free] == ["one_shot"] and [row["Run"] for row in verified] == ["repair"]
    assert "by subset:\n" in text and "by subset, verified †:\n" in text


def test_the_match_rule_is_shown_where_it_is_not_official_everywhere():
    assert "Match rule" not in markdown(report("one_shot", "repair"))
    rows = _main(report("one_shot", "repair", strict=("repair",)))
    assert {row["Run"]: row["Match rule"] for row in rows} == {"one_shot": "official", "repair": "strict"}


def test_how_the_prompt_is_written_is_shown_where_it_is_not_the_default():
    usual = markdown(report("one_shot", "repair"))
    assert "Schema style" not in usual and "Prompt style" not in usual and "Token budget" not in usual
    written = {"repair": {"schema_style": "mschema", "prompt_style": "finer", "token_budget": "600_finer_nano"}}
    rows = _main(report("one_shot", "repair", written=written))
    assert {row["Run"]: (row["Schema style"], row["Prompt style"], row["Token budget"]) for row in rows} == {
        "one_shot": ("compact", "plain", "none"),
        "repair": ("mschema", "finer", "600_finer_nano"),
    }


def test_several_samples_and_who_chooses_among_them_are_shown_where_some_arm_has_several():
    usual = markdown(report("one_shot"))
    assert "Samples" not in usual and "Selection" not in usual
    rows = _main(report("one_shot", "repair", written={"one_shot": {"num_samples": 16, "selection": "vav"}}))
    assert [(row["Samples"], row["Selection"]) for row in rows] == [("16", "vav"), ("1", "–")]


def test_the_feedback_names_the_mode_where_it_is_not_the_usual_one_of_the_scope():
    def feedback(scope: str, mode: str) -> str:
        written = {"repair": {"repair_scope": scope, "feedback_mode": mode}}
        return grids(markdown(report("repair", written=written)))[0][0]["Feedback"]

    assert feedback("verified", "result_status") == "basic, verified"
    assert feedback("verified", "oracle_rows") == "basic, verified, oracle_rows"
    assert feedback("online", "online_visible") == "basic, online"
    assert feedback("online", "error_only") == "basic, online, error_only"


def test_candidates_of_several_turns_share_no_column_with_those_of_one():
    """A loop that a rule stops is gold-free, as one shot is; its further turns are repairs of what was rejected."""
    main, further, *_ = grids(markdown(report("one_shot", "repair", gold_free=["repair"])))
    assert not any("†" in title for title in main[0]) and main[1]["Feedback"] == "basic, verified by my_rule"
    assert [(row["Executable"], row["Executable, all turns"]) for row in main] == [
        ("100.0 % (2/2; 95 % 34.2–100.0)", "–"),
        ("–", "100.0 % (3/3; 95 % 43.9–100.0)"),
    ]
    assert further[1]["All candidates right"] == "–" and further[1]["All candidates right, all turns"] != "–"
    assert [row["Final"][:5] for row in main] == ["50.0 ", "100.0"]  # an answer an example: these do compare


def test_the_mean_reward_has_the_interval_of_a_mean():
    rewarded = arm_tables(ARMS)
    rewards = [1.0, -0.5, 0.2]
    own = rewarded["attempts"].filter(pc.equal(rewarded["attempts"]["rollout"], "repair"))
    place = own.schema.get_field_index("reward")
    rewarded["attempts"] = own.set_column(place, own.schema.field(place), pa.array(rewards))
    rewarded["evaluations"] = arm_metrics(EXPERIMENT, **rewarded)
    with report_connection(rewarded) as connection:
        table = run_report("report_method", connection, config("repair"))
    (row,) = [row for row in table.to_pylist() if row["metric"] == "avg_candidate_reward"]
    half = 1.959964 * statistics.stdev(rewards) / len(rewards) ** 0.5
    assert (row["numerator"], row["denominator"]) == (pytest.approx(0.7), 3) and row["gold_aware"]
    assert (row["interval_low"], row["interval_high"]) == (
        pytest.approx(0.7 / 3 - half, abs=1e-5),
        pytest.approx(0.7 / 3 + half, abs=1e-5),
    )
    shown = next(grid for grid in grids(markdown(table)) if "Mean reward, verified †" in grid[0])
    assert shown[0]["Mean reward, verified †"].startswith("0.233 (0.7/3; 95 % -0.6")


def test_no_declared_arm_is_an_empty_report_that_says_so():
    table = report()
    assert table.num_rows == 0
    assert markdown(table) == "No arm is declared.\n"
