"""The real Spider for the tests that mine real mistakes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def spider_root() -> Path:
    """The real Spider's folder, with the published predictions beside it."""
    root = os.environ.get("SPIDER_ROOT")
    if not root or not (Path(root).parent / "predictions").is_dir():
        pytest.skip("SPIDER_ROOT is not set to a folder with the Spider data set and predictions beside it")
    return Path(root)
