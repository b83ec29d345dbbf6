"""Where the configuration of an experiment is read from, and how its layers become one.

Values come from the dataclasses of `config.py`, then `dagster_project.toml`, then `experiments/<name>.toml`, then the
environment for paths (DATA_ROOTS) and for the overrides that users of the execution-guided reference
have (`SPIDER_ROOT`, `OUTPUT_ROOT`, `MODEL_PATH`, `TRAIN_LIMIT`). A relative path in TOML starts at the project's
folder, one in the environment at the current folder.
Tables merge key by key; a named collection that an experiment states (`[arms.*]`, `[adapters.*]`, `[recipes.*]`,
`[datasets.*]`, `[models.*]`, `[verifiers.*]`, `[teachers.*]`, `[star.*]`, `[comparisons.*]`) replaces the base's whole.
`[grid.*]` expands to arms (`config_grid.py`), the `seeds` of an adapter to adapters and arms (`config_seeds.py`), and a
loop to an adapter an iteration (`config_star.py`).

    config = load_experiment("demo")
    config.arms["sft_repair"].max_turns

An unknown key, a value of the wrong type or outside its bounds, or a name that refers to nothing is a ConfigError that
names file and key.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from t2s_pipeline.config import DatasetConfig, ExperimentConfig, PathsConfig
from t2s_pipeline.config_grid import expand_grid
from t2s_pipeline.config_parsing import NAME, NAMES, ConfigError, build, check_types, merge
from t2s_pipeline.config_references import check_references
from t2s_pipeline.config_seeds import expand_seeds
from t2s_pipeline.config_star import with_star_adapters
from t2s_pipeline.config_variants import SPIDER_DATABASES, VARIANT_ROOTS
from t2s_pipeline.storage.location import data_folder
from t2s_pipeline.storage.protocol import StorageError

PROJECT_FILE = "dagster_project.toml"

DATA_ROOTS = ("BIRD_ROOT", "WIKISQL_ROOT", *VARIANT_ROOTS.values())
"""Environment variables that a data set's folder may start with, beside SPIDER_ROOT."""

COLLECTIONS = ("datasets", "models", "verifiers", "teachers", "recipes", "adapters", "star", "arms", "comparisons")


def find_project() -> Path | None:
    """The folder with `dagster_project.toml`: $T2S_PROJECT, or the nearest one upward from here, or the checkout's."""
    stated = os.environ.get("T2S_PROJECT")
    candidates = [Path(stated)] if stated else [Path.cwd(), *Path.cwd().parents, Path(__file__).parents[1]]
    return next((folder for folder in candidates if (folder / PROJECT_FILE).is_file()), None)


def project_root() -> Path:
    """The same; raises ConfigError where there is none."""
    found = find_project()
    if found is None:
        raise ConfigError(f"no {PROJECT_FILE} in {Path.cwd()} or above it: run from the project, or set T2S_PROJECT")
    return found


def standalone_config() -> ExperimentConfig:
    """What scoring and data commands know without a project: the data sets, and `data/` in the current folder."""
    config = ExperimentConfig(
        datasets={
            "spider": DatasetConfig("spider", "$SPIDER_ROOT"),
            "bird": DatasetConfig("bird", "$BIRD_ROOT"),
            "wikisql": DatasetConfig("wikisql", "$WIKISQL_ROOT"),
            **{kind: DatasetConfig(kind, f"${variable}") for kind, variable in VARIANT_ROOTS.items()},
            "embedded": DatasetConfig("embedded"),
        }
    )
    return _apply_environment(config, Path.cwd())


def experiment_names(root: Path | None = None) -> list[str]:
    return sorted(path.stem for path in ((root or project_root()) / "experiments").glob("*.toml"))


def load_experiment(name: str, root: Path | None = None) -> ExperimentConfig:
    """Read, merge and check the configuration of the experiment `name`. Raises ConfigError."""
    root = root or project_root()
    project_path, path = root / PROJECT_FILE, root / "experiments" / f"{name}.toml"
    if not os.path.isfile(path):  # False, too, where a file of such a name cannot be
        known = ", ".join(experiment_names(root)) or "none"
        raise ConfigError(f"{path}: no such experiment; there are: {known}")
    if not NAME.match(name):
        raise ConfigError(f"{path}: rename it: names are {NAMES}")
    merged = merge(_layer(project_path), _layer(path), COLLECTIONS)
    config = build(ExperimentConfig, merged | {"name": name})
    config = with_star_adapters(_apply_environment(config, root), path)
    check_references(config, path)
    return config


def shared_datasets(root: Path | None = None) -> dict[str, DatasetConfig]:
    """The data sets of the project's file, which an experiment with data sets of its own does not have. Raises
    ConfigError."""
    root = root or project_root()
    return dict(_apply_environment(build(ExperimentConfig, _layer(root / PROJECT_FILE)), root).datasets)


def _layer(file: Path) -> dict[str, Any]:
    """What one file says, checked by itself. Raises ConfigError."""
    raw = expand_seeds(expand_grid(_read_toml(file), file), file)
    for reserved in ("name", "overrides"):
        if reserved in raw:
            raise ConfigError(f"{file}: key {reserved!r} is not set by hand")
    check_types(ExperimentConfig, raw, file)
    return raw


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def _apply_environment(config: ExperimentConfig, root: Path) -> ExperimentConfig:
    """What the environment overrides, and absolute paths (`$SPIDER_ROOT` and DATA_ROOTS in them are replaced)."""
    paths, train, datasets, models = config.paths, config.train, dict(config.datasets), dict(config.models)
    adapters = {key: replace(value, path=_folder(value.path, root)) for key, value in config.adapters.items()}
    applies = {
        "SPIDER_ROOT": True,
        "OUTPUT_ROOT": True,
        "MODEL_PATH": train.model in models,
        "TRAIN_LIMIT": train.dataset in datasets,
        **{name: any(f"${name}" in value.root for value in datasets.values()) for name in DATA_ROOTS},
    }
    environment = {name: os.environ[name] for name, used in applies.items() if used and os.environ.get(name)}
    if "SPIDER_ROOT" in environment:
        paths = replace(paths, spider_root=str(Path(environment["SPIDER_ROOT"]).resolve()))
    if "OUTPUT_ROOT" in environment:
        paths = replace(paths, data=_data_folder(environment["OUTPUT_ROOT"], Path.cwd(), root))
    if "MODEL_PATH" in environment:
        stated, path = models[train.model], _folder(environment["MODEL_PATH"], Path.cwd())
        for key, model in models.items():  # another entry of the same files, on another engine, goes with it
            if (model.path, model.revision) == (stated.path, stated.revision):
                models[key] = replace(model, path=path)
    if "TRAIN_LIMIT" in environment:
        limit = environment["TRAIN_LIMIT"]
        if not limit.isdecimal():
            raise ConfigError(f"environment: TRAIN_LIMIT is {limit!r}, expected a whole number")
        datasets[train.dataset] = replace(datasets[train.dataset], train_limit=int(limit))
    variables = {"SPIDER_ROOT": _path(paths.spider_root, root, {})}
    variables |= {name: _path(environment.get(name, ""), Path.cwd(), {}) for name in DATA_ROOTS}
    datasets = {
        key: replace(
            value,
            root=_path(value.root, root, variables),
            database_root=_path(value.database_root or _own_databases(value.kind), root, variables),
        )
        for key, value in datasets.items()
    }
    models = {
        key: replace(
            value,
            path=_folder(value.path, root),
            predictions=tuple(_path(file, root, variables) for file in value.prediction_files),
        )
        for key, value in models.items()
    }
    return replace(
        config,
        paths=PathsConfig(_data_folder(paths.data or ".", root, root), variables["SPIDER_ROOT"]),
        datasets=datasets,
        models=models,
        adapters=adapters,
        overrides=tuple(f"{name}={value}" for name, value in environment.items()),
    )


def _data_folder(text: str, base: Path, root: Path) -> str:
    """The folder `text` of `base`; of a shared storage, its data folder in the project `root`."""
    try:
        return data_folder(text, root) if "://" in text else str((base / text).resolve())
    except StorageError as error:
        raise ConfigError(f"[paths] {error}") from error


def _own_databases(kind: str) -> str:
    return SPIDER_DATABASES if kind in VARIANT_ROOTS else ""


def _folder(text: str, base: Path) -> str:
    """The folder `text` of `base` where there is one, or may come to be (`./...`); else `text`, the id of a model."""
    is_folder = text and ((base / text).is_dir() or text.startswith(("./", "../")))
    return str((base / text).resolve()) if is_folder else text


def _path(text: str, root: Path, variables: dict[str, str]) -> str:
    """`text` as an absolute path; "" stays, and so does a path whose variable is not set (its reader says so)."""
    for name, value in variables.items():
        if f"${name}" in text and not value:
            return text
        text = text.replace(f"${name}", value)
    return str((root / text).resolve()) if text else ""
