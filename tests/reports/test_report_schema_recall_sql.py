"""report_schema_recall.sql: recall over examples with a choice; where everything is shown it says so."""

from __future__ import annotations

from dataclasses import replace

from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import RETRIEVED_SCHEMAS
from tests.reports.tables import config, table

K6, BM25 = "retrieved_k6", "bm25_k2"


def shown(number: int, tables: list[str], gold: list[str] | None, choice: bool, retrieval: str = K6, **more):
    found = None if gold is None else len(set(tables) & set(gold))
    row = {"retrieval": retrieval, "schema_style": "compact", "token_budget": "none", "split": "dev"}
    row |= {"example_id": f"x/dev/{number}", "database_id": "x/shop", "tables": tables, "dropped_tables": []}
    return row | {"had_choice": choice, "gold_tables": gold, "gold_tables_found": found} | more


ROWS = [
    shown(0, ["a", "b", "c"], ["a"], False),
    shown(1, ["a", "b", "c"], ["a", "b"], False),
    shown(2, ["a", "b", "c"], None, False),
    shown(0, ["a", "b"], ["a"], True, BM25),
    shown(1, ["a", "c"], ["a", "b"], True, BM25),
    shown(2, ["c"], None, True, BM25),
    shown(3, ["a"], ["b"], True, K6, split="train"),
]


def report(rows, *modes: str):
    plain = config("k6", "bm25")
    arms = plain.arms | {"bm25": replace(plain.arms["bm25"], retrieval_mode="bm25", top_k_tables=2)}
    with report_connection({"retrieved_schemas": table(RETRIEVED_SCHEMAS, rows)}) as connection:
        return run_report("report_schema_recall", connection, replace(plain, arms={m: arms[m] for m in modes}))


def test_recall_and_what_it_is_worth():
    rows = report(ROWS, "k6", "bm25").to_pylist()
    found = {
        (r["retrieval"], r["cases"], r["measure"]): (r["numerator"], r["denominator"]) for r in rows if not r["item"]
    }
    assert found == {
        (K6, "all", "everything_shown"): (3, 3),
        (K6, "all", "gold_not_parsed"): (1, 3),
        (K6, "all", "gold_tables"): (3, 3),
        (K6, "all", "all_tables"): (2, 2),
        (K6, "all", "any_table"): (2, 2),
        (BM25, "all", "everything_shown"): (0, 3),
        (BM25, "all", "gold_not_parsed"): (1, 3),
        (BM25, "all", "gold_tables"): (2, 3),
        (BM25, "all", "all_tables"): (1, 2),
        (BM25, "all", "any_table"): (2, 2),
        (BM25, "with_choice", "gold_tables"): (2, 3),
        (BM25, "with_choice", "all_tables"): (1, 2),
        (BM25, "with_choice", "any_table"): (2, 2),
    }
    (missed,) = [r for r in rows if r["measure"] == "missed_table"]
    assert (missed["item"], missed["numerator"], missed["denominator"]) == ("x/shop.b", 1, 1)
    assert missed["example_ids"] == ["x/dev/1"]
    jaccard = {
        (r["retrieval"], r["cases"]): (r["numerator"], r["denominator"]) for r in rows if r["measure"] == "jaccard"
    }
    assert jaccard == {(BM25, "all"): (5, 9), (BM25, "with_choice"): (5, 9)}
    gold = next(r for r in rows if r["measure"] == "gold_tables" and r["retrieval"] == BM25)
    assert (gold["mean_shown"], gold["mean_gold"]) == (2.0, 1.5)


def test_markdown_says_where_recall_is_vacuous_and_what_is_missing():
    text = markdown(report(ROWS, "k6"))
    assert "| retrieved_k6 compact | with a choice | none: recall says nothing here |" in text
    assert "| retrieved_k6 compact | all | 100.0 % (3/3; 95 % 43.9–100.0) |" in text
    missing = report([], "k6")
    assert "retrieved_schemas" in missing.to_pylist()[0]["missing"]
    assert "| retrieved_k6 compact | no results: not made yet" in markdown(missing)
