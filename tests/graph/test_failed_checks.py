"""A check that has failed goes on failing `t2s run` until what it found is mended or accepted."""

from __future__ import annotations

from pathlib import Path


def test_a_fall_is_told_by_every_run_until_it_is_accepted(shop: Path, t2s) -> None:
    experiment, run = shop / "experiments" / "mine.toml", ("run", "-e", "mine", "evaluations[published]")
    experiment.write_text(experiment.read_text() + "\n[evaluation.gate]\np_value = 1.0\n")
    assert t2s(*run)[0] == 0 and t2s("accept", "mine")[0] == 0
    (shop / "answers.txt").write_text("SELECT 1\n")
    code, said = t2s(*run).told
    assert code == 1 and "no_regression of evaluations[published]" in said, said
    code, said = t2s(*run).told
    assert code == 1 and "were current" in said and "0 of" in said
    assert "published: accepted 100.0 % (1/1)" in said and "no_regression of evaluations" in said
    assert t2s("run", "-e", "mine", "arm_rollouts")[0] == 0  # a selection without evaluations does not look
    assert t2s("accept", "mine")[0] == 0 and t2s(*run)[0] == 0
