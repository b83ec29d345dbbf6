"""The macros: those of figures against their definitions, those of relations against what reports say of the same."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.evaluation.statistics import exact_mcnemar, wilson_interval
from t2s_pipeline.macros import FILES, all_macros, macros_named_in
from t2s_pipeline.reports.run import report_connection
from tests.reports.tables import EXPERIMENT, Outcome, all_tables, beside_another_experiment
from tests.reports.vote_rows import EXAMPLES_OF_ARM, vote_tables

RIGHT, WRONG = (True, True), (False, True)


def value(expression: str, **parameters: Any) -> Any:
    query = f"SELECT {expression}"
    with duckdb.connect() as connection:
        for macro in macros_named_in(query):
            connection.execute(macro.statement())
        return connection.execute(query, parameters).fetchone()[0]


def rows(query: str, tables: dict) -> list[tuple]:
    with report_connection(beside_another_experiment(tables)) as connection:
        for macro in macros_named_in(query):
            connection.execute(macro.temporary())
        return connection.execute(query, {"experiment": EXPERIMENT}).fetchall()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 600), st.integers(0, 600))
def test_exact_mcnemar_is_that_of_the_statistics(only_first, only_second):
    """exact_mcnemar.sql"""
    found = value("exact_mcnemar($a, $b)", a=only_first, b=only_second)
    assert found == pytest.approx(exact_mcnemar(only_first, only_second), rel=1e-9)


@pytest.mark.parametrize(("only_first", "only_second"), [("NULL", "3"), ("3", "NULL::INT"), ("-1", "3")])
def test_exact_mcnemar_of_what_is_no_count_is_not_told(only_first, only_second):
    assert value(f"exact_mcnemar({only_first}, {only_second})") is None


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 9), st.data())
def test_pass_at_k_is_the_mean_over_every_choice_of_k(n, data):
    """pass_at_k.sql"""
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    chosen = [any(samples) for samples in combinations([number < c for number in range(n)], k)]
    assert value("pass_at_k($n, $c, $k)", n=n, c=c, k=k) == pytest.approx(sum(chosen) / len(chosen))


def test_pass_at_k_of_more_than_there_are_is_not_told():
    assert value("pass_at_k(5, 2, 6)") is None


def test_accuracy_is_an_aggregate_in_which_an_undecided_verdict_is_wrong():
    """accuracy.sql"""
    found = value("accuracy(verdict) FROM (VALUES (true), (true), (false), (NULL)) AS given(verdict)")
    low, high = wilson_interval(2, 4)
    assert found == pytest.approx(
        {"numerator": 2, "denominator": 4, "value": 0.5, "interval_low": low, "interval_high": high}
    )


def arm(bits: str, second: str | None = None) -> list[Outcome]:
    """An outcome a bit; the last example is excluded, the one before it is not audited."""
    turns = [(RIGHT if bit == "1" else WRONG,) for bit in bits]
    if second:
        turns = [(*first, RIGHT if bit == "1" else WRONG) for first, bit in zip(turns, second, strict=True)]
    last = len(bits) - 1
    return [
        Outcome(
            "execution_correct" if t[0][0] else "wrong_result",
            t,
            hardness=("easy", "hard")[n % 2],
            excluded_reason="gold_disputed" if n == last else None,
            audited=n != last - 1,
            uses={"joins": n, "likes": n % 3},
        )
        for n, t in enumerate(turns)
    ]


ARMS = {"one_shot": arm("001101"), "other": arm("011010"), "repair": arm("001101", "111101")}


def test_execution_accuracy_is_what_evaluations_say():
    """slices.sql"""
    tables = all_tables(ARMS)
    columns = "arm, subset, gold_aware, numerator, denominator, value, interval_low, interval_high"
    counted = rows(f"SELECT {columns} FROM execution_accuracy($experiment) ORDER BY ALL", tables)
    reported = rows(
        f"SELECT {columns} FROM evaluations WHERE experiment = $experiment "
        "AND metric = 'final_example_execution_accuracy' ORDER BY ALL",
        tables,
    )
    assert counted == reported and {"all", "not_excluded", "audited", "joins=3+", "like=yes"} <= {r[1] for r in counted}


def test_slices_are_counts_or_yes_and_no_and_known_of_every_example():
    query = (
        "SELECT slice, level, count(*) FROM slices($experiment) WHERE slice IN ('joins', 'like', 'case') GROUP BY ALL"
    )
    assert sorted(rows(query, all_tables(ARMS))) == [
        ("case", "unknown", 6),
        ("joins", "0", 1),
        ("joins", "1", 1),
        ("joins", "2", 1),
        ("joins", "3+", 3),
        ("like", "no", 2),
        ("like", "yes", 4),
    ]


def test_two_arms_are_compared_and_their_flips_listed():
    """paired.sql"""
    tables = all_tables(ARMS)
    counts = rows("FROM compare_arms($experiment, 'one_shot', 'other')", tables)
    assert counts == [(6, 1, 2, 2, 1, 0.0, 1.0)]
    flips = rows("SELECT change, example_id[-1:] FROM flips($experiment, 'one_shot', 'other')", tables)
    assert flips == [("fixed", "1"), ("fixed", "4"), ("broken", "3"), ("broken", "5")]
    back = rows("SELECT change, example_id[-1:] FROM flips($experiment, 'other', 'one_shot')", tables)
    assert back == [("fixed", "3"), ("fixed", "5"), ("broken", "1"), ("broken", "4")]
    repaired = "SELECT count(*), count(change) FROM paired_answers($experiment, 'one_shot', 'repair'{})"
    assert rows(repaired.format(""), tables) == [(6, 2)]
    first_turn = ", of_metric := 'first_turn_example_accuracy'"
    assert rows(repaired.format(first_turn), tables) == [(6, 0)]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (
            ("$experiment", "'one_shot'", "'others'"),
            "no answers of arm 'others' in experiment 'published'; there are those of one_",
        ),
        (("$experiment", "'others'", "'one_shot'"), "no answers of arm 'others'"),
        (("'demo'", "'one_shot'", "'other'"), "no answers of experiment 'demo'; there are those of other, published"),
    ],
)
@pytest.mark.parametrize("macro", ["compare_arms", "flips"])
def test_two_arms_of_which_one_is_not_there_are_an_error_that_names_those_that_are(macro, names, said):
    """paired.sql"""
    with pytest.raises(duckdb.InvalidInputException, match=re.escape(said)):
        rows(f"FROM {macro}({', '.join(names)}) WHERE $experiment IS NOT NULL", all_tables(ARMS))


def test_two_arms_without_a_common_example_are_an_error_and_no_p_value():
    """paired.sql"""
    tables = all_tables(ARMS)
    answers = tables["trajectories"].to_pylist()
    for row in answers:
        row["example_id"] += "/" + row["rollout"]
    tables["trajectories"] = pa.Table.from_pylist(answers, tables["trajectories"].schema)
    compared = "FROM {} SELECT * WHERE $experiment IS NOT NULL"
    one = "compare_arms($experiment, 'one_shot', 'other')"
    listed = "(VALUES ('other')) AS v(second), LATERAL (FROM compare_arms($experiment, 'one_shot', second))"
    for source in (one, listed):
        with pytest.raises(duckdb.InvalidInputException, match="'one_shot' and 'other' .* no example in common"):
            rows(compared.format(source), tables)
    assert rows(f"SELECT difference, p_value FROM {one}", tables) == [(None, None)]


def test_arms_may_be_those_of_a_list():
    query = """
        SELECT second, broken
        FROM (VALUES ('other'), ('{}')) AS v(second),
            LATERAL (SELECT * FROM compare_arms($experiment, 'one_shot', second)) AS r
    """
    assert sorted(rows(query.format("repair"), all_tables(ARMS))) == [("other", 2), ("repair", 0)]
    with pytest.raises(duckdb.InvalidInputException, match="no answers of arm 'none'"):
        rows(query.format("none"), all_tables(ARMS))


def test_pass_at_counts_the_samples_of_the_first_turn():
    """samples.sql and votes.sql"""
    tables = vote_tables()
    for k, right in ((1, 3), (3, 3)):
        query = f"SELECT arm, numerator, denominator FROM pass_at($experiment, {k}) WHERE rule = 'official'"
        ((name, numerator, denominator),) = rows(query, tables)
        share = sum(sum(v[0] for v in verdicts) / 3 for verdicts, _, _ in EXAMPLES_OF_ARM) if k == 1 else right
        assert (name, denominator) == ("sampled", 4) and numerator == pytest.approx(share)
    assert rows("FROM pass_at($experiment, 4)", tables) == []
    answers = rows("SELECT answer, count(*) FROM vote_answers($experiment) WHERE rule = 'strict' GROUP BY ALL", tables)
    assert dict(answers)["vav"] == dict(answers)["any_sample"] == 4


def test_every_macro_says_what_it_is_and_comes_after_those_that_it_calls():
    names = [macro.name for macro in all_macros()]
    assert len(set(names)) == len(names) >= len(FILES)
    for number, macro in enumerate(all_macros()):
        assert macro.description.endswith(".") and len(macro.description) > 20, macro.name
        called = [other.name for other in macros_named_in(macro.definition) if other is not macro]
        assert all(names.index(name) < number for name in called), macro.name


def test_a_query_gets_the_macros_that_it_names_and_no_more():
    named = [macro.name for macro in macros_named_in("-- not flips(\nFROM pass_at('demo', 2)")]
    assert named[-3:] == ["judged_samples", "sample_counts", "pass_at"] and "flips" not in named
