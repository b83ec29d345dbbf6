"""Each payload of the corpus does harm on a plain `mode=ro` connection: without that, stopping it shows nothing."""

from __future__ import annotations

import sqlite3
from collections import Counter

import pytest

from t2s_pipeline.sandbox.execute import Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from tests.sandbox.conftest import make_shop
from tests.sandbox.corpus import ATTACKS, LAYERS
from tests.sandbox.plain import PlainConnection

FAMILIES = {
    "attach", "vacuum", "unlock", "schema", "introspection", "functions", "endless", "one_call", "huge_blob", "doubling",
    "many_rows", "storage", "statements", "pattern", "quoted_identifier", "determinism",
}  # fmt: skip
HARMS = {
    "writes_file", "changes_state", "leaks", "over_deadline", "memory", "disk", "endless_rows", "echo", "passes",
    "not_repeatable",
}  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    shop = make_shop(folder / "originals")
    with sqlite3.connect(shop.with_name("other.sqlite")) as db:
        db.executescript("CREATE TABLE secret (word); INSERT INTO secret VALUES ('swordfish')")
    db.close()
    connection = PlainConnection(shop, folder / "work")
    yield connection
    connection.close()


def test_the_corpus_covers_every_family_by_many_mechanisms():
    names = Counter(a.name for a in ATTACKS)
    assert not [name for name, count in names.items() if count > 1]
    shown = [a for a in ATTACKS if a.harm != "none_here"]
    by_family = Counter(a.family for a in shown)
    assert set(by_family) == FAMILIES and min(by_family.values()) >= 8, by_family
    assert len(shown) >= 150
    assert {a.layer for a in ATTACKS} == LAYERS
    assert {a.harm for a in shown} <= HARMS
    assert all((a.harm == "none_here") == (a.reason is not None) for a in ATTACKS)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.harm != "none_here"], ids=lambda a: a.name)
def test_the_harm_is_seen(plain, attack):
    harms = plain.harms(attack.as_dict())
    if attack.harm == "not_repeatable" and attack.status == "ok":  # another answer than on the sandbox's one day
        execution = Runner(SandboxPolicy()).run(str(plain.database), attack.sql)
        assert execution.status is Status.OK
        if plain.rows != [[str(cell) for cell in row] for row in execution.rows]:
            harms.add("not_repeatable")
    assert harms & {attack.harm, attack.or_harm}


@pytest.mark.parametrize("sql", ["SELECT name FROM item", "SELECT count(*) FROM item a, item b"])
def test_an_ordinary_query_does_none(plain, sql):
    assert plain.harms({"sql": sql, "harm": "not_repeatable"}) == {"passes"}


def test_the_threat_model_s_table_is_the_corpus(request):
    document = (request.config.rootpath / "docs" / "threat_model.md").read_text(encoding="utf-8")
    for family in sorted(FAMILIES):
        attacks = [a for a in ATTACKS if a.family == family and a.harm != "none_here"]
        row = f"| `{family}` | {len(attacks)} | {', '.join(sorted({a.layer for a in attacks}))} |"
        assert row in document
