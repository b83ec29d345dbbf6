"""How self-training loops are unrolled: which assets an iteration has, and what each of them comes after.

Static partitions may not depend on themselves, so that every iteration has assets of its own: `star_0_held_out`, then
`star_k_rollouts`, `star_k_adapters` and `star_k_held_out`. A loop is a partition of them up to its last iteration; of
`star_k_adapters` the adapter is, by its name, so that arms can name it. Loops on errors are a second row of assets,
`star_retrain_k_...`: they start at the last adapter of a loop of the first row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from assets.refs import ref
from assets.stage import Dependency
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_star import StarConfig, adapter_name
from t2s_pipeline.warehouse import TableRef


@dataclass(frozen=True)
class Unrolled:
    """Loops that are unrolled together: their assets' names begin with `prefix`."""

    config: ExperimentConfig
    prefix: str
    loops: dict[str, StarConfig]

    @property
    def iterations(self) -> range:
        """The iterations that some loop has, from 1."""
        return range(1, max((star.max_iterations for star in self.loops.values()), default=0) + 1)

    def at(self, iteration: int) -> dict[str, StarConfig]:
        """The loops that have this iteration."""
        return {name: star for name, star in self.loops.items() if star.max_iterations >= iteration}

    def asset(self, iteration: int, what: str) -> str:
        return f"{self.prefix}_{iteration}_{what}"

    def policy(self, name: str, iteration: int) -> str | None:
        """The adapter of an iteration, 0 being the start of the loop; None where that is the base."""
        if iteration:
            return adapter_name(name, iteration)
        of = self.loops[name].errors_of
        return adapter_name(of, self.config.star[of].max_iterations) if of else None

    def reads_policy(self, name: str, iteration: int, as_input: str = "adapters") -> dict[str, tuple[TableRef, ...]]:
        adapter = self.policy(name, iteration)
        return {as_input: (ref(self.config, "adapters", adapter),)} if adapter else {}

    def reads_decision(self, name: str, iteration: int) -> dict[str, tuple[TableRef, ...]]:
        """What says whether the loop had ended before this iteration."""
        before = ref(self.config, "star_iterations", adapter_name(name, iteration - 1))
        return {"star_iterations": (before,)} if iteration > 1 else {}

    def after_policies(self, iterations: Iterable[int], here: dict[str, str]) -> list[Dependency]:
        """On the adapters of these iterations; `here` has the partition that reads them, by loop."""
        found: dict[str, dict[str, list[str]]] = {}
        for name, partition in here.items():
            for adapter in dict.fromkeys(self.policy(name, iteration) for iteration in iterations):
                if adapter:
                    asset = star_adapter_asset(self.config, adapter)
                    found.setdefault(asset, {}).setdefault(adapter, []).append(partition)
        return [Dependency(asset, mapping) for asset, mapping in found.items()]

    def after_decision(self, iteration: int, here: dict[str, str]) -> list[Dependency]:
        """On what says whether a loop had ended before this iteration."""
        if iteration == 1:
            return []
        return [Dependency(self.asset(iteration - 1, "held_out"), {name: [there] for name, there in here.items()})]


def unrolled(config: ExperimentConfig) -> list[Unrolled]:
    """The loops from the base, then those on errors; a row without loops is not there."""
    rows = (
        Unrolled(config, "star", {name: star for name, star in config.star.items() if not star.errors_of}),
        Unrolled(config, "star_retrain", {name: star for name, star in config.star.items() if star.errors_of}),
    )
    return [row for row in rows if row.loops]


def star_adapter_asset(config: ExperimentConfig, adapter: str) -> str:
    """Name of the asset that an iteration's adapter is a partition of."""
    prefix = "star_retrain" if config.star[config.adapters[adapter].data].errors_of else "star"
    return f"{prefix}_{adapter.rpartition('_')[2]}_adapters"


def iteration_refs(config: ExperimentConfig, table: str) -> tuple[TableRef, ...]:
    """The files of one table over all iterations of all loops."""
    found = []
    for name, star in config.star.items():
        for iteration in range(star.max_iterations + 1):
            key = adapter_name(name, iteration)
            if table == "star_costs":
                found += [ref(config, table, f"{key}.candidates")] if iteration else []
                found.append(ref(config, table, f"{key}.held_out"))
            elif iteration or table == "star_iterations":
                found.append(ref(config, table, key))
    return tuple(found)


def iteration_assets(config: ExperimentConfig) -> list[str]:
    """Names of all assets of loops, upstream first."""
    return [
        row.asset(iteration, what)
        for row in unrolled(config)
        for iteration in (0, *row.iterations)
        for what in (("rollouts", "adapters", "held_out") if iteration else ("held_out",))
    ]
