"""What the golden stage of rewards makes: terms of right, wrong, broken and ill-formed completions, with a memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from t2s_pipeline.config_rewards import EmbedderConfig, MemoryConfig, RewardConfig
from t2s_pipeline.embeddings.embedder import open_embedder
from t2s_pipeline.evaluation.verifier import GoldVerifier
from t2s_pipeline.rewards.gold_variants import with_variants
from t2s_pipeline.rewards.memory import ReasoningMemory, Trace
from t2s_pipeline.rewards.score import CompletionScorer, RewardRow
from t2s_pipeline.sql.plan import plan_text

DECIMALS = 5
"""Of rewards: the last bits of a matrix product are the machine's."""


def reward_terms(
    examples: Sequence[Mapping[str, Any]], paths: Mapping[str, Path], verifier: GoldVerifier
) -> list[list[Any]]:
    """For each example four completions: its gold, its neighbour's, a broken one, and one not of the form."""
    rows = [
        RewardRow(e["example_id"], e["database_id"], str(paths[e["database_id"]]), (e["gold"],), e["gold_vacuous"])
        for e in examples
    ]
    rows = with_variants(rows, verifier)
    seeds = [Trace("toy/other", _thought(row.golds[0])) for row in rows[::4]]
    embedder = open_embedder(EmbedderConfig(most_terms=200), [trace.thought for trace in seeds])
    memory = ReasoningMemory(embedder, MemoryConfig())
    memory.seed(seeds)
    scorer = CompletionScorer(verifier, RewardConfig(), memory)
    found: list[list[Any]] = []
    for number, row in enumerate(rows):
        texts = [row.golds[0], rows[number - 1].golds[0], row.golds[0].replace("SELECT ", "SELECT nothing, ", 1)]
        completions = [*(f"<think>{_thought(text)}</think>{text}" for text in texts), texts[0]]
        for terms in scorer.score_completions([row] * len(completions), completions, number):
            found.append([round(terms.total, DECIMALS), terms.correct, terms.overlap, terms.remembered])
    return [*found, [len(memory), [row.golds for row in rows]]]


def _thought(sql: str) -> str:
    return f"{plan_text(sql)} That is all that the question asks for, so that the query can be written down as it is."
