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
        "`self_repair_success_vs_failed_attempt`, `gold_vs_failed_attempt`; made, `synthetic_wrong_aggregation`, "
        "`synthetic_wrong_column`, `synthetic_wrong_condition`, `synthetic_wrong_order_limit`.",
        nullable=False,
    ),
    Column("origin", TEXT, "`natural`, `gold_fallback` or `synthetic`.", nullable=False),
    Column("prompt_id", TEXT, "The prompt, in `prompts`.", nullable=False),
    Column("prompt_moved", FLAG, "The chosen answer was written under another prompt than this one.", nullable=False),
    Column("messages", TEXT, "The prompt: JSON list of {role, content}.", nullable=False),
    Column("chosen_sql", TEXT, "The better answer.", nullable=False),
    Column("rejected_sql", TEXT, "The worse answer.", nullable=False),
    Column("chosen_reward", REAL, "Rule reward of the better answer.", nullable=False),
    Column("rejected_reward", REAL, "Rule reward of the worse answer.", nullable=False),
    Column("reward_margin", REAL, "Their difference.", nullable=False),
    Column("edit_distance_ratio", REAL, "Token edit distance over the longer length, 0 to 1.", nullable=False),
    Column("rejected_error_class", TEXT, "Class of the worse answer.", nullable=False),
    Column("rejected_executable", FLAG, "The worse answer runs.", nullable=False),
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
            "`max_synthetic_fraction`, `max_gold_fallback_fraction`, `max_pairs`, or `duplicate`; null where it is "
            "kept.",
        ),
        Column("position", INT, "Place in the training order, from 0; null where it is removed."),
    ],
)
