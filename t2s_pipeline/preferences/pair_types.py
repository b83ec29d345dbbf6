"""The words for pairs: how one came about (its type), where it comes from, and which table a recipe read it from.

The types have the names of the execution-guided reference. A type belongs to one input and one origin, so a recipe's
caps on types and on inputs are nested (`caps.py`). `config.PairTypeName` lists the same names for recipes.
"""

from __future__ import annotations

from enum import StrEnum


class EditKind(StrEnum):
    """A plausible mistake, made in the parsed gold; its pair type is `synthetic_<kind>`."""

    WRONG_AGGREGATION = "wrong_aggregation"
    WRONG_COLUMN = "wrong_column"
    WRONG_CONDITION = "wrong_condition"
    WRONG_GROUP_BY = "wrong_group_by"
    WRONG_ORDER_LIMIT = "wrong_order_limit"
    WRONG_TABLE = "wrong_table"
    MISSING_JOIN = "missing_join"

    @property
    def pair_type(self) -> str:
        return f"synthetic_{self.value}"


class MinedType(StrEnum):
    """Pairs of what a model wrote; `GOLD` puts the gold in place of a right answer that it never gave."""

    REPAIR = "repair_correct_vs_repair_failed"
    FIRST_TURN = "first_turn_correct_sample_vs_failed_sample"
    SELF_REPAIR = "self_repair_success_vs_failed_attempt"
    GOLD = "gold_vs_failed_attempt"
    COST = "correct_low_cost_vs_correct_high_cost"


class Origin(StrEnum):
    """Where the two answers come from: a model, gold for want of a right one, or edited gold."""

    NATURAL = "natural"
    GOLD_FALLBACK = "gold_fallback"
    SYNTHETIC = "synthetic"


class PairInput(StrEnum):
    """What a recipe reads: the two partitions of table `pairs`."""

    MINED = "mined"
    SYNTHETIC = "synthetic"


PAIR_TYPES: tuple[str, ...] = (*MinedType, *(kind.pair_type for kind in EditKind))


def input_of(origin: str) -> PairInput:
    """The input that pairs of an origin come in."""
    return PairInput.SYNTHETIC if origin == Origin.SYNTHETIC else PairInput.MINED
