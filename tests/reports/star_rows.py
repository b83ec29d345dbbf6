"""A small real loop whose figures one can count by hand: two iterations that ran, a third that has not."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.table_definitions import ADAPTERS, STAR_COSTS, STAR_ITERATIONS, STAR_QUESTIONS, STAR_ROWS
from tests.reports.tables import config, table

SELF = {"star": "self"}


def loops() -> ExperimentConfig:
    return replace(config("base"), star={"self": StarConfig(max_iterations=3)})


def star_tables() -> dict[str, pa.Table]:
    """Iteration 1 learns of two questions and gains; 2 is within noise and ends the loop."""
    measured = {"questions": 10, "stopped": False, "ends_here": False}
    iterations = [
        SELF | measured | {"iteration": 0, "right": 4},
        SELF | measured | {"iteration": 1, "right": 8, "within_noise": False},
        SELF | measured | {"iteration": 2, "right": 8, "within_noise": True, "ends_here": True},
    ]
    questions = [
        SELF | {"iteration": 1, "example_id": "a", "hardness": "easy", "judged": 4, "right": 3},
        SELF | {"iteration": 1, "example_id": "b", "hardness": "hard", "judged": 4, "right": 0},
        SELF | {"iteration": 2, "example_id": "a", "hardness": "easy", "judged": 4, "right": 4},
        SELF | {"iteration": 2, "example_id": "b", "hardness": "hard", "judged": 4, "right": 1},
    ]
    rows = [
        SELF | {"iteration": 1, "example_id": "a", "source": "candidate", "copies": 3},
        SELF | {"iteration": 1, "example_id": "b", "source": "gold", "copies": 1},
        SELF | {"iteration": 2, "example_id": "a", "source": "candidate", "copies": 1},
    ]
    costs = [
        SELF
        | {"iteration": n, "pass": what, "stopped": False, "candidates": 8, "prompt_tokens": 100 * n, "seconds": 2.5}
        for n, what in ((1, "candidates"), (1, "held_out"), (2, "candidates"))
    ]
    return {
        "star_iterations": table(STAR_ITERATIONS, iterations),
        "star_questions": table(STAR_QUESTIONS, questions),
        "star_rows": table(STAR_ROWS, rows),
        "star_costs": table(STAR_COSTS, costs),
        "adapters": table(ADAPTERS, [{"adapter": f"self_{n}", "train_seconds": 60.0 * n} for n in (1, 2)]),
    }
