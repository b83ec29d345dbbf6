"""A file of predictions answers for a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.fingerprint import file_digest, model_fingerprint
from t2s_pipeline.generation.protocol import GenerationError, GenerationRequest, Policy, Sampling
from t2s_pipeline.prediction_files import PredictionFileError

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


def test_candidates_are_samples(tmp_path):
    file = tmp_path / "p.jsonl"
    file.write_text('["a", "b"]\n["c"]\n["d", "e\\nf"]\n')
    assert ask(file, ("d/dev/0", 1), ("d/dev/2", 1), ("d/dev/1", 0)) == ["b", "e\nf", "c"]
    with pytest.raises(GenerationError, match=r"p.jsonl:2: 1 candidates, but sample 1"):
        ask(file, ("d/dev/1", 1))


def test_several_files_are_a_system_a_sample(tmp_path):
    one, two = tmp_path / "one.txt", tmp_path / "two.jsonl"
    one.write_text("a\nb\nc\n")
    two.write_text('"d"\n["e", "f"]\n"g"\n')
    model = ModelConfig(backend="replay", predictions=(str(one), str(two)))
    both = open_generator(Policy("replay", model), tmp_path / "data", IDS)
    asked = [GenerationRequest(None, sample, "d/dev/1") for sample in range(3)]
    assert [completion.text for completion in both.complete(asked, Sampling())] == ["b", "e", "f"]
    swapped = ModelConfig(backend="replay", predictions=(str(two), str(one)))
    identities = {model_fingerprint(config) for config in (model, swapped)}
    assert both.identity.model_fingerprint in identities and len(identities) == 2
    with pytest.raises(GenerationError, match=r"two\.jsonl:1: 2 candidates, but sample 2"):
        both.complete([GenerationRequest(None, 2, "d/dev/0")], Sampling())
    with pytest.raises(GenerationError, match=r"nowhere\.txt: no such predictions file"):
        model_fingerprint(ModelConfig(backend="replay", predictions=(str(one), str(tmp_path / "nowhere.txt"))))
    with pytest.raises(GenerationError, match=r"\(no file\): no such predictions file"):
        model_fingerprint(ModelConfig(backend="replay", predictions=()))


def test_a_file_that_does_not_fit_the_split_is_refused(tmp_path):
    file = tmp_path / "p.txt"
    file.write_text("a\nb\n")
    with pytest.raises(PredictionFileError, match=r"p\.txt: too few lines: 2, but the split has 3 rows"):
        generator(file)
    with pytest.raises(PredictionFileError, match=r"nowhere\.txt"):
        generator(tmp_path / "nowhere.txt")


def test_an_example_outside_the_split_is_refused(tmp_path):
    file = tmp_path / "p.txt"
    file.write_text("a\nb\nc\n")
    with pytest.raises(GenerationError, match="'d/dev/9' is not of the split"):
        ask(file, ("d/dev/9", 0))
