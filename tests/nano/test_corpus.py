"""The corpus: reproducible, every query runs, what is held out is held out, groups are packed rightly."""

import os
import subprocess
import sys
from itertools import islice
from random import Random

import pytest

from t2s_pipeline.nano import grammar_single, questions
from t2s_pipeline.nano.corpus import (
    MAX_TOKENS,
    PACKED_TOKENS,
    Weights,
    corpus_fingerprint,
    encode_group,
    example_groups,
    with_thoughts,
)
from t2s_pipeline.nano.measure import HELD_OUT_SEEDS, held_out
from t2s_pipeline.nano.random_rows import filled_database
from t2s_pipeline.nano.random_schema import random_world
from t2s_pipeline.nano.skeletons import is_held_out, skeleton
from t2s_pipeline.nano.vocabulary import phrasings
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.render import initial_prompt, training_ids
from t2s_pipeline.prompts.templates import PromptStyle
from t2s_pipeline.schema.serialise import compact
from t2s_pipeline.sql.plan import plan_text

WORLD_GRAMMARS = tuple(module for _, module in questions.OF_WORLDS)


def test_equal_seeds_give_equal_corpora_in_any_process():
    code = "from t2s_pipeline.nano.corpus import corpus_fingerprint; print(corpus_fingerprint(3, 20))"
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    other = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == corpus_fingerprint(3, 20)
    assert corpus_fingerprint(4, 20) != corpus_fingerprint(3, 20)


@pytest.mark.parametrize("module", [grammar_single, *WORLD_GRAMMARS])
def test_every_pattern_gives_questions_whose_queries_run(module):
    rng = Random(11)
    for _, pattern in module.PATTERNS:
        asked = 0
        for _ in range(400):
            world = random_world(rng)
            question = pattern(rng, rng.choice(world.entities) if module is grammar_single else world)
            if question is None:
                continue
            database = filled_database(rng, world)
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
        (folder / f"{name}.py").read_text()
        for name in ("conditions", "phrases", "phrases_time", "questions", *(p.stem for p in folder.glob("grammar_*")))
    )
    aggregates = {"avg", "max", "min", "sum"}
    assert {place for place in phrasings() if f'"{place}"' not in sources and f"'{place}'" not in sources} <= aggregates


def test_names_are_seldom_seen_again():
    rng = Random(5)
    names = [c.name for _ in range(300) for e in random_world(rng).entities for c in e.columns if not c.key]
    assert len(set(names)) > len(names) * 0.4


def test_some_first_turns_are_answered_with_a_thought_in_the_words_of_finer(tokenizer):
    groups = list(islice(example_groups(6), 400))
    thoughtful = [g for g in groups if any(c.answer != c.sql for c in g)]
    assert 0.03 < len(thoughtful) / len(groups) < 0.10
    for conversation in [c for g in thoughtful for c in g]:
        schema = compact(conversation.world.schema)
        assert conversation.prompt == initial_prompt(schema, conversation.question, PromptStyle.FINER)
        assert conversation.answer == f"<think>{plan_text(conversation.sql)}</think>\n{conversation.sql}"
        assert extract_sql(conversation.answer) == conversation.sql
    sizes = [sum(map(len, training_ids(c.prompt, c.answer, tokenizer))) for g in thoughtful for c in g]
    assert sum(size <= MAX_TOKENS for size in sizes) > 0.97 * len(sizes)
    assert sum(max(encode_group(g, tokenizer, Weights()).branch) for g in thoughtful[:15]) > 45


def test_a_thought_changes_neither_question_nor_query():
    group = next(g for g in example_groups(6) if g[0].prompt.templates[0] == "initial_system")
    thought = with_thoughts(group)
    assert [(c.question, c.sql) for c in thought] == [(c.question, c.sql) for c in group[: len(thought)]]
    assert len(thought) == 4 and with_thoughts([]) == []


def test_held_out_thoughts_are_thoughts_on_worlds_of_their_own():
    measured = held_out(20, "thought")
    assert all(c.answer.endswith(f"</think>\n{c.sql}") for c in measured)
    assert len({id(c.world) for c in measured}) == 10
    plain = {c.sql for kind in ("first_turn", "repair") for c in held_out(60, kind)}
    assert not plain & {c.sql for c in measured}


def test_held_out_worlds_are_not_in_training():
    trained = {c.prompt.hash for g in islice(example_groups(7), 200) for c in g}
    measured = {c.prompt.hash for kind in HELD_OUT_SEEDS for c in held_out(60, kind)}
    assert len(measured) > 230
    assert not trained & measured


def test_some_shapes_of_queries_are_never_trained_on():
    trained = [c.sql for g in islice(example_groups(7), 200) for c in g]
    measured = [c.sql for c in held_out(40, "held_out_skeletons")]
    assert not any(is_held_out(sql) for sql in trained)
    assert all(is_held_out(sql) for sql in measured)
    assert len({skeleton(sql) for sql in measured}) > 8
    assert not {skeleton(sql) for sql in trained} & {skeleton(sql) for sql in measured}


@pytest.mark.parametrize(
    ("sql", "shape"),
    [
        ("SELECT T1.name, T1.age FROM singer AS T1 WHERE T1.age > 5", "SELECT _ FROM _ WHERE _ ? v"),
        ("SELECT count(*) FROM t WHERE a LIKE '%x, y%'", "SELECT count ( * ) FROM _ WHERE _ ? v"),
        ('SELECT "Full name" FROM a ORDER BY b DESC LIMIT 3', "SELECT _ FROM _ ORDER BY _ LIMIT v"),
    ],
)
def test_a_skeleton_has_no_names_and_values(sql, shape):
    assert skeleton(sql) == shape


def test_a_branch_is_exactly_its_own_prompt_and_answer(tokenizer):
    for group in islice(example_groups(9), 12):
        sequence = encode_group(group, tokenizer, Weights())
        assert len(sequence.tokens) <= PACKED_TOKENS
        shared = sequence.branch.count(0)
        pairs = [training_ids(c.prompt, c.answer, tokenizer) for c in group]
        pairs = [(prompt, answer) for prompt, answer in pairs if len(prompt) + len(answer) <= MAX_TOKENS]
        for number in range(1, max(sequence.branch) + 1):
            seen = [i for i, branch in enumerate(sequence.branch) if branch in (0, number)]
            prompt, answer = pairs[number - 1]
            assert [sequence.tokens[i] for i in seen] == prompt + answer
            assert [sequence.positions[i] for i in seen] == list(range(len(prompt) + len(answer)))
            weights = [sequence.weight[i] for i in seen]
            assert weights[len(prompt) :] == [1.0] * len(answer)
            assert max(weights[: len(prompt)]) < 1.0
        assert shared < len(sequence.tokens)
