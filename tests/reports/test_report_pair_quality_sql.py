"""report_pair_quality.sql: figures that one can count by hand, before the recipes and after each."""

from __future__ import annotations

import math

import pytest

from t2s_pipeline.reports.blocks import as_markdown
from t2s_pipeline.reports.render_pairs import pair_quality
from t2s_pipeline.reports.run import report_connection, run_sql
from t2s_pipeline.table_definitions import PAIRS, REPORT_PAIR_QUALITY
from tests.reports.pair_rows import COLUMN, COST, GOLD, RECIPES, REPAIR, pair_tables
from tests.reports.tables import EXPERIMENT


def quality(tables):
    with report_connection(tables | {"declared_recipes": RECIPES}) as connection:
        rows = run_sql("report_pair_quality", connection, {"experiment": EXPERIMENT})
    REPORT_PAIR_QUALITY.check(REPORT_PAIR_QUALITY.to_arrow(rows))
    return rows


@pytest.fixture(scope="module")
def rows():
    return quality(pair_tables())


@pytest.fixture(scope="module")
def cells(rows):
    return {(row["pair_set"], row["measure"], row["item"]): row for row in rows}


@pytest.mark.parametrize(
    ("pair_set", "measure", "item", "counts"),
    [
        ("(before)", "pairs", "", (6, 6)),
        ("(before)", "examples", "", (5, 6)),
        ("(before)", "pair_type", COLUMN, (3, 6)),
        ("(before)", "pair_type", COST, (1, 6)),
        ("(before)", "origin", "natural", (2, 6)),
        ("(before)", "input", "synthetic", (3, 6)),
        ("(before)", "duplicates", "", (1, 6)),
        ("(before)", "prompt_moved", "", (1, 6)),
        ("(before)", "chosen_executable", "", (5, 5)),  # of one pair nobody knows
        ("(before)", "rejected_executable", "", (4, 6)),
        ("(before)", "executable_hard_negatives", "", (3, 6)),  # the dearer of two right answers is none
        ("(before)", "hardness", "easy", (3, 6)),
        ("(before)", "hardness", "unknown", (1, 6)),
        ("(before)", "database", "toy/db0", (3, 6)),
        ("(before)", "reward_margin_histogram", "0.8", (3, 6)),
        ("(before)", "reward_margin_histogram", "0.0", (1, 6)),
        ("(before)", "edit_distance_histogram", "0.9", (2, 6)),  # 0.95 and 1
        ("synth20", "pairs", "", (3, 6)),
        ("synth20", "pair_type", COLUMN, (1, 3)),
        ("synth20", "pair_type", GOLD, (1, 3)),
        ("synth20", "duplicates", "", (0, 3)),
        ("strict", "pairs", "", (0, 6)),
    ],
)
def test_shares(cells, pair_set, measure, item, counts):
    row = cells[pair_set, measure, item]
    assert (row["numerator"], row["denominator"]) == counts
    assert row["value"] == counts[0] / counts[1]


@pytest.mark.parametrize(
    ("measure", "item", "value"),
    [
        ("reward_margin", "mean", 0.7),
        ("reward_margin", "min", 0.1),
        ("reward_margin", "p50", 0.8),
        ("reward_margin", "max", 1.2),
        ("edit_distance_ratio", "p25", 0.1375),
        ("length_difference_characters", "mean", -0.5),  # 8 - 6 once, 8 - 9 five times
        ("length_difference_tokens", "max", -1.0),
    ],
)
def test_means_and_quantiles(cells, measure, item, value):
    row = cells["(before)", measure, item]
    assert (row["numerator"], row["denominator"], row["value"]) == (None, 6, value)


def test_the_entropy_of_types_is_in_bits(cells):
    expected = -(3 / 6 * math.log2(3 / 6) + 3 * (1 / 6 * math.log2(1 / 6)))
    assert cells["(before)", "pair_type_entropy_bits", ""]["value"] == round(expected, 6)
    assert cells["synth20", "pair_type_entropy_bits", ""]["value"] == round(math.log2(3), 6)


def test_groups_and_bins_sum_to_all_pairs(rows):
    for measure in ("pair_type", "origin", "input", "hardness", "database", "reward_margin_histogram"):
        for pair_set, total in (("(before)", 6), ("synth20", 3)):
            found = [r["numerator"] for r in rows if (r["measure"], r["pair_set"]) == (measure, pair_set)]
            assert sum(found) == total, measure


def test_a_recipe_without_results_says_so(cells):
    assert cells["later", "(no results)", ""]["missing"] == "not made yet"
    assert [pair_set for pair_set, *_ in cells if pair_set == "later"] == ["later"]


def test_one_type_has_no_entropy_and_no_pairs_have_no_figures():
    tables = pair_tables()
    only = tables["pairs"].to_pylist()[:1]
    assert only[0]["pair_type"] == REPAIR
    rows = quality(tables | {"pairs": PAIRS.to_arrow(only)})
    assert {r["value"] for r in rows if (r["pair_set"], r["measure"]) == ("(before)", "pair_type_entropy_bits")} == {
        0.0
    }
    rows = quality(tables | {"pairs": PAIRS.to_arrow([])})
    before = [row for row in rows if row["pair_set"] == "(before)"]
    assert [(row["measure"], row["numerator"], row["value"]) for row in before] == [("pairs", 0, None)]
    assert "– (0/0)" in as_markdown(pair_quality(rows))


def test_rendered(rows):
    text = as_markdown(pair_quality(rows))
    assert "| Pairs | (before) | synth20 | strict |" in text
    assert "| Executable hard negatives | 50.0 % (3/6) | 66.7 % (2/3) | – |" in text
    assert "| `synthetic_wrong_column` | 50.0 % (3/6) | 33.3 % (1/3) | 0 |" in text
    assert "| Reward margin | (before) | 0.7 | 0.1 |" in text
    assert "| later | no results: not made yet |" in text
