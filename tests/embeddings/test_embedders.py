"""Every embedder by configuration: real words, a real small model, a real server; and the store of their vectors."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from http.server import BaseHTTPRequestHandler

import numpy as np
import pytest

from t2s_pipeline.config_rewards import EmbedderConfig
from t2s_pipeline.embeddings.embedder import Centred, EmbeddingError, embedding_model, open_embedder
from t2s_pipeline.embeddings.tfidf import TfIdf
from t2s_pipeline.files import store_parts
from t2s_pipeline.generation import chat_server
from t2s_pipeline.generation.chat_server import ServerError
from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.generation.store import StoreError
from t2s_pipeline.table_definitions import THOUGHT_VECTORS
from tests.generation.model_server import ModelServer, answer, drop, refuse, say
from tests.generation.tiny_model import save_model

CORPUS = ["count the singers of each country", "count the songs of each year", "the oldest singer of all", "no"]
THOUGHTS = ["How many singers?", "SELECT count(*) FROM singer WHERE age > 20", "name", ""]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_server, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> EmbedderConfig:
    return EmbedderConfig(kind="states", path=str(save_model(tmp_path_factory.mktemp("model") / "tiny")), batch_size=2)


def vectors_of(handler: BaseHTTPRequestHandler) -> None:
    """Answers in the wrong order, as a server may."""
    texts = handler.owner.seen[-1]["input"]
    data = [{"index": n, "embedding": [float(len(text)), 1.0]} for n, text in enumerate(texts)]
    answer(handler, {"data": data[::-1]})


@pytest.mark.parametrize("kind", ["states", "sentences"])
def test_the_identity_of_a_model_is_its_files_wherever_they_lie(states, tmp_path, kind):
    moved = replace(states, kind=kind, path=str(shutil.copytree(states.path, tmp_path / "moved")))
    identity = embedding_model(replace(states, kind=kind))
    assert identity == embedding_model(moved) and embedding_model(EmbedderConfig()) == ""
    weights = tmp_path / "moved" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    assert embedding_model(moved) != identity


def test_tfidf_is_what_it_says_to_be():
    embedder = TfIdf(CORPUS, 4)
    found = embedder.embed(["count COUNT singer", "of", "nothing known"])
    assert found.shape == (3, 4) and found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 1, 0])
    # The terms are, by number of thoughts, then by the alphabet: "of" and "the" in 3, "count" and "count the" in 2.
    assert np.flatnonzero(found[0]).tolist() == [2] and np.flatnonzero(found[1]).tolist() == [0]
    both = TfIdf(CORPUS, 10).embed(["count the count"])[0]
    weight = 1 + np.log(5 / 3)
    the = 1 + np.log(5 / 4)
    raw = {"count": (1 + np.log(2)) * weight, "the": the, "count the": weight}
    assert sorted(both[both > 0]) == pytest.approx(
        sorted(np.array(list(raw.values())) / np.linalg.norm(list(raw.values())))
    )


def test_tfidf_is_known_by_its_corpus():
    assert TfIdf(CORPUS, 4).fingerprint == TfIdf(CORPUS, 4).fingerprint
    assert len({TfIdf(CORPUS, 4).fingerprint, TfIdf(CORPUS, 3).fingerprint, TfIdf(CORPUS * 2, 4).fingerprint}) == 3
    assert open_embedder(EmbedderConfig(), CORPUS).fingerprint == TfIdf(CORPUS, 2048).fingerprint


def test_states_are_the_mean_of_the_last_hidden_states(states):
    import torch
    from transformers import AutoModel, AutoTokenizer

    found = open_embedder(states, []).embed(THOUGHTS)
    model, tokenizer = AutoModel.from_pretrained(states.path), AutoTokenizer.from_pretrained(states.path)
    for thought, vector in zip(THOUGHTS[:3], found[:3], strict=True):
        with torch.no_grad():
            alone = model(**tokenizer(thought, return_tensors="pt")).last_hidden_state[0].mean(dim=0)
        assert np.allclose(vector, alone.numpy(), atol=1e-5)
    assert not found[3].any()


def test_states_cut_long_thoughts_and_are_known_by_the_model(states, tmp_path):
    short = replace(states, max_tokens=3)
    one, other = open_embedder(short, []).embed(["singer name age year", "singer name age year of song"])
    assert np.allclose(one, other, atol=1e-5)
    assert open_embedder(short, []).fingerprint != open_embedder(states, []).fingerprint
    copy = save_model(tmp_path / "other", seed=2)
    assert open_embedder(replace(states, path=str(copy)), []).fingerprint != open_embedder(states, []).fingerprint
    with pytest.raises(GenerationError, match="no model there"):
        open_embedder(replace(states, path=str(tmp_path)), [])


def test_centred(states):
    plain, centred = open_embedder(states, CORPUS), open_embedder(replace(states, centred=True), CORPUS)
    assert np.allclose(centred.embed(THOUGHTS), plain.embed(THOUGHTS) - plain.embed(CORPUS).mean(axis=0), atol=1e-6)
    assert centred.fingerprint not in (plain.fingerprint, Centred(plain, CORPUS[:2]).fingerprint)
    with pytest.raises(EmbeddingError, match="set centred = false"):
        open_embedder(replace(states, centred=True), [])


def test_the_store_is_asked_first(states, tmp_path):
    first = open_embedder(states, [], tmp_path).embed(THOUGHTS[:2])
    embedder = open_embedder(states, [], tmp_path)
    again = embedder.embed([THOUGHTS[1], THOUGHTS[2], THOUGHTS[0], THOUGHTS[1]])
    assert np.array_equal(again[[2, 0]], first) and np.array_equal(again[0], again[3])
    assert len(store_parts(tmp_path, THOUGHT_VECTORS)) == 2
    assert "_loaded" in vars(embedder._embedder)
    third = open_embedder(states, [], tmp_path)
    assert np.array_equal(third.embed(THOUGHTS[:2]), first)
    assert "_loaded" not in vars(third._embedder), "no model is loaded for what is stored"
    others = replace(states, max_tokens=2)
    assert not np.array_equal(open_embedder(others, [], tmp_path).embed(THOUGHTS[:2]), first)
    assert open_embedder(states, [], tmp_path).embed([]).shape[0] == 0


def test_a_damaged_part_is_named(states, tmp_path):
    open_embedder(states, [], tmp_path).embed(["a"])
    [part] = store_parts(tmp_path, THOUGHT_VECTORS)
    part.write_bytes(b"garbage")
    with pytest.raises(StoreError, match=part.name):
        open_embedder(states, [], tmp_path).embed(["a"])


def test_an_endpoint_is_asked_in_batches_and_again_where_it_fails(tmp_path):
    with ModelServer() as server:
        config = EmbedderConfig(
            kind="endpoint", base_url=server.base_url, served_model="e", batch_size=2, retry_seconds=5
        )
        server.misbehave(
            refuse(503), drop, say(b"{}"), say(json.dumps({"data": [{"index": 0}]}).encode()), always=vectors_of
        )
        found = open_embedder(config, [], tmp_path).embed(["a", "bbb", "cc"])
        assert found.tolist() == [[1, 1], [3, 1], [2, 1]]
        assert [body["input"] for body in server.seen[4:]] == [["a", "bbb"], ["cc"]]
        assert server.seen[0]["model"] == "e"
        seen = len(server.seen)
        assert open_embedder(config, [], tmp_path).embed(["cc", "a"]).tolist() == [[2, 1], [1, 1]]
        assert len(server.seen) == seen
        assert open_embedder(replace(config, revision="2"), []).fingerprint != open_embedder(config, []).fingerprint


def test_an_endpoint_that_is_gone_is_an_error_and_no_vector():
    config = EmbedderConfig(kind="endpoint", base_url="http://127.0.0.1:9/v1", served_model="e", retry_seconds=0.05)
    with pytest.raises(ServerError, match="given up"):
        open_embedder(config, []).embed(["a"])
    with ModelServer() as server:
        server.misbehave(always=refuse(401, said="bad key"))
        with pytest.raises(ServerError, match="bad key"):
            open_embedder(replace(config, base_url=server.base_url), []).embed(["a"])


def test_vectors_of_different_lengths_are_refused():
    def uneven(handler: BaseHTTPRequestHandler) -> None:
        answer(handler, {"data": [{"index": 0, "embedding": [1.0] * len(handler.owner.seen[-1]["input"][0])}]})

    with ModelServer() as server:
        server.misbehave(always=uneven)
        config = EmbedderConfig(kind="endpoint", base_url=server.base_url, served_model="e", batch_size=1)
        with pytest.raises(EmbeddingError, match="different lengths"):
            open_embedder(config, []).embed(["a", "bb"])


@pytest.mark.parametrize("kind", ["sentences", "endpoint", "states"])
def test_what_a_kind_needs_is_said(kind):
    with pytest.raises((EmbeddingError, GenerationError), match="state base_url|state path|needs a path"):
        open_embedder(EmbedderConfig(kind=kind), [])


def test_sentence_transformers_where_it_is_absent_says_what_to_install():
    pytest.importorskip("transformers")
    try:
        import sentence_transformers  # noqa: F401
    except ImportError:
        embedder = open_embedder(EmbedderConfig(kind="sentences", path="owner/name"), [])
        with pytest.raises(EmbeddingError, match="pip install sentence-transformers"):
            embedder.embed(["a"])
    else:
        pytest.skip("sentence-transformers is installed")
