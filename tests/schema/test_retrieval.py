"""Retrieval: what each mode chooses on a small database, and what holds for every database and question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table
from t2s_pipeline.schema.retrieval import TableRetriever, has_choice, retrieve

MODES = ("full", "retrieved", "bm25", "bm25_fk")


def table(name: str, *columns: str) -> Table:
    return Table(name, tuple(Column(column, "TEXT") for column in columns))


CONCERTS = DatabaseSchema(
    "toy/concerts",
    (
        table("attendance", "visit_id", "person"),
        table("concert", "concert_id", "theme", "stadium_id"),
        table("link", "concert_id", "performer_id"),
        table("performer", "performer_id", "full_name", "age"),
        table("stadium", "stadium_id", "location", "capacity"),
        table("weather", "day", "rain"),
    ),
    (
        ForeignKey("concert", "stadium_id", "stadium", "stadium_id"),
        ForeignKey("link", "concert_id", "concert", "concert_id"),
        ForeignKey("link", "performer_id", "performer", "performer_id"),
    ),
)


def test_full_is_the_database_in_its_order():
    assert retrieve(CONCERTS, "anything", "full", 1) == tuple(t.name for t in CONCERTS.tables)


@pytest.mark.parametrize("mode", ["retrieved", "bm25"])
def test_the_table_that_shares_words_comes_first(mode):
    assert retrieve(CONCERTS, "What is the capacity of each stadium?", mode, 1) == ("stadium",)
    assert retrieve(CONCERTS, "age of the performer", mode, 2) == ("performer", "link")


def test_retrieved_scores_three_a_shared_word_and_one_a_soft_hit():
    scores = TableRetriever(CONCERTS)._overlap_scores("Which THEME has the latest rainy day?")
    # weather: `day`; `rainy` holds `rain` and both have four letters. concert: `theme`; `the` is too short for it.
    assert dict(zip([t.name for t in CONCERTS.tables], scores, strict=True)) == {
        "attendance": 0, "concert": 3, "link": 0, "performer": 0, "stadium": 0, "weather": 4,
    }  # fmt: skip


def test_tables_without_a_score_are_left_out_unless_all_are():
    assert retrieve(CONCERTS, "rain", "retrieved", 3) == ("weather",)
    assert retrieve(CONCERTS, "zzz", "retrieved", 3) == ("attendance", "concert", "link")
    assert retrieve(CONCERTS, "", "bm25", 2) == ("attendance", "concert")


def test_a_word_of_most_tables_still_counts_for_them():
    tables = (table("a", "id", "price"), table("b", "id", "price"), table("c", "id"))
    assert set(retrieve(DatabaseSchema("toy/three", tables, ()), "price", "bm25", 2)) == {"a", "b"}


def test_foreign_keys_add_joining_tables_hop_by_hop():
    question = "capacity"
    assert retrieve(CONCERTS, question, "bm25", 2) == ("stadium",)
    assert retrieve(CONCERTS, question, "bm25_fk", 2, fk_hops=0) == ("stadium",)
    assert retrieve(CONCERTS, question, "bm25_fk", 2, fk_hops=1) == ("stadium", "concert")
    assert retrieve(CONCERTS, question, "bm25_fk", 2, fk_hops=2) == ("stadium", "concert", "link")
    reached = retrieve(CONCERTS, question, "bm25_fk", 2, fk_hops=10**9)
    assert reached == ("stadium", "concert", "link", "performer")


def test_nothing_to_rank_is_no_error():
    empty = DatabaseSchema("toy/empty", (), ())
    wordless = DatabaseSchema("toy/wordless", (table("$", "?"), table("€", "§")), ())
    for mode in MODES:
        assert retrieve(empty, "anything", mode) == ()
        assert len(retrieve(wordless, "anything", mode, 1)) == (2 if mode == "full" else 1)


_WORDS = st.sampled_from(["singer", "song", "name", "age", "id", "Überraschung", "song_name", "x1", "stadiums"])


@st.composite
def schemas(draw) -> DatabaseSchema:
    names = draw(st.lists(_WORDS, unique_by=str.lower, max_size=7))
    tables = tuple(table(n, *draw(st.lists(_WORDS, unique_by=str.lower, max_size=4))) for n in names)
    ends = st.sampled_from(names) if names else st.nothing()
    key = st.builds(ForeignKey, ends, st.just("id"), ends, st.just("id"))
    keys = draw(st.lists(key, max_size=6 if names else 0))
    return DatabaseSchema("toy/any", tables, tuple(keys))


@settings(max_examples=200, deadline=None)
@given(
    schemas(),
    st.lists(_WORDS | st.text(max_size=8), max_size=6).map(" ".join),
    st.sampled_from(MODES),
    st.integers(0, 9),
    st.integers(0, 3),
)
def test_invariants(schema, question, mode, top_k, hops):
    names = [t.name for t in schema.tables]
    chosen = retrieve(schema, question, mode, top_k, hops)
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(names)
    assert bool(chosen) == bool(names)
    assert chosen == retrieve(schema, question, mode, top_k, hops)
    assert chosen == TableRetriever(schema).retrieve(question, mode, top_k, hops)
    if not has_choice(len(names), mode, top_k):
        assert set(chosen) == set(names)
    elif mode == "bm25_fk":
        seeds = retrieve(schema, question, "bm25", top_k)
        assert chosen[: len(seeds)] == seeds
        assert hops or chosen == seeds
    else:
        assert len(chosen) <= top_k
    # A schema's tables come out in the database's order, whatever the ranking.
    assert [t.name for t in schema.subset(chosen).tables] == [n for n in names if n in chosen]
