"""Evaluations and the reports over them."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, FLAG, INT, REAL, TEXT
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

EVALUATIONS = output_table(
    "evaluations",
    "One metric of one arm on one subset of its examples.",
    [
        key_column("arm", "Name of the arm."),
        key_column("metric", "Name of the metric, see the README."),
        key_column("subset", "`all`, `not_excluded`, and of those not excluded `audited`, `hardness=easy` and so on."),
        Column("gold_aware", FLAG, "The gold decided what was repaired or when to stop.", nullable=False),
        Column("numerator", REAL, "Successes.", nullable=False),
        Column("denominator", INT, "Cases.", nullable=False),
        Column("value", REAL, "Their ratio; null where the denominator is 0."),
        Column("interval_low", REAL, "Lower end of the 95 % interval (Wilson)."),
        Column("interval_high", REAL, "Upper end of the 95 % interval (Wilson)."),
    ],
)

REPORT_METHOD = output_table(
    "report_method",
    "Method report: the headline metrics of every declared arm side by side.",
    [
        key_column("arm", "Name of the arm."),
        key_column("metric", "Name of the metric."),
        Column("model", TEXT, "Base model."),
        Column("adapter", TEXT, "Adapter; null for the base."),
        Column(
            "feedback",
            TEXT,
            "`one_shot`, or feedback detail and repair scope, with the verifier's name where it is not the gold.",
        ),
        Column("match_rule", TEXT, "The rule behind `correct`, as in `rollouts`."),
        Column("schema_style", TEXT, "As in `rollouts`."),
        Column("prompt_style", TEXT, "As in `rollouts`."),
        Column("token_budget", TEXT, "As in `rollouts`."),
        Column("gold_aware", FLAG, "The gold decided what was repaired or when to stop."),
        *COUNTED,
    ],
)

REPORT_ERROR_TAXONOMY = output_table(
    "report_error_taxonomy",
    "Error taxonomy: first-turn errors of every arm by class, and how many were repaired.",
    [
        key_column("arm", "Name of the arm."),
        key_column("error_class", "Class of the first answer."),
        Column("feedback", TEXT, "As in `report_method`: `one_shot` arms repair nothing. Null without results."),
        Column("first_turn_errors", INT, "Examples whose first answer is of the class.", nullable=False),
        Column("repaired", INT, "Of these, right in the end; null for a one-shot arm."),
        Column("failed", INT, "Of these, wrong in the end; null for a one-shot arm."),
        *COUNTED,
    ],
    version=2,
)

REPORT_ROUTING = output_table(
    "report_routing",
    "Routing: first-turn errors by class and by who could notice them, with the recommended route.",
    [
        key_column("arm", "Name of the arm."),
        key_column("error_class", "Class of the first answer."),
        Column("deployment_scope", TEXT, "Who could notice it in use.", nullable=False),
        Column("recommended_route", TEXT, "What to do about it.", nullable=False),
        Column("reference_class", TEXT, "What the execution-guided reference calls the class."),
        *COUNTED,
    ],
)
