"""What a guess would earn: the figures of docs/rewards.md (Guesses), counted on every gold of Spider.

    SPIDER_ROOT=... python benchmarks/guesses.py

Of the golds of train and dev that run and return rows: for how many `SELECT 0` is right by the official rule, in all
and of those that return a count and nothing else; how many different golds write down what they return; and how many of
train_spider.json, on databases with rows, return nothing but zeros and NULLs. It counts and measures no time.
"""

from __future__ import annotations

import json
from pathlib import Path

from workload import spider_root

from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.sql.constant_rows import writes_its_rows

GUESS = "SELECT 0"
FILES = ("train_spider.json", "train_others.json", "dev.json")


def golds(root: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Database, its file and the gold of every question whose database is there, by file."""
    found = {}
    for name in FILES:
        rows = json.loads((root / name).read_text(encoding="utf-8"))
        places = [
            (row["db_id"], root / "database" / row["db_id"] / f"{row['db_id']}.sqlite", row["query"]) for row in rows
        ]
        found[name] = [(database, str(path), gold) for database, path, gold in places if path.is_file()]
    return found


def _counts(gold: str) -> bool:
    return gold.lower().replace(" ", "").startswith("selectcount(")


def main() -> None:
    root = spider_root(None)
    asked = [(name, *place) for name, places in golds(root).items() for place in places]
    with GoldVerifier() as verifier:
        as_written = verifier.verify([Candidate(database, path, gold, gold) for _, database, path, gold in asked])
        guessed = verifier.verify([Candidate(database, path, gold, GUESS) for _, database, path, gold in asked])
        audits = verifier.audit_gold([Candidate(database, path, gold, gold) for _, database, path, gold in asked])
    with_rows = [n for n, verdict in enumerate(as_written) if verdict.executable and verdict.row_count]
    right = {n for n in with_rows if guessed[n].correct_official}
    counts = {n for n in with_rows if as_written[n].column_count == 1 and _counts(asked[n][3])}
    print(f"golds that return rows: {len(with_rows):,}; {GUESS} is right for {len(right):,}")
    print(f"of these, counts alone: {len(counts):,}; {GUESS} is right for {len(right & counts):,}")
    different = {row["query"] for name in FILES for row in json.loads((root / name).read_text(encoding="utf-8"))}
    print(f"different golds: {len(different):,}; that write their rows down: {sum(map(writes_its_rows, different)):,}")
    of_nothing = [
        n
        for n in with_rows
        if asked[n][0] == "train_spider.json"
        and not audits[n].vacuous
        and as_written[n].row_count == 1
        and all(cell is None or cell == 0 for cell in as_written[n].preview_rows[0])
    ]
    print(f"golds of train_spider.json that return nothing but zeros and NULLs: {len(of_nothing):,}")


if __name__ == "__main__":
    main()
