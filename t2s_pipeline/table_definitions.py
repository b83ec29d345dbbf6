"""Every table of the warehouse, in the order in which the data flows. See `tables.py` for what a table is."""

from __future__ import annotations

import pyarrow as pa

from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import TableSchema, key_column, output_table, store_table

_TEXT, _INT, _REAL, _FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
_NAMES = pa.list_(pa.string())

_EXAMPLE_ID = key_column("example_id", "Dataset, split and row, e.g. `spider/dev/00017`.")
_DATABASE_ID = Column("database_id", _TEXT, "Dataset and database, e.g. `spider/concert_singer`.", nullable=False)
_SPLIT = Column("split", _TEXT, "`train` or `dev`.", nullable=False)

EXAMPLES = output_table(
    "examples",
    "One question with its gold SQL. Every input row is here or in `rejected_examples`.",
    [
        _EXAMPLE_ID,
        _DATABASE_ID,
        _SPLIT,
        Column("question", _TEXT, "The question as its author wrote it.", nullable=False),
        Column("gold", _TEXT, "The gold SQL as its author wrote it.", nullable=False),
        Column("evidence", _TEXT, "External knowledge given with the question, where the data set has it."),
        Column("hardness", _TEXT, "`easy`, `medium`, `hard`, `extra` by the official definition, or `unknown`."),
        Column("gold_row_count", _INT, "Rows that the gold SQL returns here.", nullable=False),
        Column(
            "gold_vacuous",
            _FLAG,
            "The gold returns no rows or its database has none: it teaches nothing and is out of train-side truth.",
            nullable=False,
        ),
        Column("excluded_reason", _TEXT, "Why the row is outside the reduced denominator; null where it is inside."),
        Column("source_file", _TEXT, "Name of the input file.", nullable=False),
        Column("source_row", _INT, "Row of the input file, from 0.", nullable=False),
    ],
)

REJECTED_EXAMPLES = output_table(
    "rejected_examples",
    "An input row that cannot be an example, with its reason.",
    [
        key_column("split", "`train` or `dev`."),
        key_column("source_file", "Name of the input file."),
        key_column("source_row", "Row of the input file, from 0.", _INT),
        Column("database_id", _TEXT, "As in `examples`, where the row names one."),
        Column("question", _TEXT, "The question, where the row has one."),
        Column("gold", _TEXT, "The gold SQL, where the row has one."),
        Column("reason", _TEXT, "`missing_field`, `missing_database`, `gold_fails`.", nullable=False),
        Column("detail", _TEXT, "What exactly is wrong.", nullable=False),
    ],
)

DATABASES = output_table(
    "databases",
    "One database that an example of the experiment reads.",
    [
        key_column("database_id", "Dataset and database."),
        key_column("split", "The split whose examples read it."),
        Column("fingerprint", _TEXT, "sha256 of the file.", nullable=False),
        Column("path", _TEXT, "Where the file was.", nullable=False, volatile=True),
        Column("table_count", _INT, "Number of tables.", nullable=False),
        Column("column_count", _INT, "Number of columns of all tables.", nullable=False),
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
        Column("position", _INT, "Place in the table, from 0.", nullable=False),
        Column("type", _TEXT, "Declared type, upper-cased; `TEXT` where none is declared.", nullable=False),
        Column("primary_key", _FLAG, "Part of the primary key.", nullable=False),
        Column("referenced_table", _TEXT, "Target table of a foreign key on this column."),
        Column("referenced_column", _TEXT, "Target column of a foreign key on this column."),
    ],
)

RETRIEVED_SCHEMAS = output_table(
    "retrieved_schemas",
    "The tables that a retrieval mode chose for a question, and the schema text that prompts show.",
    [
        key_column("retrieval", "Mode and its settings: `full`, `retrieved_k6`, `bm25_k6`, `bm25_fk_k6_h1`."),
        _EXAMPLE_ID,
        _DATABASE_ID,
        _SPLIT,
        Column("tables", _NAMES, "Chosen tables, best first.", nullable=False),
        Column("schema_text", _TEXT, "The chosen tables as prompts show them.", nullable=False),
        Column("database_tables", _INT, "Number of tables of the database.", nullable=False),
        Column(
            "had_choice",
            _FLAG,
            "The database has more tables than the mode may keep: only there can retrieval miss.",
            nullable=False,
        ),
        Column(
            "gold_tables",
            _NAMES,
            "Tables that the gold SQL reads; null where it cannot be parsed. Never shown to a model.",
        ),
        Column("gold_tables_found", _INT, "How many of `gold_tables` were chosen."),
    ],
)

PROMPTS = store_table(
    "prompts",
    "Store: one prompt, by the hash of its messages.",
    [
        key_column("prompt_id", "sha256 of the messages, 32 hex characters."),
        Column("messages", _TEXT, "JSON list of {role, content}.", nullable=False),
        Column("templates", _NAMES, "Template files it was rendered from.", nullable=False),
        Column("created_at", pa.timestamp("us", tz="UTC"), "When the part was written.", volatile=True),
    ],
)

COMPLETIONS = store_table(
    "completions",
    "Store: one completion, by everything that determines it.",
    [
        key_column(
            "completion_key",
            "sha256 of model fingerprint, adapter digest, prompt token ids, sampling, back end, dtype, seed, sample.",
        ),
        Column("prompt_id", _TEXT, "The prompt, in `prompts`.", nullable=False),
        Column("model_fingerprint", _TEXT, "Identity of the base model's files.", nullable=False),
        Column("adapter_digest", _TEXT, "Digest of the adapter; null for the base model."),
        Column("backend", _TEXT, "`hf`, `replay` or `scripted`.", nullable=False),
        Column("dtype", _TEXT, "Number format of the weights in generation.", nullable=False),
        Column("temperature", _REAL, "0 is greedy.", nullable=False),
        Column("top_p", _REAL, "Nucleus mass.", nullable=False),
        Column("max_new_tokens", _INT, "Longest completion, tokens.", nullable=False),
        Column(
            "seed",
            _INT,
            "Seed of this sample, from the prompt, the configuration's seed and the sample.",
            nullable=False,
        ),
        Column("sample", _INT, "Sample index, from 0.", nullable=False),
        Column("text", _TEXT, "What the model wrote.", nullable=False),
        Column("finish_reason", _TEXT, "`stop` or `length`.", nullable=False),
        Column("prompt_tokens", _INT, "Tokens of the prompt.", nullable=False),
        Column("completion_tokens", _INT, "Tokens written.", nullable=False),
        Column("created_at", pa.timestamp("us", tz="UTC"), "When the part was written.", volatile=True),
    ],
)

ROLLOUTS = output_table(
    "rollouts",
    "A declared pass of one policy over one split (one row a shard).",
    [
        key_column("rollout", "`train`, or the name of the arm."),
        key_column("shard", "`00_of_01` for an arm."),
        Column("model", _TEXT, "Name of the model in the configuration.", nullable=False),
        Column("model_fingerprint", _TEXT, "Identity of the base model's files.", nullable=False),
        Column("adapter", _TEXT, "Name of the adapter; null for the base model."),
        Column("adapter_digest", _TEXT, "Its digest."),
        Column("split", _TEXT, "`train` or `dev`.", nullable=False),
        Column("examples", _INT, "Examples in this shard.", nullable=False),
        Column("max_turns", _INT, "Turns at most.", nullable=False),
        Column("num_samples", _INT, "Samples a turn.", nullable=False),
        Column("temperature", _REAL, "0 is greedy.", nullable=False),
        Column("top_p", _REAL, "Nucleus mass.", nullable=False),
        Column("max_new_tokens", _INT, "Longest completion, tokens.", nullable=False),
        Column("seed", _INT, "Seed of the configuration.", nullable=False),
        Column("retrieval", _TEXT, "As in `retrieved_schemas`.", nullable=False),
        Column("feedback_mode", _TEXT, "What feedback may tell.", nullable=False),
        Column("feedback_detail", _TEXT, "`basic` or `minimal`.", nullable=False),
        Column(
            "repair_scope",
            _TEXT,
            "`verified`: a verifier that knows the gold decides what is repaired.",
            nullable=False,
        ),
        Column("gold_free", _FLAG, "Gold reaches no prompt, stop rule or selection.", nullable=False),
        Column("match_rule", _TEXT, "The rule behind `correct`.", nullable=False),
        Column("sqlite_version", _TEXT, "The SQLite that judged.", nullable=False),
    ],
)

ATTEMPTS = output_table(
    "attempts",
    "One candidate SQL and its verdict.",
    [
        key_column("rollout", "`train`, or the name of the arm."),
        _EXAMPLE_ID,
        key_column("turn", "Turn, from 1.", _INT),
        key_column("sample", "Sample of the turn, from 0.", _INT),
        _DATABASE_ID,
        Column("prompt_id", _TEXT, "The prompt, in `prompts`; null for replayed predictions."),
        Column("completion_key", _TEXT, "The completion, in `completions`; null for replayed predictions."),
        Column(
            "raw_text",
            _TEXT,
            "What the model wrote, kept here so that pruning the store breaks nothing.",
            nullable=False,
        ),
        Column("sql", _TEXT, "The SQL extracted from it; null where there is none."),
        Column(
            "duplicate_of", _INT, "The earlier sample of this turn with the same SQL; its verdict is this one's too."
        ),
        Column(
            "status",
            _TEXT,
            "What the sandbox saw of the SQL as written; `prompt_too_long` where the model was never asked.",
            nullable=False,
        ),
        Column("error_class", _TEXT, "The one taxonomy's class, by the rollout's match rule.", nullable=False),
        Column("error", _TEXT, "SQLite's or the sandbox's message."),
        Column("row_count", _INT, "Rows of the SQL as written."),
        Column("column_count", _INT, "Columns of the SQL as written."),
        Column("truncated", _FLAG, "The row or byte cap cut the rows.", nullable=False),
        Column("result_digest", _TEXT, "Identity of the result, for voting."),
        Column("executable", _FLAG, "It ran.", nullable=False),
        Column("syntax_valid", _FLAG, "SQLite could parse it.", nullable=False),
        Column("schema_valid", _FLAG, "Every table and column it names exists.", nullable=False),
        Column(
            "quoted_identifier_as_literal",
            _FLAG,
            "A quoted name that is no column was read as a string.",
            nullable=False,
        ),
        Column("correct_official", _FLAG, "The official evaluator's verdict."),
        Column("correct_strict", _FLAG, "The same with DISTINCT kept."),
        Column(
            "correct",
            _FLAG,
            "The verdict by the rollout's match rule; an undecided one counts as wrong.",
            nullable=False,
        ),
        Column(
            "train_correct",
            _FLAG,
            "Train-side truth: official and strict agree that it is right (or wrong). Null where it teaches nothing: "
            "they disagree, the gold is vacuous, or a limit of ours decided.",
        ),
        Column(
            "sandbox_difference", _TEXT, "Where our sandbox refuses what the official evaluator would run: which case."
        ),
        Column("reward", _REAL, "The rule reward.", nullable=False),
        Column("feedback", _TEXT, "What the model was told after this attempt; null where nothing was."),
        Column("prompt_tokens", _INT, "Tokens of the prompt."),
        Column("completion_tokens", _INT, "Tokens written."),
        Column("elapsed_ms", _REAL, "Time of the SQL as written, milliseconds.", volatile=True),
    ],
)

TRAJECTORIES = output_table(
    "trajectories",
    "What became of one example in one rollout.",
    [
        key_column("rollout", "`train`, or the name of the arm."),
        _EXAMPLE_ID,
        _DATABASE_ID,
        Column("status", _TEXT, "`correct_first_turn`, `repaired` or `failed`.", nullable=False),
        Column("stop_reason", _TEXT, "`correct`, `max_turns` or `prompt_too_long`.", nullable=False),
        Column("turns", _INT, "Turns taken, one whose prompt was too long included.", nullable=False),
        Column("first_sql", _TEXT, "Answer of turn 1."),
        Column("first_error_class", _TEXT, "Its class.", nullable=False),
        Column("first_correct", _FLAG, "Its verdict.", nullable=False),
        Column("final_turn", _INT, "Turn of the answer.", nullable=False),
        Column("final_sample", _INT, "Sample of the answer.", nullable=False),
        Column("final_sql", _TEXT, "The answer."),
        Column("final_error_class", _TEXT, "Its class.", nullable=False),
        Column("final_correct", _FLAG, "Its verdict.", nullable=False),
        Column("any_correct", _FLAG, "Some attempt was right: an upper bound, never a result.", nullable=False),
        Column("excluded_reason", _TEXT, "As in `examples`."),
    ],
)

_PAIR_COLUMNS = [
    key_column("pair_id", "sha256 of example, pair type, prompt, chosen and rejected, 32 hex characters."),
    Column("example_id", _TEXT, "The example.", nullable=False),
    _DATABASE_ID,
    Column("pair_type", _TEXT, "The reference's name of how the pair came about.", nullable=False),
    Column("origin", _TEXT, "`natural`, `gold_fallback` or `synthetic`.", nullable=False),
    Column("prompt_id", _TEXT, "The prompt, in `prompts`.", nullable=False),
    Column("prompt_moved", _FLAG, "The chosen answer was written under another prompt than this one.", nullable=False),
    Column("messages", _TEXT, "The prompt: JSON list of {role, content}.", nullable=False),
    Column("chosen_sql", _TEXT, "The better answer.", nullable=False),
    Column("rejected_sql", _TEXT, "The worse answer.", nullable=False),
    Column("chosen_reward", _REAL, "Rule reward of the better answer.", nullable=False),
    Column("rejected_reward", _REAL, "Rule reward of the worse answer.", nullable=False),
    Column("reward_margin", _REAL, "Their difference.", nullable=False),
    Column("edit_distance_ratio", _REAL, "Token edit distance over the longer length, 0 to 1.", nullable=False),
    Column("rejected_error_class", _TEXT, "Class of the worse answer.", nullable=False),
    Column("rejected_executable", _FLAG, "The worse answer runs.", nullable=False),
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
        Column("removed_by", _TEXT, "The filter or cap that removed it; null where it is kept."),
        Column("position", _INT, "Place in the training order, from 0; null where it is removed."),
    ],
)

ADAPTERS = output_table(
    "adapters",
    "One trained adapter and what it was made of.",
    [
        key_column("adapter", "Name of the adapter."),
        Column("method", _TEXT, "`sft` or `dpo`.", nullable=False),
        Column("digest", _TEXT, "Identity: sha256 of its weights and configuration.", nullable=False),
        Column("path", _TEXT, "Folder of the adapter, relative to the data folder.", nullable=False),
        Column("model", _TEXT, "Name of the base model.", nullable=False),
        Column("model_fingerprint", _TEXT, "Identity of the base model's files.", nullable=False),
        Column("init_adapter", _TEXT, "Adapter it was started from."),
        Column("init_digest", _TEXT, "Its digest."),
        Column("training_rows", _INT, "Rows trained on.", nullable=False),
        Column("skipped_rows", _INT, "Rows left out, in `skipped_training_rows`.", nullable=False),
        Column("hyperparameters", _TEXT, "JSON.", nullable=False),
        Column("versions", _TEXT, "JSON: library versions.", nullable=False),
        Column("seed", _INT, "Seed.", nullable=False),
        Column("train_seconds", _REAL, "Wall time of training, seconds.", volatile=True),
    ],
)

TRAINING_STEPS = output_table(
    "training_steps",
    "One logged value of one training step.",
    [
        key_column("adapter", "Name of the adapter."),
        key_column("step", "Optimizer step.", _INT),
        key_column("metric", "TRL's name of the metric."),
        Column("epoch", _REAL, "Epoch.", nullable=False),
        Column("value", _REAL, "The value.", nullable=False),
    ],
)

SKIPPED_TRAINING_ROWS = output_table(
    "skipped_training_rows",
    "A row that training left out, with its reason.",
    [
        key_column("adapter", "Name of the adapter."),
        key_column("row_id", "Pair or example."),
        Column("reason", _TEXT, "`too_long`.", nullable=False),
        Column("tokens", _INT, "Tokens of prompt and longest completion.", nullable=False),
    ],
)

EVALUATIONS = output_table(
    "evaluations",
    "One metric of one arm on one subset of its examples.",
    [
        key_column("arm", "Name of the arm."),
        key_column("metric", "Name of the metric, see the README."),
        key_column("subset", "`all`, `not_excluded`, or `hardness=easy` and so on (of those not excluded)."),
        Column("gold_aware", _FLAG, "The gold decided what was repaired or when to stop.", nullable=False),
        Column("numerator", _REAL, "Successes.", nullable=False),
        Column("denominator", _INT, "Cases.", nullable=False),
        Column("value", _REAL, "Their ratio; null where the denominator is 0."),
        Column("interval_low", _REAL, "Lower end of the 95 % interval (Wilson)."),
        Column("interval_high", _REAL, "Upper end of the 95 % interval (Wilson)."),
    ],
)

EVALUATION_HISTORY = store_table(
    "evaluation_history",
    "Store: the outcome of every example in every evaluation ever published.",
    [
        key_column("evaluation_id", "One evaluation that really ran; a reused one adds nothing."),
        _EXAMPLE_ID,
        Column("experiment", _TEXT, "Name of the experiment.", nullable=False),
        Column("arm", _TEXT, "Name of the arm.", nullable=False),
        Column("first_correct", _FLAG, "As in `trajectories`.", nullable=False),
        Column("final_correct", _FLAG, "As in `trajectories`.", nullable=False),
        Column("created_at", pa.timestamp("us", tz="UTC"), "When it was evaluated.", volatile=True),
    ],
)

_COUNTED = [
    Column("numerator", _INT, "Cases counted.", nullable=False),
    Column("denominator", _INT, "Cases looked at.", nullable=False),
    Column("value", _REAL, "Their ratio; null where the denominator is 0."),
    Column("interval_low", _REAL, "Lower end of the 95 % interval (Wilson)."),
    Column("interval_high", _REAL, "Upper end of the 95 % interval (Wilson)."),
]

REPORT_METHOD = output_table(
    "report_method",
    "Method report: the headline metrics of every declared arm side by side.",
    [
        key_column("arm", "Name of the arm."),
        key_column("metric", "Name of the metric."),
        Column("model", _TEXT, "Base model."),
        Column("adapter", _TEXT, "Adapter; null for the base."),
        Column("feedback", _TEXT, "`one_shot`, or feedback detail and repair scope."),
        Column("match_rule", _TEXT, "The rule behind `correct`, as in `rollouts`."),
        Column("gold_aware", _FLAG, "The gold decided what was repaired or when to stop."),
        *_COUNTED,
    ],
)

REPORT_ERROR_TAXONOMY = output_table(
    "report_error_taxonomy",
    "Error taxonomy: first-turn errors of every arm by class, and how many were repaired.",
    [
        key_column("arm", "Name of the arm."),
        key_column("error_class", "Class of the first answer."),
        Column("first_turn_errors", _INT, "Examples whose first answer is of the class.", nullable=False),
        Column("repaired", _INT, "Of these, right in the end.", nullable=False),
        Column("failed", _INT, "Of these, wrong in the end.", nullable=False),
        *_COUNTED,
    ],
)

REPORT_ROUTING = output_table(
    "report_routing",
    "Routing: first-turn errors by class and by who could notice them, with the recommended route.",
    [
        key_column("arm", "Name of the arm."),
        key_column("error_class", "Class of the first answer."),
        Column("deployment_scope", _TEXT, "Who could notice it in use.", nullable=False),
        Column("recommended_route", _TEXT, "What to do about it.", nullable=False),
        *_COUNTED,
    ],
)

ALL: dict[str, TableSchema] = {
    table.name: table
    for table in (
        EXAMPLES,
        REJECTED_EXAMPLES,
        DATABASES,
        COLUMNS,
        RETRIEVED_SCHEMAS,
        PROMPTS,
        COMPLETIONS,
        ROLLOUTS,
        ATTEMPTS,
        TRAJECTORIES,
        PAIRS,
        FILTERED_PAIRS,
        ADAPTERS,
        TRAINING_STEPS,
        SKIPPED_TRAINING_ROWS,
        EVALUATIONS,
        EVALUATION_HISTORY,
        REPORT_METHOD,
        REPORT_ERROR_TAXONOMY,
        REPORT_ROUTING,
    )
}
