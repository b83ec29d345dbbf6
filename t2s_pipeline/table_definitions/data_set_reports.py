"""The report across data sets, which are several experiments."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, TEXT
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
