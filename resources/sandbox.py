"""The verifier, and with it the pool of sandbox workers, as a Dagster resource."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from t2s_pipeline.evaluation.verifier import GoldVerifier

    from t2s_pipeline.sandbox.policy import SandboxPolicy

_OPEN: dict[tuple[SandboxPolicy, int], GoldVerifier] = {}
"""One pool of workers a process and policy: starting one takes longer than verifying a batch."""


class SandboxResource(dg.ConfigurableResource):
    """Limits on untrusted SQL, as in the configuration's `[sandbox]`; `workers` 0 means one a core."""

    timeout_seconds: float
    max_rows: int
    max_bytes: int
    memory_mb: int
    workers: int

    def verifier(self) -> GoldVerifier:
        """The verifier of this process, started at the first call and closed at its end."""
        from t2s_pipeline.evaluation.verifier import GoldVerifier

        from t2s_pipeline.sandbox.policy import SandboxPolicy

        policy = SandboxPolicy(
            timeout_seconds=self.timeout_seconds,
            max_rows=self.max_rows,
            max_bytes=self.max_bytes,
            memory_mb=self.memory_mb,
        )
        key = (policy, self.workers)
        if key not in _OPEN:
            _OPEN[key] = GoldVerifier(policy, workers=self.workers or None)
            atexit.register(_OPEN[key].close)
        return _OPEN[key]
