"""What a terminal shows of an experiment: the report as it was published, not counted again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.config import AdapterConfig, ArmConfig, ExperimentConfig, RecipeConfig
from t2s_pipeline.reports.html import page_html
from t2s_pipeline.reports.listing import REPORTS, declared_reports
from t2s_pipeline.reports.page import RESULTS_PAGE, results_text, write_page, write_results_page
from t2s_pipeline.reports.render import experiment_report
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.warehouse import TableRef, Warehouse, WarehouseError
from tests.reports.star_rows import loops, star_tables
from tests.reports.tables import EXPERIMENT, Outcome, all_tables, config

RIGHT, WRONG = (True, True), (False, True)
ARMS = {
    "one_shot": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG,))],
    "repair": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG, RIGHT))],
}
DECLARED = config("one_shot", "repair", "never_run")


@pytest.fixture
def published(tmp_path: Path):
    """A warehouse that holds reports alone, and not the tables that they were made from."""

    def _published(
        declared: ExperimentConfig = DECLARED,
        beside: Mapping[str, pa.Table] = {},
        reports: Sequence[str] = ("report_method", "report_ablations"),
        **of_arms,
    ) -> Warehouse:
        tables = all_tables(ARMS, **of_arms) | beside
        warehouse = Warehouse(tmp_path)
        with report_connection(tables) as connection, warehouse.lock():
            for name in reports:
                made = run_report(name, connection, declared)
                warehouse.publish(TableRef(name, EXPERIMENT), made, "0" * 32, {})
            rebuild_catalog(warehouse)
        return warehouse

    return _published


def blocks(text: str) -> list[list[list[str]]]:
    """The text's paragraphs, as lines of cells."""
    return [[re.split(r" {2,}", line) for line in block.splitlines()] for block in text.split("\n\n")]


def test_arms_that_needed_the_gold_are_a_table_of_their_own(published):
    warehouse = published()
    text = results_text(warehouse, DECLARED)
    assert text.startswith(f"Results of experiment {EXPERIMENT!r}, official rule, split dev\n")
    _, free, verified, note, *_ = blocks(text)
    assert free[0] == ["Run", "First turn", "Final", "Executable"]
    assert [line[0] for line in free[1:]] == ["one_shot", "never_run"] and free[2] == ["never_run", "no results"]
    assert verified[0] == ["Run", "First turn", "Final, verified †", "Executable, verified †"]
    assert [line[0] for line in verified[1:]] == ["repair"]
    assert verified[1][2] == "100.0 % (2/2; 95 % 34.2–100.0)"
    assert note[0][0].startswith("† The gold decided")
    report = (warehouse.data / "reports" / f"{EXPERIMENT}.md").read_text(encoding="utf-8")
    assert "| one_shot | nano | – | one_shot | 50.0 % (1/2; 95 % 9.5–90.5) | 50.0 %" in report


def test_the_match_rule_is_shown_where_it_differs(published):
    text = results_text(published(strict=("repair",)), DECLARED)
    assert "official and strict rule" in text
    _, free, verified, *_ = blocks(text)
    assert free[1][:2] == ["one_shot", "official"] and verified[1][:2] == ["repair", "strict"]


def test_how_the_prompt_is_written_is_shown_where_it_is_not_the_default(published):
    text = results_text(published(written={"repair": {"schema_style": "ddl"}}), DECLARED)
    _, free, verified, *_ = blocks(text)
    assert free[0][:3] == ["Run", "Schema style", "First turn"] and free[1][1] == "compact"
    assert verified[1][1] == "ddl"


def test_what_the_environment_changed_is_told_and_no_path_with_it(published):
    declared = replace(DECLARED, overrides=("SPIDER_ROOT=/here/spider", "MODEL_PATH=/here/tiny", "TRAIN_LIMIT=100"))
    line = "Set by the environment, not by the experiment's file: `MODEL_PATH=tiny`, `TRAIN_LIMIT=100`, folders ("
    with published().connect() as connection:
        page = page_html(connection, declared)
        assert line + "`SPIDER_ROOT`)." in experiment_report(connection, declared)
        assert "<code>TRAIN_LIMIT=100</code>" in page and "/here" not in page
        assert "Set by the environment" not in page_html(connection, DECLARED)


def test_figures_of_held_out_train_questions_are_said_to_be_none_of_dev(published):
    declared = replace(DECLARED, evaluation=replace(DECLARED.evaluation, split="train_holdout"))
    with published().connect() as connection:
        for text in (experiment_report(connection, declared), page_html(connection, declared)):
            assert text.index("None of these figures is one of dev")
        assert "is one of dev" not in experiment_report(connection, DECLARED)


def test_before_a_run_there_are_no_results(published, tmp_path):
    published()
    text = results_text(Warehouse(tmp_path), replace(DECLARED, name="unborn"))
    assert text == "Experiment 'unborn' has no results yet: t2s run -e unborn"
    assert not (tmp_path / "reports").exists()


def test_a_damaged_table_is_named_and_not_taken_for_results_that_are_not_there(published, tmp_path):
    warehouse, page = published(), tmp_path / "results.md"
    warehouse.publish(TableRef("trajectories", EXPERIMENT), all_tables(ARMS)["trajectories"], "0" * 32, {})
    for table, show in (
        ("trajectories", lambda: write_page(warehouse, DECLARED)),
        ("report_method", lambda: results_text(warehouse, DECLARED)),
        ("report_method", lambda: write_results_page(warehouse, DECLARED, page)),
    ):
        live = warehouse.live_path(TableRef(table, EXPERIMENT))
        live.write_bytes(live.read_bytes()[:-20])
        with pytest.raises(WarehouseError, match=f"{live}: damaged.*; run its asset again"):
            show()
    assert not page.exists()


def test_without_arms_the_report_and_the_pairs_are_pointed_to(tmp_path):
    warehouse = Warehouse(tmp_path)
    pairs_only = ExperimentConfig(name=EXPERIMENT, recipes={"any": RecipeConfig()})
    with report_connection(all_tables(ARMS)) as connection, warehouse.lock():
        made = run_report("report_gold_audit", connection, DECLARED)
        warehouse.publish(TableRef("report_gold_audit", EXPERIMENT), made, "0" * 32, {})
        rebuild_catalog(warehouse)
    text = results_text(warehouse, pairs_only)
    assert text.startswith(f"Experiment {EXPERIMENT!r} declares no arm")
    assert "every question of train is counted" in text and "FROM filtered_pairs" in text
    assert f"The report: {tmp_path / 'reports' / f'{EXPERIMENT}.md'}" in text
    assert "no results yet" in results_text(warehouse, replace(pairs_only, name="unborn"))


def test_the_results_page_has_what_the_arms_came_to_and_says_who_writes_it(published, tmp_path):
    published(reports=RESULTS_PAGE[:1])
    write_results_page(Warehouse(tmp_path), DECLARED, tmp_path / "results.md")
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {EXPERIMENT}\n\nWritten by `t2s results -e {EXPERIMENT} --page`")
    titles = [REPORTS[name].title for name in RESULTS_PAGE]
    assert re.findall(r"^## (.*)$", text, re.M) == [r.title for r in declared_reports(DECLARED) if r.title in titles]
    assert "| never_run | no results: not run yet" in text


def test_a_report_that_has_nothing_to_show_is_no_section_of_the_results_page(published, tmp_path):
    declared = config("one_shot")
    published(declared, reports=("report_method", "report_online_repair"))
    write_results_page(Warehouse(tmp_path), declared, tmp_path / "results.md")
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    assert "## Methods" in text and "## Online repair" not in text


def test_what_loops_grpo_and_votes_came_to_stands_on_the_results_page_before_the_ablations(published, tmp_path):
    sampled = {"sampled": ArmConfig(model="nano", num_samples=3, temperature=1.0)}
    finer = {"finer": AdapterConfig(method="grpo", model="nano")}
    declared = replace(DECLARED, star=loops().star, adapters=finer, arms={**DECLARED.arms, **sampled})
    shown = ("report_method", "report_star", "report_star_rules", "report_grpo", "report_voting")
    published(declared, star_tables(), shown)
    write_results_page(Warehouse(tmp_path), declared, tmp_path / "results.md")
    text = (tmp_path / "results.md").read_text(encoding="utf-8")
    found = re.findall(r"^## (.*)$", text, re.M)
    assert found[:9] == [
        *("Methods", "Paired comparisons", "Self-training loops", "Answers by match rule", "GRPO over its steps"),
        *("Voting", "Voting, selectors in pairs", "Recall", "Risk and coverage of votes"),
    ]
    assert found[9] == "Ablations"
    assert "| 1 | 16 | 200 | 2 | 5 | 60 |" in text  # what the loop's first iteration cost
    assert "| finer | no results: not trained yet" in text and "| sampled | no results: not voted yet" in text
    assert str(tmp_path) not in text
