"""The generator, and with it the engine's child process, as a Dagster resource: loaded once a policy."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from t2s_pipeline.fingerprints import FileFingerprints

if TYPE_CHECKING:
    from t2s_pipeline.generation.protocol import Generator, Policy

_OPEN: dict[str, tuple[Policy, Generator]] = {}
"""At most one generator a process: the next policy's model takes the place of the last one's."""


class GeneratorResource(dg.ConfigurableResource):
    """`data` is the folder with the completion store."""

    data: str

    def open(self, policy: Policy, example_ids: Sequence[str] = (), reuse_completions: bool = True) -> Generator:
        """The generator of a policy. `example_ids` are the split's in its order, for a replayed file;
        without `reuse_completions` the store is written to, but not asked."""
        from t2s_pipeline.generation.backend import open_generator

        if policy.config.backend == "hf" and reuse_completions and _OPEN.get("", (None,))[0] == policy:
            return _OPEN[""][1]
        self.close()
        fingerprints = FileFingerprints(Path(self.data) / "file_fingerprints.json")
        generator = open_generator(
            policy, Path(self.data), example_ids, digest_of=fingerprints.of, reuse_completions=reuse_completions
        )
        fingerprints.save()
        _OPEN[""] = (policy, generator)
        return generator

    def close(self) -> None:
        """End the engine that is open, if any."""
        _close()


@atexit.register
def _close() -> None:
    if "" in _OPEN:
        _OPEN.pop("")[1].close()
