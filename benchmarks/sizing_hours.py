"""The hours of `t2s size` against measured runs: the embedded model's train rollouts at two sizes, by `t2s run`.

    python benchmarks/sizing_hours.py [--questions 240 960] [--samples 1 4] [--turns 3] [--write]

Each size is a run of `train_rollouts` from what is upstream of it, with the hf back end on the CPU. Predicted is what
the estimate is made of: processor time of an attempt beside the model (`cpu_ms_per_attempt`), and answer tokens at the
rate of `generation.json`. Compared is the step from the smaller to the larger run, which the starts of processes, that
`t2s size` does not count, are no part of. `ratio` is measured to predicted processor seconds, which other work on the
machine changes little; `clock_ratio` is of the clock, for a quiet one. `--write` keeps the result as
`sizing_hours.json`.

Not covered: GPUs, whose rate `t2s size` takes from data sheets.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from measure import machine

from t2s_pipeline.files import store_parts
from t2s_pipeline.sizing.constants import load_constants
from t2s_pipeline.table_definitions import COMPLETIONS
from t2s_pipeline.warehouse import Warehouse

BASELINE = Path(__file__).with_name("sizing_hours.json")
RATE = Path(__file__).with_name("generation.json")
EXPERIMENT = """
[datasets.embedded]
kind = "embedded"
train_limit = {questions}
dev_limit = 1

[models.nano]
path = "builtin:nano"

[train]
dataset = "embedded"
model = "nano"
shards = 1

[train.rollouts]
max_turns = {turns}
num_samples = {samples}
temperature = 0.8

[evaluation]
dataset = "embedded"
"""


def run(project: Path, selection: str) -> tuple[float, float]:
    """`t2s run` of a selection; seconds by the clock, and of processors, its children's with it."""
    command = [sys.executable, "-c", "from t2s_pipeline.cli import main; main()", "run", "-e", "sized", selection]
    environment = {name: value for name, value in os.environ.items() if name not in ("OUTPUT_ROOT", "TRAIN_LIMIT")}
    environment |= {"T2S_PROJECT": str(project), "DAGSTER_HOME": str(project / "dagster_home")}
    began, worked = time.perf_counter(), _children()
    subprocess.run(command, cwd=project, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began, _children() - worked


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(questions: int, samples: int, turns: int) -> dict[str, Any]:
    """One size: what its rollout took, and what it made."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "experiments").mkdir()
        (project / "dagster_home").mkdir()
        (project / "dagster_project.toml").write_text("")
        text = EXPERIMENT.format(questions=questions, samples=samples, turns=turns)
        (project / "experiments" / "sized.toml").write_text(text)
        run(project, "retrieved_schemas")
        seconds, cpu_seconds = run(project, "train_rollouts")
        warehouse = Warehouse(project / "data")
        attempts = sum(warehouse.footer(ref).rows for ref in warehouse.live_refs() if ref.table == "attempts")
        answers = [
            pq.read_table(part, columns=["completion_tokens"]) for part in store_parts(warehouse.data, COMPLETIONS)
        ]
    tokens = sum(pc.sum(table["completion_tokens"]).as_py() for table in answers)
    made = {"questions": questions, "attempts": attempts, "completions": sum(table.num_rows for table in answers)}
    return made | {"answer_tokens": tokens, "seconds": round(seconds, 2), "cpu_seconds": round(cpu_seconds, 2)}


def compared(smaller: dict[str, Any], larger: dict[str, Any], rate: dict[str, float]) -> dict[str, float]:
    """Of the step from one size to the other: seconds measured and predicted, and their ratios. `rate` is the hf back
    end's of `generation.json`: tokens a second of the clock, and of a processor."""
    step = {name: larger[name] - smaller[name] for name in ("attempts", "answer_tokens", "seconds", "cpu_seconds")}
    verification = step["attempts"] * load_constants()["cpu_ms_per_attempt"] / 1000
    predicted = step["answer_tokens"] / rate["tokens_per_cpu_second"] + verification
    by_clock = step["answer_tokens"] / rate["tokens_per_second"] + verification
    return {
        "cpu_seconds": round(step["cpu_seconds"], 2),
        "predicted_cpu_seconds": round(predicted, 2),
        "ratio": round(step["cpu_seconds"] / predicted, 3),
        "seconds": round(step["seconds"], 2),
        "predicted_seconds": round(by_clock, 2),
        "clock_ratio": round(step["seconds"] / by_clock, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, nargs=2, default=[240, 960], metavar=("SMALLER", "LARGER"))
    parser.add_argument("--samples", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    rate = json.loads(RATE.read_text(encoding="utf-8"))["hf_back_end"]
    runs = []
    for samples in given.samples:
        sizes = [measured(questions, samples, given.turns) for questions in given.questions]
        runs.append({"samples": samples, "sizes": sizes, "step": compared(*sizes, rate)})
    date = datetime.date.today().isoformat()
    result = {"date": date, "machine": machine(), "turns": given.turns, "runs": runs}
    text = json.dumps(result, indent=2) + "\n"
    print(text)
    if given.write:
        BASELINE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
