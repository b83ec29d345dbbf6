"""Preference pairs, mined and filtered."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import DATABASE_ID, FLAG, INT, REAL, TEXT
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

_PAIR_COLUMNS = [
    key_column("pair_id", "sha256 of example, pair type, prompt, chosen and rejected, 32 hex characters."),
    Column("example_id", TEXT, "The example.", nullable=False),
    DATABASE_ID,
    Column(
        "pair_type",
        TEXT,
        "How the pair came about, by the execution-guided reference's names: mined, "
        "`repair_correct_vs_repair_failed`, `first_turn_correct_sample_vs_failed_sample`, "
        "`self_repair_success_vs_failed_attempt`, `gold_vs_failed_attempt`, `correct_low_cost_vs_correct_high_cost`; "
        "made, `synthetic_wrong_aggregation`, `synthetic_wrong_column`, `synthetic_wrong_condition`, "
        "`synthetic_wrong_group_by`, `synthetic_wrong_order_limit`, `synthetic_wrong_table`, "
        "`synthetic_missing_join`.",
        nullable=False,
    ),
    Column("origin", TEXT, "`natural`, `gold_fallback` or `synthetic`.", nullable=False),
    Column("prompt_id", TEXT, "The prompt, in `prompts`.", nullable=False),
    Column("prompt_moved", FLAG, "The chosen answer was written under another prompt than this one.", nullable=False),
    Column("messages", TEXT, "The prompt: JSON list of {role, content}.", nullable=False),
    Column("chosen_sql", TEXT, "The better answer.", nullable=False),
    Column("rejected_sql", TEXT, "The worse answer.", nullable=False),
    Column(
        "chosen_reward",
        REAL,
        "Rule reward of the better answer; with its cost reward where the pair is of two right answers.",
        nullable=False,
    ),
    Column("rejected_reward", REAL, "The same of the worse answer.", nullable=False),
    Column("reward_margin", REAL, "Their difference.", nullable=False),
    Column("edit_distance_ratio", REAL, "Token edit distance over the longer length, 0 to 1.", nullable=False),
    Column("rejected_error_class", TEXT, "Class of the worse answer.", nullable=False),
    Column("rejected_executable", FLAG, "The worse answer runs.", nullable=False),
    Column("chosen_executable", FLAG, "The better answer runs; null where nobody ran it."),
    Column("chosen_cost_reward", REAL, "Cost reward of the better answer, where it was asked for."),
    Column("rejected_cost_reward", REAL, "The same of the worse answer."),
    Column("chosen_turn", INT, "Turn that the better answer was written in; null for gold."),
    Column("rejected_turn", INT, "Turn that the worse answer was written in; null for edited gold."),
    Column("chosen_tokens", INT, "SQL tokens of the better answer: words, numbers, operators, whole literals."),
    Column("rejected_tokens", INT, "The same of the worse answer."),
    Column("not_for_training", TEXT, "Why no training may take the pair: its split; null where it may."),
]

PAIRS = output_table(
    "pairs",
    "A preference pair: two answers to one prompt, one verified and one not.",
    _PAIR_COLUMNS,
)

FILTERED_PAIRS = output_table(
    "filtered_pairs",
    "Every pair that a recipe saw: kept, or removed and by what.",
    [
        key_column("recipe", "Name of the recipe."),
        *_PAIR_COLUMNS,
        Column(
            "removed_by",
            TEXT,
            "The setting of the recipe that removed it, `min_reward_margin`, `max_sql_edit_distance_ratio`, "
            "`input_fraction_limits`, `pair_type_max_fractions`, `max_pairs`, or `duplicate`; null where it is kept.",
        ),
        Column("position", INT, "Place in the training order, from 0; null where it is removed."),
    ],
)
