"""What a question says of its query: every value, the right end of an order, verbs in their forms, events in theirs."""

import re
import time
from itertools import islice
from random import Random

import pytest

from t2s_pipeline.nano.adjectives import adjectives_of
from t2s_pipeline.nano.conditions import predicate
from t2s_pipeline.nano.corpus import example_groups
from t2s_pipeline.nano.events import event_of
from t2s_pipeline.nano.grammar_single import plural_name
from t2s_pipeline.nano.questions import random_question
from t2s_pipeline.nano.random_schema import Attribute, Entity, random_world
from t2s_pipeline.nano.verbs import deed, fits_some, none_of, tie, verbs


def attribute(name, kind="int"):
    return Attribute(name, tuple(name.split("_")), kind, "INTEGER")


def entity(name):
    return Entity(name, (name,), ())


def values_of(sql):
    """The text values of a query as a question would say them; of a date that a year stands for, the year."""
    for literal in re.findall(r"'((?:[^']|'')*)'", sql):
        value = literal.strip("%").replace("''", "'")
        yield value[:4] if re.fullmatch(r"\d{4}-(01-01|12-31)", value) else value


def test_every_text_value_of_a_query_is_in_its_question():
    rng = Random(21)
    cited = 0
    for _ in range(150):
        world = random_world(rng)
        for _ in range(8):
            question = random_question(rng, world)
            said = question.text.lower()
            for value in values_of(question.sql):
                assert value.lower() in said, question
                cited += 1
    assert cited > 400


def test_questions_are_clean_text():
    rng = Random(22)
    for _ in range(150):
        world = random_world(rng)
        for _ in range(8):
            text = random_question(rng, world).text
            assert "  " not in text and not re.search(r"[{}]|\.\.|\?\.| ,", text), text


@pytest.mark.parametrize(
    ("name", "most", "least"),
    [
        ("age", "oldest", "youngest"),
        ("birth_date", "youngest", "oldest"),
        ("guest_birth_year", "youngest", "oldest"),
        ("year_of_birth", "youngest", "oldest"),
        ("founded", "newest", "oldest"),
        ("pages", "longest", "shortest"),
        ("running_minutes", "longest", "shortest"),
    ],
)
def test_an_adjective_finds_the_end_of_its_column(name, most, least):
    found = adjectives_of(attribute(name))
    assert most in found.most and least in found.least


def test_a_column_without_adjectives_has_none():
    assert adjectives_of(attribute("description")) is None


def test_verbs_are_those_of_the_nouns_where_some_fit():
    rng = Random(1)
    assert {deed(rng, entity("author"), entity("book")).base for _ in range(60)} == {"write", "publish"}
    assert fits_some(entity("player"), entity("team")) and not fits_some(entity("team"), entity("plumovar"))
    assert {tie(rng, entity("flight"), entity("airport")).base for _ in range(60)} >= {"go", "depart"}
    assert len({deed(rng, entity("plumovar"), entity("team")).base for _ in range(200)}) > 40


def test_verbs_have_their_forms():
    forms = {v.base: (v.third, v.past, v.participle) for v in verbs()}
    assert forms["write"] == ("writes", "wrote", "written")
    assert forms["carry out"] == ("carries out", "carried out", "carried out")
    assert forms["teach"][0] == "teaches"
    write = next(v for v in verbs() if v.base == "write")
    said = {none_of(Random(seed), write, "book", "books") for seed in range(80)}
    assert {"wrote no book", "have never written a book", "did not write any books"} <= said


@pytest.mark.parametrize(
    ("name", "finite", "asked"),
    [
        ("join_date", {"joined"}, {"When did X join"}),
        ("publication_year", {"was published"}, {"When was X published"}),
        ("opened", {"opened", "was opened"}, {"When did X open", "When was X opened"}),
    ],
)
def test_an_event_is_active_or_passive_as_it_is_in_english(name, finite, asked):
    event = event_of(attribute(name, "year"))
    assert {event.finite(Random(seed), "was") for seed in range(20)} == finite
    assert {event.asked_when(Random(seed), "X") for seed in range(20)} == asked


@pytest.mark.parametrize(
    ("english", "does"),
    [
        ("with price 5", "have price 5"),
        ("that are older than 5", "are older than 5"),
        ("hired before 1990", "were hired before 1990"),
        ("joined in 1990", "joined in 1990"),
        ("from Cork", "come from Cork"),
        ("from 1990-01-01 to 1991-01-01", "are from 1990-01-01 to 1991-01-01"),
        ("whose age is 5", ""),
    ],
)
def test_a_condition_as_what_the_subject_does(english, does):
    assert predicate(english) == does


def test_the_plural_of_a_column():
    assert plural_name("date of birth") == "dates of birth"
    assert plural_name("home city") == "home cities"


def test_a_shard_of_groups_is_made_fast():
    started = time.process_time()
    assert len(list(islice(example_groups(8), 256))) == 256
    assert time.process_time() - started < 3
