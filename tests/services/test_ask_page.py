"""The page of `t2s serve` in a real browser: a question by clicking, hostile text as text, on a telephone's width."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from t2s_pipeline.asking.asker import Asker
from t2s_pipeline.asking.way import Way
from t2s_pipeline.evaluation.verifier import open_verifier
from t2s_pipeline.generation.scripted import ScriptedBackend
from tests.asking.conftest import LIMITS, SAMPLED, make_database, serving
from tests.services.test_page import browser  # noqa: F401 (a fixture)

HOSTILE = "<img src=x onerror=document.title='run'><script>document.title='run'</script>"
TELEPHONE = 390


def test_a_question_is_asked_by_clicking_and_hostile_text_stays_text(browser: webdriver.Chrome, tmp_path: Path) -> None:  # noqa: F811
    name = "a <b>bold<b> shop.sqlite"
    path = make_database(tmp_path / "databases" / name)
    with closing(sqlite3.connect(path)) as db:
        columns = ", ".join(f'"{HOSTILE}{number}"' for number in range(8))
        db.execute(f'CREATE TABLE "{HOSTILE}" ({columns})')
        db.execute(f'INSERT INTO "{HOSTILE}" VALUES (?, NULL, 3, 4, 5, 6, 7, 8)', (HOSTILE,))
        db.commit()

    def script(prompt: object, _: int) -> str:
        told = "no such column" in prompt.messages[-1].content
        return f'SELECT * FROM "{HOSTILE}"' if told else f"SELECT nom FROM item -- {HOSTILE}"

    verifier = open_verifier(LIMITS)
    asker = Asker(ScriptedBackend(script), verifier, Way("written", None, SAMPLED), LIMITS)
    with closing(asker), serving(asker, [path.parent]) as client:
        browser.set_window_size(TELEPHONE, 800)
        browser.get(f"http://127.0.0.1:{client.port}/")
        wait = WebDriverWait(browser, 30)
        wait.until(lambda page: page.find_elements(By.TAG_NAME, "option"))
        assert browser.find_element(By.TAG_NAME, "option").text == name
        browser.find_element(By.ID, "question").send_keys(f"What is {HOSTILE}?")
        browser.find_element(By.ID, "send").click()
        wait.until(lambda page: page.find_element(By.ID, "answer").is_displayed())
        assert "5 of 5 answers agree" in browser.find_element(By.ID, "verdict").text
        cells = [cell.text for cell in browser.find_elements(By.CSS_SELECTOR, "#rows td")]
        assert cells == [HOSTILE, "NULL", "3", "4", "5", "6", "7", "8"]
        assert HOSTILE in browser.find_element(By.ID, "turns").text
        assert browser.title == "t2s: ask a database"
        assert not browser.find_elements(By.CSS_SELECTOR, "main img, main script, option b")
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.execute_script(wide) == 0  # the table scrolls, the page does not
        assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
