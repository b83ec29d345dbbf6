"""Answers from files of predictions instead of a model.

What such a file is, `prediction_files.py` says; sample i of an example is candidate i of its line. With several files,
an example's samples are those of the first, then those of the second, and so on: a system a sample, where each file
has one candidate a line. There are no prompts, tokens or turns, and nothing is stored: the files are the store. A file
with another number of lines than the split has examples is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from t2s_pipeline.generation.fingerprint import FileDigest, file_digest, predictions_fingerprint
from t2s_pipeline.generation.protocol import GenerationError, GenerationRequest, Identity
from t2s_pipeline.generation.written import WrittenAnswers
from t2s_pipeline.prediction_files import read_candidates


class ReplayGenerator(WrittenAnswers):
    """Answers by example and sample; sampling settings and prompts mean nothing to it.

    Making it reads the files and raises PredictionFileError where one cannot be used, GenerationError where there is
    none.
    """

    answers_are_sql = True

    def __init__(self, files: Sequence[Path], example_ids: Sequence[str], digest_of: FileDigest = file_digest) -> None:
        read = [read_candidates(file, len(example_ids), example_ids=example_ids) for file in files]
        self._files = ", ".join(map(str, files))
        self._answers = {
            example: (n, [candidate for line in lines for candidate in line])
            for n, (example, *lines) in enumerate(zip(example_ids, *read, strict=True), 1)
        }
        self.identity = Identity(predictions_fingerprint(files, digest_of), None, "replay", "text")
        super().__init__()

    def _answer(self, request: GenerationRequest) -> str:
        if request.example_id not in self._answers:
            raise GenerationError(f"{self._files}: example {request.example_id!r} is not of the split that it answers")
        line, candidates = self._answers[request.example_id]
        if request.sample >= len(candidates):
            raise GenerationError(
                f"{self._files}:{line}: {len(candidates)} candidates, but sample {request.sample} is asked for "
                f"(num_samples is at most {len(candidates)} here)"
            )
        return candidates[request.sample]
