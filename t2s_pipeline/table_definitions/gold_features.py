"""What each gold uses."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import DATABASE_ID, EXAMPLE_ID, FLAG, INT, SPLIT
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import output_table

GOLD_FEATURES = output_table(
    "gold_features",
    "What the gold of an example uses, counted over its whole text, subqueries included; all null where it cannot be "
    "parsed. Macro `slices` makes levels of it.",
    [
        EXAMPLE_ID,
        DATABASE_ID,
        SPLIT,
        Column("parsed", FLAG, "It can be parsed.", nullable=False),
        Column("selected", INT, "What the outermost SELECT returns, as written: `*` is one."),
        Column("joins", INT, "Joins, those by a comma too."),
        Column("subqueries", INT, "Queries within it, in brackets, in EXISTS or after WITH."),
        Column("set_operations", INT, "UNION, INTERSECT and EXCEPT."),
        Column("aggregates", INT, "Calls of an aggregate that is no window function."),
        Column("predicates", INT, "Comparisons and other conditions, those of joins too."),
        Column("logical_connectors", INT, "AND and OR, those of joins too."),
        Column("likes", INT, "LIKE, with NOT or without."),
        Column("group_by", INT, "Queries in it with a GROUP BY."),
        Column("having", INT, "Queries in it with a HAVING."),
        Column("order_by", INT, "Queries in it with an ORDER BY."),
        Column("limits", INT, "Queries in it with a LIMIT."),
        Column("distincts", INT, "DISTINCT, within an aggregate too."),
        Column("arithmetic", INT, "Sums, differences, products, quotients and remainders."),
        Column("scalar_functions", INT, "Calls of a function that is no aggregate, CAST included."),
        Column("cases", INT, "CASE and IIF."),
        Column("window_functions", INT, "Window functions."),
    ],
)
