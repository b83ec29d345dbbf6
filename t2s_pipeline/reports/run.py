"""Runs the SQL files of this folder on tables: `report_<name>.sql` makes the table of its name.

    with report_connection({"evaluations": evaluations, "rollouts": rollouts}) as connection:
        table = run_report("report_method", connection, config)

A connection may as well be the warehouse's own catalogue (`Warehouse.connect()`, read-only): a report reads views
named after the tables and looks at one experiment alone. What is not in a table is put beside them as relations: what
the configuration declares (`declared.py`), and the closed lists of t2s_pipeline.evaluation as `error_routes`,
`column_tags` and `wrong_result_causes`. Which reports there are, and what each reads: `listing.py`.
`published_report` reads what was made of it last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.macros import macros_named_in
from t2s_pipeline.reports.ablations import ablation_members
from t2s_pipeline.reports.beside import arms_beside
from t2s_pipeline.reports.declared import (
    declared_arms,
    declared_comparisons,
    declared_grpo,
    declared_iterations,
    declared_recipes,
    declared_schemas,
    repairing_arms,
    system_arms,
    voting_arms,
)
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.reports.paired import paired_tests
from t2s_pipeline.reports.variants import variant_arms, variant_pairs
from t2s_pipeline.tables import TableError, registry

if TYPE_CHECKING:
    import duckdb
    import pyarrow.dataset as ds

REPORTS_CODE_VERSION = "8"
#: Reports of paired comparisons: the file that counts their pairs, and what tells its comparisons apart.
_PAIRED = {
    "report_comparison": ("paired_counts", ("comparison",)),
    "report_variants": ("variant_counts", ("variant", "arm")),
    "report_voting_pairs": ("vote_pair_counts", ("arm", "rule", "first", "second")),
}
#: Wrong results without a cause.
NO_CAUSE = {
    "(none found)": "the parsed queries do not differ: the order of rows, or a way to write that is not seen through",
    "(not parsed)": "the query or the gold cannot be parsed",
}


@contextmanager
def report_connection(tables: Mapping[str, pa.Table | ds.Dataset]) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory DuckDB with `tables` as views by their names, for the time of the `with` block; of a dataset's files
    it reads the columns that are asked for."""
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
    if name == "report_method":
        parameters["headline"] = config.evaluation.headline_metric
    if name == "report_schema_recall":
        parameters["split"] = config.evaluation.split
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
    "report_column_errors": ("declared_arms", "column_tags"),
    "report_wrong_results": ("declared_arms", "wrong_result_causes"),
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
