"""The published first-turn errors of three systems of the execution-guided reference, as outcomes.

Counts by class with those repaired, in `PUBLISHED` as they were published. The third system's classes sum to 336 of its
338 errors; its published scopes show that the two left out are of a kind that the executor notices, so `INFERRED` has
them as `other_execution_error`, not repaired. `FIRST_TURN_ERRORS` is both together.
"""

from __future__ import annotations

from tests.reports.tables import Outcome

PUBLISHED = {
    "base": {
        "wrong_result": (223, 55),
        "no_such_column": (156, 51),
        "empty_result": (44, 9),
        "no_such_table": (9, 1),
        "other_execution_error": (6, 1),
    },
    "dpo": {
        "wrong_result": (105, 17),
        "wrong_row_count": (92, 30),
        "no_such_column": (142, 42),
        "empty_result": (39, 8),
        "no_such_table": (9, 2),
        "other_execution_error": (4, 1),
    },
    "sft_dpo": {
        "wrong_result": (99, 6),
        "wrong_row_count": (90, 24),
        "no_such_column": (100, 29),
        "empty_result": (32, 2),
        "no_such_table": (9, 2),
        "other_execution_error": (6, 2),
    },
}
EXAMPLES = 1032
PUBLISHED_ERRORS = {"base": 438, "dpo": 391, "sft_dpo": 338}
#: Errors that the published classes leave out, by the class that the published scopes imply: inferred, not published.
INFERRED = {"sft_dpo": {"other_execution_error": 2}}
FIRST_TURN_ERRORS = {
    arm: {name: (errors + INFERRED.get(arm, {}).get(name, 0), repaired) for name, (errors, repaired) in classes.items()}
    for arm, classes in PUBLISHED.items()
}
SCOPES = {"base": (171, 44, 223), "dpo": (155, 39, 197), "sft_dpo": (117, 32, 189)}


def outcomes(arm: str) -> list[Outcome]:
    """One outcome for each of the 1,032 examples."""
    found = []
    for error_class, (errors, repaired) in FIRST_TURN_ERRORS[arm].items():
        found += [Outcome(error_class, ((False, True), (True, True)))] * repaired
        found += [Outcome(error_class, ((False, True), (False, True)))] * (errors - repaired)
    return found + [Outcome("execution_correct", ((True, True),))] * (EXAMPLES - len(found))
