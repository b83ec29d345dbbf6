"""The gate of the memory, at its edges."""

from __future__ import annotations

import pytest

from t2s_pipeline.config_rewards import MemoryConfig
from t2s_pipeline.rewards.trace_quality import bigram_share, column_mentions, worth_remembering

COLUMNS = ("age", "song_id", "Release Year")


def thought(words: int, mentions: int) -> str:
    """So many words, no pair twice, so many of them mentions of two columns."""
    named = ["age" if number % 2 else "song_id" for number in range(mentions)]
    return " ".join([*named, *(f"word{number}" for number in range(words - mentions))])


@pytest.mark.parametrize(
    ("words", "mentions", "accepted"),
    [
        (29, 2, False),
        (30, 2, True),
        (30, 1, False),
        (100, 4, False),
        (100, 5, True),
        (2000, 100, False),
        (2001, 200, False),
    ],
)
def test_length_and_density(words, mentions, accepted):
    if words == 2000:  # at the limit: mentions spread, so that the pairs of words stay different
        text = " ".join(f"{'age' if n % 20 == 0 else 'song_id' if n % 20 == 10 else f'word{n}'}" for n in range(2000))
        assert worth_remembering(text, COLUMNS, MemoryConfig())
        assert not worth_remembering(f"{text} more", COLUMNS, MemoryConfig())
        return
    assert worth_remembering(thought(words, mentions), COLUMNS, MemoryConfig()) is accepted


def test_two_different_columns_are_asked_for():
    one = thought(30, 0) + " age Age AGE"
    assert not worth_remembering(one, COLUMNS, MemoryConfig())
    assert worth_remembering(one, COLUMNS, MemoryConfig(min_columns=1))
    assert worth_remembering(one + " song id", COLUMNS, MemoryConfig())


def test_without_columns_nothing_passes():
    """As with a prompt of CREATE TABLE statements in the public code, which reads columns out of the prompt."""
    assert not worth_remembering(thought(30, 2), (), MemoryConfig())


def test_going_in_circles_does_not_pass():
    looped = "the age and the song_id " * 12
    assert bigram_share(looped.split()) < 0.6
    assert not worth_remembering(looped, COLUMNS, MemoryConfig())


def test_mentions_are_whole_words_in_any_case():
    found = column_mentions("T1.Age, aged, AGE; the release  year; song_id and song id, `age_group`", COLUMNS)
    assert found == {"age": 2, "release year": 1, "song id": 2}
    assert column_mentions("what a day", ["_", " "]) == {}


def test_the_longer_name_counts_where_both_could():
    assert column_mentions("song name", ["name", "song name"]) == {"song name": 1}
