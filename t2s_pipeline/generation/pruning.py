"""Removing from the stores of prompts and completions what nothing needs, and saying what is in them.

    with store_alone(data):
        removed = prune(data, PruneRule(older_than=...), needed, apply=False)      # a dry run
    policies_in_store(data)                                                        # who wrote how much, and when

A completion goes where the rule says so and no published attempt has it, a prompt where besides no completion that
stays is an answer to it. A part that loses some of its rows is written anew before the old one goes, and completions go
before their prompts: a kill at any moment leaves stores that hold all that is needed, and the next call ends the work.
A completion that is gone is generated again when it is wanted again; nothing else is lost.

A reader of the catalogue's view `completions` at that very moment may find a part gone, and has to ask again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from t2s_pipeline.files import TEMPORARY, remove_part, store_folder, store_parts, write_new_part
from t2s_pipeline.generation.store import read_part
from t2s_pipeline.table_definitions import COMPLETIONS, PROMPTS
from t2s_pipeline.tables import TableSchema

Policy = tuple[str, str | None]
"""Fingerprint of a base model, and digest of the adapter on it."""
Row = dict[str, Any]


@dataclass(frozen=True)
class PruneRule:
    """What may go: what was written before `older_than`, and what none of the policies `declared` wrote.

    None is no condition; where both are stated, both have to hold.
    """

    older_than: datetime | None = None
    declared: frozenset[Policy] | None = None

    def __post_init__(self) -> None:
        if self.older_than is None and self.declared is None:
            raise ValueError("a rule without a condition would empty the store")

    def lets_go(self, row: Row) -> bool:
        """Whether a row of `completions` may go."""
        declared = self.declared is not None and (row["model_fingerprint"], row["adapter_digest"]) in self.declared
        return not declared and self.is_old(row)

    def is_old(self, row: Row) -> bool:
        return self.older_than is None or row["created_at"] < self.older_than


@dataclass(frozen=True)
class Needed:
    """What published tables refer to: never removed."""

    completion_keys: frozenset[str] = frozenset()
    prompt_ids: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StoreChange:
    """What leaves one store: rows of all its rows, and bytes on disk (0 in a dry run, which writes nothing)."""

    removed: int
    rows: int
    freed: int


def prune(data: Path, rule: PruneRule, needed: Needed, apply: bool) -> dict[str, StoreChange]:
    """What leaves `completions` and `prompts`, by their names; removed only with `apply`.

    To be called under `users.store_alone`. Raises StoreError where a part cannot be read.
    """
    answered: set[str] = set()

    def goes(row: Row) -> bool:
        if row["completion_key"] not in needed.completion_keys and rule.lets_go(row):
            return True
        answered.add(row["prompt_id"])
        return False

    columns = ("completion_key", "prompt_id", "model_fingerprint", "adapter_digest", "created_at")
    completions = _sweep(data, COMPLETIONS, columns, goes, apply)

    def unasked(row: Row) -> bool:
        wanted = row["prompt_id"] in needed.prompt_ids or row["prompt_id"] in answered
        return not wanted and rule.is_old(row)

    return {
        "completions": completions,
        "prompts": _sweep(data, PROMPTS, ("prompt_id", "created_at"), unasked, apply),
    }


@dataclass(frozen=True)
class PolicyShare:
    """What one policy has in the store: completions, the tokens in them, and when the first and last were written."""

    policy: Policy
    backend: str
    completions: int
    tokens: int
    first: datetime
    last: datetime


def policies_in_store(data: Path) -> list[PolicyShare]:
    """The policies that wrote completions, the one with most first. Raises StoreError."""
    columns = ("model_fingerprint", "adapter_digest", "backend", "completion_tokens", "created_at")
    counts: Counter[tuple[Policy, str]] = Counter()
    tokens: Counter[tuple[Policy, str]] = Counter()
    times: dict[tuple[Policy, str], list[datetime]] = {}
    for path in store_parts(data, COMPLETIONS):
        for row in _rows(read_part(path, COMPLETIONS, columns)):
            who = ((row["model_fingerprint"], row["adapter_digest"]), row["backend"])
            counts[who] += 1
            tokens[who] += row["completion_tokens"] or 0
            times.setdefault(who, []).append(row["created_at"])
    return [
        PolicyShare(who[0], who[1], count, tokens[who], min(times[who]), max(times[who]))
        for who, count in counts.most_common()
    ]


def _sweep(
    data: Path, schema: TableSchema, columns: tuple[str, ...], goes: Callable[[Row], bool], apply: bool
) -> StoreChange:
    """Judge every row of a store, and take away those that go."""
    removed = rows = freed = 0
    for path in store_parts(data, schema):
        judged = [goes(row) for row in _rows(read_part(path, schema, columns))]
        rows += len(judged)
        removed += sum(judged)
        if apply and any(judged):
            freed += _without(data, schema, path, judged)
    if apply:
        for leftover in store_folder(data, schema).glob(f"{TEMPORARY}*"):
            freed += leftover.stat().st_size
            leftover.unlink()  # of a writer that was killed: nobody writes now
    return StoreChange(removed, rows, freed)


def _without(data: Path, schema: TableSchema, path: Path, gone: list[bool]) -> int:
    """Replace a part by one without these rows; returns the bytes that this frees."""
    before = path.stat().st_size
    if not all(gone):
        table = pq.ParquetFile(path).read()
        kept = write_new_part(data, schema, table.filter(pa.array([not row for row in gone])))
        before -= kept.stat().st_size
    remove_part(data, schema, path)
    return before


def _rows(table: pa.Table) -> Iterator[Row]:
    yield from table.to_pylist()
