"""What a query really reads, by SQLite's own account."""

from __future__ import annotations

import sqlite3

import pytest

from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.sandbox.execute import Runner, Status
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.reads import QueryReads


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("reads") / "shop.sqlite"
    with sqlite3.connect(path) as db:
        db.executescript(
            """
            CREATE TABLE Item (id INTEGER PRIMARY KEY, Name TEXT, price REAL);
            CREATE TABLE sale (item INTEGER, day TEXT);
            CREATE TABLE code (a TEXT PRIMARY KEY, b TEXT) WITHOUT ROWID;
            CREATE VIEW Cheap AS SELECT name FROM item WHERE price < 2;
            INSERT INTO item VALUES (1, 'pen', 1.5);
            """
        )
    db.close()
    return str(path)


@pytest.mark.parametrize(
    ("sql", "tables", "columns"),
    [
        ("SELECT NAME FROM iTEM AS t", "Item", "Item.Name"),
        ("SELECT rowid, t.id FROM item t", "Item", "Item.id"),
        ("SELECT rowid FROM sale", "sale", "sale.ROWID"),
        ("SELECT count(*) FROM ITEM;", "Item", ""),
        ("SELECT count(*) FROM code", "code", ""),
        ("SELECT * FROM code", "code", "code.a code.b"),
        ("SELECT 1 FROM item i JOIN sale s ON i.id = s.item", "Item sale", "Item.id sale.item"),
        ("SELECT 1 FROM item, sale", "Item sale", ""),
        ("SELECT 1 FROM item WHERE EXISTS (SELECT 1 FROM sale WHERE day > price)", "Item sale", "Item.price sale.day"),
        ("SELECT 1 UNION SELECT day FROM sale ORDER BY 1", "sale", "sale.day"),
        ("SELECT * FROM cheap", "Item", "Item.Name Item.price"),
        ("SELECT count(*) FROM cheap", "Item", "Item.Name Item.price"),
        ("WITH item AS (SELECT 1) SELECT count(*) FROM item", "", ""),
        ("WITH item AS (SELECT 1) SELECT count(*) FROM item, sale", "sale", ""),
        ("WITH x AS (SELECT 1) SELECT count(*) FROM main.item, x", "Item", ""),
        ("WITH x AS (SELECT day FROM sale) SELECT 1 FROM x", "sale", "sale.day"),
        ('SELECT "nonsense" FROM item', "Item", ""),
        ("SELECT value FROM json_each('[1]')", "", ""),
        ("SELECT name FROM sqlite_master", "", ""),
        ("SELECT 1", "", ""),
    ],
)
def test_reads(shop, sql, tables, columns):
    reads = Runner(SandboxPolicy()).reads(shop, sql)
    assert reads == QueryReads(tuple(tables.split()), tuple(tuple(c.split(".")) for c in columns.split()))


@pytest.mark.parametrize(
    "sql",
    [
        "", "-- nothing", "SELECT", "SELECT nothing FROM item", "SELECT 1; SELECT 2", "SELECT 1;;", "EXPLAIN SELECT 1",
        "DELETE FROM item", "PRAGMA user_version", "SELECT random()", "SELECT * FROM pragma_database_list", "VACUUM",
        "SELECT '\ud800'", "SELECT 1\0", "SELECT '" + "x" * 200_000 + "'",
    ],
)  # fmt: skip
def test_nothing_is_read_by_what_may_not_run(shop, sql):
    runner = Runner(SandboxPolicy())
    assert runner.reads(shop, sql) is None
    assert runner.run(shop, "SELECT name FROM item").rows == (("pen",),)


def test_a_query_is_not_run_to_know_what_it_reads(shop):
    runner = Runner(SandboxPolicy(timeout_seconds=0.5))
    endless = "WITH n(x) AS (SELECT 1 UNION ALL SELECT x + id FROM n, item) SELECT count(*) FROM n"
    assert runner.reads(shop, endless) == QueryReads(("Item",), (("Item", "id"),))
    assert runner.run(shop, endless).status is Status.TIMEOUT


def test_the_verifier_answers_in_order_from_its_workers(shop):
    texts = ["SELECT name FROM item", "SELECT nothing", "SELECT count(*) FROM sale"]
    with GoldVerifier(SandboxPolicy(), workers=1) as verifier:
        answers = verifier.reads([Candidate("shop", shop, None, sql) for sql in texts])
    assert answers == [QueryReads(("Item",), (("Item", "Name"),)), None, QueryReads(("sale",), ())]
