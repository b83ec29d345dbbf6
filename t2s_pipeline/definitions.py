"""Joins assets and resources into Dagster Definitions, one code location an experiment.

`workspace.yaml` names the experiment as this module's attribute: `attribute: demo` is `experiments/demo.toml`.
`defs` is the one that $T2S_EXPERIMENT names, or the demo, for `dg` and `dagster ... -m`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import dagster as dg

from t2s_pipeline.config_loading import experiment_names, load_experiment, project_root

DEFAULT_EXPERIMENT = "demo"


def make_assets_importable() -> None:
    """Put the folder that holds `assets` and `resources` on the path: they are not installed packages.

    It is the folder of the checkout that this module is in, else the project's.
    """
    for folder in (Path(__file__).parents[1], project_root()):
        if (folder / "assets" / "stage.py").is_file():
            if str(folder) not in sys.path:
                sys.path.insert(0, str(folder))
            return


def build_definitions(experiment: str) -> dg.Definitions:
    """Assets, checks, jobs, schedules, sensors and resources of one experiment. Raises ConfigError."""
    make_assets_importable()
    from assets.alerting import build_alerts
    from assets.following import build_sensors
    from assets.graph import build_stages
    from assets.launching import build_jobs, build_schedules
    from assets.run_executor import run_executor
    from resources import build_resources

    config = load_experiment(experiment)
    stages = build_stages(config)
    jobs = build_jobs(config, stages)
    return dg.Definitions(
        assets=[stage.asset for stage in stages],
        asset_checks=[check for stage in stages for check in stage.checks],
        jobs=jobs,
        schedules=build_schedules(config, stages),
        sensors=[*build_sensors(config, stages, jobs), *build_alerts(config)],
        resources=build_resources(config),
        executor=run_executor(),
    )


def __getattr__(name: str) -> dg.Definitions:
    if name == "defs":
        return build_definitions(os.environ.get("T2S_EXPERIMENT", DEFAULT_EXPERIMENT))
    if name in experiment_names():
        return build_definitions(name)
    raise AttributeError(f"{name!r} is no experiment; there are: {', '.join(experiment_names())}")


def __dir__() -> list[str]:
    """What `dg` and `dagster -m` find here: the one default."""
    return ["defs"]
