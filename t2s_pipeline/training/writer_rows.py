"""What the SQL writer is trained on: the questions of the train split with a teacher's thought and SQL as the answer.

    rows = writer_rows(traces, examples, schemas, "finer")

The prompt is the one that the writer is asked with later, whatever the teacher was told: the writer learns to think
from the answers alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from t2s_pipeline.prompts.render import completion_text, initial_prompt, question_text
from t2s_pipeline.prompts.templates import PromptStyle
from t2s_pipeline.training.rows import TrainingError, TrainingRow

Row = Mapping[str, Any]


def writer_rows(
    traces: Iterable[Row],
    examples: Iterable[Row],
    schemas: Iterable[Row],
    prompt_style: PromptStyle | str,
    held_out: Collection[str] = (),
) -> list[TrainingRow]:
    """Rows to imitate, ordered by row id; of equal (prompt, answer) the first stays.

    `traces` are rows of `teacher_traces`, of which the kept ones count, `examples` and `schemas` those of the train
    split (`schemas` as the train rollouts show them); rows of the databases `held_out` are marked so. Raises
    TrainingError where a trace is of no example, or of one without a schema.
    """
    asked = {row["example_id"]: row for row in examples}
    texts = {row["example_id"]: row["schema_text"] for row in schemas}
    distinct: dict[tuple[Any, ...], TrainingRow] = {}
    kept = [row for row in traces if row["removed_by"] is None]
    for trace in sorted(kept, key=lambda row: (row["example_id"], row["teacher"], row["attempt"])):
        example_id = trace["example_id"]
        row_id = f"{example_id}/{trace['teacher']}/attempt_{trace['attempt']:02d}"
        if example_id not in asked or example_id not in texts:
            missing = "retrieved_schemas" if example_id in asked else "train_examples"
            raise TrainingError(f"trace {row_id}: its example has no row in {missing}; materialize {missing}")
        prompt = initial_prompt(texts[example_id], question_text(asked[example_id]), prompt_style)
        answer = completion_text(trace["sql"], trace["thought"])
        dataset = example_id.split("/", 1)[0]
        row = TrainingRow(row_id, dataset, prompt.messages, (answer,), trace["database_id"] in held_out)
        distinct.setdefault((row.messages, row.completions), row)
    return list(distinct.values())
