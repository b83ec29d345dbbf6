"""The store of completions: what a model once answered is never asked again.

    store = CompletionStore(data_folder)
    found = store.lookup(keys)                   # completions by key
    store.append([StoredCompletion(key, prompt, completion), ...])

Append-only Parquet parts under `<data>/stores/`, one a batch, shared by all experiments and written by any number
of processes: a part appears whole or not at all, the same key twice does no harm, and the newer answer then counts.
Only `pruning.py` removes, when nobody else is at work.
Prompts are stored with their completions, once each, before them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from t2s_pipeline.files import append_part, read_parquet, store_folder, store_parts, time_after
from t2s_pipeline.generation.keys import CompletionKey, prompt_id
from t2s_pipeline.generation.protocol import MAX_BATCH, Completion, GenerationError
from t2s_pipeline.prompts.render import Prompt
from t2s_pipeline.storage.users import Held, hold_store
from t2s_pipeline.table_definitions import COMPLETIONS, PROMPTS
from t2s_pipeline.tables import TableSchema

_ANSWER = ["text", "finish_reason", "prompt_tokens", "completion_tokens", "log_probability"]


class StoreError(GenerationError):
    """A part of a store cannot be read; names the file and the remedy."""


@dataclass(frozen=True)
class StoredCompletion:
    """A completion on its way into the store, with what it is an answer to."""

    key: CompletionKey
    prompt: Prompt
    completion: Completion


@dataclass
class _Index:
    """Where in which part each key is. A part never changes, so each is read once, as long as it is there.

    Listing thousands of parts takes as long as answering does. So whoever appends lists them once, and knows what it
    appended since; what others append meanwhile is found by the next lookup.
    """

    schema: TableSchema
    columns: list[str]
    parts: dict[Path, pa.Table] = field(default_factory=dict)
    rows: dict[str, tuple[Any, Path, int]] = field(default_factory=dict)
    listed: bool = False

    def refresh(self, data: Path) -> None:
        self.listed = True
        paths = store_parts(data, self.schema)
        if not self.parts.keys() <= set(paths):  # some were pruned: what they held may be gone
            self.parts.clear()
            self.rows.clear()
        for path in paths:
            if path in self.parts:
                continue
            self._know(path, read_part(path, self.schema, [self.schema.key[0], "created_at", *self.columns]))

    def append(self, data: Path, rows: Iterable[dict[str, Any]]) -> None:
        """Add a part of these rows, if there are any."""
        table = self.schema.to_arrow(rows)
        path = append_part(data, self.schema, table)
        if path is not None:
            self._know(path, table)

    def _know(self, path: Path, table: pa.Table) -> None:
        self.parts[path] = table.select(self.columns)
        keys, times = table[self.schema.key[0]].to_pylist(), table["created_at"].to_pylist()
        for row, (name, created) in enumerate(zip(keys, times, strict=True)):
            known = self.rows.get(name)
            if known is None or known[:2] < (created, path):
                self.rows[name] = (created, path, row)


class CompletionStore:
    """The stores `completions` and `prompts` of one data folder.

    From the first use until `close`, or its end, nothing is removed from them (`storage/users.py`).
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self._held: Held | None = None
        self._completions = _Index(COMPLETIONS, _ANSWER)
        self._prompts = _Index(PROMPTS, [])

    def lookup(self, keys: Iterable[str]) -> dict[str, Completion]:
        """The stored completions among these keys (`CompletionKey.digest`), whoever stored them. Raises StoreError."""
        self._hold()
        self._completions.refresh(self.data)
        places = {key: self._completions.rows[key] for key in keys if key in self._completions.rows}
        by_part: dict[Path, list[tuple[str, int]]] = {}
        for key, (_, path, row) in places.items():
            by_part.setdefault(path, []).append((key, row))
        found = {}
        for path, wanted in by_part.items():
            answers = self._completions.parts[path].take([row for _, row in wanted]).to_pylist()
            for (key, _), answer in zip(wanted, answers, strict=True):
                found[key] = Completion(**answer, key=key)
        return found

    def append(self, batch: Sequence[StoredCompletion]) -> None:
        """Store one batch, at most MAX_BATCH completions, as one part; prompts that are new come first, as another.

        Synced to disk when it returns.
        """
        if len(batch) > MAX_BATCH:
            raise ValueError(f"{len(batch)} completions in one part; a batch has at most {MAX_BATCH}")
        self._hold()
        self.keep_prompts(stored.prompt for stored in batch)
        if not self._completions.listed:
            self._completions.refresh(self.data)
        known = [
            self._completions.rows[stored.key.digest][0]
            for stored in batch
            if stored.key.digest in self._completions.rows
        ]
        now = time_after(max(known, default=None))
        rows = {stored.key.digest: _completion_row(stored, now) for stored in batch}
        self._completions.append(self.data, rows.values())

    def keep_prompts(self, prompts: Iterable[Prompt]) -> None:
        """Store those of the prompts that are not stored yet."""
        self._hold()
        now = datetime.now(UTC)
        if not self._prompts.listed:
            self._prompts.refresh(self.data)
        asked = {prompt_id(prompt): prompt for prompt in prompts}
        new = [_prompt_row(key, prompt, now) for key, prompt in asked.items() if key not in self._prompts.rows]
        self._prompts.append(self.data, new)

    def close(self) -> None:
        """Rely no longer on what was found. It may be used again, and then holds the store again."""
        if self._held is not None:
            self._held.close()
        self._held = None
        self._completions.listed = self._prompts.listed = False  # from now on parts may go

    def _hold(self) -> None:
        if self._held is None:
            self._held = hold_store(self.data)


def read_prompts(data: Path, prompt_ids: Iterable[str]) -> dict[str, str]:
    """Messages (JSON list of {role, content}) of these prompts by id. Raises StoreError where one is not stored."""
    index = _Index(PROMPTS, ["messages"])
    with hold_store(data):
        index.refresh(data)
    messages = {}
    for wanted in dict.fromkeys(prompt_ids):
        if wanted not in index.rows:
            raise StoreError(
                f"{store_folder(data, PROMPTS)}: prompt {wanted} is not there; run its rollout again "
                "(`t2s run --refresh verdicts`: no model is asked)"
            )
        _, path, row = index.rows[wanted]
        messages[wanted] = index.parts[path]["messages"][row].as_py()
    return messages


def read_part(path: Path, schema: TableSchema, columns: Sequence[str]) -> pa.Table:
    """These columns of a part of the store `schema`; one that an older part does not have is null there.

    Raises StoreError where the part is damaged or gone.
    """
    try:
        table = read_parquet(path, list(columns))
        for column in schema.columns:
            if column.name in columns and column.name not in table.column_names and column.nullable:
                table = table.append_column(column.name, pa.nulls(table.num_rows, column.type))
        return table.select(list(columns))
    except (KeyError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise StoreError(f"{path}: a part of the store went away while it was read; run again") from error
        raise StoreError(
            f"{path}: damaged part of the store ({error}); delete the file: what was in it is generated again"
        ) from error


def _prompt_row(key: str, prompt: Prompt, now: datetime) -> dict[str, Any]:
    messages = json.dumps(prompt.chat(), ensure_ascii=False)
    return {"prompt_id": key, "messages": messages, "templates": list(prompt.templates), "created_at": now}


def _completion_row(stored: StoredCompletion, now: datetime) -> dict[str, Any]:
    key, completion = stored.key, stored.completion
    return {
        "completion_key": key.digest,
        "prompt_id": prompt_id(stored.prompt),
        "model_fingerprint": key.identity.model_fingerprint,
        "adapter_digest": key.identity.adapter_digest,
        "backend": key.identity.backend,
        "dtype": key.identity.dtype,
        "temperature": key.sampling.temperature,
        "top_p": key.sampling.top_p,
        "max_new_tokens": key.sampling.max_new_tokens,
        "seed": key.seed,
        "sample": key.sample,
        "text": completion.text,
        "stop": list(key.sampling.stop) or None,
        "grammar_digest": key.grammar_digest or None,
        "finish_reason": completion.finish_reason,
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.completion_tokens,
        "log_probability": completion.log_probability,
        "created_at": now,
    }
