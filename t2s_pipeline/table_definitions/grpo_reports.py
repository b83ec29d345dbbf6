"""The report on how GRPO went."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import INT, REAL
from t2s_pipeline.table_definitions.results import MISSING
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

REPORT_GRPO = output_table(
    "report_grpo",
    "GRPO over its steps: each reward term, what became of the answers, and how far the policy went, in twenty parts "
    "of the training; of held-out questions every evaluation.",
    [
        key_column("adapter", "Name of the adapter; one without results is one row."),
        key_column("metric", "As in `training_steps`; empty without results."),
        key_column("part", "Part of the training, or number of the evaluation, from 1; 0 without results.", INT),
        MISSING,
        Column("first_step", INT, "Optimizer step that the part begins with; 0 is before the first."),
        Column("last_step", INT, "And ends with."),
        Column("steps", INT, "Steps that the mean is of.", nullable=False),
        Column("value", REAL, "Mean of the metric over the part."),
        Column("kept_step", INT, "The step whose weights the adapter has."),
    ],
)
