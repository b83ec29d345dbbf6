"""The configuration: merging, strictness, the grid, the environment."""

from pathlib import Path

import pytest

from t2s_pipeline.config import load_experiment
from t2s_pipeline.config_parsing import ConfigError

PROJECT = """
[datasets.own]
kind = "json"
root = "rows"

[models.tiny]
path = "builtin:nano"
"""

EXPERIMENT = """
[train]
dataset = "own"
model = "tiny"

[evaluation]
dataset = "own"

[recipes.synth20]
max_synthetic_fraction = 0.2

[adapters.sft]
model = "tiny"

[adapters.dpo]
method = "dpo"
model = "tiny"
init = "sft"
data = "synth20"

[arms.base]
model = "tiny"
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "experiments").mkdir()

    def _load(experiment: str = EXPERIMENT, project: str = PROJECT):
        (tmp_path / "dagster_project.toml").write_text(project)
        (tmp_path / "experiments" / "mine.toml").write_text(experiment)
        return load_experiment("mine", tmp_path)

    return _load


def test_layers_merge_key_by_key_over_the_defaults(load) -> None:
    config = load(EXPERIMENT + "[sandbox]\ntimeout_seconds = 2\n", PROJECT + "[sandbox]\nmax_rows = 7\n")
    assert (config.sandbox.timeout_seconds, config.sandbox.max_rows, config.sandbox.memory_mb) == (2.0, 7, 1024)
    assert config.name == "mine"
    assert config.adapters["dpo"].init == "sft"


def test_a_named_collection_of_the_experiment_replaces_the_base_s(load) -> None:
    config = load(EXPERIMENT + '[models.tiny]\npath = "other"\n', PROJECT + '[models.big]\npath = "big"\n')
    assert set(config.models) == {"tiny"}
    assert config.models["tiny"].path == "other"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[arms.base]\nmodel = 'tiny'\nmax_tuns = 3\n", "arms.base.max_tuns"),
        ("[train]\ndatset = 'own'\n", "train.datset"),
        ("[sandbox]\ntimeout_seconds = 'long'\n", "sandbox.timeout_seconds"),
        ("[train]\nshards = -1\n", "train.shards"),
        ("[train]\nshards = 1.5\n", "train.shards"),
        ("[train]\ngold_when_failed = 1\n", "train.gold_when_failed"),
        ("[arms.base]\nmodel = 'tiny'\nfeedback_detail = 'verbose'\n", "arms.base.feedback_detail"),
        ("[arms.Base]\nmodel = 'tiny'\n", "arms.Base"),
        ("[datasets.own]\ntrain_files = 'a.json'\n", "datasets.own.train_files"),
        ("name = 'x'\n", "'name'"),
        ("arms = 3\n", "arms"),
    ],
)
def test_what_is_not_known_names_file_and_key(load, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(text)
    assert "mine.toml" in str(error.value)
    assert named in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('init = "sft"', 'init = "stf"', "adapters.dpo.init"),
        ('data = "synth20"', 'data = "synth30"', "adapters.dpo.data"),
        ('[arms.base]\nmodel = "tiny"', '[arms.base]\nmodel = "huge"', "arms.base.model"),
        ('[arms.base]\nmodel = "tiny"', '[arms.base]\npolicy = "nobody"', "arms.base.policy"),
        ('[train]\ndataset = "own"', '[train]\ndataset = "theirs"', "train.dataset"),
    ],
)
def test_a_name_that_refers_to_nothing_is_an_error(load, old: str, new: str, named: str) -> None:
    with pytest.raises(ConfigError, match="mine.toml") as error:
        load(EXPERIMENT.replace(old, new))
    assert named in str(error.value)


def test_not_toml_names_the_file(load) -> None:
    with pytest.raises(ConfigError, match=r"mine\.toml: not valid TOML"):
        load("[train\n")


def test_no_such_experiment_lists_those_there_are(load, tmp_path: Path) -> None:
    load()
    with pytest.raises(ConfigError, match="there are: mine"):
        load_experiment("yours", tmp_path)


def test_a_grid_is_the_product_of_its_lists(load) -> None:
    grid = '[grid.cm]\nname = "{policy}_{feedback_detail}"\npolicy = ["sft", "dpo"]\nmax_turns = 3\n'
    config = load(EXPERIMENT + grid + 'feedback_detail = ["basic", "minimal"]\n')
    assert set(config.arms) == {"base", "sft_basic", "sft_minimal", "dpo_basic", "dpo_minimal"}
    assert config.arms["dpo_minimal"].max_turns == 3


def test_a_grid_that_repeats_a_name_is_an_error(load) -> None:
    with pytest.raises(ConfigError, match="declared twice"):
        load(EXPERIMENT + '[grid.cm]\nname = "base"\nmodel = ["tiny"]\n')


def test_the_environment_overrides_and_is_recorded(load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAIN_LIMIT", "100")
    monkeypatch.setenv("MODEL_PATH", "/models/qwen")
    monkeypatch.setenv("OUTPUT_ROOT", str(tmp_path / "elsewhere"))
    config = load()
    assert config.datasets["own"].train_limit == 100
    assert config.models["tiny"].path == "/models/qwen"
    assert config.paths.data == str(tmp_path / "elsewhere")
    assert len(config.overrides) == 3
    monkeypatch.setenv("TRAIN_LIMIT", "many")
    with pytest.raises(ConfigError, match="TRAIN_LIMIT"):
        load()


def test_paths_are_taken_from_the_project_folder(load, tmp_path: Path) -> None:
    config = load()
    assert config.datasets["own"].root == str(tmp_path / "rows")
    assert config.paths.data == str(tmp_path / "data")
