"""`t2s score` and `t2s compare`: files of predictions judged by gold, and two of them beside each other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2s_pipeline.commands.configured import Experiment, configuration, dataset_named, opened_verifier
from t2s_pipeline.commands.terminal import CommandError, terminal_progress
from t2s_pipeline.evaluation.match_rules import MatchRule

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.comparison import Answer
    from t2s_pipeline.evaluation.score_report import ScoreReport

SPLITS = ("train", "dev")
ROWS_SUFFIX = ".parquet"

Gold = Annotated[
    Path | None, typer.Option("--gold", help="Golds of your own: SQL<TAB>db_id a line, or .json/.jsonl, with --db.")
]
Databases = Annotated[Path | None, typer.Option("--db", help="Folder with <db_id>/<db_id>.sqlite, for --gold.")]
Dataset = Annotated[str | None, typer.Option(help="A data set of the configuration; spider, where there is no --gold.")]
Split = Annotated[str, typer.Option(help="The split that was predicted.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@dataclass(frozen=True)
class _Truth:
    """Where gold comes from, and what is to be asked of it."""

    gold: Path | None
    databases: Path | None
    dataset: str | None
    split: str
    rule: MatchRule
    audit: bool
    experiment: str

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise CommandError(f"--split {self.split}: expected train or dev")
        if self.gold and self.dataset:
            raise CommandError("--gold and --dataset: the gold comes from one of them; leave the other out")
        if self.databases and not self.gold:
            raise CommandError("--db: goes with --gold; a data set knows its own databases")

    def score(self, file: Path) -> ScoreReport:
        from t2s_pipeline.datasets.scoring import score_files, score_split

        config = configuration(self.experiment)
        name = self.dataset or "spider"
        source = None if self.gold else dataset_named(name, config)
        with opened_verifier(config.sandbox) as verifier:
            options = {"rule": self.rule, "audit": self.audit, "verifier": verifier, "progress": terminal_progress()}
            if self.gold:
                return score_files(file, self.gold, self.databases, **options)
            return score_split(file, source, name, self.split, Path(config.paths.data), **options)


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
    experiment: Experiment = "demo",
) -> None:
    """Score a file of predictions; several samples a question are voted on. Needs neither Dagster nor a model."""
    if (file is None) == (pred is None):
        raise CommandError("name one file of predictions: t2s score FILE, or t2s score --pred FILE")
    _require_folder(rows)
    report = _Truth(gold, db, dataset, split, rule, audit, experiment).score(file or pred)
    typer.echo(json.dumps(report.as_dict(), indent=1) if as_json else report.as_text())
    if rows:
        from t2s_pipeline.evaluation.score_rows import write_rows

        write_rows(report, rows)
        typer.echo(f"a row a sample: {rows}", err=True)


def compare(
    first: Annotated[Path, typer.Argument(help="Predictions, or the rows of a score (.parquet).")],
    second: Annotated[Path, typer.Argument(help="Predictions or rows to compare with the first.")],
    gold: Gold = None,
    db: Databases = None,
    dataset: Dataset = None,
    split: Split = "dev",
    rule: Annotated[MatchRule | None, typer.Option(help="official, or the rule that the rows were scored by.")] = None,
    rows: Annotated[Path | None, typer.Option(help="Write a row an example to this Parquet file.")] = None,
    as_json: AsJson = False,
    experiment: Experiment = "demo",
) -> None:
    """Say who fixed and who broke what between two systems on the same examples, and whether it may be chance."""
    from t2s_pipeline.evaluation.comparison import compare_answers

    _require_folder(rows)
    rule = rule or _rule_of_rows(first, second)
    truth = _Truth(gold, db, dataset, split, rule, False, experiment)
    comparison = compare_answers(_answers(first, truth), _answers(second, truth), rule, names=(str(first), str(second)))
    typer.echo(json.dumps(comparison.as_dict(), indent=1) if as_json else comparison.as_text())
    if rows:
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist(comparison.rows()), rows, compression="zstd")
        typer.echo(f"a row an example: {rows}", err=True)


def _answers(file: Path, truth: _Truth) -> list[Answer]:
    from t2s_pipeline.evaluation.comparison import answers_of
    from t2s_pipeline.evaluation.score_rows import read_answers

    return read_answers(file, truth.rule) if file.suffix == ROWS_SUFFIX else answers_of(truth.score(file))


def _rule_of_rows(*files: Path) -> MatchRule:
    """The one rule by which the files of rows were scored; official where there are none."""
    from t2s_pipeline.evaluation.score_rows import read_rule

    rules = {file: read_rule(file) for file in files if file.suffix == ROWS_SUFFIX}
    if len(set(rules.values())) > 1:
        said = ", ".join(f"{file} by {rule}" for file, rule in rules.items())
        raise CommandError(f"scored by different rules ({said}); say which one to compare by: --rule")
    return next(iter(rules.values()), MatchRule.OFFICIAL)


def _require_folder(rows: Path | None) -> None:
    if rows and not rows.parent.is_dir():
        raise CommandError(f"--rows {rows}: no such folder; make it first")
    if rows and rows.is_dir():
        raise CommandError(f"--rows {rows}: is a folder; name a file")
