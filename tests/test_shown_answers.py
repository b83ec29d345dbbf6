"""Answers below the queries of a document: replaced, added, and nothing else changed; docs/onboarding.md has them all."""

from __future__ import annotations

import duckdb

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.shown_answers import queries, with_answers
from t2s_pipeline.warehouse import Warehouse
from tests.documents import ROOT

DOCUMENT = """# A document

```sql
SELECT 1 AS a, 'x|y' AS b;
```

| a | b |
| --- | --- |
| 0 | old |

Text.

```sql
SELECT 1 AS a, 2 AS b, 3 AS c, 4 AS d, NULL AS e;
```

More text.

```sql
SELECT 1 AS a WHERE false;
```

| a |
| --- |
| 7 |
"""


def test_answers_are_replaced_and_added_and_the_rest_stays():
    with duckdb.connect() as connection:
        text = with_answers(DOCUMENT, connection)
        assert with_answers(text, connection) == text
    assert [answer for _, answer in queries(text)] == [
        "| a | b |\n| --- | --- |\n| 1 | x\\|y |\n",
        "| column | value |\n| --- | --- |\n| a | 1 |\n| b | 2 |\n| c | 3 |\n| d | 4 |\n| e |  |\n",
        "No rows.\n",
    ]
    kept = [line for line in DOCUMENT.splitlines() if line and not line.startswith("|")]
    assert [line for line in text.splitlines() if line and not line.startswith(("|", "No rows"))] == kept


def test_every_query_of_the_onboarding_is_answered_by_its_columns(tmp_path):
    """Else write it again: t2s run -e onboarding, then the command that stands in the document."""
    shown = queries((ROOT / "docs" / "onboarding.md").read_text(encoding="utf-8"))
    assert len(shown) > 15
    warehouse = Warehouse(tmp_path)
    with warehouse.lock():
        rebuild_catalog(warehouse)
    with warehouse.connect() as connection:
        for query, answer in shown:
            assert answer and answer != "No rows.\n", query
            head, _, *rows = [line.strip("| ").split(" | ") for line in answer.splitlines()]
            columns = [row[0].strip(" |") for row in rows] if head == ["column", "value"] else head
            assert columns == connection.sql(query).columns, query
