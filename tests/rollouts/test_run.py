"""The turn loop on a scripted model, a real database and the real verifier."""

import json
import threading
from dataclasses import replace

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.generation.replay import ReplayGenerator
from t2s_pipeline.prompts.templates import initial_templates, repair_templates
from t2s_pipeline.rollouts.run import plan_first_turn, run_rollouts, templates_used
from t2s_pipeline.table_definitions import ATTEMPTS, TRAJECTORIES

ONE_SHOT = RolloutConfig()
REPAIR = RolloutConfig(max_turns=3, feedback_detail="minimal")
SAMPLED = RolloutConfig(max_turns=2, num_samples=4, temperature=0.7)


@pytest.fixture
def run(examples, schema_texts, paths, verifier):
    """`run(generator, settings)`: the rollout's rows, checked against their tables."""

    def go(generator, settings, chosen=examples, judge=verifier, **options):
        result = run_rollouts(chosen, schema_texts, paths, generator, judge, settings, rollout="test", **options)
        for table, rows in ((ATTEMPTS, result.attempts), (TRAJECTORIES, result.trajectories)):
            table.check(table.to_arrow([row | {"experiment": "toy"} for row in rows]))
        json.dumps(result.stats)
        return result

    return go


@pytest.fixture
def only(examples):
    """`only("names")`: the example of that question alone."""
    return lambda *names: [example for example in examples if example["question"] in names]


class Recording:
    """A verifier that remembers what it was given."""

    def __init__(self, verifier):
        self.verifier, self.seen = verifier, []

    def verify(self, items):
        self.seen += [item.sql for item in items]
        return self.verifier.verify(items)

    def __getattr__(self, name):
        return getattr(self.verifier, name)


def gold_of(examples, question):
    return next(example["gold"] for example in examples if example["question"] == question)


def test_one_shot_asks_once_and_says_what_came(run, model, examples):
    answers = {
        "names": "SELECT name FROM singer",
        "ages": "```sql\nSELECT nonsense FROM singer\n```",
        "chad": "I do not know.",
        "count": "SELECT 17",
        "nobody": "SELECT name FROM singer WHERE age > 99",
        "oldest": "SELECT max(age) FROM singer",
    }
    result = run(model(lambda question, *_: answers[question]), ONE_SHOT)
    rows = {example["question"]: row for example, row in zip(examples, result.attempts, strict=True)}
    assert [rows[name]["error_class"] for name in answers] == [
        "execution_correct",
        "no_such_column",
        "missing_candidate",
        "wrong_result",
        "execution_correct",
        "execution_correct",
    ]
    assert rows["ages"]["sql"] == "SELECT nonsense FROM singer"
    assert rows["ages"]["raw_text"] == answers["ages"]
    assert (rows["chad"]["sql"], rows["chad"]["correct"], rows["chad"]["train_correct"]) == (None, False, False)
    assert (rows["names"]["reward"], rows["ages"]["reward"]) == (1.0, -0.5)
    assert rows["names"]["train_correct"] is True
    assert (rows["nobody"]["correct"], rows["nobody"]["train_correct"]) == (True, None)
    assert all(row["prompt_id"] and row["completion_key"] and row["feedback"] is None for row in result.attempts)
    assert [row["status"] for row in result.trajectories].count("correct_first_turn") == 3
    assert {row["stop_reason"] for row in result.trajectories} == {"max_turns"}  # the gold stopped nothing
    assert result.stats["answers_without_sql"] == 1
    assert result.stats["generation_model_calls"] == 6


def test_turns_are_batches(run, model, examples):
    """Every prompt of a turn is asked before any of the next."""
    asked = []

    def script(question, turn, sample, prompt):
        asked.append(turn)
        return gold_of(examples, question) if turn == 3 else f"SELECT {turn}, {turn}"

    result = run(model(script), REPAIR)
    assert asked == [1] * 6 + [2] * 6 + [3] * 6
    assert {(row["status"], row["stop_reason"], row["turns"]) for row in result.trajectories} == {
        ("repaired", "correct", 3)
    }
    assert [row["reward"] for row in result.attempts[:3]] == [0.2, 0.2, 0.6]


def test_only_what_is_wrong_is_repaired_and_told_so(run, model, only):
    prompts = []

    def script(question, turn, sample, prompt):
        prompts.append((question, turn, prompt.messages[-1].content))
        if turn == 2:
            return "SELECT name FROM singer"
        return {"names": "SELECT nome FROM singer", "chad": "SELECT name FROM singer WHERE country = 'Chad'"}[question]

    result = run(model(script), REPAIR, only("names", "chad"))
    assert sorted((question, turn) for question, turn, _ in prompts) == [("chad", 1), ("names", 1), ("names", 2)]
    assert "Previous SQL: SELECT nome FROM singer" in prompts[2][2]
    assert "no such column: nome" in prompts[2][2]
    first, repair, _ = result.attempts
    assert "no such column: nome" in first["feedback"]
    assert repair["feedback"] is None
    assert result.trajectories[0]["status"] == "repaired"
    assert (result.trajectories[0]["first_error_class"], result.trajectories[0]["final_turn"]) == ("no_such_column", 2)


@pytest.mark.parametrize("mode", ["error_only", "result_status", "online_visible"])
@pytest.mark.parametrize("detail", ["basic", "column", "minimal"])
def test_feedback_holds_nothing_of_the_gold(mode, detail, run, model, examples):
    """Every question has a gold of its own literal; neither it nor the gold's rows reach any prompt."""
    secrets = [
        example | {"gold": f"SELECT name, 'secret{n}', {n + 6000} FROM singer LIMIT 3"}
        for n, example in enumerate(examples)
    ]
    prompts = []

    def script(question, turn, sample, prompt):
        prompts.append(" ".join(message.content for message in prompt.messages))
        wrong = ("SELECT 1 UNION SELECT 2", "SELECT nothing FROM nowhere", "SELECT 1 WHERE 1 = 0", "no idea")
        return wrong[(turn + int(sample) + len(question)) % 4]

    settings = replace(REPAIR, feedback_mode=mode, feedback_detail=detail)
    result = run(model(script, f"{mode} {detail}"), settings, secrets)
    assert len(prompts) == 18
    assert not any("secret" in prompt or "60" in prompt or "Ada" in prompt for prompt in prompts)
    told = [row["feedback"] for row in result.attempts if row["feedback"]]
    assert len(told) == 12
    assert not any("3" in text for text in told)  # the gold's rows are three, the answers' never
    assert any("Rows returned: 2" in text for text in told) is (mode == "result_status")


def test_a_failure_without_a_message_is_told_by_its_status(run, model, only, verifier):
    class Silent(Recording):
        def verify(self, items):
            return [replace(verdict, error="") for verdict in verifier.verify(items)]

    for answer, told in (
        ("SELECT nome FROM singer", "SQLite error: error"),
        ("DELETE FROM singer", "SQLite error: not a query"),
        ("I do not know.", "The answer holds no SQL query."),
    ):
        judge, settings = Silent(verifier), replace(REPAIR, feedback_detail="basic")
        result = run(model(lambda *_, answer=answer: answer, answer), settings, only("names"), judge)
        assert result.attempts[0]["feedback"] == told


def test_the_same_sql_of_one_turn_is_judged_once_and_marked(run, model, only, verifier):
    texts = ["SELECT 1", "SELECT name FROM singer", "SELECT 1", "```SELECT 1```"]
    judge = Recording(verifier)
    result = run(model(lambda question, turn, sample, prompt: texts[sample]), SAMPLED, only("names"), judge)
    assert judge.seen == texts[:2]
    assert [row["duplicate_of"] for row in result.attempts] == [None, None, 0, 0]
    assert [row["correct"] for row in result.attempts] == [False, True, False, False]
    assert result.attempts[3]["error_class"] == result.attempts[0]["error_class"]
    assert result.trajectories[0]["final_sample"] == 1  # a verifier knows which is right
    assert result.stats["duplicate_attempts"] == 2


def test_one_shot_with_samples_answers_by_vote_even_where_that_is_wrong(run, model, only):
    texts = ["SELECT name FROM singer", "SELECT 1", "SELECT 2", "SELECT 1 + 1"]
    settings = replace(SAMPLED, max_turns=1)
    (row,) = run(model(lambda question, turn, sample, prompt: texts[sample]), settings, only("names")).trajectories
    assert (row["final_sample"], row["final_sql"]) == (2, "SELECT 2")
    assert (row["final_correct"], row["any_correct"], row["status"]) == (False, True, "failed")


def test_failed_stays_with_the_answer_of_the_last_turn(run, model, only):
    texts = {1: "SELECT 1", 2: "SELECT 2, 2", 3: "SELECT nonsense"}
    (row,) = run(model(lambda question, turn, *_: texts[turn]), REPAIR, only("names")).trajectories
    assert (row["status"], row["stop_reason"], row["turns"]) == ("failed", "max_turns", 3)
    assert (row["final_turn"], row["final_sql"], row["final_error_class"]) == (3, "SELECT nonsense", "no_such_column")
    assert row["first_sql"] == "SELECT 1"


def test_a_prompt_without_room_is_not_sent_and_is_a_row(run, model, only):
    long = only("ages")[0]
    wide = [long | {"question": "ages " + "x" * 5_000}, *only("names")]
    asked = []

    def script(question, turn, sample, prompt):
        asked.append(question)
        return "SELECT name FROM singer"

    result = run(model(script, max_context=2_000), SAMPLED, wide)
    assert set(asked) == {"names"}
    rows = [row for row in result.attempts if row["example_id"] == long["example_id"]]
    assert [(row["status"], row["error_class"], row["sample"]) for row in rows] == [
        ("prompt_too_long", "missing_candidate", sample) for sample in range(4)
    ]
    assert {row["train_correct"] for row in rows} == {None}
    assert all(row.keys() == result.attempts[-1].keys() for row in rows)
    assert (result.trajectories[0]["stop_reason"], result.trajectories[0]["status"]) == ("prompt_too_long", "failed")
    assert result.stats["prompts_too_long"] == 4


def test_a_repair_without_room_leaves_the_answer_standing(run, model, only):
    wrong = "SELECT 1 WHERE 'x' = '" + "y" * 5_000 + "'"
    result = run(model(lambda *_: wrong, max_context=3_000), REPAIR, only("names"))
    (row,) = result.trajectories
    assert (row["stop_reason"], row["turns"], row["final_turn"]) == ("prompt_too_long", 2, 1)
    assert (row["final_sql"], row["final_error_class"]) == (wrong, "empty_result")
    assert result.attempts[0]["feedback"] is None  # it was never told


def test_predictions_go_through_the_same_loop_without_prompts(run, examples, tmp_path):
    file = tmp_path / "predictions.sql"
    lines = ["SELECT name FROM singer", "SELECT age FROM", "", "SELECT 1; SELECT 2", "SELECT 1", "SQL: SELECT 1"]
    file.write_text("\n".join(lines) + "\n")
    result = run(ReplayGenerator([file], [example["example_id"] for example in examples]), ONE_SHOT)
    assert [row["sql"] for row in result.attempts] == [line or None for line in lines]  # judged as written
    assert [row["error_class"] for row in result.attempts[:3]] == [
        "execution_correct",
        "incomplete_input",
        "missing_candidate",
    ]
    assert all(row["prompt_id"] is None and row["completion_key"] is None for row in result.attempts)
    with pytest.raises(ValueError, match="max_turns = 1"):
        run(ReplayGenerator([file], [example["example_id"] for example in examples]), REPAIR)


def test_train_truth_needs_both_rules(run, model, only):
    """The official rule drops DISTINCT on both sides: here it says right where the strict rule says wrong."""
    settings = replace(ONE_SHOT, match_rule="strict")
    for chosen, correct, error_class in (
        (ONE_SHOT, True, "execution_correct"),
        (settings, False, "wrong_row_count"),
    ):
        (row,) = run(model(lambda *_: "SELECT DISTINCT name FROM singer"), chosen, only("names")).attempts
        assert (row["correct_official"], row["correct_strict"]) == (True, False)
        assert (row["correct"], row["error_class"], row["train_correct"]) == (correct, error_class, None)


@pytest.mark.parametrize(
    ("sql", "truth"),
    [
        ("SELECT 4", None),
        ("VALUES (4)", None),
        ("WITH x(n) AS (VALUES (4)) SELECT n FROM x -- singer", None),
        ("SELECT count(*) FROM singer WHERE age > = 0", None),
        ("WITH x AS (SELECT * FROM singer) SELECT count(*) FROM x", True),
        ("SELECT 5", False),
    ],
)
def test_what_guesses_or_does_not_run_is_right_by_the_rules_and_teaches_nothing(run, model, only, sql, truth):
    (row,) = run(model(lambda *_: sql), ONE_SHOT, only("count")).attempts
    assert (row["correct_official"], row["correct_strict"], row["train_correct"]) == (sql != "SELECT 5",) * 2 + (truth,)


def test_the_rule_plug_value_is_asked_for_where_it_is_the_match_rule(run, model, only):
    for settings, correct in ((ONE_SHOT, None), (replace(ONE_SHOT, match_rule="plug_value"), True)):
        (row,) = run(model(lambda *_: "SELECT name FROM singer"), settings, only("names")).attempts
        assert row["correct_plug_value"] is correct


def test_a_timeout_is_no_train_side_truth(run, model, only):
    bomb = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t"
    (row,) = run(model(lambda *_: bomb), ONE_SHOT, only("names")).attempts
    assert (row["error_class"], row["correct"], row["train_correct"]) == ("timeout", False, None)


def test_again_from_the_store_gives_the_same_rows_without_the_model(run, model, examples):
    def script(question, turn, sample, prompt):
        return gold_of(examples, question) if (turn, sample) == (2, 3) else f"SELECT {sample % 2}"

    first = run(model(script), SAMPLED)
    again = run(model(script), SAMPLED)
    assert again.stats["generation_model_calls"] == 0
    assert first.stats["generation_model_calls"] == 48

    def content(result):
        stable = [{k: v for k, v in row.items() if k != "elapsed_ms"} for row in result.attempts]
        return stable, result.trajectories

    assert content(again) == content(first)


def test_the_plan_of_turn_1(model, run, examples, schema_texts):
    generator = model(lambda *_: "SELECT 1")
    planned = plan_first_turn(examples, schema_texts, generator, SAMPLED)
    assert (planned.hits, planned.misses) == (0, 24)
    run(generator, SAMPLED)
    assert plan_first_turn(examples, schema_texts, generator, SAMPLED).misses == 0


def test_progress_counts_answers_and_verdicts(run, model):
    calls = []
    run(model(lambda *_: "SELECT 1"), REPAIR, progress=lambda *call: calls.append(call))
    assert (6, 6, "answers of turn 1") in calls
    assert (6, 6, "verdicts of turn 3") in calls


def test_errors_name_the_example(examples, schema_texts, paths, verifier, model):
    def start(chosen, texts=schema_texts, files=paths):
        run_rollouts(chosen, texts, files, model(lambda *_: "SELECT 1"), verifier, ONE_SHOT, rollout="test")

    with pytest.raises(ValueError, match="toy/train/00000 was given twice"):
        start([examples[0], examples[0]])
    with pytest.raises(ValueError, match=r"no schema text, e\.g\. toy/train/00000"):
        start(examples, texts={})
    with pytest.raises(ValueError, match="no file of database toy/music"):
        start(examples, files={})


@pytest.mark.parametrize("style", ["plain", "finer", "finer_hint"])
def test_first_prompt_and_repair_have_the_rollout_s_wording(style, run, model, only):
    prompts = []

    def script(question, turn, sample, prompt):
        prompts.append(prompt)
        return "SELECT nome FROM singer"

    settings = replace(REPAIR, max_turns=2, prompt_style=style)
    run(model(script), settings, only("names"))
    assert [prompt.templates for prompt in prompts] == [initial_templates(style), repair_templates("minimal", style)]
    for prompt in prompts:
        assert set(prompt.templates) <= set(templates_used(settings))


def test_no_examples_are_no_rows(run, model):
    result = run(model(lambda *_: "SELECT 1"), REPAIR, [])
    assert (result.attempts, result.trajectories) == ([], [])


def test_a_one_shot_pass_depends_on_no_repair_template():
    assert templates_used(ONE_SHOT) == ("initial_system", "initial_user")
    minimal = templates_used(REPAIR)
    assert {"repair_user", "repair_minimal_rules", "feedback_wrong_result"} < set(minimal)
    basic = templates_used(replace(REPAIR, feedback_detail="basic", feedback_mode="error_only"))
    assert "repair_minimal_rules" not in basic
    assert "feedback_wrong_result" not in basic


def test_answers_are_judged_while_others_are_written(run, model, only, verifier):
    """The second batch is not answered before the verifier has been asked about the first."""
    asked = threading.Event()

    class Telling(Recording):
        def verify(self, items):
            asked.set()
            return super().verify(items)

    waited = []

    def script(question, turn, sample, prompt):
        if sample >= 64:
            waited.append(asked.wait(20))
        return f"SELECT {sample}"

    settings = replace(SAMPLED, num_samples=66, max_turns=1)
    result = run(model(script), settings, only("names"), Telling(verifier))
    assert waited == [True, True]
    assert [row["sql"] for row in result.attempts] == [f"SELECT {n}" for n in range(66)]


def test_a_verifier_that_fails_stops_the_rollout(run, model, only, verifier):
    class Failing(Recording):
        def verify(self, items):
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        run(model(lambda *_: "SELECT 1"), REPAIR, only("names"), Failing(verifier))


def test_a_model_does_not_write_on_where_judging_has_failed(run, model, only, verifier):
    failed, asked = threading.Event(), []

    class Failing(Recording):
        def verify(self, items):
            threading.Timer(0.2, failed.set).start()  # once the thread has noted the error
            raise OSError("the disk is gone")

    def script(question, turn, sample, prompt):
        asked.append(sample)
        if sample == 64:
            failed.wait(20)
        return f"SELECT {sample}"

    settings = replace(SAMPLED, num_samples=200, max_turns=1)
    with pytest.raises(OSError, match="the disk is gone"):
        run(model(script), settings, only("names"), Failing(verifier))
    assert len(asked) == 128  # two batches of 64
