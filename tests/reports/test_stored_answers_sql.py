"""stored_answers.sql, stored_pass.sql and `t2s compare EXPERIMENT/ARM EXPERIMENT/ARM`: what two arms have in common."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from t2s_pipeline.catalog import rebuild_catalog
from t2s_pipeline.commands.compare import compare
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.errors import T2sError
from t2s_pipeline.evaluation.comparison import ComparisonError
from t2s_pipeline.evaluation.match_rules import MatchRule
from t2s_pipeline.evaluation.statistics import exact_mcnemar
from t2s_pipeline.reports.stored import StoredArmError
from t2s_pipeline.table_definitions import ATTEMPTS, DATABASES, EXAMPLES, ROLLOUTS, TRAJECTORIES
from t2s_pipeline.warehouse import TableRef, Warehouse
from tests.reports.tables import table

TOML = """
[datasets.spider]
kind = "spider"

[models.nano]
path = "builtin:nano"

[evaluation]
dataset = "spider"
""" + "".join(f'[arms.{arm}]\nmodel = "nano"\n' for arm in ("base", "sft", "never"))
SCHEMAS = (ATTEMPTS, DATABASES, EXAMPLES, ROLLOUTS, TRAJECTORIES)


def rows(experiment: str, arm: str, bits: str, **changed: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables for one arm: a bit an example, every second of database d1; `changed` by table."""
    base = {"experiment": experiment, "rollout": arm}
    found: dict[str, list[dict[str, Any]]] = {schema.name: [] for schema in SCHEMAS}
    found["rollouts"].append(base | {"gold_free": True, "match_rule": "official", "split": "dev"})
    for number in (0, 1):
        database = {"experiment": experiment, "database_id": f"spider/d{number}", "split": "dev", "fingerprint": "f"}
        found["databases"].append(database)
    for number, bit in enumerate(bits):
        own = {
            "experiment": experiment,
            "example_id": f"spider/dev/{number:05}",
            "database_id": f"spider/d{number % 2}",
        }
        right = bit == "1"
        found["examples"].append(own | {"split": "dev", "gold": f"SELECT  {number}", "question": f"Question {number}?"})
        verdict = {"final_correct": right, "final_turn": 1, "final_sample": 0, "final_sql": f"SELECT '{arm}'"}
        verdict["final_error_class"] = "execution_correct" if right else "wrong_result"
        found["trajectories"].append(base | own | verdict)
        answer = {"turn": 1, "sample": 0, "status": "ok", "row_count": 1, "correct_official": right}
        found["attempts"].append(base | own | answer | {"correct_strict": False})
    return {name: [row | changed.get(name, {}) for row in found[name]] for name in found}


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Publishes rows of arms in a project with experiments `one` and `two`."""
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text('[paths]\ndata = "data"\n')
    for name in ("one", "two"):
        (tmp_path / "experiments" / f"{name}.toml").write_text(TOML)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    monkeypatch.delenv("OUTPUT_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    warehouse = Warehouse(tmp_path / "data")

    def _publish(*arms: dict[str, list[dict[str, Any]]]) -> None:
        by_place: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
        for found in arms:
            asked = found["rollouts"][0]
            by_place[asked["experiment"], asked["rollout"]] = found
        seen: set[tuple[str, str]] = set()
        with warehouse.lock():
            for (experiment, arm), found in by_place.items():
                for schema in SCHEMAS:
                    split = schema in (EXAMPLES, DATABASES)
                    if split and (schema.name, experiment) in seen:
                        continue
                    seen.add((schema.name, experiment))
                    ref = TableRef(schema.name, experiment, "dev" if split else arm)
                    warehouse.publish(ref, table(schema, found[schema.name]), "0" * 32, {})
            rebuild_catalog(warehouse)

    return _publish


def compared(capsys: pytest.CaptureFixture, *arguments: str, **options: Any) -> dict[str, Any]:
    compare(*arguments, **options, as_json=True)
    return json.loads(capsys.readouterr().out)


def test_two_arms_of_two_experiments_are_compared_as_they_were_judged(publish, capsys):
    publish(rows("one", "base", "110000"), rows("two", "sft", "011110"))
    found = compared(capsys, "one/base", "two/sft")
    assert [found[name] for name in ("both", "only_first", "only_second", "neither")] == [1, 1, 3, 1]
    assert found["mcnemar_p"] == exact_mcnemar(1, 3) and found["broken"] == ["spider/dev/00000"]
    assert found["fixed"] == [f"spider/dev/0000{n}" for n in (2, 3, 4)]
    low, high = found["bootstrap_interval"]
    assert low <= found["difference"] <= high and not any(found["left_out"].values())
    compare("one/base", "two/sft", rows=Path("changes.parquet"))
    text = capsys.readouterr().out
    assert "first   2/6 = 33.33%" in text and "one/base" in text and "over databases  [" in text
    assert "fixed\n  spider/dev/00002" in text and "not compared" not in text
    changes = pq.read_table("changes.parquet")
    assert changes["change"].to_pylist().count("fixed") == 3 and changes["second_sql"][0].as_py() == "SELECT 'sft'"


def test_what_differs_between_the_two_sets_is_told_and_in_no_figure(publish, capsys):
    other = rows("two", "sft", "111111")
    other["examples"][1]["gold"] = "SELECT 100"
    other["examples"][2]["gold"] = "select 2".upper() + " ;"  # the same but for white space and a semicolon
    other["databases"][0]["fingerprint"] = "g"  # d0: examples 0, 2 and 4
    publish(rows("one", "base", "0" * 8), other)
    found = compared(capsys, "one/base", "two/sft")
    assert found["left_out"] == {
        "only_first": ["spider/dev/00006", "spider/dev/00007"],
        "only_second": [],
        "other_gold": ["spider/dev/00001"],
        "other_database": ["spider/dev/00000", "spider/dev/00002", "spider/dev/00004"],
    }
    assert found["fixed"] == ["spider/dev/00003", "spider/dev/00005"] and found["neither"] == 0
    compare("two/sft", "one/base")
    text = capsys.readouterr().out
    assert "not compared, and in no figure\n  2 answered by one/base alone (first: spider/dev/00006)" in text
    assert "  1 with another gold in each of the two (first: spider/dev/00001)" in text
    assert "  3 judged on databases of other content (first: spider/dev/00000)" in text


def test_nothing_in_common_is_an_error_that_says_why(publish):
    publish(rows("one", "base", "01"), rows("two", "sft", "01", databases={"fingerprint": "g"}))
    with pytest.raises(ComparisonError, match="no example in common: 2 judged on databases of other content"):
        compare("one/base", "two/sft")


def test_different_rules_need_one_that_is_named(publish, capsys):
    strict = rows("two", "sft", "1100", rollouts={"match_rule": "strict"})
    publish(rows("one", "base", "0111"), strict)
    with pytest.raises(CommandError, match=r"different rules \(one/base by official, two/sft by strict\)"):
        compare("one/base", "two/sft")
    found = compared(capsys, "one/base", "two/sft", rule=MatchRule.OFFICIAL)
    assert (found["rule"], found["both"], found["only_first"], found["only_second"]) == ("official", 1, 2, 1)
    with pytest.raises(StoredArmError, match="one/base: was not judged by plug_value; compare by official"):
        compare("one/base", "two/sft", rule=MatchRule.PLUG_VALUE)


def test_by_another_rule_an_answer_has_that_rule_s_class_if_it_was_judged_at_all(publish):
    asked = rows("one", "base", "11")
    asked["attempts"][1]["status"] = "prompt_too_long"
    asked["trajectories"][1]["final_error_class"] = "prompt_too_long"
    publish(asked, rows("two", "sft", "00"))
    compare("one/base", "two/sft", rule=MatchRule.STRICT, rows=Path("changes.parquet"))
    classes = pq.read_table("changes.parquet")["first_error_class"].to_pylist()
    assert classes == ["wrong_result", "prompt_too_long"]


def test_an_arm_that_needed_the_gold_is_marked(publish, capsys):
    publish(rows("one", "base", "01"), rows("two", "sft", "11", rollouts={"gold_free": False, "max_turns": 2}))
    compare("one/base", "two/sft")
    text = capsys.readouterr().out
    assert "two/sft †\n" in text and "one/base\n" in text and "†: the gold decided what was repaired" in text


def test_an_arm_may_stand_beside_the_rows_of_a_score(publish, capsys, tmp_path):
    publish(rows("one", "base", "01"))
    from t2s_pipeline.evaluation.score_rows import COLUMNS, RULE_KEY

    row = {"line": 1, "sample": 0, "chosen": True, "example_id": "spider/dev/00000", "database_id": "spider/d0"}
    row |= {"hardness": "easy", "gold": "SELECT 0", "sql": "SELECT 0", "status": "ok", "correct_official": True}
    schema = pa.schema(list(COLUMNS.items()), metadata={RULE_KEY: b"official"})
    pq.write_table(pa.Table.from_pylist([row], schema), tmp_path / "rows.parquet")
    found = compared(capsys, "one/base", str(tmp_path / "rows.parquet"))
    assert found["fixed"] == ["spider/dev/00000"] and found["left_out"]["only_first"] == ["spider/dev/00001"]


@pytest.mark.parametrize(
    ("second", "options", "message"),
    [
        ("nobody/base", {}, "nobody/base: no such file, and no experiment 'nobody'; there are: one, two"),
        ("two/dpo", {}, "experiment two declares no arm 'dpo'; there are: base, sft, never"),
        ("two/never", {}, r"two/never: has no answers yet: t2s run -e two 'arm_rollouts\[never\]'"),
        ("one/base", {"gold": Path("gold.sql")}, "--gold: is of files of predictions; stored answers are compared as"),
        ("one/base", {"workers": 2}, "--workers: is of files of predictions"),
    ],
)
def test_what_cannot_be_compared_is_one_line(publish, second, options, message):
    publish(rows("one", "base", "01"))
    with pytest.raises(T2sError, match=message):
        compare("one/base", second, **options)


def test_a_damaged_arm_is_not_one_without_answers(publish, tmp_path):
    publish(rows("one", "base", "01"), rows("two", "sft", "11"))
    warehouse = Warehouse(tmp_path / "data")
    damaged = warehouse.live_path(TableRef("trajectories", "two", "sft"))
    damaged.unlink()  # a copy, where links are not to be had
    damaged.write_bytes(b"PAR1 torn")
    with warehouse.lock():
        rebuild_catalog(warehouse)
    with pytest.raises(T2sError, match=r"trajectories/two/sft\.parquet: damaged"):
        compare("one/base", "two/sft")
