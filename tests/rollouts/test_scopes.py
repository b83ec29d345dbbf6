"""The repair scopes: what is repaired, when it stops, which answer stands; and that the gold decides none of it online."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.rollouts.decide import decider_of, is_gold_free
from t2s_pipeline.rollouts.run import run_rollouts
from t2s_pipeline.rollouts.selection import answer_of, standing
from t2s_pipeline.table_definitions import ATTEMPTS, TRAJECTORIES

ONLINE = RolloutConfig(max_turns=3, repair_scope="online")
GUARDED = replace(ONLINE, repair_scope="online_guarded", feedback_mode="online_visible")
SHOWN = {"toy/train/00000": ["singer"]}


@pytest.fixture
def run(examples, schema_texts, paths, verifier, model):
    """`run(settings, {turn: sql})`, or `{(turn, sample): sql}`: one question; the attempts' and the trajectory's rows."""

    def go(chosen_settings, texts, question="names", gold=None):
        example = next(example for example in examples if example["question"] == question)
        example = example if gold is None else example | {"gold": gold}
        generator = model(lambda _, turn, sample, __: texts.get(turn) or texts[turn, sample], repr(texts))
        result = run_rollouts(
            [example], schema_texts, paths, generator, verifier, chosen_settings, rollout="test", shown_tables=SHOWN
        )
        for table, rows in ((ATTEMPTS, result.attempts), (TRAJECTORIES, result.trajectories)):
            table.check(table.to_arrow([row | {"experiment": "toy"} for row in rows]))
        return result.attempts, result.trajectories[0]

    return go


def test_online_repairs_what_did_not_run_and_nothing_else(run):
    attempts, row = run(ONLINE, {1: "SELECT nome FROM singer", 2: "SELECT 17"})
    assert (row["status"], row["stop_reason"], row["turns"]) == ("failed", "nothing_to_repair", 2)
    assert [attempt["accepted"] for attempt in attempts] == [False, True]
    attempts, row = run(ONLINE, {1: "SELECT name FROM singer WHERE id > 99"})
    assert (row["status"], row["turns"]) == ("failed", 1)  # empty is no error
    attempts, row = run(ONLINE, {1: "SELECT nome FROM singer", 2: "SELECT name FROM singer"})
    assert (row["status"], row["stop_reason"]) == ("repaired", "nothing_to_repair")


def test_guarded_repairs_what_is_suspected_and_tells_only_that(run):
    attempts, row = run(GUARDED, {1: "SELECT name FROM singer WHERE id > 99", 2: "SELECT name FROM singer"})
    assert (row["status"], row["stop_reason"], row["turns"]) == ("repaired", "nothing_to_repair", 2)
    assert attempts[0]["signals"] == ["empty_result"]
    assert "returned no rows" in attempts[0]["feedback"] and "wrong" not in attempts[0]["feedback"]


@pytest.mark.parametrize(
    "sql",
    ["SELECT a.name FROM singer AS a, singer AS b", "SELECT name FROM singer WHERE id + 0 = 1", "SELECT nonsense"],
)
def test_every_guard_fires(run, sql):
    attempts, row = run(GUARDED, {1: sql, 2: "SELECT name FROM singer"})
    assert (row["turns"], row["final_correct"]) == (2, True)
    assert attempts[0]["signals"] and not attempts[0]["accepted"]


def test_a_right_answer_can_be_repaired_into_a_wrong_one_and_is_counted(run):
    """The gold is empty, the first answer right, and online nobody knows."""
    texts = {1: "SELECT name FROM singer WHERE age > 99", 2: "SELECT name FROM singer"}
    _, row = run(GUARDED, texts, "nobody")
    assert (row["first_correct"], row["final_correct"], row["status"]) == (True, False, "regressed")
    assert row["any_correct"]
    _, verified = run(replace(GUARDED, repair_scope="verified"), texts, "nobody")
    assert (verified["status"], verified["turns"]) == ("correct_first_turn", 1)


def test_a_repair_that_shows_as_much_against_it_is_rolled_back(run):
    empty, broken = "SELECT name FROM singer WHERE id > 99", "SELECT nome FROM singer"
    _, row = run(GUARDED, {1: empty, 2: broken, 3: "SELECT age FROM singer WHERE id > 99"})
    assert (row["final_turn"], row["final_sql"], row["turns"], row["stop_reason"]) == (1, empty, 3, "max_turns")
    _, row = run(GUARDED, {1: broken, 2: empty, 3: broken})
    assert (row["final_turn"], row["final_sql"]) == (2, empty)
    _, row = run(replace(GUARDED, repair_scope="verified"), {1: empty, 2: empty, 3: broken})
    assert row["final_turn"] == 3  # a verifier said of each that it is wrong: the last stands


def test_online_samples_are_chosen_by_vote(run):
    texts = ["SELECT name FROM singer", "SELECT 1", "SELECT 2 - 1", "SELECT nonsense"]
    sampled = replace(ONLINE, num_samples=4, temperature=0.7)
    _, row = run(sampled, {(1, sample): text for sample, text in enumerate(texts)})
    assert (row["final_sample"], row["final_correct"], row["any_correct"]) == (1, False, True)
    assert row["stop_reason"] == "nothing_to_repair"


def test_oracle_rows_tells_of_the_gold_and_is_not_gold_free(run):
    oracle = RolloutConfig(max_turns=2, feedback_mode="oracle_rows")
    attempts, _ = run(oracle, {1: "SELECT 17", 2: "SELECT name FROM singer"})
    assert attempts[0]["feedback"].splitlines() == [
        "The query ran, but its result is wrong. Rows returned: 1. Rows expected: 4.",
        "First rows returned: (17)",
        "First rows expected: (Ada); (Bo); (Cy)",
    ]
    assert not is_gold_free(oracle, decider_of(oracle))
    assert not is_gold_free(replace(ONLINE, feedback_mode="oracle_rows"), decider_of(ONLINE))
    assert is_gold_free(ONLINE, decider_of(ONLINE)) and is_gold_free(GUARDED, decider_of(GUARDED))


def test_the_detail_column_reaches_the_prompt(run):
    attempts, _ = run(replace(ONLINE, feedback_detail="column"), {1: "SELECT T1.nome FROM singer AS T1", 2: "SELECT 1"})
    assert attempts[0]["feedback"].splitlines() == [
        "SQLite error: no such column: T1.nome",
        "T1.nome: T1 is singer, which has no column nome. No table shown has it.",
        "Aliases: T1 is singer.",
        "Columns: singer(id, name, country, age).",
    ]


def test_the_rewards_and_the_terms_of_the_cost(run):
    (attempt,), _ = run(ONLINE, {1: "SELECT name FROM singer"})
    assert (attempt["reward"], attempt["cost_reward"], attempt["reward_with_cost"]) == (1.0, -0.06, 0.94)
    plan = ("plan_scans", "plan_searches", "plan_temp_b_trees", "plan_accesses")
    assert [attempt[name] for name in plan] == [1, 0, 0, 1]
    attempts, _ = run(ONLINE, {1: "SELECT nome", 2: "SELECT a.name FROM singer AS a, singer AS b"})
    assert [(row["reward"], row["cost_reward"]) for row in attempts] == [(-0.2, -0.1), (0.2, -0.22)]
    assert attempts[0]["plan_scans"] is None


def test_which_answer_stands_is_the_one_with_the_least_against_it():
    def answer(turn, executable, *signals):
        return {"turn": turn, "executable": executable, "signals": list(signals), "sample": 0}

    answers = [answer(1, False, "not_executable"), answer(2, True, "empty_result"), answer(3, True, "empty_result")]
    assert standing(answers, GUARDED)["turn"] == 2
    assert standing([*answers, answer(4, True)], GUARDED)["turn"] == 4
    assert standing(answers, replace(GUARDED, repair_scope="verified"))["turn"] == 3
    assert standing([{"turn": 1, "executable": False, "signals": None}], GUARDED)["turn"] == 1


SQL = [
    "SELECT name FROM singer",
    "SELECT age FROM singer",
    "SELECT nome FROM singer",
    "SELECT name FROM singer WHERE id > 99",
    "SELECT a.name FROM singer AS a, singer AS b",
    "SELECT 1",
    "no query",
]
#: What a rollout may not take from the gold: everything that the model, the stop rule and the choice see or say.
GOLD_FREE = ("turn", "sample", "prompt_id", "completion_key", "sql", "feedback", "accepted", "signals", "cost_reward")


@pytest.mark.parametrize("scope", ["online", "online_guarded", "one_shot"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    golds=st.lists(st.sampled_from([*SQL[:6], "SELECT broken gold"]), min_size=2, max_size=2, unique=True),
    texts=st.lists(st.sampled_from(SQL), min_size=6, max_size=6),
    mode=st.sampled_from(["error_only", "result_status", "online_visible"]),
    detail=st.sampled_from(["basic", "column", "minimal"]),
)
def test_another_gold_changes_nothing_that_is_gold_free(run, scope, golds, texts, mode, detail):
    chosen = replace(ONLINE, num_samples=2, temperature=0.5, feedback_mode=mode, feedback_detail=detail)
    if scope == "one_shot":
        chosen = replace(chosen, max_turns=1, repair_scope="verified")
    elif scope == "online_guarded":
        chosen = replace(chosen, repair_scope=scope, feedback_mode="online_visible")
    answers = {(n // 2 + 1, n % 2): text for n, text in enumerate(texts)}
    seen = []
    for gold in golds:
        attempts, row = run(chosen, answers, gold=gold)
        free = [[attempt[name] for name in GOLD_FREE] for attempt in attempts]
        choice = [
            row[name] for name in ("stop_reason", "turns", "first_sql", "final_turn", "final_sample", "final_sql")
        ]
        seen.append((free, choice))
    assert seen[0] == seen[1]


def test_no_scope_chooses_by_what_is_correct():
    rows = [
        {
            "sample": n,
            "executable": True,
            "result_digest": digest,
            "sql": "x",
            "correct": right,
            "log_probability": None,
        }
        | {"completion_tokens": None}
        for n, (digest, right) in enumerate([("a", True), ("b", False), ("b", False)])
    ]
    for scope in ("online", "online_guarded"):
        settings = RolloutConfig(max_turns=2, num_samples=3, temperature=1.0, repair_scope=scope)
        assert answer_of(rows, settings, {})["sample"] == 1
