"""A random question with its query on a world: picks a pattern by weight until one fits."""

from __future__ import annotations

from random import Random

from t2s_pipeline.nano import grammar_joins, grammar_single
from t2s_pipeline.nano.grammar_single import Question
from t2s_pipeline.nano.random_schema import World
from t2s_pipeline.nano.vocabulary import say

_JOIN_SHARE = 0.42
_TRIES = 60


def random_question(rng: Random, world: World) -> Question:
    """A question on `world` and the SQL that answers it. Raises RuntimeError where nothing can be asked."""
    for _ in range(_TRIES):
        if world.links and rng.random() < _JOIN_SHARE:
            pattern = _weighted(rng, grammar_joins.PATTERNS)
            question = pattern(rng, world)
        else:
            pattern = _weighted(rng, grammar_single.PATTERNS)
            question = pattern(rng, rng.choice(world.entities))
        if question is not None:
            return _with_habits(rng, question)
    raise RuntimeError(f"no question fits the tables {[e.name for e in world.entities]} in {_TRIES} tries")


def _weighted(rng: Random, patterns: tuple) -> object:
    return rng.choices([p for _, p in patterns], [w for w, _ in patterns])[0]


def _with_habits(rng: Random, question: Question) -> Question:
    """How people type: words that say nothing, all in lower case (where no value would be hurt), no mark."""
    text = question.text
    if rng.random() < 0.08:
        bare = text.rstrip(".? ")
        text = f"{bare} {say(rng, 'filler')}{text[len(bare) :]}"
    if rng.random() < 0.05:
        text = f"{say(rng, 'lead_in')} {text[:1].lower()}{text[1:]}"
    if "'" not in question.sql and rng.random() < 0.08:
        text = text.lower()
    if rng.random() < 0.05:
        text = text.rstrip(".? ")
    return Question(text, question.sql)
