"""docs/what_runs_again.md, line by line: each change is made, and exactly what the line says runs.

"Exactly" is: every step of the second column runs; no step runs that is in neither the second nor the third; a step of
the third runs only where an input of it has another digest than before; and no step is left standing on an input that
is gone.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from t2s_pipeline.warehouse import Warehouse
from tests.graph.conftest import REPOSITORY, STEPS, Project

DOCUMENT = REPOSITORY / "docs" / "what_runs_again.md"


@dataclass(frozen=True)
class Line:
    """A line of the document's table; the columns with steps as sets of labels."""

    change: str
    always: frozenset[str]
    maybe: frozenset[str]
    reaches_the_model: str


def lines() -> dict[str, Line]:
    """The table by its first column."""
    rows = [
        [cell.strip() for cell in line.strip("|\n ").split("|")]
        for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| change ")
    ]
    return {change: Line(change, _steps(always), _steps(maybe), model) for change, always, maybe, model in rows}


def _steps(cell: str) -> frozenset[str]:
    """The labels of a cell. A name without brackets is every step of that asset."""
    found: set[str] = set()
    for name in re.findall(r"`([^`]+)`", cell):
        steps = {step for step in STEPS if step.split("[")[0] == name} or {name}
        assert steps != {name} or name in STEPS or "[" in name, f"{DOCUMENT.name}: no step {name!r}"
        found |= steps
    assert found or cell == "nothing", f"{DOCUMENT.name}: a cell without a step: {cell!r}"
    return frozenset(found)


def with_copied_code(project: Project) -> Project:
    """The same project over a copy of the code, so that the code can be changed."""
    code = project.folder.parent / "code"
    for name in ("t2s_pipeline", "assets", "resources"):
        shutil.copytree(REPOSITORY / name, code / name)  # what is compiled along: it is as old as its source
    return Project(project.folder, code)


def rewrite(path: Path, pattern: str, new: str) -> None:
    text, count = re.subn(pattern, new, path.read_text(encoding="utf-8"))
    assert count == 1, f"{path}: {pattern!r} stands there {count} times"
    path.write_text(text, encoding="utf-8")


def change_template(project: Project) -> Project:
    project = with_copied_code(project)
    templates = project.code / "t2s_pipeline" / "prompts" / "templates"
    rewrite(templates / "feedback_wrong_result.txt", "its result is wrong", "its result is not the right one")
    return project


def change_cap(project: Project) -> Project:
    project.edit("input_fraction_limits = { synthetic = 0.2 }", "input_fraction_limits = { synthetic = 0.0 }")
    return project


def change_turns(project: Project) -> Project:
    arm = '[arms.base_repair]\nmodel = "nano"\nmax_turns = '
    project.edit(f"{arm}2", f"{arm}3")
    return project


def add_arm(name: str, settings: str = "") -> Callable[[Project], Project]:
    def add(project: Project) -> Project:
        arm = f'\n[arms.{name}]\nmodel = "nano"\nmax_new_tokens = 64\n{settings}'
        project.experiment().write_text(project.experiment().read_text() + arm)
        return project

    return add


def remove_arm(project: Project) -> Project:
    project.edit('[arms.sft_dpo]\npolicy = "sft_dpo"\nmax_new_tokens = 64\n', "")
    return project


def change_metric(project: Project) -> Project:
    project = with_copied_code(project)
    metrics = project.code / "t2s_pipeline" / "reports" / "metrics.py"
    rewrite(metrics, r'(METRICS_CODE_VERSION = "\d+)"', r'\1 of a test"')
    return project


def change_cell(split: str) -> Callable[[Project], Project]:
    """Another text in one cell of a database of the split, in its source script; no number of rows changes."""

    def change(project: Project) -> Project:
        ((database_id,), *_) = project.sql(f"SELECT database_id FROM databases WHERE split = '{split}' ORDER BY ALL")
        name = database_id.split("/")[1]
        (database,) = (project.data / "embedded").rglob(f"{name}.sqlite")
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            cells = (
                "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
                "WHERE m.type = 'table' AND c.type = 'TEXT' AND c.pk = 0 ORDER BY 1, 2"
            )
            table, column = connection.execute(cells).fetchone()
        project = with_copied_code(project)
        script = project.code / "t2s_pipeline" / "datasets" / "embedded" / "databases" / f"{name}.sql"
        with open(script, "a", encoding="utf-8") as sources:
            sources.write(f'\nUPDATE "{table}" SET "{column}" = \'of a test\' WHERE rowid = 1;\n')
        return project

    return change


def only_repairs_hold_the_text(project: Project, asked: set[str]) -> None:
    rows = project.sql(
        "SELECT completion_key, messages, adapter_digest FROM completions JOIN prompts USING (prompt_id)"
    )
    of_base = [messages for key, messages, adapter in rows if key in asked and adapter is None]
    assert of_base and all("not the right one" in messages for messages in of_base)


def no_ghost(project: Project, asked: set[str]) -> None:
    for table in ("attempts", "trajectories", "rollouts"):
        assert project.sql(f"SELECT count(*) FROM {table} WHERE rollout = 'sft_dpo'") == [(0,)]
    assert project.sql("SELECT count(*) FROM evaluations WHERE arm = 'sft_dpo'") == [(0,)]


@dataclass(frozen=True)
class Case:
    """How a line's change is made, and what else holds of it: `also` gets the completions that were asked for."""

    change: str
    make: Callable[[Project], Project]
    also: Callable[[Project, set[str]], None] = lambda project, asked: None


NARROW = 'retrieval_mode = "bm25"\ntop_k_tables = 4\nschema_style = "mschema"\nmax_prompt_tokens = 300\n'
CASES = (
    Case("nothing", lambda project: project),
    Case("a feedback template, `feedback_wrong_result.txt`", change_template, only_repairs_hold_the_text),
    Case("a recipe's cap, `input_fraction_limits`", change_cap),
    Case("an arm's setting, `max_turns` of `base_repair`", change_turns),
    Case("a new arm with a policy and settings that another arm has", add_arm("again")),
    Case("a new arm with a retrieval, schema style or token budget that no other arm has", add_arm("narrow", NARROW)),
    Case("an arm removed", remove_arm, no_ghost),
    Case("a metric, `METRICS_CODE_VERSION`", change_metric),
    Case("a cell of a database of the dev split", change_cell("dev")),
    Case("a cell of a database of the train split", change_cell("train")),
)


def test_every_line_of_the_document_has_a_case() -> None:
    assert [case.change for case in CASES] == list(lines())


@pytest.mark.parametrize("case", CASES, ids=[re.sub(r"\W+", "-", case.change) for case in CASES])
def test_exactly_the_line_s_steps_run(case: Case, project: Project) -> None:
    line, before, known = lines()[case.change], recorded_inputs(project), completion_keys(project)
    project = case.make(project)
    ran = project.run()
    assert line.always <= ran, "did not run"
    assert ran <= line.always | line.maybe, "ran without being named"
    now = recorded_inputs(project)
    idle = [step for step in ran - line.always if now[step] == before[step]]
    assert not idle, "ran though nothing that they read is different"
    assert_nothing_stands_on_what_is_gone(project, now)
    asked = completion_keys(project) - known
    if line.reaches_the_model == "nothing":
        assert not asked
    elif not line.reaches_the_model.startswith("only "):  # "only" what may as well be nothing
        assert asked
    case.also(project, asked)


def recorded_inputs(project: Project) -> dict[str, dict[str, str]]:
    """For every step, the digests of its inputs that the footers of what it wrote say it was made from."""
    warehouse, found = Warehouse(project.data), {}
    for ref in warehouse.live_refs("small"):
        parts = warehouse.footer(ref).parts
        label = parts["asset"] + (f"[{parts['partition']}]" if parts["partition"] else "")
        assert found.setdefault(label, parts["inputs"]) == parts["inputs"], (
            f"{label}: its tables differ in their inputs"
        )
    return found


def assert_nothing_stands_on_what_is_gone(project: Project, recorded: dict[str, dict[str, str]]) -> None:
    warehouse = Warehouse(project.data)
    live = {(ref.partition, warehouse.footer(ref).digest) for ref in warehouse.live_refs("small")}
    for step, inputs in recorded.items():
        for name, digest in inputs.items():
            assert digest == "absent" or (name.split("/", 1)[1], digest) in live, f"{step} was made from another {name}"


def completion_keys(project: Project) -> set[str]:
    return {key for (key,) in project.sql("SELECT completion_key FROM completions")}


def test_the_plan_says_what_and_why_and_what_it_would_cost(project: Project) -> None:
    project.edit('[arms.base]\nmodel = "nano"\n', '[arms.base]\nmodel = "nano"\ntemperature = 0.5\n')
    plan = project.t2s("run", "-e", "small", "--plan")
    assert "temperature was 0.0, is 0.5" in plan
    assert "12 completions wanted, 0 in the store, 12 to ask" in plan
    assert "evaluations[base]: after arm_rollouts[base]" in plan


def test_refresh_does_the_verdicts_again_without_the_model(project: Project) -> None:
    calls, history = project.completions(), project.sql("SELECT count(*) FROM evaluation_history")[0][0]
    named = {"arm_rollouts[base]", "evaluations[base]"}
    assert project.run(*named, "--refresh", "verdicts") == named
    assert project.completions() == calls
    assert project.sql("SELECT count(*) FROM evaluation_history") == [(history + 12,)]
    assert project.run() == set()
