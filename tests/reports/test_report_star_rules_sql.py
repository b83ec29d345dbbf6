"""report_star_rules.sql: the final answers of arms by three rules."""

from __future__ import annotations

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import ATTEMPTS, ROLLOUTS, TRAJECTORIES
from tests.reports.tables import beside_another_experiment, config, table

#: Of each example the verdicts (official, strict, star) of two samples, and the sample that stands.
ANSWERS = [
    (((True, True, False), (False, False, True)), 0),
    (((True, True, True), (False, False, True)), 1),
    (((None, None, None), (True, True, True)), 0),
]


def tables():
    attempts, trajectories = [], []
    for number, (samples, final) in enumerate(ANSWERS):
        example = {"rollout": "sampled", "example_id": f"spider/dev/{number:05}"}
        for sample, (official, strict, star) in enumerate(samples):
            verdict = {"correct_official": official, "correct_strict": strict, "correct_star": star}
            attempts.append(example | verdict | {"turn": 1, "sample": sample})
        excluded = "gold_disputed" if number == 0 else None
        trajectories.append(example | {"final_turn": 1, "final_sample": final, "excluded_reason": excluded})
    return {
        "attempts": table(ATTEMPTS, attempts),
        "trajectories": table(TRAJECTORIES, trajectories),
        "rollouts": table(ROLLOUTS, [{"rollout": "sampled", "num_samples": 2, "selection": "vav"}]),
    }


def report(*arms, catalogue=False):
    found = beside_another_experiment(tables()) if catalogue else tables()
    with report_connection(found) as connection:
        return run_report("report_star_rules", connection, config(*arms))


def test_the_answer_that_stands_is_counted_by_each_rule():
    rows = report("sampled").to_pylist()
    counted = {(row["subset"], row["rule"]): (row["numerator"], row["denominator"]) for row in rows}
    assert counted == {
        ("all", "official"): (1, 3),
        ("all", "strict"): (1, 3),
        ("all", "star"): (1, 3),
        ("not_excluded", "official"): (0, 2),
        ("not_excluded", "strict"): (0, 2),
        ("not_excluded", "star"): (1, 2),
    }
    assert {(row["samples"], row["selection"]) for row in rows} == {(2, "vav")}


def test_rendered_with_what_has_no_results():
    text = markdown(report("sampled", "never_run"))
    assert "| Run | Samples | Selection | official | strict | star |" in text
    assert "| sampled | 2 | vav | 0.0 % (0/2;" in text
    assert "| never_run | no results: not run yet" in text
    assert report("sampled", catalogue=True).equals(report("sampled"))
