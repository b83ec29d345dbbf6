"""What an entry of `[teachers.*]` may say, and what the graph makes of it."""

from __future__ import annotations

import pytest

from assets.graph import build_stages
from t2s_pipeline.config_parsing import ConfigError

EXPERIMENT = """
[train]
dataset = "embedded"
model = "nano"

[train.rollouts]
prompt_style = "finer"

[evaluation]
dataset = "embedded"

[models.nano]
path = "builtin:nano"

[models.r1]
backend = "openai"
base_url = "http://localhost:8000/v1"
served_model = "r1"

[models.published]
backend = "replay"
predictions = "published.txt"

[teachers.plans]
kind = "plan"

[teachers.r1]
kind = "model"
model = "r1"
prompt_style = "finer"
attempts = 2

[adapters.writer]
model = "nano"
data = "traces"

[arms.writer]
policy = "writer"
prompt_style = "finer_hint"
"""


PROJECT = '[datasets.embedded]\nkind = "embedded"\n'


@pytest.fixture
def load(load_mine):
    return lambda text=EXPERIMENT: load_mine(text, PROJECT)


def test_a_writer_is_trained_on_what_all_teachers_wrote_and_on_no_rollouts(load):
    stages = {stage.name: stage for stage in build_stages(load())}
    assert stages["teacher_traces"].partitions == ("plans", "r1")
    assert "train_rollouts" not in stages
    read = {d.name: d.mapping for d in stages["sft_adapters"].dependencies}
    assert read["teacher_traces"] == {"plans": ["writer"], "r1": ["writer"]}
    inputs = stages["sft_adapters"].plan("writer").inputs
    assert [ref.partition for ref in inputs["teacher_traces"]] == ["plans", "r1"]
    assert "attempts" not in inputs


def test_another_adapter_beside_it_has_its_rollouts(load):
    both = EXPERIMENT + '\n[adapters.sft]\nmodel = "nano"\ndata = "gold_and_verified"\n'
    stages = {stage.name: stage for stage in build_stages(load(both))}
    read = {d.name: d.mapping for d in stages["sft_adapters"].dependencies}
    assert set(read["train_rollouts"]["00_of_04"]) == {"sft"} and "train_rollouts" in stages
    assert "teacher_traces" not in stages["sft_adapters"].plan("sft").inputs


def test_without_teachers_there_are_no_traces(load):
    text = EXPERIMENT.split("[teachers.plans]")[0]
    assert "teacher_traces" not in {stage.name for stage in build_stages(load(text))}
    writer = '\n[adapters.writer]\nmodel = "nano"\ndata = "traces"\n'
    with pytest.raises(ConfigError, match="adapters.writer.data = 'traces' names nothing"):
        load(text + writer)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "plan"', 'kind = "plan"\nmodel = "r1"', "teachers.plans.model: a plan is made of the gold"),
        ('kind = "plan"', "attempts = 3", "teachers.plans.attempts: a plan is made of the gold"),
        ('model = "r1"\nprompt', 'model = "gpt"\nprompt', "teachers.r1.model = 'gpt' names nothing; there are: nano"),
        ('model = "r1"\nprompt', 'model = "published"\nprompt', "which has no thoughts"),
        ('prompt_style = "finer"\nattempts', 'prompt_style = "plain"\nattempts', "teachers.r1.prompt_style = 'plain'"),
        ("attempts = 2", "attempts = 2\ntemperature = 0", "teachers.r1.attempts = 2, but temperature = 0"),
        ('[train.rollouts]\n', '[train.rollouts]\nconstraint = "schema"\n', "a teacher is asked without one"),
    ],
)  # fmt: skip
def test_an_entry_that_contradicts_itself_is_refused_by_name(load, old, new, message):
    assert old in EXPERIMENT
    with pytest.raises(ConfigError, match=message):
        load(EXPERIMENT.replace(old, new, 1))


def test_teachers_need_a_train_split(load):
    text = EXPERIMENT.replace('[train]\ndataset = "embedded"\nmodel = "nano"\n', "").split("[adapters.writer]")[0]
    with pytest.raises(ConfigError, match="teachers are declared, but train.dataset"):
        load(text)
