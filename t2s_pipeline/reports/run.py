"""Runs the SQL files of this folder on tables: `report_<name>.sql` makes the table of its name.

    tables = {"evaluations": evaluations, "rollouts": rollouts}
    with report_connection(tables, report_text("report_method")) as connection:
        table = run_report("report_method", connection, config)

A connection may as well be the warehouse's own catalogue (`Warehouse.connect()`, read-only): a report reads views
named after the tables and looks at one experiment alone. What is not in a table is put beside them as relations: what
the configuration declares (`declared.py`), and the closed lists of t2s_pipeline.evaluation as `error_routes`,
`column_tags` and `wrong_result_causes`. Which reports there are, and what each reads: `listing.py`.
`published_report` reads what was made of it last.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.macros import macros_named_in
from t2s_pipeline.page_checksums import check_pages
from t2s_pipeline.reports.ablations import ablation_members
from t2s_pipeline.reports.beside import arms_beside
from t2s_pipeline.reports.declared import (
    declared_arms,
    declared_comparisons,
    declared_grpo,
    declared_iterations,
    declared_recipes,
    declared_schemas,
    diagnosed_arms,
    repairing_arms,
    system_arms,
    voting_arms,
)
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.reports.paired import paired_tests
from t2s_pipeline.reports.variants import variant_arms, variant_pairs
from t2s_pipeline.tables import TableError, registry
from t2s_pipeline.warehouse import QUERY_MEMORY, WarehouseError

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds

REPORTS_CODE_VERSION = "11"
MOST_LISTED = 2_000
"""Rows of an arm's failures, or of a comparison's flips: more than the dev splits of Spider and BIRD have, and what a
page can have of each of many arms."""
_LISTINGS = ("report_failures", "report_flips")
#: Reports of paired comparisons: the file that counts their pairs, and what tells its comparisons apart.
_PAIRED = {
    "report_comparison": ("paired_counts", ("comparison",)),
    "report_variants": ("variant_counts", ("variant", "arm")),
    "report_voting_pairs": ("vote_pair_counts", ("arm", "rule", "first", "second")),
}
#: What a report's Python reads of tables.
_READ_IN_PYTHON = {"report_variants": "experiment, example_id, split, database_id, question, gold"}
#: Wrong results without a cause.
NO_CAUSE = {
    "(none found)": "the parsed queries do not differ: the order of rows, or a way to write that is not seen through",
    "(not parsed)": "the query or the gold cannot be parsed",
}


@contextmanager
def report_connection(
    tables: Mapping[str, pa.Table | ds.Dataset], text: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with `tables` as views by their names, for the time of the `with` block.

    A dataset's files are read by DuckDB itself, which does not look at their checksums: so the columns that are named
    in `text` (else all) are checked first, and the view has no others. What does not fit into QUERY_MEMORY goes to
    disk. Raises WarehouseError for a damaged file.
    """
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="t2s-report-") as spill,
        duckdb.connect(config={"memory_limit": QUERY_MEMORY, "temp_directory": spill}) as connection,
    ):
        connection.execute("SET enable_progress_bar = false")
        for name, table in tables.items():
            if isinstance(table, pa.Table):
                connection.register(name, table)
            else:
                _view_of_files(connection, name, table, text)
        yield connection


def _view_of_files(connection: duckdb.DuckDBPyConnection, name: str, dataset: ds.Dataset, text: str | None) -> None:
    import duckdb

    columns = [column for column in dataset.schema.names if text is None or re.search(rf"\b{column}\b", text)]
    for path in dataset.files:
        try:
            check_pages(Path(path), columns)
        except OSError as error:
            raise WarehouseError(f"{path}: damaged ({error}); remove it, and t2s run makes it again") from error
    rows = connection.read_parquet(dataset.files, union_by_name=True)
    types = connection.from_arrow(dataset.schema.empty_table()).select(*columns).types
    shown = [
        duckdb.ColumnExpression(column)
        if column in rows.columns
        else duckdb.ConstantExpression(None).cast(kind).alias(column)  # older files do not have it
        for column, kind in zip(columns, types, strict=True)
    ]
    rows.select(*shown).create_view(name)


def report_text(*names: str) -> str:
    """All SQL of reports, or of other files of this folder, with what it reads beside: it names each column that they
    read."""
    texts = [_READ_IN_PYTHON.get(name, "") for name in names]
    for name in (*names, *(_PAIRED[name][0] for name in names if name in _PAIRED)):
        query = _sql(name)
        texts += [query, *(macro.definition for macro in macros_named_in(query))]
    return "\n".join(texts)


def run_report(name: str, connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> pa.Table:
    """The report `name` (one of REPORTS) of the experiment, as a table of that name's type.

    Raises KeyError for a name that is no report, and TableError where first answers are of a class that the taxonomy
    does not route.
    """
    if name not in REPORTS:
        raise KeyError(f"no report {name!r}; there are: {', '.join(REPORTS)}")
    parameters: dict[str, Any] = {"experiment": config.name}
    if name == "report_method":
        parameters["headline"] = config.evaluation.headline_metric
    if name == "report_schema_recall":
        parameters["split"] = config.evaluation.split
    if name in _LISTINGS:
        parameters["most"] = MOST_LISTED
    for relation_name, rows in relations(name, config).items():
        connection.register(relation_name, rows)
    if name == "report_variants":
        connection.register("variant_pairs", variant_pairs(connection, config))
    if name in _PAIRED:
        counts, keys = _PAIRED[name]
        connection.register("paired_tests", paired_tests(run_sql(counts, connection, parameters), keys))
    rows = run_sql(name, connection, parameters)
    unrouted = {row["error_class"] for row in rows if row.get("deployment_scope", "") is None}
    if unrouted:
        raise TableError(f"{name}: the taxonomy has no route for {', '.join(sorted(unrouted))}")
    return registry()[name].to_arrow(rows)


def published_report(name: str, connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> pa.Table:
    """The report `name` of the experiment as it was published last; no rows where it never was."""
    import duckdb

    own = duckdb.ColumnExpression("experiment") == duckdb.ConstantExpression(config.name)
    return registry()[name].to_arrow(connection.table(name).filter(own).to_arrow_table().to_pylist())


def run_sql(name: str, connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of `<name>.sql` of this folder, which may use the warehouse's macros."""
    query = _sql(name)
    for macro in macros_named_in(query):
        connection.execute(macro.temporary())
    return connection.sql(query, params=dict(parameters)).to_arrow_table().to_pylist()


def relations(name: str, config: ExperimentConfig) -> dict[str, pa.Table]:
    """What the report `name` reads beside tables, as relations by name: what is declared, and closed lists."""
    makers = {
        "declared_arms": declared_arms,
        "diagnosed_arms": diagnosed_arms,
        "arms_beside": arms_beside,
        "repairing_arms": repairing_arms,
        "voting_arms": voting_arms,
        "system_arms": system_arms,
        "declared_schemas": declared_schemas,
        "declared_comparisons": declared_comparisons,
        "declared_recipes": declared_recipes,
        "declared_grpo": declared_grpo,
        "declared_iterations": declared_iterations,
        "ablation_members": ablation_members,
        "variant_arms": variant_arms,
        "error_routes": lambda _: error_routes(),
        "column_tags": lambda _: _column_tags(),
        "wrong_result_causes": lambda _: _wrong_result_causes(),
    }
    named = _RELATIONS.get(name, ("declared_arms",))
    return {relation_name: makers[relation_name](config) for relation_name in named}


_RELATIONS = {
    "report_data_sets": ("arms_beside",),
    "report_variants": ("variant_arms",),
    "report_ablations": ("declared_arms", "ablation_members"),
    "report_comparison": ("declared_arms", "declared_comparisons"),
    "report_flips": ("declared_comparisons",),
    "report_routing": ("declared_arms", "error_routes"),
    "report_online_repair": ("declared_arms", "repairing_arms", "error_routes"),
    "report_column_errors": ("diagnosed_arms", "column_tags"),
    "report_wrong_results": ("diagnosed_arms", "wrong_result_causes"),
    "report_voting": ("voting_arms",),
    "report_voting_pairs": ("voting_arms", "system_arms"),
    "report_risk_coverage": ("voting_arms",),
    "report_recall": ("voting_arms",),
    "report_schema_recall": ("declared_schemas",),
    "report_pair_funnel": ("declared_recipes",),
    "report_pair_quality": ("declared_recipes",),
    "report_star": ("declared_iterations",),
    "report_grpo": ("declared_grpo",),
    "report_gold_audit": (),
}
"""What a report reads beside tables; `declared_arms` where nothing is said."""


def _column_tags() -> pa.Table:
    from t2s_pipeline.evaluation.column_errors import MEANING as TAGS

    return _listed("column_tag", TAGS)


def _wrong_result_causes() -> pa.Table:
    from t2s_pipeline.evaluation.causes import MEANING as CAUSES

    return _listed("cause", {**CAUSES, **NO_CAUSE})


def error_routes() -> pa.Table:
    """The one taxonomy as a relation: error_class, deployment_scope, recommended_route and more."""
    from t2s_pipeline.evaluation.error_class import routing_rows

    return pa.Table.from_pylist(routing_rows())


def _listed(key: str, meanings: Mapping[str, str]) -> pa.Table:
    rows = [{key: str(k), "position": place, "meaning": text} for place, (k, text) in enumerate(meanings.items())]
    return pa.Table.from_pylist(rows)


def _sql(name: str) -> str:
    return (files("t2s_pipeline.reports") / f"{name}.sql").read_text(encoding="utf-8")
