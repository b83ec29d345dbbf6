"""What the configuration may say of models that others serve or made."""

from __future__ import annotations

from pathlib import Path

import pytest

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
