"""README's screenshots, of the demo as it stands: `make screenshots` runs the demo, then this.

    python -m tests.services.screenshots [FOLDER]      # docs/images by default

Three images: the graph's groups, an arm's figures, a failure on the page of reports. They are as new as
the demo; nothing checks that the committed ones are.
"""

from __future__ import annotations

import base64
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from selenium import webdriver

from t2s_pipeline.config_loading import load_experiment, project_root
from tests.services.browsing import browsing, see, serving, wait_for

EXPERIMENT, ARM = "demo", "base_repair"
PARTS = {
    "graph": "/asset-groups",
    "arm": f"/assets/{EXPERIMENT}/evaluations?view=partitions&partition={ARM}",
}
READY = {
    "graph": "//*[local-name() = 'foreignObject']//*[text() = 'reports']",
    "arm": "//td[contains(., 'final_example_execution_accuracy')]",
    "report": "//*[@id = 'failures']//summary",
}
_GRAPH = """
    const all = [...document.querySelectorAll('foreignObject')].map(one => one.getBoundingClientRect());
    const x = Math.min(...all.map(one => one.left)) - 10, y = Math.min(...all.map(one => one.top)) - 10;
    const width = Math.max(...all.map(one => one.right)) + 10 - x;
    return {x, y, width, height: Math.max(...all.map(one => one.bottom)) + 10 - y};
"""
SIZES = {"graph": (1400, 900), "arm": (1400, 900), "report": (1100, 900)}


def take(browser: webdriver.Chrome, name: str, address: str, folder: Path) -> Path:
    """The screenshot `name` of what is at the address, once it shows what it is to show."""
    width, height = SIZES[name]
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(address)
    see(browser, READY[name])
    if name == "report":
        browser.execute_script("const one = document.querySelector('#failures summary'); one.click()")
        browser.execute_script("document.getElementById('failures').scrollIntoView()")
    path = folder / f"{name}.png"
    shown = _still(browser)
    if name == "graph":  # it has much room around it, and small names
        clip = browser.execute_script(_GRAPH) | {"scale": 2}
        shown = base64.b64decode(browser.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip})["data"])
    path.write_bytes(shown)
    return path


def _still(browser: webdriver.Chrome) -> bytes:
    """The page as a PNG, as soon as it looks the same twice."""
    seen = [b""]

    def _same() -> bool:
        time.sleep(1)
        seen.append(browser.get_screenshot_as_png())
        return seen[-1] == seen[-2]

    wait_for(_same, "a page that stands still")
    return seen[-1]


def take_all(folder: Path, environment: Mapping[str, str]) -> list[Path]:
    """Every screenshot, into `folder`. Raises FileNotFoundError where the demo has not been run."""
    report = Path(load_experiment(EXPERIMENT).paths.data) / "reports" / EXPERIMENT / "index.html"
    if not report.is_file():
        raise FileNotFoundError(f"{report} is not there: run `make demo` first")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "dagster.log"
        with serving(project_root(), EXPERIMENT, environment, log) as served, browsing(Path(scratch) / "b") as browser:
            made = [take(browser, name, served.address() + part, folder) for name, part in PARTS.items()]
            return [*made, take(browser, "report", report.resolve().as_uri(), folder)]


if __name__ == "__main__":
    for path in take_all(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"), os.environ):
        print(f"{path}  {path.stat().st_size / 1000:.0f} kB")
