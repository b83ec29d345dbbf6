"""How hard a row is: what the data set says of it, else what the official Spider evaluator would count.

    level_of(row, {"singer": ["singer_id", "name"]})            # Hardness.EASY, or the row's own `difficulty`
    level_of(row, tables, stated_only=True)                     # UNKNOWN where the row says nothing

A row's `difficulty` is taken where it is one of our levels. BIRD labels its dev questions by hand and its train
questions not at all; these are unknown, since levels of two kinds in one column would compare what cannot be compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from t2s_pipeline.datasets.json_files import InputRow
from t2s_pipeline.evaluation.hardness import Hardness, hardness

_LEVELS = {level.value: level for level in Hardness}


def level_of(row: InputRow, tables: Mapping[str, Sequence[str]], *, stated_only: bool = False) -> Hardness:
    """The level of a complete row; `tables` has the columns of its database by table."""
    stated = _LEVELS.get((row.difficulty or "").strip().lower())
    if stated is not None:
        return stated
    return Hardness.UNKNOWN if stated_only else hardness(row.gold, tables).level
