"""A model folder's tokenizer and chat template without transformers, which would import torch (two seconds).

`load_tokenizer(folder)` gives just what `prompts.render.token_ids` asks of a tokenizer, plus decoding, from
`tokenizer.json`, `tokenizer_config.json` and `chat_template.jinja`. Planning a run and finding its completions in
the store then start no model. The engine compares it with transformers' own tokenizer once, when it loads the model
(`assert_same_tokens`), so the two can never part unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from t2s_pipeline.generation.model_json import damaged, read_model_json
from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.prompts.render import Prompt, end_of_turn_id, initial_prompt, repair_prompt, token_ids

_SENTENCE_PIECES = ("tokenizer.model", "spiece.model", "sentencepiece.bpe.model")
_SPECIAL = ("bos_token", "eos_token", "pad_token", "unk_token")


class ChatTokenizer:
    """Encodes chats and decodes answers. `name_or_path` is the folder, for messages."""

    def __init__(self, folder: Path) -> None:
        self.name_or_path = str(folder)
        self._tokenizer = _read_tokenizer(folder)
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        config = read_model_json(folder / "tokenizer_config.json")
        self._special = {name: _token_text(config.get(name)) for name in _SPECIAL if config.get(name)}
        with _template_faults(self.name_or_path):
            self._template = _compile(_template_text(folder, config))

    @property
    def eos_token_id(self) -> int | None:
        return self._special_id("eos_token")

    @property
    def unk_token_id(self) -> int | None:
        return self._special_id("unk_token")

    def convert_tokens_to_ids(self, token: str) -> int | None:
        """Id of one token; the unknown token's where there is none, which may be None as well."""
        found = self._tokenizer.token_to_id(token)
        return self.unk_token_id if found is None else found

    def apply_chat_template(
        self, chat: list[dict[str, str]], tokenize: bool = False, add_generation_prompt: bool = True
    ) -> str:
        """The chat as text; `tokenize` is there because transformers' own defaults to true, and must be false."""
        if tokenize:
            raise ValueError("encode the text of apply_chat_template instead")
        with _template_faults(self.name_or_path):
            return self._template.render(messages=chat, add_generation_prompt=add_generation_prompt, **self._special)

    def encode(self, text: str, add_special_tokens: bool = False) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=add_special_tokens).ids

    def decode(self, ids: Sequence[int]) -> str:
        """Text of an answer, special tokens left out, spaces as they were written."""
        return self._tokenizer.decode(list(ids), skip_special_tokens=True)

    def _special_id(self, name: str) -> int | None:
        return self._tokenizer.token_to_id(self._special[name]) if name in self._special else None


def load_tokenizer(folder: Path) -> ChatTokenizer:
    """The tokenizer of a model folder. Raises GenerationError where a file is missing or damaged."""
    return ChatTokenizer(folder)


def stop_ids(folder: Path, tokenizer: ChatTokenizer) -> frozenset[int]:
    """Tokens that end an answer: the end of a turn, the end of text, and those that the model's own settings name."""
    stated = read_model_json(folder / "generation_config.json", optional=True).get("eos_token_id", [])
    ids = {end_of_turn_id(tokenizer), tokenizer.eos_token_id}
    ids.update(stated if isinstance(stated, list) else [stated])
    return frozenset(i for i in ids if i is not None)


def assert_same_tokens(tokenizer: ChatTokenizer, reference: Any) -> None:
    """Raise GenerationError unless `reference` (transformers' tokenizer of the folder) gives the same tokens."""
    schema = 'CREATE TABLE "été" (id INTEGER, größe REAL);\n-- 日本語 \t 🙂  x\r\n'
    probes: tuple[Prompt, ...] = (
        initial_prompt(schema, "How many singers' names don't start with 'A'?"),
        repair_prompt(schema, "List  all!", "SELECT 12345 , 'it''s'", "no such column: naïve", 1, "minimal"),
    )
    for probe in probes:
        mine, theirs = token_ids(probe, tokenizer), token_ids(probe, reference)
        if mine != theirs:
            raise GenerationError(
                f"{tokenizer.name_or_path}: tokenizer.json and transformers' tokenizer disagree ({mine[:8]}... and "
                f"{theirs[:8]}...): save the folder's tokenizer again with transformers' save_pretrained"
            )
        answer = mine[-24:]
        if tokenizer.decode(answer) != reference.decode(
            answer, skip_special_tokens=True, clean_up_tokenization_spaces=False
        ):
            raise GenerationError(f"{tokenizer.name_or_path}: tokenizer.json and transformers' tokenizer decode apart")


def _read_tokenizer(folder: Path) -> Any:
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    if not file.is_file():
        sentence_pieces = next((name for name in _SENTENCE_PIECES if (folder / name).is_file()), None)
        needs = (
            f", which needs the packages sentencepiece and protobuf to read {sentence_pieces}"
            if sentence_pieces
            else ""
        )
        raise GenerationError(
            f"{file}: not there; write it once with transformers{needs}: "
            f"AutoTokenizer.from_pretrained({str(folder)!r}).save_pretrained({str(folder)!r})"
        )
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises nothing narrower for a damaged file
        raise damaged(file, f"not a tokenizer ({error})") from error


def _template_text(folder: Path, config: dict[str, Any]) -> str:
    file = folder / "chat_template.jinja"
    if file.is_file():
        return file.read_text(encoding="utf-8")
    stated = config.get("chat_template")
    if isinstance(stated, list):
        stated = {entry["name"]: entry["template"] for entry in stated}.get("default")
    if not stated:
        raise GenerationError(f"{folder}: no chat template (chat_template.jinja); a base model needs one put there")
    return stated


@contextmanager
def _template_faults(folder: str) -> Iterator[None]:
    """Raise GenerationError where a chat template is broken, or asks for what it is not given (today's date, a tag)."""
    from jinja2 import TemplateError

    try:
        yield
    except TemplateError as error:
        raise GenerationError(
            f"{folder}: its chat template cannot be used ({error}); in a copy of the folder, put one into "
            "chat_template.jinja that needs no more than the messages"
        ) from error


def _compile(text: str) -> Any:
    """The template under the rules that transformers renders it by."""
    from jinja2.ext import loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(message: str) -> None:
        raise GenerationError(f"chat template: {message}")

    def tojson(value: Any, indent: int | None = None) -> str:
        return json.dumps(value, ensure_ascii=False, indent=indent)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    environment.filters["tojson"] = tojson
    environment.globals["raise_exception"] = refuse
    return environment.from_string(text)


def _token_text(token: str | dict[str, Any]) -> str:
    return token if isinstance(token, str) else token["content"]
