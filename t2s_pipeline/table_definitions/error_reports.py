"""Reports on what went wrong, and on what became of it."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, EXAMPLE_ID, FLAG, INT, NAMES, TEXT
from t2s_pipeline.table_definitions.results import ARM, GOLD_AWARE, MISSING
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

_FEEDBACK = Column("feedback", TEXT, "As in `report_method`: `one_shot` arms repair nothing. Null without results.")

REPORT_ERROR_TAXONOMY = output_table(
    "report_error_taxonomy",
    "Error taxonomy: first-turn errors of every arm by class, and how many were repaired.",
    [
        ARM,
        key_column("error_class", "Class of the first answer."),
        MISSING,
        _FEEDBACK,
        GOLD_AWARE,
        Column("first_turn_errors", INT, "Examples whose first answer is of the class.", nullable=False),
        Column("repaired", INT, "Of these, right in the end; null for a one-shot arm."),
        Column("failed", INT, "Of these, wrong in the end; null for a one-shot arm."),
        *COUNTED,
    ],
    version=2,
)

REPORT_REPAIR_BREAKDOWN = output_table(
    "report_repair_breakdown",
    "Repair breakdown: what class every example's first answer is of, and what class its last. The share is of the "
    "examples whose first answer is of the class.",
    [
        ARM,
        key_column("first_class", "Class of the first answer; `execution_correct` where it is right."),
        key_column("final_class", "Class of the last answer, likewise."),
        MISSING,
        _FEEDBACK,
        GOLD_AWARE,
        Column("status", TEXT, "`correct_first_turn`, `repaired`, `regressed` or `failed`.", nullable=False),
        *COUNTED,
    ],
)

REPORT_ROUTING = output_table(
    "report_routing",
    "Routing: first-turn errors by class and by who could notice them, with the recommended route.",
    [
        ARM,
        key_column("error_class", "Class of the first answer."),
        MISSING,
        Column("deployment_scope", TEXT, "Who could notice it in use.", nullable=False),
        Column("recommended_route", TEXT, "What to do about it.", nullable=False),
        Column("reference_class", TEXT, "What the execution-guided reference calls the class."),
        Column("online_detectable", TEXT, "Whether the class shows in use: `yes`, `weak` or `no`."),
        Column("verifier", TEXT, "What notices it."),
        Column("examples", INT, "Examples of the arm.", nullable=False),
        Column("status_counts", TEXT, "How many of them have which status."),
        GOLD_AWARE,
        Column(
            "first_gold_aware",
            FLAG,
            "The gold chose the first answer among several samples, so that the errors are not to be had in use.",
        ),
        *COUNTED,
    ],
)

REPORT_ONLINE_REPAIR = output_table(
    "report_online_repair",
    "Online repair: first-turn errors of every repairing arm by what notices them in use, and how many were fixed.",
    [
        ARM,
        key_column(
            "bucket",
            "`strict_online`, what the executor shows; `guarded`, what a sanity check may suspect; "
            "`external_verifier`, what neither sees.",
        ),
        MISSING,
        _FEEDBACK,
        GOLD_AWARE,
        *COUNTED,
    ],
)

REPORT_CANDIDATE_ERRORS = output_table(
    "report_candidate_errors",
    "Candidate-level errors: candidates by class, of the first turn and of all turns.",
    [
        ARM,
        key_column("turns", "`first`, or `all` for an arm of several turns."),
        key_column("error_class", "Class of the candidate; `execution_correct` where it is right."),
        MISSING,
        GOLD_AWARE,
        *COUNTED,
    ],
)

REPORT_FAILURES = output_table(
    "report_failures",
    "Failures: examples whose last answer is wrong, with all that there is to look at; at most 2,000 an arm, the "
    "others as a row of each class with their number.",
    [
        ARM,
        EXAMPLE_ID,
        Column("database_id", TEXT, "Dataset and database.", nullable=False),
        Column("hardness", TEXT, "As in `examples`."),
        Column("status", TEXT, "`failed` or `regressed`.", nullable=False),
        Column("question", TEXT, "The question.", nullable=False),
        Column("schema_text", TEXT, "The schema that the prompt showed; null for replayed predictions."),
        Column("gold", TEXT, "The gold SQL.", nullable=False),
        Column("gold_rows", TEXT, "Its first rows, JSON: columns, rows, and how many there are."),
        Column("first_sql", TEXT, "The first answer."),
        Column("first_error_class", TEXT, "Its class.", nullable=False),
        Column("feedback", NAMES, "What the model was told after each answer that was to be repaired."),
        Column("final_sql", TEXT, "The last answer."),
        Column("final_error_class", TEXT, "Its class.", nullable=False),
        Column("error", TEXT, "SQLite's or the sandbox's message about the last answer."),
        Column("final_rows", TEXT, "Its first rows, likewise; null where it does not run."),
        Column("causes", NAMES, "Its differences from the gold, as in `diagnoses`."),
        Column(
            "left_out",
            INT,
            "Failures of the class that are not listed, in a row of their own (`trajectories` has them); else null.",
        ),
    ],
)
