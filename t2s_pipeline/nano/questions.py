"""A random question with its query on a world: picks a pattern by weight until one fits."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from t2s_pipeline.nano import (
    grammar_bridges,
    grammar_brief,
    grammar_chains,
    grammar_events,
    grammar_groups,
    grammar_joins,
    grammar_named,
    grammar_nested,
    grammar_paths,
    grammar_sets,
    grammar_single,
    grammar_verbs,
)
from t2s_pipeline.nano.grammar_single import Question
from t2s_pipeline.nano.random_schema import World
from t2s_pipeline.nano.vocabulary import say

_SINGLE_SHARE = 0.27
OF_WORLDS = (
    (16, grammar_joins),
    (18, grammar_named),
    (14, grammar_paths),
    (17, grammar_nested),
    (22, grammar_verbs),
    (16, grammar_groups),
    (40, grammar_brief),
    (12, grammar_sets),
    (14, grammar_bridges),
    (12, grammar_chains),
    (9, grammar_events),
)
"""(weight, module of world patterns) of the rest."""
_TRIES = 80
_ASKED_AND_GIVEN = re.compile(r"SELECT (?:DISTINCT )?(?P<asked>.+?) FROM .*?WHERE (?P<given>\"[^\"]+\"|\S+) = ")


def random_question(rng: Random, world: World) -> Question:
    """A question on `world` and the SQL that answers it. Raises RuntimeError where nothing can be asked."""
    for _ in range(_TRIES):
        if rng.random() < _SINGLE_SHARE:
            question = _weighted(rng, grammar_single.PATTERNS)(rng, rng.choice(world.entities))
        else:
            question = _weighted(rng, _weighted(rng, OF_WORLDS).PATTERNS)(rng, world)
        if question is not None and not (_says_what_it_asks(question.sql) and rng.random() < 0.9):
            return _with_habits(rng, question)
    raise RuntimeError(f"no question fits the tables {[e.name for e in world.entities]} in {_TRIES} tries")


def _says_what_it_asks(sql: str) -> bool:
    """Whether a column asked for is the one that the question gives: "the names of dogs named Rex" """
    found = _ASKED_AND_GIVEN.match(sql)
    return found is not None and found["given"] in found["asked"].split(", ")


def _weighted(rng: Random, choices: tuple) -> Any:
    return rng.choices([c for _, c in choices], [w for w, _ in choices])[0]


def _with_habits(rng: Random, question: Question) -> Question:
    """How people type: words that say nothing, all in lower case (where no value would be hurt), no mark."""
    text = question.text.replace("..", ".")  # after "Tulsa Co."
    bare = text.rstrip(".? ")
    if not re.search(r"[.?] ", bare) and rng.random() < 0.08:
        text = f"{bare} {say(rng, 'filler')}{text[len(bare) :]}"
    if rng.random() < 0.05:
        text = f"{say(rng, 'lead_in')} {text[:1].lower()}{text[1:]}"
    if "'" not in question.sql and rng.random() < 0.08:
        text = text.lower()
    if rng.random() < 0.05:
        text = text.rstrip(".? ")
    return Question(text, question.sql)
