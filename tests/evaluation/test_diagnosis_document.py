"""docs/diagnosis.md has the closed lists as the code has them: every row, in order, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.evaluation import causes, column_errors
from t2s_pipeline.evaluation.error_class import routing_rows

DOCUMENT = Path(__file__).parents[2] / "docs" / "diagnosis.md"


def tables() -> dict[str, list[str]]:
    """The rows that each section's table should have."""
    columns = ("deployment_scope", "online_detectable", "verifier", "recommended_route")
    return {
        "Error classes": [
            f"| `{row['error_class']}` | `{row['reference_class']}` | " + " | ".join(row[c] for c in columns) + " |"
            for row in routing_rows()
        ],
        "Column errors": [f"| `{tag}` | {text} |" for tag, text in column_errors.MEANING.items()],
        "Wrong results": [f"| `{cause}` | {text} |" for cause, text in causes.MEANING.items()],
    }


@pytest.mark.parametrize("section", tables())
def test_the_table_is_the_code_s(section):
    text = DOCUMENT.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    assert [line for line in text.splitlines() if line.startswith("| `")] == tables()[section]
