"""Which of several attempts is the answer of a turn, and which turn's answer stands.

Two rules choose in a turn, and a rollout states which one it used (`gold_free`):

* `vote`: nothing is known of the gold, in a pass of one turn and in the scopes `online` and `online_guarded`. Attempts
  that ran vote with their result; the most frequent result wins, a tie goes to the result of the lowest sample, and the
  answer is its lowest sample.
* `best_accepted`: a verifier has judged, by the gold or by a rule that does not know it. An attempt that it accepts,
  else one of which it cannot tell, else one that ran, else one with SQL at all; then the lowest sample.

Over the turns, where a verifier has judged the last answer stands. Without one a repair stands only where less is to be
seen against it: an answer that ran goes before one that did not, then the one with fewer signals, then the earlier. So
a suspicion that no repair lifts rolls back to the answer that was suspected first.

Time is no criterion: it differs from run to run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from t2s_pipeline.config import RolloutConfig

Attempt = Mapping[str, Any]
"""A row of `attempts`."""

Choice = Callable[[Sequence[Attempt]], Attempt]


def choice_of(settings: RolloutConfig) -> Choice:
    """The rule by which a rollout chooses the answer of a turn."""
    return best_accepted if settings.max_turns > 1 and settings.repair_scope == "verified" else vote


def standing(answers: Sequence[Attempt], settings: RolloutConfig) -> Attempt:
    """The answer of a trajectory, of those of its turns, in order. None of them looks at the gold but by `accepted`."""
    if settings.repair_scope == "verified":
        return answers[-1]
    return min(answers, key=lambda answer: (not answer["executable"], len(answer["signals"] or ())))


def vote(attempts: Sequence[Attempt]) -> Attempt:
    """The answer among the attempts of one turn without looking at the gold."""
    ordered = sorted(attempts, key=lambda attempt: attempt["sample"])
    results: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in ordered:
        if attempt["executable"] and attempt["result_digest"] is not None:
            results[attempt["result_digest"]].append(attempt)
    if results:
        # max keeps the first of equals, and the first was met first: the lowest sample decides a tie.
        return max(results.values(), key=len)[0]
    return next((attempt for attempt in ordered if attempt["sql"] is not None), ordered[0])


def best_accepted(attempts: Sequence[Attempt]) -> Attempt:
    """The best attempt of one turn by a verifier's judgement; what the gold says of it is not looked at."""
    return min(
        attempts,
        key=lambda a: (_ACCEPTANCE[a["accepted"]], not a["executable"], a["sql"] is None, a["sample"]),
    )


_ACCEPTANCE = {True: 0, None: 1, False: 2}
