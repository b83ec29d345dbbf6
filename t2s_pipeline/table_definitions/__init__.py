"""Every table of the warehouse, in the order in which the data flows. See `tables.py` for what a table is."""

from __future__ import annotations

from t2s_pipeline.table_definitions.attempts import ATTEMPTS, ROLLOUTS, TRAJECTORIES
from t2s_pipeline.table_definitions.data_set_reports import REPORT_DATA_SETS, REPORT_VARIANTS
from t2s_pipeline.table_definitions.diagnoses import DIAGNOSES, REPORT_COLUMN_ERRORS, REPORT_WRONG_RESULTS
from t2s_pipeline.table_definitions.error_reports import (
    REPORT_CANDIDATE_ERRORS,
    REPORT_ERROR_TAXONOMY,
    REPORT_FAILURES,
    REPORT_ONLINE_REPAIR,
    REPORT_REPAIR_BREAKDOWN,
    REPORT_ROUTING,
)
from t2s_pipeline.table_definitions.gold_audit import GOLD_AUDIT, REPORT_GOLD_AUDIT
from t2s_pipeline.table_definitions.gold_features import GOLD_FEATURES
from t2s_pipeline.table_definitions.grpo_reports import REPORT_GRPO
from t2s_pipeline.table_definitions.inputs import (
    COLUMNS,
    DATABASES,
    EXAMPLES,
    REJECTED_EXAMPLES,
    REPORT_SCHEMA_RECALL,
    RETRIEVED_SCHEMAS,
)
from t2s_pipeline.table_definitions.memory import MEMORY_TRACES, THOUGHT_VECTORS
from t2s_pipeline.table_definitions.preferences import (
    FILTERED_PAIRS,
    PAIRS,
    REPORT_PAIR_FUNNEL,
    REPORT_PAIR_QUALITY,
)
from t2s_pipeline.table_definitions.reasoning import REASONING_TRACES, TEACHER_TRACES
from t2s_pipeline.table_definitions.results import (
    EVALUATIONS,
    REPORT_ABLATIONS,
    REPORT_COMPARISON,
    REPORT_FLIPS,
    REPORT_HARDNESS,
    REPORT_METHOD,
    REPORT_PAGE,
)
from t2s_pipeline.table_definitions.star import (
    REPORT_STAR,
    REPORT_STAR_RULES,
    STAR_COSTS,
    STAR_ITERATIONS,
    STAR_QUESTIONS,
    STAR_ROWS,
)
from t2s_pipeline.table_definitions.stores import (
    ACCEPTED_EVALUATIONS,
    COMPLETIONS,
    EVALUATION_HISTORY,
    PROMPTS,
)
from t2s_pipeline.table_definitions.training import ADAPTERS, SKIPPED_TRAINING_ROWS, TRAINING_STEPS
from t2s_pipeline.table_definitions.votes import (
    REPORT_RECALL,
    REPORT_RISK_COVERAGE,
    REPORT_VOTING,
    REPORT_VOTING_PAIRS,
    VOTES,
)
from t2s_pipeline.tables import TableSchema

ALL: dict[str, TableSchema] = {
    table.name: table
    for table in (
        EXAMPLES,
        REJECTED_EXAMPLES,
        GOLD_AUDIT,
        GOLD_FEATURES,
        DATABASES,
        COLUMNS,
        RETRIEVED_SCHEMAS,
        PROMPTS,
        COMPLETIONS,
        ROLLOUTS,
        ATTEMPTS,
        TRAJECTORIES,
        VOTES,
        PAIRS,
        FILTERED_PAIRS,
        TEACHER_TRACES,
        REASONING_TRACES,
        THOUGHT_VECTORS,
        ADAPTERS,
        MEMORY_TRACES,
        TRAINING_STEPS,
        SKIPPED_TRAINING_ROWS,
        STAR_QUESTIONS,
        STAR_ROWS,
        STAR_COSTS,
        STAR_ITERATIONS,
        EVALUATIONS,
        EVALUATION_HISTORY,
        ACCEPTED_EVALUATIONS,
        DIAGNOSES,
        REPORT_METHOD,
        REPORT_DATA_SETS,
        REPORT_VARIANTS,
        REPORT_ABLATIONS,
        REPORT_COMPARISON,
        REPORT_FLIPS,
        REPORT_HARDNESS,
        REPORT_ERROR_TAXONOMY,
        REPORT_REPAIR_BREAKDOWN,
        REPORT_ROUTING,
        REPORT_ONLINE_REPAIR,
        REPORT_CANDIDATE_ERRORS,
        REPORT_COLUMN_ERRORS,
        REPORT_WRONG_RESULTS,
        REPORT_FAILURES,
        REPORT_VOTING,
        REPORT_VOTING_PAIRS,
        REPORT_RISK_COVERAGE,
        REPORT_RECALL,
        REPORT_SCHEMA_RECALL,
        REPORT_PAIR_FUNNEL,
        REPORT_PAIR_QUALITY,
        REPORT_GRPO,
        REPORT_STAR,
        REPORT_STAR_RULES,
        REPORT_GOLD_AUDIT,
        REPORT_PAGE,
    )
}
