"""The tokenizer without transformers gives what transformers gives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.generation.tokenizer import assert_same_tokens, load_tokenizer, stop_ids
from t2s_pipeline.prompts.render import initial_prompt, token_ids

FIXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def reference(model_folder: Path):
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(model_folder)


@FIXED
@given(st.text(max_size=60), st.text(max_size=60))
@example("", "\uf90a\u0344")
def test_any_prompt_has_the_same_tokens(model_folder, reference, schema, question):
    prompt = initial_prompt(schema, question)
    assert token_ids(prompt, load_tokenizer(model_folder)) == token_ids(prompt, reference)


def test_an_answer_decodes_as_it_was_written(model_folder):
    tokenizer = load_tokenizer(model_folder)
    sql = "SELECT a , b FROM t WHERE c = 'it''s , ok' -- é ."
    assert tokenizer.decode(tokenizer.encode(sql)) == sql


def test_stop_tokens_are_those_of_tokenizer_and_model(model_folder, tmp_path):
    shutil.copytree(model_folder, tmp_path / "m")
    tokenizer = load_tokenizer(tmp_path / "m")
    end, text_end = tokenizer.convert_tokens_to_ids("<|im_end|>"), tokenizer.convert_tokens_to_ids("<|endoftext|>")
    assert stop_ids(tmp_path / "m", tokenizer) == {end}
    (tmp_path / "m" / "generation_config.json").write_text(json.dumps({"eos_token_id": [end, text_end]}))
    assert stop_ids(tmp_path / "m", tokenizer) == {end, text_end}


def test_a_tokenizer_that_differs_from_the_folder_is_refused(model_folder, reference, tmp_path):
    folder = shutil.copytree(model_folder, tmp_path / "m")
    template = folder / "chat_template.jinja"
    template.write_text(template.read_text().replace("'\n'", "' '"))
    with pytest.raises(GenerationError, match="disagree"):
        assert_same_tokens(load_tokenizer(folder), reference)


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
def test_a_missing_file_is_named(model_folder, tmp_path, name):
    folder = shutil.copytree(model_folder, tmp_path / "m")
    (folder / name).unlink()
    with pytest.raises(GenerationError, match=r"m.*" + name):
        load_tokenizer(folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 7031645\n",
            "a Git LFS pointer .*git lfs pull",
        ),
        (b'{"model": {"type": ', r"not (a tokenizer|valid JSON).* fetch it again"),
        (b"[]", "not a (tokenizer|JSON object).* fetch it again"),
        (b"\xff\xfe", r"not (a tokenizer|valid JSON).* fetch it again"),
    ],
)
def test_a_damaged_file_is_named(model_folder, tmp_path, name, content, said):
    folder = shutil.copytree(model_folder, tmp_path / "m")
    (folder / name).write_bytes(content)
    with pytest.raises(GenerationError, match=f"m/{name}: {said}"):
        load_tokenizer(folder)


def test_a_model_with_sentence_pieces_alone_is_told_how_to_have_it_read(model_folder, tmp_path):
    folder = shutil.copytree(model_folder, tmp_path / "m")
    (folder / "tokenizer.json").rename(folder / "tokenizer.model")
    with pytest.raises(GenerationError, match=r"packages sentencepiece and protobuf to read tokenizer.model: AutoTok"):
        load_tokenizer(folder)


@pytest.mark.parametrize("text", ["{% for m in messages", "{% generation %}", "{{ strftime_now('%d') }}"])
def test_a_template_that_cannot_be_rendered_is_named(model_folder, tmp_path, text):
    folder = shutil.copytree(model_folder, tmp_path / "m")
    (folder / "chat_template.jinja").write_text(text)
    with pytest.raises(GenerationError, match=r"m: its chat template cannot be used \(.*put one into"):
        load_tokenizer(folder).apply_chat_template([{"role": "user", "content": "x"}])


def test_identity_tokens_and_plan_need_neither_torch_nor_transformers(model_folder, tmp_path):
    script = (
        "import sys, pathlib\n"
        "from t2s_pipeline.config import ModelConfig\n"
        "from t2s_pipeline.generation.backend import open_generator\n"
        "from t2s_pipeline.generation.protocol import GenerationRequest, Policy, Sampling\n"
        "from t2s_pipeline.prompts.render import initial_prompt\n"
        "generator = open_generator(Policy('m', ModelConfig(path=sys.argv[1])), pathlib.Path(sys.argv[2]))\n"
        "plan = generator.plan([GenerationRequest(initial_prompt('s', 'q'))], Sampling())\n"
        "assert (plan.hits, plan.misses) == (0, 1) and plan.prompt_tokens > 10\n"
        "assert generator.fits([initial_prompt('s', 'q')], Sampling()) == [True]\n"
        "assert not {'torch', 'transformers', 'peft'} & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", script, str(model_folder), str(tmp_path)], check=True)


@pytest.mark.spider
def test_the_real_qwen_tokenizer_has_the_same_tokens(tmp_path):
    source = Path(os.environ.get("SPIDER_ROOT", "/none")).parent / "qwen2_tokenizer"
    if not source.is_dir():
        pytest.skip("no qwen2_tokenizer beside SPIDER_ROOT")
    import trl
    from transformers import AutoTokenizer

    for name in ("vocab.json", "merges.txt", "added_tokens.json"):
        shutil.copy(source / name, tmp_path / name)
    settings = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(settings))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    reference = AutoTokenizer.from_pretrained(tmp_path)
    reference.chat_template = (Path(trl.__file__).parent / "chat_templates" / "qwen2_5.jinja").read_text()
    reference.save_pretrained(tmp_path)
    tokenizer = load_tokenizer(tmp_path)
    assert tokenizer.encode("SELECT count(*) FROM singer") == [4858, 1760, 28671, 4295, 22757]
    assert_same_tokens(tokenizer, reference)
