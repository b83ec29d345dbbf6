"""report_ablations.sql: arms that differ in one thing alone, from the configuration, with their results."""

from __future__ import annotations

from dataclasses import replace

from t2s_pipeline.config import AdapterConfig, ArmConfig, ExperimentConfig, ModelConfig, RecipeConfig
from t2s_pipeline.reports.ablations import ablation_members
from t2s_pipeline.reports.render import markdown
from t2s_pipeline.reports.run import report_connection, run_report
from t2s_pipeline.table_definitions import FILTERED_PAIRS
from tests.reports.tables import EXPERIMENT, Outcome, all_tables, table

RIGHT, WRONG = (True, True), (False, True)
SFT = AdapterConfig(model="nano")
DPO = AdapterConfig(method="dpo", model="nano", data="synth20")
BASE = ArmConfig(model="nano")
REPAIR = replace(BASE, max_turns=3, feedback_detail="minimal")


def declared(**arms: ArmConfig) -> ExperimentConfig:
    return ExperimentConfig(
        name=EXPERIMENT,
        models={"nano": ModelConfig(path="builtin:nano")},
        recipes={"synth20": RecipeConfig(), "synth30": RecipeConfig()},
        adapters={
            "sft": SFT,
            "sft_seed14": replace(SFT, seed=14),
            "dpo20": DPO,
            "dpo30": replace(DPO, data="synth30"),
        },
        arms=arms,
    )


def groups(config: ExperimentConfig) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """(ablation, its arms with their levels), a group each."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in ablation_members(config).to_pylist():
        found.setdefault((row["ablation"], row["fixed"]), set()).add((row["arm"], row["level"]))
    return {(ablation, frozenset(members)) for (ablation, _), members in found.items()}


def test_arms_are_grouped_where_they_differ_in_one_thing():
    config = declared(
        base=BASE,
        base_bm25=replace(BASE, retrieval_mode="bm25"),
        base_minimal=REPAIR,
        base_column=replace(REPAIR, feedback_detail="column"),
        base_online=replace(REPAIR, repair_scope="online"),
        sft=ArmConfig(policy="sft"),
        sft_minimal=replace(REPAIR, policy="sft", model=""),
    )
    assert groups(config) == {
        ("method", frozenset({("base", "base"), ("sft", "sft")})),
        ("method", frozenset({("base_minimal", "base"), ("sft_minimal", "sft")})),
        ("feedback", frozenset({("base", "one_shot"), ("base_minimal", "minimal"), ("base_column", "column")})),
        (
            "scope",
            frozenset(
                {
                    ("base", "one_shot"),
                    ("base_minimal", "verified, result_status"),
                    ("base_online", "online, result_status"),
                }
            ),
        ),
        ("scope", frozenset({("base", "one_shot"), ("base_column", "verified, result_status")})),
        ("scope", frozenset({("sft", "one_shot"), ("sft_minimal", "verified, result_status")})),
        ("retrieval", frozenset({("base", "retrieved_k6"), ("base_bm25", "bm25_k6")})),
    }


def test_recipes_and_seeds_are_told_by_the_adapters_settings():
    config = declared(**{name: ArmConfig(policy=name) for name in ("sft", "sft_seed14", "dpo20", "dpo30")})
    assert groups(config) == {
        ("method", frozenset({("sft", "sft"), ("dpo20", "dpo20"), ("dpo30", "dpo30")})),
        ("synthetic_ratio", frozenset({("dpo20", "synth20"), ("dpo30", "synth30")})),
        ("seed", frozenset({("sft", "13"), ("sft_seed14", "14")})),
    }


def report(config: ExperimentConfig, arms: dict[str, list[Outcome]]):
    pair = {"experiment": EXPERIMENT, "recipe": "synth20", "origin": "natural"}
    pairs = [pair | {"pair_id": str(n)} | ({"origin": "synthetic"} if n < 2 else {}) for n in range(10)]
    pairs += [pair | {"pair_id": "removed", "origin": "synthetic", "removed_by": "max_pairs"}]
    tables = all_tables(arms) | {"filtered_pairs": table(FILTERED_PAIRS, pairs)}
    with report_connection(tables) as connection:
        return run_report("report_ablations", connection, config)


def test_a_recipe_s_share_and_a_missing_arm():
    config = declared(dpo20=ArmConfig(policy="dpo20"), dpo30=ArmConfig(policy="dpo30"))
    made = report(config, {"dpo20": [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG,))]})
    rows = [r for r in made.to_pylist() if r["ablation"] == "synthetic_ratio"]
    first = next(r for r in rows if r["arm"] == "dpo20" and r["metric"] == "first_turn_example_accuracy")
    assert (first["pairs"], first["synthetic_pairs"], first["numerator"], first["denominator"]) == (10, 2, 1, 2)
    (missing,) = [r for r in rows if r["arm"] == "dpo30"]
    assert missing["metric"] == "(no results)" and "after adapter dpo30" in missing["missing"]
    text = markdown(made)
    assert "| synth20 | dpo20 | 20.0 % (2/10; 95 % 5.7–51.0) | 50.0 % (1/2; 95 % 9.5–90.5) |" in text
    assert "| synth30 | dpo30 | no results: not run yet" in text


def test_the_spread_of_the_seeds():
    config = declared(**{name: ArmConfig(policy=name) for name in ("sft", "sft_seed14")})
    half = [Outcome("execution_correct", (RIGHT,)), Outcome("wrong_result", (WRONG,))]
    text = markdown(report(config, {"sft": half, "sft_seed14": half[:1] * 2}))
    assert "| First turn | sft, one_shot | 2 | 50.0 | 75.0 | 100.0 |" in text


def test_the_spreads_of_several_trainings_stand_in_one_table_below_the_seeds():
    names = ("sft", "sft_seed14", "dpo20", "dpo20_seed14")
    config = declared(**{name: ArmConfig(policy=name) for name in names})
    config = replace(config, adapters={**config.adapters, "dpo20_seed14": replace(config.adapters["dpo20"], seed=14)})
    right, wrong = [Outcome("execution_correct", (RIGHT,))], [Outcome("wrong_result", (WRONG,))]
    text = markdown(report(config, dict(zip(names, (right, wrong, wrong, wrong), strict=True))))
    seeds, spread = text.split("Spread over seeds:")
    assert "Seeds (sft, one_shot)" in seeds and "Seeds (dpo20, one_shot)" in seeds
    assert (
        "| Final | sft, one_shot | 2 | 0.0 | 50.0 | 100.0 |\n| Final | dpo20, one_shot | 2 | 0.0 | 0.0 | 0.0 |"
        in spread
    )


def test_gold_aware_figures_have_columns_of_their_own():
    config = declared(base=BASE, base_minimal=REPAIR)
    arms = {"base": [Outcome("wrong_result", (WRONG,))], "base_minimal": [Outcome("wrong_result", (WRONG, RIGHT))]}
    text = markdown(report(config, arms))
    assert "| Repair scope | Run | First turn | Final | Final, verified † | Repaired, verified † |" in text
    assert "† The gold decided" in text


def test_no_two_arms_alike():
    made = report(declared(base=BASE), {"base": [Outcome("wrong_result", (WRONG,))]})
    assert made.num_rows == 0 and markdown(made) == "No two declared arms differ in one thing alone.\n"
