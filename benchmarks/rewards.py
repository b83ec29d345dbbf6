"""What rewards cost: milliseconds a completion of GRPO, groups of 32 on Spider's train golds, embeddings apart.

    SPIDER_ROOT=... python benchmarks/rewards.py [--prompts 64] [--group 32] [--write]

A step is one prompt's group: gold, edits of it and other questions' golds of its database, some broken, some prose,
some not of the form, with plans of the queries as thoughts. Each question is a step of its own, so that its gold runs
for the first time within it, as in training on one epoch; the workers have started. Three passes over the same steps:
`without_memory`, the aim's; `tfidf`, with a memory of `--traces` plans; and `memory_search`, the same with vectors that
are known beforehand, which is the search alone. `ms_per_completion` is wall clock, `cpu_ms_per_completion` processor
time of this process and the workers: the figure to read on a busy machine. `--write` keeps it all as `rewards.json`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measure import cpu_seconds, machine
from workload import spider_root

from t2s_pipeline.config_rewards import MemoryConfig, RewardConfig
from t2s_pipeline.embeddings.tfidf import TfIdf
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.rewards.completion import parse_completion
from t2s_pipeline.rewards.memory import ReasoningMemory, Trace
from t2s_pipeline.rewards.score import CompletionScorer, RewardRow
from t2s_pipeline.sql.plan import plan_text

BASELINE = Path(__file__).with_name("rewards.json")
AIM_MILLISECONDS = 5.0
OPERATORS = {
    " = ": " != ",
    ">": "<",
    "<": ">",
    "DESC": "ASC",
    "max(": "min(",
    "count(": "sum(",
    "DISTINCT ": "",
    "JOIN": "LEFT JOIN",
}


@dataclass(frozen=True)
class Step:
    row: RewardRow
    completions: list[str]


class KnownVectors:
    """An embedder that has every vector already."""

    def __init__(self, embedder: TfIdf, thoughts: Sequence[str]) -> None:
        self.fingerprint = embedder.fingerprint
        self._vectors = dict(zip(thoughts, embedder.embed(thoughts), strict=True))

    def embed(self, thoughts: Sequence[str]) -> np.ndarray:
        return np.stack([self._vectors[thought] for thought in thoughts])


def main() -> int:
    given = _arguments()
    root = spider_root(given.spider)
    rows = _rows(root)
    rng = random.Random(7)
    steps = _steps(rows, given.prompts, given.group, rng)
    traces = [Trace(row.database_id, _thought(row.golds[0])) for row in rng.sample(rows, min(given.traces, len(rows)))]
    corpus = [trace.thought for trace in traces]
    results: dict[str, Any] = {"prompts": given.prompts, "group": given.group}
    with GoldVerifier(workers=given.workers) as verifier:
        results["without_memory"] = _measured(verifier, steps, None)
    embedder = TfIdf(corpus, 2048)
    thoughts = list(dict.fromkeys([*corpus, *(parse_completion(c).thought for s in steps for c in s.completions)]))
    for name, used in (("tfidf", embedder), ("memory_search", KnownVectors(embedder, thoughts))):
        memory = ReasoningMemory(used, MemoryConfig())
        memory.seed(traces)
        with GoldVerifier(workers=given.workers) as verifier:
            results[name] = _measured(verifier, steps, memory)
    results["without_memory"]["aim"] = f"at most {AIM_MILLISECONDS:g} ms"
    print(json.dumps(results, indent=2))
    if given.write:
        about = {"date": datetime.date.today().isoformat(), "command": "python benchmarks/rewards.py"} | machine()
        BASELINE.write_text(json.dumps(about | results, indent=1) + "\n", encoding="utf-8")
    return int(results["without_memory"]["ms_per_completion"] > AIM_MILLISECONDS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spider", type=Path, help="the Spider folder; SPIDER_ROOT by default")
    parser.add_argument("--prompts", type=int, default=64)
    parser.add_argument("--group", type=int, default=32)
    parser.add_argument("--traces", type=int, default=8_000, help="in the memory from the start, duplicates included")
    parser.add_argument("--workers", type=int, help="of the sandbox; one a core by default")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _rows(root: Path) -> list[RewardRow]:
    """Train questions whose database is there."""
    rows = []
    for file in ("train_spider.json", "train_others.json"):
        for number, example in enumerate(json.loads((root / file).read_text(encoding="utf-8"))):
            name = example["db_id"]
            path = root / "database" / name / f"{name}.sqlite"
            if path.is_file():
                rows.append(RewardRow(f"{file}:{number}", f"spider/{name}", str(path), (example["query"],)))
    return rows


def _steps(rows: Sequence[RewardRow], prompts: int, group: int, rng: random.Random) -> list[Step]:
    golds: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        golds[row.database_id].append(row.golds[0])
    with GoldVerifier() as verifier:  # a gold that does not run is no training row
        chosen = rng.sample(rows, min(len(rows), 2 * prompts))
        runs = [e.error is None for e in verifier.execute([_as_candidate(row) for row in chosen])]
    usable = [row for row, ran in zip(chosen, runs, strict=True) if ran][:prompts]
    return [Step(row, [_completion(row, golds[row.database_id], rng) for _ in range(group)]) for row in usable]


def _as_candidate(row: RewardRow) -> Candidate:
    return Candidate(row.database_id, row.database_path, None, row.golds[0])


def _completion(row: RewardRow, others: Sequence[str], rng: random.Random) -> str:
    """A third right, the rest edits, other questions' golds, broken SQL, prose and what is not of the form."""
    gold, kind = row.golds[0], rng.random()
    if kind < 0.33:
        sql = gold
    elif kind < 0.6:
        sql = _edited(gold, rng)
    elif kind < 0.8:
        sql = rng.choice(others)
    elif kind < 0.9:
        sql = gold.replace("SELECT ", f"SELECT nothing_{rng.randrange(1000)}, ", 1)
    elif kind < 0.95:
        sql = "I think the answer is " + gold
    else:
        return gold
    return f"<think>{_thought(sql)}</think>\n{sql}"


def _edited(gold: str, rng: random.Random) -> str:
    present = [old for old in OPERATORS if old in gold]
    if not present or rng.random() < 0.3:
        return f"SELECT * FROM ({gold.rstrip('; ')}) LIMIT {rng.randrange(1, 40)}"
    old = rng.choice(present)
    return gold.replace(old, OPERATORS[old], 1)


def _thought(sql: str) -> str:
    return (plan_text(sql) or "Nothing in particular can be said of how this question is to be worked out.") + (
        " That is all that the question asks for, and so the query can now be written down as it was worked out here."
    )


def _measured(verifier: GoldVerifier, steps: Sequence[Step], memory: ReasoningMemory | None) -> dict[str, Any]:
    scorer = CompletionScorer(verifier, RewardConfig(), memory)
    before_steps = len(memory) if memory is not None else 0
    verifier.execute([_as_candidate(step.row) for step in steps])
    cpu, started = cpu_seconds(verifier), time.perf_counter()
    slowest, totals = 0.0, []
    for number, step in enumerate(steps):
        begun = time.perf_counter()
        totals += scorer.score_completions([step.row] * len(step.completions), step.completions, number)
        slowest = max(slowest, time.perf_counter() - begun)
    seconds, used = time.perf_counter() - started, cpu_seconds(verifier) - cpu
    about = {
        "ms_per_completion": round(1e3 * seconds / len(totals), 3),
        "cpu_ms_per_completion": round(1e3 * used / len(totals), 3),
        "slowest_step_ms": round(1e3 * slowest, 1),
        "right": sum(t.execution == 2 for t in totals),
        "completions": len(totals),
    }
    if memory is not None:
        about |= {"traces_before": before_steps, "traces_after": len(memory)}
    return about


if __name__ == "__main__":
    raise SystemExit(main())
