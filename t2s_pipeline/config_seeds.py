"""`seeds` of an adapter, and `every_seed` of arms: one training and one arm a seed, for the spread.

    [adapters.sft]
    seeds = [13, 14, 15]

    [adapters.sft_dpo]
    init = "sft"
    seeds = [13, 14, 15]

    [arms.sft_dpo_cm]                  # and in a [grid.*]
    policy = "sft_dpo"
    every_seed = true

declares the adapters sft, sft_seed14 and sft_seed15, the same of sft_dpo, each of which continues the sft of its own
seed, and the arms sft_dpo_cm, sft_dpo_cm_seed14 and sft_dpo_cm_seed15. The first seed has no suffix. Reports put what
differs by the seed alone side by side.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from t2s_pipeline.config_parsing import ConfigError


def expand_seeds(raw: dict[str, Any], file: Path) -> dict[str, Any]:
    """`raw`, whose grids are expanded, without `seeds` and `every_seed`. Raises ConfigError naming file and key."""
    adapters, arms = raw.get("adapters"), raw.get("arms")
    seeds: dict[str, list[int]] = {}
    if isinstance(adapters, dict):
        raw["adapters"], seeds = _expand_adapters(adapters, file)
    if isinstance(arms, dict):
        raw["arms"] = _expand_arms(arms, seeds, file)
    return raw


def _expand_adapters(adapters: dict[str, Any], file: Path) -> tuple[dict[str, Any], dict[str, list[int]]]:
    seeds = {
        name: _seeds_of(name, entry, file)
        for name, entry in adapters.items()
        if isinstance(entry, dict) and "seeds" in entry
    }
    expanded: dict[str, Any] = {}
    for name, entry in adapters.items():
        if name not in seeds:
            _add(expanded, name, entry, "adapters", file)
            continue
        stated = {key: value for key, value in entry.items() if key != "seeds"}
        for seed in seeds[name]:
            own = stated | {"seed": seed}
            started = stated.get("init")
            if started in seeds:
                if seed not in seeds[started]:
                    raise ConfigError(
                        f"{file}: adapters.{name}.seeds has {seed}, which adapters.{started}.seeds, that it continues, "
                        "has not: give both the same seeds"
                    )
                own["init"] = _named(started, seed, seeds[started])
            _add(expanded, _named(name, seed, seeds[name]), own, "adapters", file)
    return expanded, seeds


def _seeds_of(name: str, entry: dict[str, Any], file: Path) -> list[int]:
    seeds = entry["seeds"]
    whole = isinstance(seeds, list) and all(type(seed) is int and seed >= 0 for seed in seeds)
    if not whole or not seeds or len(set(seeds)) < len(seeds):
        raise ConfigError(f"{file}: adapters.{name}.seeds = {seeds!r}, expected a list of different whole numbers")
    if "seed" in entry:
        raise ConfigError(f"{file}: adapters.{name} has both seed and seeds: state one of them")
    return seeds


def _expand_arms(arms: dict[str, Any], seeds: dict[str, list[int]], file: Path) -> dict[str, Any]:
    expanded: dict[str, Any] = {}
    for name, entry in arms.items():
        if not isinstance(entry, dict) or "every_seed" not in entry:
            _add(expanded, name, entry, "arms", file)
            continue
        if type(entry["every_seed"]) is not bool:
            raise ConfigError(f"{file}: arms.{name}.every_seed = {entry['every_seed']!r}, expected true or false")
        arm = {key: value for key, value in entry.items() if key != "every_seed"}
        policy = arm.get("policy", "base")
        if entry["every_seed"] and policy != "base" and policy not in seeds:
            raise ConfigError(
                f"{file}: arms.{name}.every_seed: adapter {policy!r} has no seeds in this file: state "
                f"adapters.{policy}.seeds, or leave it out"
            )
        every = seeds.get(policy) if entry["every_seed"] else None
        for seed in every or [None]:
            own = arm if seed is None else arm | {"policy": _named(policy, seed, every)}
            _add(expanded, name if seed is None else _named(name, seed, every), own, "arms", file)
    return expanded


def _named(name: str, seed: int, seeds: list[int]) -> str:
    return name if seed == seeds[0] else f"{name}_seed{seed}"


def _add(entries: dict[str, Any], name: str, entry: Any, kind: str, file: Path) -> None:
    if name in entries:
        raise ConfigError(f"{file}: {kind}.{name} is declared twice, once by its seeds: rename one")
    entries[name] = entry
