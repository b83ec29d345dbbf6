"""Which line of the test budget a test belongs to: the folders below, `vllm` by its file's name, and `spider` by its own
marker."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How fast a case is drawn or run says something of the machine, not of the code.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

_FOLDERS = ("house", "graph", "services")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in _FOLDERS:
            item.add_marker("vllm" if item.path.name.startswith("test_vllm") and folder == "services" else folder)
