"""What watches an experiment from day to day: the gate of its evaluations, and whom its alerts go to.

docs/daily_use.md says how each is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from t2s_pipeline.config_parsing import Positive, PositiveShare, ShareBelowOne, Text


@dataclass(frozen=True)
class GateConfig:
    """When an arm's evaluation has fallen behind the last accepted one: its share of right examples is lower by more
    than `max_drop`, and the exact McNemar test of the same examples gives `p_value` or less (1: without a test)."""

    metric: Literal["final_example_execution_accuracy", "first_turn_example_accuracy"] = (
        "final_example_execution_accuracy"
    )
    max_drop: ShareBelowOne = 0.0
    p_value: PositiveShare = 0.05


@dataclass(frozen=True)
class AlertsConfig:
    """`command` is run, in the project's folder, for every run that fails and every check that fails in a run; it has
    the alert as JSON on its standard input. None is run where it is empty."""

    command: tuple[Text, ...] = ()
    timeout_seconds: Positive = 60.0
