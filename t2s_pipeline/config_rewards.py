"""What a reward of FINER's may be told: its terms, its memory, and who turns a thought into a vector.

The defaults are the paper's (`docs/rewards.md` says where paper and public code differ).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Literal

from t2s_pipeline.config_parsing import ConfigError, Count, CountOrNone, NotNegative, Positive, PositiveShare, Share


@dataclass(frozen=True)
class RewardConfig:
    """Terms of one completion's reward. `atomic_of_failed`: also SQL that does not run earns for what it shares with
    gold; `atoms`: operations as the paper means them, or as the public code counts them (`reference`); `fold_case`:
    text literals that differ in case alone count as the same (`paper`). `atomic_lambda`, `atomic_beta` and
    `atomic_gamma` shape the overlap J: lambda J + (1 - lambda) beta J ** gamma."""

    min_thought_characters: CountOrNone = 100
    atomic: bool = True
    atomic_of_failed: bool = True
    atoms: Literal["paper", "reference"] = "paper"
    fold_case: bool = False
    atomic_lambda: Share = 0.05
    atomic_beta: Share = 0.79
    atomic_gamma: Positive = 0.20

    def __post_init__(self) -> None:
        """Raise ValueError where a wrong answer could be worth more than a right one."""
        if self.min_thought_characters < 0:
            raise ValueError(f"min_thought_characters = {self.min_thought_characters}, expected 0 or more")
        for name, most in (("atomic_lambda", 1.0), ("atomic_beta", 1.0)):
            if not 0 <= getattr(self, name) <= most:
                raise ValueError(f"{name} = {getattr(self, name)}, expected 0 to {most:g}")
        if self.atomic_gamma <= 0:
            raise ValueError(f"atomic_gamma = {self.atomic_gamma}, expected more than 0")


@dataclass(frozen=True)
class MemoryConfig:
    """The memory of verified traces. `neighbours` of other databases make the centroid; a trace is taken in unless one
    that is as close as `duplicate_similarity` is there, and, of a policy in training, if its thought passes the gate:
    `min_words` to `max_words`, `min_column_mentions` of at least `min_columns` different columns and at least
    `min_mention_density` a word, `min_bigram_share` of its pairs of words different."""

    neighbours: Count = 20
    duplicate_similarity: PositiveShare = 0.9
    min_words: CountOrNone = 30
    max_words: Count = 2000
    min_columns: CountOrNone = 2
    min_column_mentions: CountOrNone = 2
    min_mention_density: Share = 0.05
    min_bigram_share: Share = 0.6
    min_seed_characters: CountOrNone = 50

    def __post_init__(self) -> None:
        """Raise ValueError for a memory without neighbours, or in which everything is a duplicate."""
        if self.neighbours < 1:
            raise ValueError(f"neighbours = {self.neighbours}, expected 1 or more")
        if not 0 < self.duplicate_similarity <= 1:
            raise ValueError(f"duplicate_similarity = {self.duplicate_similarity}, expected above 0, to 1")


@dataclass(frozen=True)
class EmbedderConfig:
    """Who turns thoughts into vectors.

    `tfidf`: words weighed over the memory's first traces, `most_terms` of them; no model. `states`: the mean of the
    last hidden states of the transformers model at `path` (a folder, a hub id, `builtin:nano`). `sentences`: the
    sentence-transformers model of that path. `endpoint`: the server at `base_url`, which knows the model as
    `served_model`, asked as OpenAI's embeddings are. `centred` takes the mean over the memory's first traces away,
    without which every two states are alike; `max_tokens` cuts longer thoughts (`states`, `sentences`).
    """

    kind: Literal["tfidf", "states", "sentences", "endpoint"] = "tfidf"
    path: str = ""
    revision: str = ""
    base_url: str = ""
    served_model: str = ""
    api_key_variable: str = ""
    request_seconds: Positive = 120.0
    retry_seconds: NotNegative = 120.0
    batch_size: Count = 32
    max_tokens: Count = 1024
    most_terms: Count = 2048
    centred: bool = False


_URL = re.compile(r"https?://[^/\s@?#]+(/[^\s@?#]*)?")
_MODEL = ("path", "revision", "batch_size", "max_tokens")
_SERVER = ("base_url", "served_model", "revision", "api_key_variable", "request_seconds", "retry_seconds", "batch_size")
_READ = {"tfidf": ("most_terms",), "states": _MODEL, "sentences": _MODEL, "endpoint": _SERVER}
"""What each kind of embedder reads beside `centred`."""
_NEEDED = {"states": ("path",), "sentences": ("path",), "endpoint": ("base_url", "served_model")}


def check_embedder(embedder: EmbedderConfig, key: str) -> None:
    """Raises ConfigError where an entry (at `key`) lacks what its kind needs, or states what its kind does not read.

    It is opened when a training begins, which may be hours after the configuration was read.
    """
    for name in _NEEDED.get(embedder.kind, ()):
        if not getattr(embedder, name):
            raise ConfigError(f"{key}.{name} is not stated, but kind {embedder.kind!r} needs it")
    if embedder.kind == "endpoint" and not _URL.fullmatch(embedder.base_url):
        raise ConfigError(
            f"{key}.base_url is no address as in http://127.0.0.1:9000/v1, without name, password or query: a key goes "
            "into the variable that api_key_variable names"
        )
    for item in fields(EmbedderConfig):
        value = getattr(embedder, item.name)
        if value != item.default and item.name not in ("kind", "centred", *_READ[embedder.kind]):
            raise ConfigError(
                f"{key}.{item.name} = {value!r}, but kind {embedder.kind!r} does not read it: leave it out"
            )
