"""Experiments on variants of an experiment's data set, `[evaluation] variants = [...]`: their arms and questions.

    variant_arms(config)                        # relation: its own arms, on every variant
    pair_with_originals(variant, original)      # {"spider_syn/dev/00003": "spider/dev/00003", ...}
    variant_pairs(connection, config)           # the same of published examples, as a relation

A question of a variant is paired with the one it was made from: of the same database (by the name after the data set's)
and the same gold, the n-th with the n-th, since variants keep the order of dev. Where they are not as many, the
likeliest order-preserving pairs are taken, by the words of the questions. Of the 1,034 questions of Spider-Syn, which
says itself what each was made from, this pairs 1,005, 998 of them in groups of equal size and all 998 rightly; of
Spider-Realistic all 508; of Spider-DK, whose questions are partly its own, 263 of 535.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.reports.declared import declared_arms, relation

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, Any]


def variant_experiments(config: ExperimentConfig) -> list[ExperimentConfig]:
    """Configurations of the experiments on variants, in order. Raises ConfigError for one that cannot be read."""
    return [load_experiment(name) for name in config.evaluation.variants]


def variant_arms(config: ExperimentConfig) -> pa.Table:
    """Relation: variant (an experiment), dataset, original_dataset, arm, position, and why there are no figures where
    the arm is not declared there (`undeclared`) or one of the two has no results (`original_missing`,
    `variant_missing`)."""
    own = declared_arms(config).to_pylist()
    rows = []
    for variant in variant_experiments(config):
        there = {row["arm"]: row["missing"] for row in declared_arms(variant).to_pylist()}
        for row in own:
            lacking = f"experiments/{variant.name}.toml declares no arm {row['arm']}"
            rows.append(
                {
                    "variant": variant.name,
                    "dataset": variant.evaluation.dataset,
                    "original_dataset": config.evaluation.dataset,
                    "arm": row["arm"],
                    "undeclared": None if row["arm"] in there else lacking,
                    "original_missing": row["missing"],
                    "variant_missing": there.get(row["arm"]),
                }
            )
    texts = ("variant", "dataset", "original_dataset", "arm", "undeclared", "original_missing", "variant_missing")
    return relation([row | {"position": position} for position, row in enumerate(rows)], texts)


def variant_pairs(connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> pa.Table:
    """Relation of pairs (variant, example_id, original_id), from table or view `examples` of the connection."""
    import duckdb

    def examples(experiment: str, split: str) -> list[dict[str, Any]]:
        wanted = {"experiment": experiment, "split": split}
        rows = connection.table("examples")
        for name, value in wanted.items():
            rows = rows.filter(duckdb.ColumnExpression(name) == duckdb.ConstantExpression(value))
        return rows.to_arrow_table().to_pylist()

    original = examples(config.name, config.evaluation.split)
    rows = [
        {"variant": variant.name, "example_id": example, "original_id": original_id}
        for variant in variant_experiments(config)
        for example, original_id in pair_with_originals(
            examples(variant.name, variant.evaluation.split), original
        ).items()
    ]
    return pa.Table.from_pylist(
        rows, pa.schema([(name, pa.string()) for name in ("variant", "example_id", "original_id")])
    )


def pair_with_originals(variant: Iterable[Row], original: Iterable[Row]) -> dict[str, str]:
    """Ids of a variant's examples with those of their originals; one without any is not there. No original is taken
    twice, and the pairs of one gold keep their order."""
    originals = _by_gold(original)
    pairs: dict[str, str] = {}
    for key, rows in _by_gold(variant).items():
        for row, found in _in_order(rows, originals.get(key, [])):
            pairs[row["example_id"]] = found["example_id"]
    return pairs


def _by_gold(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """Rows by database name and gold, without regard to case, white space and a last semicolon, in order of ids."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda row: row["example_id"]):
        gold = " ".join(row["gold"].split()).rstrip("; ").lower()
        found.setdefault((row["database_id"].partition("/")[2].lower(), gold), []).append(row)
    return found


def _in_order(rows: Sequence[Row], others: Sequence[Row]) -> list[tuple[Row, Row]]:
    """As many pairs as the shorter has, in the order of both, their questions as alike as can be."""
    if len(rows) == len(others):
        return list(zip(rows, others, strict=True))
    if len(rows) > len(others):
        return [(row, other) for other, row in _in_order(others, rows)]
    from rapidfuzz.fuzz import token_sort_ratio

    # best[n][m]: of the first n rows with the first m others, the likeness of the best pairs and where each row goes.
    best: list[list[tuple[float, tuple[int, ...]]]] = [[(0.0, ())] * (len(others) + 1)]
    for n, row in enumerate(rows, start=1):
        line: list[tuple[float, tuple[int, ...]]] = [(float("-inf"), ())] * (len(others) + 1)
        for m, other in enumerate(others, start=1):
            likeness, places = best[n - 1][m - 1]
            taken = (likeness + token_sort_ratio(row["question"], other["question"]), (*places, m - 1))
            line[m] = max(line[m - 1], taken, key=lambda pair: pair[0])
        best.append(line)
    return [(row, others[place]) for row, place in zip(rows, best[-1][-1][1], strict=True)]
