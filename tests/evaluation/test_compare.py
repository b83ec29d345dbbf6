"""One rule's verdict where a result was cut: only what the fetched rows prove is said."""

from __future__ import annotations

import pytest

from t2s_pipeline.evaluation.rule_verdict import RuleVerdict, compare
from t2s_pipeline.evaluation.verdict import SandboxDifference
from t2s_pipeline.sandbox.execute import Execution, Status


def result(rows: int, truncated: bool = False) -> Execution:
    return Execution(Status.OK, columns=("a",), rows=tuple((i,) for i in range(rows)), truncated=truncated)


@pytest.mark.parametrize(
    ("gold", "candidate", "verdict"),
    [
        (result(5), result(5), RuleVerdict(True, None)),
        (result(5), result(5, truncated=True), RuleVerdict(False, None)),  # it has a sixth row
        (result(0), result(0, truncated=True), RuleVerdict(False, None)),  # its first row alone was too large
        (result(5), result(2, truncated=True), RuleVerdict(None, SandboxDifference.TRUNCATED)),
        (result(5, truncated=True), result(5), RuleVerdict(None, SandboxDifference.TRUNCATED)),
        (result(5), Execution(Status.WORKER_DIED), RuleVerdict(False, SandboxDifference.WORKER_DIED)),
    ],
)
def test_cut_results(gold, candidate, verdict):
    assert compare(gold, candidate, order_matters=False) == verdict
