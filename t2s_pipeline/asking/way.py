"""How a question is asked: which policy, and the settings of an arm with the gold left out.

    way = way_to_ask(config)                            # as the experiment rolls out
    way = way_to_ask(config, arm="sft_repair")          # as an arm does, by its adapter
    way = way_to_ask(config, adapter="sft")             # an adapter of the experiment, or a folder that holds one
    way = way_to_ask(config, model="nano", samples=1)   # another model, without adapter

Prompts, retrieval and feedback are those that the policy knows. Nobody has a gold, so repairs are those of the online
scopes: an answer that did not run is repaired (in `online_guarded`, one that shows any signal).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path

from t2s_pipeline.config import ArmConfig, ExperimentConfig, RolloutConfig, arm_model
from t2s_pipeline.config_parsing import GOLD_VERIFIER
from t2s_pipeline.errors import T2sError

BASE = "base"
SAMPLES = 5
TEMPERATURE = 0.7
"""Of several samples, where the settings are greedy."""
TURNS = 2


class AskError(T2sError, RuntimeError):
    """A question that cannot be asked as it stands; the message says why and what to do."""


@dataclass(frozen=True)
class Way:
    """`model` is a name of the configuration, `adapter` an adapter's or None; `folder` is where it lies, of one that is
    not the experiment's own."""

    model: str
    adapter: str | None
    settings: RolloutConfig
    folder: Path | None = None


def way_to_ask(
    config: ExperimentConfig,
    *,
    arm: str | None = None,
    adapter: str | None = None,
    model: str | None = None,
    samples: int = SAMPLES,
    turns: int | None = None,
) -> Way:
    """An arm's way, or an adapter's or a model's, by default that of the experiment's own model. Without an arm the
    settings are those of the train rollouts; without a train side, those of the first arm on the same policy.

    `turns` are by default the settings' own, at least 2. Raises AskError, naming what there is.
    """
    if arm and (model or adapter):
        other = "--model" if model else "--adapter"
        raise AskError(f"--arm and {other}: an arm has its model and adapter; leave one of them out")
    if model and model not in config.models:
        raise AskError(f"--model {model}: no such model; experiment {config.name} has {_listed(config.models)}")
    if arm and arm not in config.arms:
        raise AskError(f"--arm {arm}: no such arm; experiment {config.name} has {_listed(config.arms)}")
    folder = None if adapter is None or adapter in config.adapters else _folder(config, adapter)
    if adapter and folder is None:
        model = model or config.adapters[adapter].model
    asked = config.arms[arm] if arm else None if config.trains else _first_asking(config, model, adapter)
    own = config.train.rollouts if asked is None else asked
    name = model or (config.train.model if asked is None else arm_model(config, asked))
    if config.models[name].backend == "replay":
        raise AskError(f"model {name!r} is a file of predictions, which answers no new question; name another: --model")
    if folder is not None:
        adapter = folder.name
    elif asked is not None and model is None:
        adapter = None if asked.policy == BASE else asked.policy
    return Way(name, adapter, _without_gold(own, samples, turns), folder)


def _folder(config: ExperimentConfig, adapter: str) -> Path:
    folder = Path(adapter).expanduser().absolute()
    if not folder.is_dir():
        raise AskError(
            f"--adapter {adapter}: no folder, and no adapter of experiment {config.name}, which has "
            f"{_listed(config.adapters)}"
        )
    return folder


def _first_asking(config: ExperimentConfig, model: str | None, adapter: str | None) -> ArmConfig | None:
    """The first arm on the adapter, else on the model, else on any; None where a model is named and no arm asks one."""
    asking = [one for one in config.arms.values() if config.models[arm_model(config, one)].backend != "replay"]
    if not asking and model is None:
        raise AskError(f"experiment {config.name} asks no model: name one by --model, or another experiment by -e")
    return min(asking, key=lambda one: (one.policy != adapter, arm_model(config, one) != model), default=None)


def _without_gold(own: RolloutConfig, samples: int, turns: int | None) -> RolloutConfig:
    """The settings for one question that has no gold."""
    plain = RolloutConfig(**{field.name: getattr(own, field.name) for field in fields(RolloutConfig)})
    several = samples > 1
    return replace(
        plain,
        max_turns=turns or max(TURNS, own.max_turns),
        num_samples=samples,
        temperature=(own.temperature or TEMPERATURE) if several else 0.0,
        selection=own.selection if several else "majority",
        repair_scope="online_guarded" if own.repair_scope == "online_guarded" else "online",
        feedback_mode="online_visible" if own.feedback_mode == "oracle_rows" else own.feedback_mode,
        match_rule="official",
        verifier=GOLD_VERIFIER,
    )


def _listed(names: object) -> str:
    return ", ".join(names) or "none"
