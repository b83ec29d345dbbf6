"""Repairs of a model's own mistakes: worlds and questions come back from their seed, right answers are left out."""

import json
from itertools import islice
from random import Random

import pytest
import torch

from t2s_pipeline.nano.batches import encode_shard
from t2s_pipeline.nano.corpus import first_turn_group
from t2s_pipeline.nano.mistakes import FILE_NAME, own_repairs, write_mistakes
from t2s_pipeline.nano.model import Shape, new_model
from t2s_pipeline.prompts.render import NO_QUERY
from tests.nano.test_repairs import parts

WRONG = "SELECT x FROM nowhere"


def line(name, answers):
    return json.dumps({"seed": name, "answers": answers}) + "\n"


@pytest.fixture
def written(tmp_path):
    """A file of two worlds: in one every answer is right, in the other the first is wrong and the second no query."""
    right, mended = (first_turn_group(Random(name)) for name in ("a", "b"))
    answers = [WRONG, None, *(c.sql for c in mended[2:])]
    path = tmp_path / FILE_NAME
    path.write_text(line("a", [c.sql for c in right]) + line("b", answers))
    return path, mended


def test_only_what_is_wrong_is_asked_again_and_the_answer_is_gold(written):
    path, asked = written
    group = next(own_repairs(path, 0))
    assert [parts(c)[0] for c in group] in ([WRONG, NO_QUERY], [NO_QUERY])  # seen in some feedback modes alone
    by_question = {c.question: c for c in asked}
    assert all(c.answer == by_question[c.question].sql for c in group)
    assert all("no such table: nowhere" in parts(c)[1] for c in group if parts(c)[0] == WRONG)


def test_worlds_come_round_with_other_feedback_and_equal_places_give_equal_groups(written):
    path, _ = written
    first, *later = (tuple(c.prompt.hash for c in g) for g in islice(own_repairs(path, 0), 8))
    assert tuple(c.prompt.hash for c in next(own_repairs(path, 0))) == first
    assert set(later) - {first}


def test_a_file_without_a_wrong_answer_is_an_error_and_not_an_endless_search(tmp_path):
    path = tmp_path / FILE_NAME
    path.write_text(line("a", [c.sql for c in first_turn_group(Random("a"))]))
    with pytest.raises(ValueError, match="none of the answers in 1 lines is wrong"):
        next(own_repairs(path, 0))


def test_a_shard_takes_part_of_its_groups_from_the_file(written, tokenizer):
    path, _ = written
    plain, own, again = (encode_shard(tokenizer, 7, 0, 24, source) for source in (None, path, path))
    assert own == again
    told = [tokenizer.decode(s.tokens) for s in own]
    assert any(WRONG in text or NO_QUERY in text for text in told)
    kept = [s for s in plain if s in own]
    assert [s for s in own if s in plain] == kept and 8 <= len(kept) <= 20


def test_a_checkpoint_writes_its_answers_and_goes_on_where_it_stopped(tmp_path, tokenizer):
    torch.manual_seed(1)
    model = new_model(tokenizer, Shape(64, 2, 128))
    write_mistakes(model, tokenizer, tmp_path, 3, 1)
    first = (tmp_path / FILE_NAME).read_text()
    write_mistakes(model, tokenizer, tmp_path, 3, 2)
    both = (tmp_path / FILE_NAME).read_text()
    assert both.startswith(first)
    for text in map(json.loads, both.splitlines()):
        assert len(text["answers"]) == len(first_turn_group(Random(text["seed"])))
    assert next(own_repairs(tmp_path / FILE_NAME, 0))
