"""The test and the intervals of paired comparisons, from their counts in every database.

    connection.register("paired_tests", paired_tests(run_sql("paired_counts", connection, parameters), ("comparison",)))

The counting and Holm's adjustment are SQL (of arms `paired_counts.sql` and `report_comparison.sql`, of selectors
`vote_pair_counts.sql` and `report_voting_pairs.sql`); what is here is what SQL has not: the exact McNemar test,
Newcombe's interval, and the bootstrap over databases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from t2s_pipeline.evaluation.statistics import cluster_bootstrap, exact_mcnemar, paired_difference

_COUNTS = ("both_right", "fixed", "broken", "both_wrong", "unpaired")
_FIGURES = ("difference", "difference_low", "difference_high", "bootstrap_low", "bootstrap_high", "p_value")


def paired_tests(counts: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> pa.Table:
    """A row a comparison, which the texts in `keys` tell apart, from rows of the counts in each database; without any
    paired example its figures are null."""
    by_comparison: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for row in counts:
        by_comparison.setdefault(tuple(row[key] for key in keys), []).append(row)
    found = []
    for comparison, rows in by_comparison.items():
        total = {name: sum(row[name] for row in rows) for name in _COUNTS}
        found.append(dict(zip(keys, comparison, strict=True)) | total | _figures(total, rows))
    fields = [*(pa.field(key, pa.string()) for key in keys), *(pa.field(name, pa.int64()) for name in _COUNTS)]
    return pa.Table.from_pylist(found, pa.schema([*fields, *(pa.field(name, pa.float64()) for name in _FIGURES)]))


def _figures(total: Mapping[str, int], databases: list[Mapping[str, Any]]) -> dict[str, float | None]:
    both, fixed, broken, neither = (total[name] for name in ("both_right", "fixed", "broken", "both_wrong"))
    if not both + fixed + broken + neither:
        return {}
    differences = [row["fixed"] - row["broken"] for row in databases]
    sizes = [row["both_right"] + row["fixed"] + row["broken"] + row["both_wrong"] for row in databases]
    values = (
        *paired_difference(both, broken, fixed, neither),
        *(cluster_bootstrap(differences, sizes) if len(databases) > 1 else (None, None)),
        exact_mcnemar(broken, fixed),
    )
    return dict(zip(_FIGURES, values, strict=True))
