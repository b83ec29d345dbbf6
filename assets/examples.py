"""Data in: `train_examples` and `dev_examples`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assets.refs import declared_splits, ref
from assets.stage import Invariant, Stage, StepContext, StepOutput, stage
from t2s_pipeline.config import DatasetConfig, ExperimentConfig
from t2s_pipeline.config_parsing import as_plain
from t2s_pipeline.datasets.load import CODE_VERSION, check_every_row_counted, load_split, split_sources
from t2s_pipeline.evaluation.oracle import check_oracle
from t2s_pipeline.evaluation.verdict import VERDICT_VERSION
from t2s_pipeline.fingerprints import FileFingerprints, StepPlan, content_hash
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.warehouse import Warehouse


def split_dataset(config: ExperimentConfig, split: str) -> str:
    """Name of the data set that a split comes from."""
    return config.train.dataset if split == "train" else config.evaluation.dataset


def examples(config: ExperimentConfig, split: str) -> Stage:
    """The examples of one split, and the rows that cannot be examples."""
    name = split_dataset(config, split)
    dataset = config.datasets[name]
    outputs = (ref(config, "examples", split), ref(config, "rejected_examples", split))
    fraction = config.evaluation.holdout_fraction if split != "dev" else 0.0

    def plan(_: str | None) -> StepPlan:
        return StepPlan(
            inputs={},
            outputs=outputs,
            settings={
                "dataset": _without_paths(dataset),
                "name": name,
                "split": split,
                "sandbox": sandbox_settings(config),
            }
            | ({"holdout_fraction": fraction} if fraction else {}),
            sources=lambda: {"source files": source_fingerprint(config, split), "sqlite": sqlite_version()},
        )

    def body(step: StepContext) -> StepOutput:
        verifier = step.sandbox.verifier()
        rows = load_split(dataset, name, split, Path(config.paths.data), verifier, step.progress, fraction)
        if not fraction:
            check_every_row_counted(rows.examples, rows.rejected)
        paths = database_files(config, split, {row["database_id"] for row in rows.examples})
        check_oracle(rows.examples, paths, verifier, progress=step.progress)
        return StepOutput(
            {outputs[0]: rows.examples, outputs[1]: rows.rejected},
            {"examples": len(rows.examples), "rejected": len(rows.rejected)},
        )

    def oracle(warehouse: Warehouse, resources: Any) -> None:
        rows = warehouse.read(outputs[0]).to_pylist()
        paths = database_files(config, split, {row["database_id"] for row in rows})
        check_oracle(rows, paths, resources.sandbox.verifier())

    def every_row(warehouse: Warehouse, _: Any) -> None:
        # The rows of train are one run of numbers only together with those that are held out of it.
        parts = declared_splits(config) if fraction else (split,)
        tables = [[ref(config, name, part) for part in parts] for name in ("examples", "rejected_examples")]
        if all(warehouse.footer(part) for refs in tables for part in refs):
            check_every_row_counted(*(warehouse.read(refs).to_pylist() for refs in tables))

    return stage(
        config,
        name=f"{split}_examples",
        group="data",
        description=(
            f"Questions of the {split} split with their gold SQL, each gold executed. Every input row is here, or in "
            "`rejected_examples` with its reason."
        ),
        code_version=CODE_VERSION,
        kinds={"sqlite", "parquet"},
        plan=plan,
        body=body,
        invariants=[
            Invariant("oracle_is_one", "Every gold, given as a prediction, is judged correct", oracle),
            Invariant("nothing_left_out", "Every input row is an example or a rejected row", every_row),
        ],
    )


def database_files(config: ExperimentConfig, split: str, database_ids: set[str]) -> dict[str, Path]:
    """Where the databases of a split are, by database_id."""
    from t2s_pipeline.datasets.load import database_paths

    name = split_dataset(config, split)
    return database_paths(config.datasets[name], name, Path(config.paths.data), database_ids)


def _without_paths(dataset: DatasetConfig) -> dict[str, Any]:
    """The data set's settings without its folders: their files count (`source_fingerprint`), not where they are."""
    return {key: value for key, value in as_plain(dataset).items() if key not in ("root", "database_root")}


def source_fingerprint(config: ExperimentConfig, split: str) -> str:
    """Identity of the files that a split is made from: its input files, its exclusions, its databases."""
    data, dataset = Path(config.paths.data), config.datasets[split_dataset(config, split)]
    with file_digests(config) as digest_of:
        return content_hash({name: digest_of(path) for name, path in split_sources(dataset, split, data).items()})


@contextmanager
def file_digests(config: ExperimentConfig) -> Iterator[Callable[[Path], str]]:
    """sha256 of files, each read once until it changes: what is known lies in the data folder."""
    fingerprints = FileFingerprints(Path(config.paths.data) / "file_fingerprints.json")
    yield fingerprints.of
    fingerprints.save()


def sandbox_settings(config: ExperimentConfig) -> dict[str, Any]:
    """What of `[sandbox]` can change a verdict: not how many workers there are. With the verdicts' version."""
    limits = {key: value for key, value in as_plain(config.sandbox).items() if key != "workers"}
    return limits | {"verdict_version": VERDICT_VERSION}
