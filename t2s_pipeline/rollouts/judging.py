"""Verdicts of one turn, made beside the model: while it writes the next answers, those before are judged.

    with Judging(executor, catalogues) as judging:
        judging.submit({key: candidate, ...})       # returns at once; a key is judged once
        judged = judging.result()                   # waits; {key: Judged}

One thread of this process hands batches to the sandbox's workers and looks at what comes back. The order in which
answers come changes nothing of what is said of them.
"""

from __future__ import annotations

import time
from collections.abc import Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol

from t2s_pipeline.evaluation.guards import Catalogues, Inspection, inspect
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, Verifier
from t2s_pipeline.evaluation.voting_keys import ResultKey

JUDGED_AT_ONCE = 1_000
"""Candidates of a batch for the sandbox: about half a second of SQL."""


class Executor(Verifier, Protocol):
    """What runs candidates: `GoldVerifier`. `catalogues` has the tables, columns and keys of each database file."""

    def plans(self, items: Sequence[Candidate]) -> list[tuple[str, ...] | None]: ...

    def result_keys(self, items: Sequence[Candidate]) -> list[ResultKey | None]: ...

    def catalogues(self, paths: Sequence[str]) -> list[Any]: ...


@dataclass(frozen=True)
class Judged:
    """A candidate's verdict, and what is to be seen of it without the gold. `key` is its result as votes see it; None
    where it has no complete one, or nobody asked."""

    verdict: Verdict
    inspection: Inspection
    key: ResultKey | None = None


class Judging:
    """One turn. `seconds` is how long its thread worked; `with_keys` asks for `Judged.key`."""

    def __init__(self, executor: Executor, catalogues: Catalogues, with_keys: bool = False) -> None:
        self.seconds = 0.0
        self._with_keys = with_keys
        self._executor = executor
        self._catalogues = catalogues
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="judging")
        self._seen: set[Hashable] = set()
        self._batches: list[tuple[list[Hashable], Future[list[Judged]]]] = []

    def __enter__(self) -> Judging:
        return self

    def __exit__(self, *exception: object) -> None:
        """Batches not yet begun are dropped: they are of a turn that failed."""
        self._thread.shutdown(cancel_futures=True)

    def submit(self, candidates: Mapping[Hashable, Candidate]) -> None:
        """Have these judged; a key that was submitted before is left out. Raises what judging has raised so far, so
        that no model writes on for nothing."""
        for _, batch in self._batches:
            if batch.done():
                batch.result()
        new = {key: candidate for key, candidate in candidates.items() if key not in self._seen}
        self._seen.update(new)
        keys = list(new)
        for start in range(0, len(keys), JUDGED_AT_ONCE):
            part = keys[start : start + JUDGED_AT_ONCE]
            self._batches.append((part, self._thread.submit(self._judge, [new[key] for key in part])))

    def result(self) -> dict[Hashable, Judged]:
        """Everything that was submitted, once it is judged. Raises what judging raised."""
        return {key: judged for keys, batch in self._batches for key, judged in zip(keys, batch.result(), strict=True)}

    def _judge(self, candidates: list[Candidate]) -> list[Judged]:
        started = time.perf_counter()
        verdicts = self._executor.verify(candidates)
        ran = [place for place, verdict in enumerate(verdicts) if verdict.executable]
        asked = [replace(candidates[place], gold_sql=None, plug_value=False) for place in ran]
        plans = dict(zip(ran, self._executor.plans(asked), strict=True))
        keys = dict(zip(ran, self._executor.result_keys(asked), strict=True)) if self._with_keys else {}
        judged = [
            Judged(
                verdict,
                inspect(verdict, plans.get(place), self._catalogues[candidates[place].database_id]),
                keys.get(place),
            )
            for place, verdict in enumerate(verdicts)
        ]
        self.seconds += time.perf_counter() - started
        return judged
