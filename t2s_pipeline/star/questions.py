"""Which questions of train a loop asks, and how.

    asked = asked_questions(examples, held_out, size=7000, seed=13)      # the same ones in every iteration
    measured = held_out_questions(examples, held_out)
    settings = candidate_settings(star, config.train.rollouts)

Questions whose gold is excluded or vacuous are in neither: nothing can be told of an answer to them, so they count in
no solve rate. A row of another split than train is an error wherever it comes from: the loop learns from what it reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.prompts.render import question_text
from t2s_pipeline.prompts.templates import template

TRAIN_SPLIT = "train"
HINT = "star_hint"
"""The template that shows a question with its gold."""

Row = Mapping[str, Any]


def asked_questions(examples: Iterable[Row], held_out: Collection[str], size: int, seed: int) -> list[Row]:
    """The rows of `examples` that are asked for candidates: `size` of those of databases not `held_out`, or all of them
    (0), in their order. Which ones depends on their ids and the seed alone. Raises InvariantError for a row that is not
    of train."""
    known = [row for row in _learnable(examples) if row["database_id"] not in held_out]
    if not size:
        return known
    drawn = sorted(known, key=lambda row: _draw(seed, row["example_id"]))[:size]
    kept = {row["example_id"] for row in drawn}
    return [row for row in known if row["example_id"] in kept]


def held_out_questions(examples: Iterable[Row], held_out: Collection[str]) -> list[Row]:
    """The rows of the databases `held_out`, on which iterations are measured. Raises as `asked_questions`."""
    return [row for row in _learnable(examples) if row["database_id"] in held_out]


def errors_among(trajectories: Iterable[Row], examples: Iterable[Row]) -> set[str]:
    """The example ids whose answer, chosen by vote among the candidates, is wrong: what a loop on errors learns from.

    Raises InvariantError where one of them is not a learnable question of train: errors of an evaluation split are
    never learnt from.
    """
    known = {row["example_id"] for row in _learnable(examples)}
    wrong = {row["example_id"] for row in trajectories if not row["final_correct"]}
    if wrong - known:
        raise InvariantError(f"error {sorted(wrong - known)[0]} is of no question of train: only those are learnt from")
    return wrong


def candidate_settings(star: StarConfig, writer: RolloutConfig) -> RolloutConfig:
    """How candidates are asked for: one turn, in the prompts of the train rollouts (`writer`)."""
    return replace(_one_turn(star, writer), num_samples=star.candidates, temperature=star.temperature, top_p=star.top_p)


def hinted_settings(star: StarConfig, writer: RolloutConfig) -> RolloutConfig:
    """How what was not solved is asked once more, with the gold shown: one candidate."""
    return replace(_one_turn(star, writer), num_samples=1, temperature=star.temperature, top_p=star.top_p)


def greedy_settings(star: StarConfig, writer: RolloutConfig) -> RolloutConfig:
    """How the held-out questions are asked."""
    return _one_turn(star, writer)


def hinted(examples: Iterable[Row]) -> list[dict[str, Any]]:
    """The same questions with the gold shown. What is answered to them is judged as any answer is, and is learnt under
    the question without the hint."""
    return [
        {**row, "question": template(HINT).format(question=question_text(row), gold=row["gold"]), "evidence": None}
        for row in examples
    ]


def _one_turn(star: StarConfig, writer: RolloutConfig) -> RolloutConfig:
    return RolloutConfig(
        max_new_tokens=star.max_new_tokens,
        seed=star.seed,
        **{name: getattr(writer, name) for name in _SHOWN},
    )


_SHOWN = (
    "retrieval_mode",
    "top_k_tables",
    "fk_hops",
    "schema_style",
    "prompt_style",
    "max_prompt_tokens",
    "match_rule",
    "stop",
)


def _learnable(examples: Iterable[Row]) -> list[Row]:
    rows = list(examples)
    for row in rows:
        if row["split"] != TRAIN_SPLIT:
            raise InvariantError(f"{row['example_id']} is of split {row['split']}: a loop reads train alone")
    return [row for row in rows if row["excluded_reason"] is None and not row["gold_vacuous"]]


def _draw(seed: int, example_id: str) -> bytes:
    return hashlib.sha256(f"{seed} {example_id}".encode()).digest()
