"""What Dagster's page shows of a step: its figures, which stay when the step is found to be current."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from assets.preview import preview
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


def test_a_preview_has_what_tells_rows_apart_and_text_as_code():
    hostile = "<img src=x> | `a`\n" + "x" * 100
    rows = [
        {
            "experiment": "mine",
            "rollout": "base",
            "example_id": f"e{number}",
            "prompt_id": f"{number:032x}",
            "messages": '[{"role": "user"}]' + str(number),
            "sql": hostile if number else None,
            "again": hostile if number else None,
            "share": number / 3,
            "tables": ["shop", "item"],
            "verdict": {"status": number},
        }
        for number in range(9)
    ]
    lines = preview(pa.Table.from_pylist(rows), 9).splitlines()
    assert lines[:3] == [
        "| example_id | sql | share | tables |",
        "|" + "---|" * 4,
        "| `e0` |  | 0 | `shop,\u00a0item` |",
    ]
    assert lines[3].startswith("| `e1` | ``<img\u00a0src=x>\u00a0\\|\u00a0`a`\u00a0xxx") and "…" in lines[3]
    assert len(lines) == 12 and lines[-1] == "The first 8 of 9 rows."
    one_row = pa.Table.from_pylist(rows[1:2]).select(["experiment", "rollout", "share"])
    (one,) = preview(one_row, 1).splitlines()[2:3]
    assert one == "| rollout | `base` |"
    assert preview(pa.Table.from_pylist(rows[:0], schema=pa.schema({"sql": pa.string()})), 0) == "No rows."
