"""What `t2s size` is built on, measured on a finished experiment: files, rows and bytes of what a rollout keeps.

    python benchmarks/sizing.py --data data --experiment demo [--name demo] [--write]
    python benchmarks/sizing.py --predict
    python benchmarks/sizing.py --memory

The first measures and, with `--write`, keeps the figures as an entry of `sizing.json`. A file's head is its footer and
what else does not grow with its rows: the intercept of bytes over rows where there are files enough, else the
footer. The second puts what `t2s size` predicts for the measured runs beside what they took; the third measures the
memory that an attempt takes, on written answers. Times are not measured here: `rollouts.py` has the milliseconds an
attempt, `gpu.py` what a GPU gives.
"""

from __future__ import annotations

import argparse
import datetime
import json
import tempfile
import tracemalloc
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from rollouts import one_pass, written_questions

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.files import store_parts
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sizing.constants import load_constants
from t2s_pipeline.sizing.estimate import Rows, stored_bytes
from t2s_pipeline.table_definitions import COMPLETIONS, PROMPTS
from t2s_pipeline.warehouse import Warehouse

BASELINE = Path(__file__).with_name("sizing.json")
ENOUGH_FILES = 50
_TOKENS = ("prompt_tokens", "completion_tokens")
_ANSWER = ["text", "finish_reason", "prompt_tokens", "completion_tokens", "log_probability"]
OUTPUTS = ("attempts", "trajectories")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--experiment", default="demo")
    parser.add_argument("--name", help="of the entry; the experiment's by default")
    parser.add_argument("--predict", action="store_true")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    runs = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.is_file() else {}
    if given.predict:
        for name, run in runs.items():
            print(json.dumps({name: predicted(run)}, indent=1))
        return
    if given.memory:
        print(json.dumps(memory(300, 8), indent=1))
        return
    run = measured(given.data, given.experiment)
    print(json.dumps(run, indent=1))
    if given.write:
        runs[given.name or given.experiment] = run
        BASELINE.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")


def measured(data: Path, experiment: str) -> dict[str, Any]:
    """The stores of a data folder that this experiment alone has written, and the shards of its train rollouts: what
    is sampled often is what `t2s size` is about, and takes fewer bytes a row than an arm's single answers."""
    warehouse = Warehouse(data)
    shards = [ref for ref in warehouse.live_refs(experiment) if ref.partition.startswith("train.")]
    outputs = {name: [warehouse.live_path(ref) for ref in shards if ref.table == name] for name in OUTPUTS}
    answers = [pq.read_table(part, columns=list(_TOKENS)) for part in store_parts(data, COMPLETIONS)]
    rows = sum(table.num_rows for table in answers)
    tokens = {name: round(sum(pc.sum(table[name]).as_py() for table in answers) / rows, 1) for name in _TOKENS}
    kept = {"prompts": store_parts(data, PROMPTS), "completions": store_parts(data, COMPLETIONS), **outputs}
    return {
        "date": datetime.date.today().isoformat(),
        "experiment": experiment,
        **{f"mean_{name}": mean for name, mean in tokens.items()},
        "kept": {name: file_figures(files) for name, files in kept.items()},
    }


def file_figures(files: Sequence[Path]) -> dict[str, float]:
    """Files, rows and bytes, and how these divide into what a file and what a row takes."""
    sizes = [file.stat().st_size for file in files]
    footers = [pq.read_metadata(file) for file in files]
    rows = [footer.num_rows for footer in footers]
    heads = sum(footer.serialized_size for footer in footers) / len(files)
    if len(files) >= ENOUGH_FILES and len(set(rows)) > 1:
        mean_rows, mean_size = sum(rows) / len(rows), sum(sizes) / len(sizes)
        spread = sum((row - mean_rows) ** 2 for row in rows)
        slope = sum((r - mean_rows) * (s - mean_size) for r, s in zip(rows, sizes, strict=True)) / spread
        heads = max(heads, mean_size - slope * mean_rows)
    return {
        "files": len(files),
        "rows": sum(rows),
        "bytes": sum(sizes),
        "bytes_per_file": round(heads),
        "bytes_per_row": round((sum(sizes) - heads * len(files)) / sum(rows), 1),
    }


def predicted(run: dict[str, Any]) -> dict[str, Any]:
    """Bytes and files as `t2s size` has them for a rollout of the run's rows and tokens, and as they are."""
    kept = run["kept"]
    return {
        part.name: {
            "files": part.files,
            "measured_files": kept[part.name]["files"],
            "bytes": round(part.bytes),
            "measured_bytes": kept[part.name]["bytes"],
        }
        for part in stored_bytes(Rows.measured(run), load_constants())
    }


def memory(questions: int, samples: int) -> dict[str, float]:
    """Bytes an attempt: of the completion store's index, and at the peak of a rollout in one process."""
    with tempfile.TemporaryDirectory() as folder, GoldVerifier(SandboxPolicy(), 1) as verifier:
        asked = written_questions(questions, Path(folder), verifier)
        settings = RolloutConfig(max_turns=1, num_samples=samples, temperature=0.7)
        attempts = one_pass(asked, settings, Path(folder), verifier).stats["attempts"]
        tracemalloc.start()
        store = CompletionStore(Path(folder))
        store.lookup([])
        index = tracemalloc.get_traced_memory()[0]
        answers = sum(pq.read_table(part, columns=_ANSWER).nbytes for part in store_parts(Path(folder), COMPLETIONS))
        store.close()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        one_pass(asked, settings, Path(folder), verifier)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
    figures = {"index_keys": index, "index_answers": answers, "rollout_peak": peak}
    return {"attempts": attempts} | {name: round(value / attempts, 1) for name, value in figures.items()}


if __name__ == "__main__":
    main()
