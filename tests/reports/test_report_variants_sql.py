"""report_variants.sql and variant_counts.sql: what arms lose on variants of their questions, and which are paired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.evaluation.statistics import exact_mcnemar, paired_difference, wilson_interval
from t2s_pipeline.reports.listing import declared_reports
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.reports.variants import pair_with_originals
from t2s_pipeline.table_definitions import EXAMPLES, ROLLOUTS, TRAJECTORIES
from tests.reports.tables import table

EXPERIMENT = """
[evaluation]
dataset = "{dataset}"
{variants}

[models.nano]
path = "builtin:nano"

[arms.base]
model = "nano"

[arms.{other}]
model = "nano"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "experiments").mkdir()
    (tmp_path / "dagster_project.toml").write_text("".join(f"[datasets.{n}]\nkind = 'json'\n" for n in ("dev", "syn")))
    for name, dataset, variants, other in (
        ("on_dev", "dev", 'variants = ["on_syn"]', "repair"),
        ("on_syn", "syn", "", "another"),
    ):
        text = EXPERIMENT.format(dataset=dataset, variants=variants, other=other)
        (tmp_path / "experiments" / f"{name}.toml").write_text(text)
    monkeypatch.setenv("T2S_PROJECT", str(tmp_path))
    return load_experiment("on_dev", tmp_path)


def examples(experiment: str, rows: list[tuple[str, str, str]]) -> list[dict[str, Any]]:
    """Examples of (database, gold, question)."""
    dataset = experiment.removeprefix("on_")
    return [
        {"experiment": experiment, "example_id": f"{dataset}/dev/{n:05}", "split": "dev", "question": question}
        | {"database_id": f"{dataset}/{database}", "gold": gold}
        for n, (database, gold, question) in enumerate(rows)
    ]


def tables(asked: dict[str, tuple[list[tuple[str, str, str]], str]], **of_rollout: dict[str, Any]) -> dict[str, Any]:
    """Tables of arm `base`, of experiment: (its questions, a bit for each: whether the answer is right)."""
    found: dict[str, list[dict[str, Any]]] = {"examples": [], "rollouts": [], "trajectories": []}
    for experiment, (rows, bits) in asked.items():
        own = examples(experiment, rows)
        found["examples"] += own
        base = {"experiment": experiment, "rollout": "base"}
        settings = {"gold_free": True, "split": "dev", "match_rule": "official", "model_fingerprint": "m"}
        found["rollouts"].append(base | settings | of_rollout.get(experiment, {}))
        found["trajectories"] += [
            base | {name: row[name] for name in ("example_id", "database_id")} | {"final_correct": bit == "1"}
            for row, bit in zip(own, bits, strict=True)
        ]
    schemas = {"examples": EXAMPLES, "rollouts": ROLLOUTS, "trajectories": TRAJECTORIES}
    return {name: table(schema, found[name]) for name, schema in schemas.items()}


def report(config, *args: Any, **named: Any) -> pa.Table:
    with report_connection(tables(*args, **named)) as connection:
        return run_report("report_variants", connection, config)


DEV = [
    ("a", "SELECT 1", "One?"),
    ("a", "SELECT 1", "The number one?"),
    ("a", "SELECT 2", "Two?"),
    ("b", "SELECT 3", "?"),
]
SYN = [
    ("a", "select  1;", "Unit?"),
    ("a", "SELECT 1", "The unit?"),
    ("a", "SELECT 2", "A pair?"),
    ("b", "SELECT 3", "!"),
]


def test_pairs_are_counted_and_tested_as_the_statistics_have_it(config):
    base, other = report(config, {"on_dev": (DEV, "1110"), "on_syn": (SYN, "1001")}).to_pylist()
    assert (base["variant"], base["arm"], base["dataset"], base["original_dataset"]) == ("on_syn", "base", "syn", "dev")
    assert [base[name] for name in ("original_right", "original_examples")] == [3, 4]
    assert [base[name] for name in ("variant_right", "variant_examples", "pairs", "paired")] == [2, 4, 4, True]
    assert (base["fixed"], base["broken"]) == (1, 2)
    assert (base["value"], base["interval_low"], base["interval_high"]) == paired_difference(1, 2, 1, 0)
    assert base["p_value"] == exact_mcnemar(2, 1) and base["bootstrap_low"] <= base["value"] <= base["bootstrap_high"]
    assert base["differs"] is None
    assert other["missing"] == "experiments/on_syn.toml declares no arm repair" and other["value"] is None


def test_where_few_have_an_original_the_samples_are_independent(config):
    own = [*SYN[:1], ("c", "SELECT 4", "Four?"), ("c", "SELECT 5", "Five?")]
    table = report(config, {"on_dev": (DEV, "1110"), "on_syn": (own, "100")})
    row = table.to_pylist()[0]
    assert (row["pairs"], row["paired"], row["fixed"], row["p_value"], row["bootstrap_low"]) == (
        1,
        False,
        None,
        None,
        None,
    )
    (low, high), (own_low, own_high) = wilson_interval(3, 4), wilson_interval(1, 3)
    assert row["value"] == pytest.approx(1 / 3 - 3 / 4)
    assert row["interval_low"] == pytest.approx(row["value"] - ((1 / 3 - own_low) ** 2 + (high - 3 / 4) ** 2) ** 0.5)
    assert row["interval_high"] == pytest.approx(row["value"] + ((own_high - 1 / 3) ** 2 + (3 / 4 - low) ** 2) ** 0.5)
    text = markdown(table)
    assert "| base | 75.0 % (3/4;" in text and "| independent | – | – | – | – |" in text


def test_what_has_no_results_or_was_asked_otherwise_says_so(config):
    row = report(config, {"on_dev": (DEV, "1110")}).to_pylist()[0]
    assert row["missing"] == "not run yet: t2s run -e on_syn 'evaluations[base]'"
    row = report(config, {"on_syn": (SYN, "1110")}).to_pylist()[0]
    assert row["missing"] == "not run yet: t2s run -e on_dev 'evaluations[base]'"
    both = {"on_dev": (DEV, "1110"), "on_syn": (SYN, "1001")}
    row = report(config, both, on_syn={"match_rule": "strict"}).to_pylist()[0]
    assert row["missing"] == "judged by different rules: official and strict" and row["variant_examples"] == 0
    table = report(config, both, on_syn={"model_fingerprint": "n", "max_turns": 3, "gold_free": False})
    assert table.to_pylist()[0]["differs"] == "model, repair" and table.to_pylist()[0]["gold_aware"]
    assert "Not asked in the same way on both: on_syn, base (model, repair)." in markdown(table)
    assert "| Run | dev, verified † | syn, verified † |" in markdown(table)


def test_it_is_in_the_graph_of_the_experiment_that_names_variants(config):
    assert "report_variants" in [one.name for one in declared_reports(config)]
    assert "report_variants" not in [one.name for one in declared_reports(load_experiment("on_syn"))]


def test_the_likelier_of_two_originals_is_taken_and_no_original_twice():
    dev = examples("on_dev", [("a", "SELECT 1", "How old is the singer?"), ("a", "SELECT 1", "Which age has she?")])
    syn = examples("on_syn", [("a", "SELECT 1", "Which age has the vocalist?")])
    assert pair_with_originals(syn, dev) == {"syn/dev/00000": "dev/dev/00001"}
    three = examples("on_syn", [("a", "SELECT 1", text) for text in ("How old is the artist?", "Age?", "Which age?")])
    assert pair_with_originals(three, dev) == {"syn/dev/00000": "dev/dev/00000", "syn/dev/00002": "dev/dev/00001"}
    assert pair_with_originals(examples("on_syn", [("b", "SELECT 1", "How old?")]), dev) == {}


QUESTIONS = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12"), st.text("xyz ", max_size=6)), max_size=8)


@given(QUESTIONS, st.data())
def test_a_part_of_dev_in_order_is_paired_whole_and_in_order(rows, data):
    kept = [n for n in range(len(rows)) if data.draw(st.booleans())]
    dev, part = examples("on_dev", rows), examples("on_syn", [rows[n] for n in kept])
    pairs = pair_with_originals(part, dev)
    assert len(pairs) == len(part) == len(set(pairs.values()))
    by_id = {row["example_id"]: row for row in (*dev, *part)}
    assert all(by_id[a]["gold"] == by_id[b]["gold"] for a, b in pairs.items())
    for database, gold in {row[:2] for row in rows}:
        own = [b for a, b in sorted(pairs.items()) if rows[int(b[-5:])][:2] == (database, gold)]
        assert own == sorted(own)
