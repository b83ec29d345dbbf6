"""The gold audit: every flag on a small database, what cannot be told, and the counts on the real Spider."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from pathlib import Path

import apsw
import pytest

from t2s_pipeline.config import DatasetConfig, SandboxConfig
from t2s_pipeline.datasets.load import database_paths, load_split
from t2s_pipeline.evaluation.gold_audit import DISQUALIFYING, FLAGS, audit_flags
from t2s_pipeline.evaluation.official_text import official_gold, order_matters, strict_text
from t2s_pipeline.evaluation.verifier import open_verifier
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.table_definitions import GOLD_AUDIT

LIMITS = SandboxConfig(workers=1, timeout_seconds=1.0, memory_mb=512)
CARS = """
CREATE TABLE car (id INTEGER PRIMARY KEY, maker TEXT, power TEXT, year TEXT, weight INTEGER, note TEXT);
INSERT INTO car VALUES (1, 'a', '90', '1970', 5, NULL), (2, 'b', '130', '1980', 5, 'x'), (3, 'b', 'null', '1990', 7, 'x'),
                       (4, 'b', '95', '2001', 9, 'y');
CREATE TABLE broken (name TEXT, safe TEXT);
INSERT INTO broken VALUES (CAST(x'4be92020' AS TEXT), 'ü');
"""


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("audit")
    scripts = {"toy/cars": CARS, "toy/empty": "CREATE TABLE car (id INTEGER, maker TEXT);"}
    paths = {}
    for number, (name, script) in enumerate(scripts.items()):
        paths[name] = folder / f"{number}.sqlite"
        with sqlite3.connect(paths[name]) as db:
            db.executescript(script)
        db.close()
    return paths


def example(gold: str, database: str = "toy/cars", rows: int = 1, vacuous: bool = False) -> dict:
    return {
        "example_id": "toy/dev/00000",
        "split": "dev",
        "source_file": "dev.json",
        "source_row": 0,
        "database_id": database,
        "gold": gold,
        "gold_row_count": rows,
        "gold_vacuous": vacuous,
    }


def audited(databases: dict[str, Path], *examples: dict, rejected: tuple[dict, ...] = ()) -> list[dict]:
    numbered = [row | {"source_row": number} for number, row in enumerate(examples)]
    rows = audit_flags(numbered, rejected, databases, LIMITS)
    GOLD_AUDIT.check(GOLD_AUDIT.to_arrow([{"experiment": "toy"} | row for row in rows]))
    return rows


def flags(row: dict) -> dict[str, bool | None]:
    return {flag: row[flag] for flag in FLAGS if row[flag] is not False}


SOUND = [
    "SELECT maker FROM car",
    "SELECT DISTINCT maker FROM car",
    "SELECT maker FROM car ORDER BY id",
    "SELECT id FROM car ORDER BY weight DESC LIMIT 1",
    "SELECT maker, count(*) FROM car GROUP BY maker",
    "SELECT note FROM car WHERE note IS NOT NULL GROUP BY maker HAVING count(note) < 3 AND maker = 'a'",
    "SELECT maker FROM car GROUP BY maker ORDER BY count(*) DESC LIMIT 1",
    "SELECT maker FROM car ORDER BY id LIMIT 99",
    "SELECT count(*) FROM car WHERE weight = (SELECT max(weight) FROM car)",
    "SELECT maker FROM car WHERE weight > (SELECT avg(weight) FROM car)",
    "SELECT safe FROM broken",
    "SELECT group_concat(maker) FROM car WHERE id = 1",
    "SELECT maker, max(id) FROM car WHERE maker = 'b'",
    "SELECT T1.maker, count(*) FROM car AS T1 GROUP BY T1.maker ORDER BY maker",
    "SELECT maker AS m, count(*) AS n FROM car GROUP BY m ORDER BY n",
]


def test_sound_golds_have_no_flag(databases):
    counts = [len(_rows(databases["toy/cars"], gold)) for gold in SOUND]
    examples = [example(gold, rows=n, vacuous=n == 0) for gold, n in zip(SOUND, counts, strict=True)]
    for gold, row in zip(SOUND, audited(databases, *examples), strict=True):
        expected = {"empty": True, "vacuous": True} if row["empty"] else {}
        assert flags(row) == expected, (gold, row["detail"])
        assert row["audited"] is not row["empty"]


def _rows(path: Path, sql: str) -> list[tuple]:
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


DEPENDS = [
    "SELECT maker FROM car ORDER BY weight LIMIT 1",
    "SELECT maker FROM car LIMIT 1",
    "SELECT maker FROM car ORDER BY weight",
    "SELECT maker, id FROM car ORDER BY maker",
    "SELECT id, count(*) FROM car GROUP BY maker",
    "SELECT note, count(*) FROM car WHERE id < 3",
    "SELECT group_concat(maker) FROM car",
    "SELECT count(*) FROM car WHERE maker = (SELECT maker FROM car ORDER BY weight LIMIT 1)",
    "SELECT count(*) FROM car WHERE maker = (SELECT maker FROM car WHERE weight < 6)",
    "SELECT count(*) FROM (SELECT maker FROM car LIMIT 2) WHERE maker = 'b'",
    "SELECT id FROM car WHERE maker IN (SELECT maker FROM car ORDER BY weight LIMIT 1) ORDER BY id",
    "SELECT id FROM car UNION SELECT weight FROM car LIMIT 2 OFFSET 1",
]


@pytest.fixture(scope="module")
def found(databases):
    """The row of every gold in the lists below, from one audit."""
    golds = dict.fromkeys([*DEPENDS, *(case[0] for case in (*LIMITS_THAT_CUT, *TEXT_NUMBERS, *BROKEN_TEXT))])
    return {row["gold"]: row for row in audited(databases, *map(example, golds))}


@pytest.mark.parametrize("gold", DEPENDS)
def test_what_depends_on_row_order(found, gold):
    row = found[gold]
    assert row["depends_on_row_order"] is True, row["detail"]
    assert row["audited"] is False
    assert any(words.startswith("row order: ") for words in row["detail"])


LIMITS_THAT_CUT = [
    ("SELECT id FROM car ORDER BY weight LIMIT 1", True, True),
    ("SELECT weight FROM car ORDER BY weight LIMIT 1", True, False),  # the tied rows look the same
    ("SELECT id FROM car ORDER BY weight LIMIT 2", False, True),  # the tie is inside, and its order counts
    ("SELECT id FROM car ORDER BY weight DESC LIMIT 1 OFFSET 2", True, True),
    ("SELECT maker FROM car GROUP BY maker ORDER BY count(*) DESC LIMIT 1", False, False),
    ("SELECT note FROM car GROUP BY note ORDER BY count(*) LIMIT 1", True, True),
    ("SELECT DISTINCT weight FROM car ORDER BY weight LIMIT 1", False, False),
    ("SELECT weight AS w FROM car ORDER BY w LIMIT 1", True, False),
    ("SELECT id, weight FROM car ORDER BY 2 LIMIT 1", True, True),
    ("SELECT id FROM car WHERE id IN (SELECT id FROM car ORDER BY weight LIMIT 1)", True, True),
    ("SELECT weight FROM car UNION ALL SELECT weight FROM car ORDER BY weight LIMIT 1", True, False),
    ("SELECT DISTINCT maker FROM car ORDER BY weight LIMIT 1", None, True),
    ("SELECT id FROM car ORDER BY weight LIMIT 99", False, True),
    ("SELECT id FROM car ORDER BY id LIMIT 1", False, False),
]


@pytest.mark.parametrize(("gold", "cuts", "depends"), LIMITS_THAT_CUT)
def test_limits_that_cut_a_tie(found, gold, cuts, depends):
    row = found[gold]
    assert (row["limit_cuts_tie"], row["depends_on_row_order"]) == (cuts, depends), row["detail"]


TEXT_NUMBERS = [
    ("SELECT id FROM car ORDER BY power DESC LIMIT 1", True, True),  # '95' before '130'
    ("SELECT max(power) FROM car WHERE power <> 'null'", True, True),
    ("SELECT count(*) FROM car WHERE power > 100", True, True),
    ("SELECT count(*) FROM car WHERE power BETWEEN 1 AND 200", True, True),
    ("SELECT id FROM car ORDER BY year DESC LIMIT 1", True, False),  # years sort alike
    ("SELECT max(T1.year) FROM car AS T1", True, False),
    ("SELECT p FROM (SELECT power AS p, id FROM car) ORDER BY p LIMIT 1", True, True),
    ("SELECT count(*) FROM car WHERE power = 90", False, False),
    ("SELECT id FROM car ORDER BY CAST(power AS INTEGER), id", False, False),
    ("SELECT id FROM car ORDER BY maker, id", False, False),
    ("SELECT id FROM car ORDER BY weight DESC LIMIT 1", False, False),
]


@pytest.mark.parametrize(("gold", "sorts", "decides"), TEXT_NUMBERS)
def test_numbers_kept_as_text(found, gold, sorts, decides):
    row = found[gold]
    assert (row["sorts_text_numbers"], row["text_sort_decides"]) == (sorts, decides), row["detail"]


BROKEN_TEXT = [
    ("SELECT name FROM broken", True),
    ("SELECT count(*) FROM broken WHERE name LIKE 'K%'", True),
    ("SELECT safe FROM broken", False),
    ("SELECT count(*) FROM broken", False),
]


@pytest.mark.parametrize(("gold", "broken"), BROKEN_TEXT)
def test_text_that_is_not_utf_8(found, gold, broken):
    row = found[gold]
    assert (row["reads_non_utf8"], row["audited"]) == (broken, not broken)
    assert ("text that is not UTF-8: broken.name" in row["detail"]) is broken


def test_a_database_without_rows(databases):
    (row,) = audited(databases, example("SELECT count(*) FROM car", "toy/empty", vacuous=True))
    assert flags(row) == {"database_without_rows": True, "vacuous": True}
    assert row["audited"] is False


def test_what_examples_says_otherwise_is_an_error(databases):
    with pytest.raises(InvariantError, match="toy/dev/00000: gold_vacuous is True in `examples`, but"):
        audited(databases, example("SELECT 1 FROM car", vacuous=True))


def test_what_cannot_be_told_is_unknown_and_not_audited(databases):
    rows = audited(
        databases,
        example("SELECT id, count(*) OVER () FROM car"),
        example("SELECT id, max(weight) FROM car GROUP BY maker"),
        example(
            "SELECT count(*) FROM car WHERE id = (SELECT id FROM car AS o WHERE o.id = car.id ORDER BY id LIMIT 1)"
        ),
    )
    assert [row["depends_on_row_order"] for row in rows[:2]] == [None, None]
    assert rows[2]["limit_cuts_tie"] is None  # it cannot be asked without the query around it
    assert [row["audited"] for row in rows] == [False, False, True]


def test_a_rejected_gold_is_a_row_and_one_without_gold_is_not(databases):
    base = {"split": "dev", "source_file": "dev.json", "database_id": None, "detail": "x"}
    rejected = (
        base | {"source_row": 1, "gold": "SELECT nonsense", "reason": "gold_fails"},
        base | {"source_row": 2, "gold": "SELECT 1", "reason": "missing_database"},
        base | {"source_row": 3, "gold": None, "reason": "missing_field"},
    )
    rows = audited(databases, rejected=rejected)
    assert [(row["source_row"], row["fails"], row["audited"]) for row in rows] == [(1, True, False), (2, None, False)]


def test_the_same_gold_twice_is_asked_once_and_told_of_both(databases):
    seen = []
    twice = [example("SELECT 1 FROM car LIMIT 1"), example("SELECT 1 FROM car LIMIT 1") | {"source_row": 1}]
    rows = audit_flags(twice, (), databases, LIMITS, lambda *progress: seen.append(progress))
    assert len(rows) == 2 and seen == [(1, 1, "golds audited")]


@pytest.fixture(scope="module")
def dev(spider_root, tmp_path_factory):
    """The audit of Spider's dev split, and where its databases are."""
    folder = tmp_path_factory.mktemp("spider")
    dataset, limits = DatasetConfig("spider", str(spider_root)), SandboxConfig(workers=2)
    with open_verifier(limits) as verifier:
        split = load_split(dataset, "spider", "dev", folder, verifier)
    paths = database_paths(dataset, "spider", folder, {row["database_id"] for row in split.examples})
    return audit_flags(split.examples, split.rejected, paths, limits), paths


def shuffled(path: Path, seed: int) -> apsw.Connection:
    """A copy in memory without keys and indexes, the rows of every table in another order."""
    source, copy = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY), apsw.Connection(":memory:")
    tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    for (table,) in list(source.execute(tables)):
        columns = list(source.execute("SELECT name, type FROM pragma_table_info(?)", (table,)))
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        copy.execute(f'CREATE TABLE "{table}" ({declared})')
        rows = list(source.execute(f'SELECT * FROM "{table}"'))
        random.Random(seed).shuffle(rows)
        copy.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})', rows)
    return copy


@pytest.mark.spider
def test_on_shuffled_copies_no_gold_differs_that_is_said_not_to_depend_on_row_order(dev):
    rows, paths = dev
    copies = {name: shuffled(path, 7) for name, path in paths.items()}
    originals = {name: apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY) for name, path in paths.items()}
    differing = []
    for row in rows:
        for text in {official_gold(row["gold"]), strict_text(row["gold"])}:
            one, other = (list(db[row["database_id"]].execute(text)) for db in (originals, copies))
            if one != other if order_matters(text) else Counter(one) != Counter(other):
                differing.append(row)
    assert not [row["gold"] for row in differing if row["depends_on_row_order"] is False]
    assert len(differing) > 20  # the copies do tell


@pytest.mark.spider
def test_the_golds_of_spider_dev(dev):
    rows, _ = dev
    counts = {flag: sum(row[flag] is True for row in rows) for flag in (*FLAGS, "audited")}
    assert counts == DEV_COUNTS
    assert sum(row["limit_cuts_tie"] is True and row["depends_on_row_order"] is True for row in rows) == 46
    unknown = {flag: sum(row[flag] is None for row in rows) for flag in FLAGS}
    assert {flag: n for flag, n in unknown.items() if n} == {"limit_cuts_tie": 2, "depends_on_row_order": 7}
    assert all(row["audited"] == all(row[flag] is False for flag in DISQUALIFYING) for row in rows)


DEV_COUNTS = {
    "fails": 0,
    "empty": 57,
    "database_without_rows": 0,
    "vacuous": 57,
    "limit_cuts_tie": 48,
    "depends_on_row_order": 68,
    "sorts_text_numbers": 37,
    "text_sort_decides": 18,
    "reads_non_utf8": 0,
    "audited": 892,
}
