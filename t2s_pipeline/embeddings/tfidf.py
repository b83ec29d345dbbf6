"""The embedder without a model: words, weighed by how few thoughts of a corpus have them.

    TfIdf(corpus, most_terms=2048).embed(["Keep only the rows where age is over 30."])

Terms are words in lower case, and pairs of neighbours; those that the most thoughts of the corpus have are kept (of
equal ones the first by the alphabet), but none that a single thought has. The weight of a term in a thought is
(1 + ln count) (1 + ln((1 + n) / (1 + thoughts with it))), and vectors have length 1. A thought without any known term
is zeros.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = re.compile(r"\w+")
MIN_THOUGHTS = 2
"""Thoughts of the corpus that a term must be in."""


class TfIdf:
    """Weighs the terms of `corpus` once; the same corpus gives the same vectors everywhere."""

    def __init__(self, corpus: Sequence[str], most_terms: int) -> None:
        thoughts_with: Counter[str] = Counter()
        for thought in corpus:
            thoughts_with.update(set(_terms(thought)))
        common = [(term, count) for term, count in thoughts_with.items() if count >= MIN_THOUGHTS]
        common.sort(key=lambda item: (-item[1], item[0]))
        self._places = {term: place for place, (term, _) in enumerate(common[:most_terms])}
        weights = [1 + math.log((1 + len(corpus)) / (1 + count)) for _, count in common[:most_terms]]
        self._weights = np.array(weights, np.float32)
        about = hashlib.sha256(f"tfidf 1 {len(corpus)}\n".encode())
        about.update("\n".join(f"{term} {count}" for term, count in common[:most_terms]).encode())
        self.fingerprint = about.hexdigest()

    def embed(self, thoughts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a thought (n, terms), of length 1 or all zeros."""
        vectors = np.zeros((len(thoughts), len(self._places)), np.float32)
        for row, thought in zip(vectors, thoughts, strict=True):
            counts = Counter(place for term in _terms(thought) if (place := self._places.get(term)) is not None)
            for place, count in counts.items():
                row[place] = 1 + math.log(count)
        vectors *= self._weights
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.where(lengths > 0, lengths, 1)


def _terms(thought: str) -> list[str]:
    words = _WORD.findall(thought.lower())
    return words + [f"{one} {other}" for one, other in pairwise(words)]
