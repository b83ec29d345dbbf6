"""The embedder of sentence-transformers, where that is installed.

SentenceModel(EmbedderConfig(kind="sentences", path="sentence-transformers/all-MiniLM-L6-v2")).embed(thoughts)
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from t2s_pipeline.config_rewards import EmbedderConfig
from t2s_pipeline.embeddings.embedder import EmbeddingError
from t2s_pipeline.generation.fingerprint import FileDigest, file_digest

if TYPE_CHECKING:
    from numpy.typing import NDArray


class SentenceModel:
    """The model at `config.path`, a folder or a hub id; of a folder the identity is the content of its files."""

    def __init__(self, config: EmbedderConfig) -> None:
        if not config.path:
            raise EmbeddingError(
                "embedder of kind sentences: state path, a folder or a hub id of sentence-transformers"
            )
        self._config = config
        about = f"sentences 2 {config.max_tokens} {files_identity(config)}"
        self.fingerprint = hashlib.sha256(about.encode()).hexdigest()

    def embed(self, thoughts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a thought (n, d)."""
        found = self._model.encode(list(thoughts), batch_size=self._config.batch_size, show_progress_bar=False)
        return np.asarray(found, np.float32)

    @cached_property
    def _model(self) -> Any:
        check_installed()
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(self._config.path, revision=self._config.revision or None)
        model.max_seq_length = min(self._config.max_tokens, model.max_seq_length or self._config.max_tokens)
        return model


def check_installed() -> None:
    """Raises EmbeddingError where there is no sentence-transformers; imports nothing."""
    if find_spec("sentence_transformers") is None:
        raise EmbeddingError(
            "embedder of kind sentences: sentence-transformers is not installed; "
            "pip install sentence-transformers, or choose kind tfidf, states or endpoint"
        )


def files_identity(config: EmbedderConfig, digest_of: FileDigest = file_digest) -> str:
    """sha256 (hex) over names and contents of a folder's files; of a hub id, over itself and its revision."""
    folder = Path(config.path).expanduser()
    if not folder.is_dir():
        return hashlib.sha256(f"{config.path} {config.revision}".encode()).hexdigest()
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    about = "".join(f"{file.relative_to(folder)} {digest_of(file)}\n" for file in files)
    return hashlib.sha256(about.encode()).hexdigest()
