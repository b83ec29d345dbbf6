"""docs/what_runs_again.md, line by line: each change is made, and exactly those steps run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.graph.conftest import REPOSITORY, Project

REPORTS = {"report_method", "report_error_taxonomy", "report_routing"}


def of_arms(*arms: str) -> set[str]:
    return {f"{name}[{arm}]" for name in ("arm_rollouts", "evaluations") for arm in arms}


@pytest.fixture
def copied_code(project: Project, tmp_path: Path) -> Project:
    """The same project over a copy of the code, so that a template can be changed."""
    code = tmp_path / "code"
    for name in ("t2s_pipeline", "assets", "resources"):
        shutil.copytree(REPOSITORY / name, code / name, ignore=shutil.ignore_patterns("__pycache__"))
    return Project(project.folder, code)


def test_a_feedback_template(copied_code: Project) -> None:
    project = copied_code
    template = project.code / "t2s_pipeline" / "prompts" / "templates" / "feedback_wrong_result.txt"
    template.write_text(template.read_text().replace("its result is wrong", "its result is not the right one"))
    before = {row[0] for row in project.sql("SELECT completion_key FROM completions")}
    ran = project.run()
    must = {
        *(f"train_rollouts[0{n}_of_03]" for n in range(3)),
        "mined_pairs",
        "filtered_pairs[synth20]",
        "sft_adapters[sft]",
        *of_arms("base_repair"),
    }
    may = {"dpo_adapters[sft_dpo]", *of_arms("sft", "sft_dpo"), *REPORTS}
    assert must <= ran <= must | may
    new = project.sql("SELECT completion_key, messages, adapter_digest FROM completions JOIN prompts USING (prompt_id)")
    asked = [(messages, adapter) for key, messages, adapter in new if key not in before]
    assert asked
    assert all("not the right one" in messages for messages, adapter in asked if adapter is None)


def test_a_cap(project: Project) -> None:
    project.edit("max_synthetic_fraction = 0.2", "max_synthetic_fraction = 0.0")
    ran = project.run()
    must = {"filtered_pairs[synth20]"}
    assert must <= ran <= must | {"dpo_adapters[sft_dpo]", *of_arms("sft_dpo"), *REPORTS}
    assert "dpo_adapters[sft_dpo]" in ran


def test_an_arm_s_setting(project: Project) -> None:
    project.edit(
        '[arms.base_repair]\nmodel = "nano"\nmax_turns = 2', '[arms.base_repair]\nmodel = "nano"\nmax_turns = 3'
    )
    ran = project.run()
    assert of_arms("base_repair") <= ran <= of_arms("base_repair") | REPORTS


def test_a_new_arm_asks_only_what_nobody_asked(project: Project) -> None:
    calls = project.completions()
    project.experiment().write_text(
        project.experiment().read_text() + '\n[arms.again]\nmodel = "nano"\nmax_new_tokens = 64\n'
    )
    assert project.run() == of_arms("again") | REPORTS
    assert project.completions() == calls


def test_an_arm_that_is_gone_leaves_no_ghost(project: Project) -> None:
    project.edit('[arms.sft_dpo]\npolicy = "sft_dpo"\nmax_new_tokens = 64\n', "")
    assert project.run() == REPORTS
    for table in ("attempts", "trajectories", "rollouts"):
        assert project.sql(f"SELECT count(*) FROM {table} WHERE rollout = 'sft_dpo'") == [(0,)]
    assert project.sql("SELECT count(*) FROM evaluations WHERE arm = 'sft_dpo'") == [(0,)]


def test_the_plan_says_what_and_why_and_what_it_would_cost(project: Project) -> None:
    project.edit('[arms.base]\nmodel = "nano"\n', '[arms.base]\nmodel = "nano"\ntemperature = 0.5\n')
    plan = project.t2s("run", "-e", "small", "--plan")
    assert "temperature was 0.0, is 0.5" in plan
    assert "24 completions wanted, 0 in the store, 24 to ask" in plan
    assert "evaluations[base]: after arm_rollouts[base]" in plan


def test_refresh_does_the_verdicts_again_without_the_model(project: Project) -> None:
    calls, history = project.completions(), project.sql("SELECT count(*) FROM evaluation_history")[0][0]
    ran = project.run("evaluations[base]", "--refresh", "verdicts")
    assert {"arm_rollouts[base]", "evaluations[base]"} <= ran
    assert project.completions() == calls
    assert project.sql("SELECT count(*) FROM evaluation_history") == [(history + 24,)]
    assert project.run() == set()
