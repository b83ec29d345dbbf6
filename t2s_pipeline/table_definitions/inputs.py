"""What goes in: examples, databases, and what a question's prompt shows of its schema."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import (
    COUNTED,
    DATABASE_ID,
    EXAMPLE_ID,
    FLAG,
    INT,
    NAMES,
    REAL,
    SPLIT,
    TEXT,
)
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

EXAMPLES = output_table(
    "examples",
    "One question with its gold SQL. Every input row is here or in `rejected_examples`.",
    [
        EXAMPLE_ID,
        DATABASE_ID,
        SPLIT,
        Column("question", TEXT, "The question as its author wrote it.", nullable=False),
        Column("gold", TEXT, "The gold SQL as its author wrote it.", nullable=False),
        Column("evidence", TEXT, "External knowledge given with the question, where the data set has it."),
        Column(
            "hardness",
            TEXT,
            "`easy`, `medium`, `hard`, `extra` by the official definition; `simple`, `moderate`, `challenging` where "
            "the data set says so (BIRD); `unknown`.",
        ),
        Column("gold_row_count", INT, "Rows that the gold SQL returns here.", nullable=False),
        Column(
            "gold_vacuous",
            FLAG,
            "The gold returns no rows or its database has none: it teaches nothing and is out of train-side truth.",
            nullable=False,
        ),
        Column("excluded_reason", TEXT, "Why the row is outside the reduced denominator; null where it is inside."),
        Column("source_file", TEXT, "Name of the input file.", nullable=False),
        Column("source_row", INT, "Row of the input file, from 0.", nullable=False),
    ],
)

REJECTED_EXAMPLES = output_table(
    "rejected_examples",
    "An input row that cannot be an example, with its reason.",
    [
        key_column("split", "`train`, `train_holdout` or `dev`."),
        key_column("source_file", "Name of the input file."),
        key_column("source_row", "Row of the input file, from 0.", INT),
        Column("split_row", INT, "Row of the split, from 0, over all its files: as in the ids of `examples`."),
        Column("database_id", TEXT, "As in `examples`, where the row names one."),
        Column("question", TEXT, "The question, where the row has one."),
        Column("gold", TEXT, "The gold SQL, where the row has one."),
        Column("reason", TEXT, "`missing_field`, `missing_database`, `gold_fails`.", nullable=False),
        Column("detail", TEXT, "What exactly is wrong.", nullable=False),
    ],
)

DATABASES = output_table(
    "databases",
    "One database that an example of the experiment reads.",
    [
        key_column("database_id", "Dataset and database."),
        key_column("split", "The split whose examples read it."),
        Column("fingerprint", TEXT, "sha256 of the file.", nullable=False),
        Column("further_files", TEXT, "Identity of the files beside it that verdicts need too; null where none are."),
        Column("path", TEXT, "Where the file was.", nullable=False, volatile=True),
        Column("table_count", INT, "Number of tables.", nullable=False),
        Column("column_count", INT, "Number of columns of all tables.", nullable=False),
    ],
)

COLUMNS = output_table(
    "columns",
    "One column of one table of one database.",
    [
        key_column("database_id", "Dataset and database."),
        key_column("split", "The split whose examples read it."),
        key_column("table_name", "The table, as the database spells it."),
        key_column("column_name", "The column, as the database spells it."),
        Column("position", INT, "Place in the table, from 0.", nullable=False),
        Column("type", TEXT, "Declared type, upper-cased; `TEXT` where none is declared.", nullable=False),
        Column("primary_key", FLAG, "Part of the primary key.", nullable=False),
        Column("referenced_table", TEXT, "Target table of a foreign key on this column."),
        Column("referenced_column", TEXT, "Target column of a foreign key on this column."),
        Column("description", TEXT, "What it means, where the data set says so (BIRD)."),
    ],
)

RETRIEVED_SCHEMAS = output_table(
    "retrieved_schemas",
    "The tables that a retrieval mode chose for a question, and the schema text that prompts show.",
    [
        key_column("retrieval", "Mode and its settings: `full`, `retrieved_k6`, `bm25_k6`, `bm25_fk_k6_h1`."),
        key_column("schema_style", "`compact`, `ddl`, `mschema` or `columns`."),
        key_column("token_budget", "`none`, or tokens, prompt style and model, such as `1500_finer_nano`."),
        EXAMPLE_ID,
        DATABASE_ID,
        SPLIT,
        Column("tables", NAMES, "Tables shown, best first.", nullable=False),
        Column(
            "dropped_tables",
            NAMES,
            "Tables that the mode chose and the budget had no room for, the first to go first.",
            nullable=False,
        ),
        Column(
            "prompt_tokens", INT, "Tokens of the first prompt, where there is a budget; more if one table is too long."
        ),
        Column("schema_text", TEXT, "The tables shown, as prompts show them.", nullable=False),
        Column("database_tables", INT, "Number of tables of the database.", nullable=False),
        Column(
            "had_choice",
            FLAG,
            "The database has more tables than the mode may keep, or the budget had: only there can retrieval miss.",
            nullable=False,
        ),
        Column(
            "gold_tables",
            NAMES,
            "Tables that the gold SQL reads; null where it cannot be parsed. Never shown to a model.",
        ),
        Column("gold_tables_found", INT, "How many of `gold_tables` are shown."),
    ],
    version=2,
)

REPORT_SCHEMA_RECALL = output_table(
    "report_schema_recall",
    "Schema recall: how many of the tables that the gold reads a prompt shows, by the way in which schemas are shown.",
    [
        key_column("retrieval", "As in `retrieved_schemas`."),
        key_column("schema_style", "As in `retrieved_schemas`."),
        key_column("token_budget", "As in `retrieved_schemas`."),
        key_column("cases", "`all` examples, or those `with_choice`: only there can a table be left out."),
        key_column(
            "measure",
            "`everything_shown`: examples without a choice; `gold_not_parsed`: examples that the rest leaves out; "
            "`gold_tables`: gold tables shown, of all; `all_tables`, `any_table`: examples with all, or any, of theirs "
            "shown; `missed_table`: examples in which the table `item` is missing, of those whose gold reads it; "
            "`jaccard`: tables that this way and the way `item` both show, of those that one of them shows.",
        ),
        key_column("item", "A table or a retrieval; empty for other measures."),
        Column("missing", TEXT, "Why there are no rows, and what to run; null where there are."),
        Column("example_ids", NAMES, "Up to three examples with a missed table."),
        Column("mean_shown", REAL, "Of `gold_tables`: tables shown an example, on average."),
        Column("mean_gold", REAL, "Of `gold_tables`: gold tables an example, on average."),
        *COUNTED,
    ],
)
