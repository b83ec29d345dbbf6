"""Which values a prompt shows of a column: those that the question names, then the database's first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.schema.column_values import EXAMPLES_SHOWN, DatabaseValues, sql_literal

COUNTRY = ("singer", "country")
VALUES = DatabaseValues(
    {
        COUNTRY: ("United States", "France", "Netherlands", "South Korea", "It's", "Far North Island"),
        ("singer", "year"): (1990, 1991, 2014, 2015),
        ("singer", "share"): (0.5, 3.0),
        ("singer", "sex"): ("F", "M"),
        ("singer", "note"): ("a very long remark on somebody", "short"),
        ("singer", "empty"): (),
    }
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How many singers are from france?", "'France'"),
        ("Singers of the NETHERLANDS", "'Netherlands'"),
        ("Who is from Netherland?", "'Netherlands'"),
        ("How many live in South Koreea?", "'South Korea'"),
        ("How many singers are there?", "'United States'"),
        ("Is it from any of the states?", "'United States'"),
        ("Which live in the north?", "'United States'"),  # a third of `Far North Island`
    ],
)
def test_the_value_that_a_question_names_comes_first(question, first):
    assert VALUES.examples(question)[COUNTRY][0] == first


def test_two_values_that_are_named_both_come_before_others():
    shown = VALUES.examples("From South Korea or France, in 2014?")
    # Both wholly named; the one of more words first.
    assert shown[COUNTRY] == ("'South Korea'", "'France'", "'United States'")
    assert shown["singer", "year"] == ("2014", "1990", "1991")


def test_a_number_with_a_fraction_and_a_word_of_every_question_name_nothing():
    assert VALUES.examples("0.5 or 5 of them?")["singer", "share"] == ("0.5", "3.0")
    assert VALUES.examples("How many in 3 years?")["singer", "share"] == ("3.0", "0.5")
    assert VALUES.examples("It is a list")[COUNTRY][0] == "'United States'"


def test_of_long_values_that_nobody_named_one_is_shown():
    assert VALUES.examples("x")["singer", "note"] == ("'a very long remark on somebody'", "'short'")
    long = DatabaseValues({("t", "c"): tuple(f"a remark of more than twenty letters, number {n}" for n in range(5))})
    assert len(long.examples("x")["t", "c"]) == 1


def test_a_column_without_values_is_not_there():
    assert ("singer", "empty") not in VALUES.examples("x")


_values = st.lists(st.one_of(st.text(max_size=12), st.integers(-50, 50), st.floats(-9, 9)), max_size=8, unique_by=repr)


@given(_values, st.text(max_size=40))
def test_examples_are_values_of_the_column_and_always_the_same(values, question):
    found = DatabaseValues({("t", "c"): values}).examples(question)
    shown = found.get(("t", "c"), ())
    assert set(shown) <= {sql_literal(value) for value in values}
    assert len(shown) == len(set(shown)) <= EXAMPLES_SHOWN and bool(shown) == bool(values)
    assert found == DatabaseValues({("t", "c"): values}).examples(question)
