"""What a vote costs: every selector over the published predictions, 12 samples of each of Spider's dev questions.

    SPIDER_ROOT=... python benchmarks/voting.py [--questions N] [--write]

`judging` is the verdicts of all samples, which an arm has anyway. `voting` is `rollouts/votes.py`, the work of the
asset `votes`: each distinct SQL of a database that ran runs once more, and every selector chooses. `right` counts each
selector's answers by the official and the strict rule. Seconds are wall clock, with workers that have started;
`cpu_seconds` is processor time of this process and the workers: the figure to read on a busy machine. The files of
predictions lie in the folder `predictions` beside the Spider folder. `--write` keeps it all as `voting.json`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measure import cpu_seconds, machine, measure
from workload import Workload, load_workload, spider_root

from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.evaluation.voting import Selector
from t2s_pipeline.rollouts.votes import vote_rows

BASELINE = Path(__file__).with_name("voting.json")


def main() -> None:
    given = _arguments()
    root = spider_root(given.spider)
    work = load_workload(root, root.parent / "predictions", given.questions)
    paths = {gold.database_id: Path(gold.database_path) for gold in work.golds}
    with GoldVerifier(workers=given.workers) as verifier:
        judged = measure(verifier, work.pairs)
        attempts = _attempts(work, judged.verdicts)
        before, started = cpu_seconds(verifier), time.perf_counter()
        votes = vote_rows(attempts, paths, verifier)
        seconds, spent = time.perf_counter() - started, cpu_seconds(verifier) - before
    results = {
        "questions": len(work.golds),
        "samples": len(work.systems),
        "judging": judged.as_dict(),
        "voting": {
            "queries": len({(one["database_id"], one["sql"]) for one in attempts if one["executable"]}),
            "votes": len(votes),
            "seconds": round(seconds, 3),
            "cpu_seconds": round(spent, 3),
        },
        "right": {selector.value: _right(votes, selector) for selector in Selector},
    }
    print(json.dumps(results, indent=2))
    if given.write:
        about = {"date": datetime.date.today().isoformat(), "command": "python benchmarks/voting.py"} | machine()
        BASELINE.write_text(json.dumps(about | results, indent=1) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spider", type=Path, help="the Spider folder; SPIDER_ROOT by default")
    parser.add_argument("--questions", type=int, help="the first so many of dev; all by default")
    parser.add_argument("--workers", type=int, help="of the sandbox; one a core by default")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _attempts(work: Workload, verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """What a vote reads of the table `attempts`: a system's file is a sample number."""
    return [
        {
            "rollout": "published",
            "example_id": f"spider/dev/{place % len(work.golds):05}",
            "database_id": candidate.database_id,
            "turn": 1,
            "sample": place // len(work.golds),
            "sql": candidate.sql,
            "executable": verdict.executable,
            "result_digest": verdict.result_digest,
            "log_probability": None,
            "completion_tokens": None,
            "correct": verdict.correct_official,
            "correct_official": verdict.correct_official,
            "correct_strict": verdict.correct_strict,
        }
        for place, (candidate, verdict) in enumerate(zip(work.pairs, verdicts, strict=True))
    ]


def _right(votes: Sequence[dict[str, Any]], selector: Selector) -> dict[str, int]:
    own = [row for row in votes if row["selector"] == selector.value]
    return {rule: sum(bool(row[f"correct_{rule}"]) for row in own) for rule in ("official", "strict")}


if __name__ == "__main__":
    main()
