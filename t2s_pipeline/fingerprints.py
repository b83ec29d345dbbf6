"""What a step is made from, and whether it has to be done again.

A step's fingerprint is the sha256 of its asset, partition, code version, the versions of its tables, the slice of
the configuration (and templates, SQLite, model) that it reads, and the digests of the files it reads. It is kept in
the footer of what the step wrote; equal fingerprint means that there is nothing to do.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from t2s_pipeline.config_parsing import as_plain
from t2s_pipeline.warehouse import Footer, TableRef, Warehouse, WarehouseError

_TICK_NS = 2_000_000_000
"""The coarsest step in which a file system keeps times."""


@dataclass(frozen=True)
class StepPlan:
    """What one step of one partition reads and writes.

    `inputs` are live files by the name under which the step reads them; `settings` is everything else that
    determines the result and is known without reading data: JSON-able, or a frozen configuration object; `sources`
    gives what has to be looked up (identity of input files, models, SQLite), only when the step is considered.
    `optional` inputs may be absent (an arm that has not run): the fingerprint then says so. `damage` says what of
    the step's work outside the tables (an adapter's folder) is gone or not what it was; the step is then done again.
    """

    inputs: dict[str, tuple[TableRef, ...]]
    outputs: tuple[TableRef, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    sources: Callable[[], dict[str, Any]] = dict
    optional: frozenset[str] = frozenset()
    damage: Callable[[], list[str]] = list


class StepState(StrEnum):
    CURRENT = "current"
    STALE = "stale"
    WAITING = "waiting"


@dataclass(frozen=True)
class StepStatus:
    """Whether a step is current; `reasons` says what differs, or which inputs are missing."""

    state: StepState
    reasons: tuple[str, ...]
    fingerprint: str
    parts: dict[str, Any]
    data_version: str


def content_hash(value: Any) -> str:
    """32 hex characters of the sha256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(as_plain(value), sort_keys=True).encode()).hexdigest()[:32]


def step_status(
    warehouse: Warehouse, asset: str, partition: str | None, code_version: str, plan: StepPlan
) -> StepStatus:
    """Compare what the step would be made from with what its outputs say they were made from."""
    inputs, missing = {}, []
    for name, refs in plan.inputs.items():
        for ref in refs:
            footer = warehouse.footer(ref)
            if footer is not None:
                inputs[f"{name}/{ref.partition}"] = footer.digest
            elif name in plan.optional:
                inputs[f"{name}/{ref.partition}"] = "absent"
            else:
                missing.append(f"{ref.table}/{ref.partition} is not there yet")
    parts = {
        "asset": asset,
        "partition": partition or "",
        "code_version": code_version,
        "table_versions": {ref.table: ref.schema.version for ref in plan.outputs},
        "inputs": inputs,
    } | {f"setting {key}": as_plain(value) for key, value in {**plan.settings, **plan.sources()}.items()}
    fingerprint = content_hash(parts)
    if missing:
        return StepStatus(StepState.WAITING, tuple(missing), fingerprint, parts, "")
    reasons, digests = [], []
    for ref in plan.outputs:
        try:
            footer = warehouse.footer(ref)
        except WarehouseError as error:
            reasons.append(str(error))
            continue
        if footer is None:
            reasons.append(f"{ref.table} was never made")
        elif footer.fingerprint != fingerprint:
            reasons.extend(_differences(footer.parts, parts))
        elif not _has_object(warehouse, ref, footer):
            reasons.append(f"the object of {ref.table} is gone")
        else:
            digests.append(footer.digest)
    reasons.extend([] if reasons else plan.damage())
    if reasons:
        return StepStatus(StepState.STALE, tuple(dict.fromkeys(reasons)), fingerprint, parts, "")
    return StepStatus(StepState.CURRENT, (), fingerprint, parts, data_version(digests))


def changed_sources(plan: StepPlan, parts: dict[str, Any]) -> list[str]:
    """Which of the plan's sources are no longer what `parts`, of a status, say of them."""
    now = {f"setting {key}": as_plain(value) for key, value in plan.sources().items()}
    return _differences({key: parts.get(key) for key in now}, now)


def _has_object(warehouse: Warehouse, ref: TableRef, footer: Footer) -> bool:
    """Whether the object is there and as long as its live name: a hard link always is, a copy should be."""
    stat = warehouse.storage.stat
    made, live = stat(warehouse.object_name(footer.digest, footer.fingerprint)), stat(warehouse.live_name(ref))
    return made is not None and live is not None and made.size == live.size


def data_version(digests: list[str]) -> str:
    """The version of an asset's partition, from the digests of its tables in their declared order."""
    return digests[0] if len(digests) == 1 else content_hash(digests)


def _differences(before: dict[str, Any], now: dict[str, Any], prefix: str = "") -> list[str]:
    """Which parts differ, by name, with small values shown."""
    found = []
    for key in sorted(before.keys() | now.keys()):
        old, new = before.get(key), now.get(key)
        if old == new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            found.extend(_differences(old, new, f"{prefix}{key}: "))
        elif isinstance(old, str | int | float | bool | None) and isinstance(new, str | int | float | bool | None):
            found.append(f"{prefix}{key} was {_short(old)}, is {_short(new)}")
        else:
            found.append(f"{prefix}{key} changed")
    return found


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:8]}…"


class FileFingerprints:
    """sha256 of files, remembered by path, size and change time, so that large databases are read once.

    One whose times are of the last moments, or lie ahead because the clock was put back, is not remembered: the next
    change may come within the same tick.
    """

    def __init__(self, cache_file: Path) -> None:
        self._file = cache_file
        try:
            known = json.loads(cache_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # absent, or not what was written: only costs reading again
            known = {}
        entries = known.items() if isinstance(known, dict) else ()
        self._known: dict[str, list[Any]] = {k: v for k, v in entries if isinstance(v, list) and len(v) == 2}

    def of(self, path: Path) -> str:
        """sha256 of the file, hex. Raises FileNotFoundError where there is none."""
        stat = os.stat(path)
        stamp = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]
        known = self._known.get(str(path))
        if known and known[0] == stamp:
            return known[1]
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if max(stamp[1:]) < time.time_ns() - _TICK_NS:
            self._known[str(path)] = [stamp, digest]
        return digest

    def save(self) -> None:
        """Keep what was learnt; a lost race with another process only costs reading again."""
        from t2s_pipeline.files import write_text

        write_text(self._file, json.dumps(self._known))
