"""The 12 published systems on Spider dev through the graph: every line's verdict is the official one."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from t2s_pipeline.reports.listing import REPORTS
from tests.graph.conftest import REPOSITORY, Project, new_project

SPIDER = Path(os.environ.get("SPIDER_ROOT") or "/nowhere")
VERDICTS = SPIDER.parent / "verdicts" / "official_ex.json"

pytestmark = [
    pytest.mark.spider,
    pytest.mark.skipif(not VERDICTS.is_file(), reason="SPIDER_ROOT is not set, or has no verdicts beside it"),
]


def test_all_twelve_systems(tmp_path: Path) -> None:
    project: Project = new_project(tmp_path / "project")
    source = REPOSITORY / "experiments" / "spider_published.toml"
    project.experiment("spider_published").write_text(source.read_text())
    ran = project.run(experiment="spider_published")
    reports = [report for report in REPORTS.values() if report.about in ("arms", "golds")]
    # examples, audit, features, catalogue; rollouts, evaluations, diagnoses; reports and their page
    assert len(ran) == 4 + 3 * 12 + len(reports) + 1
    official = json.loads(VERDICTS.read_text())["verdicts"]
    rows = project.sql(
        "SELECT rollout, string_agg(CASE WHEN correct_official THEN '1' ELSE '0' END, '' ORDER BY example_id) "
        "FROM attempts GROUP BY rollout"
    )
    assert dict(rows) == {system: found["bits"] for system, found in official.items()}
    metric = "SELECT arm, numerator, denominator FROM evaluations WHERE metric = 'final_example_execution_accuracy'"
    overall = project.sql(f"{metric} AND subset = 'all'")
    assert {(arm, n, d) for arm, n, d in overall} == {(s, found["correct"], 1034) for s, found in official.items()}
    assert {d for _, _, d in project.sql(f"{metric} AND subset = 'not_excluded'")} == {1026}
    levels = "SELECT hardness, count(*) FROM examples GROUP BY ALL ORDER BY ALL"
    assert project.sql(levels) == [("easy", 248), ("extra", 166), ("hard", 174), ("medium", 446)]
    assert project.run(experiment="spider_published") == set()
