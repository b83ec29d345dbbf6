"""Verifiers: who says whether a candidate is right. Gold execution is the one that knows the answer.

    with GoldVerifier(SandboxPolicy()) as verifier:
        verdicts = verifier.verify([Candidate("spider/concert_singer", path, gold_sql, sql), ...])

`verify` gives one verdict a candidate, in order, whatever the SQL does: a worker that dies is that candidate's
verdict. Identical candidates run once; each gold runs once a worker that needs it. Safe from several threads.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.database_files import database_files
from t2s_pipeline.evaluation.error_class import NO_SCHEMA, NO_SYNTAX, classify
from t2s_pipeline.evaluation.judge import JUDGE_TASK, Phase
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.verdict import SandboxDifference, Verdict
from t2s_pipeline.evaluation.voting_keys import ResultKey, ResultKind
from t2s_pipeline.sandbox.connection import DatabaseFileError
from t2s_pipeline.sandbox.execute import Execution, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.pool import Death, Pool
from t2s_pipeline.sandbox.reads import QueryReads
from t2s_pipeline.sandbox.tasks import execution_of_death, unpacked_execution
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.sql.catalogue import Catalogue

if TYPE_CHECKING:
    from t2s_pipeline.config import SandboxConfig


@dataclass(frozen=True)
class Candidate:
    """One SQL text to judge. Without `gold_sql` the verdict holds only what the executor shows.

    The folder of `database_path` may hold more files of that database (`database_files.py`): the verdict's facts
    describe the one named here, and `correct_*` are true only where they are on all. `plug_value` asks for
    `correct_plug_value`, which can cost many runs.
    """

    database_id: str
    database_path: str
    gold_sql: str | None
    sql: str
    plug_value: bool = False


@dataclass(frozen=True)
class GoldAudit:
    """What there is to say against a gold query. `vacuous`: it returns no rows, or its database has none.

    `runs` is False with `error` where it fails under the sandbox's limits, or the file is missing or unusable.
    """

    database_id: str
    gold_sql: str
    runs: bool
    row_count: int | None
    error: str | None
    truncated: bool
    database_is_empty: bool
    vacuous: bool


class Verifier(Protocol):
    """Anything that judges candidates: gold execution, a rule, a test, another model."""

    def verify(self, items: Sequence[Candidate]) -> list[Verdict]:
        """One verdict a candidate, in the same order."""
        ...


class GoldVerifier:
    """Judges by running the candidate and the gold query in the sandbox's worker processes.

    `workers` defaults to one a core; they start on first use. Close it, or use it as a context manager.
    """

    def __init__(self, policy: SandboxPolicy | None = None, workers: int | None = None) -> None:
        self.policy = policy or SandboxPolicy()
        self.sqlite_version = sqlite_version()
        self._pool = Pool(JUDGE_TASK, self.policy, workers)

    def __enter__(self) -> GoldVerifier:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._pool.close()

    def worker_pids(self) -> list[int]:
        """Process ids of the workers now running: for measuring them."""
        return self._pool.pids()

    def verify(self, items: Sequence[Candidate]) -> list[Verdict]:
        """One verdict a candidate, in order. Raises FileNotFoundError for a database that is not there."""
        _require_files(items)
        files = {path: database_files(path) for path in {c.database_path for c in items}}
        keys = [(files[c.database_path], c.gold_sql, c.sql, c.plug_value) for c in items]
        distinct = list(dict.fromkeys(keys))
        # The largest databases first: what takes long must not be left when the other workers have finished.
        size = {paths: sum(map(os.path.getsize, paths)) for paths in files.values()}
        distinct.sort(key=lambda key: (-size[key[0]], key[0], key[1] or ""))
        outcomes = self._judged(distinct)
        self._survey_survivors(distinct, outcomes)
        judged = {key: self._verdict(key, outcome) for key, outcome in zip(distinct, outcomes, strict=True)}
        return [judged[key] for key in keys]

    def execute(self, items: Sequence[Candidate]) -> list[Execution]:
        """Plain runs of `sql`, rows and all, in order; `gold_sql` is not looked at."""
        _require_files(items)
        requests = [("execute", os.path.abspath(c.database_path), c.sql) for c in items]
        outcomes = self._pool.run(requests, [request[1] for request in requests])
        return [unpacked_execution(outcome, self.policy) for outcome in outcomes]

    def reads(self, items: Sequence[Candidate]) -> list[QueryReads | None]:
        """Tables and columns that each `sql` reads (see `sandbox/reads.py`), in order; None where it does not compile,
        is refused, or its worker died. Nothing is run; `gold_sql` is not looked at."""
        _require_files(items)
        requests = [("reads", os.path.abspath(c.database_path), c.sql) for c in items]
        outcomes = self._pool.run(requests, [request[1] for request in requests])
        found = [None if isinstance(outcome, Death) or not outcome else outcome for outcome in outcomes]
        return [QueryReads(tuple(f[0]), tuple(map(tuple, f[1]))) if f else None for f in found]

    def plans(self, items: Sequence[Candidate]) -> list[tuple[str, ...] | None]:
        """SQLite's plan of each `sql`, line by line (see `sandbox/query_plan.py`), in order; None where it does not
        compile, is refused, or its worker died. Nothing is run; `gold_sql` is not looked at."""
        _require_files(items)
        requests = [("plan", os.path.abspath(c.database_path), c.sql) for c in items]
        outcomes = self._pool.run(requests, [request[1] for request in requests])
        return [None if isinstance(o, Death) or not o else tuple(o[0]) for o in outcomes]

    def result_keys(self, items: Sequence[Candidate]) -> list[ResultKey | None]:
        """What each `sql` returns as votes see it (`voting_keys.py`), in order; None where it gives no complete result.
        The same text on the same file runs once; `gold_sql` is not looked at."""
        _require_files(items)
        asked = [(os.path.abspath(c.database_path), c.sql) for c in items]
        distinct = sorted(set(asked))  # by file: a worker keeps its connection
        outcomes = self._pool.run([("result_key", *one) for one in distinct], [path for path, _ in distinct])
        found = {
            one: None if isinstance(o, Death) or not o else ResultKey(o[0], ResultKind(o[1]), o[2])
            for one, o in zip(distinct, outcomes, strict=True)
        }
        return [found[one] for one in asked]

    def catalogues(self, paths: Sequence[str]) -> list[Catalogue]:
        """The tables, columns and keys of each database file, in order."""
        requests = [("described", os.path.abspath(path)) for path in paths]
        outcomes = self._pool.run(requests, [request[1] for request in requests])
        for path, outcome in zip(paths, outcomes, strict=True):
            if isinstance(outcome, Death):
                raise DatabaseFileError(f"{path}: its schema cannot be read: {outcome.detail}")
        return [Catalogue.described(outcome) for outcome in outcomes]

    def audit_gold(self, items: Sequence[Candidate]) -> list[GoldAudit]:
        """Does each `gold_sql` run, and does it say anything? `sql` is not looked at.

        Raises ValueError for an item without gold. A missing database is a finding, not an error.
        """
        for item in items:
            if item.gold_sql is None:
                raise ValueError(f"{item.database_id}: no gold query to audit")
        of_item = [os.path.abspath(c.database_path) for c in items]
        paths = sorted(set(of_item))
        requests = [("audit", path, c.gold_sql) for path, c in zip(of_item, items, strict=True)]
        requests += [("has_rows", path) for path in paths]
        outcomes = self._pool.run(requests, [r[1] for r in requests])
        without_rows = {p for p, o in zip(paths, outcomes[len(items) :], strict=True) if o == [False]}
        return [
            self._audit(c, outcome, path in without_rows)
            for c, path, outcome in zip(items, of_item, outcomes[: len(items)], strict=True)
        ]

    def _audit(self, item: Candidate, outcome: list[Any] | Death, database_is_empty: bool) -> GoldAudit:
        if isinstance(outcome, Death):
            outcome = [False, None, execution_of_death(outcome, self.policy).error, False]
        runs, row_count, error, truncated = outcome
        vacuous = database_is_empty or row_count == 0
        gold = item.gold_sql or ""
        return GoldAudit(item.database_id, gold, runs, row_count, error, truncated, database_is_empty, vacuous)

    def _verdict(self, key: _Key, outcome: list[Any] | Death) -> Verdict:
        _, gold, sql, _ = key
        if isinstance(outcome, Death):
            outcome = self._outcome_of_death(gold is not None, outcome)
        facts = dict(zip(JUDGED_FIELDS, outcome, strict=True))
        status = facts["status"] = Status(facts["status"])
        if facts["sandbox_difference"] is not None:
            facts["sandbox_difference"] = SandboxDifference(facts["sandbox_difference"])
        facts["column_names"] = tuple(facts["column_names"])
        facts["preview_rows"] = tuple(map(tuple, facts["preview_rows"]))
        error_class = classify(
            sql, status, facts["error"], facts["row_count"], facts["gold_row_count"], facts["correct_official"]
        )
        syntax_valid = error_class not in NO_SYNTAX
        return Verdict(
            **facts,
            sql=sql,
            error_class=error_class,
            syntax_valid=syntax_valid,
            schema_valid=syntax_valid and error_class not in NO_SCHEMA,
            executable=status is Status.OK,
            sqlite_version=self.sqlite_version,
        )

    def _judged(self, keys: Sequence[_Key]) -> list[list[Any] | Death]:
        return self._pool.run([("verify", *key) for key in keys], [key[0][0] for key in keys])

    def _survey_survivors(self, keys: Sequence[_Key], outcomes: list[list[Any] | Death]) -> None:
        """A worker that died of the gold query or of a rule's own text had run the candidate as written: ask
        again for those facts alone (of filled-in values: for all but that rule), and put what the death means for
        correctness beside them. In place.
        """
        late = [i for i, o in enumerate(outcomes) if isinstance(o, Death) and o.phase != Phase.AS_WRITTEN]
        for i, facts in zip(late, self._judged([_without(keys[i], outcomes[i]) for i in late]), strict=True):
            death = outcomes[i]
            outcomes[i] = facts
            if isinstance(death, Death) and not isinstance(facts, Death):
                outcomes[i] = self._with_death(facts, death)

    def _with_death(self, facts: list[Any], death: Death) -> list[Any]:
        fields = dict(zip(JUDGED_FIELDS, facts, strict=True))
        if death.phase == Phase.PLUG_VALUE:
            fields["sandbox_difference"] = fields["sandbox_difference"] or _reason(death)
        elif death.phase == Phase.GOLD:
            error = execution_of_death(death, self.policy).error
            fields |= {"gold_error": error, "sandbox_difference": SandboxDifference.GOLD_FAILED}
        else:
            fields |= {**_WRONG, "sandbox_difference": _reason(death)}
        return list(fields.values())

    def _outcome_of_death(self, has_gold: bool, death: Death) -> list[Any]:
        """The judged fields of a candidate that no worker survived as written."""
        execution = execution_of_death(death, self.policy)
        facts: dict[str, Any] = dict.fromkeys(JUDGED_FIELDS)
        facts |= {"truncated": False, "quoted_identifier_as_literal": False, "column_names": (), "preview_rows": ()}
        facts |= {"status": execution.status, "error": execution.error, "elapsed_ms": execution.elapsed_ms}
        if has_gold:
            facts |= {**_WRONG, "sandbox_difference": _reason(death)}
        return list(facts.values())


def open_verifier(limits: SandboxConfig) -> GoldVerifier:
    """The verifier of a configuration's `[sandbox]`; the caller closes it."""
    return GoldVerifier(policy_of(limits), limits.workers or None)


def policy_of(limits: SandboxConfig) -> SandboxPolicy:
    """The sandbox's policy under a configuration's `[sandbox]`."""
    return SandboxPolicy(
        timeout_seconds=limits.timeout_seconds,
        max_rows=limits.max_rows,
        max_bytes=limits.max_bytes,
        memory_mb=limits.memory_mb,
    )


_Key = tuple[tuple[str, ...], str | None, str, bool]
ANSWERS = tuple(
    rule.field
    for rule in (
        MatchRule.OFFICIAL,
        MatchRule.STRICT,
        MatchRule.EXECUTION_GUIDED,
        MatchRule.BIRD,
        MatchRule.STAR,
    )
)
_WRONG = dict.fromkeys(ANSWERS, False)
JUDGED_FIELDS = (
    "status",
    "error",
    "row_count",
    "column_count",
    "column_names",
    "truncated",
    "result_digest",
    "preview_rows",
    "quoted_identifier_as_literal",
    *ANSWERS,
    MatchRule.PLUG_VALUE.field,
    "sandbox_difference",
    "gold_row_count",
    "gold_error",
    "elapsed_ms",
)


def _reason(death: Death) -> SandboxDifference:
    return SandboxDifference.TIMEOUT if death.timed_out else SandboxDifference.WORKER_DIED


def _without(key: _Key, death: Death) -> _Key:
    """The same question without what the worker died of."""
    paths, gold, sql, _ = key
    return (paths, gold if death.phase == Phase.PLUG_VALUE else None, sql, False)


def _require_files(items: Sequence[Candidate]) -> None:
    for path in dict.fromkeys(c.database_path for c in items):
        if not Path(path).is_file():
            database = next(c.database_id for c in items if c.database_path == path)
            raise FileNotFoundError(f"no database file for {database} at {path}: check the dataset's root")
