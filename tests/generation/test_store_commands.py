"""`t2s store` and `t2s prune` on a project's data folder: what published tables need stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.generation.fingerprint import model_fingerprint
from t2s_pipeline.generation.keys import completion_key, prompt_id
from t2s_pipeline.generation.protocol import Completion, Identity, Sampling
from t2s_pipeline.generation.store import CompletionStore, StoredCompletion, StoreError, read_prompts
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.tables import registry
from t2s_pipeline.warehouse import TableRef, Warehouse

SERVED = ModelConfig(backend="openai", base_url="http://127.0.0.1:9/v1", served_model="tiny")
EXPERIMENT = """
[models.served]
backend = "openai"
base_url = "http://127.0.0.1:9/v1"
served_model = "tiny"
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose store has four completions of a declared model and six of one that is declared no more;
    the first two of these are in a published rollout, the next in a pair."""
    for name in ("SPIDER_ROOT", "OUTPUT_ROOT", "MODEL_PATH", "TRAIN_LIMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    (tmp_path / "dagster_project.toml").write_text("")
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "demo.toml").write_text(EXPERIMENT)
    folder = tmp_path / "data"
    store = CompletionStore(folder)
    store.append([stored(n, model_fingerprint(SERVED)) for n in range(4)])
    store.append([stored(n, "g" * 64) for n in range(10, 16)])
    store.close()
    warehouse = Warehouse(folder)
    publish(warehouse, "attempts", [row_of(stored(n, "g" * 64)) for n in (10, 11)])
    publish(warehouse, "pairs", [row_of(stored(12, "g" * 64))])
    return folder


def stored(number: int, model: str, adapter: str | None = None) -> StoredCompletion:
    key = completion_key(Identity(model, adapter, "openai", "served"), Sampling(), [number], 0)
    prompt = initial_prompt("Table t: a INTEGER", f"question {number}")
    return StoredCompletion(key, prompt, Completion(f"SELECT {number}", "stop", 1, 3))


def row_of(item: StoredCompletion) -> dict[str, object]:
    return {"prompt_id": prompt_id(item.prompt), "completion_key": item.key.digest}


def publish(warehouse: Warehouse, table: str, rows: list[dict[str, object]]) -> None:
    """Rows of another experiment on the same folder, with whatever else their table asks for."""
    schema = registry()[table]
    plain = {"string": "x", "int64": 1, "double": 1.0, "bool": True}
    full = []
    for number, row in enumerate(rows):
        filled = {c.name: plain.get(str(c.type)) for c in schema.columns}
        keys = {name: f"{number}" for name in schema.key if str(schema.arrow.field(name).type) == "string"}
        full.append(filled | keys | {name: value for name, value in row.items() if name in filled})
    warehouse.publish(TableRef(table, "other", "all"), schema.to_arrow(full), "f" * 32, {})


def test_what_is_in_the_store_is_told_by_name(data, t2s):
    code, out, _ = t2s("store")
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert code == 0
    assert lines["completions"][1] == "2" and lines["prompts"][1] == "2" and lines["evaluation_history"][1] == "0"
    assert lines["served"][1:4] == ["openai", "4", "12"]
    assert f"? {'g' * 12}" in out and lines["?"][3] == "6"


def test_what_no_table_needs_goes_and_only_when_it_is_said(data, t2s):
    for arguments in (["--undeclared"], ["--undeclared", "--older-than", "0"]):
        code, out, _ = t2s("prune", *arguments)
        assert code == 0 and "to remove it, add --remove" in out
        assert [line.split()[:4] for line in out.splitlines()[:2]] == [
            ["completions", "4", "of", "10"],
            ["prompts", "3", "of", "10"],
        ]
    assert t2s("prune", "--undeclared", "--older-than", "1")[1].split()[1] == "0"
    code, out, _ = t2s("prune", "--undeclared", "--remove")
    assert code == 0 and "removed" in out
    left = CompletionStore(data).lookup(stored(n, "g" * 64).key.digest for n in range(10, 16))
    assert sorted(completion.text for completion in left.values()) == ["SELECT 10", "SELECT 11"]
    kept = [prompt_id(stored(n, "").prompt) for n in (0, 1, 2, 3, 10, 11, 12)]
    assert len(read_prompts(data, kept)) == 7  # what mining and pairs refer to
    with pytest.raises(StoreError):
        read_prompts(data, [prompt_id(stored(13, "").prompt)])
    with Warehouse(data).connect() as connection:
        assert connection.execute("SELECT count(*) FROM completions").fetchone() == (6,)


def test_what_a_teacher_answered_stays_as_long_as_its_table(data, t2s):
    taught = stored(13, "g" * 64)
    publish(Warehouse(data), "teacher_traces", [row_of(taught)])
    assert t2s("prune", "--undeclared", "--remove")[0] == 0
    left = CompletionStore(data).lookup(stored(n, "g" * 64).key.digest for n in range(10, 16))
    assert set(left) == {stored(n, "g" * 64).key.digest for n in (10, 11, 13)}
    assert prompt_id(taught.prompt) in read_prompts(data, [prompt_id(taught.prompt)])


def test_without_a_condition_or_with_a_run_at_work_nothing_goes(data, t2s):
    code, _, err = t2s("prune", "--remove")
    assert code == 1 and "--older-than DAYS, --undeclared" in err
    store = CompletionStore(data)
    store.lookup(["x"])
    code, _, err = t2s("prune", "--undeclared", "--remove")
    assert code == 1 and "a run is at work" in err
    store.close()


def left(data: Path, numbers: range, model: str, adapter: str | None = None) -> int:
    return len(CompletionStore(data).lookup(stored(n, model, adapter).key.digest for n in numbers))


def test_beside_a_declared_model_that_cannot_be_identified_goes_what_is_certainly_not_its_own(data, t2s, monkeypatch):
    """An answer with an adapter that no table has is nobody's; one of an unknown base model may be the declared one's."""
    store = CompletionStore(data)
    store.append([stored(n, model, "d" * 64) for n in range(20, 25) for model in ("g" * 64, model_fingerprint(SERVED))])
    store.close()
    for name in ("second", "third"):
        (data.parent / "experiments" / f"{name}.toml").write_text('[models.hub]\npath = "nobody/nothing"\n')
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(data / "none"))
    whose = "model hub of experiment second, model hub of experiment third: 'nobody/nothing': neither a folder"
    code, out, err = t2s("prune", "--undeclared", "--remove")
    assert code == 0 and out.split()[:4] == ["completions", "10", "of", "20"]
    assert "6 completions of a base model stay" in err and f"not known: {whose}" in err
    assert left(data, range(20, 25), "g" * 64, "d" * 64) == 0
    assert left(data, range(10, 16), "g" * 64) == 6 and left(data, range(4), model_fingerprint(SERVED)) == 4
    code, out, err = t2s("store")
    assert code == 0 and "served" in out and f"not known: {whose}" in err


def test_beside_an_experiment_that_cannot_be_read_base_models_stay_and_it_is_named(data, t2s):
    (data.parent / "experiments" / "second.toml").write_text("[arms.a]\nmax_turn = 2\n")
    code, _, err = t2s("prune", "--undeclared", "--remove")
    assert code == 0 and "6 completions" in err and "unknown key 'arms.a.max_turn'" in err
    assert left(data, range(10, 16), "g" * 64) == 6
    code, out, err = t2s("store")
    assert code == 0 and "served" in out and "second.toml: unknown key" in err


def test_answers_of_a_whole_model_whose_folder_is_elsewhere_stay(data, t2s):
    adapter = {"adapter": "full", "digest": "d" * 64, "path": "adapters/none"}
    publish(Warehouse(data), "adapters", [adapter])
    code, _, err = t2s("prune", "--undeclared", "--remove")
    assert code == 0 and "not known: adapter full of experiment other" in err
    assert left(data, range(10, 16), "g" * 64) == 6


def test_the_mark_of_the_undeclared_is_explained_where_it_stands(data, t2s):
    assert "?: no model" in t2s("store")[1]
    live = Warehouse(data)
    for table in ("attempts", "pairs"):
        live.live_path(TableRef(table, "other", "all")).unlink()
    assert t2s("prune", "--undeclared", "--remove")[0] == 0
    assert "?" not in t2s("store")[1]


def test_an_age_below_none_is_refused(data, t2s):
    code, _, err = t2s("prune", "--older-than", "-3")
    assert code == 1 and "--older-than -3: expected a number of days, 0 or more" in err


def test_a_damaged_table_stops_it_for_what_it_needs_is_not_known(data, t2s):
    live = Warehouse(data).live_path(TableRef("attempts", "other", "all"))
    live.unlink()
    live.write_bytes(b"PAR1")
    code, _, err = t2s("prune", "--undeclared", "--remove")
    assert code == 1 and "attempts" in err and "damaged" in err
    assert len(CompletionStore(data).lookup(stored(n, "g" * 64).key.digest for n in range(10, 16))) == 6


def test_small_parts_are_merged(data, t2s):
    code, out, err = t2s("store", "--compact")
    parts = {line.split()[0]: line.split()[1] for line in out.splitlines() if line}
    assert code == 0 and "completions: 2 parts merged into 1, 2 removed" in err
    assert (parts["completions"], parts["prompts"]) == ("1", "1")
    assert len(read_prompts(data, {row_of(stored(n, "g" * 64))["prompt_id"] for n in (0, 10)})) == 2


def test_tables_that_were_replaced_go_and_only_when_it_is_said(data, t2s):
    publish(Warehouse(data), "pairs", [row_of(stored(13, "g" * 64))])
    assert " 0 would go" in t2s("prune", "--objects").out  # not yet a day ago
    counted = t2s("prune", "--objects", "--older-than", "0")
    assert " 1 would go" in counted.out and "add --remove" in counted.out
    assert len(list((data / "objects").iterdir())) == 3
    assert " 1 removed" in t2s("prune", "--objects", "--older-than", "0", "--remove").out
    assert len(list((data / "objects").iterdir())) == 2
    assert t2s("prune", "--objects", "--undeclared").code == 1
