"""What the configuration may say of models that others serve or made."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.config import arm_model
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.config_parsing import ConfigError

PROJECT = """
[datasets.own]
kind = "json"
root = "rows"
"""
EXPERIMENT = """
[evaluation]
dataset = "own"

[models.teacher]
backend = "openai"
base_url = "http://127.0.0.1:8000/v1"
served_model = "tiny"
api_key_variable = "TEACHER_KEY"
request_options = { chat_template_kwargs = { enable_thinking = false } }

[models.tiny]
path = "builtin:nano"

[arms.asked]
model = "teacher"
max_turns = 3
stop = ["\\n\\n", ";"]
"""


@pytest.fixture
def load(tmp_path: Path):
    def _load(old: str = "", new: str = ""):
        assert old in EXPERIMENT
        (tmp_path / "experiments").mkdir(exist_ok=True)
        (tmp_path / "dagster_project.toml").write_text(PROJECT)
        (tmp_path / "experiments" / "mine.toml").write_text(EXPERIMENT.replace(old, new) if old else EXPERIMENT)
        return load_experiment("mine", tmp_path)

    return _load


def test_a_served_model_is_a_model_like_any_other(load):
    config = load()
    teacher = config.models["teacher"]
    assert (teacher.served_model, teacher.concurrency, teacher.request_seconds) == ("tiny", 8, 120.0)
    assert teacher.request_options == {"chat_template_kwargs": {"enable_thinking": False}}
    assert config.arms["asked"].stop == ("\n\n", ";")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"http://127.0.0.1:8000/v1"', '"127.0.0.1:8000"', "models.teacher.base_url = .*expected http://host/v1"),
        ("http://127", "http://me:secret@127", "models.teacher.base_url: .*state api_key_variable"),
        ('served_model = "tiny"', "", "models.teacher.served_model is missing"),
        ('served_model = "tiny"', 'served_model = "tiny"\nmax_context = 2048', "models.teacher.max_context: .*state its path"),
        ("chat_template_kwargs", "max_tokens", "models.teacher.request_options.max_tokens is set by the pipeline"),
        ("max_turns = 3", "max_turns = 3\nmax_prompt_tokens = 500", "arms.asked.max_prompt_tokens = 500, .*state its path"),
        ('";"]', '""]', r"arms.asked.stop\[1\] = '', expected text that is not empty"),
        ("[evaluation]", '[train]\ndataset = "own"\nmodel = "teacher"\n[evaluation]', "train.model = 'teacher' is not of the hf"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_an_error_with_its_key(load, old: str, new: str, said: str):
    with pytest.raises(ConfigError, match=f"mine.toml: {said}") as error:
        load(old, new)
    assert "secret" not in str(error.value)


THEIRS = """
[adapters.theirs]
method = "external"
model = "tiny"
path = "a/lora"
revision = "v1"

[arms.theirs]
policy = "theirs"
schema_style = "ddl"
"""


def test_an_adapter_of_others_is_a_policy_without_a_train_side(load):
    config = load("[arms.asked]", THEIRS + "[arms.asked]")
    assert not config.trains
    assert (config.adapters["theirs"].path, config.adapters["theirs"].revision) == ("a/lora", "v1")
    assert config.arms["theirs"].policy == "theirs"  # in whatever style: nobody here trained it


def test_a_folder_of_the_project_is_that_folder(load, tmp_path):
    (tmp_path / "a" / "lora").mkdir(parents=True)
    assert load("[arms.asked]", THEIRS + "[arms.asked]").adapters["theirs"].path == str(tmp_path / "a" / "lora")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('path = "a/lora"', "", "adapters.theirs.path = '': method `external`"),
        ('method = "external"', "", "adapters to be trained are declared, but train.dataset is not"),
        ('model = "tiny"', 'model = "teacher"', "adapters.theirs.model = 'teacher' is not of the hf"),
    ],
)
def test_an_adapter_of_others_says_where_it_is(load, old: str, new: str, said: str):
    with pytest.raises(ConfigError, match=f"mine.toml: {said}"):
        load("[arms.asked]", THEIRS.replace(old, new) + "[arms.asked]")


ON_VLLM = """
[models.fast]
backend = "vllm"
path = "builtin:nano"
engine_options = { gpu_memory_utilization = 0.8, tensor_parallel_size = 2 }
""" + THEIRS.replace("[arms.theirs]", '[arms.theirs]\nmodel = "fast"')


def test_an_adapter_is_asked_on_vllm_where_its_model_has_the_same_files(load):
    config = load(EXPERIMENT, EXPERIMENT + ON_VLLM)
    assert config.models["fast"].engine_options == {"gpu_memory_utilization": 0.8, "tensor_parallel_size": 2}
    assert arm_model(config, config.arms["theirs"]) == "fast"
    for entry in ('path = "builtin:other"', 'path = "builtin:nano"\nrevision = "v2"'):
        with pytest.raises(ConfigError, match="arms.theirs.model = 'fast' is not the model of adapter 'theirs'"):
            load(EXPERIMENT, EXPERIMENT + ON_VLLM.replace('path = "builtin:nano"', entry))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "tensor_parallel_size = 2",
            "max_model_len = 9",
            "engine_options.max_model_len: state models.fast.max_context",
        ),
        ("tensor_parallel_size = 2", "seed = 9", "engine_options.seed is set by the pipeline: leave it out"),
        ("engine_options", 'device = "cuda"\nengine_options', "device = 'cuda': vLLM runs on what it is built for"),
        ('"vllm"', '"hf"', "engine_options: of the vllm back end alone, not of hf"),
        ("engine_options", "engines = 2\nengine_options", "engines: of the hf back end alone, not of vllm"),
        ('"vllm"', '"hf"\ndevice = "cuda"\nengines = 2', "engines = 2: a GPU has one: leave it out"),
    ],
)
def test_options_of_vllm_that_cannot_be_are_an_error_with_their_key(load, old: str, new: str, said: str):
    assert old in ON_VLLM
    with pytest.raises(ConfigError, match=f"mine.toml: models.fast.{said}"):
        load(EXPERIMENT, EXPERIMENT + ON_VLLM.replace(old, new))
