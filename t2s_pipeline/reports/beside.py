"""Experiments whose arms a report shows beside an experiment's own: `[evaluation] beside = [...]`.

An experiment evaluates on one data set. One model on several data sets is several experiments, which share the
warehouse; arms of one name stand in one line of `report_data_sets`.

    experiments_beside(config)          # their configurations, its own first
"""

from __future__ import annotations

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig, arm_model
from t2s_pipeline.config_loading import load_experiment


def experiments_beside(config: ExperimentConfig) -> list[ExperimentConfig]:
    """Its own configuration, then those that it names, in order. Raises ConfigError for one that cannot be read."""
    return [config, *(load_experiment(name) for name in config.evaluation.beside)]


def arms_beside(config: ExperimentConfig) -> pa.Table:
    """Relation of all their declared arms: of_experiment, arm, metric, dataset, model, missing, position."""
    rows = [
        {
            "of_experiment": shown.name,
            "arm": name,
            "metric": shown.evaluation.headline_metric,
            "dataset": shown.evaluation.dataset,
            "model": arm_model(shown, arm),
            "missing": f"not run yet: t2s run -e {shown.name} 'evaluations[{name}]'",
        }
        for shown in experiments_beside(config)
        for name, arm in shown.arms.items()
    ]
    texts = ("of_experiment", "arm", "metric", "dataset", "model", "missing")
    fields = [*(pa.field(name, pa.string()) for name in texts), pa.field("position", pa.int64())]
    return pa.Table.from_pylist([row | {"position": n} for n, row in enumerate(rows)], schema=pa.schema(fields))
