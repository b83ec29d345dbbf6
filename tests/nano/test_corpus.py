"""The corpus: reproducible, every query runs, every repair's feedback is what the pipeline would give."""

import os
import subprocess
import sys
from itertools import islice
from random import Random

import pytest

from t2s_pipeline.nano.corpus import MAX_TOKENS, Weights, corpus_fingerprint, encode_group, example_groups
from t2s_pipeline.nano.grammar_joins import PATTERNS as JOIN_PATTERNS
from t2s_pipeline.nano.grammar_single import PATTERNS as SINGLE_PATTERNS
from t2s_pipeline.nano.measure import HELD_OUT_SEED
from t2s_pipeline.nano.random_schema import random_world
from t2s_pipeline.nano.repairs import empty_database
from t2s_pipeline.nano.vocabulary import phrasings
from t2s_pipeline.prompts.render import training_ids


def test_equal_seeds_give_equal_corpora_in_any_process():
    code = "from t2s_pipeline.nano.corpus import corpus_fingerprint; print(corpus_fingerprint(3, 20))"
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    other = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == corpus_fingerprint(3, 20)
    assert corpus_fingerprint(4, 20) != corpus_fingerprint(3, 20)


@pytest.mark.parametrize("patterns", [SINGLE_PATTERNS, JOIN_PATTERNS])
def test_every_pattern_gives_questions_whose_queries_run(patterns):
    rng = Random(11)
    for _, pattern in patterns:
        asked = 0
        for _ in range(400):
            world = random_world(rng)
            question = pattern(rng, world if patterns is JOIN_PATTERNS else rng.choice(world.entities))
            if question is None:
                continue
            database = empty_database(world)
            database.execute(question.sql).fetchall()
            database.close()
            assert question.text.strip() and "{" not in question.text
            asked += 1
            if asked == 15:
                break
        assert asked == 15, f"{pattern.__name__} fits too few worlds"


def test_no_phrasing_is_left_unused():
    from pathlib import Path

    import t2s_pipeline.nano as nano

    folder = Path(nano.__file__).parent
    sources = "".join(
        (folder / f"{name}.py").read_text() for name in ("phrases", "questions", "grammar_single", "grammar_joins")
    )
    aggregates = {"avg", "max", "min", "sum"}
    assert {place for place in phrasings() if f'"{place}"' not in sources and f"'{place}'" not in sources} <= aggregates


def test_names_are_seldom_seen_again():
    rng = Random(5)
    names = [c.name for _ in range(300) for e in random_world(rng).entities for c in e.columns if not c.key]
    assert len(set(names)) > len(names) * 0.4


def test_repairs_show_a_wrong_query_and_its_own_error():
    groups = [g for g in islice(example_groups(2), 150) if g[0].prompt.templates[0] == "repair_system"]
    conversations = [c for g in groups for c in g]
    assert 0.05 < len(conversations) / 1000 < 0.3
    errors = 0
    for conversation in conversations:
        text = conversation.prompt.messages[1].content
        broken = text.split("Previous SQL: ")[1].split("\n\nExecution feedback")[0]
        assert broken != conversation.sql
        database = empty_database(conversation.world)
        database.execute(conversation.sql)
        if "SQLite error: " in text:
            errors += 1
            error = text.split("SQLite error: ")[1].split("\n")[0]
            with pytest.raises(Exception, match=".") as raised:
                database.execute(broken).fetchall()
            assert str(raised.value) == error
        database.close()
    assert errors > len(conversations) / 4


def test_held_out_worlds_are_not_in_training():
    trained = {c.prompt.hash for g in islice(example_groups(7), 200) for c in g}
    held_out = {c.prompt.hash for g in islice(example_groups(HELD_OUT_SEED), 200) for c in g}
    assert not trained & held_out


def test_a_branch_is_exactly_its_own_prompt_and_answer(tokenizer):
    for group in islice(example_groups(9), 12):
        sequence = encode_group(group, tokenizer, Weights())
        assert len(sequence.tokens) <= MAX_TOKENS
        shared = sequence.branch.count(0)
        for number in range(1, max(sequence.branch) + 1):
            seen = [i for i, branch in enumerate(sequence.branch) if branch in (0, number)]
            prompt, answer = training_ids(group[number - 1].prompt, group[number - 1].sql, tokenizer)
            assert [sequence.tokens[i] for i in seen] == prompt + answer
            assert [sequence.positions[i] for i in seen] == list(range(len(prompt) + len(answer)))
            weights = [sequence.weight[i] for i in seen]
            assert weights[len(prompt) :] == [1.0] * len(answer)
            assert max(weights[: len(prompt)]) < 1.0
        assert shared < len(sequence.tokens)
