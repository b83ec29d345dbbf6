"""`t2s run --plan`: what cannot be planned is told, and hides nothing else."""

from __future__ import annotations

from pathlib import Path

from assets.planning import plan_lines
from assets.walk import select_steps
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.warehouse import Warehouse

THEIRS = """
[models.nano]
path = "builtin:nano"

[adapters.theirs]
method = "external"
model = "nano"
path = "./incoming/theirs"

[arms.theirs]
policy = "theirs"
"""


def test_an_adapter_that_is_not_there_yet_does_not_hide_the_other_steps(shop: Path) -> None:
    from assets.graph import build_stages

    experiment = shop / "experiments" / "mine.toml"
    experiment.write_text(experiment.read_text() + THEIRS)
    steps = select_steps(build_stages(load_experiment("mine")), [])
    told = list(plan_lines(steps, Warehouse(shop / "data")))
    (theirs,) = (line for line in told if line.startswith("external_adapters[theirs]: cannot be made: "))
    assert "adapter_config.json is missing" in theirs
    assert {"arm_rollouts[published]", "evaluations[theirs]", "report_page"} <= {line.split(":")[0] for line in told}
    assert f"{len(steps)} of {len(steps)} steps would run" in told
    assert "steps among them that cannot be made as things are, for the reasons above: 1" in told
