"""Post an alert to a URL, as a chat's or a pager's web hook takes it. Needs nothing but Python.

[alerts]
command = ["python3", "examples/alerts/post_json.py"]

    export ALERT_URL=https://chat.example.org/hooks/...     # a secret: in the environment, not in the configuration

The alert comes as JSON on standard input and goes out with one more key, `text`: a sentence for people. A server that
does not answer, or answers with an error of its own (5xx), is asked three times; then this ends with code 1.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request

TRIES = 3


def sentence(alert: dict[str, str | None]) -> str:
    where = f"[{alert['partition']}]" if alert["partition"] else ""
    what = "failed" if alert["kind"] == "run_failed" else "did not pass its check"
    return f"{alert['experiment']}: {alert['what']}{where} {what}: {alert['reason']} (run {alert['run_id']})"


def post(url: str, body: bytes) -> None:
    """Raises OSError (of which urllib's errors are) where the server does not take it."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    for attempt in range(1, TRIES + 1):
        try:
            urllib.request.urlopen(request, timeout=10).close()
            return
        except OSError as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code < 500
            if refused or attempt == TRIES:
                raise
        time.sleep(attempt)


def main() -> None:
    url = os.environ.get("ALERT_URL")
    if not url:
        sys.exit("ALERT_URL is not set: it names where alerts are posted")
    alert = json.load(sys.stdin)
    try:
        post(url, json.dumps(alert | {"text": sentence(alert)}).encode())
    except OSError as error:
        sys.exit(f"the alert could not be posted: {error}")


if __name__ == "__main__":
    main()
