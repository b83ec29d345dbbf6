"""`t2s report`: the page from the tables, where no report has run; what cannot be written is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.commands.report import report
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.warehouse import TableRef, Warehouse, WarehouseError
from tests.reports.tables import EXPERIMENT, Outcome, all_tables

RIGHT, WRONG = (True, True), (False, True)
ARMS = {"base": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG,))]}
TOML = """
[datasets.spider]
kind = "spider"

[models.nano]
path = "builtin:nano"

[evaluation]
dataset = "spider"

[arms.base]
model = "nano"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two experiments; of one there are tables, but no report was ever made of them."""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text('[paths]\ndata = "data"\n')
    for name in (EXPERIMENT, "unborn"):
        (tmp_path / "experiments" / f"{name}.toml").write_text(TOML)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    monkeypatch.delenv("OUTPUT_ROOT", raising=False)
    warehouse = Warehouse(tmp_path / "data")
    with warehouse.lock():
        for name, table in all_tables(ARMS).items():
            if table.num_rows:
                warehouse.publish(TableRef(name, EXPERIMENT), table, "0" * 32, {})
        rebuild_catalog(warehouse)
    return tmp_path


def test_the_page_is_counted_from_the_tables(project, capsys):
    report(EXPERIMENT)
    path = Path(capsys.readouterr().out.strip())
    assert path == project / "data" / "reports" / EXPERIMENT / "index.html"
    page = path.read_text(encoding="utf-8")
    assert "50.0 %<small>(1/2; 95 % 9.5–90.5)</small>" in page and REPORTS["report_hardness"].title in page
    with Warehouse(project / "data").connect() as connection:
        assert connection.execute("SELECT count(*) FROM report_method").fetchone() == (0,)


def test_it_goes_to_a_file_of_ones_own_and_over_a_page_alone(project, capsys):
    target = project / "page.html"
    report(EXPERIMENT, target)
    report(EXPERIMENT, target)
    assert capsys.readouterr().out.splitlines() == [str(target)] * 2
    assert not (project / "data" / "reports").exists()
    (project / "notes.html").write_text("mine")
    with pytest.raises(
        CommandError, match="notes.html: is a file already, and no HTML page; remove it, or name another"
    ):
        report(EXPERIMENT, project / "notes.html")
    assert (project / "notes.html").read_text() == "mine"
    with pytest.raises(CommandError, match="--to .*no such folder; make it first"):
        report(EXPERIMENT, project / "nowhere" / "page.html")


def test_an_experiment_without_tables_says_what_to_run(project):
    with pytest.raises(WarehouseError, match="experiment 'unborn' has no tables in .*: t2s run -e unborn"):
        report("unborn")
    with pytest.raises(ConfigError, match="no such experiment; there are: published, unborn"):
        report("nobody")
