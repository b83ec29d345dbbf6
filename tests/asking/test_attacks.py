"""The sandbox's attack corpus over HTTP: a model answers with each payload, people ask with it, and name databases by it.

Of the payloads that end by a deadline or a kill, one each is enough here; all are in tests/sandbox."""

from __future__ import annotations

import pytest

from t2s_pipeline.config import RolloutConfig
from tests.asking.conftest import serving
from tests.asking.test_whole_file import state
from tests.sandbox.conftest import make_shop
from tests.sandbox.corpus import ATTACKS, Attack

ONE_SHOT = RolloutConfig(max_turns=1)
SLOW = ("run", "process")
FIRST_SLOW = {attack.layer: attack for attack in reversed(ATTACKS) if attack.layer in SLOW}
SENT = [attack for attack in ATTACKS if attack.layer not in SLOW or attack is FIRST_SLOW[attack.layer]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("attacked") / "databases").parent


def test_no_payload_that_a_model_answers_with_writes_leaks_or_stays(asker, folder):
    before = state(folder)
    said: list[Attack] = []
    arrived = 0
    with serving(asker(lambda *_: said[-1].sql, ONE_SHOT), [folder]) as client:
        for attack in SENT:
            said.append(attack)
            reply = client.ask("What is there?")
            assert reply.status == 200, (attack.name, reply.text)
            answer = reply.json
            assert answer["answered"] == (answer["status"] == "ok") == (answer["result"] is not None)
            assert str(folder) not in reply.text and len(reply.text) < 1_000_000, attack.name
            assert state(folder) == before, attack.name
            if answer["sql"] == attack.sql.strip():  # what the extractor took out of it whole
                arrived += 1
                assert answer["status"] == attack.status, (attack.name, answer["error"])
        said.append(Attack("after", "all", "SELECT count(*) FROM item", "ok", "prepare", "none_here"))
        assert client.ask("Is all as it was?").json["result"]["rows"] == [[3]]
    assert arrived > len(SENT) // 2, "most payloads are to reach the sandbox as they stand"


def test_a_payload_is_only_a_question_and_no_name_of_a_database(asker, folder):
    before = state(folder)
    asked = []

    def script(prompt, _):
        asked.append(prompt.messages[-1].content)
        return "SELECT count(*) FROM item"

    with serving(asker(script, ONE_SHOT), [folder]) as client:
        for attack in {attack.family: attack for attack in ATTACKS if 0 < len(attack.sql.strip()) < 2_000}.values():
            reply = client.ask(attack.sql)
            assert (reply.status, reply.json["result"]["rows"]) == (200, [[3]]), attack.name
            assert attack.sql.strip() in asked[-1]
            assert client.ask("How many?", db=attack.sql).status in (404, 422)
    assert state(folder) == before
