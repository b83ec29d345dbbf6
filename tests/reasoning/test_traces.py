"""Every attempt of a teacher is a row: kept, or removed by what."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_teachers import TeacherConfig
from t2s_pipeline.generation.protocol import Identity
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.prompts.render import completion_text
from t2s_pipeline.reasoning.ask import ask_teacher
from t2s_pipeline.reasoning.plan_teacher import PlanTeacher
from t2s_pipeline.reasoning.traces import TraceRemoval, teacher_rollout, trace_rows
from t2s_pipeline.rewards.completion import parse_completion
from t2s_pipeline.sql.plan import plan_text
from t2s_pipeline.table_definitions import TEACHER_TRACES

WRITER = RolloutConfig(prompt_style="finer")
THOUGHT = "The question asks for something of singer, and of no other table; every row counts, and nothing is sorted. "
TEACHER = Identity("f" * 64, None, "openai", "served")


@pytest.fixture
def ask(examples, schema_texts, paths, verifier):
    """`ask(generator, teacher)`: the traces, their rows checked against the table."""

    def go(generator, teacher=None, chosen=examples):
        settings = teacher_rollout(teacher or TeacherConfig("model", "tiny"), WRITER)
        keep = bool(teacher and teacher.keep_incorrect)
        asked = ask_teacher("tiny", chosen, schema_texts, paths, generator, verifier, settings, keep_incorrect=keep)
        TEACHER_TRACES.check(TEACHER_TRACES.to_arrow([row | {"experiment": "toy"} for row in asked.rows]))
        json.dumps(asked.figures)
        return asked

    return go


def test_what_is_right_is_kept_and_all_else_is_removed_by_its_reason(ask, model, examples):
    answers = {
        "names": completion_text("SELECT name FROM singer", THOUGHT),
        "ages": completion_text("SELECT name FROM singer", THOUGHT),
        "chad": f"<think>{THOUGHT * 3}",
        "count": "SELECT count(*) FROM singer",
        "oldest": completion_text("SELECT max(age) FROM singer", "It is short."),
    }
    asked = ask(model(lambda question, *_: answers[question]))
    found = {example["question"]: None for example in examples}
    found |= {
        next(e["question"] for e in examples if e["example_id"] == row["example_id"]): row["removed_by"]
        for row in asked.rows
    }
    assert found == {
        "names": None,
        "ages": "wrong",
        "chad": "unclosed_thought",
        "count": "no_thought",
        "nobody": None,  # vacuous: nobody was asked
        "oldest": "ill_formed",
    }
    assert len(asked.rows) == 5
    kept = asked.rows[0]
    assert (kept["thought"], kept["sql"], kept["train_correct"]) == (THOUGHT.strip(), "SELECT name FROM singer", True)
    assert kept["prompt_id"] and kept["completion_key"] and kept["trace_id"]
    assert (asked.figures["examples"], asked.figures["asked"], asked.figures["kept"]) == (6, 5, 1)
    assert asked.figures["removed: wrong"] == 1


def test_the_same_trace_counts_once_and_another_thought_again(ask, model, examples):
    def script(question, turn, sample, prompt):
        return completion_text("SELECT name FROM singer", THOUGHT * (1 + sample // 2))

    teacher = TeacherConfig("model", "tiny", attempts=4, temperature=1.0)
    rows = ask(model(script), teacher, examples[:1]).rows
    assert [(row["attempt"], row["removed_by"]) for row in rows] == [
        (0, None),
        (1, "repeated"),
        (2, None),
        (3, "repeated"),
    ]
    assert len({row["trace_id"] for row in rows}) == 2


def test_wrong_traces_are_kept_on_request_and_formless_ones_never(ask, model):
    def script(question, turn, sample, prompt):
        return completion_text("SELECT 17", THOUGHT) if question != "ages" else "SELECT 17"

    teacher = TeacherConfig("model", "tiny", keep_incorrect=True)
    rows = ask(model(script), teacher).rows
    assert [row["removed_by"] for row in rows] == [None, "no_thought", None, None, None]
    assert not any(row["train_correct"] for row in rows)


def test_a_teacher_is_told_to_think_and_shown_what_the_writer_sees(ask, model):
    prompts = []

    def script(question, turn, sample, prompt):
        prompts.append(prompt)
        return "SELECT 1"

    ask(model(script))
    assert len(prompts) == 5
    assert all("<think>" in prompt.messages[0].content for prompt in prompts)
    assert all("Database Schema:\nTable singer" in prompt.messages[1].content for prompt in prompts)


def test_what_does_not_fit_is_a_row_too(ask, model):
    rows = ask(model(lambda *_: "SELECT 1", max_context=10), TeacherConfig("model", "tiny", max_new_tokens=8)).rows
    assert [row["removed_by"] for row in rows] == ["prompt_too_long"] * 5


def test_the_embedded_teacher_writes_a_plan_of_every_gold(ask, examples):
    asked = ask(PlanTeacher(examples))
    assert [row["removed_by"] for row in asked.rows] == [None] * 5
    for row, example in zip(asked.rows, [e for e in examples if not e["gold_vacuous"]], strict=True):
        assert (row["thought"], row["sql"]) == (plan_text(example["gold"]), example["gold"])
        assert row["prompt_id"] is None and row["completion_key"] is None


def test_a_gold_without_words_is_a_row_with_its_reason(ask, examples):
    gold = "SELECT CASE WHEN age > 30 THEN 'old' ELSE 'young' END FROM singer"
    assert plan_text(gold) is None
    rows = ask(PlanTeacher([examples[0] | {"gold": gold}]), chosen=[examples[0] | {"gold": gold}]).rows
    assert [(row["removed_by"], row["train_correct"]) for row in rows] == [("no_thought", True)]


def test_no_teacher_is_asked_a_question_of_another_split(ask, examples):
    with pytest.raises(InvariantError, match="toy/train/00001 is of split dev"):
        ask(PlanTeacher(examples), chosen=[examples[0], examples[1] | {"split": "dev"}])


def test_an_excluded_example_is_not_asked(ask, examples):
    rows = ask(PlanTeacher(examples), chosen=[examples[0] | {"excluded_reason": "gold_disputed"}, examples[1]]).rows
    assert [row["example_id"] for row in rows] == ["toy/train/00001"]


TEXTS = st.text(alphabet="<think>/ SELECT1", max_size=160)
ATTEMPTS = st.lists(
    st.fixed_dictionaries(
        {
            "raw_text": TEXTS | st.builds(completion_text, st.just("SELECT 1"), st.text(min_size=90, max_size=120)),
            "sql": st.sampled_from([None, "SELECT 1", "SELECT 2"]),
            "status": st.sampled_from(["ok", "error", "prompt_too_long", "unclosed_thought"]),
            "train_correct": st.sampled_from([True, False, None]),
        }
    )
)


@given(ATTEMPTS, st.booleans())
def test_what_is_kept_has_the_form_that_is_rewarded_and_is_right(attempts, keep_incorrect):
    fixed = {"example_id": "toy/train/00000", "database_id": "toy/music", "prompt_id": "p", "completion_key": "c"}
    fixed |= {"error": None, "correct_official": None, "correct_strict": None}
    rows = trace_rows(
        "t", [a | fixed | {"sample": n} for n, a in enumerate(attempts)], TEACHER, keep_incorrect=keep_incorrect
    )
    assert [row["attempt"] for row in rows] == list(range(len(attempts)))
    kept = [row for row in rows if row["removed_by"] is None]
    assert len({row["trace_id"] for row in kept}) == len(kept)
    for row in kept:
        assert parse_completion(completion_text(row["sql"], row["thought"])).well_formed
        assert keep_incorrect or row["train_correct"]
    assert {row["removed_by"] for row in rows} <= {None, *TraceRemoval}
