"""Which tables give way to a token budget: the least relevant first, those that join others only after what they join."""

from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.schema.budget import fit_tables
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table


def schema_of(names: str, keys: str = "") -> DatabaseSchema:
    tables = tuple(Table(name, (Column("id", "INT", True),)) for name in names)
    return DatabaseSchema("toy/x", tables, tuple(ForeignKey(k[0], "id", k[1], "id") for k in keys.split()))


def order_of_going(schema: DatabaseSchema, ranked: str) -> str:
    kept, dropped = fit_tables(schema, tuple(ranked), lambda _: False)
    assert kept == (ranked[0],)
    return "".join(dropped)


def test_what_fits_stays():
    assert fit_tables(schema_of("abc"), ("c", "a"), lambda tables: len(tables) <= 2) == (("c", "a"), ())


def test_the_least_relevant_goes_first_and_the_rest_keeps_its_order():
    kept, dropped = fit_tables(schema_of("abcd"), ("c", "a", "d", "b"), lambda tables: len(tables) <= 2)
    assert (kept, dropped) == (("c", "a"), ("b", "d"))


def test_a_link_table_outlives_the_less_relevant_of_those_it_links():
    # l joins a and b and ranks last; b goes before it, and then it joins nothing.
    assert order_of_going(schema_of("abl", "la lb"), "abl") == "bl"
    # c is linked to nothing and goes first, however relevant than l it is.
    assert order_of_going(schema_of("abcl", "la lb"), "abcl") == "cbl"


def test_a_second_way_between_two_tables_makes_the_link_needless():
    assert order_of_going(schema_of("abl", "la lb ab"), "abl") == "lb"


def test_a_link_over_tables_that_are_not_shown_is_none():
    kept, dropped = fit_tables(schema_of("abcl", "lc cb la"), ("a", "b", "l"), lambda tables: len(tables) <= 2)
    assert (kept, dropped) == (("a", "b"), ("l",))


@st.composite
def _databases(draw):
    names = "abcdefg"[: draw(st.integers(1, 7))]
    pairs = st.tuples(st.sampled_from(names), st.sampled_from(names)).map("".join)
    ranked = draw(st.permutations(names))
    return schema_of(names, " ".join(draw(st.lists(pairs, max_size=9)))), tuple(ranked), draw(st.integers(1, 7))


def _parts(schema: DatabaseSchema, names: set[str]) -> int:
    """Into how many pieces foreign keys leave `names`."""
    left, parts = set(names), 0
    while left:
        parts, frontier = parts + 1, [left.pop()]
        while frontier:
            table = frontier.pop()
            near = {k.referenced_table if k.table == table else k.table for k in schema.foreign_keys
                    if table in (k.table, k.referenced_table)}  # fmt: skip
            frontier += near & left
            left -= near
    return parts


@given(_databases())
def test_nothing_is_torn_apart_and_the_best_stays(case):
    schema, ranked, room = case
    kept, dropped = fit_tables(schema, ranked, lambda tables: len(tables) <= room)
    assert kept[0] == ranked[0]
    assert len(kept) == min(room, len(ranked))
    assert [name for name in ranked if name in kept] == list(kept)
    shown = set(ranked)
    for name in dropped:
        # A table that goes takes no connection between others with it.
        assert _parts(schema, shown - {name}) <= _parts(schema, shown)
        # Each less relevant one that stays does join others.
        for other in ranked[ranked.index(name) + 1 :]:
            if other in shown:
                assert _parts(schema, shown - {other}) > _parts(schema, shown)
        shown -= {name}
