"""`t2s run` in forks of a process that has imported all it needs: some that die at a random write, some beside another.

    at_once("mine", "mine", "undisturbed"); deaths = until_it_lives("mine", random.Random(3))

To be used in a process of its own, with `T2S_PROJECT` and `DAGSTER_HOME` set, that runs nothing itself.
"""

from __future__ import annotations

import random
import sys
from functools import partial

import t2s_pipeline.definitions as definitions
from t2s_pipeline.cli import main
from tests.faults.killing import NEVER, killed_at, start, was_killed

definitions.make_assets_importable()

import assets.graph  # noqa: E402
import assets.walk  # noqa: E402, F401

_MOST_WRITES = 300
SELECTED = ("evaluations",)


def run(experiment: str) -> None:
    sys.argv = ["t2s", "run", "-e", experiment, *SELECTED]
    main()


def until_it_lives(experiment: str, chance: random.Random) -> int:
    """Runs that are killed at random writes, one after the other, until one comes to its end; how many died."""
    deaths = 0
    while killed_at(chance.randrange(1, _MOST_WRITES), partial(run, experiment)):
        deaths += 1
    return deaths


def at_once(*experiments: str) -> None:
    """A run of each of these, all at the same time. Raises AssertionError where one of them fails."""
    children = [start(NEVER, partial(run, experiment)) for experiment in experiments]
    assert not any([was_killed(child) for child in children])
