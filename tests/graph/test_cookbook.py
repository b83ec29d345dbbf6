"""Every query of the cookbook and of docs/onboarding.md runs where the graph has run, and has an answer."""

from __future__ import annotations

from t2s_pipeline.cookbook import recipes
from t2s_pipeline.shown_answers import queries, with_answers
from t2s_pipeline.warehouse import Warehouse
from tests.documents import ROOT
from tests.graph.conftest import Project

#: What the queries that look at wrong answers alone read. Among a dozen questions there may be none.
OF_WRONG_ANSWERS = ("flips(", "diagnoses", "NOT first_right")


def test_every_query_of_the_cookbook_has_rows(finished: tuple[Project, set[str]]) -> None:
    with Warehouse(finished[0].data).connect() as connection:
        rows = {recipe: connection.sql(recipe.of("small")).fetchall() for recipe in recipes()}
    empty = [recipe.question for recipe in rows if not rows[recipe]]
    allowed = [r.question for r in rows if any(text in r.query for text in OF_WRONG_ANSWERS)]
    assert len(rows) == 20 and set(empty) <= set(allowed) and len(allowed) == 4


def test_the_queries_of_the_onboarding_have_rows(finished: tuple[Project, set[str]]) -> None:
    """The train question of the document is one of the small experiment's, too."""
    text = (ROOT / "docs" / "onboarding.md").read_text(encoding="utf-8").replace("'onboarding'", "'small'")
    with Warehouse(finished[0].data).connect() as connection:
        answered = queries(with_answers(text, connection))
    empty = [query for query, answer in answered if answer == "No rows.\n"]
    of_other_answers = ("embedded/dev/", "feedback", "report_flips")
    assert len(answered) > 15 and all(any(text in query for text in of_other_answers) for query in empty)
