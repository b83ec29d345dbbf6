"""The graph from nothing to its reports, and again."""

from __future__ import annotations

from assets.graph import build_stages
from t2s_pipeline.config import ArmConfig, DatasetConfig, EvaluationConfig, ExperimentConfig, ModelConfig
from tests.graph.conftest import ARMS, DEV_QUESTIONS, SHOWN, STEPS, TRAIN_QUESTIONS, Project


def test_every_step_runs_once_and_leaves_rows(finished: tuple[Project, set[str]]) -> None:
    project, ran = finished
    assert ran == STEPS
    assert project.sql("SELECT split, count(*) FROM examples GROUP BY ALL ORDER BY ALL") == [
        ("dev", DEV_QUESTIONS),
        ("train", TRAIN_QUESTIONS),
    ]
    per_rollout = "SELECT rollout, count(*) FROM trajectories GROUP BY ALL ORDER BY ALL"
    assert project.sql(per_rollout) == [*((arm, DEV_QUESTIONS) for arm in ARMS), ("train", TRAIN_QUESTIONS)]
    assert project.sql("SELECT count(*) FROM attempts WHERE rollout = 'train' AND turn = 1") == [(3 * TRAIN_QUESTIONS,)]
    assert project.sql("SELECT count(DISTINCT adapter) FROM training_steps WHERE metric = 'loss'") == [(2,)]
    denominators = (
        "SELECT DISTINCT denominator FROM evaluations WHERE metric = 'first_turn_example_accuracy' AND subset = 'all'"
    )
    assert project.sql(denominators) == [(DEV_QUESTIONS,)]
    assert project.sql("SELECT count(DISTINCT arm) FROM report_method") == [(len(ARMS),)]


def test_run_again_does_nothing_at_all(project: Project) -> None:
    """Nor in an interpreter of another seed of hashes than the one before."""
    files = {path: path.stat().st_mtime_ns for path in project.data.rglob("*.parquet")}
    assert project.run(anew=True) == set()
    assert {path: path.stat().st_mtime_ns for path in project.data.rglob("*.parquet")} == files
    assert f"0 of {len(STEPS)} steps would run" in project.t2s("run", "-e", "small", "--plan")


def test_only_reports_read_the_diagnoses() -> None:
    """They hold what the gold says; nothing that asks a model, mines or trains may stand after them."""
    config = ExperimentConfig(
        name="x",
        datasets={"embedded": DatasetConfig(kind="embedded")},
        evaluation=EvaluationConfig(dataset="embedded"),
        models={"nano": ModelConfig(path="builtin:nano")},
        arms={"base": ArmConfig(model="nano")},
    )
    stages = build_stages(config)
    readers = [s.name for s in stages if "diagnoses" in (d.name for d in s.dependencies)]
    assert readers == ["report_column_errors", "report_wrong_results", "report_failures"]
    planned = [s.name for s in stages for step in s.steps if "diagnoses" in s.plan(step).inputs]
    assert planned == readers


def test_arms_of_one_policy_share_their_first_turn(project: Project) -> None:
    first = "SELECT completion_key FROM attempts WHERE rollout = '{}' AND turn = 1 ORDER BY example_id"
    assert project.sql(first.format("base")) == project.sql(first.format("base_repair"))


def test_results_name_the_report_and_queries_that_run(project: Project) -> None:
    text = project.t2s("results", "-e", "small")
    assert all(arm in text for arm in ARMS)
    assert (project.data / "reports" / "small.md").read_text().startswith("# small")
    page = (project.data / "reports" / "small" / "index.html").read_text()
    assert str(project.data / "reports" / "small" / "index.html") in text
    assert all(f'<section id="{name}">' in page for name in SHOWN)
    assert project.sql("SELECT list(report ORDER BY position) FROM report_page") == [(list(SHOWN),)]
    queries = [line.split('"')[1] for line in text.splitlines() if "t2s sql" in line]
    assert len(queries) == 3
    for query in queries:
        project.sql(query)
    assert "experiment" in project.t2s("sql", "-e", "small", "SELECT * FROM evaluations LIMIT 1")


def test_an_unknown_selection_lists_what_there_is(project: Project) -> None:
    assert "assets are: train_examples" in project.t2s("run", "-e", "small", "arm_rollout", fails=True)


def test_two_experiments_do_not_touch_each_other(project: Project) -> None:
    project.experiment("other").write_text(project.experiment().read_text())
    before, calls = (
        project.sql("SELECT * FROM evaluations WHERE experiment = 'small' ORDER BY ALL"),
        project.completions(),
    )
    assert project.run("arm_rollouts[base]", experiment="other") == {
        "train_examples",
        "dev_examples",
        "database_catalog",
        "retrieved_schemas",
        "arm_rollouts[base]",
    }
    assert project.completions() == calls
    assert project.sql("SELECT count(DISTINCT experiment) FROM attempts") == [(2,)]
    assert project.run() == set()
    assert project.sql("SELECT * FROM evaluations WHERE experiment = 'small' ORDER BY ALL") == before
