"""report_pair_funnel.sql: from the attempts to what a recipe keeps, by figures that one can count by hand."""

from __future__ import annotations

import pytest

from t2s_pipeline.preferences.recipe import Removal
from t2s_pipeline.reports.blocks import as_markdown
from t2s_pipeline.reports.render_pairs import pair_funnel
from t2s_pipeline.reports.run import report_connection, run_sql
from t2s_pipeline.table_definitions import REPORT_PAIR_FUNNEL
from tests.reports.pair_rows import RECIPES, pair_tables
from tests.reports.tables import EXPERIMENT


@pytest.fixture(scope="module")
def rows():
    with report_connection(pair_tables() | {"declared_recipes": RECIPES}) as connection:
        found = run_sql("report_pair_funnel", connection, {"experiment": EXPERIMENT})
    REPORT_PAIR_FUNNEL.check(REPORT_PAIR_FUNNEL.to_arrow(found))
    return found


@pytest.mark.parametrize(
    ("recipe", "step", "item", "counts"),
    [
        ("(all)", "examples", "", (6, 6)),
        ("(all)", "examples_that_teach", "", (4, 6)),
        ("(all)", "examples_asked", "", (4, 6)),
        ("(all)", "attempts", "", (6, 6)),
        ("(all)", "executable", "", (5, 6)),
        ("(all)", "official_and_strict_disagree", "", (1, 5)),  # of golds that teach
        ("(all)", "verified", "", (4, 6)),
        ("(all)", "verified", "right", (1, 4)),
        ("(all)", "verified", "wrong", (3, 4)),
        ("(all)", "examples_solved", "", (1, 4)),
        ("(all)", "examples_with_a_mined_pair", "", (3, 4)),
        ("(all)", "pairs", "", (6, 6)),
        ("(all)", "pairs", "synthetic_wrong_column", (3, 6)),
        ("synth20", "pairs_in", "", (6, 6)),
        ("synth20", "removed", "min_reward_margin", (1, 6)),
        ("synth20", "removed", "duplicate", (1, 6)),
        ("synth20", "removed", "max_pairs", (0, 6)),
        ("synth20", "kept", "", (3, 6)),
        ("synth20", "kept", "natural", (1, 3)),
        ("synth20", "kept", "synthetic", (1, 3)),
        ("strict", "kept", "", (0, 6)),
        ("strict", "kept", "natural", (0, 0)),
    ],
)
def test_counts(rows, recipe, step, item, counts):
    (row,) = [row for row in rows if (row["recipe"], row["step"], row["item"]) == (recipe, step, item)]
    assert (row["numerator"], row["denominator"]) == counts


def test_what_goes_in_is_removed_by_one_setting_or_kept(rows):
    for recipe in ("synth20", "strict"):
        own = {(row["step"], row["item"]): row["numerator"] for row in rows if row["recipe"] == recipe}
        removed = {item: count for (step, item), count in own.items() if step == "removed"}
        assert set(removed) == set(Removal)
        assert own["pairs_in", ""] == sum(removed.values()) + own["kept", ""]
        assert own["kept", ""] == sum(count for (step, item), count in own.items() if step == "kept" and item)


def test_rendered(rows):
    text = as_markdown(pair_funnel(rows))
    assert "| with train-side truth: right | 25.0 % (1/4; 95 % 4.6–69.9) |" in text
    assert "| Attempts | 6 |" in text and "| Pairs seen | 6 | 6 |" in text  # what the shares are of, and no estimates
    assert "| whose gold teaches | 66.7 % (4/6) |" in text
    assert "| removed by min_reward_margin | 16.7 % (1/6) | 100.0 % (6/6) |" in text
    assert "| later | no results: not made yet |" in text
