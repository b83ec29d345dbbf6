"""Dagster's page in a real browser: an arm is materialized by clicking, its lineage followed to the pairs, and a check
that fails says why."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from selenium import webdriver

from tests.graph.conftest import Project, new_project
from tests.services.browsing import browsing, click, see, see_in_time, serving

SHOWN = """
description = "A small experiment for tests of the page"

[datasets.embedded]
kind = "embedded"
train_limit = 6

[datasets.shop]
kind = "json"
root = "shop"

[models.nano]
backend = "hf"
path = "builtin:nano"
dtype = "float32"

[models.published]
backend = "replay"
predictions = "answers.txt"

[train]
dataset = "embedded"
model = "nano"
shards = 1
synthetic_per_example = 1

[train.rollouts]
max_new_tokens = 32

[evaluation]
dataset = "shop"

[recipes.all]

[adapters.dpo]
method = "dpo"
model = "nano"
data = "all"

[arms.published]
model = "published"

[arms.dpo]
policy = "dpo"
"""
GOLDS = (
    "SELECT name FROM item",
    "SELECT count(*) FROM item",
    "SELECT max(price) FROM item",
    "SELECT price FROM item",
)
ANSWERS = (*GOLDS[:3], "SELECT name FROM item")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, str]]:
    """The page of a project that has its pairs, and of its arms what they read: the project and the address."""
    folder = tmp_path_factory.mktemp("page")
    project = new_project(folder / "project")
    project.experiment().write_text(SHOWN)
    write_shop(project)
    with serving(project.folder, "small", project.environment(), folder / "dagster.log") as served:
        project.run("filtered_pairs", "gold_audit", "gold_features")  # while the page starts
        yield project, served.address()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    with browsing(tmp_path / "browser") as opened:
        yield opened


def write_shop(project: Project) -> None:
    """A data set of four questions on one database, and answers to them: three are right."""
    shop = project.folder / "shop"
    (shop / "database").mkdir(parents=True)
    rows = [{"question": f"Question {n}?", "query": gold, "db_id": "shop"} for n, gold in enumerate(GOLDS)]
    (shop / "dev.json").write_text(json.dumps(rows))
    change_database(
        project,
        "CREATE TABLE item (name TEXT, price REAL); INSERT INTO item VALUES ('pen', 2), ('ink', 3);",
    )
    (project.folder / "answers.txt").write_text("\n".join(ANSWERS))


def change_database(project: Project, sql: str) -> None:
    with closing(sqlite3.connect(project.folder / "shop" / "database" / "shop.sqlite")) as connection:
        connection.executescript(sql)


def materialize(browser: webdriver.Chrome, address: str, asset: str, partition: str) -> None:
    """Launch one partition by clicking, and wait until the page shows what it made.

    Dagster asks whether one is sure where anything upstream was never made, be it for another partition.
    """
    browser.get(f"{address}/assets/small/{asset}?view=partitions&partition={partition}")
    click(browser, "//button[contains(., 'Materialize')]")
    if see(browser, "//button[. = 'Confirm' or contains(., 'Launch 1 run')]").text == "Confirm":
        click(browser, "//button[. = 'Confirm']")
    click(browser, "//button[contains(., 'Launch 1 run')]")
    see_in_time(browser, "//*[contains(text(), 'rows in ')]")


def test_an_arm_is_materialized_by_clicking_and_its_figures_are_seen(
    page: tuple[Project, str], browser: webdriver.Chrome
) -> None:
    project, address = page
    materialize(browser, address, "arm_rollouts", "published")
    materialize(browser, address, "evaluations", "published")
    see(browser, "//td[contains(., '75.0 % (3/4; 95 % 30.1–95.4)')]")
    browser.get(f"{address}/assets/small/evaluations?view=checks")
    see(browser, "//*[contains(text(), 'nothing was accepted yet of: published')]")
    assert project.sql("SELECT count(*) FROM trajectories WHERE rollout = 'published' AND final_correct") == [(3,)]


def test_the_lineage_of_an_arm_leads_to_the_pairs(page: tuple[Project, str], browser: webdriver.Chrome) -> None:
    project, address = page
    browser.get(f"{address}/assets/small/evaluations")
    for upstream in ("arm_rollouts", "dpo_adapters", "filtered_pairs"):
        click(
            browser,
            f"//a[contains(., '{upstream}') and contains(@href, '/assets/small/{upstream}')]",
        )
        see(browser, f"//*[text() = '{upstream}']")
    click(browser, "//*[contains(text(), 'Show Markdown')]")
    (chosen,) = project.sql("SELECT chosen_sql FROM filtered_pairs WHERE removed_by IS NULL LIMIT 1")[0]
    see(browser, "//th[. = 'chosen_sql']")
    rows = see(browser, "//table[.//th[. = 'chosen_sql']]").text.replace("\u00a0", " ")
    assert chosen in rows


def test_a_failed_invariant_says_why(page: tuple[Project, str], browser: webdriver.Chrome) -> None:
    project, address = page
    change_database(project, "CREATE TABLE stray (number INTEGER)")
    browser.get(f"{address}/assets/small/database_catalog?view=checks")
    click(browser, "//*[text() = 'databases_unchanged']")
    see(
        browser,
        "//*[contains(text(), 'Every database file is the one that was catalogued')]",
    )
    click(browser, "//button[. = 'Execute']")
    see_in_time(browser, "//*[contains(text(), 'is no longer the file that database shop')]")
    see(browser, "//*[text() = 'Failed']")
