"""Whether an answer is right as training counts it: stricter than any one rule, and silent where nothing is known.

    train_truth(verdict, gold_vacuous=example["gold_vacuous"])      # True, False, or None: it teaches nothing

Mining, self-training, rewards, the memory of traces and solve rates all ask here.
"""

from __future__ import annotations

from functools import lru_cache

from t2s_pipeline.evaluation.verdict import SandboxDifference, Verdict
from t2s_pipeline.sql.constant_rows import writes_its_rows
from t2s_pipeline.sql.references import tables_read

# Here a verdict of "wrong" is about our limits, clock or patience, not about the answer.
_NOT_ABOUT_THE_ANSWER = frozenset(SandboxDifference) - {
    SandboxDifference.UNDECIDED_VALUES,  # the rules of train-side truth were decided
    SandboxDifference.DENIED_STATEMENT,
    SandboxDifference.DENIED_FUNCTION,
}


def train_truth(verdict: Verdict, *, gold_vacuous: bool) -> bool | None:
    """Whether an answer is right as training counts it; None where it teaches nothing in either direction.

    That is where the gold is vacuous, where the rules `official` and `strict` disagree, and where our own
    limits decided (a timeout would make training data depend on the machine). So is an answer that the rules find
    right, but that does not run as it is written (they mend its text), or that may be a guess:

    - it reads no table, or writes rows down: `SELECT 0` is right for one in twenty of Spider's questions;
    - all that it returns, and gold with it, is a row of zeros and NULLs, which every count and sum over nothing
      returns, whatever it is about. In train_spider.json 49 golds are of that kind. What differs from them is wrong.
    """
    if gold_vacuous or verdict.sandbox_difference in _NOT_ABOUT_THE_ANSWER:
        return None
    if verdict.correct_official is None or verdict.correct_official is not verdict.correct_strict:
        return None
    if verdict.correct_official and not (verdict.executable and _reads(verdict.sql) and not _of_nothing(verdict)):
        return None
    return verdict.correct_official


@lru_cache(maxsize=10_000)  # equal answers are many, and parsing costs as much as running
def _reads(sql: str) -> bool:
    """Whether a query is seen to read a table, and what it returns there. What sqlglot cannot parse is not; no gold of
    Spider is of that kind."""
    return bool(tables_read(sql)) and not writes_its_rows(sql)


def _of_nothing(verdict: Verdict) -> bool:
    """Whether a result is one row of zeros and NULLs."""
    return verdict.row_count == 1 and all(cell is None or cell == 0 for cell in verdict.preview_rows[0])
