"""The steps of a loop in the graph: whom they ask, from where they train, and what stops them.

Real steps over a real warehouse. Dagster's context is written down here: of its resources the generator answers by a
script, and a training ends where its child process would begin.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assets.stage import StepContext, StepOutput
from assets.star import _ask_candidates, _measure, _train_iteration, star_stages
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.scripted import ScriptedBackend
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.schema.table_rows import file_fingerprint
from t2s_pipeline.star.tally import GeneratorFailed
from t2s_pipeline.training.adapters import CONFIG, MANIFEST, WEIGHTS, AdapterManifest, adapter_digest
from t2s_pipeline.training.job import TrainingJob, read_job
from t2s_pipeline.training.rows import read_rows
from t2s_pipeline.warehouse import TableRef, Warehouse

LOOPS = """
[datasets.own]
kind = "json"
root = "rows"

[models.nano]
path = "builtin:nano"

[train]
dataset = "own"
model = "nano"
holdout_fraction = 0.5

[evaluation]
dataset = "own"

[star.self]
candidates = 2
max_iterations = 3

[star.on]
candidates = 2
train_from_base = false

[star.hard]
errors_of = "self"
candidates = 2
max_iterations = 2
"""
ASKED, HELD_OUT = "own/first", "own/second"  # by their names, see datasets/holdout.py
GOLDS = ("SELECT name FROM singer", "SELECT age FROM singer")
QUESTIONS = [f"{database}/{number}" for database in (ASKED, HELD_OUT) for number in range(len(GOLDS))]

Script = Callable[[str, int], str]
"""(question, sample) -> what the model says."""


class Began(Exception):
    """A training's child process would begin here."""

    def __init__(self, job: TrainingJob) -> None:
        self.job = job


def right(question: str, sample: int) -> str:
    return GOLDS[int(question[-1])]


def nobody(question: str, sample: int) -> str:
    raise AssertionError(f"{question} was asked")


class Loop:
    """The warehouse of an experiment with loops, whose train questions are there; steps by their names."""

    def __init__(self, config: ExperimentConfig, verifier: Any) -> None:
        self.config, self.data = config, Path(config.paths.data)
        self.warehouse = Warehouse(self.data)
        self._verifier = verifier
        self._stages = {stage.name: stage for stage in star_stages(config)}

    def put(self, table: str, partition: str, rows: Iterable[dict[str, Any]]) -> None:
        ref = TableRef(table, "loop", partition)
        self.warehouse.publish(ref, ref.schema.to_arrow({"experiment": "loop", **row} for row in rows), "f" * 64, {})

    def put_adapter(self, name: str) -> str:
        """An adapter whose folder is whole, though nobody can load it; its digest."""
        folder = self.data / "adapters" / name
        folder.mkdir(parents=True)
        for file in (WEIGHTS, CONFIG):
            (folder / file).write_text(name)
        digest = adapter_digest(folder)
        manifest = AdapterManifest(digest, "job", "star", "nano", "f", {})
        (folder / MANIFEST).write_text(json.dumps(asdict(manifest)))
        row = {"adapter": name, "method": "star", "digest": digest, "path": f"adapters/{name}", "model": "nano"}
        row |= {"model_fingerprint": "f", "hyperparameters": "{}", "versions": "{}"}
        self.put("adapters", name, [row])
        return digest

    def put_decision(self, name: str, iteration: int, ends_here: bool = False) -> None:
        row = {"star": name, "iteration": iteration, "stopped": False, "questions": 2, "right": 1}
        self.put("star_iterations", f"{name}_{iteration}", [row | {"ends_here": ends_here}])

    def step(self, stage: str, partition: str, script: Script = nobody) -> StepContext:
        def complete(prompt: Any, sample: int) -> str:
            return script(prompt.messages[-1].content.split("Question: ")[1].splitlines()[0], sample)

        def run(context: Any, command: list[str]) -> None:
            raise Began(read_job(Path(command[-1])))

        name = f"{stage} {partition} {script.__name__}"  # other answers are another model's
        generator = CachedGenerator(ScriptedBackend(complete, name), CompletionStore(self.data))
        resources = SimpleNamespace(
            generator=SimpleNamespace(open=lambda *_, **__: generator, close=lambda: None),
            sandbox=SimpleNamespace(verifier=lambda: self._verifier),
            pipes=SimpleNamespace(run=run),
        )
        log, key = SimpleNamespace(info=lambda text: None), SimpleNamespace(path=[stage])
        context: Any = SimpleNamespace(resources=resources, op_execution_context=None, log=log, asset_key=key)
        plan = self._stages[stage].plan(partition)
        return StepContext(self.config, partition, plan, self.warehouse, "none", context)

    def publish(self, output: StepOutput) -> dict[str, list[dict[str, Any]]]:
        """The rows of the step, by table."""
        made = {ref.table: (ref.partition, [dict(row) for row in rows]) for ref, rows in output.tables.items()}
        for table, (partition, rows) in made.items():
            self.put(table, partition, rows)
        return {table: rows for table, (_, rows) in made.items()}

    def candidates(self, name: str, iteration: int, script: Script, prefix: str = "star") -> dict[str, list[dict]]:
        step = self.step(f"{prefix}_{iteration}_rollouts", name, script)
        return self.publish(_ask_candidates(step, name, self.config.star[name], iteration))

    def training(self, name: str, iteration: int, prefix: str = "star") -> StepOutput:
        step = self.step(f"{prefix}_{iteration}_adapters", f"{name}_{iteration}")
        return _train_iteration(step, name, self.config.star[name], iteration)


@pytest.fixture
def loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verifier: Any) -> Loop:
    for variable in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text(f'[paths]\ndata = "{tmp_path / "data"}"\n')
    (tmp_path / "experiments" / "loop.toml").write_text(LOOPS.replace("rows", str(tmp_path / "rows")))
    made = Loop(load_experiment("loop", tmp_path), verifier)
    examples, databases, schemas = [], [], []
    for database in (ASKED, HELD_OUT):
        name = database.removeprefix("own/")
        path = tmp_path / "rows" / "database" / name / f"{name}.sqlite"
        path.parent.mkdir(parents=True)
        with sqlite3.connect(path) as connection:
            connection.executescript(
                "CREATE TABLE singer (name TEXT, age INTEGER); INSERT INTO singer VALUES ('Ada', 30), ('Bo', 41);"
            )
        connection.close()
        row = {"database_id": database, "split": "train", "fingerprint": file_fingerprint(path), "path": str(path)}
        databases.append(row | {"table_count": 1, "column_count": 2})
    for number, question in enumerate(QUESTIONS):
        row = {"example_id": f"own/train/{number:05d}", "database_id": question[:-2], "split": "train"}
        told = {"question": question, "gold": GOLDS[int(question[-1])], "gold_row_count": 2, "gold_vacuous": False}
        examples.append(row | told | {"hardness": "easy", "source_file": "train.json", "source_row": number})
        shown = {"retrieval": "retrieved_k6", "schema_style": "compact", "token_budget": "none", "tables": ["singer"]}
        told = {
            "dropped_tables": [],
            "schema_text": "Table singer: name, age",
            "database_tables": 1,
            "had_choice": False,
        }
        schemas.append(row | shown | told)
    made.put("examples", "train", examples)
    made.put("databases", "train", databases)
    made.put("retrieved_schemas", "train.retrieved_k6.compact", schemas)
    return made


def databases_of(rows: list[dict[str, Any]]) -> set[str]:
    return {row["database_id"] for row in rows}


def test_candidates_and_measures_are_of_different_databases(loop: Loop) -> None:
    asked = loop.candidates("self", 1, right)
    assert databases_of(asked["attempts"]) == databases_of(asked["trajectories"]) == {ASKED}
    step = loop.step("star_0_held_out", "self", right)
    measured = loop.publish(_measure(step, "self", loop.config.star["self"], 0))
    assert databases_of(measured["attempts"]) == databases_of(measured["trajectories"]) == {HELD_OUT}
    assert {row["sample"] for row in measured["attempts"]} == {0}  # greedy
    (row,) = measured["star_iterations"]
    assert (row["questions"], row["right"], row["adapter"]) == (2, 2, None)


@pytest.mark.parametrize(
    ("name", "prefix", "from_where"),
    [("self", "star", None), ("on", "star", "on_1"), ("hard", "star_retrain", "self_3")],
)
def test_a_second_iteration_trains_from_where_the_loop_says(
    loop: Loop, name: str, prefix: str, from_where: str | None
) -> None:
    def at_last(question: str, sample: int) -> str:  # wrong by vote, and yet with something to learn
        return right(question, sample) if sample else GOLDS[1 - int(question[-1])]

    digests = {adapter: loop.put_adapter(adapter) for adapter in ("self_3", f"{name}_1")}
    loop.put_decision(name, 1)
    loop.candidates(name, 2, at_last, prefix)
    with pytest.raises(Began) as began:
        loop.training(name, 2, prefix)
    init = began.value.job.init
    assert (init and (init.name, init.digest)) == (from_where and (from_where, digests[from_where]))
    assert began.value.job.settings.method == "sft"


def test_a_loop_on_errors_trains_on_what_the_vote_gets_wrong(loop: Loop) -> None:
    def half_right(question: str, sample: int) -> str:  # of the second question only the second answer
        return GOLDS[0] if question.endswith("0") or not sample else GOLDS[1]

    loop.put_adapter("self_3")
    loop.candidates("hard", 1, half_right, "star_retrain")
    with pytest.raises(Began) as began:
        loop.training("hard", 1, "star_retrain")
    rows = read_rows(Path(began.value.job.rows_file))
    assert {row.row_id.split("/candidate")[0] for row in rows} == {"own/train/00001"}
    assert {row.completions for row in rows} == {(GOLDS[1],)}


def test_after_its_end_a_loop_asks_nobody_trains_nothing_and_costs_nothing(loop: Loop) -> None:
    digest = loop.put_adapter("self_1")
    loop.put_decision("self", 1, ends_here=True)
    made = loop.candidates("self", 2, nobody)
    assert made["attempts"] == [] and made["star_costs"][0]["stopped"]
    trained = loop.publish(loop.training("self", 2))
    assert [(row["adapter"], row["digest"]) for row in trained["adapters"]] == [("self_2", digest)]
    loop.put("trajectories", "star.self_1.held_out", [])
    step = loop.step("star_2_held_out", "self", right)
    measured = loop.publish(_measure(step, "self", loop.config.star["self"], 2))
    assert measured["star_iterations"][0]["stopped"] and measured["star_costs"][0]["stopped"]


def test_a_model_that_answers_nothing_ends_the_step(loop: Loop) -> None:
    def silent(question: str, sample: int) -> str:
        return ""

    with pytest.raises(GeneratorFailed, match="4 of 4 candidates hold no SQL"):
        loop.candidates("self", 1, silent)
