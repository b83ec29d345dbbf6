"""Execution-guided Text-to-SQL post-training and verification: the domain, without Dagster.

    from t2s_pipeline import compare, score, score_files

The names of the scoring interface are looked up on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from t2s_pipeline.datasets.scoring import score, score_files
    from t2s_pipeline.evaluation.comparison import compare

__all__ = ["compare", "score", "score_files"]
__version__ = "0.1.0"

_PLACES = {
    "compare": "t2s_pipeline.evaluation.comparison",
    "score": "t2s_pipeline.datasets.scoring",
    "score_files": "t2s_pipeline.datasets.scoring",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)
