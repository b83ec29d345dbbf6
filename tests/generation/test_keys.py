"""The key of a completion: equal exactly where the text must be equal."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.generation.keys import completion_key, sample_seed, tokens_digest
from t2s_pipeline.generation.protocol import Identity, Sampling

IDENTITY = Identity("m" * 64, None, "hf", "float32")
SAMPLED = Sampling(temperature=0.7, top_p=0.9, max_new_tokens=32, seed=13)
TOKENS = st.lists(st.integers(0, 152_000), min_size=1, max_size=30)
SAMPLES = st.integers(0, 40)


@given(TOKENS, TOKENS, SAMPLES, SAMPLES)
def test_sampled_keys_are_equal_only_for_equal_prompt_and_sample(one, other, first, second):
    left, right = completion_key(IDENTITY, SAMPLED, one, first), completion_key(IDENTITY, SAMPLED, other, second)
    assert (left.digest == right.digest) == (one == other and first == second)
    assert (left.seed == right.seed) == (one == other and first == second)


@given(TOKENS, SAMPLES, st.integers(0, 2**31), st.floats(0.1, 1.0))
def test_a_greedy_key_knows_neither_seed_nor_nucleus_nor_sample(tokens, sample, seed, top_p):
    greedy = completion_key(IDENTITY, Sampling(0.0, top_p, 32, seed), tokens, sample)
    assert greedy == completion_key(IDENTITY, Sampling(0, 1.0, 32, 1), tokens, 0)


def test_every_part_of_the_identity_and_of_sampling_is_in_the_key():
    identities = [
        IDENTITY,
        replace(IDENTITY, model_fingerprint="n" * 64),
        replace(IDENTITY, adapter_digest="a"),
        replace(IDENTITY, backend="other"),
        replace(IDENTITY, dtype="bfloat16"),
    ]
    samplings = [
        SAMPLED,
        replace(SAMPLED, temperature=0.8),
        replace(SAMPLED, top_p=1.0),
        replace(SAMPLED, max_new_tokens=33),
        replace(SAMPLED, seed=14),
    ]
    keys = {completion_key(i, s, [1, 2], 0).digest for i in identities for s in samplings}
    assert len(keys) == len(identities) * len(samplings)


def test_whole_numbers_and_floats_are_one_setting():
    assert (
        completion_key(IDENTITY, Sampling(1, 1), [1], 0).digest
        == completion_key(IDENTITY, Sampling(1.0), [1], 0).digest
    )


@given(st.integers(0, 2**62), SAMPLES)
def test_a_sample_seed_fits_a_signed_column_and_does_not_depend_on_how_many_samples_there_are(seed, sample):
    assert 0 <= sample_seed(seed, tokens_digest([5]), sample) < 2**63


def test_seeds_are_the_same_on_every_machine():
    assert sample_seed(13, tokens_digest([1, 2, 3]), 0) == 6517969391697349017


@given(st.text(min_size=1), st.text(min_size=1))
def test_answers_held_to_other_grammars_are_other_answers_from_the_same_seed(one, other):
    keys = [completion_key(IDENTITY, SAMPLED, [1, 2], 0, grammar) for grammar in (one, other, "")]
    assert (keys[0].digest == keys[1].digest) == (one == other)
    assert keys[2].digest not in {keys[0].digest, keys[1].digest}
    assert len({key.seed for key in keys}) == 1
