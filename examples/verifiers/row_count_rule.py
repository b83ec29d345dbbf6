"""A sanity rule: what a query returns must look like an answer to the question. It knows nothing of the gold.

[verifiers.row_count]
object = "examples.verifiers.row_count_rule:RowCountRule"

[verifiers.row_count.options]
max_rows = 200
"""

from __future__ import annotations

from collections.abc import Sequence

from t2s_pipeline.evaluation.custom_verifier import Answer, Evidence, Judgement

ONE_NUMBER = ("how many", "what is the number of", "count the", "what is the total number")


class RowCountRule:
    """Rejects what does not run, returns nothing or more than `max_rows` rows, and no single number where the question
    asks for one."""

    def __init__(self, max_rows: int = 1000) -> None:
        self._max_rows = max_rows

    def judge(self, items: Sequence[Evidence]) -> list[Judgement]:
        return [self._judge(item) for item in items]

    def _judge(self, item: Evidence) -> Judgement:
        if item.status != "ok" or item.row_count is None:
            return Judgement(Answer.REJECTED, f"It does not run: {item.error or item.status}.")
        if item.row_count == 0:
            return Judgement(Answer.REJECTED, "It returns no rows.")
        if item.row_count > self._max_rows:
            return Judgement(Answer.REJECTED, f"It returns {item.row_count} rows, more than {self._max_rows}.")
        asks_for_a_number = item.question.lower().startswith(ONE_NUMBER)
        if asks_for_a_number and (item.row_count, len(item.columns)) != (1, 1):
            shape = f"{item.row_count} rows of {len(item.columns)} columns"
            return Judgement(Answer.REJECTED, f"The question asks for one number, and it returns {shape}.")
        return Judgement(Answer.ACCEPTED)
