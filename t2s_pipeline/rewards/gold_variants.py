"""Golds enriched by verified variants: other queries that return what gold returns, to compare atomic operations with.

    rows = with_variants(rows, verifier, others={"spider/train/00017": ["SELECT ...", ...]})

Variants are rewrites of the gold (`sql/variants.py`) and whatever the caller has of right answers, such as those of
stored attempts. All are run; what is not right as training counts it goes, and so does what does the same operations as
gold or an earlier variant. A row whose gold is vacuous gets none: every wrong query would be a variant of it.

Equal on the databases at hand is not equal on all: a variant may be one by accident. It raises no more than the atomic
term, which ends below what a right answer is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from t2s_pipeline.evaluation.train_truth import train_truth
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.rewards.score import RewardRow, RewardVerifier
from t2s_pipeline.sql.atoms import atoms
from t2s_pipeline.sql.variants import variants


def with_variants(
    rows: Sequence[RewardRow], verifier: RewardVerifier, others: Mapping[str, Sequence[str]] | None = None
) -> list[RewardRow]:
    """The rows, each with its gold and then its verified variants; `others` by example_id."""
    others = others or {}
    tried = {
        row.example_id: list(dict.fromkeys([*variants(row.golds[0]), *others.get(row.example_id, ())]))
        for row in rows
        if not row.gold_vacuous
    }
    items = [
        (row, sql, Candidate(row.database_id, row.database_path, row.golds[0], sql))
        for row in rows
        for sql in tried.get(row.example_id, ())
    ]
    verdicts = verifier.verify([candidate for _, _, candidate in items])
    right: dict[str, list[str]] = {}
    for (row, sql, _), verdict in zip(items, verdicts, strict=True):
        if train_truth(verdict, gold_vacuous=verdict.gold_row_count == 0):
            right.setdefault(row.example_id, []).append(sql)
    paths = sorted({row.database_path for row in rows if row.example_id in right})
    catalogues = dict(zip(paths, verifier.catalogues(paths), strict=True))
    found = []
    for row in rows:
        golds = list(row.golds[:1])
        known = {atoms(golds[0], catalogues[row.database_path])} if row.example_id in right else set()
        for sql in right.get(row.example_id, ()):
            operations = atoms(sql, catalogues[row.database_path])
            if operations and operations not in known:
                known.add(operations)
                golds.append(sql)
        found.append(replace(row, golds=tuple(golds)))
    return found
