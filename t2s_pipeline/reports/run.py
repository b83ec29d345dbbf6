"""Runs the SQL files of this folder on tables: `report_<name>.sql` makes the table of its name.

    with report_connection({"evaluations": evaluations, "rollouts": rollouts}) as connection:
        table = run_report("report_method", connection, config)

A connection may as well be the warehouse's own catalogue (`Warehouse.connect()`, read-only): a report reads views
named after the tables and looks at one experiment alone. What is not in a table (which arms the configuration
declares, and the closed lists of t2s_pipeline.evaluation) is put beside them as the relations `declared_arms`,
`error_routes`, `column_tags` and `wrong_result_causes`.
`published_report` reads what was made of it last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.tables import TableError, registry

if TYPE_CHECKING:
    import duckdb

REPORTS_CODE_VERSION = "4"
REPORTS = (
    "report_method",
    "report_error_taxonomy",
    "report_routing",
    "report_column_errors",
    "report_wrong_results",
    "report_gold_audit",
)
#: The tables that each report reads.
READS = {
    "report_method": ("evaluations", "rollouts"),
    "report_error_taxonomy": ("trajectories", "rollouts"),
    "report_routing": ("trajectories",),
    "report_column_errors": ("diagnoses", "rollouts"),
    "report_wrong_results": ("diagnoses", "rollouts"),
    "report_gold_audit": ("gold_audit",),
}
#: Files of macros that the others use.
_MACROS = ("wilson", "feedback")
#: Wrong results without a cause.
NO_CAUSE = {
    "(none found)": "the parsed queries do not differ: the order of rows, or a way to write that is not seen through",
    "(not parsed)": "the query or the gold cannot be parsed",
}


@contextmanager
def report_connection(tables: Mapping[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with `tables` as views by their names, for the time of the `with` block."""
    import duckdb

    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        yield connection


def run_report(name: str, connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> pa.Table:
    """The report `name` (one of REPORTS) of the experiment, as a table of that name's type.

    Raises KeyError for a name that is no report, and TableError where first answers are of a class that the taxonomy
    does not route.
    """
    if name not in REPORTS:
        raise KeyError(f"no report {name!r}; there are: {', '.join(REPORTS)}")
    parameters = {"experiment": config.name}
    connection.register("declared_arms", _declared_arms(config))
    if name == "report_method":
        parameters["headline"] = config.evaluation.headline_metric
    for relation, rows in closed_lists(name).items():
        connection.register(relation, rows)
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
    """The rows of `<name>.sql` of this folder."""
    for macros in _MACROS:
        connection.execute(_sql(macros))
    return connection.sql(_sql(name), params=dict(parameters)).to_arrow_table().to_pylist()


def closed_lists(name: str) -> dict[str, pa.Table]:
    """The closed lists that the report `name` counts by, as relations by name."""
    if name == "report_routing":
        return {"error_routes": error_routes()}
    if name == "report_column_errors":
        from t2s_pipeline.evaluation.column_errors import MEANING as TAGS

        return {"column_tags": _listed("column_tag", TAGS)}
    if name == "report_wrong_results":
        from t2s_pipeline.evaluation.causes import MEANING as CAUSES

        return {"wrong_result_causes": _listed("cause", {**CAUSES, **NO_CAUSE})}
    return {}


def error_routes() -> pa.Table:
    """The one taxonomy as a relation: error_class, deployment_scope, recommended_route and more."""
    from t2s_pipeline.evaluation.error_class import routing_rows

    return pa.Table.from_pylist(routing_rows())


def _listed(key: str, meanings: Mapping[str, str]) -> pa.Table:
    rows = [{key: str(k), "position": place, "meaning": text} for place, (k, text) in enumerate(meanings.items())]
    return pa.Table.from_pylist(rows)


def _declared_arms(config: ExperimentConfig) -> pa.Table:
    return pa.table(
        {"arm": pa.array(list(config.arms), pa.string()), "position": pa.array(range(len(config.arms)), pa.int64())}
    )


def _sql(name: str) -> str:
    return (files("t2s_pipeline.reports") / f"{name}.sql").read_text(encoding="utf-8")
