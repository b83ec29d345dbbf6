"""A rollout whose decoding is held to the schema, on nano itself."""

from __future__ import annotations

from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from t2s_pipeline.config import ModelConfig, RolloutConfig
from t2s_pipeline.files import store_parts
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.protocol import Policy
from t2s_pipeline.prompts.answer_grammar import answer_grammars
from t2s_pipeline.rollouts.run import plan_first_turn, run_rollouts
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.table_definitions import COMPLETIONS

FREE = RolloutConfig(max_new_tokens=32, max_turns=2, num_samples=2, temperature=1.5)
HELD = replace(FREE, constraint="schema")


@pytest.fixture
def grammars(examples, paths):
    rows = [{**example, "tables": ["singer"]} for example in examples]
    return answer_grammars(rows, {key: read_schema(path, key) for key, path in paths.items()})


def test_every_turn_of_a_held_rollout_is_held_and_its_completions_are_its_own(
    examples, schema_texts, paths, verifier, grammars, tmp_path
):
    assert len(set(grammars.values())) == 1 and len(grammars) == len(examples)
    policy = Policy("nano", ModelConfig(path="builtin:nano", dtype="float32", device="cpu"))
    generator = open_generator(policy, tmp_path, in_process=True)
    held = run_rollouts(
        examples, schema_texts, paths, generator, verifier, HELD, rollout="held", grammars=grammars
    ).attempts
    assert {row["turn"] for row in held} == {1, 2}
    assert not {row["error_class"] for row in held} & {"no_such_table", "no_such_function", "no_sql"}
    parts = [pq.read_table(part, columns=["grammar_digest"]) for part in store_parts(tmp_path, COMPLETIONS)]
    digests = {digest for part in parts for digest in part["grammar_digest"].to_pylist()}
    assert len(digests) == 1 and None not in digests
    assert plan_first_turn(examples, schema_texts, generator, HELD, grammars).misses == 0
    assert plan_first_turn(examples, schema_texts, generator, FREE).hits == 0


def test_a_held_rollout_needs_a_grammar_for_each_example(examples, schema_texts, paths, verifier, grammars, model):
    generator = model(lambda *_: "SELECT 1")
    some = dict(list(grammars.items())[1:])
    for known in (None, some):
        with pytest.raises(ValueError, match="needs a grammar for each example"):
            run_rollouts(examples, schema_texts, paths, generator, verifier, HELD, rollout="held", grammars=known)
