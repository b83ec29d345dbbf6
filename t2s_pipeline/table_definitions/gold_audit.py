"""The audit of the golds, and its report."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import FLAG, INT, NAMES, REAL, TEXT
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

GOLD_AUDIT = output_table(
    "gold_audit",
    "What there is to say against a gold query: one row an example, and one a rejected row that has a gold. A flag is "
    "null where it cannot be told.",
    [
        key_column("split", "`train`, `train_holdout` or `dev`."),
        key_column("source_file", "Name of the input file."),
        key_column("source_row", "Row of the input file, from 0.", INT),
        Column("example_id", TEXT, "As in `examples`; null for a rejected row."),
        Column("database_id", TEXT, "As in `examples`, where the row names one."),
        Column("gold", TEXT, "The gold SQL as its author wrote it.", nullable=False),
        Column("fails", FLAG, "It does not run, or returns more than the sandbox allows."),
        Column("empty", FLAG, "It returns no rows."),
        Column("database_without_rows", FLAG, "No table of its database has a row."),
        Column("vacuous", FLAG, "One of the two: `gold_vacuous` of `examples`."),
        Column("limit_cuts_tie", FLAG, "After an ORDER BY ... LIMIT k in it, row k + 1 has the order keys of row k."),
        Column(
            "depends_on_row_order",
            FLAG,
            "Its result, compared by the official rule, is not determined by the data: ties, a LIMIT without order, "
            "columns beside aggregates, group_concat.",
        ),
        Column("sorts_text_numbers", FLAG, "It sorts or compares a column that keeps numbers as text."),
        Column("text_sort_decides", FLAG, "And as numbers its result would be another one."),
        Column("reads_non_utf8", FLAG, "A column that it reads holds text that is not UTF-8."),
        Column("detail", NAMES, "What the flags rest on, or why they cannot be told.", nullable=False),
        Column(
            "audited",
            FLAG,
            "Known to be sound: it runs, is not vacuous, and neither row order nor text order nor broken text decides.",
            nullable=False,
        ),
    ],
)

REPORT_GOLD_AUDIT = output_table(
    "report_gold_audit",
    "Gold audit: how many golds of each split a finding is true of, and of how many it cannot be told.",
    [
        key_column("split", "`train`, `train_holdout` or `dev`."),
        key_column("finding", "A flag of `gold_audit`, or `audited`."),
        Column("unknown", INT, "Golds of which it cannot be told.", nullable=False),
        Column("numerator", INT, "Golds of which it is true.", nullable=False),
        Column("denominator", INT, "All golds of the split, those of rejected rows too.", nullable=False),
        Column("value", REAL, "Their ratio; null where the denominator is 0."),
        Column("interval_low", REAL, "Lower end of the 95 % interval (Wilson)."),
        Column("interval_high", REAL, "Upper end of the 95 % interval (Wilson)."),
    ],
)
