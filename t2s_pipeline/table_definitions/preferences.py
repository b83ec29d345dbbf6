"""Preference pairs, mined and filtered, and the reports on them."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, DATABASE_ID, FLAG, INT, REAL, TEXT
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

REPORT_PAIR_FUNNEL = output_table(
    "report_pair_funnel",
    "From the attempts of the train rollouts to the pairs that a recipe keeps, step by step.",
    [
        key_column("recipe", "The recipe; `(all)` for the steps before any."),
        key_column(
            "step",
            "`examples`, `examples_that_teach` (gold neither vacuous nor excluded), `examples_asked`, `attempts`, "
            "`executable`, `official_and_strict_disagree`, `verified` (train-side truth), `examples_solved`, "
            "`examples_with_a_mined_pair`, `pairs`; of a recipe `pairs_in`, `removed`, `kept`; `(no results)`.",
        ),
        key_column("item", "Of a step: `right` or `wrong`, a pair type, a setting of the recipe, an origin; or empty."),
        Column("missing", TEXT, "Why a declared recipe has no results; null where it has."),
        *COUNTED,
    ],
)

REPORT_PAIR_QUALITY = output_table(
    "report_pair_quality",
    "What preference pairs are like, before any recipe and after each.",
    [
        key_column("pair_set", "`(before)`: all that were mined and made; or the recipe that kept them."),
        key_column(
            "measure",
            "`pairs` (of those that the recipe saw), `examples`, `pair_type`, `origin`, `input`, `reward_margin`, "
            "`reward_margin_histogram`, `edit_distance_ratio`, `edit_distance_histogram`, "
            "`length_difference_characters` and `length_difference_tokens` (chosen minus rejected), "
            "`pair_type_entropy_bits`, `prompt_moved`, `duplicates` (of prompt, chosen and rejected), "
            "`chosen_executable` and `rejected_executable` (of those of which it is known), "
            "`executable_hard_negatives` (rejected, runs and is wrong), `hardness`, `database`; `(no results)`.",
        ),
        key_column("item", "The group, the quantile, or the lower end of the histogram's bin; or empty."),
        Column("missing", TEXT, "Why a declared recipe has no results; null where it has."),
        Column("numerator", INT, "Pairs counted; null where the value is a mean, a quantile or an entropy."),
        Column("denominator", INT, "Pairs looked at.", nullable=False),
        Column("value", REAL, "The share, mean, quantile or entropy; null where nothing was looked at."),
    ],
)
