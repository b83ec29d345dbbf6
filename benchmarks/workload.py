"""What the benchmarks judge: Spider's dev questions with the predictions of published systems, and samples of them.

work = load_workload(spider_root, predictions_folder)
work.systems["dail_sql_gpt4"]      # one Candidate a dev question
work.samples(30)                   # 30 candidates a question, question by question, no two texts the same
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.prediction_files import read_predictions


@dataclass(frozen=True)
class Workload:
    """Golds as candidates against themselves, in the order of dev.json, and each system's candidates likewise."""

    golds: tuple[Candidate, ...]
    systems: dict[str, tuple[Candidate, ...]]

    @property
    def pairs(self) -> list[Candidate]:
        """Every system's candidates, one file after another."""
        return [candidate for system in self.systems.values() for candidate in system]

    def samples(self, each: int) -> list[Candidate]:
        """`each` different texts a question: what the systems say, then the same cut by LIMIT 1, 2, and so on.

        Real samples of one model repeat themselves much more: this is the harder case.
        """
        found: list[Candidate] = []
        for question, gold in enumerate(self.golds):
            texts = list(dict.fromkeys(system[question].sql for system in self.systems.values()))
            said = len(texts)
            for number in range(each - said):
                text = texts[number % said].strip().rstrip(";")
                texts.append(f"SELECT * FROM ({text}) LIMIT {1 + number // said}")
            found += [replace(gold, sql=text) for text in texts[:each]]
        return found


def load_workload(root: Path, predictions: Path, questions: int | None = None) -> Workload:
    """The first `questions` of dev (all by default) with each `*.txt` of the predictions folder."""
    examples = json.loads((root / "dev.json").read_text(encoding="utf-8"))
    golds = []
    for example in examples[:questions]:
        database = example["db_id"]
        path = str(root / "database" / database / f"{database}.sqlite")
        golds.append(Candidate(f"spider/{database}", path, example["query"], example["query"]))
    systems = {
        file.stem: tuple(
            replace(gold, sql=sql)
            for gold, sql in zip(golds, read_predictions(file, len(examples))[: len(golds)], strict=True)
        )
        for file in sorted(predictions.glob("*.txt"))
    }
    if not systems:
        raise SystemExit(
            f"no *.txt in {predictions}: give --predictions a folder with one SQL a line, {len(examples)} lines"
        )
    return Workload(tuple(golds), systems)


def spider_root(given: Path | None) -> Path:
    """The folder of the Spider data: as given, else SPIDER_ROOT. Ends the program with the remedy where it is none."""
    root = given or Path(os.environ.get("SPIDER_ROOT", ""))
    if not (root / "dev.json").is_file():
        raise SystemExit("no Spider data: set SPIDER_ROOT, or give --spider, to the folder with dev.json and database/")
    return root
