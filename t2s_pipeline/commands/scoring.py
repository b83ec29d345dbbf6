"""`t2s score`: files of predictions judged by gold. What says where gold comes from is `t2s compare`'s, too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from t2s_pipeline.commands.configured import configuration, data_folder, dataset_named, opened_verifier
from t2s_pipeline.commands.output import print_out, require_writable, written_to
from t2s_pipeline.commands.terminal import CommandError, terminal_progress
from t2s_pipeline.config_loading import find_project
from t2s_pipeline.datasets.errors import DatasetError
from t2s_pipeline.evaluation.match_rules import MatchRule

if TYPE_CHECKING:
    from t2s_pipeline.config import DatasetConfig, ExperimentConfig, SandboxConfig
    from t2s_pipeline.evaluation.score_report import ScoreReport

SPLITS = ("train", "dev")

Gold = Annotated[
    Path | None, typer.Option("--gold", help="Golds of your own: SQL<TAB>db_id a line, or .json/.jsonl, with --db.")
]
Databases = Annotated[Path | None, typer.Option("--db", help="Folder with <db_id>/<db_id>.sqlite, for --gold.")]
Dataset = Annotated[str | None, typer.Option(help="A data set of the configuration; else that of -e, else spider.")]
Split = Annotated[str, typer.Option(help="The split that was predicted.")]
Timeout = Annotated[float | None, typer.Option(min=0.01, help="Seconds that a query may run; else as configured.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Worker processes; else as configured, one a core.")]
ExtractSql = Annotated[
    bool, typer.Option("--extract", help="Take the SQL out of answers: of ```sql blocks, <answer> tags and the like.")
]
NamedExperiment = Annotated[
    str | None,
    typer.Option("--experiment", "-e", help="A file in experiments/: its data set and limits; demo's limits else."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@dataclass(frozen=True)
class Limits:
    """What the command line says of the sandbox's limits; None is what the configuration says."""

    timeout: float | None
    workers: int | None

    def over(self, config: SandboxConfig) -> SandboxConfig:
        return replace(
            config,
            timeout_seconds=config.timeout_seconds if self.timeout is None else self.timeout,
            workers=config.workers if self.workers is None else self.workers,
        )


@dataclass(frozen=True)
class Truth:
    """Where gold comes from, and what is to be asked of it."""

    gold: Path | None
    databases: Path | None
    dataset: str | None
    split: str
    rule: MatchRule
    limits: Limits
    experiment: str | None
    audit: bool = False
    extract: bool = False

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise CommandError(f"--split {self.split}: expected train or dev")
        if self.gold and self.dataset:
            raise CommandError("--gold and --dataset: the gold comes from one of them; leave the other out")
        if self.databases and not self.gold:
            raise CommandError("--db: goes with --gold; a data set knows its own databases")

    def score(self, file: Path) -> ScoreReport:
        from t2s_pipeline.datasets.scoring import score_files, score_split

        config = configuration(self.experiment or "demo")
        with opened_verifier(self.limits.over(config.sandbox)) as verifier:
            options: dict[str, Any] = {"rule": self.rule, "audit": self.audit, "verifier": verifier}
            options |= {"extract": _extractor() if self.extract else None, "progress": terminal_progress()}
            if self.gold:
                return score_files(file, self.gold, self.databases, **options)
            name = self._dataset(config)
            source = dataset_named(name, config)
            folder = self._data_folder(config, source, name)
            return score_split(file, source, name, self.split, folder, **options)

    def inputs(self, *files: Path) -> list[Path]:
        """The files that are read, which no output may replace."""
        return [*files, *([self.gold] if self.gold else [])]

    def _dataset(self, config: ExperimentConfig) -> str:
        """The one that is named, else that of the experiment that is named, else Spider."""
        own = config.evaluation.dataset if self.experiment and find_project() else ""
        return self.dataset or own or "spider"

    def _data_folder(self, config: ExperimentConfig, source: DatasetConfig, name: str) -> Path:
        try:
            return data_folder(config, source, name)
        except DatasetError as error:
            if self.dataset or self.experiment:
                raise
            raise CommandError(f"{error}; or score by golds of your own: --gold FILE --db FOLDER") from error


def score(
    file: Annotated[
        Path | None, typer.Argument(help="Predictions: a SQL a line, .json or .jsonl; see docs/evaluation.md.")
    ] = None,
    pred: Annotated[Path | None, typer.Option("--pred", help="The same, as the official evaluator has it.")] = None,
    gold: Gold = None,
    db: Databases = None,
    dataset: Dataset = None,
    split: Split = "dev",
    rule: Annotated[MatchRule, typer.Option(help="The rule of the headline.")] = MatchRule.OFFICIAL,
    audit: Annotated[bool, typer.Option("--audit", help="Audit the golds too: a figure on those it trusts.")] = False,
    rows: Annotated[Path | None, typer.Option(help="Write a row a sample to this Parquet file.")] = None,
    as_json: AsJson = False,
    extract: ExtractSql = False,
    timeout: Timeout = None,
    workers: Workers = None,
    experiment: NamedExperiment = None,
) -> None:
    """Score a file of predictions; several samples a question are voted on. Needs neither Dagster nor a model."""
    if (file is None) == (pred is None):
        raise CommandError("name one file of predictions: t2s score FILE, or t2s score --pred FILE")
    predictions = file or pred
    truth = Truth(gold, db, dataset, split, rule, Limits(timeout, workers), experiment, audit, extract)
    if rows:
        require_writable(rows, "--rows", truth.inputs(predictions))
    report = truth.score(predictions)
    print_out(json.dumps(report.as_dict(), indent=1) if as_json else report.as_text())
    if rows:
        from t2s_pipeline.evaluation.score_rows import write_rows

        with written_to(rows, "--rows"):
            write_rows(report, rows)
        typer.echo(f"a row a sample: {rows}", err=True)


def _extractor() -> Callable[[str], str | None]:
    from t2s_pipeline.prompts.extract import extract_sql

    return extract_sql
