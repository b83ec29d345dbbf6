"""Rows of `diagnoses`: real queries on a real database; one row for each attempt that is not correct."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from t2s_pipeline.evaluation.diagnosis import catalogues_of, diagnosis_rows
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.table_definitions import DIAGNOSES

GOLD = "SELECT name FROM item WHERE kind = 'a'"
COLUMNS = [
    {"database_id": "shop", "table_name": table, "column_name": name, "position": place}
    for table, names in {"item": ["id", "name", "price", "kind", "value"], "spare": ["id"]}.items()
    for place, name in reversed(list(enumerate(names)))
]
SQLS = [
    GOLD,
    "SELECT name FROM item",
    "SELECT price FROM item WHERE kind = 'a'",
    "SELECT name FROM item WHERE kind = 'z'",
    "SELECT spare.name FROM item JOIN spare ON item.id = spare.id",
    "SELECT name FROM nowhere",
    None,
    "SELECT id FROM item, spare",
]


@pytest.fixture(scope="module")
def rows(verifier, shop):
    texts = [sql or "" for sql in SQLS]
    verdicts = verifier.verify([Candidate("shop", shop, GOLD, sql) for sql in texts])
    attempts = [
        {"rollout": "arm", "example_id": "e", "turn": 1, "sample": n, "database_id": "shop", "sql": SQLS[n]}
        | {"error": v.error, "error_class": str(v.error_class), "executable": v.executable}
        | {"correct": bool(v.correct_official)}
        for n, v in enumerate(verdicts)
    ]
    examples = [{"example_id": "e", "gold": GOLD}]
    return diagnosis_rows(attempts, examples, COLUMNS, {"shop": Path(shop)}, verifier, "official")


def test_one_row_for_each_attempt_that_is_not_correct(rows):
    assert [row["sample"] for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert DIAGNOSES.to_arrow({"experiment": "x"} | row for row in rows).num_rows == 7


def test_classes_scopes_tags_and_causes(rows):
    found = [(r["error_class"], r["deployment_scope"], r.get("column_tag"), r.get("causes")) for r in rows]
    assert found == [
        ("wrong_row_count", "offline", None, ["missing_where"]),
        ("wrong_result", "offline", None, ["wrong_column"]),
        ("empty_result", "guarded", None, ["wrong_literal"]),
        ("no_such_column", "online", "wrong_table_column_mapping", None),
        ("no_such_table", "online", None, None),
        ("missing_candidate", "online_retry", None, None),
        ("ambiguous_column", "online", "ambiguous_column", None),
    ]
    assert (rows[3]["column_reference"], rows[3]["column_table"], rows[3]["column_owners"]) == (
        "spare.name",
        "spare",
        ["item"],
    )


def test_what_is_read_is_sqlites_account(rows):
    assert all(row["gold_tables"] == ["item"] for row in rows)
    assert rows[0]["gold_columns"] == ["item.kind", "item.name"] and rows[0]["sql_columns"] == ["item.name"]
    assert [("sql_tables" in row) for row in rows] == [True, True, True, False, False, False, False]


def test_columns_stand_in_their_order():
    assert list(catalogues_of(COLUMNS)["shop"].table("item").columns) == ["id", "name", "price", "kind", "value"]


def test_nothing_that_does_without_gold_imports_it():
    """Prompts, generation, rollouts, preferences and training know nothing of diagnoses."""
    package = Path(__file__).parents[2] / "t2s_pipeline"
    importers = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module in ("t2s_pipeline.evaluation.diagnosis", "t2s_pipeline.table_definitions.diagnoses"):
                importers.add(path.relative_to(package).as_posix())
    assert importers == {"table_definitions/__init__.py"}
    read_by = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(isinstance(n, ast.Constant) and n.value == "diagnoses" for n in ast.walk(ast.parse(path.read_text())))
    ]
    assert sorted(read_by) == ["reports/declared.py", "reports/listing.py", "table_definitions/diagnoses.py"]
