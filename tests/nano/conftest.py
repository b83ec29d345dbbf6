"""The embedded model's own tokenizer, loaded once."""

import os
from pathlib import Path

import pytest

from t2s_pipeline.nano import MODEL_DIR


@pytest.fixture(scope="session")
def tokenizer():
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    return load_chat_tokenizer(MODEL_DIR)


@pytest.fixture(scope="session")
def spider_root():
    root = os.environ.get("SPIDER_ROOT")
    if not root:
        pytest.skip("set SPIDER_ROOT to the folder of Spider's dev.json and database/")
    return Path(root)
