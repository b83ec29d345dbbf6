"""What an adapter is trained on: prompts with the answers to be learnt.

    rows = sft_rows("gold_and_verified", examples, schemas, attempts, prompts)
    rows = preference_rows(filtered_pairs)
    text = rows_text(rows)                      # a JSON line each; read_rows reads the file of it
    fitting, skipped = tokenize_rows(rows, tokenizer, max_length)

A row has one answer (SFT) or two, the better one first (DPO). Its token ids come from `prompts.render`, so a prompt
is trained on as the very ids that generation sends. A row that is too long is left out whole and listed: TRL would
cut its end off, which is the answer.

Not here: which attempts are right (rollouts), which pairs are kept (preferences).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from t2s_pipeline.config_adapters import SftData
from t2s_pipeline.errors import T2sError
from t2s_pipeline.prompts.extract import extract_thought
from t2s_pipeline.prompts.render import (
    Message,
    Prompt,
    completion_text,
    initial_prompt,
    question_text,
    token_ids,
    training_ids,
)
from t2s_pipeline.prompts.templates import PromptStyle

Row = Mapping[str, Any]


class TrainingError(T2sError, RuntimeError):
    """A training that cannot start or went wrong; says what and what to do."""


@dataclass(frozen=True)
class TrainingRow:
    """`completions` is the answer alone, or (chosen, rejected), or empty where the policy writes its own (GRPO).
    `dataset` is the first part of the example's id. A row that is `held_out` is not trained on: evaluations while
    training are of these rows."""

    row_id: str
    dataset: str
    messages: tuple[Message, ...]
    completions: tuple[str, ...]
    held_out: bool = False


@dataclass(frozen=True)
class TokenizedRow:
    """Token ids of a row; every completion ends with the end-of-turn token."""

    row_id: str
    prompt: list[int]
    completions: tuple[list[int], ...]
    held_out: bool = False

    @property
    def tokens(self) -> int:
        """Tokens of the prompt and its longest completion."""
        return len(self.prompt) + max(map(len, self.completions), default=0)

    @property
    def trained_tokens(self) -> int:
        """Tokens that an epoch sees of the row: the prompt once with every completion."""
        return sum(len(self.prompt) + len(completion) for completion in self.completions)


@dataclass(frozen=True)
class SkippedRow:
    """A row that training left out, as `skipped_training_rows` has it."""

    row_id: str
    reason: str
    tokens: int


def sft_rows(
    data: SftData,
    examples: Iterable[Row],
    schemas: Iterable[Row],
    attempts: Iterable[Row] = (),
    prompts: Iterable[Row] = (),
    prompt_style: PromptStyle | str = PromptStyle.PLAIN,
    held_out: Collection[str] = (),
) -> list[TrainingRow]:
    """Rows to imitate, ordered by row id; of equal (prompt, answer) the first stays, gold before attempts.

    `examples` and `schemas` are rows of `examples` (the train split) and `retrieved_schemas` (of the retrieval mode
    and style of the train rollouts), `attempts` rows of `attempts` (the train rollout), `prompts` rows of the store;
    `prompt_style` is the train rollouts', for the prompts that are rendered here. An excluded example teaches nothing:
    its gold and the attempts judged by it are left out. Rows of the databases `held_out` are marked so.
    Raises TrainingError where a schema or a prompt is missing.
    """
    examples = list(examples)
    kept_back = {example["example_id"] for example in examples if example["database_id"] in held_out}
    excluded = {example["example_id"] for example in examples if example["excluded_reason"] is not None}
    rows: list[TrainingRow] = []
    if data in ("gold", "gold_and_verified"):
        rows += _gold_rows([e for e in examples if e["example_id"] not in excluded], schemas, prompt_style, kept_back)
    if data in ("verified", "gold_and_verified"):
        rows += _verified_rows([a for a in attempts if a["example_id"] not in excluded], prompts, kept_back)
    distinct: dict[tuple[Any, ...], TrainingRow] = {}
    for row in sorted(rows, key=lambda row: row.row_id):
        distinct.setdefault((row.messages, row.completions), row)
    return list(distinct.values())


def _gold_rows(
    examples: Iterable[Row], schemas: Iterable[Row], prompt_style: PromptStyle | str, kept_back: Collection[str]
) -> list[TrainingRow]:
    """The gold answers to first-turn prompts; a vacuous gold teaches nothing and is left out."""
    schema_texts = {row["example_id"]: row for row in schemas}
    rows = []
    for example in examples:
        if example["gold_vacuous"]:
            continue
        example_id = example["example_id"]
        if example_id not in schema_texts:
            raise TrainingError(f"example {example_id}: no row in retrieved_schemas; materialize retrieved_schemas")
        prompt = initial_prompt(schema_texts[example_id]["schema_text"], question_text(example), prompt_style)
        completion = completion_text(example["gold"])
        held_out = example_id in kept_back
        rows.append(TrainingRow(example_id, _dataset(example_id), prompt.messages, (completion,), held_out))
    return rows


def _verified_rows(attempts: Iterable[Row], prompts: Iterable[Row], kept_back: Collection[str]) -> list[TrainingRow]:
    """The attempts that are right by train-side truth, of every turn, each under the prompt it answered; a thought that
    stood before the SQL is learnt with it."""
    messages = {row["prompt_id"]: row["messages"] for row in prompts}
    rows = []
    for attempt in attempts:
        if not attempt["train_correct"]:
            continue
        row_id = f"{attempt['example_id']}/turn_{attempt['turn']:02d}/sample_{attempt['sample']:02d}"
        if attempt["prompt_id"] not in messages:
            raise TrainingError(f"attempt {row_id}: prompt {attempt['prompt_id']} is not in the store of prompts")
        chat = _messages(messages[attempt["prompt_id"]])
        thought = extract_thought(attempt["raw_text"])
        completion = completion_text(attempt["sql"], thought and thought.text)
        held_out = attempt["example_id"] in kept_back
        rows.append(TrainingRow(row_id, _dataset(attempt["example_id"]), chat, (completion,), held_out))
    return rows


def preference_rows(filtered_pairs: Iterable[Row], held_out: Collection[str] = ()) -> list[TrainingRow]:
    """The pairs that a recipe kept (rows of `filtered_pairs` of one recipe), in their training order; those of the
    databases `held_out` are marked so.

    Raises TrainingError for a pair whose two answers are the same text: it has nothing to teach.
    """
    kept = sorted((pair for pair in filtered_pairs if pair["removed_by"] is None), key=lambda pair: pair["position"])
    rows = []
    for pair in kept:
        chosen, rejected = completion_text(pair["chosen_sql"]), completion_text(pair["rejected_sql"])
        if chosen == rejected:
            raise TrainingError(f"pair {pair['pair_id']}: chosen and rejected are the same SQL: {chosen!r}")
        dataset = _dataset(pair["example_id"])
        answers = (chosen, rejected)
        kept_back = pair["database_id"] in held_out
        rows.append(TrainingRow(pair["pair_id"], dataset, _messages(pair["messages"]), answers, kept_back))
    return rows


def rows_text(rows: Iterable[TrainingRow]) -> str:
    """Rows as JSON lines. Equal rows give equal text."""
    return "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)


def read_rows(file: Path) -> list[TrainingRow]:
    """The rows of a file of `rows_text`. Raises TrainingError naming file and line where one is not such a row."""
    rows = []
    # Not splitlines(): JSON leaves characters such as U+2028 as they are.
    for number, line in enumerate(file.read_text(encoding="utf-8").removesuffix("\n").split("\n"), start=1):
        try:
            raw = json.loads(line)
            chat = tuple(Message(*message) for message in raw["messages"])
            answers = tuple(raw["completions"])
            rows.append(TrainingRow(raw["row_id"], raw["dataset"], chat, answers, raw["held_out"]))
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise TrainingError(f"{file}, line {number}: not a training row ({error}); delete its folder") from error
    return rows


def tokenize_rows(
    rows: Iterable[TrainingRow], tokenizer: Any, max_length: int
) -> tuple[list[TokenizedRow], list[SkippedRow]]:
    """(rows that fit into `max_length` tokens, rows that do not), both in the given order."""
    fitting, skipped = [], []
    for row in rows:
        prompt = Prompt(row.messages, ())
        encoded = [training_ids(prompt, completion, tokenizer) for completion in row.completions]
        prompt_ids = encoded[0][0] if encoded else token_ids(prompt, tokenizer)
        tokenized = TokenizedRow(row.row_id, prompt_ids, tuple(ids for _, ids in encoded), row.held_out)
        if tokenized.tokens > max_length:
            skipped.append(SkippedRow(row.row_id, "too_long", tokenized.tokens))
        else:
            fitting.append(tokenized)
    return fitting, skipped


def _messages(text: str) -> tuple[Message, ...]:
    return tuple(Message(message["role"], message["content"]) for message in json.loads(text))


def _dataset(example_id: str) -> str:
    return example_id.split("/", 1)[0]
