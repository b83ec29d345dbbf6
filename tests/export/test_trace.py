"""The story of one question: nothing of it is missing, in the terminal and as JSON."""

from __future__ import annotations

import json

import pytest

from t2s_pipeline.export.source import ExportError
from t2s_pipeline.export.trace import find_example, trace
from t2s_pipeline.export.trace_text import trace_text
from tests.export.conftest import DESKS, FIRST, GOLD, LAMPS, PAIRS, QUESTIONS, REPAIR, WRONG, example, pair, publish


@pytest.fixture
def t2s(t2s):
    return lambda *words: t2s("trace", *words, "-e", "shop")


def test_everything_of_a_question_is_shown_once(warehouse, t2s):
    code, out, err = t2s(LAMPS)
    assert (code, err) == (0, "")
    flat = "\n".join(line.strip() for line in out.splitlines())
    assert flat.count(f"[user]\n{FIRST[LAMPS].messages[1].content}\n\nsample 0") == 1
    assert flat.count(f"[user]\n{REPAIR[LAMPS].messages[1].content}\n\nsample 0") == 1
    assert flat.count("[user]") == 2
    assert [line for line in flat.splitlines() if line.startswith("sample ")] == [
        "sample 0: wrong, no_such_table, error, reward -0.2, cost_reward -0.1, signals executor_error not_executable",
        "sample 1: wrong, no_such_table, error, reward -0.2, cost_reward -0.1, signals executor_error not_executable, same SQL as sample 0",
        "sample 0: correct, 1 rows x 1 columns, reward 0.7, cost_reward -0.1",
        "sample 1: wrong, no_such_table, error, reward -0.5, cost_reward -0.1, signals executor_error not_executable",
    ]
    assert "== train: repaired, stopped by correct, answer of turn 2, sample 0" in flat
    assert "feedback:\nSQLite error: no such table: itm" in flat
    assert "3 pairs" in flat
    assert "repair_correct_vs_repair_failed (natural), margin 1.2, edit distance 0.00; mix kept it, place 0" in flat
    assert "gold_vs_failed_attempt (natural), margin 1.2, edit distance 0.00; mix removed it (max_pairs)" in flat
    assert flat.count("chosen was written under another prompt") == 1


def test_json_has_every_row_that_the_tables_have(warehouse, t2s):
    code, out, _ = t2s("train/00000", "--json")
    story = json.loads(out)
    assert code == 0 and story["example"]["question"] == QUESTIONS[LAMPS]
    (rollout,) = story["rollouts"]
    attempts = [(turn["turn"], attempt["sample"], attempt["sql"], prompt["messages"])
                for turn in rollout["turns"] for prompt in turn["prompts"] for attempt in prompt["attempts"]]  # fmt: skip
    first, repair = FIRST[LAMPS].chat(), REPAIR[LAMPS].chat()
    assert attempts == [(1, 0, WRONG, first), (1, 1, WRONG, first), (2, 0, GOLD, repair), (2, 1, WRONG, repair)]
    assert [p["pair_id"] for p in story["pairs"]] == [p["pair_id"] for p in PAIRS]
    assert story["pairs"][2]["recipes"] == {"mix": {"position": None, "removed_by": "max_pairs"}}


def test_an_arm_that_was_not_run_is_said_to_be_so_and_control_characters_are_not_obeyed(warehouse, t2s):
    _, out, _ = t2s("dev/00000")
    assert "== base: nothing of this example; the rollout has not been run" in out
    assert "== repair: repaired" in out and "(no SQL)" in out
    assert "\x1b" not in out and r"I \x1b[31mcannot." in out
    _, out, _ = t2s("dev/00000", "--arm", "repair")
    assert "== base" not in out and "0 pairs" in out


def test_the_prompt_of_a_pair_that_no_rollout_asked_is_shown(config, warehouse):
    publish(
        warehouse, "pairs", "synthetic", [pair("synthetic_wrong_column", FIRST[DESKS], None) | {"example_id": DESKS}]
    )
    text = trace_text(trace(warehouse, config, find_example(warehouse, config, DESKS), []))
    assert QUESTIONS[DESKS] in text.split("synthetic_wrong_column")[1]
    assert "seen by no recipe" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["00007"], "no example '00007' among the 3 from furniture/dev/00000 to furniture/train/00001"),
        ([LAMPS, "--arm", "other"], "no rollout 'other' in experiment 'shop'; there are: train, base, repair"),
    ],
)
def test_what_is_not_there_is_named(arguments, message, warehouse, t2s):
    code, _, err = t2s(*arguments)
    assert code == 1 and message in err


def test_an_end_that_fits_several_examples_is_refused(config, warehouse):
    publish(warehouse, "examples", "train", [example(LAMPS), example(LAMPS) | {"example_id": "lamps/train/00000"}])
    with pytest.raises(
        ExportError, match="is the end of 2 examples: furniture/train/00000, lamps/train/00000; name one"
    ):
        find_example(warehouse, config, "train/00000")
