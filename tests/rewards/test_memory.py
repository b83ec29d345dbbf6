"""The memory: other databases alone, the nearest k, duplicates, and the same after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.config_rewards import MemoryConfig
from t2s_pipeline.embeddings.tfidf import TfIdf
from t2s_pipeline.files import write_parquet
from t2s_pipeline.rewards.memory import ReasoningMemory, Trace, TraceMemoryError
from t2s_pipeline.table_definitions import MEMORY_TRACES


@dataclass
class Angles:
    """An embedder for tests: a thought is an angle in degrees, `nothing` is zeros."""

    fingerprint: str = "angles"
    asked: list[str] = field(default_factory=list)

    def embed(self, thoughts: Sequence[str]) -> np.ndarray:
        self.asked += thoughts
        return np.array([[0, 0] if t.startswith("nothing") else self._at(float(t)) for t in thoughts], np.float32)

    def _at(self, degrees: float) -> list[float]:
        return [3 * np.cos(np.radians(degrees)), 3 * np.sin(np.radians(degrees))]


def memory(**changes) -> ReasoningMemory:
    return ReasoningMemory(Angles(), MemoryConfig(**{"min_seed_characters": 0} | changes))


def close(of: ReasoningMemory, thought: str, database: str = "here") -> float:
    return of.closeness(of.vectors([thought]), [database])[0]


def cos(degrees: float) -> float:
    return pytest.approx(np.cos(np.radians(degrees)), abs=2e-6)


def test_an_empty_memory_gives_nothing():
    assert close(memory(), "0") == 0


def test_only_other_databases_count():
    found = memory()
    found.seed([Trace("here", "0"), Trace("there", "90")])
    assert close(found, "0", "here") == cos(90)
    assert close(found, "0", "there") == 1
    assert close(found, "0", "new") == cos(45)


def test_the_centroid_is_of_the_nearest():
    found = memory(neighbours=2)
    found.seed([Trace("a", "0"), Trace("b", "60"), Trace("c", "180")])
    assert close(found, "10") == cos(20)  # of 0 and 60, whose mean is at 30
    assert memory(neighbours=1).settings.neighbours == 1
    everything = memory()
    everything.seed([Trace("a", "0"), Trace("b", "60")])
    assert close(everything, "10") == cos(20)


def test_opposite_thoughts_are_negative_here_and_nothing_in_the_reward():
    found = memory()
    found.seed([Trace("a", "180")])
    assert close(found, "0") == -1


def test_opposites_have_no_centroid():
    found = memory()
    found.seed([Trace("a", "0"), Trace("b", "180")])
    assert close(found, "90") == pytest.approx(0, abs=1e-3)


def test_a_thought_of_which_nothing_is_known():
    found = memory()
    found.seed([Trace("a", "0"), Trace("a", "nothing")])
    assert len(found) == 1 and close(found, "nothing") == 0


def test_duplicates_are_looked_for_in_all_databases_and_within_the_batch():
    found = memory()
    traces = [
        Trace("a", "0"),
        Trace("b", "25"),
        Trace("b", "26"),
        Trace("c", "1"),
        Trace("c", "90"),
    ]  # cos 25.84° = 0.9
    vectors = found.vectors([trace.thought for trace in traces])
    assert found.remember(traces, vectors, step=3) == [True, False, True, False, True]
    assert found.remember(traces, vectors, step=4) == [False, False, False, False, False]
    assert [row["step"] for row in found.table("e", "grpo").to_pylist()] == [3, 3, 3]


def test_short_seeds_are_left_out():
    found = memory(min_seed_characters=2)
    assert found.seed([Trace("a", "5"), Trace("a", "50")]) == 1


def test_no_number_is_an_error():
    class Broken(Angles):
        def embed(self, thoughts: Sequence[str]) -> np.ndarray:
            return np.full((len(thoughts), 2), np.nan, np.float32)

    with pytest.raises(TraceMemoryError, match="no numbers for the thought 'abc'"):
        ReasoningMemory(Broken(), MemoryConfig()).vectors(["abc"])


def test_kept_and_restored(tmp_path):
    found = memory()
    found.seed([Trace("a", "0"), Trace("b", "50")])
    found.remember([Trace("c", "120")], found.vectors(["120"]), step=7)
    table = found.table("experiment", "grpo")
    MEMORY_TRACES.check(table)
    assert [(r["source"], r["step"]) for r in table.to_pylist()] == [("seed", 0), ("seed", 0), ("policy", 7)]
    import pyarrow.parquet as pq

    read = pq.read_table(write_parquet(tmp_path / "memory.parquet", table))
    embedder = Angles()
    again = ReasoningMemory.restored(read, embedder, found.settings)
    assert embedder.asked == [] and again.traces == found.traces
    assert close(again, "33", "a") == close(found, "33", "a")
    assert again.table("experiment", "grpo").equals(table)
    with pytest.raises(TraceMemoryError, match="of the embedder angles, not of other"):
        ReasoningMemory.restored(read, Angles("other"), found.settings)


@pytest.mark.parametrize("wrong", [{"neighbours": 0}, {"duplicate_similarity": 0}, {"duplicate_similarity": 1.1}])
def test_settings_that_make_no_memory_are_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        MemoryConfig(**wrong)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 359)), max_size=40), st.integers(1, 5))
def test_search_is_exact(entries, neighbours):
    found = memory(neighbours=neighbours, duplicate_similarity=1.0)
    found.seed([Trace(database, str(angle)) for database, angle in entries])
    kept = [(t.database_id, float(t.thought)) for t in found.traces]
    for asked in (0, 111):
        others = [angle for database, angle in kept if database != "a"]
        similar = sorted((np.cos(np.radians(angle - asked)) for angle in others), reverse=True)[:neighbours]
        if len(similar) < len(others) and np.isclose(
            sorted((np.cos(np.radians(a - asked)) for a in others), reverse=True)[neighbours], similar[-1], atol=1e-5
        ):
            continue  # which of two that are equally near makes another centroid
        nearest = sorted(others, key=lambda angle: -np.cos(np.radians(angle - asked)))[:neighbours]
        vector = np.mean([[np.cos(np.radians(a)), np.sin(np.radians(a))] for a in nearest] or [[0, 0]], axis=0)
        length = np.linalg.norm(vector)
        if length > 1e-3 or not nearest:
            expected = np.mean(similar) / length if nearest else 0
            assert close(found, str(asked), "a") == pytest.approx(expected, abs=1e-4)


def test_words_of_one_thought_in_another():
    corpus = [
        "Join singer with song and count the songs of each singer.",
        "Join stadium with concert and count the concerts of each stadium.",
        "Keep only the rows where age is over 30.",
        "Keep only the rows where year is over 2010.",
    ]
    found = ReasoningMemory(TfIdf(corpus, 100), MemoryConfig(neighbours=1, min_seed_characters=0))
    assert found.seed([Trace(f"db{n}", text) for n, text in enumerate(corpus)]) == 2  # pairs that differ in names alone
    counting, keeping = (
        "Join pet with owner and count the pets of each owner.",
        "Keep only the rows where pets is over 2.",
    )
    vectors = found.vectors([counting, keeping, "zzz"])
    assert vectors[2].any() == False  # noqa: E712
    near, other, nothing = found.closeness(vectors, ["new"] * 3)
    assert near > 0.5 and other > 0.5 and nothing == 0
    assert np.allclose(np.linalg.norm(vectors[:2], axis=1), 1)
