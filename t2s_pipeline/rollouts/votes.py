"""How every selector would have chosen among the stored samples of a rollout: the rows of table `votes`.

    rows = vote_rows(attempts, paths, verifier)

Votes are held over the samples of the first turn, whatever an arm's own `selection` was; no model is asked. Each
distinct SQL of a database that ran runs once more, for what its result is to a vote. The verdicts of the sample that
was chosen are put beside it afterwards, and decide nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.evaluation.voting import Choice, Selector, choose
from t2s_pipeline.evaluation.voting_keys import ResultKey
from t2s_pipeline.rollouts.selection import Keys, ballots_of

VOTES_CODE_VERSION = "1"
AT_ONCE = 2_000
"""Queries between two reports of progress."""

Row = dict[str, Any]


class KeyReader(Protocol):
    """What runs queries for their keys: `GoldVerifier`."""

    def result_keys(self, items: Sequence[Candidate]) -> list[ResultKey | None]: ...


def vote_rows(
    attempts: Sequence[Mapping[str, Any]],
    paths: Mapping[str, Path],
    reader: KeyReader,
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Row]:
    """A row a selector and example of `attempts` (rows of one rollout), in the order of the examples. `paths` are the
    databases' files by database_id."""
    by_example: dict[str, list[Mapping[str, Any]]] = {}
    for attempt in attempts:
        if attempt["turn"] == 1:
            by_example.setdefault(attempt["example_id"], []).append(attempt)
    keys = _keys([one for found in by_example.values() for one in found], paths, reader, progress)
    rows = []
    for found in by_example.values():
        samples = sorted(found, key=lambda attempt: attempt["sample"])
        ballots = ballots_of(samples, keys.get(samples[0]["database_id"], {}))
        rows += [_row(selector, choose(selector, ballots), samples) for selector in Selector]
    return rows


def _keys(
    attempts: Sequence[Mapping[str, Any]],
    paths: Mapping[str, Path],
    reader: KeyReader,
    progress: Callable[[int, int, str], None] | None,
) -> dict[str, Keys]:
    """The keys of what ran, by database and SQL."""
    asked = sorted({(one["database_id"], one["sql"]) for one in attempts if one["executable"]})
    keys: dict[str, dict[str, ResultKey | None]] = {}
    for start in range(0, len(asked), AT_ONCE):
        batch = asked[start : start + AT_ONCE]
        candidates = [Candidate(database, str(paths[database]), None, sql) for database, sql in batch]
        for (database, sql), key in zip(batch, reader.result_keys(candidates), strict=True):
            keys.setdefault(database, {})[sql] = key
        if progress is not None:
            progress(start + len(batch), len(asked), "results to vote with")
    return keys


def _row(selector: Selector, choice: Choice, samples: Sequence[Mapping[str, Any]]) -> Row:
    chosen, count = samples[choice.sample], choice.count
    counted = {"result": None, "votes": None, "runner_up": None, "results": None, "voters": None, "margin": None}
    if count is not None:
        counted = {
            "result": count.group,
            "votes": count.votes,
            "runner_up": count.runner_up,
            "results": count.groups,
            "voters": count.voters,
            "margin": count.margin(len(samples)),
        }
    return {
        **{name: chosen[name] for name in ("rollout", "example_id", "database_id", "sql")},
        **{name: chosen[name] for name in ("correct", "correct_official", "correct_strict")},
        "selector": selector.value,
        "sample": chosen["sample"],
        "samples": len(samples),
        "reason": choice.reason and choice.reason.value,
        **counted,
    }
