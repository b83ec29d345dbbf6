"""report_failures.sql and report_flips.sql where there is more than anybody reads: what is left out has its row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from t2s_pipeline.config import ComparisonConfig
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import relations, report_connection, run_report, run_sql
from t2s_pipeline.tables import registry
from tests.reports.tables import EXPERIMENT, Outcome, all_tables, config

RIGHT, WRONG = (True, True), (False, True)
CLASSES = ["wrong_result"] * 12 + ["no_such_column"] * 4 + ["syntax_error"]
ARMS = {
    "one": [Outcome(name, (WRONG,)) for name in CLASSES] + [Outcome("execution_correct", (RIGHT,))] * 3,
    "two": [Outcome("execution_correct", (RIGHT,))] * 17 + [Outcome("wrong_result", (WRONG,))] * 3,
}
DECLARED = replace(config("one", "two"), comparisons={"gain": ComparisonConfig(first="one", second="two")})


def listing(name: str, most: int) -> list[dict[str, Any]]:
    with report_connection(all_tables(ARMS)) as connection:
        for relation, rows in relations(name, DECLARED).items():
            connection.register(relation, rows)
        return run_sql(name, connection, {"experiment": EXPERIMENT, "most": most})


def test_of_every_class_as_many_failures_are_listed_and_the_rest_is_counted():
    whole = listing("report_failures", 100)
    assert len(whole) == 20 and not any(row["left_out"] for row in whole)
    rows = listing("report_failures", 6)
    left_out = {(row["arm"], row["final_error_class"]): row["left_out"] for row in rows if row["left_out"]}
    assert left_out == {("one", "wrong_result"): 9, ("one", "no_such_column"): 2}
    listed = [row for row in rows if row["left_out"] is None]
    assert len([row for row in listed if row["arm"] == "one"]) == 6
    assert [row for row in whole if row["example_id"] in {r["example_id"] for r in listed if r["arm"] == "one"}] == [
        row for row in listed if row["arm"] == "one"
    ]
    assert sum(row["left_out"] or 1 for row in rows) == len(whole)
    shown = [row["example_id"] for row in rows if row["arm"] == "one"]
    assert shown[:6] == sorted(shown[:6]) and shown[6:] == ["(left out) no_such_column", "(left out) wrong_result"]


def test_of_either_kind_as_many_flips_are_listed_and_the_rest_is_counted():
    whole = listing("report_flips", 100)
    assert [row["change"] for row in whole] == ["fixed"] * 17 + ["broken"] * 3
    rows = listing("report_flips", 8)
    assert [(row["change"], row["left_out"]) for row in rows] == [("fixed", None)] * 5 + [("broken", None)] * 3 + [
        ("fixed", 12)
    ]
    assert all(row in whole for row in rows[:-1])


def test_texts_say_how_many_there_are_and_how_many_are_listed():
    for name, most, said in (
        ("report_failures", 6, "20 wrong last answers; 9 of them, of every class, with its question"),
        ("report_failures", 100, "20 wrong last answers, each with its question"),
        ("report_flips", 8, "gain: two fixes 17 and breaks 3 of one, the first 8 of 20"),
        ("report_flips", 100, "gain: two fixes 17 and breaks 3 of one"),
    ):
        assert said in markdown(registry()[name].to_arrow(listing(name, most)))


def test_what_a_report_lists_of_few_is_all_of_them():
    with report_connection(all_tables(ARMS)) as connection:
        assert run_report("report_failures", connection, DECLARED).num_rows == 20
