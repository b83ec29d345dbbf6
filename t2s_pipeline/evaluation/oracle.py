"""The oracle invariant: every gold, given as a prediction, is judged correct.

    check_oracle(examples, paths, verifier)       # raises InvariantError

Where it does not hold, the evaluator or a database is broken, and no figure made with it can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from t2s_pipeline.evaluation.verifier import Candidate, Verifier
from t2s_pipeline.invariants import InvariantError

_BATCH = 512
_SHOWN = 3


def check_oracle(
    examples: Sequence[Mapping[str, Any]],
    paths: Mapping[str, Path],
    verifier: Verifier,
    progress: Callable[[int, int, str], None] | None = None,
) -> int:
    """Judge every gold against itself by the official rule; returns how many were. `paths` are by database_id.

    Raises InvariantError naming the first examples whose gold is not judged correct.
    """
    wrong = []
    for start in range(0, len(examples), _BATCH):
        batch = examples[start : start + _BATCH]
        candidates = [Candidate(e["database_id"], str(paths[e["database_id"]]), e["gold"], e["gold"]) for e in batch]
        for example, verdict in zip(batch, verifier.verify(candidates), strict=True):
            # The official driver reads "value" as "1" in predictions, and so damages a gold that holds it.
            correct = verdict.correct_strict if "value" in example["gold"] else verdict.correct_official
            if correct is not True:
                cause = verdict.error or verdict.sandbox_difference or "its own result does not match it"
                wrong.append(f"{example['example_id']} ({cause})")
        if progress:
            progress(min(start + _BATCH, len(examples)), len(examples), "golds judged against themselves")
    if wrong:
        raise InvariantError(
            f"{len(wrong)} of {len(examples)} golds are not judged correct against themselves: "
            + "; ".join(wrong[:_SHOWN])
        )
    return len(examples)
