"""`t2s run --plan`: what cannot be planned is told, and hides nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.planning import PlanError, plan_lines
from assets.walk import select_steps
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.files import write_text
from t2s_pipeline.warehouse import TableRef, Warehouse

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
    told = []
    with pytest.raises(PlanError, match=r"adapter_config.json is missing.*\(needed by external_adapters\[theirs\]\)"):
        for line in plan_lines(steps, Warehouse(shop / "data")):
            told.append(line)
    assert "external_adapters[theirs]: cannot be made, see below" in told
    assert {"arm_rollouts[published]", "evaluations[theirs]", "report_page"} <= {line.split(":")[0] for line in told}
    assert f"{len(steps)} of {len(steps)} steps would run" in told


def test_what_is_damaged_and_will_be_made_again_keeps_nothing_back(shop: Path) -> None:
    from assets.graph import build_stages

    steps = select_steps(build_stages(load_experiment("mine")), ["evaluations"])
    damaged = Warehouse(shop / "data").live_path(TableRef("trajectories", "mine", "published"))
    write_text(damaged, "PAR1 torn")
    told = list(plan_lines(steps, Warehouse(shop / "data")))
    assert any(line.startswith("evaluations[published]: after arm_rollouts[published]") for line in told)
