"""The lessons of an iteration as rows: of the tables `star_questions` and `star_rows`, and of its training.

    made = learn(1, "self", asked, candidates, rationalised, star)       # attempts of both passes
    made.questions, made.rows                                            # rows of the two tables
    training_rows(made.rows, asked, schemas, "plain")

In the training's rows those that the gold had a hand in stand evenly among the others (no end of the file is all gold),
though the trainer draws an order of its own.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.config_star import StarConfig
from t2s_pipeline.prompts.render import completion_text, initial_prompt, question_text
from t2s_pipeline.star.balance import Lesson, Source, balance
from t2s_pipeline.star.tally import tally
from t2s_pipeline.training.rows import TrainingError, TrainingRow

STAR_CODE_VERSION = "2"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Learnt:
    """Rows of `star_questions` and `star_rows`, without `experiment`."""

    questions: list[dict[str, Any]]
    rows: list[dict[str, Any]]

    @property
    def figures(self) -> dict[str, Any]:
        """For metadata: questions, and training rows by source."""
        copies: Counter[str] = Counter()
        for row in self.rows:
            copies[row["source"]] += row["copies"]
        solved = sum(row["right"] > 0 for row in self.questions)
        return {"questions": len(self.questions), "solved": solved} | {f"rows: {s}": copies[s] for s in Source}


def learn(
    iteration: int,
    name: str,
    examples: Sequence[Row],
    candidates: Iterable[Row],
    rationalised: Iterable[Row],
    star: StarConfig,
    only: set[str] | None = None,
) -> Learnt:
    """What an iteration of the loop `name` learns of the questions `examples`: of those in `only`, where it is given.

    `candidates` and `rationalised` are the attempts of the two passes. Raises GeneratorFailed as `balance`.
    """
    tallies = tally(candidates, thoughts=star.thoughts)
    helped = tally(rationalised, thoughts=star.thoughts)
    learnt_of = {key: own for key, own in tallies.items() if only is None or key in only}
    lessons = balance(learnt_of, helped, {row["example_id"]: row["gold"] for row in examples}, star)
    rows: Counter[str] = Counter()
    for lesson in lessons:
        rows[lesson.example_id] += lesson.copies
    source = {lesson.example_id: lesson.source for lesson in lessons}
    identity = {"star": name, "iteration": iteration}
    questions = []
    for example in examples:
        key = example["example_id"]
        own, hinted = tallies[key], helped.get(key)
        questions.append(
            identity
            | {column: example[column] for column in ("example_id", "database_id", "hardness")}
            | {"candidates": own.candidates, "judged": own.judged, "right": own.right}
            | {"solve_rate": own.solve_rate, "distinct_right": len(own.answers)}
            | {"rationalised": hinted.solved if hinted else None}
            | {"learnt_of": key in learnt_of, "source": source.get(key), "rows": rows[key]}
        )
    databases = {row["example_id"]: row["database_id"] for row in examples}
    return Learnt(questions, [identity | _row(lesson, databases) for lesson in lessons])


def training_rows(
    rows: Iterable[Row], examples: Iterable[Row], schemas: Iterable[Row], style: str
) -> list[TrainingRow]:
    """Rows of `star_rows` as rows to train on, each as often as it says. `schemas` are the train split's as the train
    rollouts show them. Raises TrainingError for a question without one."""
    asked = {row["example_id"]: row for row in examples}
    texts = {row["example_id"]: row["schema_text"] for row in schemas}
    own: list[TrainingRow] = []
    golds: list[TrainingRow] = []
    for row in rows:
        key = row["example_id"]
        if key not in texts:
            raise TrainingError(f"example {key}: no row in retrieved_schemas; materialize retrieved_schemas")
        prompt = initial_prompt(texts[key], question_text(asked[key]), style)
        answer = completion_text(row["sql"], row["thought"])
        made = [
            TrainingRow(
                f"{key}/{row['source']}_{row['sample']:02d}/copy_{copy:02d}",
                key.split("/", 1)[0],
                prompt.messages,
                (answer,),
            )
            for copy in range(row["copies"])
        ]
        (own if row["source"] == Source.CANDIDATE else golds).extend(made)
    return interleaved(own, golds)


def interleaved(first: Sequence[TrainingRow], second: Sequence[TrainingRow]) -> list[TrainingRow]:
    """Both, each shuffled by its ids, evenly among each other: any stretch has about as many of each as the whole."""
    placed = [
        ((place + 0.5) / len(rows), number, row)
        for number, rows in enumerate((_shuffled(first), _shuffled(second)))
        for place, row in enumerate(rows)
    ]
    return [row for _, _, row in sorted(placed, key=lambda item: item[:2])]


def _shuffled(rows: Sequence[TrainingRow]) -> list[TrainingRow]:
    return sorted(rows, key=lambda row: hashlib.sha256(row.row_id.encode()).digest())


def _row(lesson: Lesson, databases: Mapping[str, str]) -> dict[str, Any]:
    return {
        "example_id": lesson.example_id,
        "database_id": databases[lesson.example_id],
        "source": lesson.source.value,
        "sample": lesson.answer.sample,
        "sql": lesson.answer.sql,
        "thought": lesson.answer.thought,
        "copies": lesson.copies,
    }
