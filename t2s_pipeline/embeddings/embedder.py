"""Embedders: what turns thoughts into vectors, chosen by configuration.

    embedder = open_embedder(config, corpus=[trace.thought for trace in traces], data=data_folder)
    embedder.embed(["The question needs ...", ...])       # float32 (n, d)

`corpus` is what `tfidf` counts its words in and `centred` takes the mean of: the first traces of a memory, the same
ones for the same vectors. Vectors of models and servers are kept in the store `thought_vectors` where `data` is given,
and never made twice. Equal fingerprints mean equal vectors for equal thoughts (on one machine, to the last bits).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.config_rewards import EmbedderConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.generation.fingerprint import FileDigest, file_digest, model_fingerprint

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class EmbeddingError(T2sError, ValueError):
    """An embedder that cannot be had, or gave something else than vectors; says what to do."""


class Embedder(Protocol):
    """`fingerprint` stands for everything that determines a vector but the thought."""

    @property
    def fingerprint(self) -> str: ...

    def embed(self, thoughts: Sequence[str]) -> Vectors:
        """One vector a thought, in order (n, d). Raises where one cannot be had: no vector is made up."""
        ...


class Centred:
    """The vectors of another embedder with their mean over a corpus taken away.

    The mean states of a language model point nearly all the same way; what is left tells thoughts apart.
    """

    def __init__(self, embedder: Embedder, corpus: Sequence[str]) -> None:
        if not corpus:
            raise EmbeddingError("centred: a mean needs a corpus, and there are no traces: set centred = false")
        self._embedder = embedder
        self._mean = embedder.embed(corpus).mean(axis=0)
        about = hashlib.sha256(embedder.fingerprint.encode())
        about.update("\0".join(corpus).encode())
        self.fingerprint = about.hexdigest()

    def embed(self, thoughts: Sequence[str]) -> Vectors:
        """One vector a thought (n, d)."""
        return self._embedder.embed(thoughts) - self._mean


def embedding_model(config: EmbedderConfig, digest_of: FileDigest = file_digest) -> str:
    """The identity of the model's files, which is not loaded; "" where there are none and the configuration says all.
    `digest_of` may remember files. Raises GenerationError where a model is not there."""
    if config.kind == "states":
        return model_fingerprint(ModelConfig(path=config.path, revision=config.revision), digest_of)
    if config.kind == "sentences":
        from t2s_pipeline.embeddings.sentences import files_identity

        return files_identity(config, digest_of)
    return ""


def open_embedder(config: EmbedderConfig, corpus: Sequence[str], data: Path | None = None) -> Embedder:
    """The embedder of a configuration. Raises EmbeddingError or GenerationError where its model is not there."""
    embedder = _base(config, corpus)
    if data is not None and config.kind != "tfidf":
        from t2s_pipeline.embeddings.store import StoredVectors

        embedder = StoredVectors(embedder, data)
    return Centred(embedder, corpus) if config.centred else embedder


def _base(config: EmbedderConfig, corpus: Sequence[str]) -> Embedder:
    if config.kind == "tfidf":
        from t2s_pipeline.embeddings.tfidf import TfIdf

        return TfIdf(corpus, config.most_terms)
    if config.kind == "states":
        from t2s_pipeline.embeddings.model_states import ModelStates

        return ModelStates(config)
    if config.kind == "sentences":
        from t2s_pipeline.embeddings.sentences import SentenceModel

        return SentenceModel(config)
    from t2s_pipeline.embeddings.endpoint import EmbeddingEndpoint

    return EmbeddingEndpoint(config)
