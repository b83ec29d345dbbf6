"""report_voting.sql: what each way to choose gets right; what needs the gold stands apart."""

from __future__ import annotations

from t2s_pipeline.reports.render import markdown
from tests.reports.vote_rows import report


def counts(rows, **wanted):
    own = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return {row["answer"]: (row["numerator"], row["denominator"]) for row in own}


def test_every_answer_is_counted_by_rule_and_subset():
    rows = report("report_voting").to_pylist()
    assert counts(rows, subset="all", rule="official") == {
        "vav": (2, 4),
        "first_executable": (1, 4),
        "first_sample": (1, 4),
        "best_sample": (2, 4),
        "any_sample": (3, 4),
    }
    assert counts(rows, subset="not_excluded", rule="official")["vav"] == (2, 3)
    strict = counts(rows, subset="all", rule="strict")
    assert (strict["vav"], strict["best_sample"], strict["any_sample"]) == ((1, 4), (1, 4), (2, 4))
    best = {row["rule"]: row["sample"] for row in rows if row["answer"] == "best_sample"}
    assert best == {"official": 2, "strict": 0}  # of equals the lowest
    assert {row["samples"] for row in rows} == {3}


def test_what_the_gold_chose_is_marked_and_stands_in_no_table_with_the_others():
    rows = report("report_voting").to_pylist()
    assert {row["answer"] for row in rows if row["gold_aware"]} == {"best_sample", "any_sample"}
    text = markdown(report("report_voting"))
    answers, upper = text.split("upper bounds †")
    assert "| vav |" in answers and "any_sample" not in answers
    assert "| any_sample | 75.0 % (3/4;" in upper and "vav" not in upper and ", sample 2 |" in upper


def test_an_arms_own_rule_is_there_too():
    rows = report("report_voting", match_rule="bird").to_pylist()
    assert {row["rule"] for row in rows} == {"official", "strict", "bird"}
    assert counts(rows, subset="all", rule="bird") == counts(rows, subset="all", rule="strict")


def test_another_experiment_changes_nothing_and_a_missing_arm_says_why():
    assert report("report_voting", catalogue=True).equals(report("report_voting"))
    table = report("report_voting", "sampled", "never_run")
    assert table.to_pylist()[-1]["missing"] == "not voted yet: t2s run -e published 'votes[never_run]'"
    assert "| never_run | no results: not voted yet" in markdown(table)
    assert {row["arm"] for row in table.to_pylist()} == {"sampled", "never_run"}  # one sample needs no vote
