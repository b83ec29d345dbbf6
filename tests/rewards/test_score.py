"""Rewards of completions by a real verifier: what earns, what never does, and what stops everything."""

from __future__ import annotations

import pytest

from t2s_pipeline.config import SandboxConfig
from t2s_pipeline.config_rewards import MemoryConfig, RewardConfig
from t2s_pipeline.embeddings.tfidf import TfIdf
from t2s_pipeline.rewards.memory import ReasoningMemory, Trace
from t2s_pipeline.rewards.score import CompletionScorer, RewardError, open_scorer
from t2s_pipeline.rewards.terms import NOT_OF_THE_FORM
from t2s_pipeline.sandbox.process import SandboxError
from tests.rewards.conftest import THOUGHT, completion

OTHER = (
    "To count the songs of every singer the tables singer and song are joined by singer_id, the rows are put into "
    "groups by the name of the singer, and what is returned is the name with the number of rows in its group."
)


@pytest.fixture
def scorer(verifier) -> CompletionScorer:
    return CompletionScorer(verifier, RewardConfig())


@pytest.fixture
def memory() -> ReasoningMemory:
    memory = ReasoningMemory(TfIdf([THOUGHT, OTHER, THOUGHT.upper(), OTHER.upper()], 500), MemoryConfig())
    memory.seed([Trace("toy/elsewhere", OTHER)])
    return memory


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM singer WHERE age > 20",
        "select NAME from singer as s where 20 < s.age;",
        "-- older than twenty\nSELECT name FROM singer WHERE age > 20",
        "/* all */ SELECT name FROM singer WHERE id IN (2, 3)",
        "WITH x AS (SELECT * FROM singer WHERE age > 20) SELECT name FROM x",
    ],
)
def test_a_right_answer(scorer, row, sql):
    [terms] = scorer.score_completions([row()], [completion(sql)])
    assert (terms.total, terms.execution, terms.atomic, terms.correct) == (3, 2, 0, True)


@pytest.mark.parametrize(
    "sql",
    [
        "I think the answer is 3",
        "The answer: SELECT name FROM singer WHERE age > 20",
        "```sql\nSELECT name FROM singer WHERE age > 20\n```",
        "```\nSELECT name FROM singer WHERE age > 20\n```",
        "SELECT name FROM singer WHERE age > 20; I think this is it",
        "SELECT name FROM singer WHERE age > 20; SELECT name FROM singer",
        "DROP TABLE singer",
        "DELETE FROM singer",
        "PRAGMA table_info(singer)",
        "EXPLAIN SELECT name FROM singer WHERE age > 20",
        "ATTACH 'x' AS y",
        "(SELECT name FROM singer WHERE age > 20",
        "SELECT name FROM singer WHERE age > 20 <end>",
        "-- SELECT name FROM singer WHERE age > 20",
        "SELECT nothing FROM singer WHERE age > 20",
        "WITH x AS (SELECT 1) DELETE FROM singer",
    ],
)
def test_prose_fences_and_statements_that_are_no_query_do_not_run(scorer, row, sql):
    [terms] = scorer.score_completions([row()], [completion(sql)])
    assert (terms.format, terms.execution, terms.executable) == (1, 0, False)
    assert 1 <= terms.total <= 1.8005
    assert terms.total == 1 or sql.startswith("SELECT nothing")


def test_like_is_without_case_and_equal_names_of_columns_both_count(scorer, row):
    like = row("SELECT name FROM singer WHERE name LIKE 'A%'")
    names = row("SELECT singer.name, song.name FROM singer JOIN song ON singer.id = song.singer_id")
    swapped = "SELECT song.name, song.name FROM singer JOIN song ON singer.id = song.singer_id"
    answers = [
        completion("SELECT name FROM singer WHERE name LIKE 'a%'"),
        completion("SELECT a.name, b.name FROM singer a JOIN song b ON a.id = b.singer_id"),
        completion(swapped),
    ]
    assert [t.execution for t in scorer.score_completions([like, names, names], answers)] == [2, 2, 1]


def test_duplicate_rows_and_order_count_as_the_verifier_says(scorer, row):
    gold = row("SELECT DISTINCT country FROM singer ORDER BY country")
    answers = [
        "SELECT country FROM singer ORDER BY country",
        "SELECT DISTINCT country FROM singer ORDER BY country DESC",
    ]
    found = scorer.score_completions([gold] * 2, [completion(sql) for sql in answers])
    assert [t.execution for t in found] == [1, 1]


def test_a_near_miss_earns_for_what_it_shares_also_where_it_does_not_run(scorer, row):
    sqls = [
        "SELECT name FROM singer WHERE age > 30",
        "SELECT name FROM song",
        "SELECT name FROM singer WHERE agee > 20",
        "SELECT count(*) FROM song WHERE song_id = 4",
    ]
    near, far, broken, nothing = scorer.score_completions([row()] * 4, [completion(sql) for sql in sqls])
    assert near.overlap == 2 / 4 and near.total == pytest.approx(2.6783, abs=1e-4)
    assert far.overlap == 0 and far.total == 2
    assert broken.execution == 0 and broken.overlap == 2 / 4 and broken.total == pytest.approx(1.6783, abs=1e-4)
    assert nothing.total == 2


def test_settings_of_the_atomic_term(verifier, row):
    broken = completion("SELECT name FROM singer WHERE agee > 20")
    wrong = completion("SELECT name FROM singer")
    for settings, expected in ((RewardConfig(atomic_of_failed=False), [1, 2]), (RewardConfig(atomic=False), [1, 2])):
        found = CompletionScorer(verifier, settings).score_completions([row()] * 2, [broken, wrong])
        assert [t.atomic > 0 for t in found] == [False, settings.atomic]
        assert [int(t.total) for t in found] == expected
    folded = row("SELECT id FROM singer WHERE country = 'france'")
    answer = [completion("SELECT id FROM singer WHERE country = 'FRANCE' AND id > 1")]
    plain, same = (
        CompletionScorer(verifier, RewardConfig(fold_case=fold)).score_completions([folded], answer)[0].overlap
        for fold in (False, True)
    )
    assert (plain, same) == (2 / 5, 3 / 4)


def test_operations_as_the_public_code_counts_them(verifier, row):
    other_table = completion("SELECT name FROM song WHERE age > 20")  # does not run; FROM counts for nothing there
    scorers = (CompletionScorer(verifier, RewardConfig(atoms=atoms)) for atoms in ("paper", "reference"))
    paper, reference = (scorer.score_completions([row()], [other_table])[0] for scorer in scorers)
    assert paper.overlap < 1 == reference.overlap and reference.atomic == pytest.approx(0.8005)


def test_a_verified_variant_of_gold_counts_for_the_atomic_term_alone(scorer, row):
    gold = "SELECT name FROM singer WHERE age > 20"
    variant = "SELECT name FROM singer EXCEPT SELECT name FROM singer WHERE age = 20"
    answer = completion("SELECT name FROM singer EXCEPT SELECT name FROM singer WHERE age = 30")
    [alone, with_variant] = scorer.score_completions([row(gold), row(golds=(gold, variant))], [answer] * 2)
    assert alone.overlap < with_variant.overlap < 1
    assert alone.execution == with_variant.execution == 1


def test_no_form_no_reward_and_no_query(scorer, row):
    texts = ["SELECT name FROM singer WHERE age > 20", f"<think>{THOUGHT}</think>", "<think>short</think>SELECT 1", ""]
    assert scorer.score_completions([row()] * 4, texts) == [NOT_OF_THE_FORM] * 4
    assert scorer.score_completions([], []) == []


def test_an_answer_to_a_vacuous_gold_is_never_right(scorer, row):
    said = row(gold_vacuous=True)
    seen = row("SELECT name FROM singer WHERE age > 99")
    answers = [completion(vacuous.golds[0]) for vacuous in (said, seen)]
    assert [(t.execution, t.correct) for t in scorer.score_completions([said, seen], answers)] == [(1, None)] * 2


def test_where_the_rules_disagree_an_answer_is_not_right(scorer, row):
    """The official rule drops DISTINCT, the strict one does not."""
    gold = row("SELECT country FROM singer")
    [terms] = scorer.score_completions([gold], [completion("SELECT DISTINCT country FROM singer")])
    assert (terms.execution, terms.correct) == (1, None)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 3",
        "VALUES (3)",
        "SELECT 3 FROM singer LIMIT 1",
        "SELECT 3 FROM singer UNION SELECT 3 FROM singer",
        "SELECT count(*) FROM singer WHERE age > = 0",
    ],
)
def test_a_guess_or_what_does_not_run_is_never_right(scorer, row, sql):
    [terms] = scorer.score_completions([row("SELECT count(*) FROM singer")], [completion(sql)])
    assert terms.correct is None and terms.execution == terms.executable and terms.total < 3


def test_a_count_of_nothing_is_right_for_no_gold(scorer, row):
    """Every count over no rows is 0, and every sum NULL."""
    count = row("SELECT count(*) FROM singer WHERE age > 99")
    both = row("SELECT count(*), sum(age) FROM singer WHERE country = 'Peru'")
    answers = [count.golds[0], "SELECT count(*) FROM song WHERE song_id = 9", "SELECT count(*) FROM singer"]
    found = scorer.score_completions([count] * 3 + [both], [completion(sql) for sql in [*answers, both.golds[0]]])
    assert [(t.execution, t.correct) for t in found] == [(1, None), (1, None), (1, False), (1, None)]


def test_gold_in_brackets_or_ended_twice_does_not_run(scorer, row):
    """Neither SQLite nor Python's sqlite3, and so no official evaluator, runs that as it is written."""
    gold = row().golds[0]
    found = scorer.score_completions([row()] * 3, [completion(sql) for sql in (f"({gold})", f"{gold};;", f"{gold};")])
    assert [round(t.total, 4) for t in found] == [1.8005, 1.8005, 3]


def test_a_timeout_is_the_completions_own(verifier, row):
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
    [terms] = CompletionScorer(verifier, RewardConfig()).score_completions([row()], [completion(endless)])
    assert (terms.execution, terms.correct) == (0, None)


def test_a_gold_that_fails_stops_and_says_which(scorer, row):
    with pytest.raises(
        RewardError, match=r"toy/train/00009: its gold does not run \(no such column: nme\).*gold audit"
    ):
        scorer.score_completions(
            [row("SELECT nme FROM singer", example_id="toy/train/00009")], [completion("SELECT 1")]
        )


def test_a_sandbox_that_is_gone_is_no_reward(row):
    gone = open_scorer(SandboxConfig(workers=1), RewardConfig())
    gone.close()
    with pytest.raises(SandboxError):
        gone.score_completions([row()], [completion("SELECT 1")])


def test_a_missing_database_is_no_reward(scorer, row):
    with pytest.raises(FileNotFoundError, match="no database file for toy/stage"):
        scorer.score_completions([row(database_path="/nowhere.sqlite")], [completion("SELECT 1")])


def test_an_embedder_that_fails_is_no_reward(verifier, row):
    class Gone:
        fingerprint = "gone"

        def embed(self, thoughts):
            raise ConnectionError("no answer")

    scorer = CompletionScorer(verifier, RewardConfig(), ReasoningMemory(Gone(), MemoryConfig()))
    with pytest.raises(ConnectionError):
        scorer.score_completions([row()], [completion("SELECT 1")])


def test_rows_and_completions_go_together(scorer, row):
    with pytest.raises(ValueError, match="2 completions, but 1 rows"):
        scorer.score_completions([row()], ["", ""])


def test_the_memory_rewards_wrong_answers_and_takes_in_right_ones(verifier, memory, row):
    scorer = CompletionScorer(verifier, RewardConfig(), memory)
    right, wrong = completion("SELECT name FROM singer WHERE age > 20"), "SELECT name FROM singer"
    batch = [right, right, completion(wrong, OTHER), completion(wrong), completion("SELECT", OTHER)]
    found = scorer.score_completions([row()] * 5, batch, step=4)
    assert [t.remembered for t in found] == [True, False, False, False, False]  # the second is a duplicate
    assert [t.total for t in found[:2]] == [4, 4]
    assert found[2].memory == 1 and 0 < found[3].memory < 1 and found[4].memory == 1
    assert found[4].total == pytest.approx(2)
    assert [(t.database_id, t.thought) for t in memory.traces] == [("toy/elsewhere", OTHER), ("toy/stage", THOUGHT)]
    assert memory.table("e", "a")["step"].to_pylist() == [0, 4]
    [later] = scorer.score_completions([row(database_id="toy/third")], [completion(wrong)])
    assert later.memory > found[3].memory  # what is near it is remembered now, of another database


def test_the_order_of_a_batch_makes_no_difference(verifier, memory, row):
    scorer = CompletionScorer(verifier, RewardConfig(), memory)
    batch = [completion("SELECT name FROM singer WHERE age > 20"), completion("SELECT name FROM singer")]
    forward = scorer.score_completions([row()] * 2, batch)
    memory_again = ReasoningMemory(TfIdf([THOUGHT, OTHER, THOUGHT.upper(), OTHER.upper()], 500), MemoryConfig())
    memory_again.seed([Trace("toy/elsewhere", OTHER)])
    scorer = CompletionScorer(verifier, RewardConfig(), memory_again)
    assert scorer.score_completions([row()] * 2, batch[::-1])[::-1] == forward


def test_a_thought_that_is_not_worth_it_is_not_remembered(verifier, memory, row):
    scorer = CompletionScorer(verifier, RewardConfig(), memory)
    idle = "Let us think about this question with great care, step by step, and then write down what we came to. " * 2
    [terms] = scorer.score_completions([row()], [completion("SELECT name FROM singer WHERE age > 20", idle)])
    assert (terms.total, terms.remembered, len(memory)) == (4, False, 1)
