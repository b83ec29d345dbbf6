"""The data dictionary lists what a closed column can hold, and lists nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from t2s_pipeline.config import PairTypeName, RecipeConfig, RolloutConfig
from t2s_pipeline.evaluation.guards import Signal
from t2s_pipeline.evaluation.hardness import Hardness
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.voting import NoWinner, Selector
from t2s_pipeline.preferences.pair_types import PAIR_TYPES, Origin, PairInput
from t2s_pipeline.preferences.recipe import Removal
from t2s_pipeline.prompts.feedback import FeedbackMode
from t2s_pipeline.prompts.templates import Detail, PromptStyle
from t2s_pipeline.rollouts.rows import PROMPT_TOO_LONG, UNCLOSED_THOUGHT, StopReason, TrajectoryStatus
from t2s_pipeline.sandbox.execute import Status
from t2s_pipeline.schema.styles import SchemaStyle
from t2s_pipeline.tables import registry

DOCS = Path(__file__).parents[1] / "docs"
CLOSED = {
    ("examples", "hardness"): Hardness,
    ("rollouts", "feedback_mode"): FeedbackMode,
    ("rollouts", "feedback_detail"): Detail,
    ("rollouts", "schema_style"): SchemaStyle,
    ("rollouts", "prompt_style"): PromptStyle,
    ("rollouts", "repair_scope"): get_args(get_type_hints(RolloutConfig)["repair_scope"]),
    ("rollouts", "match_rule"): MatchRule,
    ("rollouts", "selection"): Selector,
    ("votes", "selector"): Selector,
    ("votes", "reason"): NoWinner,
    ("attempts", "signals"): Signal,
    ("attempts", "status"): [*Status, PROMPT_TOO_LONG, UNCLOSED_THOUGHT],
    ("trajectories", "status"): TrajectoryStatus,
    ("trajectories", "stop_reason"): StopReason,
    ("pairs", "pair_type"): PAIR_TYPES,
    ("pairs", "origin"): Origin,
    ("filtered_pairs", "removed_by"): Removal,
}


def description(table: str, column: str) -> str:
    return next(found.description for found in registry()[table].columns if found.name == column)


@pytest.mark.parametrize(("table", "column"), CLOSED, ids=".".join)
def test_a_closed_column_lists_its_values(table, column):
    values = [str(value) for value in CLOSED[table, column]]
    assert sorted(re.findall(r"`([^`]+)`", description(table, column))) == sorted(values)


def test_a_recipe_knows_the_pair_types_and_inputs():
    assert set(get_args(PairTypeName)) == set(PAIR_TYPES)
    limits = get_type_hints(RecipeConfig)["input_fraction_limits"]
    assert set(get_args(get_args(limits)[0])) == set(PairInput)


def test_the_dictionary_links_to_what_exists():
    links = set(re.findall(r"\]\(([^)]+)\)", (DOCS / "data_dictionary.md").read_text(encoding="utf-8")))
    assert links == {"diagnosis.md", "evaluation.md", "sql.md", "voting.md"}
    assert all((DOCS / link).is_file() for link in links)
