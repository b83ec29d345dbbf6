"""Answers from a file of predictions instead of a model.

One SQL a line in the order of the split (what follows a tab is left out, as the official evaluator does), or JSON
Lines (`.jsonl`) with a list of n candidates a line. Sample i is candidate i. There are no prompts, tokens or turns,
and nothing is stored: the file is the store. A file with another number of lines than the split has examples is
refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from t2s_pipeline.generation.fingerprint import FileDigest, file_digest
from t2s_pipeline.generation.protocol import (
    Completion,
    GenerationError,
    GenerationPlan,
    GenerationRequest,
    GenerationStats,
    Identity,
    Progress,
    Sampling,
)
from t2s_pipeline.prompts.render import Prompt


class ReplayGenerator:
    """Answers by example and sample; sampling settings and prompts mean nothing to it."""

    answers_are_sql = True

    def __init__(self, file: Path, example_ids: Sequence[str], digest_of: FileDigest = file_digest) -> None:
        if not file.is_file():
            raise GenerationError(f"{file}: no such predictions file")
        lines = read_predictions(file)
        if len(lines) != len(example_ids):
            raise GenerationError(
                f"{file}: {len(lines)} predictions for {len(example_ids)} examples; the file needs exactly one line "
                "an example, in the order of the split (an empty line where there is no prediction)"
            )
        self._file = file
        self._answers = {
            example: (n, line) for n, (example, line) in enumerate(zip(example_ids, lines, strict=True), 1)
        }
        self.identity = Identity(digest_of(file), None, "replay", "text")
        self.stats = GenerationStats()

    def fits(self, prompts: Sequence[Prompt], sampling: Sampling) -> list[bool]:
        return [True] * len(prompts)

    def plan(self, requests: Sequence[GenerationRequest], sampling: Sampling) -> GenerationPlan:
        return GenerationPlan(hits=len(requests), misses=0, prompt_tokens=0)

    def complete(
        self, requests: Sequence[GenerationRequest], sampling: Sampling, progress: Progress | None = None
    ) -> list[Completion]:
        """The answers in the order of the requests. Raises GenerationError for an example or sample that the file
        does not have."""
        completions = [Completion(self._answer(request), "stop") for request in requests]
        self.stats = replace(self.stats, hits=self.stats.hits + len(requests))
        if progress is not None:
            progress(len(requests), len(requests))
        return completions

    def close(self) -> None:
        """Nothing is held open."""

    def _answer(self, request: GenerationRequest) -> str:
        if request.example_id not in self._answers:
            raise GenerationError(f"{self._file}: example {request.example_id!r} is not of the split that it answers")
        line, candidates = self._answers[request.example_id]
        if request.sample >= len(candidates):
            raise GenerationError(
                f"{self._file}:{line}: {len(candidates)} candidates, but sample {request.sample} is asked for "
                f"(num_samples is at most {len(candidates)} here)"
            )
        return candidates[request.sample]


def read_predictions(file: Path) -> list[list[str]]:
    """Candidates of each line. Raises GenerationError naming file and line for a line of another shape."""
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise GenerationError(f"{file}: not UTF-8: {error}") from error
    lines = text.removesuffix("\n").split("\n") if text else []  # not splitlines: SQL may hold its other breaks
    if file.suffix != ".jsonl":
        return [[line.split("\t")[0].strip()] for line in lines]
    return [_candidates(file, number, line) for number, line in enumerate(lines, 1)]


def _candidates(file: Path, number: int, line: str) -> list[str]:
    expected = f"{file}:{number}: expected a JSON list of SQL texts"
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        raise GenerationError(f"{expected}: {error}") from error
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise GenerationError(f"{expected}, and at least one")
    return value
