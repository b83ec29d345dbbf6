"""The repair prompt of an answer: what was seen of it in words, and the question again.

What the feedback may know is put together here, and the gold is in none of it but in the mode `oracle_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.guards import Catalogues
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.prompts.feedback import FeedbackFacts, FeedbackMode, NameFacts, OracleFacts, render_feedback
from t2s_pipeline.prompts.render import Prompt, question_text, repair_prompt
from t2s_pipeline.rollouts.judging import Executor, Judged


def feedback_on(
    attempt: Mapping[str, Any],
    judged: Judged,
    catalogues: Catalogues,
    shown: Sequence[str] | None,
    oracle: OracleFacts | None,
    settings: RolloutConfig,
) -> str:
    """What the model is told of a row of `attempts`. A failure without a message is told by its status.

    `shown`: the tables that its prompt showed, None for all; `oracle` where the mode is `oracle_rows`.
    """
    sql = attempt["sql"]
    facts = FeedbackFacts(
        executable=attempt["executable"],
        error=attempt["error"] or attempt["status"].replace("_", " "),
        row_count=attempt["row_count"],
        has_query=sql is not None,
        reason=attempt["verifier_reason"],
        rows=judged.verdict.preview_rows,
        signals=tuple(attempt["signals"]),
        products=judged.inspection.products,
        hidden_keys=judged.inspection.hidden_keys,
        names=NameFacts(sql, catalogues[attempt["database_id"]], None if shown is None else tuple(shown))
        if sql is not None
        else None,
        oracle=oracle,
    )
    return render_feedback(facts, settings.feedback_mode, settings.feedback_detail)


def prompt_of_repair(
    example: Mapping[str, Any],
    schema_text: str,
    attempt: Mapping[str, Any],
    feedback: str,
    settings: RolloutConfig,
) -> Prompt:
    """The prompt that asks to repair a row of `attempts`."""
    return repair_prompt(
        schema_text,
        question_text(example),
        attempt["sql"],
        feedback,
        attempt["turn"],
        settings.feedback_detail,
        settings.prompt_style,
    )


def shows_gold(settings: RolloutConfig) -> bool:
    """Whether the feedback's mode tells of the gold."""
    return settings.feedback_mode == FeedbackMode.ORACLE_ROWS


def oracle_facts(executor: Executor, golds: Sequence[Candidate]) -> list[OracleFacts]:
    """What each gold returns, its query as `sql`, in order."""
    return [OracleFacts(verdict.row_count, verdict.preview_rows) for verdict in executor.verify(golds)]
