"""The stores: append-only, keyed by content, shared by experiments."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import EXAMPLE_ID, FLAG, INT, NAMES, REAL, TEXT, TIME
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, store_table

PROMPTS = store_table(
    "prompts",
    "Store: one prompt, by the hash of its messages.",
    [
        key_column("prompt_id", "sha256 of the messages, 32 hex characters."),
        Column("messages", TEXT, "JSON list of {role, content}.", nullable=False),
        Column("templates", NAMES, "Template files it was rendered from.", nullable=False),
        Column("created_at", TIME, "When the part was written.", volatile=True),
    ],
)

COMPLETIONS = store_table(
    "completions",
    "Store: one completion, by everything that determines it.",
    [
        key_column(
            "completion_key",
            "sha256 of model fingerprint, adapter digest, prompt token ids, sampling, back end, dtype, seed, sample, "
            "grammar.",
        ),
        Column("prompt_id", TEXT, "The prompt, in `prompts`.", nullable=False),
        Column("model_fingerprint", TEXT, "Identity of the base model's files.", nullable=False),
        Column("adapter_digest", TEXT, "Digest of the adapter; null for the base model."),
        Column("backend", TEXT, "`hf`, `vllm`, `openai` or `replay`; `scripted` in tests.", nullable=False),
        Column("dtype", TEXT, "Number format of the weights in generation.", nullable=False),
        Column("temperature", REAL, "0 is greedy.", nullable=False),
        Column("top_p", REAL, "Nucleus mass.", nullable=False),
        Column("max_new_tokens", INT, "Longest completion, tokens.", nullable=False),
        Column(
            "seed",
            INT,
            "Seed of this sample, from the prompt, the configuration's seed and the sample.",
            nullable=False,
        ),
        Column("sample", INT, "Sample index, from 0.", nullable=False),
        Column("stop", NAMES, "Texts before which an answer ends; null where there are none."),
        Column("grammar_digest", TEXT, "sha256 of the grammar that the answer was held to; null where it was free."),
        Column("text", TEXT, "What the model wrote.", nullable=False),
        Column("finish_reason", TEXT, "`stop`, `length`, or `content_filter` (a server's).", nullable=False),
        Column("prompt_tokens", INT, "Tokens of the prompt; null where a server does not say."),
        Column("completion_tokens", INT, "Tokens written; null where a server does not say."),
        Column(
            "log_probability",
            REAL,
            "Sum of the tokens' natural log-probabilities, before temperature and nucleus; null where not known.",
            volatile=True,
        ),
        Column("created_at", TIME, "When the part was written.", volatile=True),
    ],
    version=2,
)

EVALUATION_HISTORY = store_table(
    "evaluation_history",
    "Store: the outcome of every example in every evaluation ever published.",
    [
        key_column("evaluation_id", "One evaluation that really ran; a reused one adds nothing."),
        EXAMPLE_ID,
        Column("experiment", TEXT, "Name of the experiment.", nullable=False),
        Column("arm", TEXT, "Name of the arm.", nullable=False),
        Column("first_correct", FLAG, "As in `trajectories`.", nullable=False),
        Column("final_correct", FLAG, "As in `trajectories`.", nullable=False),
        Column("created_at", TIME, "When it was evaluated.", volatile=True),
    ],
)

ACCEPTED_EVALUATIONS = store_table(
    "accepted_evaluations",
    "Store: what was accepted of an arm, by whom and when; later evaluations are held against its last row.",
    [
        key_column("experiment", "Name of the experiment."),
        key_column("arm", "Name of the arm."),
        key_column("number", "Counts up from 1 for each arm; the highest is the last accepted.", INT),
        Column("digest", TEXT, "Content of the arm's `trajectories` at the time.", nullable=False),
        Column(
            "fingerprint", TEXT, "What these were made from; with the digest it names their object.", nullable=False
        ),
        Column("examples", INT, "Examples.", nullable=False),
        Column("first_correct", INT, "Of these, right at the first turn.", nullable=False),
        Column("final_correct", INT, "Of these, right in the end.", nullable=False),
        Column("accepted_by", TEXT, "Who accepted it.", nullable=False),
        Column("note", TEXT, "Why; null where nothing was said."),
        Column("created_at", TIME, "When it was accepted.", volatile=True),
    ],
)
