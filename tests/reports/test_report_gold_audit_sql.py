"""report_gold_audit.sql and its Markdown: counts of true and unknown flags by split."""

from __future__ import annotations

import pytest

from t2s_pipeline.evaluation.gold_audit import FLAGS
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import GOLD_AUDIT
from tests.reports.tables import beside_another_experiment, config, table

ROWS = [
    {"split": "dev", "fails": False, "empty": True, "vacuous": True, "limit_cuts_tie": None},
    {"split": "dev", "fails": False, "empty": False, "vacuous": False, "limit_cuts_tie": True, "audited": True},
    {"split": "dev", "fails": False, "empty": False, "vacuous": False, "limit_cuts_tie": False, "audited": True},
    {"split": "train", "fails": True},
]


def report(rows, catalogue=False):
    tables = {"gold_audit": table(GOLD_AUDIT, ({"source_row": n, "detail": []} | row for n, row in enumerate(rows)))}
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_gold_audit", connection, config("arm"))


@pytest.mark.parametrize("catalogue", [False, True])
def test_true_and_unknown_are_counted_over_all_golds_of_the_split(catalogue):
    found = {
        (row["split"], row["finding"]): (row["numerator"], row["unknown"], row["denominator"])
        for row in report(ROWS, catalogue).to_pylist()
    }
    assert found["dev", "empty"] == (1, 0, 3)
    assert found["dev", "limit_cuts_tie"] == (1, 1, 3)
    assert found["dev", "audited"] == (2, 0, 3)
    assert found["train", "fails"] == (1, 0, 1)
    assert found["train", "empty"] == (0, 1, 1)


def test_every_flag_has_its_row_in_order():
    rows = report(ROWS).to_pylist()
    assert [row["finding"] for row in rows if row["split"] == "dev"] == [*FLAGS, "audited"]


def test_markdown_has_a_column_a_split_and_says_where_nothing_was_audited():
    text = markdown(report(ROWS))
    assert "| Finding | train | train, unknown | dev | dev, unknown |" in text
    assert "| `empty` | 0.0 % (0/1;" in text
    assert markdown(report([])) == "The golds were not audited yet.\n"
