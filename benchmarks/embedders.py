"""Embedders of the memory compared: what each takes for near, what it costs, how much it takes for a duplicate.

    SPIDER_ROOT=... python benchmarks/embedders.py [--traces 3000] [--thoughts 500] [--kind states --path builtin:nano]
                                                   [--write]

The memory is filled with plans of Spider train's golds (`sql/plan.py`), a tenth of the databases left out. Of the golds
of these it is asked how close four thoughts are: the plan (`right`); the plan of another gold of that database
(`other`), which is as good a plan, of another question; the plan's words in another order (`shuffled`); and a thought
that says nothing (`idle`). `above` is how often the plan is closer than the other thought of the same question, 0.5
being chance: high for `shuffled` and `idle` where a memory helps, and nothing can be expected of `other`. `kept` is how
many traces were no duplicates. By default `tfidf`, and nano's states as they are and centred; `--kind` compares one
more. `--write` keeps the result as `embedders.json`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import time
from pathlib import Path
from typing import Any

from measure import machine
from workload import spider_root

from t2s_pipeline.config_rewards import EmbedderConfig, MemoryConfig
from t2s_pipeline.embeddings.embedder import open_embedder
from t2s_pipeline.rewards.memory import ReasoningMemory, Trace
from t2s_pipeline.sql.plan import plan_text

BASELINE = Path(__file__).with_name("embedders.json")
HELD_OUT = 10
"""One database of so many is asked about, and not remembered."""
IDLE = (
    "Let us think about this question with great care, step by step, look at all that we are given, consider what "
    "could be meant by it, and then write down the answer that we have come to."
)


def main() -> int:
    given = _arguments()
    rng = random.Random(11)
    traces = _traces(spider_root(given.spider))
    databases = sorted({trace.database_id for trace in traces})
    held_out = set(databases[::HELD_OUT])
    seeds = [trace for trace in traces if trace.database_id not in held_out]
    asked = [trace for trace in traces if trace.database_id in held_out]
    seeds, asked = rng.sample(seeds, min(given.traces, len(seeds))), rng.sample(asked, min(given.thoughts, len(asked)))
    thoughts = _thoughts(asked, traces, rng)
    results = {name: _compared(config, seeds, thoughts, asked) for name, config in _configs(given).items()}
    print(json.dumps(results, indent=2))
    if given.write:
        about = {"date": datetime.date.today().isoformat(), "command": "python benchmarks/embedders.py"} | machine()
        about |= {"traces": len(seeds), "thoughts": len(asked)}
        BASELINE.write_text(json.dumps(about | {"embedders": results}, indent=1) + "\n", encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--spider", type=Path, help="the Spider folder; SPIDER_ROOT by default")
    parser.add_argument("--traces", type=int, default=3_000)
    parser.add_argument("--thoughts", type=int, default=500)
    parser.add_argument("--kind", choices=["states", "sentences", "endpoint"])
    parser.add_argument("--path", default="")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--served-model", default="")
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _configs(given: argparse.Namespace) -> dict[str, EmbedderConfig]:
    nano = EmbedderConfig(kind="states", path="builtin:nano")
    found = {
        "tfidf": EmbedderConfig(),
        "nano": nano,
        "nano_centred": EmbedderConfig(kind="states", path="builtin:nano", centred=True),
    }
    if given.kind:
        more = {"kind": given.kind, "path": given.path, "base_url": given.base_url, "served_model": given.served_model}
        name = given.path or given.served_model
        found |= {name: EmbedderConfig(**more), f"{name}_centred": EmbedderConfig(**more, centred=True)}
    return found


def _traces(root: Path) -> list[Trace]:
    """A plan for every gold of train that has one, equal ones once a database."""
    found: dict[Trace, None] = {}
    for file in ("train_spider.json", "train_others.json"):
        for example in json.loads((root / file).read_text(encoding="utf-8")):
            plan = plan_text(example["query"])
            if plan is not None:
                found[Trace(f"spider/{example['db_id']}", plan)] = None
    return list(found)


def _thoughts(asked: list[Trace], traces: list[Trace], rng: random.Random) -> dict[str, list[str]]:
    """The thoughts that are compared, one of each kind for every trace that is asked about."""
    of_database: dict[str, list[str]] = {}
    for trace in traces:
        of_database.setdefault(trace.database_id, []).append(trace.thought)
    shuffled = []
    for trace in asked:
        words = trace.thought.split()
        rng.shuffle(words)
        shuffled.append(" ".join(words))
    others = [
        rng.choice([t for t in of_database[trace.database_id] if t != trace.thought] or [IDLE]) for trace in asked
    ]
    return {
        "right": [trace.thought for trace in asked],
        "other": others,
        "shuffled": shuffled,
        "idle": [IDLE] * len(asked),
    }


def _compared(
    config: EmbedderConfig, seeds: list[Trace], thoughts: dict[str, list[str]], asked: list[Trace]
) -> dict[str, Any]:
    embedder = open_embedder(config, [trace.thought for trace in seeds])
    memory = ReasoningMemory(embedder, MemoryConfig())
    started = time.perf_counter()
    kept = memory.seed(seeds)
    seconds = time.perf_counter() - started
    databases = [trace.database_id for trace in asked]
    close = {kind: memory.closeness(memory.vectors(texts), databases) for kind, texts in thoughts.items()}
    return {
        "kept": kept,
        "of": len(seeds),
        "ms_per_thought": round(1e3 * seconds / len(seeds), 3),
        "mean": {kind: round(sum(found) / len(found), 4) for kind, found in close.items()},
        "above": {
            kind: round(
                sum((r > o) + 0.5 * (r == o) for r, o in zip(close["right"], found, strict=True)) / len(found), 4
            )
            for kind, found in close.items()
            if kind != "right"
        },
    }


if __name__ == "__main__":
    raise SystemExit(main())
