"""A judge behind HTTP: it is posted the question, the schema, the SQL and its result, and answers in JSON.

[verifiers.judge]
object = "examples.verifiers.http_judge:HttpJudge"
timeout_seconds = 300
batch_size = 32

[verifiers.judge.options]
url = "http://localhost:8080/judge"
timeout_seconds = 20

The judge answers {"answer": "accepted", "reason": "..."}, or "rejected"; any other answer ("refused", say) is taken as
that it cannot tell. A judge that does not answer in time, cannot be reached or has an error of its own is asked again,
then the run stops: an answer that nobody judged must not be scored as if somebody had.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

from t2s_pipeline.evaluation.custom_verifier import Answer, Evidence, Judgement


class JudgeUnavailable(Exception):
    """The judge gave no answer after every try."""


class HttpJudge:
    """Asks `parallel` questions at a time, each up to `tries` times for `timeout_seconds`."""

    def __init__(self, url: str, timeout_seconds: float = 20.0, tries: int = 2, parallel: int = 8) -> None:
        self._url, self._timeout, self._tries, self._parallel = url, timeout_seconds, tries, parallel

    def judge(self, items: Sequence[Evidence]) -> list[Judgement]:
        with ThreadPoolExecutor(self._parallel) as threads:
            return list(threads.map(self._judge, items))

    def _judge(self, item: Evidence) -> Judgement:
        if item.status != "ok":  # the database has said all that there is to say
            return Judgement(Answer.REJECTED, f"It does not run: {item.error or item.status}.")
        answer = self._asked(json.dumps(asdict(item)).encode())
        reason = str(answer.get("reason") or "") or None
        if answer.get("answer") == "accepted":
            return Judgement(Answer.ACCEPTED, reason)
        if answer.get("answer") == "rejected":
            return Judgement(Answer.REJECTED, reason or "The judge does not think that it answers the question.")
        return Judgement(Answer.CANNOT_TELL, reason)

    def _asked(self, body: bytes) -> dict[str, object]:
        """The judge's answer. Raises JudgeUnavailable; a refused request (4xx) is not sent twice."""
        request = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})
        for attempt in range(1, self._tries + 1):
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as response:
                    answer = json.load(response)
                    return answer if isinstance(answer, dict) else {}
            except (OSError, ValueError) as error:  # URLError and HTTPError, a time-out, or no JSON
                final = attempt == self._tries or (isinstance(error, urllib.error.HTTPError) and error.code < 500)
                if final:
                    raise JudgeUnavailable(f"{self._url}, try {attempt} of {self._tries}: {error}") from error
        raise JudgeUnavailable(f"{self._url}: tries = {self._tries}")
