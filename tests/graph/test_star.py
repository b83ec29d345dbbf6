"""A self-training loop in the graph: one real iteration, and what comes of the iterations after its end."""

from __future__ import annotations

from pathlib import Path

from tests.graph.conftest import Project, new_project

LOOP = """
[datasets.embedded]
kind = "embedded"
train_limit = 100
dev_limit = 6

[train]
dataset = "embedded"
model = "nano"
holdout_fraction = 0.1

[evaluation]
dataset = "embedded"

[star.self]
candidates = 2
max_iterations = 2
eval_sample_size = 8
max_new_tokens = 48
rationalisation = true

[star.self.training]
lora_rank = 4

[arms.last]
policy = "self_2"
"""


def test_a_loop_learns_and_ends_within_noise(tmp_path: Path) -> None:
    project: Project = new_project(tmp_path / "project")
    project.experiment("loop").write_text(LOOP)
    ran = project.run("report_star", experiment="loop")
    assert {"star_0_held_out[self]", "star_1_rollouts[self]", "star_2_adapters[self_2]", "star_2_held_out[self]"} <= ran
    history = "SELECT iteration, stopped, within_noise, ends_here FROM star_iterations ORDER BY ALL"
    assert project.sql(history) == [
        (0, False, None, False),
        (1, False, True, True),  # so few held-out questions tell nothing
        (2, True, None, False),
    ]
    asked = "SELECT count(*), sum(candidates), sum(rows) FROM star_questions WHERE iteration = {}"
    questions, candidates, rows = project.sql(asked.format(1))[0]
    assert (questions, candidates) == (8, 16)
    assert project.sql("SELECT sum(copies) FROM star_rows") == [(rows,)]
    assert project.sql(asked.format(2)) == [(0, None, None)]
    first, second = project.sql("SELECT adapter, digest, training_rows FROM adapters ORDER BY adapter")
    assert first[0] == "self_1" and first[2] == rows
    assert second == ("self_2", *first[1:])  # the one before, once more
    assert project.run("report_star", experiment="loop") == set()
