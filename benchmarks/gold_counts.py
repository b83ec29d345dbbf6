"""Counts on golds that documents state: docs/rewards.md, docs/prompts.md, docs/models.md, docs/diagnosis.md. No time.

    SPIDER_ROOT=... python benchmarks/gold_counts.py

All golds of Spider's train and dev whose database is there; some counts are of every fourth or fifth of
train_spider.json. Of the grammar it is these and the embedded set's.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from workload import spider_root

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.config_rewards import MemoryConfig
from t2s_pipeline.datasets.source import open_source
from t2s_pipeline.evaluation.guards import inspect
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.prompts.answer_grammar import answer_grammar
from t2s_pipeline.rewards.gold_variants import with_variants
from t2s_pipeline.rewards.score import RewardRow
from t2s_pipeline.rewards.trace_quality import worth_remembering
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.sql.atoms import atoms
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.constant_rows import writes_its_rows
from t2s_pipeline.sql.plan import plan_text

GUESS = "SELECT 0"
TRAIN, DEV = "train_spider.json", "dev.json"
FILES = (TRAIN, "train_others.json", DEV)
Catalogues = Mapping[str, Catalogue]


@dataclass(frozen=True)
class Gold:
    """One gold: its file and row there, and its database's file (None where that is not there)."""

    file: str
    row: int
    database: str
    path: str | None
    sql: str

    def candidate(self, sql: str) -> Candidate:
        return Candidate(self.database, str(self.path), self.sql, sql)


def all_golds(root: Path) -> list[Gold]:
    found = []
    for name in FILES:
        for row, example in enumerate(json.loads((root / name).read_text(encoding="utf-8"))):
            path = root / "database" / example["db_id"] / f"{example['db_id']}.sqlite"
            there = str(path) if path.is_file() else None
            found.append(Gold(name, row, example["db_id"], there, example["query"]))
    return found


def guesses(golds: Sequence[Gold], as_written: Sequence[Verdict], verifier: GoldVerifier) -> None:
    """Right answers that ask nothing, by the official rule, and golds that are of that kind themselves."""
    guessed = verifier.verify([gold.candidate(GUESS) for gold in golds])
    audits = verifier.audit_gold([gold.candidate(gold.sql) for gold in golds])
    with_rows = [n for n, verdict in enumerate(as_written) if verdict.executable and verdict.row_count]
    right = {n for n in with_rows if guessed[n].correct_official}
    counts = {n for n in with_rows if as_written[n].column_count == 1 and _counts(golds[n].sql)}
    print(f"golds that return rows: {len(with_rows):,}; {GUESS} is right for {len(right):,}")
    print(f"of these, counts alone: {len(counts):,}; {GUESS} is right for {len(right & counts):,}")
    of_nothing = [
        n
        for n in with_rows
        if golds[n].file == TRAIN
        and not audits[n].vacuous
        and as_written[n].row_count == 1
        and all(cell is None or cell == 0 for cell in as_written[n].preview_rows[0])
    ]
    print(f"golds of {TRAIN} that return nothing but zeros and NULLs: {len(of_nothing):,}")


def _counts(gold: str) -> bool:
    return gold.lower().replace(" ", "").startswith("selectcount(")


def operations(golds: Sequence[Gold], catalogues: Catalogues, verifier: GoldVerifier) -> None:
    """Operations and verified variants of every fourth gold of train_spider.json, plans of every fifth."""
    fourth = [gold for gold in golds if gold.file == TRAIN and gold.row % 4 == 0]
    empty = [gold for gold in fourth if not atoms(gold.sql, catalogues[str(gold.path)])]
    rows = [RewardRow(f"{gold.row}", gold.database, str(gold.path), (gold.sql,)) for gold in fourth]
    varied = [row for row in with_variants(rows, verifier) if len(row.golds) > 1]
    print(f"every fourth: {len(fourth):,} golds, {len(empty):,} without operations, {len(varied):,} with variants")
    fifth = [gold for gold in golds if gold.file == TRAIN and gold.row % 5 == 0]
    kept = 0
    for gold in fifth:
        names = [column for table in catalogues[str(gold.path)].tables.values() for column in table.columns]
        kept += worth_remembering(plan_text(gold.sql) or "", names, MemoryConfig())
    print(f"every fifth: {len(fifth):,} golds, the plans of {kept:,} pass the gate of the memory")


def signals(
    golds: Sequence[Gold], as_written: Sequence[Verdict], catalogues: Catalogues, verifier: GoldVerifier
) -> None:
    """What the guards see against golds, and names in them that SQLite takes for text."""
    plans = verifier.plans([gold.candidate(gold.sql) for gold in golds])
    found: Counter[str] = Counter()
    for gold, verdict, plan in zip(golds, as_written, plans, strict=True):
        found.update(inspect(verdict, plan, catalogues[str(gold.path)]).signals)
    quoted = [verdict for gold, verdict in zip(golds, as_written, strict=True) if gold.file == DEV and '"' in gold.sql]
    flagged = sum(verdict.quoted_identifier_as_literal for verdict in quoted)
    print(f"golds of {DEV} with double quotes: {len(quoted):,}; a name in them is read as text in {flagged:,}")
    print(f"signals of {len(golds):,} golds: {', '.join(f'{name} {count:,}' for name, count in sorted(found.items()))}")


def sentences(golds: Sequence[Gold]) -> None:
    """Golds that the grammar of answers over their whole schema has, and what is the matter with the others."""
    from llguidance import LLMatcher, LLTokenizer

    alphabet = LLTokenizer("byte")
    matchers: dict[str, LLMatcher] = {}
    refused = []
    for gold in golds:
        if gold.path not in matchers:
            matchers[gold.path] = LLMatcher(alphabet, answer_grammar(read_schema(Path(gold.path), gold.database)))
        matcher, tokens = matchers[gold.path].deep_copy(), list(gold.sql.strip().encode())
        if matcher.try_consume_tokens(tokens) < len(tokens) or not matcher.is_accepting():
            refused.append(gold)
    failing = [gold for gold in refused if not _compiles(gold)]
    print(f"in the grammar: {len(golds) - len(refused):,} of {len(golds):,} golds")
    print(f"of the {len(refused)} others {len(failing)} do not run; these do:")
    for gold in refused:
        if gold not in failing:
            print(f"  {gold.database}: {gold.sql}")


def _compiles(gold: Gold) -> bool:
    with closing(sqlite3.connect(f"{Path(gold.path).as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        try:
            connection.execute(f"EXPLAIN {gold.sql}")
        except sqlite3.Error:
            return False
    return True


def embedded_golds(data: Path) -> list[Gold]:
    """Those of the embedded data set, which is built in the folder `data`."""
    source = open_source(DatasetConfig("embedded"), "embedded", data)
    databases, found = source.databases(), []
    for split in ("train", "dev"):
        for number, row in enumerate(source.rows(split)):
            place = databases.locate(row)
            found.append(Gold(split, number, place.database_id, str(place.path.resolve()), row.gold))
    return found


def main() -> None:
    every = all_golds(spider_root(None))
    golds = [gold for gold in every if gold.path]
    different = {gold.sql for gold in every}
    print(f"different golds: {len(different):,}; that write their rows down: {sum(map(writes_its_rows, different)):,}")
    with GoldVerifier() as verifier:
        as_written = verifier.verify([gold.candidate(gold.sql) for gold in golds])
        paths = sorted({str(gold.path) for gold in golds})
        catalogues = dict(zip(paths, verifier.catalogues(paths), strict=True))
        guesses(golds, as_written, verifier)
        operations(golds, catalogues, verifier)
        signals(golds, as_written, catalogues, verifier)
    with TemporaryDirectory() as data:
        sentences([*golds, *embedded_golds(Path(data))])


if __name__ == "__main__":
    main()
