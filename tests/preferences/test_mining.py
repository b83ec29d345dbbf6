"""Pair mining, one situation a test."""

import pytest

from t2s_pipeline.preferences.mining import mine_pairs
from t2s_pipeline.table_definitions import PAIRS

EXAMPLE = {
    "example_id": "toy/train/00000",
    "database_id": "toy/music",
    "split": "train",
    "gold": "SELECT name FROM singer",
    "gold_vacuous": False,
    "excluded_reason": None,
}
MESSAGES = {"p1": '[{"role": "user", "content": "first"}]', "p2": '[{"role": "user", "content": "repair"}]'}


def attempt(turn, sample, sql, right, reward=None, executable=True, **more):
    """A row of `attempts`; `right` is the train-side truth."""
    defaults = {True: {1: 1.0, 2: 0.7, 3: 0.6}, False: {1: 0.2, 2: 0.2, 3: -0.5}, None: {1: 1.0, 2: 0.7, 3: 0.6}}
    return {
        "example_id": EXAMPLE["example_id"],
        "turn": turn,
        "sample": sample,
        "sql": sql,
        "prompt_id": f"p{turn}",
        "correct": right is not False,
        "train_correct": right,
        "reward": defaults[right][turn] if reward is None else reward,
        "executable": executable,
        "error_class": "execution_correct" if right else "wrong_result",
        "cost_reward": None,
    } | more


def mine(*attempts, gold_when_failed=True, example=EXAMPLE):
    result = mine_pairs(attempts, [example], MESSAGES, gold_when_failed=gold_when_failed, min_cost_reward_gap=0.05)
    PAIRS.check(PAIRS.to_arrow([row | {"experiment": "test"} for row in result.rows]))
    return result


def test_a_right_and_a_wrong_sample_of_turn_1():
    row = mine(
        attempt(1, 0, "SELECT age FROM singer", False),
        attempt(1, 1, "SELECT name FROM singer", True),
        attempt(1, 2, "SELECT nome FROM singer", False, reward=-0.2, executable=False),
    ).rows
    assert [r["pair_type"] for r in row] == ["first_turn_correct_sample_vs_failed_sample"]
    assert row[0]["chosen_sql"] == "SELECT name FROM singer"
    assert row[0]["rejected_sql"] == "SELECT age FROM singer"  # runs, though its reward is higher
    assert (row[0]["chosen_reward"], row[0]["rejected_reward"], row[0]["reward_margin"]) == (1.0, 0.2, 0.8)
    assert row[0]["edit_distance_ratio"] == 0.25
    assert (row[0]["origin"], row[0]["prompt_id"], row[0]["prompt_moved"]) == ("natural", "p1", False)
    assert row[0]["messages"] == MESSAGES["p1"]


def test_a_repair_gives_a_pair_on_each_prompt_and_says_which_was_moved():
    rows = mine(
        attempt(1, 0, "SELECT nome FROM singer", False, reward=-0.2, executable=False),
        attempt(2, 0, "SELECT age FROM singer", False),
        attempt(2, 1, "SELECT name FROM singer", True),
    ).rows
    repair, moved = rows
    assert repair["pair_type"] == "repair_correct_vs_repair_failed"
    assert (repair["prompt_id"], repair["prompt_moved"], repair["messages"]) == ("p2", False, MESSAGES["p2"])
    assert repair["rejected_sql"] == "SELECT age FROM singer"
    assert moved["pair_type"] == "self_repair_success_vs_failed_attempt"
    assert (moved["prompt_id"], moved["prompt_moved"]) == ("p1", True)
    assert (moved["chosen_reward"], moved["rejected_reward"]) == (0.7, -0.2)
    assert moved["rejected_executable"] is False


def test_gold_stands_in_only_where_nothing_was_right():
    failed = [attempt(1, 0, "SELECT age FROM singer", False), attempt(2, 0, "SELECT id FROM singer", False)]
    (row,) = mine(*failed).rows
    assert (row["pair_type"], row["origin"]) == ("gold_vs_failed_attempt", "gold_fallback")
    assert (row["chosen_sql"], row["chosen_reward"]) == (EXAMPLE["gold"], 1.0)
    assert (row["rejected_sql"], row["prompt_id"]) == ("SELECT age FROM singer", "p1")
    result = mine(*failed, gold_when_failed=False)
    assert result.rows == []
    assert result.stats["examples_without_pair"] == {"nothing_right": 1}


def test_where_the_rules_disagree_nothing_is_taught():
    doubtful = attempt(1, 0, "SELECT DISTINCT name FROM singer", None)
    assert mine(doubtful, attempt(1, 1, "SELECT age FROM singer", False)).rows == []
    right = attempt(1, 1, "SELECT name FROM singer", True)
    result = mine(doubtful, right)
    assert result.rows == []
    assert result.stats["examples_without_pair"] == {"nothing_wrong": 1}


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"gold_vacuous": True}, "gold_vacuous"), ({"excluded_reason": "empty table"}, "excluded")],
)
def test_a_gold_that_teaches_nothing_gives_no_pair(change, reason):
    result = mine(attempt(1, 0, "SELECT age FROM singer", False), example=EXAMPLE | change)
    assert result.rows == []
    assert result.stats["examples_without_pair"] == {reason: 1}


def test_an_answer_without_sql_or_without_a_prompt_is_in_no_pair():
    missing = attempt(1, 0, None, False, executable=False, error_class="missing_candidate")
    replayed = attempt(1, 1, "SELECT age FROM singer", False, prompt_id=None)
    assert mine(missing, replayed).rows == []


def test_a_repair_that_earns_nothing_is_not_chosen():
    late = attempt(3, 1, "SELECT name FROM singer", True, reward=0.0, prompt_id="p2")
    wrong = attempt(3, 0, "SELECT age FROM singer", False, reward=0.2, prompt_id="p2")
    assert mine(late, wrong).rows == []


def test_ids_differ_and_order_is_that_of_the_examples_however_attempts_come():
    other = EXAMPLE | {"example_id": "toy/train/00001"}
    attempts = [
        attempt(1, 0, "SELECT age FROM singer", False),
        attempt(1, 1, "SELECT name FROM singer", True),
        attempt(1, 0, "SELECT age FROM singer", False, example_id="toy/train/00001"),
        attempt(1, 1, "SELECT name FROM singer", True, example_id="toy/train/00001"),
    ]
    rows = mine_pairs(attempts, [EXAMPLE, other], MESSAGES, gold_when_failed=False, min_cost_reward_gap=0.05).rows
    assert [row["example_id"] for row in rows] == ["toy/train/00000", "toy/train/00001"]
    assert len({row["pair_id"] for row in rows}) == 2  # equal contents, two pairs: a recipe drops one
    again = mine_pairs(
        attempts[::-1], [other, EXAMPLE], MESSAGES, gold_when_failed=False, min_cost_reward_gap=0.05
    ).rows
    assert again == rows


def test_errors_name_what_is_missing():
    with pytest.raises(ValueError, match="toy/train/00000"):
        mine_pairs([attempt(1, 0, "SELECT 1", False)], [], MESSAGES, gold_when_failed=True, min_cost_reward_gap=0.05)
    with pytest.raises(ValueError, match="prompt p1 is not in the store"):
        mine_pairs([attempt(1, 0, "SELECT 1", False)], [EXAMPLE], {}, gold_when_failed=True, min_cost_reward_gap=0.05)


CHEAP, DEAR = "SELECT name FROM singer", "SELECT name FROM singer ORDER BY name"


def test_of_two_right_answers_the_cheaper_one_is_chosen():
    (row,) = mine(
        attempt(1, 0, DEAR, True, cost_reward=-0.10),
        attempt(1, 1, CHEAP, True, cost_reward=-0.06),
        attempt(1, 2, "SELECT s.name FROM singer AS s", True, cost_reward=-0.05),
    ).rows
    assert (row["pair_type"], row["origin"]) == ("correct_low_cost_vs_correct_high_cost", "natural")
    assert (row["chosen_sql"], row["rejected_sql"]) == ("SELECT s.name FROM singer AS s", DEAR)
    assert (row["chosen_reward"], row["rejected_reward"], row["reward_margin"]) == (0.95, 0.9, 0.05)
    assert (row["chosen_cost_reward"], row["rejected_cost_reward"]) == (-0.05, -0.1)
    assert row["rejected_error_class"] == "execution_correct"
    assert (row["prompt_id"], row["prompt_moved"]) == ("p1", False)


@pytest.mark.parametrize(
    "other",
    [
        attempt(1, 1, CHEAP, True, cost_reward=-0.055),  # the difference is none
        attempt(1, 1, DEAR.lower(), True, cost_reward=0.0),  # the same query
        attempt(1, 1, CHEAP, True, cost_reward=None),  # nobody asked for its cost
        attempt(1, 1, CHEAP, None, cost_reward=0.0),  # the match rules disagree
        attempt(2, 0, CHEAP, True, cost_reward=0.0),  # under another prompt
    ],
)
def test_no_cost_pair_without_a_real_difference(other):
    assert mine(attempt(1, 0, DEAR, True, cost_reward=-0.10), other).rows == []


def test_a_cost_pair_is_only_for_want_of_a_wrong_answer():
    rows = mine(
        attempt(1, 0, DEAR, True, cost_reward=-0.10),
        attempt(1, 1, CHEAP, True, cost_reward=0.0),
        attempt(1, 2, "SELECT age FROM singer", False),
    ).rows
    assert [row["pair_type"] for row in rows] == ["first_turn_correct_sample_vs_failed_sample"]


def test_both_sides_say_when_they_were_written_and_whether_they_run():
    rows = mine(
        attempt(1, 0, "SELECT nome FROM singer", False, reward=-0.2, executable=False),
        attempt(2, 0, "SELECT name FROM singer", True),
    ).rows
    (row,) = rows
    assert (row["chosen_turn"], row["rejected_turn"], row["prompt_moved"]) == (2, 1, True)
    assert (row["chosen_executable"], row["rejected_executable"]) == (True, False)
    assert (row["chosen_tokens"], row["rejected_tokens"]) == (4, 4)
    (gold,) = mine(attempt(1, 0, "SELECT age FROM singer", False)).rows
    assert (gold["chosen_turn"], gold["chosen_executable"], gold["prompt_moved"]) == (None, True, False)


def test_a_pair_of_another_split_is_marked():
    attempts = [attempt(1, 0, "SELECT age FROM singer", False), attempt(1, 1, "SELECT name FROM singer", True)]
    assert mine(*attempts).rows[0]["not_for_training"] is None
    assert mine(*attempts, example=EXAMPLE | {"split": "dev"}).rows[0]["not_for_training"] == "split dev"
