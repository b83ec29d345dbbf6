"""passes.sql (with feedback.sql) and outcomes.sql: what several reports begin with, of one experiment alone."""

from __future__ import annotations

import pytest

from t2s_pipeline.macros import macros_named_in
from t2s_pipeline.reports.run import report_connection
from t2s_pipeline.table_definitions import ROLLOUTS, TRAJECTORIES
from t2s_pipeline.tables import TableSchema
from tests.reports.tables import EXPERIMENT, table


def relation(name: str, schema: TableSchema, rows: list[dict]) -> list[dict]:
    """The rows of one of the relations, over a table of these rows."""
    with report_connection({schema.name: table(schema, rows)}) as connection:
        query = f"SELECT * FROM {name}($experiment) ORDER BY ALL"
        for macro in macros_named_in(query):
            connection.execute(macro.temporary())
        found = connection.sql(query, params={"experiment": EXPERIMENT})
        return found.to_arrow_table().to_pylist()


def rollout(shard: str, **own) -> dict:
    usual = {"rollout": "arm", "shard": shard, "gold_free": True, "max_turns": 1, "num_samples": 1, "verifier": "gold"}
    return usual | {"repair_scope": "verified", "feedback_mode": "result_status", "feedback_detail": "basic"} | own


@pytest.mark.parametrize(
    ("own", "gold_aware", "first_gold_aware", "repairs", "several", "feedback"),
    [
        ({}, False, False, False, False, "one_shot"),
        ({"gold_free": False, "max_turns": 3}, True, False, True, True, "basic, verified"),
        ({"gold_free": False, "max_turns": 3, "num_samples": 4}, True, True, True, True, "basic, verified"),
        ({"num_samples": 4}, False, False, False, True, "one_shot"),
        ({"max_turns": 2, "repair_scope": "online", "feedback_mode": "error_only"}, False, False, True, True,
         "basic, online, error_only"),
        ({"max_turns": 2, "verifier": "my_rule"}, False, False, True, True, "basic, verified by my_rule"),
    ],
)  # fmt: skip
def test_a_pass_is_its_shards_together(own, gold_aware, first_gold_aware, repairs, several, feedback):
    shards = [rollout(shard, **own) for shard in ("00_of_02", "01_of_02")]
    others = [rollout("00_of_01", experiment="another", gold_free=False, max_turns=5)]
    (row,) = relation("passes", ROLLOUTS, shards + others)
    assert (row["arm"], row["gold_aware"], row["first_gold_aware"]) == ("arm", gold_aware, first_gold_aware)
    assert (row["repairs"], row["several"], row["feedback"]) == (repairs, several, feedback)


@pytest.mark.parametrize(
    ("first", "final", "classes", "status"),
    [
        (True, True, ("execution_correct", "execution_correct"), "correct_first_turn"),
        (False, True, ("no_such_column", "execution_correct"), "repaired"),
        (True, False, ("execution_correct", "wrong_result"), "regressed"),
        (False, False, ("no_such_column", "wrong_result"), "failed"),
    ],
)
def test_an_outcome_is_a_class_at_each_end_and_a_status(first, final, classes, status):
    own = {"rollout": "arm", "example_id": "toy/dev/00000", "first_correct": first, "final_correct": final}
    own |= {"any_correct": final, "first_error_class": "no_such_column", "final_error_class": "wrong_result"}
    (row,) = relation("outcomes", TRAJECTORIES, [own, own | {"experiment": "another", "rollout": "theirs"}])
    assert (row["arm"], row["status"]) == ("arm", status)
    assert (row["first_class"], row["final_class"]) == classes
    assert (row["first_right"], row["final_right"]) == (first, final)
