"""Repairs of the corpus: their mistakes are mistakes, and their feedback is what a rollout would give."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import islice
from random import Random

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.guards import inspect
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.nano.breaks import BREAKS
from t2s_pipeline.nano.corpus import MAX_TOKENS, Weights, encode_group, example_groups
from t2s_pipeline.nano.questions import random_question
from t2s_pipeline.nano.random_rows import filled_database
from t2s_pipeline.nano.random_schema import random_world
from t2s_pipeline.nano.repairs import random_repair, result_of
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.render import NO_QUERY, repair_prompt, token_ids
from t2s_pipeline.prompts.templates import Detail, template
from t2s_pipeline.rollouts.judging import Judged
from t2s_pipeline.rollouts.repairs import feedback_on
from t2s_pipeline.sandbox.policy import SandboxPolicy

MODES = ("result_status", "online_visible", "error_only")


@pytest.fixture(scope="module")
def groups():
    """The repairs among the first groups of a seed."""
    return [g for g in islice(example_groups(2), 400) if g[0].prompt.templates[0] == "repair_system"]


def parts(conversation):
    """(previous SQL, feedback) of a repair's prompt."""
    text = conversation.prompt.messages[1].content
    previous, feedback = text.split("Previous SQL: ")[1].split("\n\nExecution feedback at turn ")
    return previous, feedback.split(": ", 1)[1]


@pytest.mark.parametrize("break_", dict.fromkeys(BREAKS), ids=lambda break_: break_.__name__)
def test_every_kind_of_mistake_fits_some_queries_and_changes_them(break_):
    rng, changed = Random(4), 0
    for _ in range(150):
        world = random_world(rng)
        sql = random_question(rng, world).sql
        broken = break_(rng, world, sql)
        changed += broken is not None and broken != sql
    assert changed > 5


def test_a_group_has_one_system_message_and_all_settings_are_seen(groups):
    assert all(len({c.prompt.messages[0] for c in group}) == 1 for group in groups)
    told = [parts(c)[1] for group in groups for c in group]
    minimal = [c for group in groups for c in group if template("repair_minimal_rules") in c.prompt.messages[0].content]
    assert 0.4 * len(told) < len(minimal) < 0.7 * len(told)
    begin = ("SQLite error: ", "The query ran, but its result is wrong. Rows", "The query ran, but it failed a hidden")
    begin += ("The query ran, but returned no rows: check", "The query pairs every row of ", "The answer holds no SQL")
    assert all(any(text.startswith(words) for text in told) for words in begin)
    inside = ("\nColumns: ", "\nAliases: ", "\nFirst rows returned: ", "\nChecks that failed: ", "No table is called ")
    assert all(sum(words in text for text in told) > 10 for words in inside)
    assert not any("expected" in text for text in told)


def test_repairs_show_a_wrong_query_or_a_right_one_that_returns_nothing(groups):
    conversations = [c for group in groups for c in group]
    kept = [parts(c)[1] for c in conversations if parts(c)[0] == c.sql]
    assert 0 < len(kept) < 0.03 * len(conversations)
    assert all(text.startswith("The query ran, but returned no rows: check") for text in kept)
    assert all(previous in (NO_QUERY, extract_sql(previous)) for previous, _ in map(parts, conversations))
    failed = sum(parts(c)[1].startswith("SQLite error") for c in conversations)
    assert 0.4 < failed / len(conversations) < 0.8
    for c in conversations[:100]:
        with closing(filled_database(Random(1), c.world)) as database:
            assert result_of(database, c.sql)[1] is None


def test_nearly_all_repairs_have_room_and_longer_ones_are_left_out(groups, tokenizer):
    lengths = [len(token_ids(c.prompt, tokenizer)) for group in groups[:60] for c in group]
    assert sum(length <= MAX_TOKENS for length in lengths) > 0.9 * len(lengths)
    long = replace(groups[0][0], prompt=repair_prompt("x " * MAX_TOKENS, "", "SELECT 1", "", 1, Detail.MINIMAL))
    assert encode_group([long], tokenizer, Weights()) is None


def test_the_feedback_is_what_a_rollout_would_give(tmp_path):
    """The same database in a file, judged in the sandbox, inspected and told by the rollouts' own functions."""
    rng, compared = Random(8), 0
    with GoldVerifier(SandboxPolicy(), workers=1) as verifier:
        for number in range(8):
            world, path = random_world(rng), str(tmp_path / f"{number}.sqlite")
            with closing(filled_database(rng, world)) as database:
                with closing(sqlite3.connect(path)) as file:
                    database.commit()
                    database.backup(file)
                (catalogue,) = verifier.catalogues([path])
                for _ in range(15):
                    detail = rng.choice(list(Detail))
                    repair = random_repair(rng, world, random_question(rng, world), database, detail)
                    if repair is None or repair.broken_sql is None:
                        continue
                    judged = judge(verifier, path, catalogue, repair.broken_sql)
                    assert repair.feedback in {told(judged, catalogue, mode, detail) for mode in MODES}
                    compared += 1
    assert compared > 40


def judge(verifier, path, catalogue, sql):
    candidate = Candidate("synthetic/world", path, None, sql)
    (verdict,), (plan,) = verifier.verify([candidate]), verifier.plans([candidate])
    return Judged(verdict, inspect(verdict, plan, catalogue))


def told(judged, catalogue, mode, detail):
    verdict = judged.verdict
    attempt = {name: getattr(verdict, name) for name in ("sql", "executable", "error", "status", "row_count")}
    attempt |= {"verifier_reason": None, "signals": judged.inspection.signals, "database_id": "world"}
    settings = RolloutConfig(feedback_mode=mode, feedback_detail=detail)
    return feedback_on(attempt, judged, {"world": catalogue}, None, None, settings)
