"""The one renderer of prompts, for rollouts, training and evaluation alike.

    prompt = initial_prompt(compact(schema), "How many singers are there?")
    ids = token_ids(prompt, tokenizer)              # what a generation back end is given
    prompt_ids, completion_ids = training_ids(prompt, completion_text(sql), tokenizer)

Every prompt is one system and one user message; a repair is a fresh pair of them with the previous query and
its feedback, not a dialogue's next turn (the reference's way). The assistant's whole answer is the plain SQL,
with no `SQL:` label: neither the prompt ends with one nor the completion starts with one, so the reference's
"SQL:SQL:" cannot arise. The chat template of the tokenizer is the only thing that turns messages into tokens,
and training tokens are the prompt's tokens, then the completion's, then the end-of-turn token.

The style says whose wording it is (`templates.py`); training and asking must state the same one.

Not here: schema text (`schema.styles`), feedback (`prompts.feedback`), token budgets (`schema.budget`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from t2s_pipeline.prompts.templates import Detail, PromptStyle, initial_templates, repair_templates, template

PROMPT_VERSION = "6"
"""Bump it when the code of this package makes other messages of the same templates, or finds other SQL in the same
answer. The templates have a fingerprint of their own."""

NO_QUERY = "(no query was found in the answer)"
"""Stands for the previous SQL where the model's text held none."""

_WITH_EVIDENCE = "{question}\n\nEvidence: {evidence}"
"""How BIRD's prompts go on where a question has evidence."""


class Message(NamedTuple):
    role: str
    content: str


@dataclass(frozen=True)
class Prompt:
    """Messages for a chat template, and the names of the templates they were made of."""

    messages: tuple[Message, ...]
    templates: tuple[str, ...]

    @cached_property
    def hash(self) -> str:
        """sha256 (hex) of roles and contents: equal for equal messages, whatever made them."""
        return hashlib.sha256(json.dumps(self.messages, ensure_ascii=False).encode("utf-8")).hexdigest()

    def chat(self) -> list[dict[str, str]]:
        """The messages as `apply_chat_template`, TRL and OpenAI-like servers take them."""
        return [{"role": message.role, "content": message.content} for message in self.messages]


def question_text(example: Mapping[str, Any]) -> str:
    """What a prompt asks of a row of `examples`: its question, and its evidence where it has some."""
    question, evidence = example["question"].strip(), (example.get("evidence") or "").strip()
    return _WITH_EVIDENCE.format(question=question, evidence=evidence) if evidence else question


def initial_prompt(schema_text: str, question: str, style: PromptStyle | str = PromptStyle.PLAIN) -> Prompt:
    """The first turn: schema and question."""
    return _prompt(initial_templates(style), schema=schema_text, question=question.strip())


def repair_prompt(
    schema_text: str,
    question: str,
    previous_sql: str | None,
    feedback: str,
    turn: int,
    detail: Detail | str,
    style: PromptStyle | str = PromptStyle.PLAIN,
) -> Prompt:
    """A repair: `feedback` is what was said of `previous_sql`, the query of turn `turn` (counted from 1)."""
    return _prompt(
        repair_templates(detail, style),
        schema=schema_text,
        question=question.strip(),
        previous_sql=previous_sql or NO_QUERY,
        turn=turn,
        feedback=feedback,
    )


def completion_text(sql: str, thought: str | None = None) -> str:
    """What the assistant answers in training and is expected to generate: the SQL, nothing around it.

    The text inside is left as it is; only surrounding space goes, because it would merge with the chat
    template's own newline into other tokens. With a thought, it stands before the SQL as the FINER models write it.
    """
    return f"<think>{thought.strip()}</think>\n{sql.strip()}" if thought else sql.strip()


def token_ids(prompt: Prompt, tokenizer: Any) -> list[int]:
    """Token ids of the prompt up to where the assistant's answer starts, by the tokenizer's chat template."""
    text = tokenizer.apply_chat_template(prompt.chat(), tokenize=False, add_generation_prompt=True)
    return tokenizer.encode(text, add_special_tokens=False)


def training_ids(prompt: Prompt, completion: str, tokenizer: Any) -> tuple[list[int], list[int]]:
    """(prompt ids, completion ids with the end-of-turn token last): what generation would have produced."""
    answer = tokenizer.encode(completion_text(completion), add_special_tokens=False)
    return token_ids(prompt, tokenizer), [*answer, end_of_turn_id(tokenizer)]


def end_of_turn_id(tokenizer: Any) -> int:
    """The token that ends an answer: ChatML's `<|im_end|>` where the tokenizer has it, else its eos token.

    Raises ValueError where it has neither, because training without an end teaches a model never to stop.
    """
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    if end is None or end == tokenizer.unk_token_id:
        end = tokenizer.eos_token_id
    if end is None:
        raise ValueError(f"{tokenizer.name_or_path}: the tokenizer has no end-of-turn token; set its eos_token")
    return end


def _prompt(names: tuple[str, ...], **parts: Any) -> Prompt:
    """The named templates, the last of which is the user's, the others the system message's."""
    system = "\n".join(template(name) for name in names[:-1])
    user = template(names[-1]).format(**parts)
    return Prompt((Message("system", system), Message("user", user)), names)
