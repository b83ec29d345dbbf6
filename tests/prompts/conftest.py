"""The real Spider, where there is one."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def spider_root() -> Path:
    root = os.environ.get("SPIDER_ROOT")
    if not root or not Path(root).is_dir():
        pytest.skip("SPIDER_ROOT is not set to a folder with the Spider data set")
    return Path(root)
