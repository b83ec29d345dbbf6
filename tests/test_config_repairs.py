"""Settings of a rollout that contradict each other."""

from pathlib import Path

import pytest

from t2s_pipeline.config import RolloutConfig
from t2s_pipeline.config_parsing import ConfigError
from t2s_pipeline.config_repairs import check_repairs, check_samples, check_selection

FITTING = [
    {},
    {"repair_scope": "online"},
    {"repair_scope": "online", "feedback_mode": "error_only"},
    {"repair_scope": "online_guarded", "feedback_mode": "online_visible"},
    {"feedback_mode": "oracle_rows"},
    {"feedback_mode": "online_visible", "verifier": "my_rule"},
]
CONTRADICTING = [
    ({"repair_scope": "online", "verifier": "my_rule"}, "asks no verifier"),
    ({"repair_scope": "online", "feedback_mode": "oracle_rows"}, "do without"),
    ({"repair_scope": "online_guarded"}, "set feedback_mode = 'online_visible'"),
    ({"feedback_mode": "oracle_rows", "verifier": "my_rule"}, "do without"),
]


@pytest.mark.parametrize("changes", FITTING)
def test_what_fits(changes):
    check_repairs(Path("x.toml"), "arms.a", RolloutConfig(max_turns=2, **changes))


@pytest.mark.parametrize(("changes", "message"), CONTRADICTING)
def test_what_does_not(changes, message):
    with pytest.raises(ConfigError, match=message) as found:
        check_repairs(Path("x.toml"), "arms.a", RolloutConfig(max_turns=2, **changes))
    assert str(found.value).startswith("x.toml: arms.a.")


def test_several_greedy_samples_are_refused():
    check_samples(Path("x.toml"), "arms.a", RolloutConfig())
    check_samples(Path("x.toml"), "arms.a", RolloutConfig(num_samples=4, temperature=0.7))
    with pytest.raises(ConfigError, match=r"x.toml: arms.a.num_samples = 4, .* set a temperature"):
        check_samples(Path("x.toml"), "arms.a", RolloutConfig(num_samples=4))


def test_a_selection_needs_samples_and_no_verifier_that_chooses():
    path = Path("x.toml")
    several = {"num_samples": 30, "temperature": 1.0}
    check_selection(path, "arms.a", RolloutConfig())
    check_selection(path, "arms.a", RolloutConfig(**several, selection="vav"))
    check_selection(path, "arms.a", RolloutConfig(**several, selection="vav", max_turns=2, repair_scope="online"))
    with pytest.raises(ConfigError, match=r"x.toml: arms.a.selection = 'vav', but there is one sample .* num_samples"):
        check_selection(path, "arms.a", RolloutConfig(selection="vav"))
    with pytest.raises(ConfigError, match=r"arms.a.selection = 'vav_reference', .* the verifier chooses"):
        check_selection(path, "arms.a", RolloutConfig(**several, selection="vav_reference", max_turns=2))
