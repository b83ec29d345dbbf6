"""report_voting_pairs.sql, with vote_pair_counts.sql and vote_answers.sql: selectors and the best system, in pairs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.evaluation.statistics import exact_mcnemar, paired_difference
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import ATTEMPTS, EXAMPLES, VOTES
from tests.reports.tables import beside_another_experiment, table
from tests.reports.vote_rows import report, several, vote_tables

REPLAYED = ModelConfig(backend="replay", predictions=("one.txt", "two.txt", "three.txt"))


def of_systems(catalogue: bool = False):
    """The same arm, its three samples of three files of predictions."""
    tables = vote_tables()
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_voting_pairs", connection, replace(several("sampled"), models={"nano": REPLAYED}))


def test_every_two_selectors_are_counted_on_the_same_examples():
    official, strict = report("report_voting_pairs").to_pylist()
    assert [(row["rule"], row["first"], row["second"]) for row in (official, strict)] == [
        ("official", "first_executable", "vav"),
        ("strict", "first_executable", "vav"),
    ]
    counts = ("both_right", "fixed", "broken", "both_wrong")
    assert [official[name] for name in counts] == [1, 1, 0, 2]  # the vote takes the second sample of example 2
    assert [strict[name] for name in counts] == [1, 0, 0, 3]
    assert (official["value"], official["interval_low"], official["interval_high"]) == paired_difference(1, 0, 1, 2)
    assert official["p_value"] == official["p_holm"] == exact_mcnemar(0, 1) == 1.0
    assert not official["gold_aware"]


def test_the_best_sample_is_one_system_where_samples_are_files_of_systems_alone():
    rows = of_systems().to_pylist()
    pairs = {(row["first"], row["second"]): row for row in rows if row["rule"] == "official"}
    assert set(pairs) == {
        ("best_sample", "vav"),
        ("best_sample", "first_executable"),
        ("first_executable", "vav"),
    }
    best = pairs["best_sample", "vav"]  # sample 2 is right on the first two questions, the vote on the first and third
    assert [best[name] for name in ("both_right", "fixed", "broken", "both_wrong")] == [1, 1, 1, 1]
    assert best["gold_aware"] and not pairs["first_executable", "vav"]["gold_aware"]
    assert of_systems(catalogue=True).equals(of_systems())
    text = markdown(of_systems())
    free, aware = text.split("sampled, official: with the best single system †")
    assert "best_sample" not in free and "| best_sample | vav | 1 | 1 | +0.0 (+0/4;" in aware


def test_holm_is_over_the_comparisons_of_an_arm_by_one_rule():
    tables = vote_tables()
    wins = [{"vav": n < 9, "first_executable": n == 10, "majority": n < 7} for n in range(12)]
    examples, attempts, votes = [], [], []  # of two samples the first is right
    for number, of in enumerate(wins):
        own = {"example_id": f"spider/dev/{number:05}"}
        examples.append(own | {"split": "dev", "database_id": f"spider/{number % 2}"})
        attempts += [
            own | {"rollout": "sampled", "turn": 1, "sample": n, "correct_official": not n, "correct_strict": not n}
            for n in (0, 1)
        ]
        votes += [own | {"rollout": "sampled", "selector": name, "sample": int(not won)} for name, won in of.items()]
    tables |= {"examples": table(EXAMPLES, examples), "attempts": table(ATTEMPTS, attempts)}
    tables["votes"] = table(VOTES, votes)
    with report_connection(tables) as connection:
        rows = run_report("report_voting_pairs", connection, several("sampled")).to_pylist()
    official = {(row["first"], row["second"]): row for row in rows if row["rule"] == "official"}
    raw = {pair: row["p_value"] for pair, row in official.items()}
    assert raw == {
        ("first_executable", "vav"): exact_mcnemar(1, 9),
        ("first_executable", "majority"): exact_mcnemar(1, 7),
        ("majority", "vav"): exact_mcnemar(0, 2),
    }
    assert official["first_executable", "vav"]["p_holm"] == pytest.approx(3 * exact_mcnemar(1, 9))
    assert official["first_executable", "majority"]["p_holm"] == pytest.approx(2 * exact_mcnemar(1, 7))
    assert official["majority", "vav"]["p_holm"] == pytest.approx(exact_mcnemar(0, 2))
    assert official["first_executable", "vav"]["bootstrap_low"] is not None  # two databases


def test_an_arm_without_votes_says_why():
    made = report("report_voting_pairs", "sampled", "never_run")
    last = made.to_pylist()[-1]
    assert (last["arm"], last["first"], last["denominator"]) == ("never_run", "(no results)", 0)
    assert last["missing"] == "not voted yet: t2s run -e published 'votes[never_run]'"
    assert "| never_run | no results: not voted yet" in markdown(made)
