"""Every query of the cookbook runs where the graph has run, and has an answer."""

from __future__ import annotations

from t2s_pipeline.cookbook import recipes
from t2s_pipeline.warehouse import Warehouse
from tests.graph.conftest import Project

#: What the queries that look at wrong answers alone read. Among a dozen questions there may be none.
OF_WRONG_ANSWERS = ("flips(", "diagnoses", "NOT first_right")


def test_every_query_of_the_cookbook_has_rows(finished: tuple[Project, set[str]]) -> None:
    with Warehouse(finished[0].data).connect() as connection:
        rows = {recipe: connection.sql(recipe.of("small")).fetchall() for recipe in recipes()}
    empty = [recipe.question for recipe in rows if not rows[recipe]]
    allowed = [r.question for r in rows if any(text in r.query for text in OF_WRONG_ANSWERS)]
    assert len(rows) == 20 and set(empty) <= set(allowed) and len(allowed) == 4
