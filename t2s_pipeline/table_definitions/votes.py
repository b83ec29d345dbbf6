"""Votes among the samples of a question, and the reports on them."""

from __future__ import annotations

from t2s_pipeline.table_definitions.columns import COUNTED, DATABASE_ID, EXAMPLE_ID, FLAG, INT, PAIRED, REAL, TEXT
from t2s_pipeline.table_definitions.results import ARM, MISSING
from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column, output_table

_RULE = key_column("rule", "Match rule that says what is right: `official`, `strict`, and the arm's own.")

VOTES = output_table(
    "votes",
    "Which sample of the first turn each selector chooses, for arms with several samples; see [voting.md](voting.md). "
    "Nothing of the gold decides; the verdicts of the sample chosen stand beside it.",
    [
        key_column("rollout", "Name of the arm."),
        key_column("selector", "`vav`, `vav_reference`, `majority` or `first_executable`."),
        EXAMPLE_ID,
        DATABASE_ID,
        Column("samples", INT, "Samples that there are.", nullable=False),
        Column("voters", INT, "Of these, with a complete result. This and the next five are null without a vote."),
        Column("results", INT, "Distinct results among them, as the selector tells results apart."),
        Column("result", TEXT, "The result that won: its digest, or the public code's key of it."),
        Column("votes", INT, "Samples with that result."),
        Column("runner_up", INT, "Samples with the strongest of the others; 0 where there is none."),
        Column("margin", REAL, "Votes less runner-up, of all samples: the vote's confidence, from -1 to 1."),
        Column("sample", INT, "The sample chosen: the first with that result.", nullable=False),
        Column("sql", TEXT, "Its SQL."),
        Column(
            "reason",
            TEXT,
            "Why nothing won: `no_sql`, no sample has SQL; `nothing_ran`, none of it ran; `no_complete_result`, the "
            "sandbox's caps cut what ran. The first sample with SQL then stands, else the first.",
        ),
        Column("correct", FLAG, "The verdict of the sample chosen, by the arm's match rule.", nullable=False),
        Column("correct_official", FLAG, "By the official rule; null where undecided."),
        Column("correct_strict", FLAG, "By the strict rule; null where undecided."),
    ],
)

REPORT_VOTING = output_table(
    "report_voting",
    "Voting: how often the answer of each selector is right, of arms with several samples (first turn); beside it the "
    "first sample, and, of those that need the gold, the best single sample number and any sample.",
    [
        ARM,
        key_column(
            "answer",
            "A selector; `first_sample`; `best_sample`, the sample number that is right most often; `any_sample`.",
        ),
        key_column("subset", "`all` or `not_excluded`."),
        _RULE,
        MISSING,
        Column("gold_aware", FLAG, "The gold chose: an upper bound, not to be had in use."),
        Column("samples", INT, "Samples a question."),
        Column("sample", INT, "The number of the sample, from 0; null where it differs from question to question."),
        *COUNTED,
    ],
)

REPORT_VOTING_PAIRS = output_table(
    "report_voting_pairs",
    "Voting, paired: every two selectors on the same examples, of arms with several samples (first turn); where each "
    "sample number is a system of its own, the best of them too. The share is of examples that only the second gets "
    "right less those that only the first does, so numerator and value may be negative.",
    [
        ARM,
        _RULE,
        key_column("first", "A selector; `best_sample`, the sample number that is right most often; `(no results)`."),
        key_column("second", "The selector that is compared with it."),
        MISSING,
        Column("gold_aware", FLAG, "The gold chose the first: it is not to be had in use."),
        *PAIRED,
        Column("p_holm", REAL, "The same, adjusted over the comparisons of the arm by the same rule (Holm)."),
    ],
)

REPORT_RECALL = output_table(
    "report_recall",
    "Recall: how often one of k samples is right. An upper bound for every selection, never a result.",
    [
        ARM,
        _RULE,
        key_column(
            "estimator",
            "`first_k`: of the first k samples; `expected`: of k samples drawn from all of them, averaged over every "
            "way to draw (unbiased).",
        ),
        key_column("k", "Samples, from 1.", INT),
        MISSING,
        Column("numerator", REAL, "Examples; of `expected`, the sum of their probabilities.", nullable=False),
        Column("denominator", INT, "Examples.", nullable=False),
        Column("value", REAL, "Their ratio; null where the denominator is 0."),
        Column("interval_low", REAL, "Lower end of the 95 % interval (Wilson; of `expected` wider than it need be)."),
        Column("interval_high", REAL, "Upper end of it."),
    ],
)

REPORT_RISK_COVERAGE = output_table(
    "report_risk_coverage",
    "Risk and coverage: how often the answer is wrong where the vote's margin is at least so much, by the arm's match "
    "rule. Questions without a vote are never answered.",
    [
        ARM,
        key_column("selector", "As in `votes`."),
        key_column("margin", "Answers with this margin or more are given.", REAL),
        MISSING,
        Column("examples", INT, "All examples.", nullable=False),
        Column("coverage", REAL, "The share of them that is answered."),
        *COUNTED,
    ],
)
