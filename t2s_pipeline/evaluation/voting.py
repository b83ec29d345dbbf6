"""Choosing among samples of one question by what they return, and what such a choice could have found.

    choose(Selector.VAV, [Ballot(...), ...])                # which sample stands, and how the vote went
    majority_vote([v.result_digest for v in verdicts])      # the same of the plain majority, by results alone
    recall_points(30)                                       # (1, 2, 4, 8, 16, 30)
    right_within(correct, 4)                                # is one of the first four right

No rule knows a gold: a `Ballot` has no place for it. What each rule does:

`majority`: samples vote for their result (`Verdict.result_digest`: rows as a multiset, columns in order, 1 equal to
    1.0). The result with the most votes wins, between equal counts the one that came first. An empty result is a result
    like any other.
`vav`: value-aware voting as FINER-SQL means it. Results are the same by `ResultKey.digest` (sets of rows, a row's
    values in any order). Results that are empty or nothing but zeros come after all others, however many votes
    they have; then the most votes win; between equal counts the one whose samples have the greater mean log-probability
    a token, where it is known of all of them; then the one that came first.
`vav_reference`: what FINER-SQL's public code does instead: results are the same by `ResultKey.reference`, which is
    also what says whether they are empty or zero; between equal counts the greatest key as text wins.
`first_executable`: the first sample that runs. Nothing is counted.

The answer is the first sample of the winning result. Only complete results vote: what failed, or was cut by a cap of
the sandbox, does not. Where nothing wins, the first sample with SQL stands, else the first of all, and
`Choice.reason` says why; so one sample, and a choice among one, are the same thing. (The public code gives no SQL then;
such a sample failed as written, and can be right only by a rule that mends its text.)

Not covered: a weighted vote; a vote over SQL texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum

from t2s_pipeline.evaluation.voting_keys import ResultKey, ResultKind, reference_kind


class Selector(StrEnum):
    VAV = "vav"
    VAV_REFERENCE = "vav_reference"
    MAJORITY = "majority"
    FIRST_EXECUTABLE = "first_executable"

    @property
    def needs_keys(self) -> bool:
        """Whether it looks at `Ballot.key`, for which queries run once more."""
        return self in (Selector.VAV, Selector.VAV_REFERENCE)


class NoWinner(StrEnum):
    """Why no result won: no sample has SQL, none of it ran, or none gave a complete result."""

    NO_SQL = "no_sql"
    NOTHING_RAN = "nothing_ran"
    NO_COMPLETE_RESULT = "no_complete_result"


@dataclass(frozen=True)
class Ballot:
    """What a selector may see of one sample. `result` and `key` are None where it has no complete result.

    `mean_log_probability` is that of its tokens, in natural logarithms; None where it is not known.
    """

    has_sql: bool
    ran: bool
    result: str | None
    key: ResultKey | None = None
    mean_log_probability: float | None = None


@dataclass(frozen=True)
class Count:
    """How a vote went: the winning result, its votes, those of the strongest other one (0 where there is none), how
    many results there were, and how many samples voted."""

    group: str
    votes: int
    runner_up: int
    groups: int
    voters: int

    def margin(self, samples: int) -> float:
        """How far the winner is ahead of the strongest other result, as a share of all `samples`, voters or not."""
        return (self.votes - self.runner_up) / samples


@dataclass(frozen=True)
class Choice:
    """The index of the sample that stands, the count where there was a vote, and why nothing won where nothing did."""

    sample: int
    count: Count | None
    reason: NoWinner | None = None


def choose(selector: Selector, ballots: Sequence[Ballot]) -> Choice:
    """The sample that stands for a question. Raises ValueError for no samples."""
    if not ballots:
        raise ValueError("a vote needs at least one sample")
    if selector is Selector.FIRST_EXECUTABLE:
        ran = [sample for sample, ballot in enumerate(ballots) if ballot.ran]
        return Choice(ran[0], None) if ran else _nothing_won(ballots)
    groups: dict[str, list[int]] = {}
    for sample, ballot in enumerate(ballots):
        name = _NAME[selector](ballot)
        if name is not None:
            groups.setdefault(name, []).append(sample)
    if not groups:
        return _nothing_won(ballots)
    winner = _WINNER[selector](groups, ballots)
    runner_up = max((len(samples) for name, samples in groups.items() if name != winner), default=0)
    count = Count(winner, len(groups[winner]), runner_up, len(groups), sum(map(len, groups.values())))
    return Choice(groups[winner][0], count)


def majority_vote(results: Sequence[str | None]) -> int:
    """Index of the sample that the majority chooses. `results` has an entry a sample: equal for equal results, None
    for a sample without one. Raises ValueError for no samples."""
    return choose(Selector.MAJORITY, [Ballot(True, result is not None, result) for result in results]).sample


def recall_points(samples: int) -> tuple[int, ...]:
    """The k of recall@k for `samples` samples a question: powers of two, and the number itself."""
    powers = [1 << bit for bit in range(samples.bit_length()) if 1 << bit < samples]
    return (*powers, samples) if samples > 0 else ()


def right_within(correct: Sequence[bool], k: int) -> bool:
    """Whether one of the first `k` samples is right (of all of them, where there are fewer)."""
    return any(correct[:k])


_Groups = dict[str, list[int]]
"""The samples of each result, both in order of arrival."""


def _nothing_won(ballots: Sequence[Ballot]) -> Choice:
    first = next((sample for sample, ballot in enumerate(ballots) if ballot.has_sql), 0)
    if any(ballot.ran for ballot in ballots):
        return Choice(first, None, NoWinner.NO_COMPLETE_RESULT)
    has_sql = any(ballot.has_sql for ballot in ballots)
    return Choice(first, None, NoWinner.NOTHING_RAN if has_sql else NoWinner.NO_SQL)


def _most_votes(groups: _Groups, ballots: Sequence[Ballot]) -> str:
    return max(groups, key=lambda name: len(groups[name]))  # the first of the greatest


def _value_aware(groups: _Groups, ballots: Sequence[Ballot]) -> str:
    def key_of(name: str) -> ResultKey:
        key = ballots[groups[name][0]].key
        assert key is not None  # it gave the group its name
        return key

    telling = [name for name in groups if key_of(name).kind is ResultKind.VALUED] or list(groups)
    most = max(len(groups[name]) for name in telling)
    tied = [name for name in telling if len(groups[name]) == most]
    confidences = [_confidence([ballots[sample] for sample in groups[name]]) for name in tied]
    if len(tied) > 1 and None not in confidences:
        return tied[max(range(len(tied)), key=lambda place: confidences[place])]
    return tied[0]


def _confidence(ballots: Sequence[Ballot]) -> float | None:
    """The mean over samples of their mean log-probability; None where that of one is not known."""
    known = [ballot.mean_log_probability for ballot in ballots if ballot.mean_log_probability is not None]
    return fsum(known) / len(known) if len(known) == len(ballots) else None


def _as_published(groups: _Groups, ballots: Sequence[Ballot]) -> str:
    telling = [name for name in groups if reference_kind(name) is ResultKind.VALUED] or list(groups)
    return max(telling, key=lambda name: (len(groups[name]), name))


_NAME: dict[Selector, Callable[[Ballot], str | None]] = {
    Selector.VAV: lambda ballot: ballot.key and ballot.key.digest,
    Selector.VAV_REFERENCE: lambda ballot: None if ballot.key is None else ballot.key.reference,
    Selector.MAJORITY: lambda ballot: ballot.result,
}
_WINNER: dict[Selector, Callable[[_Groups, Sequence[Ballot]], str]] = {
    Selector.VAV: _value_aware,
    Selector.VAV_REFERENCE: _as_published,
    Selector.MAJORITY: _most_votes,
}
