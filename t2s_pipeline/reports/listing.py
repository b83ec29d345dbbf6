"""The reports there are: each is `<name>.sql`, which makes the table of its name, and a renderer (`render.py`).

`about` says when a report is in an experiment's graph: where it has arms, where some of them have several samples,
where its arms are shown schemas, where it names experiments to stand beside it or on variants of its data set, where it
has recipes, where it trains by GRPO, or always. A report about pairs reads the tables of the train side, another those
of the evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from t2s_pipeline.config import ExperimentConfig, arm_model


@dataclass(frozen=True)
class Report:
    """`reads`: the tables that its SQL names, as relations of a connection."""

    name: str
    title: str
    reads: tuple[str, ...]
    about: Literal["arms", "beside", "variants", "votes", "schemas", "pairs", "star", "rules", "grpo", "golds"] = "arms"


#: In the order of the page.
REPORTS: dict[str, Report] = {
    report.name: report
    for report in (
        Report("report_method", "Methods", ("evaluations", "rollouts")),
        Report("report_data_sets", "Across data sets", ("evaluations",), about="beside"),
        Report(
            "report_variants",
            "Variants of the data set",
            ("trajectories", "rollouts", "examples"),
            about="variants",
        ),
        Report("report_comparison", "Paired comparisons", ("trajectories", "rollouts")),
        Report(
            "report_star",
            "Self-training loops",
            ("star_iterations", "star_questions", "star_rows", "star_costs", "adapters"),
            about="star",
        ),
        Report("report_star_rules", "Answers by match rule", ("trajectories", "attempts", "rollouts"), about="rules"),
        Report("report_grpo", "GRPO over its steps", ("training_steps", "adapters"), about="grpo"),
        Report("report_voting", "Voting", ("votes", "attempts", "rollouts", "examples"), about="votes"),
        Report(
            "report_voting_pairs",
            "Voting, selectors in pairs",
            ("votes", "attempts", "rollouts", "examples"),
            about="votes",
        ),
        Report("report_recall", "Recall", ("attempts", "rollouts"), about="votes"),
        Report("report_risk_coverage", "Risk and coverage of votes", ("votes",), about="votes"),
        Report("report_ablations", "Ablations", ("evaluations", "filtered_pairs")),
        Report("report_hardness", "Accuracy by hardness and by what the gold uses", ("evaluations",)),
        Report("report_error_taxonomy", "First-turn errors and their repair", ("trajectories", "rollouts")),
        Report("report_repair_breakdown", "Repair breakdown and transitions", ("trajectories", "rollouts")),
        Report("report_routing", "Verifier-aware routing of first-turn errors", ("trajectories", "rollouts")),
        Report("report_online_repair", "Online repair", ("trajectories", "attempts", "rollouts")),
        Report("report_candidate_errors", "Errors of candidates", ("attempts", "rollouts")),
        Report("report_column_errors", "Column errors of the first turn", ("diagnoses", "trajectories", "rollouts")),
        Report(
            "report_wrong_results",
            "Wrong results of the first turn, by cause",
            ("diagnoses", "trajectories", "rollouts"),
        ),
        Report("report_flips", "Flips of the paired comparisons", ("trajectories", "examples")),
        Report(
            "report_failures",
            "Failures",
            ("trajectories", "attempts", "diagnoses", "examples", "rollouts", "retrieved_schemas"),
        ),
        Report("report_schema_recall", "Schema recall", ("retrieved_schemas",), about="schemas"),
        Report(
            "report_pair_funnel",
            "From attempts to pairs",
            ("attempts", "pairs", "filtered_pairs", "examples"),
            about="pairs",
        ),
        Report("report_pair_quality", "Quality of pairs", ("pairs", "filtered_pairs", "examples"), about="pairs"),
        Report("report_gold_audit", "Gold audit", ("gold_audit",), about="golds"),
    )
}


def declared_reports(config: ExperimentConfig) -> list[Report]:
    """The reports of the experiment's graph, in the order of the page."""
    there = {"golds"}
    if config.arms:
        there.add("arms")
    if config.evaluation.beside:
        there.add("beside")
    if config.evaluation.variants and config.arms:
        there.add("variants")
    if sampling_arms(config):
        there.add("votes")
    if any(shown_schemas(config)):
        there.add("schemas")
    if config.trains and config.recipes:
        there.add("pairs")
    if config.star:
        there.add("star")
    if config.star and config.arms:
        there.add("rules")
    if config.adapters_by_method("grpo"):
        there.add("grpo")
    return [report for report in REPORTS.values() if report.about in there]


def sampling_arms(config: ExperimentConfig) -> list[str]:
    """Names of the arms with several samples a turn: there are votes among these."""
    return [name for name, arm in config.arms.items() if arm.num_samples > 1]


def shown_schemas(config: ExperimentConfig) -> list[tuple[str, str, str]]:
    """Retrieval, schema style and token budget of every arm that asks a model, each way once."""
    found = {}
    for arm in config.arms.values():
        model = arm_model(config, arm)
        if config.models[model].backend != "replay":
            found[arm.retrieval, arm.schema_style, arm.token_budget(model)] = None
    return sorted(found)
