"""The graph of one experiment: every stage, in the order in which the data flows.

A kind without entries in the configuration (no adapters, no arms, no train side) is not in the graph.
"""

from __future__ import annotations

from assets.adapters import dpo_adapters, sft_adapters
from assets.diagnoses import diagnoses
from assets.evaluation import arm_rollouts, evaluations
from assets.examples import examples
from assets.external_adapters import external_adapters
from assets.gold_audit import gold_audit
from assets.gold_features import gold_features
from assets.grpo_adapters import grpo_adapters
from assets.preferences import filtered_pairs, mined_pairs, synthetic_pairs
from assets.reasoning import teacher_traces
from assets.refs import declared_splits
from assets.reports import report, report_page
from assets.rollouts import reads_rollouts, train_rollouts
from assets.schemas import database_catalog, retrieved_schemas, uses_retrieval
from assets.stage import Stage
from assets.star import star_stages
from assets.voting import votes
from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.reports.listing import declared_reports, sampling_arms


def build_stages(config: ExperimentConfig) -> list[Stage]:
    """Every stage that the configuration declares, upstream first."""
    splits = declared_splits(config)
    stages = [examples(config, split) for split in splits]
    stages += [gold_audit(config), gold_features(config), database_catalog(config)]
    if uses_retrieval(config):
        stages.append(retrieved_schemas(config))
    if config.trains:
        if reads_rollouts(config):
            stages.append(train_rollouts(config))
        if config.recipes:
            stages += [mined_pairs(config), synthetic_pairs(config), filtered_pairs(config)]
        if config.teachers:
            stages.append(teacher_traces(config))
        if config.adapters_by_method("sft"):
            stages.append(sft_adapters(config))
        if config.adapters_by_method("dpo"):
            stages.append(dpo_adapters(config))
        if config.adapters_by_method("grpo"):
            stages.append(grpo_adapters(config))
        stages += star_stages(config)
    if config.adapters_by_method("external"):
        stages.append(external_adapters(config))
    if config.arms:
        stages += [arm_rollouts(config), evaluations(config), diagnoses(config)]
    if sampling_arms(config):
        stages.append(votes(config))
    stages += [report(config, declared) for declared in declared_reports(config)]
    stages.append(report_page(config))
    return stages
