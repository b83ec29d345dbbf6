"""Which thoughts are worth remembering: neither too short nor endless, about the schema, and not going in circles.

    worth_remembering(thought, ("singer_id", "Name", "Age"), MemoryConfig())

Columns are the database's own, so that no form of prompt can leave the memory empty. A name is mentioned where it
stands as a whole, in any case; `_` and blanks in it may stand for each other. Words are what white space parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from t2s_pipeline.config_rewards import MemoryConfig


def worth_remembering(thought: str, columns: Iterable[str], settings: MemoryConfig) -> bool:
    """Whether a thought passes the gate; never without columns."""
    words = thought.split()
    if not settings.min_words <= len(words) <= settings.max_words:
        return False
    mentions = column_mentions(thought, columns)
    total = sum(mentions.values())
    if len(mentions) < settings.min_columns or total < settings.min_column_mentions:
        return False
    if total / len(words) < settings.min_mention_density:
        return False
    return bigram_share(words) >= settings.min_bigram_share


def column_mentions(thought: str, columns: Iterable[str]) -> Counter[str]:
    """How often each column is mentioned, by lower-case name; the longest name counts where several begin alike."""
    names = frozenset(" ".join(name.lower().replace("_", " ").split()) for name in columns) - {""}
    if not names:
        return Counter()
    found = _pattern(names).findall(thought.lower())
    return Counter(re.sub(r"[\s_]+", " ", name) for name in found)


def bigram_share(words: list[str]) -> float:
    """Different pairs of neighbouring words among all pairs; 1 where there is no pair."""
    pairs = [(one.lower(), other.lower()) for one, other in pairwise(words)]
    return len(set(pairs)) / len(pairs) if pairs else 1.0


@lru_cache(maxsize=256)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    spelt = (r"[\s_]+".join(map(re.escape, name.split())) for name in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})(?!\w)")
