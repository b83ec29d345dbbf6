"""Which arms are an ablation together: they differ in one thing, and in nothing else that they read.

    method            the policy: base model or adapter
    feedback          the detail of the feedback, one-shot beside it
    scope             what is repaired (verified, online, online_guarded) with what may be told, one-shot beside it
    retrieval         which tables a prompt shows
    synthetic_ratio   recipes of DPO adapters that were trained alike otherwise
    seed              seeds of adapters that were trained alike otherwise

A one-shot arm reads no setting of repair, so it stands beside every group of repairing arms that is like it otherwise.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa

from t2s_pipeline.config import AdapterConfig, ArmConfig, ExperimentConfig, arm_model
from t2s_pipeline.config_star import METHOD as STAR
from t2s_pipeline.reports.declared import relation

ONE_SHOT = "one_shot"
_REPAIR_FIELDS = ("max_turns", "feedback_mode", "feedback_detail", "repair_scope", "verifier")
_RETRIEVAL_FIELDS = ("retrieval_mode", "top_k_tables", "fk_hops")

Settings = tuple[tuple[str, Any], ...]


@dataclasses.dataclass(frozen=True)
class Member:
    """One arm's place in one ablation; `fixed` says what all arms of its group have."""

    ablation: str
    fixed: str
    arm: str
    level: str
    recipe: str | None = None


def ablation_members(config: ExperimentConfig) -> pa.Table:
    """The relation of that name; groups of one level are left out."""
    found = [member for ablation in _ABLATIONS for member in ablation(config)]
    rows = [dataclasses.asdict(member) | {"position": place} for place, member in enumerate(found)]
    return relation(rows, ("ablation", "fixed", "arm", "level", "recipe"))


def _method(config: ExperimentConfig) -> list[Member]:
    return _grouped(config, "method", ("policy",), lambda arm: arm.policy, _of_first_seeds(config))


def _feedback(config: ExperimentConfig) -> list[Member]:
    return _grouped(config, "feedback", ("feedback_detail",), lambda arm: arm.feedback_detail, _of_first_seeds(config))


def _scope(config: ExperimentConfig) -> list[Member]:
    return _grouped(config, "scope", ("repair_scope", "feedback_mode"), _scope_level, _of_first_seeds(config))


def _scope_level(arm: ArmConfig) -> str:
    """The scope, with the feedback mode that goes with it."""
    return f"{arm.repair_scope}, {arm.feedback_mode}"


def _retrieval(config: ExperimentConfig) -> list[Member]:
    return _grouped(config, "retrieval", _RETRIEVAL_FIELDS, lambda arm: arm.retrieval, _of_first_seeds(config))


def _of_first_seeds(config: ExperimentConfig) -> dict[str, ArmConfig]:
    """All arms but those on a further seed of an adapter: the seeds are an ablation of their own."""
    further = {name for alike in _trained_alike(config, "seed") for name in alike[1:]}
    return {name: arm for name, arm in config.arms.items() if arm.policy not in further}


def _synthetic_ratio(config: ExperimentConfig) -> list[Member]:
    """Arms on DPO adapters that differ in the recipe of their pairs."""
    found = []
    for alike in _trained_alike(config, "data"):
        recipes = {name: config.adapters[name].data for name in alike if config.adapters[name].method == "dpo"}
        arms = {name: arm for name, arm in config.arms.items() if arm.policy in recipes}
        members = _grouped(config, "synthetic_ratio", ("policy",), lambda arm, of=recipes: of[arm.policy], arms)
        found += [dataclasses.replace(member, recipe=member.level) for member in members]
    return found


def _seed(config: ExperimentConfig) -> list[Member]:
    """Arms on adapters that differ in the seed of their training, and of the training that they began with."""
    found = []
    for alike in _trained_alike(config, "seed"):
        seeds = {name: str(config.adapters[name].seed) for name in alike}
        arms = {name: arm for name, arm in config.arms.items() if arm.policy in seeds}
        found += _grouped(config, "seed", ("policy",), lambda arm, of=seeds: of[arm.policy], arms, shown=alike[0])
    return found


def _trained_alike(config: ExperimentConfig, free: str) -> list[list[str]]:
    """Names of adapters, in groups that differ in the setting `free` alone."""
    groups: dict[Settings, list[str]] = {}
    for name, adapter in config.adapters.items():
        if adapter.method == STAR:  # iterations differ in what they learn, and in no setting
            continue
        groups.setdefault(_training(config, adapter, free), []).append(name)
    return [names for names in groups.values() if len(names) > 1]


def _training(config: ExperimentConfig, adapter: AdapterConfig, free: str) -> Settings:
    """An adapter's settings without `free`. What it began with is told by its own settings, or, where another thing
    than the seed is free, by its name."""
    settings = {f.name: getattr(adapter, f.name) for f in dataclasses.fields(adapter) if f.name != free}
    if adapter.init and free == "seed":
        settings["init"] = _training(config, config.adapters[adapter.init], free)
    return _settings(settings)


_ABLATIONS: tuple[Callable[[ExperimentConfig], list[Member]], ...] = (
    _method,
    _feedback,
    _scope,
    _retrieval,
    _synthetic_ratio,
    _seed,
)


def _grouped(
    config: ExperimentConfig,
    ablation: str,
    varied: tuple[str, ...],
    level: Callable[[ArmConfig], str],
    arms: Mapping[str, ArmConfig],
    shown: str = "",
) -> list[Member]:
    """Members of every group of `arms` that have two or more levels and differ in no setting but `varied`."""
    alike = {name: _settings(_of_prompt(config, arm, varied)) for name, arm in arms.items()}
    repair = {name: _settings(_of_repair(arm, varied)) for name, arm in arms.items() if arm.max_turns > 1}
    beside = set(varied) & set(_REPAIR_FIELDS)  # then one-shot arms are a level of their own
    found = []
    for key in dict.fromkeys((alike[name], repair.get(name)) for name in arms):
        if beside and key[1] is None:
            continue
        one_shot = {name: ONE_SHOT for name in arms if beside and alike[name] == key[0] and name not in repair}
        levels = one_shot | {
            name: level(arms[name]) for name in arms if (alike[name], repair.get(name)) == key and name not in one_shot
        }
        if len(set(levels.values()) - {ONE_SHOT}) > 1 or (ablation == "scope" and len(set(levels.values())) > 1):
            fixed = ", ".join(filter(None, [shown, _told(config, key)])) or "all else"
            found += [Member(ablation, fixed, name, value) for name, value in levels.items()]
    return found


def _of_prompt(config: ExperimentConfig, arm: ArmConfig, varied: Iterable[str]) -> dict[str, Any]:
    """What an arm's first turn depends on, but for what is varied."""
    left_out = {*varied, *_REPAIR_FIELDS}
    settings = {f.name: getattr(arm, f.name) for f in dataclasses.fields(arm) if f.name not in left_out}
    if not left_out & set(_RETRIEVAL_FIELDS):
        settings |= dict.fromkeys(_RETRIEVAL_FIELDS, arm.retrieval)  # a mode does not read every one of them
    return settings | {"model": arm_model(config, arm)}


def _of_repair(arm: ArmConfig, varied: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(arm, name) for name in _REPAIR_FIELDS if name not in varied}


def _settings(values: Mapping[str, Any]) -> Settings:
    return tuple(sorted(values.items()))


def _told(config: ExperimentConfig, key: tuple[Settings, Settings | None]) -> str:
    """A group's settings in words: those that are not the same in all arms of the experiment."""
    arms = [_of_prompt(config, arm, ()) | _of_repair(arm, ()) for arm in config.arms.values()]
    told = []
    for name, value in (*key[0], *(key[1] or ())):
        if name in _RETRIEVAL_FIELDS[1:] or name == "max_turns":
            continue
        if any(arm[name] != value for arm in arms):
            told.append(f"{'retrieval' if name in _RETRIEVAL_FIELDS else name} {value}")
    return ", ".join([ONE_SHOT, *told] if key[1] is None else told)
