"""Dagster's page, served from a project's folder, and a browser to look at it: for tests and screenshots.

    with serving(folder, environment, log) as served, browsing(profile) as browser:
        browser.get(f"{served.address()}/assets/small/dev_examples")
        click(browser, "//button[contains(., 'Materialize')]")

Every wait is for a condition, with a limit for slow machines. Needs Debian's chromium and chromium-driver.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

LIMIT = 180.0
"""Seconds that anything on the page may take."""
_RELOAD = 15.0
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --window-size=1600,1200"
)
_WORKSPACE = """
load_from:
  - python_module:
      module_name: t2s_pipeline.definitions
      attribute: {0}
      location_name: {0}
"""


@dataclass(frozen=True)
class Served:
    """A `dagster dev` that was started; it may not answer yet."""

    server: subprocess.Popen
    port: int
    log: Path

    def address(self) -> str:
        """Where the page is, as soon as it answers."""
        address, deadline = f"http://127.0.0.1:{self.port}", time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            assert self.server.poll() is None, self.log.read_text()
            try:
                urllib.request.urlopen(f"{address}/server_info", timeout=5).close()
                return address
            except OSError:
                time.sleep(0.5)
        raise AssertionError(f"no answer from {address}: {self.log.read_text()[-2000:]}")


@contextmanager
def serving(folder: Path, experiment: str, environment: Mapping[str, str], log: Path) -> Iterator[Served]:
    """Dagster's page of one experiment of the project in `folder`, with its daemon; both end with the block.

    A workspace of that experiment alone is written beside the log, and Dagster's greeting is switched off.
    """
    workspace, greeting = (
        log.with_suffix(".yaml"),
        Path(environment["DAGSTER_HOME"]) / ".nux" / "nux.yaml",
    )
    workspace.write_text(_WORKSPACE.format(experiment))
    greeting.parent.mkdir(exist_ok=True)
    greeting.touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).parent / "dagster"),
        "dev",
        "-w",
        str(workspace),
        "-p",
        str(port),
    ]
    with open(log, "w") as output:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment, "DAGSTER_DISABLE_TELEMETRY": "1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield Served(server, port, log)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@contextmanager
def browsing(profile: Path) -> Iterator[webdriver.Chrome]:
    """A headless Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    for flag in (*_FLAGS.split(), f"--user-data-dir={profile}"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield browser
    finally:
        browser.quit()


def see(browser: webdriver.Chrome, xpath: str, limit: float = LIMIT) -> WebElement:
    """The first element that is to be seen, as soon as there is one."""

    def _seen(_: webdriver.Chrome) -> WebElement | None:
        try:
            return next(
                (one for one in browser.find_elements(By.XPATH, xpath) if one.is_displayed()),
                None,
            )
        except StaleElementReferenceException:
            return None

    return WebDriverWait(browser, limit).until(_seen, f"{xpath} was never to be seen at {browser.current_url}")


def click(browser: webdriver.Chrome, xpath: str) -> None:
    """Click the first such element that is to be seen, as soon as it can be clicked.

    The page draws a button anew while it loads, so that the first find may be stale.
    """

    def _click(_: webdriver.Chrome) -> bool:
        try:
            one = see(browser, xpath)
            if one.is_enabled() and one.get_attribute("aria-disabled") != "true":
                one.click()
                return True
        except (StaleElementReferenceException, ElementClickInterceptedException):
            pass
        return False

    WebDriverWait(browser, LIMIT).until(_click, f"{xpath} could never be clicked at {browser.current_url}")


def see_in_time(browser: webdriver.Chrome, xpath: str, limit: float = LIMIT) -> WebElement:
    """The same as `see`, for what a run brings about: the page is loaded again until it shows it."""
    deadline = time.monotonic() + limit
    while True:
        try:
            return see(browser, xpath, _RELOAD)
        except TimeoutException:
            if time.monotonic() > deadline:
                raise
            browser.refresh()


def wait_for(condition: Callable[[], bool], what: str, limit: float = LIMIT) -> None:
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"never came about: {what}"
        time.sleep(0.2)
