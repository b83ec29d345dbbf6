"""Asks the official evaluator and ours the same odd questions, and keeps the most telling with its answers.

    python benchmarks/official_cases.py --official PATH [--python INTERPRETER] [--cases 20000] [--seed 0] [--write]

Queries over three small databases of our own, predictions and golds both mutated (`case_mutations.py`). Every
difference whose row has no `sandbox_difference` is printed, and the exit status is then 1. `--write` keeps
some of each kind in `tests/evaluation/official_cases.json`, which a test holds our verdicts against.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from case_mutations import TEXT, mutated, result_mutations
from official_run import OfficialRun

from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier

KEPT = Path(__file__).parents[1] / "tests" / "evaluation" / "official_cases.json"
OF_A_KIND, KEPT_CASES, LONGEST = 7, 560, 700
CASE_SECONDS = 5.0
BATCH = 200

MUSIC = """
CREATE TABLE band (id INTEGER PRIMARY KEY, name TEXT, country TEXT, founded INTEGER, market_value REAL);
INSERT INTO band VALUES (1, 'Ada', 'Chile', 1990, 1.5), (2, 'Bo', 'Peru', 1990, 10), (3, 'bo', NULL, 2001, 1),
  (4, 'Día 😀', 'Chile', NULL, 0.1), (5, CAST(x'41ff42' AS TEXT), 'Peru', 2001, 3), (6, '', 'Chile', 1990, 1);
CREATE TABLE album (id INTEGER PRIMARY KEY, band INTEGER, title TEXT, year INTEGER, price REAL, sold TEXT);
INSERT INTO album VALUES (1, 1, 'One', 2001, 1, '10'), (2, 1, 'Two', 2002, 10, '9'), (3, 2, 'One', 2001, 1, '10'),
  (4, 3, 'It''s; distinct', 2003, 2.5, 'value'), (5, 3, 'One', 2001, 1, NULL), (6, NULL, 'Two', 2002, 10.25, '100');
CREATE TABLE empty (id INTEGER, name TEXT);
"""
PAIRS = """
CREATE TABLE pair (a, b, c);
INSERT INTO pair VALUES (1, 10, 'x'), (1.0, 10, 'x'), (10, 1, 'y'), (2, 2, NULL), (NULL, NULL, 'x'), (1, 10, 'x'),
  (x'31', '1', 1), (0.0, -0.0, 0), (1e16, 10000000000000000, 9007199254740993), (0.1, 0.30000000000000004, '0.3');
CREATE TABLE same (a INTEGER, b INTEGER, c INTEGER, d INTEGER, e INTEGER);
INSERT INTO same VALUES (0, 1, 0, 1, 0), (1, 0, 1, 0, 1), (0, 0, 1, 1, 0), (1, 1, 0, 0, 1), (0, 1, 0, 1, 0);
"""
WORDS = """
CREATE TABLE word ("order" TEXT, "group" TEXT, "distinct" TEXT, value TEXT);
INSERT INTO word VALUES ('a', 'b', 'c', 'd'), ('order by', 'GO', 'distinct', 'value'), ('a', 'b', 'c', NULL);
CREATE TABLE num (n INTEGER, t TEXT, r REAL);
INSERT INTO num VALUES (1, '1', 1.0), (10, '10', 10.0), (2, '2', 2.5), (NULL, '', NULL), (-1, '-1', -0.0);
"""
SCRIPTS = {"music": MUSIC, "pairs": PAIRS, "words": WORDS}
GOLDS = {
    "music": [
        "SELECT name FROM band",
        "SELECT name, country FROM band ORDER BY founded",
        "SELECT DISTINCT country FROM band",
        "SELECT count(*) FROM album WHERE price >= 1 AND price != 10",
        "SELECT count(DISTINCT title) FROM album",
        "SELECT country, count(*) FROM band GROUP BY country ORDER BY count(*) DESC LIMIT 1",
        "SELECT T1.name, T2.title FROM band AS T1 JOIN album AS T2 ON T1.id = T2.band",
        "SELECT DISTINCT T1.name FROM band AS T1 JOIN album AS T2 ON T1.id = T2.band WHERE T2.year > 2001",
        "SELECT title, year, price FROM album ORDER BY price DESC, id",
        "SELECT name FROM band WHERE id NOT IN (SELECT band FROM album WHERE band IS NOT NULL)",
        "SELECT name FROM empty",
        "SELECT avg(price), min(price), max(price) FROM album",
        "SELECT title FROM album WHERE sold = 'value' OR title LIKE '%distinct%'",
        "SELECT country FROM band WHERE founded = 1990 INTERSECT SELECT country FROM band WHERE founded = 2001",
        "SELECT name FROM band WHERE founded <= YEAR(CURDATE()) - 20",
        "SELECT title FROM album WHERE title = 'It''s; distinct'",
        "SELECT * FROM band",
        "SELECT 'order by', name FROM band",
    ],
    "pairs": [
        "SELECT a, b FROM pair",
        "SELECT b, a FROM pair WHERE c = 'x'",
        "SELECT a, b, c FROM pair ORDER BY a",
        "SELECT * FROM same",
        "SELECT a, b, c, d FROM same ORDER BY 1, 2, 3, 4",
        "SELECT a FROM pair WHERE a <= 1",
        "SELECT sum(a), avg(b) FROM pair",
    ],
    "words": [
        'SELECT "order", "group" FROM word',
        'SELECT "distinct" FROM word',
        "SELECT n, t FROM num ORDER BY n",
        "SELECT n, r FROM num",
        "SELECT t FROM num WHERE n > 0",
        "SELECT max(n), min(r) FROM num",
    ],
}


PICKED = [  # faults of the official comparison that mutations seldom meet
    ("pairs", "SELECT 1, 10", "SELECT 1.0, 10"),
    ("pairs", "SELECT 1, 2", "SELECT 1.0, 2"),
    ("pairs", "SELECT 1", "SELECT 1.0"),
    ("pairs", "SELECT 1, 10 ORDER BY 1", "SELECT 1.0, 10"),
    ("pairs", "SELECT a, b FROM same", "SELECT b, a FROM same"),
    ("pairs", "SELECT a, b, c, d FROM same", "SELECT d, c, b, a FROM same"),
    ("pairs", "SELECT 0.0, 1", "SELECT -0.0, 1"),
    ("pairs", "SELECT 1e16, 2", "SELECT 10000000000000000, 2"),
    ("pairs", "SELECT 9007199254740993", "SELECT 9007199254740992.0"),
    ("pairs", "SELECT x'31'", "SELECT '1'"),
    ("pairs", "SELECT '1'", "SELECT 1"),
    ("pairs", "SELECT NULL", "SELECT ''"),
    ("music", "SELECT name FROM empty", "SELECT id, name FROM empty"),
    ("music", "SELECT country FROM band ORDER BY country", "SELECT country FROM band ORDER BY country, id DESC"),
    ("music", "SELECT name FROM band ORDER BY founded", "SELECT name FROM band ORDER BY founded, id DESC"),
    ("music", "SELECT name FROM band ORDER  BY founded", "SELECT name FROM band ORDER BY founded, id DESC"),
    ("music", "SELECT market_value FROM band", "SELECT market_value FROM band"),
    ("words", "SELECT value FROM word", "SELECT VALUE FROM word"),
]


def main() -> int:
    given = _arguments()
    chance = Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        paths = make_databases(Path(folder))
        cases = [("picked", (paths[name], gold, sql)) for name, gold, sql in PICKED]
        cases += [_case(chance, paths) for _ in range(given.cases)]
        with OfficialRun(given.official, given.python, CASE_SECONDS) as official:
            version = official.judge([]).sqlite_version
            answers = [official.judge([case[1]]) if _writes(case[1]) else None for case in cases]
            quiet = [case[1] for case, answer in zip(cases, answers, strict=True) if answer is None]
            outcomes = [o for i in range(0, len(quiet), BATCH) for o in official.judge(quiet[i : i + BATCH]).outcomes]
        rest = iter(outcomes)
        theirs = [next(rest) if answer is None else answer.outcomes[0] for answer in answers]
        with GoldVerifier() as verifier:
            ours = verifier.verify([Candidate(Path(p).stem, p, gold, sql) for _, (p, gold, sql) in cases])
    rows = [
        {"kind": kind, "database": Path(path).stem, "gold": gold, "sql": sql, "official": official_answer(outcome)}
        | ({"difference": str(verdict.sandbox_difference)} if verdict.sandbox_difference else {})
        for (kind, (path, gold, sql)), outcome, verdict in zip(cases, theirs, ours, strict=True)
    ]
    differences = [row | {"ours": v.correct_official} for row, v in zip(rows, ours, strict=True) if differs(row, v)]
    for row in differences:
        print(json.dumps(row, ensure_ascii=False))
    print(f"{len(rows)} cases, {len(differences)} differences that no row marks; {dict(_tally(rows))}")
    if given.write:
        _write(rows, version)
    return 1 if differences else 0


def make_databases(folder: Path) -> dict[str, str]:
    """Each script as a database file, by its name."""
    paths = {}
    for name, script in SCRIPTS.items():
        paths[name] = str(folder / f"{name}.sqlite")
        with sqlite3.connect(paths[name]) as connection:
            connection.executescript(script)
        connection.close()
    return paths


def official_answer(outcome: int | str) -> int | str:
    """1, 0, or why it stopped: `gold` (the gold query failed), `timeout`, `text` (it can't take the text)."""
    if isinstance(outcome, int):
        return outcome
    return "timeout" if outcome == "timeout" else "gold" if outcome.startswith("AssertionError") else "text"


def differs(row: dict[str, Any], verdict: Verdict) -> bool:
    """Is it a difference that the verdict does not own up to? Where the official run stops, ours must not say right."""
    if verdict.sandbox_difference is not None or row["official"] == "timeout":
        return False
    if row["official"] in (0, 1):
        return verdict.correct_official is not bool(row["official"])
    return verdict.correct_official is True


def _case(chance: Random, paths: dict[str, str]) -> tuple[str, tuple[str, str, str]]:
    """(kind, (database, gold, prediction))."""
    database = chance.choice(list(paths))
    gold = chance.choice(GOLDS[database])
    prediction, kinds = gold if chance.random() < 0.7 else chance.choice(GOLDS[database]), []
    columns = _columns(paths[database], prediction)
    if chance.random() < 0.4 and columns:
        prediction, kind = mutated(chance, prediction, result_mutations(columns))
        kinds.append(kind)
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        prediction, kind = mutated(chance, prediction, TEXT)
        kinds.append(kind)
    if chance.random() < 0.2:
        gold, kind = mutated(chance, gold, TEXT)
        kinds.append(f"gold: {kind}")
    return " + ".join(kinds[-2:]) or "as it is", (paths[database], gold, prediction)


def _columns(path: str, sql: str) -> int:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return len(connection.execute(sql.replace("YEAR(CURDATE())", "2020")).description)
    except sqlite3.Error:
        return 0
    finally:
        connection.close()


def _writes(case: tuple[str, str, str]) -> bool:
    """May the official run leave something in its copy? Such a case gets a batch, and so a copy, of its own."""
    return any(word in text.upper() for text in case[1:] for word in ("CREATE", "INSERT"))


def _tally(rows: list[dict[str, Any]]) -> Counter[str]:
    return Counter(f"{row['official']}{' ' + row['difference'] if 'difference' in row else ''}" for row in rows)


def _write(rows: list[dict[str, Any]], sqlite_version: str) -> None:
    """The first few of each kind and answer, short ones, right ones and marked ones before the many wrong ones."""
    kinds: Counter[tuple[Any, ...]] = Counter()
    kept: list[dict[str, Any]] = []
    for row in sorted(rows, key=_is_plainly_wrong):
        kind = (row["kind"].rpartition(" + ")[2], row["official"], row.get("difference"))
        text = (row["database"], row["gold"], row["sql"])
        new = all(text != (r["database"], r["gold"], r["sql"]) for r in kept)
        few = row["kind"] == "picked" or kinds[kind] < OF_A_KIND
        if new and few and len(row["sql"] + row["gold"]) < LONGEST and row["official"] != "timeout":
            kinds[kind] += 1
            kept.append(row)
    record = {"evaluator": "test-suite-sql-eval at e97acc5", "sqlite": sqlite_version, "databases": SCRIPTS}
    lines = ",\n".join(json.dumps(row, ensure_ascii=True) for row in kept[:KEPT_CASES])
    KEPT.write_text(f'{json.dumps(record)[:-1]}, "cases": [\n{lines}\n]}}\n', encoding="utf-8")
    print(f"kept {len(kept[:KEPT_CASES])} in {KEPT.name}")


def _is_plainly_wrong(row: dict[str, Any]) -> bool:
    return row["official"] == 0 and "difference" not in row and row["kind"] != "picked"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--official", type=Path, required=True, metavar="PATH", help="a clone of the official evaluator"
    )
    parser.add_argument("--python", default=sys.executable, metavar="INTERPRETER", help="Python that can run it")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help=f"keep some as {KEPT.name}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
