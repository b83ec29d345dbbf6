"""Evaluations, and the reports that set arms side by side."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, EXAMPLE_ID, FLAG, INT, PAIRED, REAL, TEXT
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

ARM = key_column("arm", "Name of the arm.")
MISSING = Column("missing", TEXT, "Why there are no results, and what to run; null where there are.")
GOLD_AWARE = Column("gold_aware", FLAG, "The gold decided what was repaired, when to stop or which candidate counts.")

EVALUATIONS = output_table(
    "evaluations",
    "One metric of one arm on one subset of its examples.",
    [
        key_column("arm", "Name of the arm."),
        key_column("metric", "Name of the metric, see the README."),
        key_column(
            "subset",
            "`all`, `not_excluded`, and of those not excluded `audited`, `hardness=easy`, `joins=2` and so on, "
            "as macro `subsets` has them.",
        ),
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
    "Method report: the metrics of every declared arm side by side.",
    [
        ARM,
        key_column("metric", "Name of the metric."),
        MISSING,
        Column("model", TEXT, "Base model."),
        Column("adapter", TEXT, "Adapter; null for the base."),
        Column(
            "feedback",
            TEXT,
            "`one_shot`, or feedback detail and repair scope, with the verifier's name where it is not the gold, and "
            "the feedback mode where it is not `result_status` (`verified`) or `online_visible` (the online scopes).",
        ),
        Column("match_rule", TEXT, "The rule behind `correct`, as in `rollouts`."),
        Column("schema_style", TEXT, "As in `rollouts`."),
        Column("prompt_style", TEXT, "As in `rollouts`."),
        Column("token_budget", TEXT, "As in `rollouts`."),
        Column("samples", INT, "Candidates asked for in a turn."),
        Column("selection", TEXT, "How the answer is chosen among several candidates, as in `rollouts`."),
        Column("gold_aware", FLAG, "The gold decided what was repaired or when to stop."),
        Column("numerator", REAL, "Cases counted; of `avg_candidate_reward` the sum of rewards.", nullable=False),
        *COUNTED[1:],
    ],
    version=2,
)

REPORT_ABLATIONS = output_table(
    "report_ablations",
    "Ablations: declared arms that differ in one thing alone, with their metrics.",
    [
        key_column(
            "ablation", "What differs: `method`, `feedback`, `scope`, `retrieval`, `synthetic_ratio` or `seed`."
        ),
        key_column("fixed", "What the arms of the group have in common, of what differs between arms at all."),
        ARM,
        key_column("metric", "Name of the metric; `(no results)` where the arm has none."),
        Column("level", TEXT, "The arm's value of what differs.", nullable=False),
        MISSING,
        Column("pairs", INT, "Of `synthetic_ratio`: pairs that the recipe kept."),
        Column("synthetic_pairs", INT, "Of these, synthetic ones."),
        GOLD_AWARE,
        *COUNTED,
    ],
)

REPORT_COMPARISON = output_table(
    "report_comparison",
    "Paired comparisons: two arms on the same examples. The share is of examples that only the second gets right less "
    "those that only the first does, so numerator and value may be negative.",
    [
        key_column("comparison", "Name of the comparison."),
        Column("family", TEXT, "Comparisons whose p values are adjusted together.", nullable=False),
        Column("first", TEXT, "An arm.", nullable=False),
        Column("second", TEXT, "The arm that is compared with it.", nullable=False),
        Column("metric", TEXT, "The metric that says which examples are right.", nullable=False),
        MISSING,
        Column("gold_aware", FLAG, "The gold decided in one of the two arms which answer stands."),
        *PAIRED,
        Column("p_holm", REAL, "The same, adjusted over the family (Holm); one without results counts as one more."),
    ],
)

REPORT_FLIPS = output_table(
    "report_flips",
    "Flips: examples that one arm of a paired comparison gets right and the other wrong; at most 2,000 a comparison, "
    "the others as a row of each kind with their number.",
    [
        key_column("comparison", "Name of the comparison, as in `report_comparison`."),
        EXAMPLE_ID,
        Column("database_id", TEXT, "Dataset and database.", nullable=False),
        Column("first", TEXT, "An arm.", nullable=False),
        Column("second", TEXT, "The arm that is compared with it.", nullable=False),
        Column("change", TEXT, "`fixed`: only the second is right; `broken`: only the first.", nullable=False),
        Column("question", TEXT, "The question.", nullable=False),
        Column("gold", TEXT, "The gold SQL.", nullable=False),
        Column("first_sql", TEXT, "The first arm's answer."),
        Column("second_sql", TEXT, "The second arm's answer."),
        Column("error_class", TEXT, "Class of the answer that is wrong.", nullable=False),
        Column("left_out", INT, "Flips of the kind that are not listed, in a row of their own; else null."),
    ],
)

REPORT_PAGE = output_table(
    "report_page",
    "The HTML page of an experiment: which reports stand on it.",
    [
        key_column("report", "Name of the report's table."),
        Column("title", TEXT, "What it is called on the page.", nullable=False),
        Column("rows", INT, "Rows of its table.", nullable=False),
        Column("position", INT, "Place on the page, from 0.", nullable=False),
    ],
)

REPORT_HARDNESS = output_table(
    "report_hardness",
    "Accuracy by hardness and by what the gold uses: of examples that are not excluded.",
    [
        ARM,
        key_column("metric", "Name of the metric."),
        key_column("slice", "`hardness`, or one of macro `slices`: `joins`, `subqueries`, `group_by` and so on."),
        key_column("level", "Its level: a hardness, a count or `yes` and `no`; `(no results)` where the arm has none."),
        MISSING,
        GOLD_AWARE,
        *COUNTED,
    ],
    version=2,
)
