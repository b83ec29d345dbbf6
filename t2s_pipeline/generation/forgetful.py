"""In the place of the completion store, for answers that nobody is to find again: a person's own questions.

generator = CachedGenerator(backend, ForgetfulStore())
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from t2s_pipeline.generation.protocol import Completion
from t2s_pipeline.generation.store import StoredCompletion
from t2s_pipeline.prompts.render import Prompt


class ForgetfulStore:
    """Finds nothing, keeps nothing, writes nothing."""

    def lookup(self, keys: Iterable[str]) -> dict[str, Completion]:
        return {}

    def append(self, batch: Sequence[StoredCompletion]) -> None:
        """Kept nowhere."""

    def keep_prompts(self, prompts: Iterable[Prompt]) -> None:
        """Kept nowhere."""

    def close(self) -> None:
        """Nothing is held open."""
