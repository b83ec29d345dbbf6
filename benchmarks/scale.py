"""What the reports cost as attempts grow: seconds, memory and bytes of each, from 10^4 to 10^7 attempts.

    python benchmarks/scale.py [--attempts 10000 100000 1000000 10000000] [--folder FOLDER] [--write]

The tables are made up (`scale_tables.py`), and each report runs in a process of its own as its asset runs it, over the
files: their checksums, the counting and the rows it has. `evaluations` are the metrics of all arms at once, with the
check that nothing is missing. `seconds` is what a clock shows, `cpu_seconds` what all threads worked: on a machine with
other work the former says little. `peak_mb` is the process's greatest resident memory, libraries included. `growth` is
the exponent b of seconds ~ attempts^b (`cpu_seconds`, memory and bytes likewise), fitted over the sizes of 10^5 and
more where there are two, else over all. The aim: every report over 10^7 attempts in 10 s and in 2 GB. Files that are
in `--folder` already are used again; `making_seconds` is then null. The reports on pairs read a train side of so many
attempts (`scale_train_tables.py`), `report_variants` a variant with as many questions beside the evaluation. `--write`
keeps the result as `scale.json`.

Not covered: making the tables (a rollout's arm is held in memory as rows), and rendering a report as text.
"""

from __future__ import annotations

import argparse
import datetime
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds
from measure import machine
from scale_tables import NAME, TURNS, VARIANT, config, make
from scale_train_tables import make_train, make_variant

from t2s_pipeline.config_loading import PROJECT_FILE
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.reports.metrics import arm_metrics
from t2s_pipeline.reports.run import report_connection, report_text, run_report
from t2s_pipeline.tables import registry

BASELINE = Path(__file__).with_name("scale.json")
AIM_SECONDS, AIM_MEGABYTES = 10.0, 2_000.0
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
    "report_schema_recall",
    "report_variants",
    "report_pair_funnel",
    "report_pair_quality",
)
TRAIN, OTHER = "train", "variant"
"""Folders of the train side's tables, and of the variant's, beside those of the evaluation."""
READS = {EVALUATIONS: ("rollouts", "trajectories", "attempts", "examples", "gold_features", "gold_audit")}


def files_of(folder: Path, name: str, table: str) -> list[Path]:
    """The files of a table that a report reads."""
    if name in REPORTS and REPORTS[name].about == "pairs":
        return sorted((folder / TRAIN / table).glob("*.parquet"))
    there = [folder, folder / OTHER] if name == "report_variants" else [folder]
    return [path for place in there for path in sorted((place / table).glob("*.parquet"))]


def measure_one(folder: Path, name: str) -> dict[str, Any]:
    """Run one report over the files, in this process."""
    reads = READS.get(name) or REPORTS[name].reads
    files = ds.ParquetFileFormat()
    tables = {table: ds.dataset(files_of(folder, name, table), registry()[table].arrow, files) for table in reads}
    declare(folder)
    began, worked = time.perf_counter(), time.process_time()
    if name == EVALUATIONS:
        rows = arm_metrics(NAME, **tables).num_rows
    else:
        with report_connection(tables, report_text(name)) as connection:
            rows = run_report(name, connection, config()).num_rows
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - worked
    figures = {"seconds": round(seconds, 3), "cpu_seconds": round(cpu_seconds, 3), "peak_mb": round(peak_megabytes())}
    return figures | {"rows": rows}


def peak_megabytes() -> float:
    """This process's greatest resident memory. (What `getrusage` says begins with the memory of who started it.)"""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:"))) / 1024


def declare(folder: Path) -> None:
    """A project whose experiment on the variant declares the arms of the original, for whoever reads configurations."""
    project = folder / "project"
    (project / "experiments").mkdir(parents=True, exist_ok=True)
    (project / PROJECT_FILE).write_text("")
    arms = "".join(f'[arms.{arm}]\nmodel = "made"\nmax_turns = {turns}\n' for arm, turns in TURNS.items())
    text = f'[datasets.made]\nkind = "embedded"\n[models.made]\npath = "builtin:nano"\n{arms}[evaluation]\n'
    (project / "experiments" / f"{VARIANT}.toml").write_text(text + 'dataset = "made"\n')
    os.environ["T2S_PROJECT"] = str(project)


def make_all(folder: Path, attempts: int) -> float | None:
    """Write all tables for so many attempts, and how many seconds it took; None where they are there."""
    done = folder / "done"
    if done.exists():
        return None
    began = time.perf_counter()
    make(folder, attempts)
    make_train(folder / TRAIN, attempts)
    make_variant(folder / OTHER, attempts)
    done.touch()
    return round(time.perf_counter() - began, 1)


def measure_size(folder: Path, attempts: int, reports: Sequence[str]) -> dict[str, Any]:
    """All reports at one size, each in a process of its own."""
    made = make_all(folder, attempts)
    found = {}
    for name in reports:
        command = [sys.executable, __file__, "--one", name, "--folder", str(folder)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        found[name] = json.loads(done.stdout) if done.returncode == 0 else {"failed": done.returncode}
        print(f"{attempts:>12,} {name:28} {json.dumps(found[name])}", file=sys.stderr, flush=True)
    size: dict[str, int] = {}
    for path in sorted(folder.rglob("*.parquet")):
        table = path.parent.relative_to(folder).as_posix()
        size[table] = size.get(table, 0) + path.stat().st_size
    total = {
        figure: round(sum(one.get(figure, math.inf) for one in found.values()), 3)
        for figure in ("seconds", "cpu_seconds")
    }
    return {
        "attempts": attempts,
        "making_seconds": made,
        "bytes": size,
        **total,
        "slowest": max(one.get("seconds", math.inf) for one in found.values()),
        "peak_mb": max(one.get("peak_mb", 0) for one in found.values()),
        "reports": found,
    }


def growth(sizes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Exponents over the sizes, of the whole and of each report's processor seconds."""
    large = [size for size in sizes if size["attempts"] >= 100_000]
    used = large if len(large) > 1 else list(sizes)
    if len(used) < 2:
        return {}
    attempts = [size["attempts"] for size in used]
    names = [name for name in used[0]["reports"] if all("seconds" in size["reports"][name] for size in used)]
    return {
        "seconds": _exponent(attempts, [size["seconds"] for size in used]),
        "cpu_seconds": _exponent(attempts, [size["cpu_seconds"] for size in used]),
        "peak_mb": _exponent(attempts, [size["peak_mb"] for size in used]),
        "bytes": _exponent(attempts, [sum(size["bytes"].values()) for size in used]),
        "reports": {
            name: _exponent(attempts, [size["reports"][name]["cpu_seconds"] for size in used]) for name in names
        },
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
