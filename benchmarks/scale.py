"""What the reports cost as attempts grow: seconds, memory and bytes of each, from 10^4 to 10^7 attempts.

    python benchmarks/scale.py [--attempts 10000 100000 1000000 10000000] [--folder FOLDER] [--write]

The tables are the real ones by their schemas, with made-up content: of every twenty attempts sixteen are samples of
one question by arm `sampled`, the others one answer each of `base` and `other`, and two turns of `repair`; a third of
all is wrong. They are written as a warehouse has them (zstd, a file an arm), and each report runs in a process of its
own as its asset runs it, over the files; `evaluations` are the metrics of all arms. `peak_mb` is the process's greatest
resident memory, libraries included; `rows` what the report has. `growth` is the exponent b of seconds ~ attempts^b
(memory and bytes likewise), fitted over the sizes of 10^5 and more where there are two, else over all. The aim: all
reports over 10^7 attempts in 10 s, each in 2 GB. Files that are in `--folder` already are used again. `--write` keeps
the result as `scale.json`.

Not covered: making the tables (a rollout's arm is held in memory as rows), and rendering a report as text.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from measure import machine

from t2s_pipeline.config import (
    ArmConfig,
    ComparisonConfig,
    DatasetConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
)
from t2s_pipeline.evaluation.error_class import routing_rows
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.reports.run import report_connection, run_report, run_sql
from t2s_pipeline.tables import registry

BASELINE = Path(__file__).with_name("scale.json")
AIM_SECONDS, AIM_MEGABYTES = 10.0, 2_000.0
NAME = "scale"
SAMPLES = 16
ATTEMPTS_A_QUESTION = 20
QUESTIONS_AT_ONCE = 25_000
EVALUATIONS = "evaluations"
MEASURED = (
    EVALUATIONS,
    "report_comparison",
    "report_error_taxonomy",
    "report_repair_breakdown",
    "report_routing",
    "report_online_repair",
    "report_candidate_errors",
    "report_column_errors",
    "report_wrong_results",
    "report_flips",
    "report_failures",
    "report_voting",
    "report_voting_pairs",
    "report_risk_coverage",
    "report_recall",
    "report_star_rules",
)
READS = {EVALUATIONS: ("rollouts", "trajectories", "attempts", "examples", "gold_features", "gold_audit")}
TURNS = {"base": 1, "other": 1, "repair": 2, "sampled": 1}
CLASSES = [row["error_class"] for row in routing_rows() if row["error_class"] != "execution_correct"]


def config() -> ExperimentConfig:
    return ExperimentConfig(
        name=NAME,
        datasets={"made": DatasetConfig()},
        models={"made": ModelConfig()},
        evaluation=EvaluationConfig(dataset="made"),
        arms={
            "base": ArmConfig(model="made"),
            "other": ArmConfig(model="made"),
            "repair": ArmConfig(model="made", max_turns=2),
            "sampled": ArmConfig(model="made", num_samples=SAMPLES, temperature=1.0),
        },
        comparisons={"gain": ComparisonConfig(first="base", second="other")},
    )


def make(folder: Path, attempts: int) -> None:
    """Write all tables for so many attempts, unless they are there."""
    done = folder / "done"
    if done.exists():
        return
    questions = attempts // ATTEMPTS_A_QUESTION
    writers: dict[Path, pq.ParquetWriter] = {}
    for first in range(0, questions, QUESTIONS_AT_ONCE):
        numbers = np.arange(first, min(first + QUESTIONS_AT_ONCE, questions))
        for name, arm, table in _tables(numbers):
            path = folder / name / f"{arm}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            if path not in writers:
                writers[path] = pq.ParquetWriter(path, table.schema, compression="zstd")
            writers[path].write_table(table)
    for writer in writers.values():
        writer.close()
    rollouts = [_rollout(arm, questions) for arm in TURNS]
    _write(folder / "rollouts" / "all.parquet", _table("rollouts", len(rollouts), _columns(rollouts)))
    done.touch()


def _tables(numbers: np.ndarray) -> Iterator[tuple[str, str, pa.Table]]:
    """Rows of these questions, by table and arm."""
    texts = _texts(numbers)
    yield "examples", "all", _table("examples", len(numbers), texts | {"split": "dev", "source_row": numbers})
    for arm, turns in TURNS.items():
        samples = SAMPLES if arm == "sampled" else 1
        parts, right = [], np.zeros((len(numbers), turns, samples), bool)
        for turn in range(turns):
            for sample in range(samples):
                right[:, turn, sample] = _mixed(numbers, 7 * turn + sample + len(arm)) % 3 != 0
                parts.append(_attempts(arm, numbers, texts, turn, sample, right[:, turn, sample]))
        yield "attempts", arm, pa.concat_tables(parts)
        yield "trajectories", arm, _trajectories(arm, numbers, texts, right)
        wrong = {key: value for key, value in texts.items() if key != "gold"}
        row = wrong | {
            "arm": arm,
            "turn": 1,
            "sample": 0,
            "error_class": _classes(numbers),
            "deployment_scope": "online",
        }
        yield "diagnoses", arm, _table("diagnoses", len(numbers), row)
        if samples > 1:
            chosen = _mixed(numbers, 3) % samples
            correct = right[np.arange(len(numbers)), 0, chosen]
            verdicts = {"correct": correct, "correct_official": correct, "correct_strict": correct}
            for selector in ("vav", "majority"):
                row = texts | verdicts | {"rollout": arm, "selector": selector, "samples": samples, "sample": chosen}
                yield "votes", arm, _table("votes", len(numbers), row | {"margin": (chosen % 10) / 10})


def _attempts(
    arm: str, numbers: np.ndarray, texts: dict[str, Any], turn: int, sample: int, right: np.ndarray
) -> pa.Table:
    sql = _indexed("SELECT name, count(*) FROM table_{0} WHERE column_{0} > {0} GROUP BY name", numbers + 13 * sample)
    classes = pa.DictionaryArray.from_arrays(_class_codes(numbers, right), [*CLASSES, "execution_correct"])
    row = texts | {"rollout": arm, "turn": turn + 1, "sample": sample, "raw_text": sql, "sql": sql}
    row |= {"correct": right, "correct_official": right, "correct_strict": right, "executable": right}
    row |= {"error_class": classes.cast(pa.string()), "reward": right.astype(float)}
    row |= {"signals": pa.nulls(len(numbers), pa.list_(pa.string())), "elapsed_ms": 1.0, "completion_tokens": 40}
    row |= {"prompt_id": _hashes(numbers, turn), "completion_key": _hashes(numbers, 100 * turn + sample)}
    return _table("attempts", len(numbers), row)


def _trajectories(arm: str, numbers: np.ndarray, texts: dict[str, Any], right: np.ndarray) -> pa.Table:
    first, final = right[:, 0, 0], right[:, -1, 0]
    sql = _indexed("SELECT name, count(*) FROM table_{0} WHERE column_{0} > {0} GROUP BY name", numbers)
    row = texts | {"rollout": arm, "turns": right.shape[1], "first_sql": sql, "final_sql": sql, "final_sample": 0}
    row |= {"first_correct": first, "final_correct": final, "any_correct": right.any(axis=(1, 2))}
    row |= {
        "final_turn": right.shape[1],
        "first_error_class": _classes(numbers),
        "final_error_class": _classes(numbers),
    }
    return _table("trajectories", len(numbers), row)


def _rollout(arm: str, questions: int) -> dict[str, Any]:
    samples = SAMPLES if arm == "sampled" else 1
    row = {"rollout": arm, "shard": "00_of_01", "split": "dev", "examples": questions, "max_turns": TURNS[arm]}
    return row | {"num_samples": samples, "match_rule": "official", "gold_free": True, "repair_scope": "online"}


def _columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {name: pa.array([row[name] for row in rows]) for name in rows[0]}


def _table(name: str, rows: int, given: dict[str, Any]) -> pa.Table:
    """Rows of a table: what is given of its columns, the same value for all where it is one; else what fits."""
    schema = registry()[name]
    arrays = []
    for column in schema.columns:
        value = given.get(column.name, NAME if column.name == "experiment" else None)
        if value is None and (column.key or not column.nullable):
            value = {pa.string(): "x", pa.int64(): 1, pa.float64(): 1.0, pa.bool_(): True}[column.type]
        if value is None:
            arrays.append(pa.nulls(rows, column.type))
        elif isinstance(value, np.ndarray | pa.Array | pa.ChunkedArray):
            arrays.append(pa.array(value).cast(column.type))
        else:
            arrays.append(pa.repeat(pa.scalar(value, column.type), rows))
    return pa.Table.from_arrays(arrays, schema=schema.arrow)


def _texts(numbers: np.ndarray) -> dict[str, Any]:
    return {
        "example_id": _indexed("made/dev/{0:08d}", numbers),
        "database_id": _indexed("made/database_{0}", numbers % 500),
        "question": _indexed("How many rows of table {0} are there?", numbers),
        "gold": _indexed("SELECT count(*) FROM table_{0}", numbers),
    }


def _indexed(form: str, numbers: np.ndarray) -> pa.Array:
    return pa.array([form.format(number) for number in numbers.tolist()])


def _hashes(numbers: np.ndarray, salt: int) -> pa.Array:
    mixed = _mixed(numbers, salt)
    return pa.array([f"{one:016x}{one ^ 0x5555:016x}" for one in mixed.tolist()])


def _mixed(numbers: np.ndarray, salt: int) -> np.ndarray:
    """Numbers that look drawn, the same ones every time (the end of splitmix64)."""
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15 * (salt + 1) % 2**64)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(2)


def _classes(numbers: np.ndarray) -> pa.Array:
    return pa.array(CLASSES).take(pa.array((_mixed(numbers, 9) % len(CLASSES)).astype(np.int64)))


def _class_codes(numbers: np.ndarray, right: np.ndarray) -> pa.Array:
    return pa.array(np.where(right, len(CLASSES), (_mixed(numbers, 9) % len(CLASSES)).astype(np.int64)), pa.int32())


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def measure_one(folder: Path, name: str) -> dict[str, Any]:
    """Run one report over the files, in this process."""
    reads = READS.get(name) or REPORTS[name].reads
    tables = {}
    for table in reads:
        schema = registry()[table].arrow
        paths = sorted((folder / table).glob("*.parquet"))
        # As Warehouse.scan has them.
        checked = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
        files = ds.ParquetFileFormat(default_fragment_scan_options=checked)
        tables[table] = ds.dataset(paths, schema, files) if paths else schema.empty_table()
    began = time.perf_counter()
    with report_connection(tables) as connection:
        if name == EVALUATIONS:
            rows = len(run_sql(name, connection, {"experiment": NAME}))
        else:
            rows = run_report(name, connection, config()).num_rows
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(seconds, 3), "peak_mb": round(peak), "rows": rows}


def measure_size(folder: Path, attempts: int, reports: Sequence[str]) -> dict[str, Any]:
    """All reports at one size, each in a process of its own."""
    began = time.perf_counter()
    make(folder, attempts)
    made = time.perf_counter() - began
    found = {}
    for name in reports:
        command = [sys.executable, __file__, "--one", name, "--folder", str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        found[name] = json.loads(done.stdout) if done.returncode == 0 else {"failed": done.returncode}
        print(f"{attempts:>12,} {name:28} {json.dumps(found[name])}", file=sys.stderr, flush=True)
    size = {
        path.name: sum(file.stat().st_size for file in path.glob("*")) for path in folder.iterdir() if path.is_dir()
    }
    total = sum(one.get("seconds", math.inf) for one in found.values())
    return {
        "attempts": attempts,
        "making_seconds": round(made, 1),
        "bytes": size,
        "seconds": round(total, 3),
        "peak_mb": max(one.get("peak_mb", 0) for one in found.values()),
        "reports": found,
    }


def growth(sizes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Exponents over the sizes, of the whole and of each report's seconds."""
    large = [size for size in sizes if size["attempts"] >= 100_000]
    used = large if len(large) > 1 else list(sizes)
    if len(used) < 2:
        return {}
    attempts = [size["attempts"] for size in used]
    names = [name for name in used[0]["reports"] if all("seconds" in size["reports"][name] for size in used)]
    return {
        "seconds": _exponent(attempts, [size["seconds"] for size in used]),
        "peak_mb": _exponent(attempts, [size["peak_mb"] for size in used]),
        "bytes": _exponent(attempts, [sum(size["bytes"].values()) for size in used]),
        "reports": {name: _exponent(attempts, [size["reports"][name]["seconds"] for size in used]) for name in names},
    }


def _exponent(attempts: Sequence[int], values: Sequence[float]) -> float:
    slope, _ = np.polyfit(np.log(attempts), np.log(np.maximum(values, 1e-3)), 1)
    return round(float(slope), 3)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, nargs="+", default=[10**4, 10**5, 10**6, 10**7])
    parser.add_argument("--reports", nargs="+", default=list(MEASURED), choices=MEASURED, metavar="NAME")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure_one(arguments.folder, arguments.one)))
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        sizes = [measure_size(folder / str(size), size, arguments.reports) for size in arguments.attempts]
    result = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "aim": {"attempts": 10**7, "seconds": AIM_SECONDS, "megabytes": AIM_MEGABYTES},
        "sizes": sizes,
        "growth": growth(sizes),
    }
    text = json.dumps(result, indent=2) + "\n"
    print(text)
    if arguments.write:
        BASELINE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
