"""Which train databases are held out: no adapter is trained on them, so they can judge trainings and tune settings.

    held_out_databases({"spider/concert_singer", ...}, 0.1)

Whole databases, because rows of one are alike. Which ones depends on their names alone, never on a seed: adapters of
all seeds and methods keep the same, and a larger fraction keeps those of a smaller one. It is of train: dev is never
looked at before the evaluation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from t2s_pipeline.datasets.errors import DatasetError


def held_out_databases(database_ids: Iterable[str], fraction: float) -> frozenset[str]:
    """The share `fraction` (from 0 to below 1) of the databases: of several at least one, and never all.

    None where the fraction is 0. Raises DatasetError where there is one database alone.
    """
    distinct = sorted(set(database_ids), key=lambda name: hashlib.sha256(name.encode()).digest())
    if not fraction or not distinct:
        return frozenset()
    if len(distinct) == 1:
        raise DatasetError(
            f"train.holdout_fraction = {fraction:g}, but the train split is of one database, {distinct[0]}: take "
            "more of train, or set it to 0, where no loop needs it ([star.*])"
        )
    return frozenset(distinct[: min(max(1, round(fraction * len(distinct))), len(distinct) - 1)])
