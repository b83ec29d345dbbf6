"""Proportions with their intervals, and two systems on the same questions. Only the bootstrap needs numpy.

`Proportion` is how every rate of the project is stated: counts, and a 95 % Wilson score interval (Wilson 1927,
J. Amer. Statist. Assoc. 22:209; it stays within [0, 1] and holds for small counts and rates near 0 and 1). Two systems
on the same questions: `exact_mcnemar` says whether they differ, `paired_difference` by how much, and
`cluster_bootstrap` how far that holds for other databases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

INTERVAL = {"level": 0.95, "method": "Wilson score"}
"""What every interval of a proportion is, for figures that leave the project."""

BOOTSTRAP_DRAWS, BOOTSTRAP_SEED = 2_000, 13
_KEPT_BITS = 512
Z_95 = 1.959963984540054  # the 97.5 % quantile of the normal distribution


def wilson_interval(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95 % interval of a proportion. Raises ValueError unless 0 <= numerator <= denominator > 0."""
    if denominator <= 0 or not 0 <= numerator <= denominator:
        raise ValueError(f"no proportion: {numerator} of {denominator}")
    n, rate, square = denominator, numerator / denominator, Z_95 * Z_95
    centre = (rate + square / (2 * n)) / (1 + square / n)
    half = Z_95 / (1 + square / n) * sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    low = 0.0 if numerator == 0 else centre - half
    high = 1.0 if numerator == denominator else centre + half
    return low, high


@dataclass(frozen=True)
class Proportion:
    """`numerator` of `denominator`. With nothing to count (denominator 0) there is no rate and no interval."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"no proportion: {self.numerator} of {self.denominator}")

    @classmethod
    def of(cls, outcomes: Iterable[bool]) -> Proportion:
        """How many of the outcomes are true."""
        values = list(outcomes)
        return cls(sum(values), len(values))

    @property
    def rate(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval."""
        return wilson_interval(self.numerator, self.denominator) if self.denominator else None

    def __str__(self) -> str:
        if self.rate is None or self.interval is None:
            return "0/0"
        low, high = self.interval
        return f"{self.numerator}/{self.denominator} = {self.rate:.2%} [{low:.2%}, {high:.2%}]"


def exact_mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided p value that two systems are equally good, from the questions that only one of them got right.

    The exact binomial form, not its normal approximation; of many differences the sum is kept to more bits than a float
    has. 1.0 where they never differ.
    """
    if only_first < 0 or only_second < 0:
        raise ValueError(f"counts must not be negative: {only_first}, {only_second}")
    n = only_first + only_second
    tail = term = 1
    scale = 0
    for k in range(min(only_first, only_second)):  # the sum of `comb(n, k)`, in units of 2**scale
        term = term * (n - k) // (k + 1)
        tail += term
        if term >> _KEPT_BITS:  # far more than a float shows, and no longer exact
            scale += 64
            term >>= 64
            tail >>= 64
    return min(1.0, (2 * tail << scale) / 2**n)


def paired_difference(both: int, only_first: int, only_second: int, neither: int) -> tuple[float, float, float]:
    """The second's rate minus the first's on the same questions, with its 95 % interval: (difference, low, high).

    The interval is Newcombe's method 10 (Statist. Med. 17:2635, 1998): the two Wilson intervals joined, with the
    correlation of the pairs. Raises ValueError for a negative count, or no questions.
    """
    counts = (both, only_first, only_second, neither)
    n = sum(counts)
    if min(counts) < 0 or n == 0:
        raise ValueError(f"no paired counts: {counts}")
    first, second = both + only_first, both + only_second
    low_1, high_1 = wilson_interval(first, n)
    low_2, high_2 = wilson_interval(second, n)
    rate_1, rate_2, phi = first / n, second / n, _pair_correlation(*counts)
    below, above = _joined(rate_2 - low_2, high_1 - rate_1, phi), _joined(high_2 - rate_2, rate_1 - low_1, phi)
    difference = (only_second - only_first) / n
    return difference, max(-1.0, difference - below), min(1.0, difference + above)


def _joined(one: float, other: float, phi: float) -> float:
    return sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))


def _pair_correlation(both: int, only_first: int, only_second: int, neither: int) -> float:
    """Newcombe's phi, with his continuity correction where the correlation is positive; 0 where there is none."""
    margins = (both + only_first) * (only_second + neither) * (both + only_second) * (only_first + neither)
    if margins == 0:
        return 0.0
    product = both * neither - only_first * only_second
    if product > 0:
        product = max(0, product - (both + only_first + only_second + neither) / 2)
    return product / sqrt(margins)


def cluster_bootstrap(sums: Sequence[int], sizes: Sequence[int]) -> tuple[float, float]:
    """The 95 % percentile interval of sum(sums) / sum(sizes), clusters drawn with replacement: (low, high).

    For questions of few databases, where those of one resemble each other. 2,000 draws of a fixed seed, the same in
    every process; with a handful of clusters it is a rough interval. Raises ValueError where there is nothing to draw.
    """
    import numpy as np

    if not sizes or len(sums) != len(sizes) or min(sizes) < 0 or sum(sizes) == 0:
        raise ValueError(f"no clusters: {sums}, {sizes}")
    drawn = np.random.default_rng(BOOTSTRAP_SEED).integers(0, len(sizes), (BOOTSTRAP_DRAWS, len(sizes)))
    weights = np.asarray(sizes)[drawn].sum(axis=1)
    ratios = np.asarray(sums)[drawn].sum(axis=1)[weights > 0] / weights[weights > 0]
    low, high = np.quantile(ratios, (0.025, 0.975))
    return float(low), float(high)
