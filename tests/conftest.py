"""Which line of the test budget a test belongs to: the folders below, `vllm` by its file's name, and `spider` by its own
marker."""

from __future__ import annotations

from pathlib import Path

import pytest

_FOLDERS = ("house", "graph", "services")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in _FOLDERS:
            item.add_marker("vllm" if item.path.name.startswith("test_vllm") and folder == "services" else folder)
