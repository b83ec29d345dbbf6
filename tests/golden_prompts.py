"""What the golden stages of prompts and of completion keys make: every kind of prompt, and a key of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from t2s_pipeline.generation import keys
from t2s_pipeline.generation.protocol import Identity, Sampling
from t2s_pipeline.prompts import render
from t2s_pipeline.prompts.feedback import FeedbackFacts, FeedbackMode, OracleFacts, render_feedback
from t2s_pipeline.prompts.templates import Detail, PromptStyle


def prompts() -> list[Any]:
    """An initial prompt, and a repair for everything that feedback can be about, with every setting."""
    schema, question = "Table item: id INTEGER", " How many items? "
    facts = [
        FeedbackFacts(False, "no such column: T1.nome", None),
        FeedbackFacts(False, 'near "FORM": syntax error', None),
        FeedbackFacts(False, "", None),
        FeedbackFacts(True, None, 0),
        FeedbackFacts(True, None, 7),
        FeedbackFacts(True, None, None),
        FeedbackFacts(False, None, None, has_query=False),
    ]
    made = [render.initial_prompt(schema, question, style) for style in PromptStyle]
    made += [render.repair_prompt(schema, question, "SELECT 1", "x", 1, "minimal", style) for style in PromptStyle]
    for mode in FeedbackMode:
        for detail in Detail:
            for turn, fact in enumerate(facts, 1):
                sql = "SELECT 1 -- {x}" if fact.has_query else None
                feedback = render_feedback(replace(fact, oracle=OracleFacts(2, ((1, None),))), mode, detail)
                made.append(render.repair_prompt(schema, question, sql, feedback, turn, detail))
    return [[prompt.messages, prompt.templates, prompt.hash] for prompt in made] + [
        render.completion_text(" SELECT 1\n")
    ]


def completion_keys() -> list[str]:
    identity = Identity("f" * 64, None, "hf", "float32")
    sampled = (Sampling(), Sampling(temperature=0.7), Sampling(temperature=1, top_p=0.9, seed=14))
    return [keys.completion_key(identity, sampling, [1, 2, 3], n).digest for sampling in sampled for n in (0, 1)]
