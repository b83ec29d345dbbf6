"""`t2s compare`: two systems on the same examples, each a file or an arm of an experiment."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from t2s_pipeline.commands.output import print_out, require_writable, written_to
from t2s_pipeline.commands.scoring import (
    AsJson,
    Databases,
    Dataset,
    ExtractSql,
    Gold,
    Limits,
    NamedExperiment,
    Split,
    Timeout,
    Truth,
    Workers,
)
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_loading import experiment_names, find_project, load_experiment
from t2s_pipeline.evaluation.match_rules import MatchRule

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.comparison import Answer, Comparison
    from t2s_pipeline.reports.stored import StoredArm

ROWS_SUFFIX = ".parquet"
_ARM = re.compile(r"([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)")
_GOLD_NOTE = "†: the gold decided what was repaired, when to stop or which candidate counts; not to be had in use"


def compare(
    first: Annotated[
        str, typer.Argument(help="Predictions, the rows of a score (.parquet), or EXPERIMENT/ARM, as it is stored.")
    ],
    second: Annotated[str, typer.Argument(help="What is compared with the first, likewise.")],
    gold: Gold = None,
    db: Databases = None,
    dataset: Dataset = None,
    split: Split = "dev",
    rule: Annotated[
        MatchRule | None, typer.Option(help="official, or the rule that the rows or arms were judged by.")
    ] = None,
    rows: Annotated[Path | None, typer.Option(help="Write a row an example to this Parquet file.")] = None,
    as_json: AsJson = False,
    extract: ExtractSql = False,
    timeout: Timeout = None,
    workers: Workers = None,
    experiment: NamedExperiment = None,
) -> None:
    """Say who fixed and who broke what between two systems on the same examples, and whether it may be chance."""
    sides = [_side(first), _side(second)]
    files = [side for side in sides if isinstance(side, Path)]
    scored = [file for file in files if file.suffix != ROWS_SUFFIX]
    options = {"--gold": gold, "--db": db, "--dataset": dataset, "--extract": extract, "--timeout": timeout}
    given = [name for name, value in (options | {"--workers": workers, "-e": experiment}).items() if value]
    if given and not scored and len(files) < len(sides):
        raise CommandError(f"{given[0]}: is of files of predictions; stored answers are compared as they were judged")
    rule = rule or _common_rule(sides)
    truth = Truth(gold, db, dataset, split, rule, Limits(timeout, workers), experiment, extract=extract)
    if rows:
        require_writable(rows, "--rows", truth.inputs(*files))
    comparison = _compared(sides, truth)
    print_out(json.dumps(comparison.as_dict(), indent=1) if as_json else comparison.as_text())
    if rows:
        from t2s_pipeline.evaluation.score_rows import write_comparison

        with written_to(rows, "--rows"):
            write_comparison(comparison, rows)
        typer.echo(f"a row an example: {rows}", err=True)


def _side(text: str) -> Path | StoredArm:
    """A file, or, where there is none of that name, an arm of an experiment."""
    named = _ARM.fullmatch(text)
    if Path(text).exists() or not named or not find_project():
        return Path(text)
    from t2s_pipeline.reports.stored import stored_arm
    from t2s_pipeline.warehouse import Warehouse

    if named[1] not in experiment_names():
        there = ", ".join(experiment_names())
        raise CommandError(f"{text}: no such file, and no experiment {named[1]!r}; there are: {there}")
    config = load_experiment(named[1])
    return stored_arm(Warehouse(Path(config.paths.data)), config, named[2])


def _compared(sides: list[Path | StoredArm], truth: Truth) -> Comparison:
    """Files must answer the same examples; of stored answers those that both have count, and the others are told."""
    from t2s_pipeline.evaluation.comparison import compare_answers, compare_shared

    answers = [_answers(side, truth) for side in sides]
    names = (_name(sides[0]), _name(sides[1]))
    if all(isinstance(side, Path) for side in sides):
        return compare_answers(*answers, truth.rule, names)
    comparison = compare_shared(*answers, truth.rule, names)
    aware = any(not isinstance(side, Path) and side.gold_aware for side in sides)
    return replace(comparison, notes=(_GOLD_NOTE,)) if aware else comparison


def _answers(side: Path | StoredArm, truth: Truth) -> list[Answer]:
    from t2s_pipeline.evaluation.comparison import answers_of
    from t2s_pipeline.evaluation.score_rows import read_answers

    if not isinstance(side, Path):
        return side.answers(truth.rule)
    return read_answers(side, truth.rule) if side.suffix == ROWS_SUFFIX else answers_of(truth.score(side))


def _name(side: Path | StoredArm) -> str:
    return str(side) if isinstance(side, Path) else side.name + (" †" if side.gold_aware else "")


def _common_rule(sides: list[Any]) -> MatchRule:
    """The one rule by which rows and stored answers were judged; official where there are none."""
    from t2s_pipeline.evaluation.score_rows import read_rule

    rules: dict[str, MatchRule] = {}
    for side in sides:
        if not isinstance(side, Path):
            rules[side.name] = side.rule
        elif side.suffix == ROWS_SUFFIX:
            rules[str(side)] = read_rule(side)
    if len(set(rules.values())) > 1:
        said = ", ".join(f"{name} by {rule}" for name, rule in rules.items())
        raise CommandError(f"scored by different rules ({said}); say which one to compare by: --rule")
    return next(iter(rules.values()), MatchRule.OFFICIAL)
