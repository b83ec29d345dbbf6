"""What the `grpo` table of an adapter's entry may say."""

from __future__ import annotations

import pytest

from assets.graph import build_stages
from t2s_pipeline.config_adapters import hyperparameter_names
from t2s_pipeline.config_grpo import GrpoConfig, grpo_hyperparameters
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.config_rewards import EmbedderConfig, MemoryConfig
from tests.experiment_texts import OWN

BASE = f"""{OWN}
[teachers.plans]

[adapters.writer]
model = "tiny"
data = "traces"
"""
GRPO = '[adapters.finer]\nmethod = "grpo"\nmodel = "tiny"\ninit = "writer"\n'
HELD_OUT = "\n[train]\nholdout_fraction = 0.1\n"


@pytest.fixture
def load(load_mine):
    return lambda text, project="", base=BASE: load_mine(base + text, project)


def test_a_grpo_adapter_with_every_table(load):
    config = load(
        GRPO
        + "beta = 0.04\nseeds = [1, 2]\n[adapters.finer.grpo]\ngenerations = 32\nrewards = { atomic = false }\n"
        + 'memory = { neighbours = 5 }\nembedder = { kind = "states", path = "builtin:nano", centred = true }\n'
    )
    grpo = config.adapters["finer_seed2"].grpo
    assert (grpo.generations, grpo.completions_per_step, grpo.rewards.atomic) == (32, 32, False)
    assert (grpo.memory.neighbours, grpo.embedder.kind) == (5, "states")
    assert list(config.adapters_by_method("grpo")) == ["finer", "finer_seed2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("batch_size = 3", "batch_size = 3, but a step's 8 answers"),
        ("[adapters.finer.grpo]\ngenerations = 1", "adapters.finer.grpo.generations = 1, expected a whole number of 2"),
        ("[adapters.finer.grpo]\ngeneration = 4", "unknown key 'adapters.finer.grpo.generation'"),
        ("[adapters.finer.grpo]\nrewards = { atomic_beta = 2.0 }", "rewards.atomic_beta = 2.0, expected a number from"),
        (
            "[adapters.finer.grpo]\nrewards = { atoms = 'reference', fold_case = true }",
            "rewards.fold_case = true, but atoms = 'reference' does not read it",
        ),
        ("[adapters.finer.grpo]\nmemory = { min_words = 9, max_words = 8 }", "min_words = 9 is more than max_words"),
        ("[adapters.finer.grpo]\ngenerator = 'vllm_server'", "grpo.vllm_url = '': generator `vllm_server`, and it"),
        ("[adapters.finer.grpo]\nvllm_url = 'http://x'", "vllm_url = 'http://x': generator `vllm_server`, and it"),
        (
            "[adapters.finer.grpo]\ngenerator = 'vllm_server'\nvllm_url = '127.0.0.1:8000'",
            "vllm_url = '127.0.0.1:8000', expected an address as in http://127.0.0.1:8000",
        ),
        ("[adapters.finer.grpo]\nvllm_memory_share = 0.5", "generator 'transformers' does not read it"),
        ("gradient_accumulation = 2", "gradient_accumulation = 2, but method 'grpo' does not read it"),
        ("processes = 2", "processes = 2, but method 'grpo' does not read it"),
        ("data = 'gold'", "adapters.finer.data = 'gold', but method 'grpo' does not read it"),
        ("loss_type = 'ipo'", "loss_type = 'ipo', but method 'grpo' does not read it"),
        ("lora_rank = 8", "lora_rank = 8, but it continues 'writer'"),
        ("evaluation_steps = 5", "no row is held out to evaluate on"),
    ],
)
def test_contradictions_name_file_and_key(load, text, said):
    with pytest.raises(ConfigError) as raised:
        load(GRPO + text)
    assert said in str(raised.value) and "mine.toml" in str(raised.value)


def test_another_method_has_no_grpo_table(load):
    with pytest.raises(ConfigError, match=r"adapters\.sft\.grpo = .*method 'sft' does not read it"):
        load('[adapters.sft]\nmodel = "tiny"\n[adapters.sft.grpo]\ngenerations = 4\n')


def test_vllm_has_no_weights_on_a_cpu(load):
    on_cpu = BASE.replace('"builtin:nano"', '"builtin:nano"\ndevice = "cpu"')
    with pytest.raises(ConfigError, match=r"models\.tiny\.device = 'cpu': TRL hands weights to vLLM on GPUs alone"):
        load(GRPO + "[adapters.finer.grpo]\ngenerator = 'vllm_colocate'\n", base=on_cpu)


def test_it_starts_from_an_sft_adapter_alone(load):
    with pytest.raises(ConfigError, match=r"adapters\.other\.init = 'finer' names nothing"):
        load(GRPO + '[adapters.other]\nmethod = "grpo"\nmodel = "tiny"\ninit = "finer"\n')


def test_somebody_has_taught_it_to_think_or_asks_for_a_thought(load):
    """Whatever has no thought earns nothing, which would be seen at the end of a training that learnt nothing."""
    on_gold = GRPO.replace('init = "writer"\n', "")
    with pytest.raises(ConfigError, match="an answer without a thought earns nothing"):
        load(on_gold)
    load(on_gold, "[train.rollouts]\nprompt_style = 'finer_think'\n")


@pytest.mark.parametrize(
    ("embedder", "said"),
    [
        ('kind = "states"', "embedder.path is not stated, but kind 'states' needs it"),
        ('kind = "sentences"', "embedder.path is not stated"),
        ('kind = "endpoint", base_url = "http://x/v1"', "embedder.served_model is not stated"),
        ('kind = "endpoint", base_url = "x/v1", served_model = "y"', "embedder.base_url is no address as in http"),
        ('kind = "endpoint", base_url = "http://u:p@x/v1", served_model = "y"', "without name, password or query"),
        ('path = "builtin:nano"', "embedder.path = 'builtin:nano', but kind 'tfidf' does not read it"),
        ('kind = "states", path = "x", most_terms = 9', "most_terms = 9, but kind 'states' does not read it"),
    ],
)
def test_an_embedder_that_could_not_be_opened_is_no_embedder(load, embedder, said):
    with pytest.raises(ConfigError) as raised:
        load(f"{GRPO}[adapters.finer.grpo]\nembedder = {{ {embedder} }}\n")
    assert said in str(raised.value)
    load(f"{GRPO}[adapters.finer.grpo]\nuse_memory = false\nembedder = {{ {embedder} }}\n")  # nobody reads it


def test_other_weights_behind_the_memory_are_another_training(load, tmp_path):
    """`builtin:nano` stays its path when the model is trained anew."""
    states = '[adapters.finer.grpo]\nembedder = { kind = "states", path = "builtin:nano" }\n'
    project = f'[paths]\ndata = "{tmp_path}"\n'
    for text, known in ((GRPO, False), (GRPO + states, True)):
        stages = {stage.name: stage for stage in build_stages(load(text, project))}
        assert bool(stages["grpo_adapters"].plan("finer").sources()["embedder"]) is known


def test_held_out_questions_are_asked_and_within_the_steps(load):
    with pytest.raises(ConfigError, match="evaluation_steps = 0, but train.holdout_fraction holds out questions"):
        load(GRPO, "[train]\nholdout_fraction = 0.1\n")
    with pytest.raises(ConfigError, match="evaluation_steps = 9 is beyond its 5 steps"):
        load(GRPO + "evaluation_steps = 9\n[adapters.finer.grpo]\nsteps = 5\n", "[train]\nholdout_fraction = 0.1\n")


def test_words_are_counted_in_somebody_s_traces(load):
    without = BASE.replace("[teachers.plans]", "").replace('data = "traces"', "")
    without += '[train.rollouts]\nprompt_style = "finer"\n'
    with pytest.raises(ConfigError, match="counts in the traces of teachers, and there are none"):
        load(GRPO, base=without)
    load(GRPO + "[adapters.finer.grpo]\nuse_memory = false\n", base=without)
    load(GRPO + "[adapters.finer.grpo]\nmemory_seeds = 'store'\n", base=without)
    load(GRPO + '[adapters.finer.grpo]\nembedder = { kind = "states", path = "builtin:nano" }\n', base=without)


def test_what_changes_no_training_is_not_in_its_identity():
    shown = grpo_hyperparameters(GrpoConfig())
    assert shown == grpo_hyperparameters(GrpoConfig(vllm_url="http://here", memory_seeds="store"))
    assert shown != grpo_hyperparameters(GrpoConfig(generator="vllm_colocate"))
    assert shown != grpo_hyperparameters(GrpoConfig(memory=MemoryConfig(neighbours=3)))
    off = GrpoConfig(use_memory=False)
    assert grpo_hyperparameters(off) == grpo_hyperparameters(
        GrpoConfig(use_memory=False, memory=MemoryConfig(neighbours=3))
    )
    folder = EmbedderConfig(kind="states", path="/models/mine")
    assert grpo_hyperparameters(GrpoConfig(embedder=folder))["embedder"]["path"] == "mine"
    assert "grpo" in hyperparameter_names("grpo", continued=True)
    assert not {"gradient_accumulation", "processes"} & set(hyperparameter_names("grpo", continued=False))
