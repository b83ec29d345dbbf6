"""Settings are chosen on questions held out of train: dev cannot be what they are chosen on."""

from __future__ import annotations

import re

import pytest

from t2s_pipeline.config_parsing import ConfigError

TRAIN = '[train]\ndataset = "own"\nmodel = "nano"\n'
EVALUATION = '[evaluation]\ndataset = "own"\nsplit = "train_holdout"\nholdout_fraction = 0.2\n'
SETS = '[datasets.own]\nkind = "json"\nroot = "rows"\n[datasets.other]\nkind = "json"\nroot = "rows"\n'
MODELS = '[models.nano]\npath = "builtin:nano"\n[models.file]\nbackend = "replay"\npredictions = "pred.txt"\n'
ARM = '[arms.base]\nmodel = "nano"\n'


@pytest.fixture
def load(load_mine):
    return load_mine


def test_an_experiment_on_held_out_questions_reads_no_dev(load):
    from assets.graph import build_stages

    config = load(SETS + MODELS + TRAIN + EVALUATION + ARM)
    stages = build_stages(config)
    assert {"train_examples", "train_holdout_examples"} <= {stage.name for stage in stages}
    names = {stage.name for stage in stages}
    read = {ref for s in stages for part in s.steps for refs in s.plan(part).inputs.values() for ref in refs}
    written = {ref for s in stages for ref in s.declared_refs()}
    assert "dev_examples" not in names and not [ref for ref in read | written if re.search(r"\bdev\b", ref.partition)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (EVALUATION.replace("train_holdout", "dev"), "holdout_fraction = 0.2 is of split = 'train_holdout'"),
        (EVALUATION.replace("holdout_fraction = 0.2\n", ""), "needs evaluation.holdout_fraction"),
        (EVALUATION.replace("own", "other"), "state the same one in both"),
        (EVALUATION.replace("train_holdout", "train"), "evaluation.split = 'train', expected 'dev' or 'train_holdout'"),
        (EVALUATION.replace("0.2", "1.0"), "evaluation.holdout_fraction = 1.0"),
        (EVALUATION + '[arms.file]\nmodel = "file"\n', "arms.file replays a file"),
    ],
)
def test_contradictions_are_named(load, text, message):
    with pytest.raises(ConfigError, match=re.escape(message)):
        load(SETS + MODELS + TRAIN + text + ARM)
