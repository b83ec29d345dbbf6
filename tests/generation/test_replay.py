"""A file of predictions answers for a model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.fingerprint import file_digest
from t2s_pipeline.generation.protocol import GenerationError, GenerationRequest, Policy, Sampling
from t2s_pipeline.generation.replay import read_predictions

IDS = ["d/dev/0", "d/dev/1", "d/dev/2"]


def generator(file: Path, ids: list[str] = IDS):
    policy = Policy("replay", ModelConfig(backend="replay", predictions=str(file)))
    return open_generator(policy, file.parent / "data", ids)


def ask(file: Path, *asked: tuple[str, int]) -> list[str]:
    requests = [GenerationRequest(None, sample, example) for example, sample in asked]
    return [completion.text for completion in generator(file).complete(requests, Sampling())]


def test_lines_are_answers_in_the_order_of_the_split(tmp_path):
    file = tmp_path / "p.txt"
    file.write_text("SELECT 1;\n\nSELECT 3\tdatabase\n")
    assert ask(file, ("d/dev/2", 0), ("d/dev/0", 0), ("d/dev/1", 0)) == ["SELECT 3", "SELECT 1;", ""]
    assert generator(file).identity.model_fingerprint == file_digest(file)
    assert not (tmp_path / "data").exists()  # nothing is stored


def test_other_line_breaks_are_part_of_the_sql(tmp_path):
    file = tmp_path / "p.txt"
    file.write_text("SELECT '\u2028\x0b'\nb\nc", encoding="utf-8")
    assert ask(file, ("d/dev/0", 0)) == ["SELECT '\u2028\x0b'"]


def test_candidates_are_samples(tmp_path):
    file = tmp_path / "p.jsonl"
    file.write_text('["a", "b"]\n["c"]\n["d", "e\\nf"]\n')
    assert ask(file, ("d/dev/0", 1), ("d/dev/2", 1), ("d/dev/1", 0)) == ["b", "e\nf", "c"]
    with pytest.raises(GenerationError, match=r"p.jsonl:2: 1 candidates, but sample 1"):
        ask(file, ("d/dev/1", 1))


@pytest.mark.parametrize("text", ["a\nb\n", "a\nb\nc\nd\n", "a\nb\nc\n\n", ""])
def test_too_few_or_too_many_lines_are_refused_with_both_counts(tmp_path, text):
    file = tmp_path / "p.txt"
    file.write_text(text)
    with pytest.raises(GenerationError, match=rf"p.txt: {text.count(chr(10))} predictions for 3 examples"):
        generator(file)


@pytest.mark.parametrize("line", ['"SELECT 1"', "[]", "[1]", "{", ""])
def test_a_line_that_is_no_list_of_texts_is_named(tmp_path, line):
    file = tmp_path / "p.jsonl"
    file.write_text(f'["a"]\n{line}\n["c"]\n')
    with pytest.raises(GenerationError, match=r"p.jsonl:2: expected a JSON list"):
        generator(file)


def test_an_example_outside_the_split_is_refused(tmp_path):
    file = tmp_path / "p.txt"
    file.write_text("a\nb\nc\n")
    with pytest.raises(GenerationError, match="'d/dev/9' is not of the split"):
        ask(file, ("d/dev/9", 0))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(GenerationError, match="nowhere.txt"):
        generator(tmp_path / "nowhere.txt")


@pytest.mark.spider
def test_published_predictions_have_a_line_for_every_question():
    folder = Path(os.environ.get("SPIDER_ROOT", "/none")).parent / "predictions"
    files = sorted(folder.glob("*.txt"))
    if not files:
        pytest.skip("no predictions beside SPIDER_ROOT")
    assert {len(read_predictions(file)) for file in files} == {1034}
