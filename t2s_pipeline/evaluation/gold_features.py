"""What each gold uses: the rows of table `gold_features`, by which results are sliced.

    rows = feature_rows(examples)       # without `experiment`; `slices` of the warehouse makes levels of them

The counting is `sql/features.py`. A gold that cannot be parsed has a row all the same, with nulls.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from t2s_pipeline.sql.features import query_features

GOLD_FEATURES_CODE_VERSION = "1"


def feature_rows(examples: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row an example, from rows of `examples`."""
    return [_row(example) for example in examples]


def _row(example: Mapping[str, Any]) -> dict[str, Any]:
    features = query_features(example["gold"])
    row = {name: example[name] for name in ("example_id", "database_id", "split")}
    return row | {"parsed": features is not None} | (asdict(features) if features else {})
