"""Rows for the tables `databases`, `columns` and `retrieved_schemas`, and the recall of retrieval.

    rows = retrieved_schema_rows(examples, schemas, config.arms["sft_repair"])
    recall = retrieval_recall(rows).by_retrieval["bm25_k6"]
    recall.with_choice.found, recall.with_choice.gold_tables

Recall over all examples says little where most databases are too small for retrieval to leave anything out
(874 of Spider's 1,034 dev examples at six tables), so it is always given over those with a choice too.
Rows lack the column `experiment`; the stage that publishes them adds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.database_files import further_database_files
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.schema.budget import fit_tables
from t2s_pipeline.schema.catalog import DatabaseSchema, described, file_fingerprint
from t2s_pipeline.schema.column_values import DatabaseValues
from t2s_pipeline.schema.retrieval import TableRetriever, has_choice
from t2s_pipeline.schema.styles import WITH_EXAMPLES, schema_text
from t2s_pipeline.sql.references import tables_read

CATALOG_CODE_VERSION = "4"
RETRIEVAL_CODE_VERSION = "4"
PROGRESS_EVERY = 200

TokenCount = Callable[[str, Mapping[str, Any]], int]
"""Tokens of the first prompt with a schema text on a row of `examples`, by the model's own tokenizer."""


@dataclass(frozen=True)
class TableRecall:
    """Gold tables found, of all; and examples with all of theirs found (`complete_examples`), of all."""

    found: int
    gold_tables: int
    complete_examples: int
    examples: int


@dataclass(frozen=True)
class RetrievalRecall:
    """Recall of one retrieval over all examples, and over those where it could leave a table out.

    `unparsed` examples have a gold that cannot be parsed and are in neither.
    """

    overall: TableRecall
    with_choice: TableRecall
    unparsed: int


@dataclass(frozen=True)
class RecallReport:
    """Recall by retrieval (`retrieved_schemas.retrieval`); one with a token budget is told by style and budget too."""

    by_retrieval: dict[str, RetrievalRecall]

    def as_metadata(self) -> dict[str, str]:
        """The figures as text, by what they are."""
        lines = {}
        for name, recall in self.by_retrieval.items():
            for label, part in (("", recall.overall), (" where there was a choice", recall.with_choice)):
                lines[f"{name}: gold tables found{label}"] = (
                    f"{part.found:,} of {part.gold_tables:,}; "
                    f"all of them in {part.complete_examples:,} of {part.examples:,} examples"
                )
            if recall.unparsed:
                lines[f"{name}: golds not parsed"] = f"{recall.unparsed:,}"
        return lines


def database_rows(schemas: Iterable[DatabaseSchema], paths: Mapping[str, Path], split: str) -> list[dict[str, Any]]:
    """Rows for `databases`; `paths` are by database_id."""
    return [
        {
            "database_id": schema.database_id,
            "split": split,
            "fingerprint": schema.fingerprint,
            "further_files": _further_files(paths[schema.database_id], file_fingerprint),
            "path": str(paths[schema.database_id]),
            "table_count": len(schema.tables),
            "column_count": sum(len(table.columns) for table in schema.tables),
        }
        for schema in schemas
    ]


def column_rows(schemas: Iterable[DatabaseSchema], split: str) -> list[dict[str, Any]]:
    """Rows for `columns`; of several foreign keys on one column, the first."""
    rows = []
    for schema in schemas:
        targets: dict[tuple[str, str], tuple[str, str]] = {}
        for key in schema.foreign_keys:
            source = (key.table.lower(), key.column.lower())
            targets.setdefault(source, (key.referenced_table, key.referenced_column))
        for table in schema.tables:
            for position, column in enumerate(table.columns):
                target = targets.get((table.name.lower(), column.name.lower()), (None, None))
                rows.append(
                    {
                        "database_id": schema.database_id,
                        "split": split,
                        "table_name": table.name,
                        "column_name": column.name,
                        "position": position,
                        "type": column.type,
                        "primary_key": column.primary_key,
                        "referenced_table": target[0],
                        "referenced_column": target[1],
                        "description": column.description or None,
                    }
                )
    return rows


def with_descriptions(
    schemas: Mapping[str, DatabaseSchema], columns: Iterable[Mapping[str, Any]]
) -> dict[str, DatabaseSchema]:
    """`schemas` with what `columns` (rows of that table) say of their columns, both by database_id."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for row in columns:
        if row["description"]:
            key = (row["table_name"].lower(), row["column_name"].lower())
            found.setdefault(row["database_id"], {})[key] = row["description"]
    return {key: described(schema, found.get(key, {})) for key, schema in schemas.items()}


def check_databases_unchanged(
    rows: Iterable[Mapping[str, Any]],
    paths: Mapping[str, Path],
    digest_of: Callable[[Path], str] = file_fingerprint,
) -> None:
    """Raise InvariantError unless every file is the one that `rows` (of `databases`) catalogued.

    `digest_of` gives the sha256 of a file and may remember it.
    """
    for row in rows:
        path = paths[row["database_id"]]
        if digest_of(path) != row["fingerprint"] or _further_files(path, digest_of) != row.get("further_files"):
            raise InvariantError(
                f"{path}: is no longer the file that database {row['database_id']} ({row['split']}) was "
                "catalogued from, or has other files beside it; materialize the examples and database_catalog again"
            )


def _further_files(main: Path, digest_of: Callable[[Path], str]) -> str | None:
    """The identity of the files beside a database's that verdicts are tested by too; None where there are none."""
    files = [Path(path) for path in further_database_files(main)]
    if not files:
        return None
    names_and_contents = "".join(f"{digest_of(file)}  {file.name}\n" for file in files)
    return hashlib.sha256(names_and_contents.encode("utf-8", "surrogateescape")).hexdigest()


def retrieved_schema_rows(
    examples: Sequence[Mapping[str, Any]],
    schemas: Mapping[str, DatabaseSchema],
    settings: RolloutConfig,
    *,
    values: Mapping[str, DatabaseValues] | None = None,
    model: str = "",
    count_tokens: TokenCount | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """Rows for `retrieved_schemas`, one an example, in the order of `examples` (rows of that table).

    `schemas` and `values` (which styles with examples need) are by database_id; `settings` is read for its retrieval,
    styles and budget; a budget is counted by `count_tokens` in tokens of `model`. The schema text shows the tables in
    the database's order, and depends on the question, its evidence and the database alone. Raises ValueError where
    `values` or `count_tokens` is needed and missing.
    """
    if settings.schema_style in WITH_EXAMPLES and values is None:
        raise ValueError(f"schema_style = {settings.schema_style!r} needs the values of the databases")
    if settings.max_prompt_tokens and count_tokens is None:
        raise ValueError(f"max_prompt_tokens = {settings.max_prompt_tokens} needs a tokenizer to count by")
    retrievers = {database_id: TableRetriever(schema) for database_id, schema in schemas.items()}
    rows = []
    for done, example in enumerate(examples, start=1):
        schema = schemas[example["database_id"]]
        shown = _shown(example, retrievers[schema.database_id], schema, settings, values, count_tokens)
        gold_tables = _gold_tables(example["gold"], schema)
        choice = has_choice(len(schema.tables), settings.retrieval_mode, settings.top_k_tables)
        rows.append(
            {
                "retrieval": settings.retrieval,
                "schema_style": settings.schema_style,
                "token_budget": settings.token_budget(model),
                "example_id": example["example_id"],
                "database_id": schema.database_id,
                "split": example["split"],
                "tables": list(shown.tables),
                "dropped_tables": list(shown.dropped),
                "prompt_tokens": shown.prompt_tokens,
                "schema_text": shown.text,
                "database_tables": len(schema.tables),
                "had_choice": choice or bool(shown.dropped),
                "gold_tables": gold_tables,
                "gold_tables_found": None if gold_tables is None else len(set(gold_tables) & set(shown.tables)),
            }
        )
        if progress and (done % PROGRESS_EVERY == 0 or done == len(examples)):
            progress(done, len(examples))
    return rows


@dataclass(frozen=True)
class _Shown:
    """What a prompt shows for one question; `prompt_tokens` where there is a budget."""

    tables: tuple[str, ...]
    dropped: tuple[str, ...]
    text: str
    prompt_tokens: int | None


def _shown(
    example: Mapping[str, Any],
    retriever: TableRetriever,
    schema: DatabaseSchema,
    settings: RolloutConfig,
    values: Mapping[str, DatabaseValues] | None,
    count_tokens: TokenCount | None,
) -> _Shown:
    """The tables that the mode chooses, as many as the budget has room for."""
    # Evidence names columns and values as a question does: "female refers to Sex = 'F'".
    question = " ".join(filter(None, (example["question"], example.get("evidence"))))
    chosen = retriever.retrieve(question, settings.retrieval_mode, settings.top_k_tables, settings.fk_hops)
    examples = {}
    if settings.schema_style in WITH_EXAMPLES and values is not None:
        examples = values[schema.database_id].examples(question)

    def text_of(tables: tuple[str, ...]) -> str:
        return schema_text(settings.schema_style, schema.subset(tables), examples)

    if not settings.max_prompt_tokens or count_tokens is None:
        return _Shown(chosen, (), text_of(chosen), None)
    tokens = cache(lambda tables: count_tokens(text_of(tables), example))
    # `full` has the database's order, which says nothing of relevance.
    ranked = retriever.retrieve(question, "bm25", top_k=0) if settings.retrieval_mode == "full" else chosen
    kept, dropped = fit_tables(schema, ranked, lambda tables: tokens(tables) <= settings.max_prompt_tokens)
    return _Shown(kept, dropped, text_of(kept), tokens(kept))


def _gold_tables(gold: str | None, schema: DatabaseSchema) -> list[str] | None:
    """Tables that `gold` reads, as the database spells them (a view keeps the gold's spelling); None without one."""
    read = None if gold is None else tables_read(gold)
    if read is None:
        return None
    found = ((schema.table(name), name) for name in read)
    return [name if table is None else table.name for table, name in found]


def budget_figures(rows: Sequence[Mapping[str, Any]], settings: RolloutConfig) -> dict[str, str]:
    """What a budget did to rows of `retrieved_schemas`, as text by what it is; nothing where there is none."""
    if not settings.max_prompt_tokens:
        return {}
    dropped = [row for row in rows if row["dropped_tables"]]
    too_long = sum(row["prompt_tokens"] > settings.max_prompt_tokens for row in rows)
    label = f"{settings.retrieval} {settings.schema_style}, {settings.max_prompt_tokens:,} tokens of a prompt"
    return {
        f"{label}: tables left out": f"{sum(len(row['dropped_tables']) for row in dropped):,} "
        f"in {len(dropped):,} of {len(rows):,} examples",
        f"{label}: too long with one table": f"{too_long:,} of {len(rows):,} examples",
    }


def retrieval_recall(rows: Iterable[Mapping[str, Any]]) -> RecallReport:
    """Recall of gold tables over rows of `retrieved_schemas`, by retrieval."""
    by_retrieval: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        keys = ("retrieval",) if row["token_budget"] == "none" else ("retrieval", "schema_style", "token_budget")
        by_retrieval.setdefault(" ".join(row[key] for key in keys), []).append(row)
    return RecallReport({name: _recall(found) for name, found in sorted(by_retrieval.items())})


def _recall(rows: list[Mapping[str, Any]]) -> RetrievalRecall:
    parsed = [row for row in rows if row["gold_tables"] is not None]
    return RetrievalRecall(
        overall=_table_recall(parsed),
        with_choice=_table_recall([row for row in parsed if row["had_choice"]]),
        unparsed=len(rows) - len(parsed),
    )


def _table_recall(rows: list[Mapping[str, Any]]) -> TableRecall:
    return TableRecall(
        found=sum(row["gold_tables_found"] for row in rows),
        gold_tables=sum(len(row["gold_tables"]) for row in rows),
        complete_examples=sum(row["gold_tables_found"] == len(row["gold_tables"]) for row in rows),
        examples=len(rows),
    )
