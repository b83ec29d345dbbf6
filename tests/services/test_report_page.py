"""The page of an experiment in a real browser: it fits a telephone, sorts, searches, and shows hostile text as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from t2s_pipeline.reports.html import page_html
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import REJECTED_EXAMPLES
from tests.reports.tables import Outcome, all_tables, config
from tests.reports.test_report_failures_sql import ATTACK, attacked
from tests.services.test_page import browser  # noqa: F401 (a fixture)

RIGHT, WRONG = (True, True), (False, True)
CLASSES = ("wrong_result", "no_such_column", "empty_result")
WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHADES = "return ['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])"


def write(path: Path, tables: dict, *arms: str) -> str:
    tables = tables | {"rejected_examples": REJECTED_EXAMPLES.arrow.empty_table()}
    with report_connection(tables) as connection:
        path.write_text(page_html(connection, config(*arms), run_report), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def address(tmp_path: Path) -> str:
    """A page with 120 failures of one arm, 40 of each class, and of another none."""
    outcomes = [Outcome(CLASSES[n % 3], (WRONG,)) for n in range(120)]
    right = [Outcome("execution_correct", (RIGHT,))] * 120
    return write(tmp_path / "page.html", all_tables({"base": outcomes, "better": right}), "base", "better")


def unfold(browser: webdriver.Chrome, entry: WebElement) -> None:  # noqa: F811
    """Open a failure; its text is made when the browser says that it is open, a moment later."""
    entry.find_element(By.TAG_NAME, "summary").click()
    WebDriverWait(browser, 20).until(lambda _: entry.find_elements(By.TAG_NAME, "dl"))


def column(table: WebElement, number: int) -> list[str]:
    return [
        row.find_elements(By.TAG_NAME, "td")[number].text for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")
    ]


def test_it_fits_telephone_and_screen_light_and_dark(browser: webdriver.Chrome, address: str) -> None:  # noqa: F811
    shades = {}
    for width, height in ((390, 844), (1280, 900)):
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for scheme in ("light", "dark"):
            feature = {"name": "prefers-color-scheme", "value": scheme}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            browser.get(address)
            assert browser.execute_script(WIDE) == 0  # tables scroll in their frames, the page does not
            shades[scheme] = browser.execute_script(SHADES)
    assert shades["light"] == ["rgb(27, 29, 33)", "rgb(255, 255, 255)"]
    assert shades["dark"] == ["rgb(230, 231, 234)", "rgb(21, 23, 27)"]
    assert not browser.get_log("browser")


def test_failures_are_searched_chosen_and_opened_by_hand(browser: webdriver.Chrome, address: str) -> None:  # noqa: F811
    browser.get(address)
    failures = browser.find_element(By.ID, "failures")

    def told() -> tuple[str, int]:
        entries = failures.find_elements(By.TAG_NAME, "details")
        return failures.find_element(By.CSS_SELECTOR, "[role=status]").text, len(entries)

    more = failures.find_element(By.CSS_SELECTOR, "button.more")
    assert told() == ("120 of 120 failures", 50)
    more.click()
    more.click()
    assert told() == ("120 of 120 failures", 120) and not more.is_displayed()
    arm, kind = failures.find_elements(By.TAG_NAME, "select")
    assert [option.text for option in arm.find_elements(By.TAG_NAME, "option")] == ["every run", "base"]
    kind.find_element(By.XPATH, "option[. = 'no_such_column']").click()
    assert told() == ("40 of 120 failures", 40)
    failures.find_element(By.TAG_NAME, "input").send_keys("question 11")  # of the class are 112, 115 and 118
    assert told()[0] == "3 of 120 failures"
    entry = failures.find_element(By.TAG_NAME, "details")
    assert not entry.find_elements(By.TAG_NAME, "dl")
    unfold(browser, entry)
    assert [term.text for term in entry.find_elements(By.TAG_NAME, "dt")][:3] == ["Status", "Hardness", "Question"]


def test_a_column_is_sorted_by_its_title_and_totals_stay_below(browser: webdriver.Chrome, address: str) -> None:  # noqa: F811
    browser.get(address)
    table = browser.find_element(By.CSS_SELECTOR, "#report_failures table")
    before = column(table, 0)
    assert before[-1] == "all" and len(before) == 4
    title = table.find_element(By.CSS_SELECTOR, "th button")
    title.click()
    assert column(table, 0) == [*sorted(before[:-1]), "all"]
    assert title.find_element(By.XPATH, "..").get_attribute("aria-sort") == "ascending"
    title.click()
    assert column(table, 0) == [*sorted(before[:-1], reverse=True), "all"]
    title.click()
    assert column(table, 0) == before


def test_hostile_text_stays_text(browser: webdriver.Chrome, tmp_path: Path) -> None:  # noqa: F811
    browser.get(write(tmp_path / "page.html", attacked(), "one_shot", "repair"))
    failures = browser.find_element(By.ID, "failures")
    entry = failures.find_element(By.TAG_NAME, "details")
    unfold(browser, entry)
    shown = [text.get_attribute("textContent") for text in entry.find_elements(By.TAG_NAME, "pre")]
    assert ATTACK in shown
    assert not browser.find_elements(By.CSS_SELECTOR, "img, main script")
    assert not browser.get_log("browser")
