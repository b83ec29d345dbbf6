"""Which of several attempts is the answer of a turn, and which turn's answer stands.

    answer_of(attempts, settings, keys)      # of the attempts of one turn
    ballots_of(attempts, keys)               # what a selector may see of them

Two rules choose in a turn, and a rollout states which one it used (`gold_free`, `selection`):

* A selector (`evaluation/voting.py`), where nothing is known of the gold: in a pass of one turn and in the scopes
  `online` and `online_guarded`. It is the setting `selection`, and sees ballots, which hold nothing of the gold.
* `best_accepted`: a verifier has judged, by the gold or by a rule that does not know it. An attempt that it accepts,
  else one of which it cannot tell, else one that ran, else one with SQL at all; then the lowest sample.

Over the turns, where a verifier has judged the last answer stands. Without one a repair stands only where less is to be
seen against it: an answer that ran goes before one that did not, then the one with fewer signals, then the earlier. So
a suspicion that no repair lifts rolls back to the answer that was suspected first.

Time is no criterion: it differs from run to run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.voting import Ballot, Choice, Selector, choose
from t2s_pipeline.evaluation.voting_keys import ResultKey

Attempt = Mapping[str, Any]
"""A row of `attempts`."""

Keys = Mapping[str, ResultKey | None]
"""What each SQL of one question returned, as votes see it."""


def selector_of(settings: RolloutConfig) -> Selector | None:
    """The selector that chooses the answer of a turn; None where a verifier does."""
    if settings.max_turns > 1 and settings.repair_scope == "verified":
        return None
    return Selector(settings.selection)


def reads_keys(settings: RolloutConfig) -> bool:
    """Whether the answer of a turn depends on keys, for which queries run once more."""
    selector = selector_of(settings)
    return settings.num_samples > 1 and selector is not None and selector.needs_keys


def answer_of(attempts: Sequence[Attempt], settings: RolloutConfig, keys: Keys) -> Attempt:
    """The answer among the attempts of one turn. `keys` are read where `reads_keys` says so."""
    selector = selector_of(settings)
    if selector is None:
        return best_accepted(attempts)
    ordered = sorted(attempts, key=lambda attempt: attempt["sample"])
    return ordered[vote_on(ordered, selector, keys).sample]


def vote_on(attempts: Sequence[Attempt], selector: Selector, keys: Keys) -> Choice:
    """How a selector chooses among the attempts of one turn, which come in the order of their samples."""
    return choose(selector, ballots_of(attempts, keys))


def ballots_of(attempts: Sequence[Attempt], keys: Keys) -> list[Ballot]:
    """A ballot an attempt, in order. Raises KeyError for SQL that ran and is not in `keys`, unless these are empty."""
    return [
        Ballot(
            has_sql=attempt["sql"] is not None,
            ran=attempt["executable"],
            result=attempt["result_digest"] if attempt["executable"] else None,
            key=keys[attempt["sql"]] if keys and attempt["executable"] else None,
            mean_log_probability=_mean_log_probability(attempt),
        )
        for attempt in attempts
    ]


def standing(answers: Sequence[Attempt], settings: RolloutConfig) -> Attempt:
    """The answer of a trajectory, of those of its turns, in order. None of them looks at the gold but by `accepted`."""
    if settings.repair_scope == "verified":
        return answers[-1]
    return min(answers, key=lambda answer: (not answer["executable"], len(answer["signals"] or ())))


def best_accepted(attempts: Sequence[Attempt]) -> Attempt:
    """The best attempt of one turn by a verifier's judgement; what the gold says of it is not looked at."""
    return min(
        attempts,
        key=lambda a: (_ACCEPTANCE[a["accepted"]], not a["executable"], a["sql"] is None, a["sample"]),
    )


_ACCEPTANCE = {True: 0, None: 1, False: 2}


def _mean_log_probability(attempt: Attempt) -> float | None:
    total, tokens = attempt["log_probability"], attempt["completion_tokens"]
    return total / tokens if total is not None and tokens else None
