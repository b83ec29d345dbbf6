"""The generator, and with it the engine's child process, as a Dagster resource: loaded once a policy."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from t2s_pipeline.fingerprints import FileFingerprints

if TYPE_CHECKING:
    from t2s_pipeline.generation.protocol import Generator, Policy


class _Slot:
    """At most one generator a process: the next policy's model takes the place of the last one's."""

    def __init__(self) -> None:
        self.opened_as: Any = None
        self.generator: Generator | None = None

    def close(self) -> None:
        if self.generator is not None:
            self.generator.close()
        self.opened_as, self.generator = None, None


_SLOT = _Slot()
atexit.register(_SLOT.close)


class GeneratorResource(dg.ConfigurableResource):
    """`data` is the folder with the completion store."""

    data: str

    def open(self, policy: Policy, example_ids: Sequence[str] = (), reuse_completions: bool = True) -> Generator:
        """The generator of a policy. `example_ids` are the split's in its order, for a replayed file;
        without `reuse_completions` the store is written to, but not asked. Files that have changed since it was opened
        are opened again: a step is told apart by what they hold."""
        from t2s_pipeline.generation.backend import open_generator
        from t2s_pipeline.generation.fingerprint import model_fingerprint

        fingerprints = FileFingerprints(Path(self.data) / "file_fingerprints.json")
        model = model_fingerprint(policy.config, fingerprints.of)
        wanted = (self.data, policy, model, tuple(example_ids), reuse_completions)
        if _SLOT.generator is None or _SLOT.opened_as != wanted:
            generator = open_generator(
                policy, Path(self.data), example_ids, digest_of=fingerprints.of, reuse_completions=reuse_completions
            )
            _SLOT.close()  # only now: an engine that both policies share stays loaded
            _SLOT.opened_as, _SLOT.generator = wanted, generator
            fingerprints.save()
        return _SLOT.generator

    def close(self) -> None:
        """End the engine that is open, if any."""
        _SLOT.close()
