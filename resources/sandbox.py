"""The verifier, and with it the pool of sandbox workers, as a Dagster resource."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

import dagster as dg

from t2s_pipeline.config import SandboxConfig

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.verifier import GoldVerifier

_OPEN: dict[SandboxConfig, GoldVerifier] = {}
"""One pool of workers a process and set of limits: starting one takes longer than verifying a batch."""


class SandboxResource(dg.ConfigurableResource):
    """Limits on untrusted SQL, as in the configuration's `[sandbox]`; `workers` 0 means one a core."""

    timeout_seconds: float
    max_rows: int
    max_bytes: int
    memory_mb: int
    workers: int

    def verifier(self) -> GoldVerifier:
        """The verifier of this process, started at the first call and closed at its end."""
        from t2s_pipeline.evaluation.verifier import open_verifier

        limits = SandboxConfig(self.timeout_seconds, self.max_rows, self.max_bytes, self.memory_mb, self.workers)
        if limits not in _OPEN:
            _OPEN[limits] = open_verifier(limits)
            atexit.register(_OPEN[limits].close)
        return _OPEN[limits]
