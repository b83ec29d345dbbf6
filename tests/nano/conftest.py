"""The embedded model's own tokenizer, loaded once."""

import pytest

from t2s_pipeline.nano import MODEL_DIR


@pytest.fixture(scope="session")
def tokenizer():
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(MODEL_DIR)
