"""The embedded model's own tokenizer, loaded once."""

import pytest

from t2s_pipeline.nano import MODEL_DIR


@pytest.fixture(scope="session")
def tokenizer():
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    return load_chat_tokenizer(MODEL_DIR)
