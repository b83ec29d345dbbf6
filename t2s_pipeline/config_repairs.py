"""Which settings of a rollout go together: samples, who decides on a repair, what is told, and whether of the gold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.config_parsing import GOLD_VERIFIER, ConfigError

if TYPE_CHECKING:
    from t2s_pipeline.config import RolloutConfig


def check_repairs(path: Path, key: str, rollout: RolloutConfig) -> None:
    """Raises ConfigError, naming file and key, where a rollout's settings contradict each other."""
    scope, mode = rollout.repair_scope, rollout.feedback_mode
    if scope != "verified":
        if rollout.verifier != GOLD_VERIFIER:
            raise ConfigError(
                f"{path}: {key}.verifier = {rollout.verifier!r}, but repair_scope = {scope!r} asks no verifier: "
                "leave one of the two out"
            )
        if mode == "oracle_rows":
            raise ConfigError(
                f"{path}: {key}.feedback_mode = 'oracle_rows' shows the gold, but repair_scope = {scope!r} is to do "
                "without it: choose another mode"
            )
    if scope == "online_guarded" and mode != "online_visible":
        raise ConfigError(
            f"{path}: {key}.feedback_mode = {mode!r} says that a query that ran is wrong, but repair_scope = {scope!r} "
            "only suspects it: set feedback_mode = 'online_visible'"
        )
    if mode == "oracle_rows" and rollout.verifier != GOLD_VERIFIER:
        raise ConfigError(
            f"{path}: {key}.feedback_mode = 'oracle_rows' shows the gold, which verifier = {rollout.verifier!r} is to "
            "do without: choose another mode"
        )


def check_selection(path: Path, key: str, rollout: RolloutConfig) -> None:
    """A stated selection has something to choose from, and nobody else who chooses. Raises ConfigError."""
    if rollout.selection == "majority":
        return
    stated = f"{path}: {key}.selection = {rollout.selection!r}"
    if rollout.num_samples == 1:
        raise ConfigError(f"{stated}, but there is one sample to choose from: set num_samples, or leave selection out")
    if rollout.max_turns > 1 and rollout.repair_scope == "verified":
        raise ConfigError(
            f"{stated}, but in repair_scope = 'verified' the verifier chooses: leave it out, or take an online scope"
        )


def check_samples(path: Path, key: str, rollout: RolloutConfig) -> None:
    """Several samples need a temperature: greedy ones are one answer, counted several times. Raises ConfigError."""
    if rollout.num_samples > 1 and not rollout.temperature:
        raise ConfigError(
            f"{path}: {key}.num_samples = {rollout.num_samples}, but temperature = 0 gives the same answer each time: "
            "set a temperature, or leave num_samples out"
        )
