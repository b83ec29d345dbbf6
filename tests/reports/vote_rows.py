"""Small real tables of arms with several samples, whose votes one can count by hand."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from t2s_pipeline.config import ArmConfig, ExperimentConfig
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import ATTEMPTS, EXAMPLES, ROLLOUTS, VOTES
from tests.reports.tables import beside_another_experiment, config, table

#: Of each example its verdicts by sample (official, strict), the sample that `vav` chooses, and its margin.
EXAMPLES_OF_ARM = [
    ([(True, True), (False, False), (True, False)], 0, 1.0),
    ([(False, False), (False, False), (True, True)], 0, 1 / 3),
    ([(False, False), (True, False), (False, False)], 1, 1 / 3),
    ([(False, False), (False, False), (False, False)], 0, None),
]


def several(*arms: str) -> ExperimentConfig:
    """An experiment with these arms of three samples, and one of a single sample."""
    found = config(*arms)
    sampled = {name: ArmConfig(model="nano", num_samples=3, temperature=1.0) for name in arms}
    return replace(found, arms={"greedy": ArmConfig(model="nano"), **sampled})


def vote_tables(match_rule: str = "official") -> dict[str, pa.Table]:
    """One arm, `sampled`, over four examples, the last of which is excluded; and attempts of an arm `greedy`."""
    examples, attempts, votes = [], [], []
    for number, (verdicts, chosen, margin) in enumerate(EXAMPLES_OF_ARM):
        example = {"example_id": f"spider/dev/{number:05}"}
        excluded = "gold_disputed" if number == 3 else None
        examples.append(example | {"split": "dev", "hardness": "easy", "excluded_reason": excluded})
        judged = [
            {"correct_official": official, "correct_strict": strict, "correct": strict}
            if match_rule == "bird"
            else {"correct_official": official or None, "correct_strict": strict, "correct": official}
            for official, strict in verdicts
        ]
        attempts += [example | {"rollout": "sampled", "sample": n} | verdict for n, verdict in enumerate(judged)]
        attempts += [example | {"rollout": "sampled", "turn": 2, "sample": 0, "correct_official": True}]
        attempts += [example | {"rollout": "greedy", "sample": 0, "correct_official": True}]
        vote = example | {"rollout": "sampled", "samples": 3, "sample": chosen, "margin": margin}
        reason = "nothing_ran" if margin is None else None
        votes.append(vote | {"selector": "vav", "reason": reason, "correct": judged[chosen]["correct"]})
        votes.append(vote | {"selector": "first_executable", "sample": 0, "margin": None})
    arms = [
        {"rollout": name, "split": "dev", "num_samples": samples, "match_rule": match_rule}
        for name, samples in (("greedy", 1), ("sampled", 3))
    ]
    return {
        "rollouts": table(ROLLOUTS, arms),
        "attempts": table(ATTEMPTS, attempts),
        "examples": table(EXAMPLES, examples),
        "votes": table(VOTES, votes),
    }


def report(name: str, *arms: str, catalogue: bool = False, match_rule: str = "official") -> pa.Table:
    tables = vote_tables(match_rule)
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report(name, connection, several(*(arms or ("sampled",))))
