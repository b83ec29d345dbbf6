"""One question, from its text to its answer: a written model, a real database, the real loop and sandbox."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import replace

import pytest

from t2s_pipeline.asking.answer_text import answer_text
from t2s_pipeline.asking.asker import MAX_QUESTION, QuestionError
from t2s_pipeline.asking.way import AskError
from t2s_pipeline.sandbox.connection import DatabaseFileError
from tests.asking.conftest import ONLINE, SAMPLED

COUNT = "SELECT count(*) FROM item"


def test_an_answer_has_sql_rows_confidence_and_reasons(asker, shop):
    answers = [COUNT, "SELECT 3", "SELECT count(*) FROM customer", "SELECT nothing FROM item", COUNT]
    answer = asker(lambda _, sample: answers[sample], SAMPLED).ask(" How many items are there? ", shop)
    assert (answer.answered, answer.sql, answer.status, answer.error) == (True, COUNT, "ok", None)
    assert (answer.result.columns, answer.result.rows) == (("count(*)",), ((3,),))
    assert (answer.question, answer.database, answer.model) == ("How many items are there?", "shop.sqlite", "written")
    assert answer.confidence == 0.4  # three of five against one
    (turn,) = answer.turns
    assert (turn.vote.votes, turn.vote.runner_up, turn.vote.voters, turn.vote.results) == (3, 1, 4, 2)
    assert turn.samples_that_ran == 4 and turn.feedback is None
    assert set(answer.tables) == {"item", "customer"} and answer.database_tables == 2
    text = answer_text(answer)
    assert "confidence 0.40: 3 of 5 samples agree, 1 have the next result" in text and "(1 row)" in text
    assert json.loads(json.dumps(answer.as_dict()))["result"]["rows"] == [[3]]


def test_what_does_not_run_is_repaired_and_the_reasons_say_so(asker, shop):
    def script(prompt, _):
        return COUNT if "no such column: nom" in prompt.messages[-1].content else "SELECT nom FROM item"

    answer = asker(script).ask("Names?", shop)
    assert (answer.answered, answer.sql, answer.turn, answer.stop_reason) == (True, COUNT, 2, "nothing_to_repair")
    assert answer.confidence is None  # one sample is no vote
    first, second = answer.turns
    assert (first.sql, first.status, first.error) == ("SELECT nom FROM item", "error", "no such column: nom")
    assert "no such column: nom" in first.feedback and second.feedback is None
    assert "told for repair" in answer_text(answer)


@pytest.mark.parametrize(
    ("said", "sql", "status", "error"),
    [
        ("I cannot know that.", None, "missing_candidate", "no SQL statement"),
        ("DELETE FROM item", "DELETE FROM item", "not_a_query", "not allowed: DELETE item"),
        ("SELECT nom FROM item", "SELECT nom FROM item", "error", "no such column: nom"),
    ],
)
def test_an_answer_that_fails_is_told_as_it_is(asker, shop, said, sql, status, error):
    answer = asker(said, SAMPLED).ask("Delete all", shop)
    assert (answer.answered, answer.result, answer.sql, answer.status) == (False, None, sql, status)
    assert answer.error == error
    assert (answer.confidence, len(answer.turns)) == (0.0, 2)
    assert answer_text(answer).count("no answer (") == 1


def test_a_prompt_without_room_is_told(asker, shop):
    answer = asker(COUNT, max_context=100).ask("How many?", shop)
    assert (answer.answered, answer.status, answer.sql) == (False, "prompt_too_long", None)
    assert "leaves the model no room" in answer_text(answer)


@pytest.mark.parametrize(
    "change",
    [
        {"selection": "vav"},
        {"selection": "vav_reference"},
        {"selection": "first_executable"},
        {"constraint": "schema"},
        {"schema_style": "mschema"},
        {"max_prompt_tokens": 200},
        {"repair_scope": "online_guarded", "feedback_mode": "online_visible"},
    ],
    ids=str,
)
def test_every_way_of_an_arm_can_be_asked(asker, shop, change):
    answer = asker(COUNT, replace(SAMPLED, **change)).ask("How many items?", shop)
    assert answer.answered and answer.result.rows == ((3,),)
    assert answer.confidence == (None if change.get("selection") == "first_executable" else 1.0)
    assert len(answer.tables) + len(answer.dropped_tables) == 2
    assert bool(answer.dropped_tables) == ("max_prompt_tokens" in change)


def test_a_model_sees_only_the_question_and_the_schema_and_nothing_is_kept(asker, shop, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    seen = []

    def script(prompt, _):
        seen.append("".join(message.content for message in prompt.messages))
        return "SELECT name FROM item"

    asker(script).ask("Which names?", shop)
    assert len(seen) == 1 and "Which names?" in seen[0] and "price" in seen[0]
    assert "pen" not in seen[0] and str(tmp_path) not in seen[0]
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    ("question", "said"), [(" \n", "is empty"), ("a" * (MAX_QUESTION + 1), "2,001 characters"), ("\ud800", "Unicode")]
)
def test_what_is_no_question_is_refused(asker, shop, question, said):
    with pytest.raises(QuestionError, match=said):
        asker(COUNT).ask(question, shop)


def test_what_is_no_database_is_refused(asker, tmp_path):
    (tmp_path / "text.sqlite").write_text("no database at all, whatever it is called")
    with pytest.raises(DatabaseFileError, match="text.sqlite.*is it a SQLite database"):
        asker(COUNT).ask("How many?", tmp_path / "text.sqlite")
    with pytest.raises(DatabaseFileError, match="nowhere.sqlite: No such file"):
        asker(COUNT).ask("How many?", tmp_path / "nowhere.sqlite")
    with pytest.raises(DatabaseFileError, match="not a file"):
        asker(COUNT).ask("How many?", tmp_path)
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(AskError, match="has no tables to ask about"):
        asker(COUNT).ask("How many?", tmp_path / "empty.sqlite")


def test_a_catalogue_is_read_again_where_the_file_has_changed(asker, shop):
    one = asker(lambda prompt, _: "SELECT 1" if "supplier" in prompt.messages[-1].content else COUNT)
    assert one.ask("How many?", shop).result.rows == ((3,),)
    with closing(sqlite3.connect(shop)) as db:
        db.executescript("CREATE TABLE supplier (id INTEGER)")
    assert one.ask("How many?", shop).result.rows == ((1,),)


def test_settings_without_temperature_or_samples_are_those_of_one_greedy_answer(asker, shop):
    asked = []
    asker(lambda _, sample: asked.append(sample) or COUNT, ONLINE).ask("How many?", shop)
    assert asked == [0]
