"""Every query of the cookbook has an answer where the graph has run; and the document can be written of it."""

from __future__ import annotations

import re

from t2s_pipeline.cookbook import cookbook_text, recipes
from t2s_pipeline.warehouse import Warehouse
from tests.graph.conftest import Project


def test_every_query_of_the_cookbook_has_rows(finished: tuple[Project, set[str]]) -> None:
    with Warehouse(finished[0].data).connect() as connection:
        text = cookbook_text(connection, "small")
    answers = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert len(answers) == len(recipes()) == 20
    assert not [answer for answer in answers if "\n| --- |" not in answer]
