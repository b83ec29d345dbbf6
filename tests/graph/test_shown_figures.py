"""What Dagster's page shows of a step: its figures, which stay when the step is found to be current."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from t2s_pipeline.definitions import build_definitions


@pytest.fixture
def shown(shop: Path):
    """Materializes `dev_examples` as the page does; the metadata of it."""
    key, definitions = dg.AssetKey(["mine", "dev_examples"]), build_definitions("mine")

    with dg.DagsterInstance.ephemeral() as instance:

        def _shown() -> dict[str, object]:
            result = dg.materialize(
                definitions.assets,
                selection=dg.AssetSelection.assets(key),
                instance=instance,
                resources=definitions.resources,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
            (made,) = result.asset_materializations_for_node("mine__dev_examples")
            return {name: value.value for name, value in made.metadata.items()}

        yield _shown


def test_figures_stay_while_the_content_stays(shop: Path, shown) -> None:
    first = shown()
    assert (first["reused"], first["examples"], first["rejected"], first["rows in examples (dev)"]) == (False, 1, 0, 1)
    again = shown()
    assert again.pop("reused") is True and again == {k: v for k, v in first.items() if k != "reused"}
    row = {"question": "How many?", "query": "SELECT count(*) FROM item", "db_id": "shop"}
    (shop / "shop" / "dev.json").write_text(json.dumps([*json.loads((shop / "shop" / "dev.json").read_text()), row]))
    more = shown()
    assert (more["reused"], more["examples"], more["rows in examples (dev)"]) == (False, 2, 2)
