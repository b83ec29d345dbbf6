"""Dagster's page in a real browser: an asset is materialized by clicking, and shows what it made."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expect
from selenium.webdriver.support.ui import WebDriverWait

from tests.graph.conftest import DEV_QUESTIONS, Project, new_project

WORKSPACE = """
load_from:
  - python_module:
      module_name: t2s_pipeline.definitions
      attribute: small
      location_name: small
"""
BROWSER_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1600,1200"
)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[Project, str]]:
    """A project's page, served by `dagster dev`: the project and the address."""
    project = new_project(tmp_path / "project")
    (project.folder / "workspace.yaml").write_text(WORKSPACE)
    (project.folder / "dagster_home" / ".nux").mkdir()
    (project.folder / "dagster_home" / ".nux" / "nux.yaml").touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "dagster"), "dev", "-w", "workspace.yaml", "-p", str(port)]
    environment = project.environment() | {"DAGSTER_DISABLE_TELEMETRY": "1"}
    with open(tmp_path / "dagster.log", "w") as log:
        server = subprocess.Popen(
            command, cwd=project.folder, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for_answer(address, server, tmp_path / "dagster.log")
        yield project, address
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_for_answer(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(f"{address}/server_info", timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"no answer from {address}: {log.read_text()[-2000:]}")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for flag in (*BROWSER_FLAGS.split(), f"--user-data-dir={tmp_path / 'browser'}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield driver
    finally:
        driver.quit()


def clicked(place: tuple[str, str]) -> Callable[[webdriver.Chrome], bool]:
    """An expectation that clicks: the page draws a button anew while it loads, and the first find may be stale."""

    def _click(browser: webdriver.Chrome) -> bool:
        try:
            expect.element_to_be_clickable(place)(browser).click()
        except (StaleElementReferenceException, ElementClickInterceptedException, AttributeError):
            return False
        return True

    return _click


def test_materialize_by_clicking_and_see_what_was_made(page: tuple[Project, str], browser: webdriver.Chrome) -> None:
    project, address = page
    wait = WebDriverWait(browser, 120)
    browser.get(f"{address}/assets/small/dev_examples")
    wait.until(clicked((By.XPATH, "//button[contains(., 'Materialize')]")))
    wait.until(lambda _: project.data.joinpath("tables/examples/small/dev.parquet").is_file())
    figure = (By.XPATH, "//*[contains(text(), 'rows in examples (dev)')]")
    for _ in range(12):  # the page shows a new materialization's figures when it is loaded again
        browser.refresh()
        try:
            WebDriverWait(browser, 10).until(expect.presence_of_element_located(figure))
            break
        except TimeoutException:
            continue
    else:
        raise AssertionError("the page never showed the materialization's figures")
    browser.get(f"{address}/assets/small/dev_examples?view=checks")
    wait.until(expect.presence_of_element_located((By.XPATH, "//*[contains(text(), 'oracle_is_one')]")))
    wait.until(expect.presence_of_element_located((By.XPATH, "//*[contains(text(), 'Passed')]")))
    assert project.sql("SELECT count(*) FROM examples WHERE split = 'dev'") == [(DEV_QUESTIONS,)]
