"""The configuration: merging, strictness, the grid, the environment."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_loading import experiment_names, load_experiment
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.prompts.templates import PromptStyle
from t2s_pipeline.schema.styles import SchemaStyle

PROJECT = """
[datasets.own]
kind = "json"
root = "rows"

[models.tiny]
path = "builtin:nano"

[models.file]
backend = "replay"
predictions = "answers.txt"
"""

EXPERIMENT = """
[train]
dataset = "own"
model = "tiny"

[evaluation]
dataset = "own"

[recipes.synth20]
input_fraction_limits = { synthetic = 0.2 }

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
def load(load_mine):
    return lambda experiment=EXPERIMENT, project=PROJECT: load_mine(experiment, project)


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
    ("section", "key", "bad"),
    [
        ("arms.base", "max_turns", "0"),
        ("arms.base", "num_samples", "0"),
        ("arms.base", "max_new_tokens", "0"),
        ("arms.base", "top_k_tables", "0"),
        ("arms.base", "top_p", "0"),
        ("arms.base", "top_p", "1.01"),
        ("arms.base", "temperature", "-0.1"),
        ("arms.base", "temperature", "nan"),
        ("arms.base", "temperature", "inf"),
        ("train", "shards", "0"),
        ("train.rollouts", "max_turns", "0"),
        ("recipes.synth20", "input_fraction_limits.synthetic", "1.5"),
        ("recipes.synth20", "input_fraction_limits.made", "0.2"),
        ("recipes.synth20", "pair_type_max_fractions.gold_vs_failed_attempt", "-0.1"),
        ("recipes.synth20", "pair_type_max_fractions.gold_vs_failed", "0.2"),
        ("recipes.synth20", "max_sql_edit_distance_ratio", "2"),
        ("recipes.synth20", "min_reward_margin", "-1"),
        ("recipes.synth20", "max_pairs", "-1"),
        ("train", "synthetic_per_example", "-1"),
        ("datasets.own", "offset", "-1"),
        ("train.rollouts", "fk_hops", "-1"),
        ("train.rollouts", "max_prompt_tokens", "-1"),
        ("adapters.sft", "epochs", "0"),
        ("adapters.sft", "learning_rate", "0.0"),
        ("adapters.sft", "batch_size", "0"),
        ("adapters.sft", "gradient_accumulation", "0"),
        ("adapters.sft", "lora_rank", "0"),
        ("adapters.sft", "lora_dropout", "1.1"),
        ("adapters.sft", "warmup_ratio", "-1"),
        ("adapters.sft", "max_length", "0"),
        ("models.tiny", "batch_size", "0"),
        ("sandbox", "timeout_seconds", "0"),
        ("sandbox", "max_rows", "0"),
        ("evaluation", "headline_metric", '"accuracy"'),
        ("evaluation", "headline_metric", '"avg_candidate_reward"'),
        ("evaluation", "schedule", '"0 3 * *"'),
        ("evaluation", "schedule", '"every day at three sharp"'),
        ("evaluation", "schedule", '""'),
    ],
)
def test_a_value_outside_its_bounds_names_file_and_key(load, section: str, key: str, bad: str) -> None:
    with pytest.raises(ConfigError, match="mine.toml") as error:
        load(f"[{section}]\n{key} = {bad}\n")
    assert f"{section}.{key} = " in str(error.value) and "expected" in str(error.value)


def test_values_at_their_bounds_are_taken(load) -> None:
    bounds = "\n[train.rollouts]\ntop_p = 1\ntemperature = 0\nnum_samples = 1\n"
    config = load(EXPERIMENT.replace("synthetic = 0.2", "synthetic = 1") + bounds)
    assert config.recipes["synth20"].input_fraction_limits == {"synthetic": 1.0}
    assert config.train.rollouts.top_p == 1.0


@pytest.mark.parametrize("text", ["0 3 * * *", "*/15 0-6,22 1 JAN-MAR mon", "5  4 * * 1-5/2"])
def test_a_schedule_of_five_fields_is_taken(load, text: str) -> None:
    config = load(EXPERIMENT.replace("[evaluation]", f'[evaluation]\nschedule = "{text}"'))
    assert config.evaluation.schedule == text


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('init = "sft"', 'init = "stf"', "adapters.dpo.init"),
        ('data = "synth20"', 'data = "synth30"', "adapters.dpo.data"),
        ('[arms.base]\nmodel = "tiny"', '[arms.base]\nmodel = "huge"', "arms.base.model"),
        ('[arms.base]\nmodel = "tiny"', '[arms.base]\npolicy = "nobody"', "arms.base.policy"),
        ('[train]\ndataset = "own"', '[train]\ndataset = "theirs"', "train.dataset"),
        ('[train]\ndataset = "own"\nmodel = "tiny"', '[train]\ndataset = "own"\nmodel = "file"', "train.model"),
        ('[arms.base]\nmodel = "tiny"', '[arms.base]\nmodel = "file"\nmax_turns = 2', "arms.base.max_turns"),
        ("[arms.base]", "[arms.train]", "arms.train"),
        ("[adapters.dpo]", "[adapters.base]", "adapters.base"),
    ],
)
def test_a_name_that_refers_to_nothing_or_does_not_fit_is_an_error(load, old: str, new: str, named: str) -> None:
    with pytest.raises(ConfigError, match="mine.toml") as error:
        load(EXPERIMENT.replace(old, new))
    assert named in str(error.value)


RULED = """
[verifiers.mine]
object = "my_rules.counts:RowCountRule"
timeout_seconds = 5

[verifiers.mine.options]
max_rows = 10
words = ["how many"]
nested = { strict = true }

[arms.ruled]
model = "tiny"
max_turns = 2
verifier = "mine"
"""


def test_a_verifier_of_one_s_own_has_options_of_its_own(load) -> None:
    config = load(EXPERIMENT + RULED)
    assert config.verifiers["mine"].options == {"max_rows": 10, "words": ["how many"], "nested": {"strict": True}}
    assert (config.arms["ruled"].verifier, config.arms["base"].verifier) == ("mine", "gold")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("max_turns = 2", "max_turns = 1", "arms.ruled.verifier = 'mine', but a pass of one turn asks no verifier"),
        (
            'verifier = "mine"',
            'verifier = "other"',
            "arms.ruled.verifier = 'other' names nothing; there are: gold, mine",
        ),
        ("my_rules.counts:RowCountRule", "my_rules.counts", "verifiers.mine.object = 'my_rules.counts', expected"),
        ("[verifiers.mine]", "[verifiers.gold]\nobject = 'a:B'\n[verifiers.mine]", "verifiers.gold: that is what"),
        ("max_rows = 10", "max_rows = nan", "verifiers.mine.options.max_rows = nan, expected text, a number"),
        ("max_rows = 10", "max_rows = 2020-01-01", "verifiers.mine.options.max_rows = datetime.date"),
        ("timeout_seconds = 5", "timeout = 5", "unknown key 'verifiers.mine.timeout'"),
    ],
)
def test_a_verifier_that_does_not_fit_is_an_error(load, old: str, new: str, named: str) -> None:
    assert old in RULED
    with pytest.raises(ConfigError, match=re.escape(named)):
        load(EXPERIMENT + RULED.replace(old, new))


def test_the_configuration_has_the_styles_that_are_built() -> None:
    stated = get_type_hints(RolloutConfig)
    assert get_args(stated["schema_style"]) == tuple(SchemaStyle)
    assert get_args(stated["prompt_style"]) == tuple(PromptStyle)


TRAINED = """
[train.rollouts]
schema_style = "ddl"
prompt_style = "finer"

[arms.tuned]
policy = "sft"
schema_style = "ddl"
prompt_style = "finer"
max_prompt_tokens = 900
"""


def test_an_adapter_is_asked_in_the_styles_that_it_was_trained_in(load) -> None:
    config = load(EXPERIMENT + TRAINED)
    tuned, base = config.arms["tuned"], config.arms["base"]
    assert (base.schema_style, base.prompt_style, base.token_budget("tiny")) == ("compact", "plain", "none")
    assert tuned.token_budget("tiny") == "900_finer_tiny"
    hinted = re.sub(r'(policy = "sft"(?s:.*)prompt_style = )"[a-z]+"', r'\1"finer_hint"', EXPERIMENT + TRAINED)
    assert load(hinted).arms["tuned"].prompt_style == "finer_hint"  # the same words, and a hint
    for key, other in (("schema_style", "mschema"), ("prompt_style", "plain")):
        changed = re.sub(f'(policy = "sft"(?s:.*){key} = )"[a-z]+"', rf'\1"{other}"', EXPERIMENT + TRAINED)
        with pytest.raises(ConfigError, match=f"arms.tuned.{key} = '{other}', but adapter 'sft' is trained on"):
            load(changed)


SERVED = """
[models.server]
backend = "openai"
base_url = "http://localhost:8000/v1"
served_model = "tiny"
structured_outputs = "vllm"
"""


def test_decoding_is_held_to_the_schema_where_the_model_s_back_end_can_be(load) -> None:
    held = EXPERIMENT + 'constraint = "schema"\n'
    assert (load().arms["base"].constraint, load(held).arms["base"].constraint) == ("none", "schema")
    of_server = held.replace('[arms.base]\nmodel = "tiny"', '[arms.base]\nmodel = "server"')
    assert load(of_server, PROJECT + SERVED).arms["base"].constraint == "schema"
    with pytest.raises(ConfigError, match="arms.base.constraint.*if the server is vLLM, state structured_outputs"):
        load(of_server, PROJECT + SERVED.replace("structured", "# structured"))
    with pytest.raises(ConfigError, match="arms.base.constraint.*a file of predictions is as it is"):
        load(held.replace('[arms.base]\nmodel = "tiny"', '[arms.base]\nmodel = "file"'))


def test_predictions_are_a_file_or_several(load, tmp_path: Path) -> None:
    config = load()
    assert config.models["file"].prediction_files == (str(tmp_path / "answers.txt"),)
    several = load(project=PROJECT.replace('"answers.txt"', '["a.txt", "b.jsonl"]')).models["file"].prediction_files
    assert several == (str(tmp_path / "a.txt"), str(tmp_path / "b.jsonl"))
    for bad, named in (('["a.txt", ""]', r"predictions\[1\] = '', expected text"), ("7", "predictions = 7, expected")):
        with pytest.raises(ConfigError, match=f"models.file.{named}"):
            load(project=PROJECT.replace('"answers.txt"', bad))


def test_predictions_are_of_the_replay_back_end_alone(load) -> None:
    with pytest.raises(ConfigError, match="models.file.predictions: of the replay back end alone, not of hf"):
        load(project=PROJECT.replace('backend = "replay"', 'backend = "hf"'))


def test_a_selection_is_refused_where_there_is_nothing_to_choose_from(load) -> None:
    with pytest.raises(ConfigError, match=r"arms.base.selection = 'vav', but there is one sample"):
        load(EXPERIMENT + 'selection = "vav"\n')
    text = EXPERIMENT + 'num_samples = 30\ntemperature = 1.0\nselection = "vav"\n'
    assert load(text).arms["base"].selection == "vav"


def test_not_toml_names_the_file(load) -> None:
    with pytest.raises(ConfigError, match=r"mine\.toml: not valid TOML"):
        load("[train\n")


def test_no_such_experiment_lists_those_there_are(load, tmp_path: Path) -> None:
    load()
    with pytest.raises(ConfigError, match="there are: mine"):
        load_experiment("yours", tmp_path)


@pytest.mark.parametrize("name", ["My-run", "9lives", "two words"])
def test_an_experiment_s_file_name_is_a_name(load, tmp_path: Path, name: str) -> None:
    load()
    (tmp_path / "experiments" / f"{name}.toml").write_text(EXPERIMENT)
    with pytest.raises(ConfigError, match=rf"{name}\.toml: rename it"):
        load_experiment(name, tmp_path)


def test_the_experiments_of_the_project_load(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    root = Path(__file__).parents[1]
    assert {load_experiment(name, root).name for name in experiment_names(root)} >= {"demo", "spider_published"}


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


def test_a_model_s_path_is_a_folder_of_the_project_where_there_is_one(load, tmp_path: Path) -> None:
    project = PROJECT.replace("builtin:nano", "models/tiny")
    assert load(project=project).models["tiny"].path == "models/tiny"  # the id of a model
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    assert load(project=project).models["tiny"].path == str(tmp_path / "models" / "tiny")
    assert load(project=PROJECT).models["tiny"].path == "builtin:nano"
    assert load(project=PROJECT).models["file"].path == ""


def test_relative_paths_of_the_environment_start_at_the_current_folder(
    load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "elsewhere"
    (here / "weights").mkdir(parents=True)
    monkeypatch.chdir(here)
    project = '[paths]\nspider_root = "spider"\n' + PROJECT.replace('root = "rows"', 'root = "$SPIDER_ROOT/rows"')
    assert load(project=project).datasets["own"].root == str(tmp_path / "spider" / "rows")
    monkeypatch.setenv("SPIDER_ROOT", "copy")
    monkeypatch.setenv("OUTPUT_ROOT", "out")
    monkeypatch.setenv("MODEL_PATH", "weights")
    config = load(project=project)
    assert config.datasets["own"].root == str(here / "copy" / "rows")
    assert (config.paths.spider_root, config.paths.data) == (str(here / "copy"), str(here / "out"))
    assert config.models["tiny"].path == str(here / "weights")
    assert config.overrides == ("SPIDER_ROOT=copy", "OUTPUT_ROOT=out", "MODEL_PATH=weights")
