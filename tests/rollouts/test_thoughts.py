"""Answers that think first: how long a thought was, and what one that never ends is."""

from __future__ import annotations

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.rollouts.run import run_rollouts
from t2s_pipeline.table_definitions import ATTEMPTS

ANSWERS = {
    "names": "<think>All of them.</think>\nSELECT name FROM singer",
    "ages": "<think>SELECT age FROM singer, or",
    "count": "SELECT count(*) FROM singer",
}


def test_a_thought_is_measured_and_one_that_never_ends_is_no_answer(examples, schema_texts, paths, verifier, model):
    asked = [example for example in examples if example["question"] in ANSWERS]
    thinking = model(lambda question, *_: ANSWERS[question])
    settings = RolloutConfig(prompt_style="finer")
    result = run_rollouts(asked, schema_texts, paths, thinking, verifier, settings, rollout="test")
    ATTEMPTS.check(ATTEMPTS.to_arrow([row | {"experiment": "toy"} for row in result.attempts]))
    found = [(row["thought_characters"], row["sql"], row["status"], row["error_class"]) for row in result.attempts]
    assert found == [
        (12, "SELECT name FROM singer", "ok", "execution_correct"),
        (26, None, "unclosed_thought", "missing_candidate"),
        (None, "SELECT count(*) FROM singer", "ok", "execution_correct"),
    ]
    assert result.attempts[1]["error"] == "the answer ended within its thought"
    assert result.attempts[1]["train_correct"] is False
    assert (result.stats["unclosed_thoughts"], result.stats["answers_without_sql"]) == (1, 1)
