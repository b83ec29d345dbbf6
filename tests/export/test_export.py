"""Exported files: every completion with its own prompt, figures as counted by hand, loadable by `datasets` and TRL."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from t2s_pipeline.config import DatasetConfig
from t2s_pipeline.evaluation.gold_features import feature_rows
from t2s_pipeline.export.card import data_card
from t2s_pipeline.export.folder import write_export
from t2s_pipeline.export.records import REWARDS, predictions
from t2s_pipeline.export.source import ExportError, read_pairs, read_rollout
from t2s_pipeline.export.summary import summary
from t2s_pipeline.generation.keys import prompt_id
from t2s_pipeline.generation.store import StoreError
from t2s_pipeline.prediction_files import read_candidates
from t2s_pipeline.reports.metrics import arm_metrics
from t2s_pipeline.table_definitions import GOLD_AUDIT, GOLD_FEATURES
from t2s_pipeline.warehouse import TableRef
from tests.export.conftest import (
    CHAIRS,
    DESKS,
    FIRST,
    GOLD,
    LAMPS,
    PAIRS,
    REPAIR,
    TRAIN_ATTEMPTS,
    WRONG,
    publish,
    rollout,
)
from tests.reports.tables import table


@pytest.fixture
def folder(tmp_path, config, warehouse):
    target = tmp_path / "out"
    write_export(target, config, read_rollout(warehouse, config, "train"), read_pairs(warehouse, config, "mix"))
    return target


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_pairs_are_messages_in_training_order_and_removed_ones_are_left_out(folder):
    repair, moved = lines(folder / "preferences.jsonl")
    assert repair["prompt"] == REPAIR[LAMPS].chat() and not repair["prompt_moved"]
    assert moved["prompt"] == FIRST[LAMPS].chat() and moved["prompt_moved"]
    for pair in (repair, moved):
        assert pair["chosen"] == [{"role": "assistant", "content": GOLD}]
        assert pair["rejected"] == [{"role": "assistant", "content": WRONG}]
        assert "experiment" not in pair and "messages" not in pair


def test_the_references_pairs_are_the_same_ones(folder):
    pairs = json.loads((folder / "dpo_pairs.json").read_text())
    assert [(p["chosen"], p["rejected"], p["meta"]["turn"]) for p in pairs] == [(GOLD, WRONG, 2), (GOLD, WRONG, 1)]
    for pair, record in zip(pairs, lines(folder / "preferences.jsonl"), strict=True):
        assert pair["prompt"] == "\n\n".join(message["content"] for message in record["prompt"])
        assert pair["meta"]["pair_type"] == record["pair_type"]
        assert (pair["meta"]["db_id"], pair["meta"]["gold_sql"]) == ("shop", GOLD)


def test_every_completion_is_on_the_prompt_that_produced_it(folder):
    records = lines(folder / "grpo_rollouts.jsonl")
    assert len(records) == len(TRAIN_ATTEMPTS)
    prompts = {prompt_id(p): p.chat() for p in (*FIRST.values(), *REPAIR.values())}
    asked = {(row["example_id"], row["turn"], row["sample"]): row for row in TRAIN_ATTEMPTS}
    for record in records:
        attempt = asked[record["example_id"], record["turn"], record["sample"]]
        assert record["prompt"] == prompts[attempt["prompt_id"]]
        assert record["completion"] == [{"role": "assistant", "content": attempt["raw_text"]}]
        assert record["reward"] == attempt["reward"]
        assert {name: record[name] for name in REWARDS} == {name: attempt.get(name) for name in REWARDS}
    assert {record["turn"] for record in records if "Previous SQL" in record["prompt"][1]["content"]} == {2}


def test_trajectories_have_every_candidate_and_the_questions_whose_gold_fails(folder):
    chairs, lamps, bad = sorted(lines(folder / "trajectories.jsonl"), key=lambda row: row["question"], reverse=True)
    assert (chairs["status"], lamps["status"], bad["status"]) == ("correct_first_turn", "repaired", "bad_gold")
    assert [(c["turn"], c["sample"], c["sql"]) for c in lamps["candidates"]] == [
        (1, 0, WRONG), (1, 1, WRONG), (2, 0, GOLD), (2, 1, WRONG)
    ]  # fmt: skip
    assert lamps["candidates"][0]["feedback"] == "SQLite error: no such table: itm"
    assert bad["candidates"] == [] and bad["error"] == "no such column: x"


def test_the_summary_counts_as_by_hand(folder):
    found = json.loads((folder / "summary.json").read_text())
    assert found["total"] == 3
    assert found["status"] == {"bad_gold": 1, "correct_first_turn": 1, "repaired": 1}
    assert found["first_turn_example_accuracy"] == 1 / 2
    assert found["final_example_execution_accuracy"] == 1.0
    assert found["repair_success_rate"] == 1.0
    assert found["first_turn_execution_accuracy"] == 2 / 4
    assert found["candidate_execution_accuracy"] == found["executable_rate"] == 3 / 6
    assert found["syntax_error_rate"] == 0.0
    assert found["avg_candidate_reward"] == pytest.approx((-0.2 * 2 + 0.7 - 0.5 + 1 + 1) / 6)
    assert found["cost_flags"] == {"executor_error": 3, "not_executable": 3}
    assert found["dpo_pairs"] == 2 and sum(found["pair_types"].values()) == 2
    assert found["denominators"]["candidates"] == 6 and found["denominators"]["first_turn_errors"] == 1
    assert (found["args"]["examples"], found["args"]["num_samples"]) == (2, 2)


def test_the_summary_is_what_the_evaluation_says(config, warehouse):
    partitions = {"rollouts": "repair", "attempts": "repair", "trajectories": "repair", "examples": "dev"}
    tables = {name: warehouse.read(TableRef(name, "shop", partition)) for name, partition in partitions.items()}
    audit = table(GOLD_AUDIT, [{"experiment": "shop", "example_id": DESKS, "detail": []}])
    features = table(
        GOLD_FEATURES, [{"experiment": "shop"} | row for row in feature_rows(tables["examples"].to_pylist())]
    )
    metrics = arm_metrics("shop", **tables, gold_audit=audit, gold_features=features).to_pylist()
    found = summary(read_rollout(warehouse, config, "repair"), None)
    shares = {row["metric"]: row["value"] for row in metrics if row["subset"] == "all" and row["metric"] in found}
    assert len(shares) == 8
    assert {name: found[name] for name in shares} == shares


def test_datasets_loads_the_folder_by_its_card(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from datasets import load_dataset

    loaded = load_dataset(str(folder), split="train", cache_dir=str(tmp_path / "cache"))
    assert [row["prompt"] for row in loaded] == [row["prompt"] for row in lines(folder / "preferences.jsonl")]
    records = load_dataset(str(folder), "grpo_rollouts", split="train", cache_dir=str(tmp_path / "cache"))
    assert records["completion"][:] == [row["completion"] for row in lines(folder / "grpo_rollouts.jsonl")]


def test_trl_reads_the_pairs_as_our_own_trainer_does(folder):
    from trl import is_conversational
    from trl.data_utils import apply_chat_template

    from t2s_pipeline.nano import MODEL_DIR
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
    from t2s_pipeline.prompts.render import training_ids

    tokenizer = load_chat_tokenizer(MODEL_DIR)
    for row, prompt in zip(lines(folder / "preferences.jsonl"), (REPAIR[LAMPS], FIRST[LAMPS]), strict=True):
        pair = {name: row[name] for name in ("prompt", "chosen", "rejected")}
        assert is_conversational(pair)
        text = apply_chat_template(pair, tokenizer)
        for name, sql in (("chosen", GOLD), ("rejected", WRONG)):
            asked, answer = training_ids(prompt, sql, tokenizer)
            assert tokenizer.encode(text["prompt"], add_special_tokens=False) == asked
            assert tokenizer.encode(text[name].rstrip("\n"), add_special_tokens=False) == answer


@pytest.mark.parametrize(
    ("project", "identifier", "words"),
    [
        ("spider", "cc-by-sa-4.0", "Spider, CC BY-SA 4.0"),
        ("embedded", "cc-by-4.0", "embedded data set, CC BY 4.0"),
        ("json", "other", "furniture, under its owner's terms"),
    ],
    indirect=["project"],
)
def test_the_card_carries_the_licence_of_the_questions(folder, identifier, words):
    card = (folder / "README.md").read_text()
    assert f"\nlicense: [{identifier}]\n" in card and words in card
    assert re.search(r"\| `preferences.jsonl` \| 2 \|", card)
    assert "do not train on it" not in card


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"gold_free": False, "feedback_mode": "oracle_rows"},
            "decided with the gold; prompts of repairs show rows of",
        ),
        (
            {"gold_free": True, "feedback_mode": "online_visible"},
            "feedback `online_visible`, detail `basic`; decided without",
        ),
        ({"max_turns": 1}, None),
    ],
)
def test_the_card_says_how_repairs_came_about(config, warehouse, changes, said):
    rollout = read_rollout(warehouse, config, "repair")
    settings = rollout.settings | {"feedback_detail": "basic"} | changes
    card = data_card(config, replace(rollout, settings=settings), None, {})
    assert said in card if said else "Repairs:" not in card


def test_the_card_names_the_licences_of_rollout_and_pairs(tmp_path, config, warehouse):
    datasets = config.datasets | {"rooms": DatasetConfig(kind="embedded")}
    other = replace(config, datasets=datasets, evaluation=replace(config.evaluation, dataset="rooms"))
    rollout, pairs = read_rollout(warehouse, config, "repair"), read_pairs(warehouse, config, "mix")
    card = data_card(other, rollout, pairs, {"preferences.jsonl": 2})
    assert "license: [cc-by-4.0, cc-by-sa-4.0]" in card and "CC BY 4.0" in card and "Spider, CC BY-SA 4.0" in card


def test_pairs_of_an_evaluation_split_are_marked(tmp_path, config, warehouse):
    publish(warehouse, "filtered_pairs", "mix", [PAIRS[0] | {"not_for_training": "dev"}])
    write_export(
        tmp_path / "out", config, read_rollout(warehouse, config, "train"), read_pairs(warehouse, config, "mix")
    )
    assert "Some pairs are of an evaluation split" in (tmp_path / "out" / "README.md").read_text()
    assert lines(tmp_path / "out" / "preferences.jsonl")[0]["not_for_training"] == "dev"


def test_an_arm_is_exported_without_pairs_and_marked(config, warehouse, tmp_path, t2s):
    code, out, err = t2s("export", str(tmp_path / "arm"), "-e", "shop", "--arm", "repair")
    assert (code, err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "arm").iterdir()) == [
        "README.md", "grpo_rollouts.jsonl", "predictions.json", "summary.json", "trajectories.jsonl"
    ]  # fmt: skip
    assert "do not train on it" in (tmp_path / "arm" / "README.md").read_text()
    assert json.loads((tmp_path / "arm" / "summary.json").read_text())["dpo_pairs"] is None
    assert re.search(r"^ +2  .*grpo_rollouts.jsonl$", out, re.MULTILINE)


def test_the_answers_are_read_back_in_the_order_of_the_input_rows(folder, warehouse, config):
    rows = read_rollout(warehouse, config, "train")
    count = len(rows.examples) + len(rows.rejected)
    answers = {row["example_id"]: row["final_sql"] for row in rows.trajectories}
    databases = ["shop"] * (count - 1) + [None]
    found = read_candidates(folder / "predictions.json", count, databases=databases)
    assert found == [[answers[LAMPS]], [answers[CHAIRS] or ""], [""], [""]]
    assert json.loads((folder / "predictions.json").read_text())["0"] == f"{answers[LAMPS]}\t----- bird -----\tshop"
    old = replace(rows, rejected=[row | {"split_row": None} for row in rows.rejected])
    with pytest.raises(ExportError, match="rejected rows have no place; t2s run train_examples"):
        predictions(old)


def test_the_command_takes_the_only_recipe_and_writes_the_same_bytes_again(folder, warehouse, tmp_path, t2s):
    code, _, err = t2s("export", str(tmp_path / "again"), "-e", "shop")
    assert (code, err) == (0, "")
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()
    }
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--recipe", "synth"], "no recipe 'synth'; there are: mix"),
        (["--arm", "sft"], "no rollout 'sft' in experiment 'shop'; there are: train, base, repair"),
        (
            ["--arm", "base"],
            r"rollout 'base' of experiment 'shop' is not there; t2s run 'arm_rollouts\[base\]' -e shop",
        ),
    ],
)
def test_what_is_not_there_is_named_with_what_to_do(arguments, message, warehouse, tmp_path, t2s):
    code, _, err = t2s("export", str(tmp_path / "out"), "-e", "shop", *arguments)
    assert code == 1 and re.search(message, err)
    assert not (tmp_path / "out").exists()


def test_nothing_that_is_there_is_overwritten(warehouse, tmp_path, t2s):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    code, _, err = t2s("export", str(tmp_path / "mine"), "-e", "shop")
    assert code == 1 and "is there already; remove it" in err
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep me"


def test_what_a_killed_export_left_is_not_in_the_way(config, warehouse, tmp_path, monkeypatch):
    """The process id comes again: in a container every export has the same."""

    def killed(*_):
        raise SystemExit  # with nothing swept up, as after kill -9

    read = read_rollout(warehouse, config, "train"), read_pairs(warehouse, config, "mix")
    with monkeypatch.context() as broken:
        broken.setattr("t2s_pipeline.export.folder.summary", killed)
        broken.setattr("shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(SystemExit):
            write_export(tmp_path / "out", config, *read)
    assert not (tmp_path / "out").exists()
    assert write_export(tmp_path / "out", config, *read)["preferences.jsonl"] == 2


def test_half_a_rollout_is_no_rollout(config, warehouse):
    (warehouse.data / "tables" / "rollouts" / "shop" / "train.01_of_02.parquet").unlink()
    with pytest.raises(ExportError, match="1 of 2 shards are there; t2s run train_rollouts"):
        read_rollout(warehouse, config, "train")


def test_a_prompt_that_is_not_in_the_store_stops_the_export(config, warehouse):
    publish(warehouse, "attempts", "repair", [TRAIN_ATTEMPTS[0] | {"rollout": "repair", "prompt_id": "0" * 32}])
    publish(warehouse, "rollouts", "repair", [rollout("repair", "00_of_01", 1)])
    publish(warehouse, "examples", "dev", [{"example_id": LAMPS, "split": "dev"}])
    with pytest.raises(StoreError, match="is not there; run its rollout again"):
        read_rollout(warehouse, config, "repair")


def test_pairs_that_share_a_prompt_stay_pairs_of_their_own(config, warehouse):
    publish(warehouse, "filtered_pairs", "mix", [p | {"removed_by": None, "position": n} for n, p in enumerate(PAIRS)])
    assert [row["position"] for row in read_pairs(warehouse, config, "mix").rows] == [0, 1, 2]
