"""Proportions with their intervals, and the test for two systems on the same questions. No dependencies.

`Proportion` is how every rate of the project is stated: counts, and a 95 % Wilson score interval (Wilson 1927,
J. Amer. Statist. Assoc. 22:209; it stays within [0, 1] and holds for small counts and rates near 0 and 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import comb, sqrt

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

    The exact binomial form: no approximation, however few they are. 1.0 where they never differ.
    """
    if only_first < 0 or only_second < 0:
        raise ValueError(f"counts must not be negative: {only_first}, {only_second}")
    n = only_first + only_second
    tail = sum(comb(n, k) for k in range(min(only_first, only_second) + 1))
    return min(1.0, 2 * tail / 2**n)
