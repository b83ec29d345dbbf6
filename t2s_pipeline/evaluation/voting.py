"""Choosing among samples of one question by what they return, and what such a choice could have found.

    majority_vote([v.result_digest for v in verdicts])      # the index of the sample that stands for the question
    recall_points(30)                                       # (1, 2, 4, 8, 16, 30)
    right_within(correct, 4)                                # is one of the first four right

The vote knows no gold. A sample votes for its result if it ran and its result is complete (`Verdict.result_digest`:
the rows as a multiset, columns in order, 1 equal to 1.0). The result with the most votes wins; between equal counts
the one that came first; its first sample is the answer. An empty result is a result like any other. Where no
sample has a result, the first sample stands, so that one sample and a vote over one sample are the same thing.

What the vote of FINER-SQL's public code does and this one does not: it compares only the first 200 characters of a
result, takes 1 and 1.0 for different, forgets duplicate rows and which column a value is in, passes over every result
that is empty or zero, and breaks ties by the greatest text. Not covered: results equal but for the order of columns,
which vote apart, or of rows, which vote together; a weighted vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence


def majority_vote(results: Sequence[Hashable | None]) -> int:
    """Index of the sample that the vote chooses. `results` has an entry a sample: equal for equal results, None
    for a sample without one. Raises ValueError for no samples."""
    if not results:
        raise ValueError("a vote needs at least one sample")
    votes = Counter(result for result in results if result is not None)
    if not votes:
        return 0
    winner = max(votes, key=votes.__getitem__)  # the first of the greatest: Counter keeps the order of arrival
    return results.index(winner)


def recall_points(samples: int) -> tuple[int, ...]:
    """The k of recall@k for `samples` samples a question: powers of two, and the number itself."""
    powers = [1 << bit for bit in range(samples.bit_length()) if 1 << bit < samples]
    return (*powers, samples) if samples > 0 else ()


def right_within(correct: Sequence[bool], k: int) -> bool:
    """Whether one of the first `k` samples is right (of all of them, where there are fewer)."""
    return any(correct[:k])
