"""What the configuration declares, as the relations that reports are counted from.

A report begins with what is declared and looks for its results, so that what has none is a row that says why:

    declared_arms         arm, position, missing: what to do where it has no results
    diagnosed_arms        the same, and what to do where its answers are not diagnosed
    repairing_arms        arm: those of more than one turn
    voting_arms           arm, position, missing: those of more than one sample
    system_arms           arm: those of them whose samples are files of predictions, each of a system
    declared_schemas      retrieval, schema_style, token_budget, position, missing
    declared_recipes      recipe, position, missing
    declared_grpo         adapter, position, missing: those trained by GRPO
    declared_iterations   star, iteration (0: the start), adapter (null of it), position, missing
    declared_comparisons  comparison, family, first, second, metric, position
    ablation_members      ablation, fixed, arm, level, recipe, position (`ablations.py`)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from t2s_pipeline.config import ComparisonConfig, ExperimentConfig, arm_model
from t2s_pipeline.config_star import adapter_name
from t2s_pipeline.reports.listing import sampling_arms, shown_schemas

#: The family of comparisons that nobody declared.
EVERY_PAIR = "every pair of arms"


def declared_arms(config: ExperimentConfig) -> pa.Table:
    rows = [
        {"arm": name, "position": position, "missing": _missing(config, name)}
        for position, name in enumerate(config.arms)
    ]
    return relation(rows, ("arm", "missing"))


def diagnosed_arms(config: ExperimentConfig) -> pa.Table:
    rows = [
        {"arm": name, "position": position, "missing": _missing(config, name, "diagnosed", "diagnoses")}
        for position, name in enumerate(config.arms)
    ]
    return relation(rows, ("arm", "missing"))


def _missing(config: ExperimentConfig, arm: str, done: str = "run", asset: str = "evaluations") -> str:
    """Why a declared arm would have no results, and what mends it."""
    policy = config.arms[arm].policy
    after = "" if policy == "base" else f", after adapter {policy}"
    return f"not {done} yet: t2s run -e {config.name} '{asset}[{arm}]'{after}"


def repairing_arms(config: ExperimentConfig) -> pa.Table:
    return relation([{"arm": name} for name, arm in config.arms.items() if arm.max_turns > 1], ("arm",))


def voting_arms(config: ExperimentConfig) -> pa.Table:
    rows = [
        {"arm": name, "position": position, "missing": f"not voted yet: t2s run -e {config.name} 'votes[{name}]'"}
        for position, name in enumerate(sampling_arms(config))
    ]
    return relation(rows, ("arm", "missing"))


def system_arms(config: ExperimentConfig) -> pa.Table:
    models = {name: config.models[arm_model(config, config.arms[name])] for name in sampling_arms(config)}
    return relation([{"arm": name} for name, model in models.items() if model.backend == "replay"], ("arm",))


def declared_schemas(config: ExperimentConfig) -> pa.Table:
    keys = ("retrieval", "schema_style", "token_budget")
    missing = f"not made yet: t2s run -e {config.name} retrieved_schemas"
    rows = [
        dict(zip(keys, way, strict=True)) | {"position": position, "missing": missing}
        for position, way in enumerate(shown_schemas(config))
    ]
    return relation(rows, (*keys, "missing"))


def declared_recipes(config: ExperimentConfig) -> pa.Table:
    rows = [
        {
            "recipe": name,
            "position": position,
            "missing": f"not made yet: t2s run -e {config.name} 'filtered_pairs[{name}]'",
        }
        for position, name in enumerate(config.recipes)
    ]
    return relation(rows, ("recipe", "missing"))


def declared_grpo(config: ExperimentConfig) -> pa.Table:
    rows = [
        {
            "adapter": name,
            "position": position,
            "missing": f"not trained yet: t2s run -e {config.name} 'grpo_adapters[{name}]'",
        }
        for position, name in enumerate(config.adapters_by_method("grpo"))
    ]
    return relation(rows, ("adapter", "missing"))


def declared_iterations(config: ExperimentConfig) -> pa.Table:
    rows = [
        {
            "star": name,
            "iteration": iteration,
            "adapter": adapter_name(name, iteration) if iteration else None,
            "missing": f"not run yet: t2s run -e {config.name} "
            f"'{'star_retrain' if star.errors_of else 'star'}_{iteration}_held_out[{name}]'",
        }
        for name, star in config.star.items()
        for iteration in range(star.max_iterations + 1)
    ]
    table = relation(
        [row | {"position": position} for position, row in enumerate(rows)], ("star", "adapter", "missing")
    )
    return table.append_column("iteration", pa.array([row["iteration"] for row in rows], pa.int64()))


def comparisons(config: ExperimentConfig) -> dict[str, ComparisonConfig]:
    """The declared comparisons by name; every pair of arms by the final answer where none is declared."""
    if config.comparisons:
        return dict(config.comparisons)
    return {
        f"{first} to {second}": ComparisonConfig(first=first, second=second, family=EVERY_PAIR)
        for first, second in itertools.combinations(config.arms, 2)
    }


def declared_comparisons(config: ExperimentConfig) -> pa.Table:
    rows = [
        {
            "comparison": name,
            "position": position,
            "family": declared.family,
            "first": declared.first,
            "second": declared.second,
            "metric": declared.metric,
        }
        for position, (name, declared) in enumerate(comparisons(config).items())
    ]
    return relation(rows, ("comparison", "family", "first", "second", "metric"))


def relation(rows: Iterable[Mapping[str, Any]], texts: Sequence[str]) -> pa.Table:
    """Rows as a relation with columns of text and a `position`, typed where it is empty too."""
    fields = [*(pa.field(name, pa.string()) for name in texts), pa.field("position", pa.int64())]
    return pa.Table.from_pylist([dict(row) for row in rows], schema=pa.schema(fields))
