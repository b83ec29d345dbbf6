"""Arms with several samples: files of predictions become samples, and votes among them need no model and no gold."""

from __future__ import annotations

from pathlib import Path

from tests.graph.conftest import Project, new_project

VOTED = """
[datasets.embedded]
kind = "embedded"
dev_limit = 6

[evaluation]
dataset = "embedded"

[models.files]
backend = "replay"
predictions = ["zeros.txt", "fives.txt", "zeros.txt"]

[arms.voted]
model = "files"
num_samples = 3
selection = "vav"

[arms.single]
model = "files"
"""


def test_votes_are_held_over_stored_attempts(tmp_path: Path) -> None:
    project: Project = new_project(tmp_path / "project")
    project.experiment("voted").write_text(VOTED)
    for name, number in (("zeros", 0), ("fives", 5)):
        (project.folder / f"{name}.txt").write_text(f"SELECT {number}\n" * 6)
    asked = ("report_voting", "report_recall", "report_risk_coverage")
    ran = project.run(*asked, experiment="voted")
    before = {"dev_examples", "database_catalog", "arm_rollouts[voted]", "votes[voted]"}
    assert ran == before | set(asked)  # `single` has nothing to vote on
    chosen = "SELECT DISTINCT selector, sample, voters, reason FROM votes ORDER BY ALL"
    assert project.sql(chosen) == [
        ("first_executable", 0, None, None),
        ("majority", 0, 3, None),
        ("vav", 1, 3, None),
        ("vav_reference", 1, 3, None),
    ]
    answers = "SELECT DISTINCT rollout, final_sample, final_sql FROM trajectories ORDER BY ALL"
    assert project.sql(answers) == [("voted", 1, "SELECT 5")]
    assert project.sql("SELECT rollout, selection FROM rollouts") == [("voted", "vav")]
    project.edit('selection = "vav"', 'selection = "majority"', "voted")
    again = project.run(*asked, experiment="voted")
    assert again == {"arm_rollouts[voted]", "report_voting", "report_recall"}  # no vote: the attempts are the same
    assert project.sql(answers) == [("voted", 0, "SELECT 0")]
