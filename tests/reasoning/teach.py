"""A teacher's pass in a process of its own, to be killed: `python -m tests.reasoning.teach DATA BASE_URL DATABASE`."""

from __future__ import annotations

import sys
from pathlib import Path

from t2s_pipeline.config import ModelConfig, RolloutConfig
from t2s_pipeline.config_teachers import TeacherConfig
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.protocol import Policy
from t2s_pipeline.reasoning.ask import Traces, ask_teacher
from t2s_pipeline.reasoning.traces import teacher_rollout
from t2s_pipeline.sandbox.policy import SandboxPolicy

QUESTIONS = 200


def teach(data: Path, base_url: str, database: Path) -> Traces:
    model = ModelConfig(backend="openai", base_url=base_url, served_model="tiny", log_probabilities=False)
    teacher = TeacherConfig("model", "tiny", prompt_style="finer")
    examples = [
        {
            "example_id": f"toy/train/{number:05d}",
            "database_id": "toy/music",
            "split": "train",
            "question": f"Question {number}?",
            "gold": "SELECT count(*) FROM singer",
            "gold_vacuous": False,
            "excluded_reason": None,
        }
        for number in range(QUESTIONS)
    ]
    with GoldVerifier(SandboxPolicy(), workers=1) as verifier:
        return ask_teacher(
            "tiny",
            examples,
            {example["example_id"]: "Table singer: name TEXT" for example in examples},
            {"toy/music": database},
            open_generator(Policy("tiny", model), data),
            verifier,
            teacher_rollout(teacher, RolloutConfig()),
            keep_incorrect=False,
        )


if __name__ == "__main__":
    teach(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
