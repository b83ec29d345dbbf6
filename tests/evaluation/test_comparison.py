"""Two systems on the same examples."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.evaluation.comparison import Answer, ComparisonError, PairedCounts, compare, compare_answers
from t2s_pipeline.evaluation.judged import ScoredExample
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.scoring import score_predictions
from t2s_pipeline.evaluation.statistics import Proportion

OFFICIAL = MatchRule.OFFICIAL


def answers(correct: str, *, hardness: str = "easy") -> list[Answer]:
    return [
        Answer(f"e{n}", f"db{n % 2}", hardness, f"question {n}", "SELECT 1", "SELECT 2", letter == "1", None)
        for n, letter in enumerate(correct)
    ]


def test_figures_of_two_systems():
    comparison = compare_answers(answers("110010"), answers("101110"), OFFICIAL, ("a.txt", "b.txt"))
    assert comparison.all == PairedCounts(both=2, only_first=1, only_second=2, neither=1)
    assert (comparison.all.first, comparison.all.second) == (Proportion(3, 6), Proportion(4, 6))
    assert comparison.all.p_value == 1.0
    assert [a.example_id for a, _ in comparison.fixed] == ["e2", "e3"]
    assert [b.example_id for _, b in comparison.broken] == ["e1"]
    assert comparison.by_database == {"db0": PairedCounts(2, 0, 1, 0), "db1": PairedCounts(0, 1, 1, 1)}
    assert comparison.by_hardness == {"easy": comparison.all}
    assert [row["change"] for row in comparison.rows()] == [
        "both_right", "broken", "fixed", "fixed", "both_right", "both_wrong",
    ]  # fmt: skip
    text = comparison.as_text()
    assert "fixed 2, broken 1, both right 2, both wrong 1" in text and "+16.67 points" in text and "b.txt" in text
    figures = json.loads(json.dumps(comparison.as_dict()))
    assert (figures["fixed"], figures["broken"], figures["only_second"]) == (["e2", "e3"], ["e1"], 2)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_turned_around_fixed_and_broken_change_places(pairs):
    first, second = (answers("".join("01"[pair[side]] for pair in pairs)) for side in (0, 1))
    there, back = compare_answers(first, second, OFFICIAL), compare_answers(second, first, OFFICIAL)
    assert [a.example_id for a, _ in there.fixed] == [a.example_id for a, _ in back.broken]
    assert there.all.p_value == back.all.p_value
    assert there.all.difference[0] == -back.all.difference[0]
    groups = there.by_database.values()
    assert sum(group.only_second for group in groups) == len(there.fixed)
    assert there.all.total == len(pairs)


def test_the_order_of_the_second_does_not_matter():
    second = answers("0110")
    assert compare_answers(answers("0011"), second[::-1], OFFICIAL).all == PairedCounts(1, 1, 1, 1)


def test_long_lists_and_questions_are_cut_on_the_terminal_alone():
    second = [replace(answer, question="why " * 60) for answer in answers("1" * 30)]
    comparison = compare_answers([replace(a, correct=False) for a in second], second, OFFICIAL)
    text = comparison.as_text()
    assert "fixed, the first 20 of 30" in text and "e19 " in text and "e20 " not in text
    assert max(map(len, text.splitlines())) < 130
    assert len(comparison.as_dict()["fixed"]) == 30


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (answers("11"), answers("1"), r"1 examples are in a but not in b \(e1\)"),
        (answers("1"), answers("11"), r"1 examples are in b but not in a \(e1\)"),
        (answers("1") * 2, answers("1"), "a: e0 is answered twice"),
        ([], [], "a has no answers"),
        (answers("1"), [replace(answers("1")[0], gold="SELECT 3")], "e0 has another gold"),
    ],
)
def test_answers_to_other_questions_are_refused(first, second, said):
    with pytest.raises(ComparisonError, match=said):
        compare_answers(first, second, OFFICIAL, ("a", "b"))


def test_golds_may_differ_in_white_space_alone():
    second = [replace(answers("1")[0], gold=f" {answers('1')[0].gold}  ;\n")]
    assert compare_answers(answers("1"), second, OFFICIAL).all.both == 1


def test_ids_of_another_kind_are_paired_by_their_place():
    first = [replace(a, example_id=f"mine/dev/{n:05d}", database_id="mine/d") for n, a in enumerate(answers("10"))]
    second = [replace(a, example_id=f"gold/{n:05d}", database_id="gold/d") for n, a in enumerate(answers("01"))]
    assert [a.example_id for a, _ in compare_answers(first, second, OFFICIAL).fixed] == ["mine/dev/00001"]
    for other in ({"gold": "SELECT 3"}, {"database_id": "gold/e"}):
        changed = [second[0], replace(second[1], **other)]
        with pytest.raises(ComparisonError, match="mine/dev/00001 of first and gold/00001 of second .row 1 of each"):
            compare_answers(first, changed, OFFICIAL)


def test_reports_are_compared_by_their_rule(verifier, shop):
    example = ScoredExample("e", "shop", shop, None, "SELECT DISTINCT kind FROM item", "easy")
    reports = {
        rule: [score_predictions([example], [[sql]], verifier, rule=rule) for sql in SQLS]
        for rule in (OFFICIAL, MatchRule.STRICT)
    }
    assert compare(*reports[OFFICIAL]).all == PairedCounts(1, 0, 0, 0)
    assert compare(*reports[MatchRule.STRICT]).all == PairedCounts(0, 0, 1, 0)
    with pytest.raises(ComparisonError, match="first is scored by official, second by strict; take one rule"):
        compare(reports[OFFICIAL][0], reports[MatchRule.STRICT][1])


SQLS = ("SELECT kind FROM item", "SELECT DISTINCT kind FROM item")
