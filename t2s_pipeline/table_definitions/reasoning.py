"""Reasoning traces: those of an experiment's teachers, and the store of all there ever were."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import DATABASE_ID, EXAMPLE_ID, FLAG, INT, TEXT, TIME
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table, store_table

_OFFICIAL = Column("correct_official", FLAG, "The official evaluator's verdict; null where undecided.")
_STRICT = Column("correct_strict", FLAG, "The same with DISTINCT kept.")
_TRAIN = Column("train_correct", FLAG, "Train-side truth, as in `attempts`; null where nothing is known.")

TEACHER_TRACES = output_table(
    "teacher_traces",
    "One answer of a teacher to a question of the train split: kept to learn from, or removed and by what.",
    [
        key_column("teacher", "Name of the teacher in the configuration."),
        EXAMPLE_ID,
        key_column("attempt", "Attempt, from 0.", INT),
        DATABASE_ID,
        Column("trace_id", TEXT, "The trace, in `reasoning_traces`; null where there is no thought or no SQL."),
        Column("teacher_fingerprint", TEXT, "Identity of the model, or of the way plans are made.", nullable=False),
        Column("prompt_id", TEXT, "The prompt, in `prompts`; null for a plan, which answers none."),
        Column("completion_key", TEXT, "The completion, in `completions`; null for a plan."),
        Column("thought", TEXT, "What was thought before the SQL, without its tags; null where there is none."),
        Column("sql", TEXT, "The SQL extracted from the answer; null where there is none."),
        Column("status", TEXT, "As in `attempts`.", nullable=False),
        Column("error", TEXT, "As in `attempts`."),
        _OFFICIAL,
        _STRICT,
        _TRAIN,
        Column(
            "removed_by",
            TEXT,
            "Null where it is kept; else the first that applies: `prompt_too_long`, it was never asked; "
            "`unclosed_thought`, the answer ended within its thought; `no_sql`; `no_thought`; `ill_formed`, it would "
            "earn no reward: a thought of 100 characters or less, or with tags within; `wrong`; `undecided`, whether "
            "it is right is not known; `repeated`, as an earlier attempt.",
        ),
    ],
)

REASONING_TRACES = store_table(
    "reasoning_traces",
    "Store: one thought with the SQL it led to, and the verdict, by who wrote what on which example.",
    [
        key_column("trace_id", "sha256 of teacher, example, thought and SQL, 32 hex characters."),
        Column("teacher", TEXT, "Name of the teacher in the experiment that asked it.", nullable=False),
        Column("teacher_fingerprint", TEXT, "As in `teacher_traces`.", nullable=False),
        Column("example_id", TEXT, "Id of the example.", nullable=False),
        DATABASE_ID,
        Column("thought", TEXT, "What was thought before the SQL.", nullable=False),
        Column("sql", TEXT, "The SQL.", nullable=False),
        _OFFICIAL,
        _STRICT,
        _TRAIN,
        Column("created_at", TIME, "When the part was written.", volatile=True),
    ],
)
