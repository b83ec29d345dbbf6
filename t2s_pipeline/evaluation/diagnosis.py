"""The rows of table `diagnoses`: why each attempt that is not correct is not.

    rows = diagnosis_rows(attempts, examples, columns, paths, verifier, match_rule="official")

An attempt that SQLite refuses for a column gets a finer tag (`column_errors.py`), one that ran gets the causes of its
wrong result (`causes.py`), and every one that compiles the tables and columns it reads, by SQLite's own account; of it
and of the gold the first rows are kept, for a person to look at.

This reads the gold. It is made after the rollouts, and nothing that must do without gold reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from t2s_pipeline.evaluation.causes import causes
from t2s_pipeline.evaluation.column_errors import column_error
from t2s_pipeline.evaluation.error_class import ROUTING, ErrorClass
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.term_pairs import TooManyTerms
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate
from t2s_pipeline.sandbox.reads import QueryReads
from t2s_pipeline.sql.canonical import shape_of
from t2s_pipeline.sql.catalogue import Catalogue
from t2s_pipeline.sql.parse import parse_query
from t2s_pipeline.sql.shape import Shape

DIAGNOSIS_CODE_VERSION = "3"
RAN_AND_WRONG = frozenset({ErrorClass.EMPTY_RESULT, ErrorClass.WRONG_ROW_COUNT, ErrorClass.WRONG_RESULT})
#: Rules that drop every DISTINCT before they run a query: there it is a difference of text alone.
DROPS_DISTINCT = frozenset({MatchRule.OFFICIAL, MatchRule.PLUG_VALUE})
PROGRESS_EVERY = 500

Row = Mapping[str, Any]


class Reader(Protocol):
    """What says which tables and columns a query reads, and what it returns: `GoldVerifier`."""

    def reads(self, items: Sequence[Candidate]) -> list[QueryReads | None]: ...

    def verify(self, items: Sequence[Candidate]) -> list[Verdict]: ...


def diagnosis_rows(
    attempts: Iterable[Row],
    examples: Iterable[Row],
    columns: Iterable[Row],
    paths: Mapping[str, Path],
    reader: Reader,
    match_rule: str,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """One row for each of `attempts` (rows of that table, of one arm) that is not correct.

    `examples` and `columns` are rows of those tables, of the arm's split; `paths` the database files by database_id.
    Raises KeyError for an attempt whose example is not there.
    """
    wrong = [row for row in attempts if not row["correct"]]
    golds = {row["example_id"]: row["gold"] for row in examples}
    catalogues = catalogues_of(columns)
    queries = _queries(wrong, golds, paths)
    read = dict(zip(queries, reader.reads(list(queries.values())), strict=True))
    returned = dict(zip(queries, map(first_rows, reader.verify(list(queries.values()))), strict=True))

    @lru_cache(maxsize=20_000)
    def shape(database_id: str, sql: str) -> Shape | None:
        return shape_of(sql, catalogues[database_id])

    found = []
    for done, attempt in enumerate(wrong, start=1):
        database, sql, gold = attempt["database_id"], attempt["sql"], golds[attempt["example_id"]]
        row = {key: attempt[key] for key in ("example_id", "turn", "sample", "database_id", "error_class")}
        row |= {"arm": attempt["rollout"], "deployment_scope": str(ROUTING[attempt["error_class"]].deployment_scope)}
        row |= _column_fields(attempt, catalogues[database])
        for side, query in (("sql", sql), ("gold", gold)):
            row |= _read_fields(side, read.get((database, query)))
            row[f"{side}_rows"] = returned.get((database, query))
        if attempt["error_class"] in RAN_AND_WRONG:
            ours, theirs = shape(database, gold), shape(database, sql)
            row["causes"] = _causes(ours, theirs, match_rule)
        found.append(row)
        if progress and (done % PROGRESS_EVERY == 0 or done == len(wrong)):
            progress(done, len(wrong))
    return found


def catalogues_of(columns: Iterable[Row]) -> dict[str, Catalogue]:
    """A catalogue a database, from rows of table `columns`."""
    tables: dict[str, dict[str, list[tuple[int, str]]]] = {}
    for row in columns:
        own = tables.setdefault(row["database_id"], {}).setdefault(row["table_name"], [])
        own.append((row["position"], row["column_name"]))
    return {
        database: Catalogue.of({table: [name for _, name in sorted(found)] for table, found in own.items()})
        for database, own in tables.items()
    }


def _causes(gold: Shape | None, sql: Shape | None, match_rule: str) -> list[str] | None:
    """None where they cannot be told: a query that cannot be parsed, or is too deep or too large to compare."""
    if gold is None or sql is None:
        return None
    try:
        return [str(cause) for cause in causes(gold, sql, distinct_counts=match_rule not in DROPS_DISTINCT)]
    except (RecursionError, TooManyTerms):
        return None


def _column_fields(attempt: Row, catalogue: Catalogue) -> dict[str, Any]:
    if attempt["error_class"] not in (ErrorClass.NO_SUCH_COLUMN, ErrorClass.AMBIGUOUS_COLUMN):
        return {}
    error = column_error(attempt["error"] or "", parse_query(attempt["sql"]), catalogue)
    if error is None:
        return {}
    return {
        "column_tag": str(error.tag),
        "column_reference": error.reference,
        "column_table": error.table,
        "column_owners": list(error.owners),
    }


def _read_fields(side: str, reads: QueryReads | None) -> dict[str, Any]:
    if reads is None:
        return {}
    return {f"{side}_tables": list(reads.tables), f"{side}_columns": [".".join(pair) for pair in reads.columns]}


def first_rows(verdict: Verdict) -> str | None:
    """The first rows of what a query returned, with its columns and how many rows there are, as JSON."""
    if not verdict.executable:
        return None
    shown = {"columns": verdict.column_names, "rows": verdict.preview_rows, "row_count": verdict.row_count}
    return json.dumps(shown, ensure_ascii=False)


def _queries(
    wrong: Sequence[Row], golds: Mapping[str, str], paths: Mapping[str, Path]
) -> dict[tuple[str, str], Candidate]:
    """Each distinct query of the wrong attempts that ran, and their golds, by (database_id, sql)."""
    asked: dict[tuple[str, str], None] = {}
    for row in wrong:
        asked[row["database_id"], golds[row["example_id"]]] = None
        if row["executable"]:
            asked[row["database_id"], row["sql"]] = None
    return {(database, sql): Candidate(database, str(paths[database]), None, sql) for database, sql in asked}
