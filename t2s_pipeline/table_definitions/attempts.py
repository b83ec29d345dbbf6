"""Rollouts, their attempts and trajectories."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import DATABASE_ID, EXAMPLE_ID, FLAG, INT, NAMES, REAL, TEXT
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

ROLLOUTS = output_table(
    "rollouts",
    "A declared pass of one policy over one split (one row a shard).",
    [
        key_column("rollout", "`train`, or the name of the arm."),
        key_column("shard", "`00_of_01` for an arm."),
        Column("model", TEXT, "Name of the model in the configuration.", nullable=False),
        Column("model_fingerprint", TEXT, "Identity of the base model's files.", nullable=False),
        Column("adapter", TEXT, "Name of the adapter; null for the base model."),
        Column("adapter_digest", TEXT, "Its digest."),
        Column("split", TEXT, "`train`, `train_holdout` or `dev`.", nullable=False),
        Column("examples", INT, "Examples in this shard.", nullable=False),
        Column("max_turns", INT, "Turns at most.", nullable=False),
        Column("num_samples", INT, "Samples a turn.", nullable=False),
        Column("temperature", REAL, "0 is greedy.", nullable=False),
        Column("top_p", REAL, "Nucleus mass.", nullable=False),
        Column("max_new_tokens", INT, "Longest completion, tokens.", nullable=False),
        Column("seed", INT, "Seed of the configuration.", nullable=False),
        Column("stop", NAMES, "Texts before which an answer ends."),
        Column(
            "constraint",
            TEXT,
            "What decoding was held to: `none`; `schema`, one SELECT that names what the prompt shows alone.",
        ),
        Column("retrieval", TEXT, "As in `retrieved_schemas`.", nullable=False),
        Column("schema_style", TEXT, "How the schema is written: `compact`, `ddl`, `mschema`, `columns`."),
        Column("prompt_style", TEXT, "Whose wording prompts have: `plain`, `finer`, `finer_hint`, `finer_think`."),
        Column("token_budget", TEXT, "As in `retrieved_schemas`."),
        Column(
            "feedback_mode",
            TEXT,
            "What feedback may tell of a query that ran: `error_only`, that it is wrong; `result_status`, also how "
            "many rows it returned and why a rule rejected it; `oracle_rows`, also how many the gold returns, and the "
            "first rows of both; `online_visible`, not that it is wrong, but what the executor sees against it.",
            nullable=False,
        ),
        Column(
            "feedback_detail",
            TEXT,
            "`basic`; `column`, with what each invalid name was taken for and which table has it; `minimal`, with the "
            "same and the column-minimal rules.",
            nullable=False,
        ),
        Column(
            "repair_scope",
            TEXT,
            "`verified`: a verifier decides what is repaired and when to stop; `online`: what did not run is repaired; "
            "`online_guarded`: what shows any signal is.",
            nullable=False,
        ),
        Column(
            "verifier",
            TEXT,
            "Who decides: `gold`, or the name of a user's rule; null in the online scopes, which ask none. A pass of "
            "one turn is gold-free with either: nothing is repaired in it, and nobody is asked.",
        ),
        Column("gold_free", FLAG, "Gold reaches no prompt, stop rule or selection.", nullable=False),
        Column(
            "match_rule",
            TEXT,
            "The rule that decides what is correct: `official`, `strict`, `execution_guided`, `bird`, `star`, "
            "`plug_value`; see [evaluation.md](evaluation.md).",
            nullable=False,
        ),
        Column(
            "selection",
            TEXT,
            "The rule that chose among the samples of a turn: `vav`, `vav_reference`, `majority`, `first_executable`, "
            "see [voting.md](voting.md); null for one sample, and where a verifier chose.",
        ),
        Column("sqlite_version", TEXT, "The SQLite that judged.", nullable=False),
    ],
)

ATTEMPTS = output_table(
    "attempts",
    "One candidate SQL and its verdict.",
    [
        key_column("rollout", "`train`, or the name of the arm."),
        EXAMPLE_ID,
        key_column("turn", "Turn, from 1.", INT),
        key_column("sample", "Sample of the turn, from 0.", INT),
        DATABASE_ID,
        Column("prompt_id", TEXT, "The prompt, in `prompts`; null for replayed predictions."),
        Column("completion_key", TEXT, "The completion, in `completions`; null for replayed predictions."),
        Column(
            "raw_text",
            TEXT,
            "What the model wrote, kept here so that pruning the store breaks nothing.",
            nullable=False,
        ),
        Column("thought_characters", INT, "Length of the thought before the SQL; null where there is none."),
        Column("sql", TEXT, "The SQL extracted from it; null where there is none."),
        Column(
            "duplicate_of", INT, "The earlier sample of this turn with the same SQL; its verdict is this one's too."
        ),
        Column(
            "status",
            TEXT,
            "What the sandbox saw of the SQL as written: `ok`, `error` (SQLite's own refusal), `not_a_query`, "
            "`multiple_statements`, `denied`, `timeout`, `resource_limit`, `worker_died`; `prompt_too_long` where the "
            "model was never asked; `unclosed_thought` where its answer ended within its thought.",
            nullable=False,
        ),
        Column(
            "error_class",
            TEXT,
            "Its class by the rollout's match rule, of the list in [diagnosis.md](diagnosis.md).",
            nullable=False,
        ),
        Column("error", TEXT, "SQLite's or the sandbox's message."),
        Column("row_count", INT, "Rows of the SQL as written."),
        Column("column_count", INT, "Columns of the SQL as written."),
        Column("truncated", FLAG, "The row or byte cap cut the rows.", nullable=False),
        Column("result_digest", TEXT, "Identity of the result, for voting."),
        Column("executable", FLAG, "It ran.", nullable=False),
        Column("syntax_valid", FLAG, "SQLite could parse it.", nullable=False),
        Column("schema_valid", FLAG, "Every table and column it names exists.", nullable=False),
        Column(
            "quoted_identifier_as_literal",
            FLAG,
            "A quoted name that is no column was read as a string.",
            nullable=False,
        ),
        Column("correct_official", FLAG, "The official evaluator's verdict. Each of these is null where undecided."),
        Column("correct_strict", FLAG, "The same with DISTINCT kept."),
        Column(
            "correct_execution_guided", FLAG, "By the execution-guided reference's rule: sorted rows, as published."
        ),
        Column("correct_bird", FLAG, "By BIRD's rule: sets of rows."),
        Column("correct_star", FLAG, "By the STaR reference's rule: sets of rows as sorted lower-case text."),
        Column(
            "correct_plug_value",
            FLAG,
            "By the official rule with gold's values put into the candidate; null, too, unless it is the match rule.",
        ),
        Column(
            "correct",
            FLAG,
            "The verdict by the rollout's match rule; an undecided one counts as wrong.",
            nullable=False,
        ),
        Column(
            "train_correct",
            FLAG,
            "Train-side truth: official and strict agree that it is right (or wrong). Null where it teaches nothing: "
            "they disagree, the gold is vacuous, a limit of ours decided, or what they find right does not run as "
            "written or reads no table.",
        ),
        Column(
            "sandbox_difference",
            TEXT,
            "Where the official evaluator might say otherwise: why, of the list in [evaluation.md](evaluation.md).",
        ),
        Column(
            "accepted",
            FLAG,
            "What the rollout's verifier says; null where it cannot tell, or none is asked.",
        ),
        Column("verifier_reason", TEXT, "Its reason, in words."),
        Column("reward", REAL, "The rule reward.", nullable=False),
        Column(
            "cost_reward", REAL, "The cost term, of the plan and the joins, -0.25 to 0.1; null where none was asked."
        ),
        Column("reward_with_cost", REAL, "The sum of both."),
        Column("plan_scans", INT, "Tables that SQLite's plan reads whole by no index; null where there is no plan."),
        Column("plan_searches", INT, "Tables that it looks up by an index."),
        Column("plan_temp_b_trees", INT, "Sorts and sets of rows that it keeps in a temporary B-tree."),
        Column("plan_accesses", INT, "Accesses to tables in all."),
        Column(
            "signals",
            NAMES,
            "What is to be seen against it without the gold: `executor_error`, an error; `syntax_guard_failed`, no "
            "single query that SQLite can parse; `schema_guard_failed`, a name that is not there or ambiguous; "
            "`not_executable`, it did not run; `empty_result`; `explain_plan_error`, no plan; `cartesian_join_risk`, "
            "no condition joins some of its tables; `scan_without_need`, a condition hides a key.",
        ),
        Column("feedback", TEXT, "What the model was told after this attempt; null where nothing was."),
        Column("prompt_tokens", INT, "Tokens of the prompt."),
        Column("completion_tokens", INT, "Tokens written."),
        Column(
            "log_probability",
            REAL,
            "Sum of their natural log-probabilities, as in `completions`; null where not known.",
            volatile=True,
        ),
        Column("elapsed_ms", REAL, "Time of the SQL as written, milliseconds.", volatile=True),
    ],
)

TRAJECTORIES = output_table(
    "trajectories",
    "What became of one example in one rollout.",
    [
        key_column("rollout", "`train`, or the name of the arm."),
        EXAMPLE_ID,
        DATABASE_ID,
        Column("status", TEXT, "`correct_first_turn`, `repaired`, `regressed` or `failed`.", nullable=False),
        Column(
            "stop_reason",
            TEXT,
            "`correct`, `accepted`, `undecided`, `nothing_to_repair`, `max_turns`, `prompt_too_long`.",
            nullable=False,
        ),
        Column("turns", INT, "Turns taken, one whose prompt was too long included.", nullable=False),
        Column("first_sql", TEXT, "Answer of turn 1."),
        Column("first_error_class", TEXT, "Its class.", nullable=False),
        Column("first_correct", FLAG, "Its verdict.", nullable=False),
        Column("final_turn", INT, "Turn of the answer.", nullable=False),
        Column("final_sample", INT, "Sample of the answer.", nullable=False),
        Column("final_sql", TEXT, "The answer."),
        Column("final_error_class", TEXT, "Its class.", nullable=False),
        Column("final_correct", FLAG, "Its verdict.", nullable=False),
        Column("any_correct", FLAG, "Some attempt was right: an upper bound, never a result.", nullable=False),
        Column("excluded_reason", TEXT, "As in `examples`."),
    ],
)
