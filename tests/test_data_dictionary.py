"""The data dictionary and the cookbook (cookbook.sql): what is committed is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from t2s_pipeline.cookbook import recipes
from t2s_pipeline.data_dictionary import dictionary_text
from t2s_pipeline.macros import all_macros

DOCS = Path(__file__).parents[1] / "docs"


def test_the_dictionary_is_that_of_the_tables_and_macros():
    """Else write it again: python -m t2s_pipeline.data_dictionary > docs/data_dictionary.md"""
    text = dictionary_text()
    assert (DOCS / "data_dictionary.md").read_text(encoding="utf-8") == text
    assert all(f"\n`{macro.call}`\n" in text for macro in all_macros())


def test_the_cookbook_has_twenty_questions_with_the_queries_of_cookbook_sql_and_answers():
    """Else write it again, after the demo has run: python -m t2s_pipeline.cookbook > docs/cookbook.md"""
    text = (DOCS / "cookbook.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## \d+\. (.+?)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert [question for question, _ in sections] == [recipe.question for recipe in recipes()]
    assert len(sections) == 20
    for (question, body), recipe in zip(sections, recipes(), strict=True):
        assert f"```sql\n{recipe.of('demo')};\n```" in body, question
        assert "\n| --- |" in body, f"{question}: no answer"
