"""Makes `plug_value_cases.json` with the official evaluator itself: run once, by hand.

    python tests/evaluation/make_plug_value_cases.py OFFICIAL > tests/evaluation/plug_value_cases.json

OFFICIAL is a checkout of test-suite-sql-eval (commit e97acc5); the interpreter needs what that needs (sqlparse, nltk).
A case is `[gold, prediction, ways, digest of the sorted texts, correct]`: the pair, how many texts there are to try
besides the prediction, 16 hex digits of the sha256 of these texts as JSON, and what `eval_exec_match` says.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

SCHEMA = """
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, kind TEXT, a1 TEXT);
INSERT INTO item VALUES (1, 'Pen', 1.5, 'a', 'x'), (2, 'Ink', 4, 'b', 'x'), (3, 'Pad', 0.5, 'a', 'y'),
  (4, 'Big pen', 2.5, 'c', 'it''s'), (5, 'T12', 10, 'b', '1');
CREATE TABLE sale (item_id INTEGER, amount INTEGER, day TEXT);
INSERT INTO sale VALUES (1, 10, '2020-01-01'), (1, 2, '2020-01-02'), (2, 1, '2019-12-31'), (4, 5, '2020-01-01');
"""
GOLDS = [
    "SELECT name FROM item WHERE kind = 'a'",
    'SELECT name FROM item WHERE kind = "b" AND price > 1.5',
    "SELECT count(*) FROM item WHERE price BETWEEN 0.5 AND 2.5",
    "SELECT T1.name FROM item AS T1 JOIN sale AS T2 ON T1.id = T2.item_id WHERE T2.amount >= 5 ORDER BY T1.name LIMIT 1",
    "SELECT name FROM item WHERE name LIKE '%pen%' LIMIT 3",
    "SELECT DISTINCT kind FROM item WHERE a1 = 'it''s' OR a1 = 'x'",
    "SELECT name FROM item",
    "SELECT t2.* FROM item AS t1 JOIN sale AS t2 ON t1.id = t2.item_id WHERE t1.kind = 'a' AND t2.amount = 10",
    "SELECT id FROM item WHERE name = 'T12'; SELECT 1",
    "SELECT id - 1 FROM item WHERE price = -1 OR price = 10",
    "SELECT day FROM sale WHERE day > '2019-12-31' AND amount < 10",
]
CHANGES = [
    ("'a'", "'terminal'"),
    ("'a'", '"x y"'),
    ('"b"', "'terminal'"),
    ("1.5", "99"),
    ("1.5", "99.5"),
    ("0.5", "'terminal'"),
    ("2.5", "1"),
    ("5 ", "999 "),
    ("LIMIT 1", "LIMIT 3"),
    ("LIMIT 3", "LIMIT 10;"),
    ("'%pen%'", "'%value%'"),
    ("'it''s'", "'x'"),
    ("'x'", '""'),
    ("= 'T12'", "='it;s'"),
    ("price", "PRICE"),
    ("> =", ">="),
    (">= 5", "> = 5"),
    ("FROM item", "FROM\n item"),
    ("WHERE", "WHERE id > 0 AND"),
    ("WHERE", "where\tNOT"),
    ("-1", "- 1"),
    ("DISTINCT ", ""),
    ("SELECT ", "SELECT DISTINCT "),
    ("kind", "a1"),
    ("'2019-12-31'", "'2000'"),
    ("<", ">"),
    (" = ", "="),
]


def cases(rng: random.Random) -> list[tuple[str, str]]:
    found = []
    for gold in GOLDS:
        found.append((gold, gold))
        for _ in range(16):
            prediction = gold
            for old, new in rng.sample(CHANGES, 9):
                prediction = prediction.replace(old, new)
            found.append((gold, prediction))
        found.append((gold, rng.choice(GOLDS)))
    return list(dict.fromkeys(found))


def main(official: str) -> None:
    sys.path.insert(0, official)
    from exec_eval import eval_exec_match, postprocess, replace_cur_year
    from parse import get_all_preds_for_execution, remove_distinct

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "shop.sqlite")
        with closing(sqlite3.connect(path)) as database:
            database.executescript(SCHEMA)
        for gold, prediction in cases(random.Random(7)):
            driven = prediction.replace("value", "1")
            ways, texts = get_all_preds_for_execution(
                remove_distinct(postprocess(gold)), remove_distinct(postprocess(driven))
            )
            if ways > 1000:
                continue
            found = sorted(replace_cur_year(text) for text in texts)
            digest = hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]
            correct = eval_exec_match(path, driven, gold, True, False, False)
            rows.append([gold, prediction, ways, digest, bool(correct)])
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    print(f'{{\n "schema": {json.dumps(SCHEMA)},\n "cases": [\n  {lines}\n ]\n}}')


if __name__ == "__main__":
    main(sys.argv[1])
