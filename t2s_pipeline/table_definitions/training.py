"""Adapters, their curves, and what training left out."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import FLAG, INT, REAL, TEXT
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

ADAPTERS = output_table(
    "adapters",
    "One adapter and what it was made of, or where it is from.",
    [
        key_column("adapter", "Name of the adapter."),
        Column("method", TEXT, "`sft`, `dpo`, `grpo`, `star`, or `external`: trained by others.", nullable=False),
        Column("digest", TEXT, "Identity: sha256 of its weights and configuration.", nullable=False),
        Column("path", TEXT, "Folder of the adapter, relative to the data folder.", nullable=False),
        Column("model", TEXT, "Name of the base model.", nullable=False),
        Column("model_fingerprint", TEXT, "Identity of the base model's files.", nullable=False),
        Column("init_adapter", TEXT, "Adapter it was started from."),
        Column("init_digest", TEXT, "Its digest."),
        Column("training_rows", INT, "Rows trained on; null for an external one, as all that is not known of it."),
        Column("evaluation_rows", INT, "Held-out rows that the evaluation loss is of."),
        Column("skipped_rows", INT, "Rows left out, in `skipped_training_rows`."),
        Column("packed", FLAG, "Rows were joined to sequences of `max_length` tokens."),
        Column("kept_step", INT, "Optimizer step whose weights these are: the last, or the best with `patience`."),
        Column("hyperparameters", TEXT, "JSON; of an external one, what its configuration says.", nullable=False),
        Column("versions", TEXT, "JSON: library versions.", nullable=False),
        Column("seed", INT, "Seed."),
        Column("train_seconds", REAL, "Wall time of training, seconds.", volatile=True),
        Column("commit", TEXT, "Commit of the code that trained it; null outside a checkout.", volatile=True),
        Column("origin", TEXT, "Of an external one: hub id and commit, or the name of its folder."),
    ],
    version=2,
)

TRAINING_STEPS = output_table(
    "training_steps",
    "One logged value of one training step.",
    [
        key_column("adapter", "Name of the adapter."),
        key_column("step", "Optimizer step.", INT),
        key_column("metric", "TRL's name of the metric."),
        Column("epoch", REAL, "Epoch.", nullable=False),
        Column("value", REAL, "The value.", nullable=False),
    ],
)

SKIPPED_TRAINING_ROWS = output_table(
    "skipped_training_rows",
    "A row that training, or the evaluation of the held-out rows, left out, with its reason.",
    [
        key_column("adapter", "Name of the adapter."),
        key_column("row_id", "Pair or example."),
        Column("reason", TEXT, "`too_long`: than `max_length`, or than the context of the model.", nullable=False),
        Column("tokens", INT, "Tokens of prompt and longest completion; of a GRPO row, of the prompt.", nullable=False),
    ],
)
