"""Wrong attempts with the feedback the pipeline would give on them.

SQLite itself says what is wrong, on a database of the same schema with rows, so messages and row counts are its
own; an attempt that returns what the right query returns is no attempt to repair, and is left out.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from random import Random

from t2s_pipeline.nano.breaks import wrong_query
from t2s_pipeline.nano.grammar_single import Question
from t2s_pipeline.nano.random_schema import World
from t2s_pipeline.prompts.feedback import FeedbackFacts, FeedbackMode, render_feedback
from t2s_pipeline.prompts.templates import Detail

_NO_QUERY_SHARE = 0.02
_VACUOUS_SHARE = 0.15
"""Share kept of questions that have no answer in the rows: data sets hold few of these."""
_STEPS = 4000
_STEPS_A_CALL = 100


@dataclass(frozen=True)
class Repair:
    """A wrong attempt at a question (None where it held no query), and what the pipeline says of it."""

    broken_sql: str | None
    feedback: str
    turn: int
    detail: Detail


def random_repair(rng: Random, world: World, question: Question, database: sqlite3.Connection) -> Repair | None:
    """A wrong attempt at the question with its feedback, or None where the draw does not fit the query.

    `database` is one with the world's tables and rows (`filled_database`).
    """
    broken = wrong_query(rng, world, question.sql)
    if broken is None:
        return None
    right, _ = result_of(database, question.sql)
    if not right and rng.random() > _VACUOUS_SHARE:
        return None
    rows, error = result_of(database, broken)
    if rows is not None and right is not None and Counter(rows) == Counter(right):
        return None
    mode = FeedbackMode.ERROR_ONLY if rng.random() < 0.15 else FeedbackMode.RESULT_STATUS
    detail = Detail.MINIMAL if rng.random() < 0.5 else Detail.BASIC
    turn = rng.choice((1, 1, 1, 2, 2, 3))
    if rng.random() < _NO_QUERY_SHARE:
        facts = FeedbackFacts(False, None, None, has_query=False)
        return Repair(None, render_feedback(facts, mode, detail), turn, detail)
    facts = FeedbackFacts(rows is not None, error, None if rows is None else len(rows))
    return Repair(broken, render_feedback(facts, mode, detail), turn, detail)


def result_of(database: sqlite3.Connection, sql: str) -> tuple[list[tuple] | None, str | None]:
    """(rows, None), or (None, SQLite's message); a query that would run for long is stopped."""
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > _STEPS

    database.set_progress_handler(stop, _STEPS_A_CALL)
    try:
        return database.execute(sql).fetchall(), None
    except (sqlite3.Error, sqlite3.Warning) as error:
        return None, str(error)
    finally:
        database.set_progress_handler(None, 0)
