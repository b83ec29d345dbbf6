"""What each feedback mode tells, and that only one of them tells of the gold."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.prompts.feedback import (
    FeedbackFacts,
    FeedbackMode,
    NameFacts,
    OracleFacts,
    feedback_templates,
    render_feedback,
    rows_text,
)
from t2s_pipeline.prompts.templates import Detail, template
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.hidden_keys import hidden_keys
from t2s_pipeline.sql.join_graph import unjoined
from t2s_pipeline.sql.names import Names
from t2s_pipeline.sql.parse import parse_query

CATALOGUE = Catalogue.described([("singer", ["id", "name"], ["id"]), ("concert", ["concert_id", "singer_id"], [])])
NAMES = NameFacts("SELECT name FROM singer", CATALOGUE)
RAN = FeedbackFacts(True, None, 2, rows=((1, "Ada"), (2, None)), names=NAMES)
FAILED = FeedbackFacts(
    False,
    "no such column: nome",
    None,
    signals=("executor_error", "schema_guard_failed", "not_executable"),
    names=NameFacts("SELECT nome FROM singer", CATALOGUE),
)


def test_the_texts_of_a_query_that_ran():
    told = {
        mode: render_feedback(replace(RAN, oracle=OracleFacts(7, ((9, "Zoe"),))), mode, "basic")
        for mode in FeedbackMode
    }
    assert told == {
        "error_only": "The query ran, but it failed a hidden check.",
        "result_status": "The query ran, but its result is wrong. Rows returned: 2.",
        "oracle_rows": "The query ran, but its result is wrong. Rows returned: 2. Rows expected: 7.\n"
        "First rows returned: (1, Ada); (2, NULL)\nFirst rows expected: (9, Zoe)",
        "online_visible": "The query ran, and the executor sees nothing against it.",
    }


def test_what_the_executor_sees():
    names = Names(parse_query("SELECT * FROM singer AS T1, concert WHERE T1.id + 0 = 3"), CATALOGUE)
    facts = replace(
        RAN,
        row_count=0,
        rows=(),
        signals=("empty_result", "explain_plan_error", "cartesian_join_risk", "scan_without_need"),
        products=tuple(unjoined(names)),
        hidden_keys=tuple(hidden_keys(names, ["SCAN T1"])),
    )
    assert render_feedback(facts, "online_visible", "basic").splitlines() == [
        "The query ran, but returned no rows: check its values, conditions and joins.",
        "The query pairs every row of singer (T1) with every row of concert: no condition joins them.",
        "The query reads all of singer (T1): compare id itself, with nothing around it.",
        "The query ran, but SQLite gives no plan of it.",
        "Checks that failed: empty_result, explain_plan_error, cartesian_join_risk, scan_without_need.",
    ]


def test_a_failure_is_told_in_every_mode_and_signals_in_one():
    for mode in FeedbackMode:
        lines = render_feedback(FAILED, mode, "basic").splitlines()
        assert lines[0] == "SQLite error: no such column: nome"
        told = ["Checks that failed: executor_error, schema_guard_failed, not_executable."]
        assert lines[1:] == (told if mode == "online_visible" else [])


@pytest.mark.parametrize("detail", ["column", "minimal"])
def test_what_is_invalid_is_named_and_rows_are_shown(detail):
    lines = render_feedback(FAILED, "error_only", detail).splitlines()
    assert lines[1:] == [
        "nome: no table of its FROM has such a column. No table shown has it.",
        "Columns: singer(id, name).",
    ]
    assert render_feedback(RAN, "result_status", detail).endswith("First rows returned: (1, Ada); (2, NULL)")
    assert render_feedback(RAN, "error_only", detail) == render_feedback(RAN, "error_only", "basic")


def test_rows_are_short_and_on_one_line():
    assert rows_text([]) == "none"
    assert rows_text([("a\n b", 1.5)]) == "(a b, 1.5)"
    assert len(rows_text([("x" * 500,) * 50] * 3)) < 3 * 13 * 70


def test_the_mode_that_tells_of_the_gold_has_to_have_it():
    with pytest.raises(ValueError, match="oracle_rows"):
        render_feedback(RAN, "oracle_rows", "basic")


CELLS = st.one_of(st.none(), st.integers(), st.text(max_size=5))
FACTS = st.builds(
    FeedbackFacts,
    executable=st.booleans(),
    error=st.one_of(st.none(), st.text(max_size=20), st.just("no such column: {0}")),
    row_count=st.one_of(st.none(), st.integers(0, 9)),
    has_query=st.booleans(),
    reason=st.one_of(st.none(), st.just("{too} many")),
    rows=st.lists(st.tuples(CELLS, CELLS), max_size=3),
    signals=st.lists(st.sampled_from(["empty_result", "not_executable"]), max_size=2).map(tuple),
    names=st.one_of(st.none(), st.builds(NameFacts, st.text(max_size=20), st.just(CATALOGUE)), st.just(FAILED.names)),
)
ORACLES = st.builds(OracleFacts, st.one_of(st.none(), st.integers()), st.lists(st.tuples(CELLS), max_size=3))


@given(FACTS, ORACLES, st.sampled_from(FeedbackMode))
def test_minimal_says_what_column_says(facts, oracle, mode):
    facts = replace(facts, oracle=oracle)
    assert render_feedback(facts, mode, "minimal") == render_feedback(facts, mode, "column")
    assert feedback_templates(mode, "minimal") == feedback_templates(mode, "column")


@given(FACTS, ORACLES, ORACLES, st.sampled_from(FeedbackMode), st.sampled_from(Detail))
def test_only_oracle_rows_depends_on_the_gold(facts, one, other, mode, detail):
    texts = {render_feedback(replace(facts, oracle=oracle), mode, detail) for oracle in (one, other)}
    assert all(texts)
    assert len(texts) == 1 or mode is FeedbackMode.ORACLE_ROWS


@pytest.mark.parametrize("mode", FeedbackMode)
@pytest.mark.parametrize("detail", Detail)
def test_the_templates_in_use_are_the_templates_named(mode, detail):
    """Every line of any feedback is a line of a template that the settings name."""
    heads = [
        line.split("{")[0] for name in feedback_templates(mode, detail, True) for line in template(name).splitlines()
    ]
    for facts in (RAN, FAILED, replace(RAN, row_count=0), replace(FAILED, error=None), replace(RAN, has_query=False)):
        for line in render_feedback(replace(facts, oracle=OracleFacts(1, ()), reason="no"), mode, detail).splitlines():
            assert any(line.startswith(head) for head in heads if head) or line.startswith("nome: ")
