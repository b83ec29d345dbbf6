"""The cookbook, `docs/cookbook.md`: questions to the warehouse, each with its query and its answer.

    python -m t2s_pipeline.cookbook > docs/cookbook.md                  # the demo's answers
    python -m t2s_pipeline.cookbook --experiment mine                   # those of another experiment with such arms

The queries are `cookbook.sql`: each under its question, and what there is to say about it, as comments. They ask the
data folder of the experiment's configuration, so the experiment must have been run (`t2s demo`).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.warehouse import Warehouse

if TYPE_CHECKING:
    import duckdb

_RECIPE = re.compile(r"(?P<comment>(?:^-- [^\n]*\n)+)(?P<query>[^;]+);\n", re.MULTILINE)
_HEAD = """# Cookbook

Twenty questions to the warehouse, each with its query and the answer of experiment `{experiment}`. A query runs as it
stands, by `t2s sql` or in any DuckDB that has opened `data/warehouse.duckdb`; what is in the tables and macros says the
[data dictionary](data_dictionary.md), and how to ask, [the warehouse in SQL](sql.md). Queries and answers are written
by a command; after another run, write them again:

    python -m t2s_pipeline.cookbook > docs/cookbook.md
"""


@dataclass(frozen=True)
class Recipe:
    """A question, a remark on it (or none), and its query, in which `$experiment` stands for the experiment's name."""

    question: str
    remark: str
    query: str

    def of(self, experiment: str) -> str:
        """The query as it is written for one experiment."""
        return self.query.replace("$experiment", f"'{experiment}'")


def recipes() -> list[Recipe]:
    """The questions, in the order of the document."""
    text = (files("t2s_pipeline") / "cookbook.sql").read_text(encoding="utf-8")
    return [_recipe(match) for match in _RECIPE.finditer(text)]


def cookbook_text(connection: duckdb.DuckDBPyConnection, experiment: str) -> str:
    """The document, with answers from the warehouse's catalogue."""
    sections = [
        f"## {number}. {recipe.question}\n\n"
        + (f"{recipe.remark}\n\n" if recipe.remark else "")
        + f"```sql\n{recipe.of(experiment)};\n```\n\n{_answer(connection.sql(recipe.of(experiment)))}"
        for number, recipe in enumerate(recipes(), start=1)
    ]
    return "\n".join([_HEAD.format(experiment=experiment), *sections])


def _recipe(match: re.Match[str]) -> Recipe:
    question, *remark = (line.removeprefix("--").strip() for line in match["comment"].splitlines())
    return Recipe(question, " ".join(remark), match["query"].strip())


def _answer(rows: duckdb.DuckDBPyRelation) -> str:
    return table_text(rows.columns, rows.fetchall())


def table_text(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows as a Markdown table."""
    if not rows:
        return "No rows.\n"
    lines = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text.replace("\n", " ").replace("|", "\\|")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m t2s_pipeline.cookbook", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--experiment", default="demo", help="an experiment that has been run")
    experiment = parser.parse_args().experiment
    with Warehouse(Path(load_experiment(experiment).paths.data)).connect() as connection:
        sys.stdout.write(cookbook_text(connection, experiment))


if __name__ == "__main__":
    main()
