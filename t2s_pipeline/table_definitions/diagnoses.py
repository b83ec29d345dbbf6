"""What went wrong with the attempts of an arm, and the reports over it."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, DATABASE_ID, EXAMPLE_ID, INT, NAMES, TEXT
from t2s_pipeline.table_definitions.results import MISSING
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

DIAGNOSES = output_table(
    "diagnoses",
    "Why an attempt of an arm is not correct: one row for each that is not. It compares with the gold, so nothing that "
    "is to do without gold may read it; only reports do.",
    [
        key_column("arm", "Name of the arm."),
        EXAMPLE_ID,
        key_column("turn", "Turn, from 1.", INT),
        key_column("sample", "Sample of the turn, from 0.", INT),
        DATABASE_ID,
        Column("error_class", TEXT, "As in `attempts`.", nullable=False),
        Column(
            "deployment_scope",
            TEXT,
            "Who could notice the class in use, see [diagnosis.md](diagnosis.md).",
            nullable=False,
        ),
        Column(
            "column_tag",
            TEXT,
            "The finer tag of a column error, of the list in [diagnosis.md](diagnosis.md); null for other classes.",
        ),
        Column("column_reference", TEXT, "The invalid reference, as SQLite writes it."),
        Column("column_table", TEXT, "The table that its qualifier names; null where it names none."),
        Column("column_owners", NAMES, "The tables that have such a column, those in scope first."),
        Column(
            "causes",
            NAMES,
            "Of a query that ran: its differences from the gold, of the list in [diagnosis.md](diagnosis.md), most "
            "telling first; empty where none was found, null where it or the gold cannot be parsed, or is too large to "
            "compare.",
        ),
        Column("sql_tables", NAMES, "Tables that the query reads, by SQLite; null where it does not compile."),
        Column("sql_columns", NAMES, "Columns that it reads, `table.column`."),
        Column("gold_tables", NAMES, "Tables that the gold reads, by SQLite."),
        Column("gold_columns", NAMES, "Columns that the gold reads, `table.column`."),
        Column("sql_rows", TEXT, "Its first rows, JSON: columns, rows, and how many there are; null where it fails."),
        Column("gold_rows", TEXT, "The gold's first rows, likewise."),
    ],
)

REPORT_COLUMN_ERRORS = output_table(
    "report_column_errors",
    "Column errors: attempts of the first turn by finer tag, and each arm's most frequent invalid references.",
    [
        key_column("arm", "Name of the arm."),
        key_column("column_tag", "The finer tag."),
        key_column("reference", "The invalid reference in lower case, or `(all)` for the tag as a whole."),
        MISSING,
        Column("column_owners", NAMES, "Tables that have such a column: where the reference could point to."),
        Column("example_ids", NAMES, "Up to three examples of it."),
        *COUNTED,
    ],
)

REPORT_WRONG_RESULTS = output_table(
    "report_wrong_results",
    "Wrong results: attempts of the first turn that ran and are wrong, by how they differ from the gold.",
    [
        key_column("arm", "Name of the arm."),
        key_column("cause", "The leading cause; `(none found)` or `(not parsed)` where there is none."),
        MISSING,
        Column("meaning", TEXT, "What the cause says.", nullable=False),
        Column("mentioned", INT, "Attempts that have the cause anywhere in their list.", nullable=False),
        Column("example_ids", NAMES, "Up to three examples of it."),
        *COUNTED,
    ],
)
