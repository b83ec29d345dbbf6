"""The command line, from its arguments to what it prints: a small project with a data set of its own."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from t2s_pipeline.cli import app
from t2s_pipeline.commands.argument_help import command_line
from t2s_pipeline.commands.terminal import progress_line
from t2s_pipeline.files import store_parts
from t2s_pipeline.reports.history import append_history
from t2s_pipeline.table_definitions import EVALUATION_HISTORY
from tests.conftest import Result

PROJECT = """
[datasets.shop]
kind = "json"
root = "shop"

[datasets.spider]
kind = "spider"
root = "$SPIDER_ROOT"

[models.file]
backend = "replay"
predictions = "published/answers.txt"
"""
EXPERIMENT = """
description = "What was published"

[evaluation]
dataset = "{dataset}"

[arms.published]
model = "file"
"""
pytestmark = pytest.mark.usefixtures("project")
GOLDS = ["SELECT name FROM item", "SELECT count(*) FROM item", "SELECT no_such FROM item"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    (tmp_path / "dagster_project.toml").write_text(PROJECT)
    (tmp_path / "experiments").mkdir()
    for name, dataset in (("demo", "shop"), ("on_spider", "spider")):
        (tmp_path / "experiments" / f"{name}.toml").write_text(EXPERIMENT.format(dataset=dataset))
    (tmp_path / "shop" / "database").mkdir(parents=True)
    rows = [{"question": "What is there?", "query": gold, "db_id": "shop"} for gold in GOLDS]
    (tmp_path / "shop" / "dev.json").write_text(json.dumps(rows))
    with sqlite3.connect(tmp_path / "shop" / "database" / "shop.sqlite") as connection:
        connection.executescript("CREATE TABLE item (name TEXT); INSERT INTO item VALUES ('pen'), ('ink');")
    connection.close()
    return tmp_path


def refused(result: Result) -> str:
    """The one line that a command which cannot be done prints."""
    lines = result.err.splitlines()
    assert result.code == 1 and len(lines) == 1 and lines[0].startswith("t2s: "), result
    return lines[0]


def test_every_argument_says_what_it_is(t2s) -> None:
    assert "all that have an evaluation" in " ".join(t2s("accept", "--help").out.replace("│", " ").split())
    commands = [command_line(app)]
    while commands:
        command = commands.pop()
        commands += getattr(command, "commands", {}).values()
        for parameter in command.params:
            assert parameter.help, f"{command.name}: {parameter.name}"


def test_experiments_are_listed(t2s) -> None:
    result = t2s("experiments")
    assert result.code == 0
    assert result.out.splitlines() == [f"{name:24} What was published" for name in ("demo", "on_spider")]


def test_an_experiment_that_cannot_be_read_does_not_hide_the_others(t2s, project) -> None:
    (project / "experiments" / "broken.toml").write_text("[arms.a]\nmax_turn = 2\n")
    result = t2s("experiments")
    assert [line.split()[0] for line in result.out.splitlines()] == ["broken", "demo", "on_spider"]
    assert result.code == 1 and "broken.toml: unknown key 'arms.a.max_turn'" in refused(result)


def test_no_such_experiment_lists_those_there_are(t2s) -> None:
    assert "there are: demo, on_spider" in refused(t2s("run", "-e", "nobody"))


def test_a_wrong_value_is_named(t2s, project) -> None:
    (project / "experiments" / "demo.toml").write_text("[evaluation]\nheadline_metric = 'accuracy'\n")
    assert "demo.toml: evaluation.headline_metric = 'accuracy'" in refused(t2s("results"))


def test_sql_answers_over_the_tables_of_every_experiment(t2s) -> None:
    result = t2s("sql", "SELECT count(*) + 41 AS answer FROM evaluations")
    assert result.code == 0 and "answer" in result.out and "41" in result.out
    assert "no_such" in t2s("sql", "SELECT no_such FROM evaluations").err
    assert t2s("sql", "CREATE TABLE mine (a INT)").code == 1  # read-only
    assert "no valid Unicode text" in refused(t2s("sql", "SELECT '\udcff'"))


def test_a_part_that_is_torn_under_a_catalogue_is_left_out_by_catalog(t2s, project) -> None:
    for name in ("one", "two"):
        append_history(
            project / "data", name, "demo", "base", [{"example_id": "1", "first_correct": True, "final_correct": True}]
        )
    count = ("sql", "SELECT count(*) + 41 FROM evaluation_history")
    assert "43" in t2s(*count).out
    part = store_parts(project / "data", EVALUATION_HISTORY)[0]
    part.write_bytes(part.read_bytes()[:-20])
    assert f"{part}'; where that file is damaged, t2s catalog" in refused(t2s(*count))
    assert t2s("catalog").code == 0
    assert "42" in t2s(*count).out


def test_what_an_acceptance_is_signed_with_is_a_line_of_text(t2s) -> None:
    for option, text in (("--by", "m\udcffra"), ("--by", "mira\nsft: accepted"), ("--note", "\x1b[31mred")):
        assert f"{option} {text!r}: is kept and shown" in refused(t2s("accept", "demo", option, text))


def test_a_pipe_is_not_waited_for_before_it_is_written_over(t2s, tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "pipe: is a file already, and no HTML page" in refused(t2s("report", "demo", "--to", str(tmp_path / "pipe")))


def test_a_data_set_is_checked(t2s) -> None:
    result = t2s("data", "check", "--dataset", "shop")
    assert result.code == 0, result.err
    assert "dev: 3 rows, 2 examples" in result.out and "1 gold_fails" in result.out
    assert (
        "no data set 'mine'; there are: bird, shop, spider, spider_dk, spider_realistic, spider_syn, wikisql"
        in refused(t2s("data", "check", "--dataset", "mine"))
    )


def test_a_data_set_of_the_project_s_file_is_known_where_an_experiment_has_its_own(t2s, project) -> None:
    demo = project / "experiments" / "demo.toml"
    demo.write_text(demo.read_text() + '\n[datasets.shop]\nkind = "json"\nroot = "shop"\n')
    shared = project / "dagster_project.toml"
    shared.write_text(shared.read_text() + '\n[datasets.shared]\nkind = "json"\nroot = "shop"\n')
    result = t2s("data", "check", "--dataset", "shared")
    assert "dev: 3 rows, 2 examples" in result.out, result.err


def test_predictions_are_scored(t2s, project) -> None:
    file, rows = project / "pred.txt", project / "rows.parquet"
    file.write_text("SELECT name FROM item\nSELECT 3\nSELECT 1\n")
    text = t2s("score", str(file), "--dataset", "shop", "--audit")
    assert (
        text.code == 0
        and "on audited golds" in text.out
        and "1/2 = 50.00%" in text.out
        and "1 lines are in no figure: gold_fails" in text.out
    )
    figures = t2s("score", "--pred", str(file), "--dataset", "shop", "--json", "--rows", str(rows), "--rule", "strict")
    found = json.loads(figures.out)
    assert found["rule"] == "strict"
    assert (found["execution_accuracy"]["numerator"], found["execution_accuracy"]["denominator"]) == (1, 2)
    assert pq.read_table(rows).column("correct").to_pylist() == [True, False, None]


def official_files(project: Path) -> list[str]:
    """The arguments of the official evaluator, for two of the golds."""
    (project / "gold.sql").write_text("".join(f"{gold}\tshop\n" for gold in GOLDS[:2]))
    (project / "shop" / "database" / "shop").mkdir()
    (project / "shop" / "database" / "shop.sqlite").rename(project / "shop" / "database" / "shop" / "shop.sqlite")
    return ["--gold", str(project / "gold.sql"), "--db", str(project / "shop" / "database")]


def test_the_official_evaluators_arguments(t2s, project) -> None:
    arguments = official_files(project)
    (project / "pred.jsonl").write_text('["SELECT 1", "SELECT name FROM item"]\n["SELECT 2", "SELECT 2"]\n')
    result = t2s("score", *arguments, "--pred", str(project / "pred.jsonl"))
    assert result.code == 0 and "1/2 = 50.00%" in result.out
    assert "one of the first 2 right       2/2 = 100.00%" in result.out


def test_two_systems_are_compared(t2s, project) -> None:
    arguments = official_files(project)
    first, second = project / "first.txt", project / "second.txt"
    first.write_text("SELECT name FROM item\nSELECT 3\n")
    second.write_text("SELECT 1\nSELECT 2\n")
    text = t2s("compare", str(first), str(second), *arguments)
    assert text.code == 0 and "fixed 1, broken 1, both right 0, both wrong 0" in text.out
    for file in (first, second):
        t2s("score", str(file), *arguments, "--rows", str(file.with_suffix(".parquet")))
    rows = project / "changes.parquet"
    parquet = [str(file.with_suffix(".parquet")) for file in (first, second)]
    found = json.loads(t2s("compare", *parquet, "--json", "--rows", str(rows)).out)
    assert (found["fixed"], found["broken"], found["mcnemar_p"]) == (["gold/00001"], ["gold/00000"], 1.0)
    assert pq.read_table(rows).column("change").to_pylist() == ["broken", "fixed"]
    mixed = t2s("compare", parquet[0], str(second), *arguments, "--json")
    assert json.loads(mixed.out)["fixed"] == ["gold/00001"]


def test_a_comparison_that_cannot_be_made_is_one_line(t2s, project) -> None:
    arguments = official_files(project)
    file, official, strict = project / "pred.txt", project / "official.parquet", project / "strict.parquet"
    file.write_text("SELECT name FROM item\nSELECT 3\n")
    t2s("score", str(file), *arguments, "--rows", str(official))
    t2s("score", str(file), *arguments, "--rows", str(strict), "--rule", "strict")
    assert "scored by different rules" in refused(t2s("compare", str(official), str(strict)))
    assert t2s("compare", str(official), str(strict), "--rule", "bird").code == 0
    (project / "gold.sql").write_text(f"{GOLDS[0]}\tshop\n")
    (project / "one.txt").write_text("SELECT 1\n")
    said = refused(t2s("compare", str(official), str(project / "one.txt"), *arguments))
    assert "1 examples are in" in said and "(gold/00001); score both on the same split" in said


def test_scoring_that_cannot_be_done_is_one_line(t2s, project) -> None:
    file = project / "pred.txt"
    assert "pred.txt: No such file" in refused(t2s("score", str(file), "--dataset", "shop"))
    file.write_text("SELECT 1\n")
    assert "pred.txt: too few lines: 1" in refused(t2s("score", str(file), "--dataset", "shop"))
    assert "--split test" in refused(t2s("score", str(file), "--dataset", "shop", "--split", "test"))
    nowhere = str(project / "nowhere" / "rows.parquet")
    assert "no such folder" in refused(t2s("score", str(file), "--dataset", "shop", "--rows", nowhere))
    assert "is a folder" in refused(t2s("score", str(file), "--dataset", "shop", "--rows", str(project)))
    assert re.search("SPIDER_ROOT is not set.*--gold FILE --db FOLDER", refused(t2s("score", str(file))))
    assert "pred.txt: too few lines" in refused(t2s("score", str(file), "-e", "demo"))  # its own data set, shop
    with (project / "experiments" / "demo.toml").open("a") as experiment:  # in the place of the project's
        experiment.write('[datasets.shop]\nkind = "json"\nroot = "shop"\n')
    assert "SPIDER_ROOT is not set" in refused(t2s("score", str(file)))
    assert "name one file of predictions" in refused(t2s("score"))
    assert "comes from one of them" in refused(t2s("score", str(file), "--gold", "g.sql", "--dataset", "shop"))
    assert "goes with --gold" in refused(t2s("score", str(file), "--db", "database"))
    assert "g.sql: No such file" in refused(t2s("score", str(file), "--gold", "g.sql"))


def test_rows_replace_nothing_that_is_read(t2s, project) -> None:
    arguments = official_files(project)
    file, rows = project / "pred.txt", project / "rows.parquet"
    file.write_text("SELECT name FROM item\nSELECT 3\n")
    for target in (file, project / "gold.sql"):
        content = target.read_text()
        assert "is what is read" in refused(t2s("score", str(file), *arguments, "--rows", str(target)))
        assert target.read_text() == content
    assert "no Parquet" in refused(t2s("score", str(file), *arguments, "--rows", str(project / "dagster_project.toml")))
    assert t2s("score", str(file), *arguments, "--rows", str(rows)).code == 0
    content = rows.read_bytes()
    assert "is what is read" in refused(t2s("compare", str(rows), str(rows), "--rows", str(rows)))
    assert rows.read_bytes() == content
    assert t2s("score", str(file), *arguments, "--rows", str(rows)).code == 0  # its own kind may be replaced


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs /proc")
def test_an_output_that_cannot_be_written_is_told_before_scoring(t2s, project) -> None:
    file = project / "none.txt"  # that it is not there would be told by scoring
    said = refused(t2s("score", str(file), *official_files(project), "--rows", "/proc/rows.parquet"))
    assert "--rows /proc/rows.parquet: " in said and "name a file where you may write" in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_standard_output_is_one_line(project) -> None:
    arguments = official_files(project)
    (project / "pred.txt").write_text("SELECT 1\nSELECT 2\n")
    command = [sys.executable, "-m", "t2s_pipeline.cli", "score", str(project / "pred.txt"), *arguments]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1 and done.stderr.startswith("t2s: standard output: ") and done.stderr.count("\n") == 1


def test_a_database_with_a_log_beside_it_is_one_line(t2s, project) -> None:
    arguments = official_files(project)
    (project / "pred.txt").write_text("SELECT 1\nSELECT 2\n")
    (project / "shop" / "database" / "shop" / "shop.sqlite-wal").write_bytes(b"\1" * 64)
    assert "shop.sqlite: has writes in" in refused(t2s("score", str(project / "pred.txt"), *arguments))


def test_the_time_limit_and_several_files_are_shown(t2s, project) -> None:
    arguments = official_files(project)
    endless = "WITH n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT max(x) FROM n"
    (project / "gold.sql").write_text(f"{endless}\tshop\nSELECT name FROM item\tshop\n")
    (project / "pred.txt").write_text("SELECT 1\n```sql SELECT name FROM item ```\n")
    options = ["--timeout", "0.1", "--workers", "1"]
    out = t2s("score", str(project / "pred.txt"), *arguments, *options).out
    assert (
        "gold does not run in 1 line; give it more time: --timeout\n  line 1, gold/shop: interrupted after 0.1 s" in out
    )
    assert "1 of 2 predictions begin with ```" in out and "several files" not in out
    folder = project / "shop" / "database" / "shop"
    sqlite3.connect(folder / "backup_of_shop.sqlite").close()
    out = t2s("score", str(project / "pred.txt"), *arguments, *options, "--extract").out
    assert "gold/shop: 2 files: shop.sqlite, backup_of_shop.sqlite" in out
    assert "line 2, gold/shop: backup_of_shop.sqlite: no such table: item" in out


def test_the_embedded_data_set_is_not_built_where_nobody_asked(t2s, project, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("t2s_pipeline.commands.configured.find_project", lambda: None)
    monkeypatch.chdir(tmp_path)
    assert "no project here to build it in" in refused(t2s("data", "check", "--dataset", "embedded"))
    assert not (tmp_path / "data").exists()


def test_progress_says_rate_and_time_left() -> None:
    assert progress_line(0, 10, 0.0, "verdicts") == "0/10 verdicts"
    assert progress_line(2048, 4096, 2.0, "verdicts") == "2048/4096 verdicts, 1,024 a second, 2 s left"
    assert progress_line(4096, 4096, 4.0, "verdicts") == "4096/4096 verdicts, 1,024 a second, 4.0 s"


@pytest.mark.parametrize(
    ("experiment", "named"),
    [("demo", "t2s: models.file: "), ("on_spider", "SPIDER_ROOT is not set")],
)
def test_what_a_graph_misses_is_a_line_each(t2s, experiment: str, named: str) -> None:
    pytest.importorskip("dagster")
    result = t2s("run", "-e", experiment, "--plan")
    assert result.code == 1 and named in result.err
    assert len(result.err.splitlines()) == (1 if experiment == "demo" else 2)  # without data there is a second thing


def test_an_archive_that_is_not_there_is_one_line(t2s, project) -> None:
    assert "spider.zip: no such file" in refused(t2s("data", "spider", str(project / "spider.zip")))


def test_before_a_run_there_are_no_results(t2s, project) -> None:
    said = "Experiment 'demo' has no results yet: t2s run -e demo\n"
    assert t2s("results").out == t2s("results", "--page", str(project / "results.md")).out == said
    assert (project / "results.md").read_text().startswith("# demo\n\nWritten by")
