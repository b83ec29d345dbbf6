"""report_column_errors.sql: tags of the first turn by arm, references with their owners; and its Markdown."""

from __future__ import annotations

from t2s_pipeline.evaluation.column_errors import ColumnTag
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import DIAGNOSES
from tests.reports.tables import EXPERIMENT, Outcome, arm_tables, beside_another_experiment, config, table

WRONG, RIGHT = (False, True), (True, True)


def error(example: int, tag: str | None, reference: str = "T2.name", owners: tuple[str, ...] = ("singer",), **more):
    """A diagnosed attempt of arm `a` in turn 1, unless `more` says otherwise."""
    row = {
        "arm": "a",
        "example_id": f"spider/dev/{example:05}",
        "turn": 1,
        "sample": 0,
        "error_class": "no_such_column",
    }
    return row | {"column_tag": tag, "column_reference": reference, "column_owners": list(owners)} | more


ERRORS = [
    error(1, "wrong_table_column_mapping"),
    error(2, "wrong_table_column_mapping", "t2.NAME"),
    error(3, "wrong_table_column_mapping", "age"),
    error(4, "hallucinated_column", "nome", ()),
    error(5, "hallucinated_column", "nome", (), turn=2),
    error(6, None),
    error(1, "hallucinated_column", "nome", (), arm="undeclared"),
]


def report(errors, *declared: str, catalogue: bool = False):
    answers = {"a": WRONG, "b": RIGHT, "not_diagnosed": WRONG}
    tables = arm_tables({arm: [Outcome("no_such_column", (answer,))] for arm, answer in answers.items()})
    tables |= {"diagnoses": table(DIAGNOSES, errors)}
    with report_connection(beside_another_experiment(tables) if catalogue else tables) as connection:
        return run_report("report_column_errors", connection, config(*(declared or ("a", "b"))))


def test_every_arm_has_every_tag_of_its_first_turn():
    rows = [r for r in report(ERRORS).to_pylist() if r["reference"] == "(all)"]
    assert [(r["arm"], r["column_tag"]) for r in rows] == [(arm, str(tag)) for arm in "ab" for tag in ColumnTag]
    counts = {(r["arm"], r["column_tag"]): (r["numerator"], r["denominator"]) for r in rows if r["numerator"]}
    assert counts == {("a", "wrong_table_column_mapping"): (3, 4), ("a", "hallucinated_column"): (1, 4)}
    assert {r["denominator"] for r in rows if r["arm"] == "b"} == {0}


def test_references_are_counted_without_case_most_frequent_first():
    rows = [r for r in report(ERRORS).to_pylist() if r["reference"] != "(all)"]
    assert [(r["reference"], r["numerator"], r["column_owners"]) for r in rows] == [
        ("t2.name", 2, ["singer"]),
        ("age", 1, ["singer"]),
        ("nome", 1, []),
    ]
    assert rows[0]["example_ids"] == ["spider/dev/00001", "spider/dev/00002"]


def test_at_most_twenty_references_an_arm():
    rows = report([error(n, "hallucinated_column", f"c{n}") for n in range(30)]).to_pylist()
    assert sum(r["reference"] != "(all)" for r in rows) == 20
    assert sum(r["numerator"] for r in rows if r["reference"] == "(all)") == 30


def test_markdown_and_arms_without_results():
    text = markdown(report(ERRORS, "a", "b", "never_run", "not_diagnosed"))
    assert "| `wrong_table_column_mapping` | 75.0 % (3/4; 95 % 30.1–95.4) | – (0/0) |" in text
    assert (
        "| a | `t2.name` | `wrong_table_column_mapping` | 2 | `singer.name` | `spider/dev/00001, spider/dev/00002` |"
        in text
    )
    for arm in ("never_run", "not_diagnosed"):
        assert f"| {arm} | no results: not diagnosed yet: t2s run -e {EXPERIMENT} 'diagnoses[{arm}]'" in text


def test_another_experiment_in_the_same_tables_changes_nothing():
    assert report(ERRORS, catalogue=True).equals(report(ERRORS))
