"""Whether an answer is right as training counts it: stricter than any one rule, and silent where nothing is known.

    train_truth(verdict, gold_vacuous=example["gold_vacuous"])      # True, False, or None: it teaches nothing

Mining, self-training, rewards, the memory of traces and solve rates all ask here.
"""

from __future__ import annotations

from t2s_pipeline.evaluation.verdict import SandboxDifference, Verdict

# Here a verdict of "wrong" is about our limits, clock or patience, not about the answer.
_NOT_ABOUT_THE_ANSWER = frozenset(SandboxDifference) - {
    SandboxDifference.UNDECIDED_VALUES,  # the rules of train-side truth were decided
    SandboxDifference.DENIED_STATEMENT,
    SandboxDifference.DENIED_FUNCTION,
}


def train_truth(verdict: Verdict, *, gold_vacuous: bool) -> bool | None:
    """Whether an answer is right as training counts it; None where it teaches nothing in either direction.

    That is where the gold is vacuous, where the rules `official` and `strict` disagree, and where our own
    limits decided (a timeout would make training data depend on the machine).
    """
    if gold_vacuous or verdict.sandbox_difference in _NOT_ABOUT_THE_ANSWER:
        return None
    if verdict.correct_official is None or verdict.correct_official is not verdict.correct_strict:
        return None
    return verdict.correct_official
