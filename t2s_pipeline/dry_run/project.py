"""The folder that a dry run works in: a project of its own, with five examples of each split.

    project = make_project(config, root, Path(tempfile.mkdtemp()))
    load_experiment(project.experiment, project.folder)

It holds data, Dagster's home and the configuration; what else the project has at its top, rules of users for instance,
is linked. Nothing outside the folder is written, but the embedded data set where it was never built.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from t2s_pipeline.config import DatasetConfig, ExperimentConfig, ModelConfig
from t2s_pipeline.config_loading import PROJECT_FILE
from t2s_pipeline.datasets.json_files import InputRow
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.dry_run.settings import EXAMPLES, dry_settings, toml_text
from t2s_pipeline.dry_run.stand_ins import DryRunError, stand_in_adapter, stand_in_model
from t2s_pipeline.files import write_text
from t2s_pipeline.prediction_files import read_candidates

NANO = "builtin:nano"
_OWN = {PROJECT_FILE, "experiments", "data", "dagster_home"}
"""What the dry run's project has itself."""


@dataclass(frozen=True)
class DryProject:
    """A project folder, and the name of the one experiment in it."""

    folder: Path
    experiment: str


def make_project(config: ExperimentConfig, root: Path, folder: Path) -> DryProject:
    """Fill the empty `folder` for a dry run of `config`, which belongs to the project in `root`.

    Raises DryRunError where a model's class or tokenizer is not known, DatasetError where a data set cannot be read.
    """
    small = dry_settings(config)
    small = replace(small, paths=replace(small.paths, data=str(folder / "data")))
    small, rows = _small_datasets(small, Path(config.paths.data), folder)
    small = _stand_ins(small, folder, rows)
    write_text(folder / PROJECT_FILE, "")
    write_text(folder / "experiments" / f"{small.name}.toml", toml_text(small))
    write_text(folder / "dagster_home" / "dagster.yaml", "telemetry:\n  enabled: false\n")
    for entry in root.iterdir():
        if entry.name not in _OWN and not entry.name.startswith("."):
            (folder / entry.name).symlink_to(entry.resolve())
    return DryProject(folder, small.name)


def _small_datasets(config: ExperimentConfig, data: Path, folder: Path) -> tuple[ExperimentConfig, dict[str, Any]]:
    """The configuration on data sets of five rows a split, and the evaluation's: all its rows, and those chosen.

    `data` is where data sets that have to be built are, or are built.
    """
    evaluation = config.evaluation.dataset if config.arms else ""
    datasets, evaluated = dict(config.datasets), {}
    for name in sorted(set(filter(None, (config.train.dataset, evaluation)))):
        source = open_source(config.datasets[name], name, data)
        databases, target = source.databases(), folder / "datasets" / name
        for split in source.readable_splits():
            rows = _slice(source.rows(split), config.datasets[name], split)
            places = [
                (row, place and place.path) for row in rows if not row.missing and (place := databases.locate(row))
            ]
            chosen = chosen_rows([(row, path) for row, path in places if path])
            write_text(target / f"{split}.jsonl", "".join(_record(row, path) for row, path in chosen))
            if name == evaluation and split == "dev":
                evaluated = {"dataset": name, "all": rows, "chosen": [row for row, _ in chosen]}
        datasets[name] = DatasetConfig("json", root=str(target))
    return replace(config, datasets=datasets), evaluated


def _slice(rows: Sequence[InputRow], dataset: DatasetConfig, split: str) -> Sequence[InputRow]:
    limit = dataset.train_limit if split == "train" else dataset.dev_limit
    return rows[dataset.offset :][: limit or None]


def chosen_rows(rows: Sequence[tuple[InputRow, Path]], count: int = EXAMPLES) -> list[tuple[InputRow, Path]]:
    """`count` of the rows, of as many databases as can be: a split by database has to have something to split."""
    seen: dict[Path, int] = {}
    turns = []
    for _, path in rows:
        seen[path] = seen.get(path, 0) + 1
        turns.append((seen[path], len(turns)))
    return [rows[place] for _, place in sorted(turns)[:count]]


def _record(row: InputRow, database: Path) -> str:
    fields = {"question": row.question, "query": row.gold, "db_path": str(database)}
    return json.dumps(fields | ({"evidence": row.evidence} if row.evidence else {}), ensure_ascii=False) + "\n"


def _stand_ins(config: ExperimentConfig, folder: Path, rows: dict[str, Any]) -> ExperimentConfig:
    """The configuration with a stand-in for every model and every external adapter."""
    made: dict[tuple[str, str], Path] = {}
    models = {name: _small_model(name, model, folder, made, rows) for name, model in config.models.items()}
    adapters = {}
    for name, adapter in config.adapters.items():
        base = models[adapter.model].path
        if adapter.method == "external" and base != NANO:
            lora = stand_in_adapter(Path(base), folder / "adapters" / name)
            adapter = replace(adapter, path=str(lora), revision="")
        adapters[name] = adapter
    return replace(config, models=models, adapters=adapters)


def _small_model(
    name: str, model: ModelConfig, folder: Path, made: dict[tuple[str, str], Path], rows: dict[str, Any]
) -> ModelConfig:
    """A replayed file cut to the chosen rows; the embedded model itself, also for one behind a server; or random
    weights, one folder for all entries of one path and revision."""
    if model.backend == "replay":
        cut = folder / "predictions"
        files = [
            _cut_file(Path(file), rows, cut / f"{name}_{n}.jsonl") for n, file in enumerate(model.prediction_files)
        ]
        return replace(model, predictions=tuple(map(str, files)))
    if model.backend == "openai" or model.path == NANO:
        return ModelConfig(path=NANO, dtype="float32", engines=1)
    if (model.path, model.revision) not in made:
        target = folder / "models" / name
        made[model.path, model.revision] = stand_in_model(model, name, target)
    path = str(made[model.path, model.revision])
    return ModelConfig(path=path, device=model.device, max_context=model.max_context, engines=1)


def _cut_file(file: Path, rows: dict[str, Any], target: Path) -> Path:
    if not file.is_file():
        raise DryRunError(f"{file}: no such predictions file; it is what the experiment judges")
    ids = [f"{rows['dataset']}/dev/{row.number:05d}" for row in rows["all"]]
    lines = read_candidates(file, len(ids), example_ids=ids)
    kept = [lines[rows["all"].index(row)] for row in rows["chosen"]]
    return write_text(target, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept))
