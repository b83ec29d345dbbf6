"""`[grid.*]`: a table of arms. Every key that holds a list is an axis; the arms are its product.

    [grid.repair]
    name = "{policy}_{feedback_detail}"
    policy = ["sft", "dpo"]
    feedback_detail = ["basic", "minimal"]
    max_turns = 3

declares the arms sft_basic, sft_minimal, dpo_basic and dpo_minimal.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from t2s_pipeline.config_parsing import ConfigError


def expand_grid(raw: dict[str, Any], file: Path) -> dict[str, Any]:
    """`raw` without `grid`, its arms added to `arms`. Raises ConfigError for a bad or a repeated name."""
    grids = raw.pop("grid", None)
    if grids is None:
        return raw
    if not isinstance(grids, dict) or not all(isinstance(grid, dict) for grid in grids.values()):
        raise ConfigError(f"{file}: grid: expected tables [grid.<name>]")
    arms = raw.setdefault("arms", {})
    for grid_name, grid in grids.items():
        pattern = grid.get("name")
        if not isinstance(pattern, str):
            raise ConfigError(f'{file}: grid.{grid_name}.name: expected a pattern such as "{{policy}}_repair"')
        axes = {key: value for key, value in grid.items() if isinstance(value, list)}
        fixed = {key: value for key, value in grid.items() if key not in axes and key != "name"}
        for values in itertools.product(*axes.values()):
            arm = fixed | dict(zip(axes, values, strict=True))
            try:
                name = pattern.format(**arm)
            except (KeyError, IndexError, ValueError) as error:
                raise ConfigError(f"{file}: grid.{grid_name}.name = {pattern!r}: {error}") from error
            if name in arms:
                raise ConfigError(f"{file}: grid.{grid_name}: arm {name!r} is declared twice")
            arms[name] = arm
    return raw
