"""The official evaluator and ours on the same files in one run: differences, pairs a second, ratio, memory.

    SPIDER_ROOT=... python benchmarks/evaluator.py --official PATH [--python INTERPRETER] [--write]

PATH is a clone of taoyds/test-suite-sql-eval, INTERPRETER one that has its requirements (by default this one). The
two sides take turns, file by file, so that whatever else the machine does falls on both. `cold` starts worker
processes and knows nothing; `warm` has judged the gold queries before, and no prediction; `again` is the
same files a second time. What each figure is to be is printed beside it. `--write` keeps the result as the baseline
`evaluator.json`; `--quick` takes 100 questions; `--profile` says where our time goes, and does nothing else.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alike_columns import alike_columns
from measure import Measured, machine, measure, peak_megabytes
from official_run import OfficialAnswer, OfficialRun
from profile_judge import profile
from workload import Workload, load_workload, spider_root

from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.evaluation.voting import majority_vote
from t2s_pipeline.sandbox.version import sqlite_version

BASELINE = Path(__file__).with_name("evaluator.json")
SAMPLES = 30
RATIO_AIM = {1: 25, 2: 50}


def main(words: Sequence[str] | None = None) -> int:
    given = _arguments(words)
    root = spider_root(given.spider)
    questions = 100 if given.quick else None
    work = load_workload(root, given.predictions or root.parent / "predictions", questions)
    if given.profile:
        print(profile(work))
        return 0
    facts = machine()
    results: dict[str, Any] = {}
    with OfficialRun(given.official, given.python) as official:
        results["against_official"] = against_official(work, official, given.repeat)
    results["samples"] = many_samples(work)
    results["alike_columns"] = alike_columns()
    results["alike_columns"]["aim"] = _aim(results["alike_columns"]["milliseconds"], 50, "ms")
    print(json.dumps(results, indent=2))
    if given.write:
        _write(results, facts, given.quick)
    return 1 if results["against_official"]["differences"] else 0


def against_official(work: Workload, official: OfficialRun, repeat: int) -> dict[str, Any]:
    """Both sides on the same pairs. The official side is one process: it knows no other way."""
    answers: list[OfficialAnswer] = []
    ours: dict[tuple[int, str], list[Measured]] = {}
    turns = list(RATIO_AIM) * repeat
    for turn, system in enumerate(work.systems.values()):
        answers.append(official.judge([(c.database_path, c.gold_sql or "", c.sql) for c in system]))
        if turn < len(turns):
            _measure_ours(work, turns[turn], ours)
    for workers in turns[len(work.systems) :]:
        _measure_ours(work, workers, ours)
    verdicts = next(iter(ours.values()))[0].verdicts
    theirs = [outcome for answer in answers for outcome in answer.outcomes]
    pairs, seconds = len(theirs), sum(a.seconds for a in answers)
    cpu_seconds = sum(a.cpu_seconds for a in answers)
    return {
        "pairs": pairs,
        "differences": [
            _difference(work, i, a, v) for i, (a, v) in enumerate(zip(theirs, verdicts, strict=True)) if _differ(a, v)
        ],
        "marked": sum(v.sandbox_difference is not None for v in verdicts),
        "sqlite_version": {"official": answers[0].sqlite_version, "ours": sqlite_version()},
        "official": {
            "seconds": round(seconds, 2),
            "cpu_seconds": round(cpu_seconds, 2),
            "pairs_per_second": round(pairs / seconds),
        },
        "ours": [_row(*key, runs, pairs / seconds, cpu_seconds / pairs) for key, runs in ours.items()],
    }


def _measure_ours(work: Workload, workers: int, ours: dict[tuple[int, str], list[Measured]]) -> None:
    pairs = work.pairs
    with GoldVerifier(workers=workers) as verifier:
        ours.setdefault((workers, "cold"), []).append(measure(verifier, pairs))
    with GoldVerifier(workers=workers) as verifier:
        verifier.verify(work.golds)
        ours.setdefault((workers, "warm"), []).append(measure(verifier, pairs))
        ours.setdefault((workers, "again"), []).append(measure(verifier, pairs))


def _row(
    workers: int, state: str, runs: list[Measured], official_rate: float, official_cpu_each: float
) -> dict[str, Any]:
    """The run of median speed, with the ratio of all. `cpu_ratio`: processor seconds a pair, official to ours."""
    middle = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    ratio = middle.pairs_per_second / official_rate
    row = {"workers": workers, "state": state, **middle.as_dict(), "ratio": round(ratio, 1)}
    row["cpu_ratio"] = round(official_cpu_each * middle.pairs / middle.cpu_seconds, 1)
    if len(runs) > 1:
        row["ratios"] = sorted(round(run.pairs_per_second / official_rate, 1) for run in runs)
    aim = RATIO_AIM[workers]
    row["aim"] = f"ratio {aim}: {'met' if ratio >= aim else 'missed'}"
    return row


def many_samples(work: Workload) -> dict[str, Any]:
    """`SAMPLES` candidates a question, verified and voted; memory; what a candidate costs as their number grows."""
    samples = work.samples(SAMPLES)
    with GoldVerifier() as verifier:
        verifier.verify(work.golds)
        started = time.perf_counter()
        run = measure(verifier, samples)
        questions = [run.verdicts[i : i + SAMPLES] for i in range(0, len(samples), SAMPLES)]
        chosen = [verdicts[majority_vote([v.result_digest for v in verdicts])] for verdicts in questions]
        seconds = time.perf_counter() - started
        megabytes = peak_megabytes(verifier)
    growth = _growth(work, samples)
    costs = [row["cpu_microseconds_each"] for row in growth]
    return {
        "candidates": len(samples),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(run.cpu_seconds, 2),
        "aim": _aim(seconds, 6, "s"),
        "vote_is_right": f"{sum(v.correct_official is True for v in chosen)}/{len(chosen)}",
        "growth": growth,
        "growth_aim": f"at most 1.25 times the first: {'met' if costs[-1] <= 1.25 * costs[0] else 'missed'}",
        "peak_megabytes": round(megabytes),
        "peak_aim": _aim(megabytes, 1000, "MB"),
    }


def _growth(work: Workload, samples: list[Candidate]) -> list[dict[str, Any]]:
    """A quarter, a half and all of the candidates, drawn evenly, each by workers that know the gold queries alone."""
    mixed = random.Random(0).sample(samples, len(samples))
    rows = []
    for share in (4, 2, 1):
        with GoldVerifier() as verifier:
            verifier.verify(work.golds)
            run = measure(verifier, mixed[: len(mixed) // share])
        rows.append({**run.as_dict(), "cpu_microseconds_each": round(1e6 * run.cpu_seconds / run.pairs, 1)})
    return rows


def _differ(outcome: int | str, verdict: Verdict) -> bool:
    """An outcome that stops the official run is none; a marked row may differ."""
    if isinstance(outcome, str) or verdict.sandbox_difference is not None:
        return False
    return bool(outcome) is not verdict.correct_official


def _difference(work: Workload, index: int, outcome: int | str, verdict: Verdict) -> dict[str, Any]:
    system, line = divmod(index, len(work.golds))
    return {
        "file": list(work.systems)[system],
        "line": line + 1,
        "official": outcome,
        "ours": verdict.correct_official,
        "sql": verdict.sql,
    }


def _aim(value: float, limit: float, unit: str) -> str:
    return f"under {limit:g} {unit}: {'met' if value < limit else 'missed'}"


def _write(results: dict[str, Any], facts: dict[str, Any], quick: bool) -> None:
    words = [word if word.startswith("--") or word.isdigit() else "PATH" for word in sys.argv[1:]]
    record = {
        "command": " ".join(["python benchmarks/evaluator.py", *words]),
        "date": datetime.date.today().isoformat(),
        "machine": facts,
        "quick": quick,
        **results,
    }
    BASELINE.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--official", type=Path, metavar="PATH", help="a clone of the official evaluator")
    parser.add_argument("--python", default=sys.executable, metavar="INTERPRETER", help="Python that can run it")
    parser.add_argument("--spider", type=Path, help="folder with dev.json and database/ (default: SPIDER_ROOT)")
    parser.add_argument("--predictions", type=Path, metavar="DIR", help="folder with *.txt (default: beside Spider)")
    parser.add_argument("--repeat", type=int, default=3, help="how often ours is run in each state (default 3)")
    parser.add_argument("--quick", action="store_true", help="the first 100 questions only")
    parser.add_argument("--profile", action="store_true", help="where our time goes, in one process")
    parser.add_argument("--write", action="store_true", help="keep the result as evaluator.json")
    given = parser.parse_args(words)
    if given.official is None and not given.profile:
        parser.error("--official PATH is needed (or --profile)")
    return given


if __name__ == "__main__":
    sys.exit(main())
