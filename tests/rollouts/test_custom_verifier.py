"""A user's rule in the turn loop: it decides, the gold does not, and where it fails nothing is scored."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from examples.verifiers.http_judge import HttpJudge
from examples.verifiers.row_count_rule import RowCountRule
from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.custom_verifier import (
    REASON_CHARACTERS,
    Answer,
    Evidence,
    Judgement,
    OpenRule,
    RuleError,
)
from t2s_pipeline.rollouts.decide import GoldDecider, RuleDecider, is_gold_free
from t2s_pipeline.rollouts.run import run_rollouts, templates_used
from t2s_pipeline.table_definitions import ATTEMPTS, TRAJECTORIES
from tests.http_server import Handler, LocalServer

ROOT = Path(__file__).parents[2]
REPAIR = RolloutConfig(max_turns=3, num_samples=2, temperature=0.7, verifier="mine")


class Recording:
    """A rule by a function of the evidence that remembers what it was shown."""

    def __init__(self, answer):
        self.answer, self.seen = answer, []

    def judge(self, items):
        self.seen += items
        return [self.answer(item) for item in items]


def accept_nothing(item):
    return Judgement(Answer.REJECTED, f"I do not like {item.row_count} rows.")


def opened(rule, knows_gold=False, batch_size=64, timeout_seconds=5.0):
    return OpenRule("mine", rule, knows_gold, batch_size, timeout_seconds)


@pytest.fixture
def roll(examples, schema_texts, paths, verifier, model):
    """`roll(rule, script)`: the rows of a rollout that the rule decides."""

    def go(rule, script, chosen=examples, settings=REPAIR, name="model", **options):
        result = run_rollouts(
            chosen,
            schema_texts,
            paths,
            model(script, name),
            verifier,
            settings,
            rollout="test",
            decider=RuleDecider(opened(rule, **options)),
        )
        for table, rows in ((ATTEMPTS, result.attempts), (TRAJECTORIES, result.trajectories)):
            table.check(table.to_arrow([row | {"experiment": "toy"} for row in rows]))
        return result

    return go


def test_the_rule_decides_and_the_gold_is_only_counted(roll, examples):
    """`names` is right at once and rejected, then repaired into a wrong answer; `ages` is wrong and accepted."""
    golds = {example["question"]: example["gold"] for example in examples}
    answers = {("names", 1): golds["names"], ("names", 2): "SELECT 1", ("ages", 1): "SELECT 2"}
    rule = Recording(
        lambda item: Judgement(Answer.REJECTED, "Too many rows.") if item.row_count == 4 else Judgement(Answer.ACCEPTED)
    )
    chosen = [example for example in examples if example["question"] in ("names", "ages")]
    result = roll(rule, lambda question, turn, *_: answers[question, turn], chosen)
    names, ages = result.trajectories
    assert (names["status"], names["stop_reason"], names["turns"]) == ("regressed", "accepted", 2)
    assert (names["first_correct"], names["final_correct"], names["final_sql"]) == (True, False, "SELECT 1")
    assert (ages["status"], ages["stop_reason"], ages["turns"]) == ("failed", "accepted", 1)
    first = result.attempts[0]
    assert (first["correct"], first["accepted"], first["verifier_reason"]) == (True, False, "Too many rows.")
    assert first["feedback"] == "The query ran, but a check rejected it: Too many rows.\nRows returned: 4."
    assert result.stats["verifier_rejected_right"] == 2  # both samples, the same text
    assert result.stats["verifier_accepted_wrong"] == 4


def test_a_rule_sees_the_evidence_and_no_gold(roll, examples):
    rule = Recording(lambda item: Judgement(Answer.ACCEPTED))
    chosen = [example | {"gold": "SELECT 'secret', 6001 FROM singer"} for example in examples[:1]]
    roll(rule, lambda *_: "SELECT name, age FROM singer WHERE age > 40", chosen)
    (item,) = rule.seen  # the second sample has the same text and is not asked about again
    assert "secret" not in repr(item) and "6001" not in repr(item)
    assert item == Evidence(
        example_id="toy/train/00000",
        database_id="toy/music",
        question="names",
        schema_text="Table singer: id INTEGER primary_key, name TEXT, country TEXT, age INTEGER",
        sql="SELECT name, age FROM singer WHERE age > 40",
        status="ok",
        error=None,
        row_count=2,
        columns=("name", "age"),
        rows=(("Bo", 41), ("Bo", 41)),
    )


def test_only_a_rule_that_declares_it_gets_the_gold(roll, examples):
    rule = Recording(lambda item: Judgement(Answer.ACCEPTED))
    roll(rule, lambda *_: "SELECT 1", examples[:1], knows_gold=True)
    assert rule.seen[0].gold_sql == examples[0]["gold"]


def test_gold_reaches_no_prompt_no_stop_and_no_selection(roll, examples):
    """The same pass with golds that make every answer wrong, and with golds that make them right: nothing that the
    loop does differs, only what is counted."""

    def script(question, turn, sample, prompt):
        prompts.append(" ".join(message.content for message in prompt.messages))
        return ("SELECT name FROM singer", "SELECT nonsense", "SELECT 1")[(turn + sample + len(question)) % 3]

    def choice(item):
        if item.question == "chad":
            return Judgement(Answer.CANNOT_TELL, "Perhaps.")
        return accept_nothing(item)

    found = []
    for gold in ("SELECT name FROM singer", "SELECT 'secret', 6001 FROM singer"):
        prompts = []
        chosen = [example | {"gold": gold, "gold_vacuous": False} for example in examples]
        result = roll(Recording(choice), script, chosen, name=gold)
        assert not any("secret" in prompt or "6001" in prompt for prompt in prompts)
        decided = [
            {key: row[key] for key in ("sql", "accepted", "verifier_reason", "feedback", "turn", "sample")}
            for row in result.attempts
        ]
        ended = [
            {key: row[key] for key in ("stop_reason", "turns", "final_turn", "final_sample", "final_sql")}
            for row in result.trajectories
        ]
        found.append((prompts, decided, ended))
        assert {row["stop_reason"] for row in result.trajectories} == {"undecided", "max_turns"}
    assert found[0] == found[1]


def test_what_it_cannot_tell_stands(roll, examples):
    rule = Recording(lambda item: Judgement(Answer.CANNOT_TELL, "The judge is on holiday."))
    (row,) = roll(rule, lambda *_: "SELECT 1", examples[:1]).trajectories
    assert (row["stop_reason"], row["turns"]) == ("undecided", 1)


def test_gold_freedom_is_the_deciders():
    assert is_gold_free(REPAIR, RuleDecider(opened(RowCountRule())))
    assert not is_gold_free(REPAIR, RuleDecider(opened(RowCountRule(), knows_gold=True)))
    assert not is_gold_free(REPAIR, GoldDecider())
    assert is_gold_free(RolloutConfig(), GoldDecider())


def test_feedback_of_a_failure_and_of_the_mode_that_tells_nothing(roll, examples):
    result = roll(Recording(accept_nothing), lambda *_: "SELECT nonsense", examples[:1])
    assert result.attempts[0]["feedback"].endswith(
        "no such column: nonsense\nA check rejected it: I do not like None rows."
    )
    settings = replace(REPAIR, feedback_mode="error_only")
    result = roll(Recording(accept_nothing), lambda *_: "SELECT 1", examples[:1], settings, "quiet")
    assert result.attempts[0]["feedback"] == "The query ran, but it failed a hidden check."
    assert {"feedback_rejected", "feedback_reason"} < set(templates_used(REPAIR))
    assert "feedback_reason" not in templates_used(replace(REPAIR, verifier="gold"))


def test_another_decider_than_the_settings_name_is_refused(examples, schema_texts, paths, verifier, model):
    with pytest.raises(ValueError, match="verifier = 'mine', but 'gold' was given"):
        run_rollouts(examples, schema_texts, paths, model(lambda *_: "SELECT 1"), verifier, REPAIR, rollout="test")


def test_a_rule_that_raises_stops_the_run_and_names_the_example(roll):
    def fail_on_count(item):
        if item.question == "count":
            raise RuntimeError("out of tokens")
        return Judgement(Answer.ACCEPTED)

    with pytest.raises(RuleError, match=r"verifier mine: RuntimeError: out of tokens \(.*\), on toy/train/00003; mend"):
        roll(Recording(fail_on_count), lambda *_: "SELECT 1")


def test_a_rule_that_does_not_return_is_left_behind(roll):
    def hang(item):
        time.sleep(30)

    started = time.monotonic()
    with pytest.raises(RuleError, match=r"no answer within 0\.2 s on one of 3 candidates, toy/train/00000 to"):
        roll(Recording(hang), lambda *_: "SELECT 1", batch_size=3, timeout_seconds=0.2)
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    ("judge", "message"),
    [
        (lambda items: [], "0 judgements for 6 items"),
        (lambda items: None, "judge returned None"),
        (lambda items: iter(items), "a tuple_iterator judgements"),
        (lambda items: [True] * len(items), "True is no Judgement, on toy/train/00000"),
        (lambda items: [Judgement("maybe")] * len(items), "is no Judgement"),
        (lambda items: [Judgement(Answer.REJECTED, " ")] * len(items), "a rejection without a reason, on toy/train"),
    ],
)
def test_answers_out_of_form_stop_the_run(roll, judge, message):
    rule = Recording(None)
    rule.judge = judge
    with pytest.raises(RuleError, match=message):
        roll(rule, lambda *_: "SELECT 1")


def test_a_batch_has_at_most_its_size_and_a_reason_is_cut():
    sizes = []

    class Sized:
        def judge(self, items):
            sizes.append(len(items))
            return [Judgement("rejected", "too\n long " * 200) for _ in items]

    evidence = Evidence("e", "d", "q", "", "SELECT 1", "ok", None, 1, ("1",), ((1,),))
    found = opened(Sized(), batch_size=2).judge([evidence] * 5)
    assert sizes == [2, 2, 1]
    assert {len(judgement.reason) for judgement in found} == {REASON_CHARACTERS}
    assert found[0].reason.startswith("too long too long") and found[0].answer is Answer.REJECTED


@pytest.mark.parametrize(
    ("question", "sql", "answer", "reason"),
    [
        ("names", "SELECT name FROM singer", Answer.ACCEPTED, None),
        ("names", "SELECT name FROM singer WHERE 0", Answer.REJECTED, "It returns no rows."),
        ("names", "SELECT s.name FROM singer, singer AS s", Answer.REJECTED, "It returns 16 rows, more than 10."),
        ("names", "SELECT nome FROM singer", Answer.REJECTED, "It does not run: no such column: nome."),
        ("How many singers?", "SELECT count(*) FROM singer", Answer.ACCEPTED, None),
        (
            "How many singers?",
            "SELECT name FROM singer",
            Answer.REJECTED,
            "The question asks for one number, and it returns 4 rows of 1 columns.",
        ),
    ],
)
def test_the_row_count_rule(roll, examples, question, sql, answer, reason):
    rule = RowCountRule(max_rows=10)
    chosen = [examples[0] | {"question": question}]
    result = roll(rule, lambda *_: sql, chosen, replace(REPAIR, num_samples=1), name=question + sql)
    row = result.attempts[0]
    assert (row["accepted"], row["verifier_reason"]) == (answer is Answer.ACCEPTED, reason)


class _Judge(Handler):
    """Answers by the SQL that it is posted."""

    def do_POST(self):
        asked = json.loads(self.body())
        self.owner.asked.append(asked)
        kind = asked["sql"].split("-- ")[-1]
        if kind == "slow":
            time.sleep(1.0)
        status = {"broken": 500, "forbidden": 403}.get(kind, 200)
        body = {"good": {"answer": "accepted"}, "bad": {"answer": "rejected", "reason": "Wrong table."}}.get(
            kind, {"answer": "refused", "reason": "I may not judge this."}
        )
        self.send_response(status)
        self.end_headers()
        self.wfile.write(b"{" if kind == "garbled" else json.dumps(body).encode())


class JudgeServer(LocalServer):
    """`asked` is what was posted."""

    handler = _Judge

    def __init__(self):
        super().__init__()
        self.asked = []


@pytest.fixture
def judge_server():
    with JudgeServer() as server:
        yield server


def judged(url, *kinds, status="ok"):
    items = [Evidence(kind, "d", "q", "", f"SELECT 1 -- {kind}", status, None, 1, ("1",), ((1,),)) for kind in kinds]
    return opened(HttpJudge(url, timeout_seconds=0.3)).judge(items)


def test_an_http_judge_answers_in_order_and_may_refuse(judge_server):
    url = f"{judge_server.address}/judge"
    assert judged(url, "good", "bad", "refused") == [
        Judgement(Answer.ACCEPTED),
        Judgement(Answer.REJECTED, "Wrong table."),
        Judgement(Answer.CANNOT_TELL, "I may not judge this."),
    ]
    assert {"question", "schema_text", "sql", "rows"} < judge_server.asked[0].keys()
    assert judge_server.asked[0]["gold_sql"] is None
    judge_server.asked.clear()
    assert judged(url, "good", status="error")[0].answer is Answer.REJECTED
    assert judge_server.asked == []  # what does not run is not sent


@pytest.mark.parametrize(
    ("kind", "times", "message"),
    [
        ("slow", 2, "JudgeUnavailable: .*try 2 of 2: timed out"),
        ("broken", 2, "try 2 of 2: HTTP Error 500"),
        ("garbled", 2, "try 2 of 2: "),
        ("forbidden", 1, "try 1 of 2: HTTP Error 403"),
    ],
)
def test_a_judge_that_does_not_answer_stops_the_run(judge_server, kind, times, message):
    url = f"{judge_server.address}/judge"
    with pytest.raises(RuleError, match=f"{message}.*, on {kind}; "):
        judged(url, kind)
    assert len(judge_server.asked) == times


def test_a_judge_that_is_not_there_stops_the_run():
    with socket.create_server(("127.0.0.1", 0)) as closed_at_once:
        port = closed_at_once.getsockname()[1]
    with pytest.raises(RuleError, match="refused"):
        judged(f"http://127.0.0.1:{port}/judge", "good")
