"""What a self-training loop learns of the fixture's first turns, for `golden_stages.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.star.lessons import learn, training_rows
from t2s_pipeline.star.progress import iteration_row
from t2s_pipeline.star.questions import asked_questions, candidate_settings, errors_among
from t2s_pipeline.training.rows import rows_text

STAR = StarConfig(eval_sample_size=12, max_rows_per_question=3)


def star_lessons(
    examples: Sequence[dict[str, Any]],
    attempts: Sequence[dict[str, Any]],
    trajectories: Sequence[dict[str, Any]],
    schemas: Sequence[dict[str, Any]],
) -> list[Any]:
    """Settings, questions, rows, training and decision; the fixture's dev split stands as the train side."""
    train = [row | {"split": "train"} for row in examples]
    asked = asked_questions(train, (), STAR.eval_sample_size, STAR.seed)
    known = {row["example_id"] for row in asked}
    candidates = [row for row in attempts if row["turn"] == 1 and row["example_id"] in known]
    answers = [row for row in trajectories if row["example_id"] in known]
    learnt = learn(1, "self", asked, candidates, (), STAR)
    rows = training_rows(learnt.rows, asked, schemas, "plain")
    first = [row | {"final_correct": row["first_correct"]} for row in answers]
    decided = iteration_row("self", 1, answers, first, None, STAR, stopped=False)
    settings = asdict(candidate_settings(STAR, RolloutConfig()))
    return [settings, learnt.questions, learnt.rows, rows_text(rows), sorted(errors_among(answers, asked)), decided]
