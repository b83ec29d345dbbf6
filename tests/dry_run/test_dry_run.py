"""What a dry run is made of: a small configuration that reads back, five rows a split, stand-ins, a folder of its own."""

from __future__ import annotations

import json
import os
import sqlite3
from itertools import groupby
from pathlib import Path

import pytest

from t2s_pipeline.commands.dry_run import enter_dry_run
from t2s_pipeline.config import ModelConfig, arm_model
from t2s_pipeline.config_loading import experiment_names, load_experiment
from t2s_pipeline.dry_run.project import chosen_rows, make_project
from t2s_pipeline.dry_run.settings import EXAMPLES, MEANINGLESS, dry_settings, toml_text
from t2s_pipeline.dry_run.stand_ins import DryRunError, stand_in_model, tokenizer_folder
from t2s_pipeline.files import write_text
from t2s_pipeline.nano import MODEL_DIR

OVERRIDES = ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT", "QWEN_TOKENIZER")
EXPERIMENT = """
description = "Mine"

[datasets.own]
kind = "json"
root = "rows"
train_limit = 30

[models.nano]
path = "builtin:nano"
dtype = "float32"

[models.served]
backend = "openai"
base_url = "http://127.0.0.1:9/v1"
served_model = "theirs"

[models.file]
backend = "replay"
predictions = "answers.txt"

[train]
dataset = "own"
model = "nano"
shards = 8
holdout_fraction = 0.2

[train.rollouts]
max_turns = 3
num_samples = 30
temperature = 0.7

[evaluation]
dataset = "own"

[recipes.capped]
min_reward_margin = 0.3
input_fraction_limits = { synthetic = 0.2 }

[adapters.sft]
model = "nano"
epochs = 3.0
patience = 2
seeds = [13, 14]

[adapters.sft_dpo]
method = "dpo"
model = "nano"
init = "sft"
data = "capped"
seeds = [13, 14]

[arms.base]
model = "nano"

[arms.served]
model = "served"

[arms.file]
model = "file"

[arms.sft_dpo]
policy = "sft_dpo"
model = "nano"
max_turns = 2
every_seed = true

[arms.base_repair]
model = "nano"
max_turns = 2
"""


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project folder with an experiment `mine` over six databases, and a module of the user's beside it."""
    for name in OVERRIDES:
        monkeypatch.delenv(name, raising=False)
    root = tmp_path / "project"
    rows = [{"question": f"{n}?", "query": f"SELECT {n} FROM item", "db_id": f"shop{n % 6}"} for n in range(40)]
    for number in range(6):
        folder = root / "rows" / "database" / f"shop{number}"
        folder.mkdir(parents=True)
        with sqlite3.connect(folder / f"shop{number}.sqlite") as connection:
            connection.execute("CREATE TABLE item (name TEXT)")
    for split in ("train", "dev"):
        write_text(root / "rows" / f"{split}.json", json.dumps(rows))
    write_text(root / "answers.txt", "".join(f"SELECT {n}\n" for n in range(40)))
    write_text(root / "my_rules.py", "")
    write_text(root / "dagster_project.toml", "")
    write_text(root / "experiments" / "mine.toml", EXPERIMENT)
    return root


def test_every_experiment_s_small_configuration_reads_back_as_the_same(tmp_path, monkeypatch):
    for name in OVERRIDES:
        monkeypatch.delenv(name, raising=False)
    root = Path(__file__).parents[2]
    write_text(tmp_path / "dagster_project.toml", "")
    for name in experiment_names(root):
        small = dry_settings(load_experiment(name, root))
        write_text(tmp_path / "experiments" / f"{small.name}.toml", toml_text(small))
        assert load_experiment(small.name, tmp_path) == small, name


def test_the_project_has_five_rows_a_split_of_as_many_databases_as_can_be(project, tmp_path):
    mine = project / "experiments" / "mine.toml"
    unused = (
        '[models.published]\nbackend = "replay"\npredictions = "not_here.txt"\n[models.big]\npath = "not/fetched"\n'
    )
    write_text(mine, mine.read_text() + unused)
    config = load_experiment("mine", project)
    made = make_project(config, project, tmp_path / "dry")
    small = load_experiment(made.experiment, made.folder)
    assert set(small.models) == {"nano", "served", "file"}  # what no arm asks need not be there
    for split in ("train", "dev"):
        rows = [json.loads(line) for line in (made.folder / "datasets" / "own" / f"{split}.jsonl").open()]
        assert len(rows) == EXAMPLES == len({row["db_path"] for row in rows})
    assert Path(small.models["file"].predictions[0]).read_text().split("\n")[1] == '["SELECT 1"]'
    assert small.models["served"].path == "builtin:nano"  # nobody's server is asked
    assert small.name == "mine_dry" and small.description.startswith(MEANINGLESS)
    assert set(small.arms) == set(config.arms) and set(small.adapters) == set(config.adapters)
    asked = [(arm_model(small, arm), arm.policy) for arm in small.arms.values()]
    assert len([policy for policy, _ in groupby(asked)]) == len(set(asked))  # each is loaded once


def test_every_database_comes_once_before_one_comes_twice():
    rows = [(number, Path(name)) for number, name in enumerate("aaabac")]
    assert [number for number, _ in chosen_rows(rows, 4)] == [0, 3, 5, 1]


def test_nothing_of_a_dry_run_is_in_the_experiment_s_own_folders(project, tmp_path, monkeypatch):
    monkeypatch.setenv("T2S_PROJECT", str(project))
    monkeypatch.setenv("DAGSTER_HOME", str(project / "dagster_home"))
    monkeypatch.setenv("TRAIN_LIMIT", "20")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = sorted(project.rglob("*"))
    small = enter_dry_run(load_experiment("mine", project))
    folder = Path(os.environ["T2S_PROJECT"])
    assert folder.parent == tmp_path and os.environ["DAGSTER_HOME"] == str(folder / "dagster_home")
    assert small.paths.data == str(folder / "data") and "TRAIN_LIMIT" not in os.environ
    assert sorted(project.rglob("*")) == before
    assert (folder / "my_rules.py").resolve() == project / "my_rules.py"  # a user's verifier is found


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("Qwen/Qwen2.5-Coder-3B-Instruct", "QWEN_TOKENIZER is not set: set QWEN_TOKENIZER to a folder"),
        ("griffith-bigdata/FINER-SQL-3B-Spider", "QWEN_TOKENIZER is not set: set QWEN_TOKENIZER to a folder"),
        ("griffith-bigdata/FINER-SQL-4B-BIRD", "it knows the class"),
        (
            "somebody/another-model",
            "it knows the class and the tokenizer of Qwen2, Qwen2.5 and FINER-SQL up to 3B alone",
        ),
        (
            "Qwen/Qwen2.5-VL-3B-Instruct",
            "it knows the class and the tokenizer of Qwen2, Qwen2.5 and FINER-SQL up to 3B alone",
        ),
    ],
)
def test_what_is_missing_is_said(path, message, tmp_path, monkeypatch):
    for name in OVERRIDES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(DryRunError, match="models.theirs: .*" + message):
        stand_in_model(ModelConfig(path=path), "theirs", tmp_path / "model")


def test_a_tokenizer_folder_without_its_files_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("QWEN_TOKENIZER", str(tmp_path))
    with pytest.raises(DryRunError, match=r"has no vocab.json and merges.txt: set QWEN_TOKENIZER"):
        tokenizer_folder("theirs")


@pytest.mark.spider
def test_a_stand_in_is_of_the_model_s_class_behind_the_real_tokenizer(tmp_path, monkeypatch):
    monkeypatch.delenv("QWEN_TOKENIZER", raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "empty"))
    try:
        tokenizer_folder()
    except DryRunError as error:
        pytest.skip(str(error))
    from transformers import AutoModelForCausalLM

    from t2s_pipeline.generation.tokenizer import assert_same_tokens, load_tokenizer
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    config = ModelConfig(path="Qwen/Qwen2.5-Coder-3B-Instruct", dtype="bfloat16")
    folder = stand_in_model(config, "qwen", tmp_path / "model")
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), load_tokenizer(folder)
    assert type(model).__name__ == "Qwen2ForCausalLM" and model.config.vocab_size == 151_936
    assert (
        model.config.num_attention_heads // model.config.num_key_value_heads == 8 and model.config.tie_word_embeddings
    )
    assert tokenizer.encode("SELECT count(*) FROM singer") == [4858, 1760, 28671, 4295, 22757]
    assert_same_tokens(tokenizer, load_chat_tokenizer(folder))


def test_of_a_model_that_is_here_its_own_settings_and_tokenizer_are_taken(tmp_path):
    folder = stand_in_model(ModelConfig(path=str(MODEL_DIR)), "local", tmp_path / "model")
    own, made = (json.loads((place / "config.json").read_text()) for place in (MODEL_DIR, folder))
    assert (made["vocab_size"], made["model_type"]) == (own["vocab_size"], own["model_type"])
    assert made["hidden_size"] < own["hidden_size"] and made["num_hidden_layers"] < own["num_hidden_layers"]
    assert (folder / "tokenizer.json").read_bytes() == (MODEL_DIR / "tokenizer.json").read_bytes()
