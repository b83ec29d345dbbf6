"""report_failures.sql, and the page (`html.py`) that shows it: text of models stays text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.reports.html import failures_json, page_html, page_sections
from t2s_pipeline.reports.listing import REPORTS, declared_reports
from t2s_pipeline.reports.render import markdown, report_json
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import (
    ATTEMPTS,
    DIAGNOSES,
    EXAMPLES,
    REJECTED_EXAMPLES,
    REPORT_FAILURES,
    TRAJECTORIES,
)
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.reports.tables import EXPERIMENT, Outcome, all_tables, config, table

RIGHT, WRONG = (True, True), (False, True)
ATTACK = "</script><script>alert(1)</script><img src=x onerror=alert(2)> ' \" & `x` | \u2028 ]]> <!-- {{ $style"
ARMS = {
    "one_shot": [Outcome("wrong_result", (WRONG,)), Outcome("execution_correct", (RIGHT,))],
    "repair": [Outcome("no_such_column", (WRONG, WRONG)), Outcome("execution_correct", (RIGHT, WRONG))],
}


def attacked():
    """The tables of ARMS with ATTACK wherever a model or a data set writes."""
    tables = all_tables(ARMS)
    change = {
        "trajectories": (TRAJECTORIES, {"first_sql": ATTACK, "final_sql": ATTACK}),
        "attempts": (ATTEMPTS, {"sql": ATTACK, "raw_text": ATTACK, "error": ATTACK, "feedback": ATTACK}),
    }
    for name, (schema, values) in change.items():
        tables[name] = table(schema, [row | values for row in tables[name].to_pylist()])
    examples = tables["examples"].to_pylist()
    tables["examples"] = table(EXAMPLES, [row | {"question": ATTACK, "gold": ATTACK} for row in examples])
    wrong = {"arm": "repair", "example_id": "spider/dev/00000", "turn": 2, "sample": 0, "causes": ["wrong_column"]}
    wrong |= {"error_class": "no_such_column", "column_tag": "hallucinated_column", "column_reference": ATTACK}
    wrong |= {"sql_rows": ATTACK, "gold_rows": ATTACK}
    tables["diagnoses"] = table(DIAGNOSES, [wrong, wrong | {"turn": 1}])
    return tables


@pytest.fixture(scope="module")
def made():
    declared = config("one_shot", "repair", "never_run")
    tables = attacked()
    with report_connection(tables) as connection:
        reports = {name: run_report(name, connection, declared) for name in REPORTS}
    inputs = {"examples": tables["examples"], "rejected_examples": REJECTED_EXAMPLES.arrow.empty_table()}
    with report_connection(reports | inputs) as connection:
        return declared, reports, page_html(connection, declared), page_sections(connection, declared)


class Elements(HTMLParser):
    """The tags of a page with their attributes, and the text of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._script = tag == "script"

    def handle_data(self, data):
        if self._script:
            self.scripts.append(data)

    def handle_endtag(self, tag):
        self._script = False


def test_every_wrong_last_answer_is_there_with_what_there_is_to_look_at(made):
    _, reports, _, _ = made
    rows = {(r["arm"], r["example_id"][-1]): r for r in reports["report_failures"].to_pylist()}
    assert {key: r["status"] for key, r in rows.items()} == {
        ("one_shot", "0"): "failed",
        ("repair", "0"): "failed",
        ("repair", "1"): "regressed",
    }
    row = rows["repair", "0"]
    assert row["feedback"] == [ATTACK, ATTACK] and row["final_rows"] == row["gold_rows"] == ATTACK
    assert row["question"] == row["gold"] == row["error"] == ATTACK and row["causes"] == ["wrong_column"]
    assert row["schema_text"] is None  # none was retrieved


def test_the_page_has_two_scripts_no_handler_and_asks_for_nothing(made):
    _, _, page, _ = made
    elements = Elements(page)
    assert [attrs.get("type") for tag, attrs in elements.tags if tag == "script"] == ["application/json", None]
    names = {name for _, attrs in elements.tags for name in attrs}
    assert not {name for name in names if name.startswith("on")} and not names & {"src", "srcset", "data", "action"}
    assert {attrs["href"][0] for tag, attrs in elements.tags if tag == "a"} == {"#"}
    assert not {tag for tag, _ in elements.tags} & {"img", "link", "iframe", "object", "embed", "base", "form"}
    assert not re.search(r"https?://|@import|url\(", page.replace(ATTACK, ""))
    policy = next(a["content"] for t, a in elements.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'") and "unsafe-inline'; script-src 'sha256-" in policy
    assert "innerHTML" not in page and "document.write" not in page


def test_the_data_of_the_script_are_the_texts_as_they_were(made):
    _, reports, page, _ = made
    data = json.loads(Elements(page).scripts[0])
    assert ATTACK in data["texts"] and len(data["rows"]) == 3 == reports["report_failures"].num_rows
    row = dict(zip(data["fields"], data["rows"][1], strict=True))
    assert data["texts"][row["question"]] == ATTACK and data["texts"][row["feedback"]] == f"{ATTACK}\n{ATTACK}"
    assert row["schema_text"] == -1


def test_texts_stand_once_in_the_data():
    rows = [dict.fromkeys(REPORT_FAILURES.arrow.names, "same")] * 3
    assert json.loads(failures_json(rows))["texts"] == ["same"]


def test_every_report_is_on_the_page_and_its_tables_need_no_script(made):
    declared, reports, page, sections = made
    assert [row["report"] for row in sections.to_pylist()] == [report.name for report in declared_reports(declared)]
    before_script = page[: page.index('<script type="application/json"')]
    for report in declared_reports(declared):
        assert f'<section id="{report.name}"><h2>' in before_script
    assert re.search("<td>never_run</td><td[^>]*>no results: not run yet", before_script)
    assert before_script.count("<svg ") >= 2 and "<noscript>" in before_script
    assert dict(zip(sections["report"].to_pylist(), sections["rows"].to_pylist(), strict=True)) == {
        report.name: reports[report.name].num_rows for report in declared_reports(declared)
    }


def test_markdown_and_json_keep_the_text_too(made):
    _, reports, _, _ = made
    text = markdown(reports["report_column_errors"])
    (line,) = [line for line in text.splitlines() if "onerror" in line]
    assert line.startswith("| repair | ``") and "\\|" in line
    content = json.loads(report_json(EXPERIMENT, REPORTS["report_failures"], reports["report_failures"]))
    assert content["rows"] == reports["report_failures"].to_pylist() and content["columns"]["question"]


def test_the_page_is_made_from_a_warehouse_s_catalogue(made, tmp_path):
    declared, reports, page, _ = made
    warehouse = Warehouse(tmp_path)
    with warehouse.lock():
        for name, content in reports.items():
            warehouse.publish(TableRef(name, EXPERIMENT), content, "0" * 32, {})
        warehouse.publish(TableRef("examples", EXPERIMENT, "dev"), attacked()["examples"], "0" * 32, {})
        rebuild_catalog(warehouse)
    with warehouse.connect() as connection:
        assert page_html(connection, declared) == page
