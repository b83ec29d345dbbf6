"""report_data_sets.sql: the arms of several experiments, each on a data set of its own, in one table."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.reports.figures import VERIFIED
from t2s_pipeline.reports.listing import declared_reports
from t2s_pipeline.reports.metrics import arm_metrics
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from tests.reports.tables import Outcome, arm_tables

RIGHT, WRONG = Outcome("execution_correct", ((True, True),)), Outcome("wrong_result", ((False, True),))
REPAIRED = Outcome("wrong_result", ((False, True), (True, True)))
ARMS = """
[evaluation]
dataset = "{dataset}"
{beside}

[models.on_bird]
path = "builtin:nano"

[models.on_spider]
path = "builtin:nano"

[arms.on_bird]
model = "on_bird"

[arms.on_spider]
model = "on_spider"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text(
        '[datasets.spider]\nkind = "spider"\n[datasets.bird]\nkind = "bird"\n'
    )
    experiments = tmp_path / "experiments"
    (experiments / "on_spider_dev.toml").write_text(ARMS.format(dataset="spider", beside='beside = ["on_bird_dev"]'))
    (experiments / "on_bird_dev.toml").write_text(ARMS.format(dataset="bird", beside=""))
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    return tmp_path


def evaluations(experiment: str, arms: dict[str, list[Outcome]], **settings: object) -> pa.Table:
    return arm_metrics(experiment, **arm_tables(arms, experiment, **settings))


def test_the_two_by_two_is_one_table(project):
    config = load_experiment("on_spider_dev", project)
    found = pa.concat_tables(
        [
            evaluations("on_spider_dev", {"on_bird": [RIGHT, WRONG], "on_spider": [RIGHT, RIGHT]}),
            evaluations("on_bird_dev", {"on_bird": [RIGHT] * 3, "on_spider": [WRONG, WRONG, RIGHT]}),
            evaluations("somebody_elses", {"on_bird": [WRONG]}),
        ]
    )
    with report_connection({"evaluations": found}) as connection:
        table = run_report("report_data_sets", connection, config)
    figures = [
        (r["of_experiment"], r["dataset"], r["arm"], r["numerator"], r["denominator"]) for r in table.to_pylist()
    ]
    assert figures == [
        ("on_spider_dev", "spider", "on_bird", 1, 2),
        ("on_spider_dev", "spider", "on_spider", 2, 2),
        ("on_bird_dev", "bird", "on_bird", 3, 3),
        ("on_bird_dev", "bird", "on_spider", 1, 3),
    ]
    assert {row["experiment"] for row in table.to_pylist()} == {"on_spider_dev"}
    text = markdown(table)
    line = next(line for line in text.splitlines() if line.startswith("| on_bird |"))
    assert "50.0 % (1/2;" in line and "100.0 % (3/3;" in line
    assert "spider, final_example_execution_accuracy (on_spider_dev)" in text


def test_an_arm_without_results_says_what_to_run(project):
    config = load_experiment("on_spider_dev", project)
    found = evaluations("on_spider_dev", {"on_bird": [RIGHT], "on_spider": [WRONG]})
    with report_connection({"evaluations": found}) as connection:
        table = run_report("report_data_sets", connection, config)
    missing = {(r["of_experiment"], r["arm"]): r["missing"] for r in table.to_pylist()}
    assert missing["on_spider_dev", "on_bird"] is None
    assert missing["on_bird_dev", "on_bird"] == "not run yet: t2s run -e on_bird_dev 'evaluations[on_bird]'"
    assert "on_bird_dev, on_spider | no results: not run yet" in markdown(table)


def test_what_needed_the_gold_shares_no_column_with_what_did_not(project):
    config = load_experiment("on_spider_dev", project)
    found = pa.concat_tables(
        [
            evaluations("on_spider_dev", {"on_bird": [RIGHT], "on_spider": [WRONG]}),
            evaluations("on_bird_dev", {"on_bird": [REPAIRED], "on_spider": [REPAIRED]}),
        ]
    )
    with report_connection({"evaluations": found}) as connection:
        text = markdown(run_report("report_data_sets", connection, config))
    assert f"(on_bird_dev){VERIFIED}" in text and f"(on_spider_dev){VERIFIED}" not in text
    assert len([line for line in text.splitlines() if line.startswith("| Arm |")]) == 2


def test_it_is_in_the_graph_of_the_experiment_that_names_others(project):
    named = [report.name for report in declared_reports(load_experiment("on_spider_dev", project))]
    assert "report_data_sets" in named
    assert "report_data_sets" not in [r.name for r in declared_reports(load_experiment("on_bird_dev", project))]


def test_an_experiment_that_is_not_there_is_refused_by_name(project):
    file = project / "experiments" / "on_spider_dev.toml"
    file.write_text(file.read_text().replace("on_bird_dev", "on_wiki"))
    with pytest.raises(ConfigError, match=r"evaluation.beside\[0\] = 'on_wiki' names nothing; there are: on_bird_dev"):
        load_experiment("on_spider_dev", project)


def test_without_results_anywhere_there_is_a_reason_for_each_arm(project):
    config = load_experiment("on_spider_dev", project)
    empty = evaluations("x", {"a": [RIGHT]}).slice(0, 0)
    with report_connection({"evaluations": empty}) as connection:
        table = run_report("report_data_sets", connection, config)
    assert table.num_rows == 4 and "| Arm |" in markdown(table)
