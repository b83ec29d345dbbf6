"""Wrong attempts with the feedback the pipeline would give on them.

SQLite itself says what is wrong, on a database of the same schema with rows, so messages and rows are its own; what
else is to be seen is seen by the guards of the evaluation, and told by the prompts' renderer. An attempt that returns
what the right query returns is no attempt to repair, and is left out; but a right one that returns nothing is asked
again where repairs are gold-free, and is to be left as it is.

Not here: `oracle_rows`, which tells of the gold, and plans: no query of the corpus hides a key.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.evaluation.error_class import NO_SCHEMA, NO_SYNTAX, class_of_message
from t2s_pipeline.evaluation.guards import inspect
from t2s_pipeline.nano.breaks import wrong_query
from t2s_pipeline.nano.grammar_single import Question
from t2s_pipeline.nano.random_schema import World
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.feedback import FeedbackFacts, FeedbackMode, NameFacts, render_feedback
from t2s_pipeline.prompts.templates import Detail
from t2s_pipeline.sql.catalogue import Catalogue

_MODES = {FeedbackMode.RESULT_STATUS: 50, FeedbackMode.ONLINE_VISIBLE: 35, FeedbackMode.ERROR_ONLY: 15}
_DETAILS = {Detail.MINIMAL: 55, Detail.COLUMN: 20, Detail.BASIC: 25}
_NO_QUERY_SHARE = 0.01
_VACUOUS_SHARE = 0.15
"""Share kept of questions that have no answer in the rows: data sets hold few of these."""
_KEPT_SHARE = 0.5
"""Of those, in `online_visible`: the previous query is the right one."""
_UNSEEN_SHARE = 0.2
"""Share kept of wrong answers that nothing is seen against, in `online_visible`: the scope `verified` alone has them."""
_SHOWN_ROWS = 3
_STEPS = 4000
_STEPS_A_CALL = 100


@dataclass(frozen=True)
class Repair:
    """An attempt at a question (None where it held no query), and what the pipeline says of it."""

    broken_sql: str | None
    feedback: str
    turn: int


@dataclass(frozen=True)
class _Attempt:
    """A query and what SQLite says of it, as `guards.inspect` takes it."""

    sql: str
    rows: Sequence[tuple] | None
    error: str | None

    @property
    def executable(self) -> bool:
        return self.rows is not None

    @property
    def row_count(self) -> int | None:
        return None if self.rows is None else len(self.rows)

    @property
    def syntax_valid(self) -> bool:
        return self.error is None or class_of_message(self.error) not in NO_SYNTAX

    @property
    def schema_valid(self) -> bool:
        return self.syntax_valid and (self.error is None or class_of_message(self.error) not in NO_SCHEMA)


def random_detail(rng: Random) -> Detail:
    """How much the repairs of one group tell; a detail decides the system message."""
    return rng.choices(list(_DETAILS), list(_DETAILS.values()))[0]


def random_repair(
    rng: Random, world: World, question: Question, database: sqlite3.Connection, detail: Detail
) -> Repair | None:
    """An attempt at the question with its feedback, or None where the draw does not fit the query.

    `database` is one with the world's tables and rows (`filled_database`).
    """
    right, _ = result_of(database, question.sql)
    if not right and rng.random() > _VACUOUS_SHARE:
        return None
    mode = _random_mode(rng)
    if rng.random() < _NO_QUERY_SHARE:
        return _of_nothing(rng, mode, detail)
    if not right and mode is FeedbackMode.ONLINE_VISIBLE and rng.random() < _KEPT_SHARE:
        attempt = _Attempt(question.sql, *result_of(database, question.sql))
    else:
        broken = wrong_query(rng, world, question.sql)
        if broken is None or extract_sql(broken) != broken:  # what no rollout would have read in an answer
            return None
        attempt = _Attempt(broken, *result_of(database, broken))
        if _is_right(attempt, right):
            return None
    return _told(rng, attempt, world, mode, detail)


def own_repair(
    rng: Random, world: World, question: Question, answer: str | None, database: sqlite3.Connection, detail: Detail
) -> Repair | None:
    """A model's own answer (None where it held no query) with its feedback, or None where there is nothing to mend."""
    right, _ = result_of(database, question.sql)
    mode = _random_mode(rng)
    if answer is None:
        return _of_nothing(rng, mode, detail)
    attempt = _Attempt(answer, *result_of(database, answer))
    return None if _is_right(attempt, right) else _told(rng, attempt, world, mode, detail)


def _random_mode(rng: Random) -> FeedbackMode:
    return rng.choices(list(_MODES), list(_MODES.values()))[0]


def _random_turn(rng: Random) -> int:
    return rng.choice((1, 1, 1, 2, 2, 3))


def _is_right(attempt: _Attempt, right: list[tuple] | None) -> bool:
    return attempt.rows is not None and right is not None and Counter(attempt.rows) == Counter(right)


def _of_nothing(rng: Random, mode: FeedbackMode, detail: Detail) -> Repair:
    facts = FeedbackFacts(False, None, None, has_query=False)
    return Repair(None, render_feedback(facts, mode, detail), _random_turn(rng))


def _told(rng: Random, attempt: _Attempt, world: World, mode: FeedbackMode, detail: Detail) -> Repair | None:
    facts = _facts(attempt, world)
    if mode is FeedbackMode.ONLINE_VISIBLE and not facts.signals and rng.random() > _UNSEEN_SHARE:
        return None
    return Repair(attempt.sql, render_feedback(facts, mode, detail), _random_turn(rng))


def _facts(attempt: _Attempt, world: World) -> FeedbackFacts:
    # In the order of CREATE TABLE, as the sandbox reads a file's; a schema's text has them in the order of names.
    catalogue = Catalogue.of({entity.name: [c.name for c in entity.columns] for entity in world.entities})
    seen = inspect(attempt, () if attempt.executable else None, catalogue)
    return FeedbackFacts(
        executable=attempt.executable,
        error=attempt.error,
        row_count=attempt.row_count,
        rows=tuple(attempt.rows or ())[:_SHOWN_ROWS],
        signals=tuple(seen.signals),
        products=seen.products,
        names=NameFacts(attempt.sql, catalogue),
    )


def result_of(database: sqlite3.Connection, sql: str) -> tuple[list[tuple] | None, str | None]:
    """(rows, None), or (None, the message); a query that would run for long is stopped."""
    calls = 0

    def stop() -> bool:
        nonlocal calls
        calls += 1
        return calls > _STEPS

    database.set_progress_handler(stop, _STEPS_A_CALL)
    try:
        return database.execute(sql).fetchall(), None
    except (sqlite3.Error, sqlite3.Warning) as error:
        if calls > _STEPS:
            return None, f"interrupted after {SandboxConfig().timeout_seconds:g} s"
        return None, str(error)
    finally:
        database.set_progress_handler(None, 0)
