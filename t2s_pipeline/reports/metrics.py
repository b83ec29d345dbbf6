"""What one arm, or several, achieved: the rows of table `evaluations`.

    table = arm_metrics(
        "demo", rollouts=rollouts, trajectories=trajectories, attempts=attempts, examples=examples, gold_audit=audit,
        gold_features=features,
    )

The counting is `evaluations.sql`, which also says what each metric means. Subsets are those of macro `subsets`: `all`,
`not_excluded`, and of those not excluded `audited` (whose gold passed the audit), `hardness=...`, and what the gold
uses, such as `joins=2`. Every example of the rollout's split must have its trajectory: a denominator never shrinks
without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.reports.run import report_connection, report_text, run_sql
from t2s_pipeline.table_definitions import EVALUATIONS

if TYPE_CHECKING:
    import pyarrow.dataset as ds

    Rows = pa.Table | ds.Dataset

METRICS_CODE_VERSION = "8"


class MissingOutcome(InvariantError):
    """A rollout, the gold audit or the gold features lack examples of the split, or a rollout has some that are not
    there; names the first."""


def arm_metrics(
    experiment: str,
    *,
    rollouts: Rows,
    trajectories: Rows,
    attempts: Rows,
    examples: Rows,
    gold_audit: Rows,
    gold_features: Rows,
) -> pa.Table:
    """Metrics of every rollout in `rollouts`, as the tables of those names have them, or their files. Raises
    MissingOutcome."""
    tables = {"rollouts": rollouts, "trajectories": trajectories, "attempts": attempts, "examples": examples}
    tables |= {"gold_audit": gold_audit, "gold_features": gold_features}
    with report_connection(tables, report_text("uncovered_examples", "evaluations")) as connection:
        uncovered = run_sql("uncovered_examples", connection, {"experiment": experiment})
        if uncovered:
            first = uncovered[0]
            raise MissingOutcome(
                f"experiment {experiment}: {len(uncovered)} examples do not match their rollout; the first is "
                f"{first['example_id']} of {first['rollout']}, which has {first['what']}. Run it again."
            )
        return EVALUATIONS.to_arrow(run_sql("evaluations", connection, {"experiment": experiment}))
