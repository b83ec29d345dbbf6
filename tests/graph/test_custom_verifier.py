"""An arm whose repairs a user's rule decides: from its file in the project's folder to the report."""

from __future__ import annotations

from tests.graph.conftest import Project

RULE = """
from t2s_pipeline.evaluation.custom_verifier import Answer, Judgement


class FewRows:
    def __init__(self, most):
        self.most = most

    def judge(self, items):
        {body}
        return [
            Judgement(Answer.ACCEPTED)
            if item.status == "ok" and item.row_count <= self.most
            else Judgement(Answer.REJECTED, f"More than {{self.most}} rows, or none.")
            for item in items
        ]
"""
EXPERIMENT = """
[evaluation]
dataset = "embedded"

[datasets.embedded]
kind = "embedded"
dev_limit = 6

[models.nano]
path = "builtin:nano"

[verifiers.few_rows]
object = "my_rules:FewRows"
options = { most = 3 }

[arms.ruled]
model = "nano"
max_turns = 2
max_new_tokens = 48
verifier = "few_rows"
"""


def write_rule(project: Project, body: str = "") -> None:
    (project.folder / "my_rules.py").write_text(RULE.format(body=body))


def test_a_rule_of_the_project_decides_an_arm(empty_project: Project) -> None:
    project = empty_project
    project.experiment().write_text(EXPERIMENT)
    write_rule(project, "raise RuntimeError('no such luck')")
    failed = project.t2s("run", "-e", "small", "arm_rollouts[ruled]", fails=True)
    place = f"({project.folder / 'my_rules.py'}:10)"
    reason = failed.partition("arm_rollouts[ruled] failed: ")[2]
    assert reason.startswith(f"verifier few_rows: RuntimeError: no such luck {place}, on embedded/dev/")
    assert "Traceback" not in failed and "Stack Trace" not in failed  # it is the user's to mend
    assert project.sql("SELECT count(*) FROM attempts") == [(0,)]

    write_rule(project)
    assert {"arm_rollouts[ruled]", "report_method"} <= project.run("report_method")
    (declared,) = project.sql("SELECT verifier, gold_free FROM rollouts WHERE rollout = 'ruled'")
    assert declared == ("few_rows", True)
    disagreeing = "SELECT count(*) FROM attempts WHERE rollout = 'ruled' AND accepted IS DISTINCT FROM {}"
    assert project.sql(disagreeing.format("(executable AND row_count <= 3)")) == [(0,)]
    reasons = "SELECT DISTINCT verifier_reason FROM attempts WHERE rollout = 'ruled' AND NOT accepted"
    assert project.sql(reasons) == [("More than 3 rows, or none.",)]
    aware = "SELECT DISTINCT gold_aware FROM evaluations WHERE arm = 'ruled' AND metric = '{}'"
    assert project.sql(aware.format("final_example_execution_accuracy")) == [(False,)]
    feedback = "SELECT DISTINCT feedback FROM report_method WHERE arm = 'ruled'"
    assert project.sql(feedback) == [("basic, verified by few_rows",)]

    write_rule(project, "pass")
    planned = project.t2s("run", "-e", "small", "--plan", "report_method")
    assert "arm_rollouts[ruled]: setting verifier file was" in planned
    assert "dev_examples:" not in planned and "gold_audit:" not in planned
