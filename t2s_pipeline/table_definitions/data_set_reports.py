"""The reports across data sets, which are several experiments."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, FLAG, INT, REAL, TEXT
from t2s_pipeline.table_definitions.results import ARM, GOLD_AWARE, MISSING
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

REPORT_DATA_SETS = output_table(
    "report_data_sets",
    "Across data sets: the headline metric of every arm of this experiment, and of those that it names beside it, over "
    "all examples.",
    [
        key_column("of_experiment", "The experiment that the arm is of; each has one data set to evaluate on."),
        ARM,
        key_column("metric", "The headline metric of that experiment."),
        Column("dataset", TEXT, "Name of its data set.", nullable=False),
        Column("model", TEXT, "Base model that the arm declares.", nullable=False),
        MISSING,
        GOLD_AWARE,
        *COUNTED,
    ],
)

REPORT_VARIANTS = output_table(
    "report_variants",
    "Variants of the data set: every arm's accuracy by its last answers, of all examples, on the experiment's own "
    "questions (the originals) and on each variant of them, and the difference.",
    [
        key_column("variant", "The experiment on the variant."),
        ARM,
        Column("dataset", TEXT, "Name of the variant's data set.", nullable=False),
        Column("original_dataset", TEXT, "Name of the experiment's own data set.", nullable=False),
        MISSING,
        GOLD_AWARE,
        Column("differs", TEXT, "What of the model, adapter, prompts, sampling or repair is not the same on both."),
        Column("original_right", INT, "Originals that the arm gets right.", nullable=False),
        Column("original_examples", INT, "Originals that it was asked.", nullable=False),
        Column("variant_right", INT, "Questions of the variant that it gets right.", nullable=False),
        Column("variant_examples", INT, "Questions of the variant that it was asked.", nullable=False),
        Column("pairs", INT, "Of these, those whose original was asked, too.", nullable=False),
        Column("paired", FLAG, "At least nine of ten are: the difference is over the pairs, else over all of both."),
        Column("fixed", INT, "Pairs that are right on the variant alone; null where it is not over pairs."),
        Column("broken", INT, "Pairs that are right on the original alone, likewise."),
        Column("value", REAL, "The variant's accuracy less the original's."),
        Column("interval_low", REAL, "Lower end of its 95 % interval (Newcombe's method 10, for pairs or without)."),
        Column("interval_high", REAL, "Upper end of its 95 % interval, likewise."),
        Column("bootstrap_low", REAL, "Lower end of its 95 % bootstrap interval over the variant's databases."),
        Column("bootstrap_high", REAL, "Upper end of its 95 % bootstrap interval, likewise."),
        Column("p_value", REAL, "Two-sided exact McNemar test that both are equally hard for the arm, of pairs."),
    ],
)
