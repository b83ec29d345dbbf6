"""Every stage once on a small fixed fixture, for `test_code_versions.py`: what it was made from, and what came out.

The fixture (`golden_fixture.py`) is the first 20 rows of each split of the embedded data, a model whose answers are
written down, SQL to judge and answers to extract SQL from. The stages' domain functions run as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from t2s_pipeline.config import ExperimentConfig, ModelConfig, SandboxConfig
from t2s_pipeline.config_teachers import TeacherConfig
from t2s_pipeline.datasets import load
from t2s_pipeline.datasets.column_values import read_column_values
from t2s_pipeline.evaluation import diagnosis, gold_audit, gold_features, verdict
from t2s_pipeline.evaluation.hardness import hardness
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.fingerprints import content_hash
from t2s_pipeline.generation import keys
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.scripted import ScriptedBackend
from t2s_pipeline.generation.store import CompletionStore, read_prompts
from t2s_pipeline.preferences import mining, recipe, synthetic
from t2s_pipeline.prompts import render
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.templates import TEMPLATES_DIR, templates_fingerprint
from t2s_pipeline.reasoning import traces
from t2s_pipeline.reasoning.ask import ask_teacher
from t2s_pipeline.reasoning.plan_teacher import PlanTeacher
from t2s_pipeline.reports import html, metrics
from t2s_pipeline.reports import run as reports
from t2s_pipeline.reports.listing import REPORTS
from t2s_pipeline.rewards import score
from t2s_pipeline.rollouts import run as rollouts
from t2s_pipeline.rollouts import votes
from t2s_pipeline.sandbox.policy import SandboxPolicy
from t2s_pipeline.sandbox.version import sqlite_version
from t2s_pipeline.schema import table_rows
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.sql import plan
from t2s_pipeline.star import lessons
from t2s_pipeline.tables import registry
from t2s_pipeline.training import external_adapters, job
from t2s_pipeline.training.rows import preference_rows, rows_text, sft_rows
from t2s_pipeline.training.writer_rows import writer_rows
from tests.golden_digests import content_digest, file_digest
from tests.golden_fixture import (
    ANSWERS,
    ARMS,
    DATASET,
    EXPERIMENT,
    GRADED,
    JUDGED,
    RECIPE,
    REPAIR,
    RETRIEVALS,
    SHOP,
    TEXTS,
    TRAIN,
)
from tests.golden_prompts import completion_keys, prompts
from tests.golden_rewards import reward_terms
from tests.golden_star import STAR, star_lessons

Rows = Iterable[Mapping[str, Any]]

#: Every constant that a stage's fingerprint holds: its name, the module where it stands.
CONSTANTS = {
    "CODE_VERSION": load,
    "GOLD_AUDIT_CODE_VERSION": gold_audit,
    "GOLD_FEATURES_CODE_VERSION": gold_features,
    "CATALOG_CODE_VERSION": table_rows,
    "RETRIEVAL_CODE_VERSION": table_rows,
    "VERDICT_VERSION": verdict,
    "PROMPT_VERSION": render,
    "PLAN_VERSION": plan,
    "KEY_VERSION": keys,
    "ROLLOUTS_CODE_VERSION": rollouts,
    "MINING_CODE_VERSION": mining,
    "SYNTHETIC_CODE_VERSION": synthetic,
    "RECIPES_CODE_VERSION": recipe,
    "TRACES_CODE_VERSION": traces,
    "TRAINING_VERSION": job,
    "STAR_CODE_VERSION": lessons,
    "EXTERNAL_CODE_VERSION": external_adapters,
    "METRICS_CODE_VERSION": metrics,
    "DIAGNOSIS_CODE_VERSION": diagnosis,
    "VOTES_CODE_VERSION": votes,
    "REWARDS_CODE_VERSION": score,
    "REPORTS_CODE_VERSION": reports,
    "PAGE_CODE_VERSION": html,
}


@dataclass(frozen=True)
class StageRun:
    """A stage's constants by name, a hash of what it was given, and the digests of what it made."""

    constants: dict[str, Any]
    inputs: str
    outputs: dict[str, str]


@dataclass
class _Golden:
    """The stages so far, and what later ones read of them."""

    folder: Path
    found: dict[str, StageRun]

    def keep(self, name: str, constants: str, inputs: list[Any], outputs: dict[str, str]) -> None:
        versions = {constant: getattr(CONSTANTS[constant], constant) for constant in constants.split()}
        self.found[name] = StageRun(versions, content_hash(inputs), outputs)


@dataclass(frozen=True)
class _Data:
    """Rows that the data stages made, and `given`: what a later stage's inputs are told by."""

    train: list[dict[str, Any]]
    dev: list[dict[str, Any]]
    audit: list[dict[str, Any]]
    paths: dict[str, Path]
    schemas: dict[str, Any]
    retrieved: list[dict[str, Any]]
    given: list[Any]

    @property
    def schema_texts(self) -> dict[str, str]:
        return {row["example_id"]: row["schema_text"] for row in self.retrieved}


def run_stages(folder: Path) -> dict[str, StageRun]:
    """All stages, by name, in an empty folder. The same result in every process and place."""
    golden = _Golden(folder, {})
    templates = templates_fingerprint(path.stem for path in TEMPLATES_DIR.glob("*.txt"))
    golden.keep("extractor", "PROMPT_VERSION", [TEXTS], {"sql": content_digest([extract_sql(text) for text in TEXTS])})
    golden.keep("prompts", "PROMPT_VERSION", [templates], {"messages": content_digest(prompts())})
    golden.keep("plans", "PLAN_VERSION", [GRADED], {"plans": content_digest([plan.plan_text(sql) for sql in GRADED])})
    golden.keep("completion keys", "KEY_VERSION", [], {"keys": content_digest(completion_keys())})
    golden.keep("external adapters", "EXTERNAL_CODE_VERSION", [THEIR_WEIGHTS.hex()], {"adapters": _external(folder)})
    with GoldVerifier(SandboxPolicy(max_rows=1_000), workers=1) as verifier:
        judged = {"rows": content_digest(_verdicts(folder, verifier))}
        golden.keep("verdicts", "VERDICT_VERSION", [JUDGED, SHOP, sqlite_version()], judged)
        data = _load(golden, verifier, templates)
        passes = _ask(golden, data, verifier)
        _reason(golden, data, verifier)
        diagnosed = _diagnose(golden, data, passes, verifier)
        voted = _vote(golden, data, passes["repair"].attempts, verifier)
        terms = {"terms": content_digest(reward_terms(data.train, data.paths, verifier))}
        golden.keep("rewards", "REWARDS_CODE_VERSION VERDICT_VERSION PLAN_VERSION", [data.given], terms)
        made = synthetic.synthetic_pairs(data.train, data.schema_texts, data.schemas, data.paths, verifier, TRAIN).rows
    constants = "SYNTHETIC_CODE_VERSION PROMPT_VERSION VERDICT_VERSION"
    golden.keep("synthetic pairs", constants, [data.given, TRAIN], {"pairs": _digest("pairs", made)})
    _teach(golden, data, passes["repair"].attempts, made)
    tried = (passes["repair"].attempts, passes["repair"].trajectories)
    learnt = {"lessons": content_digest(star_lessons(data.dev, *tried, data.retrieved))}
    golden.keep("star", "STAR_CODE_VERSION PROMPT_VERSION", [data.given, asdict(STAR)], learnt)
    _report(golden, data, passes, diagnosed, voted)
    return golden.found


def _load(golden: _Golden, verifier: GoldVerifier, templates: str) -> _Data:
    splits, paths = {}, {}
    graded = [asdict(hardness(sql, {"item": ["id", "name", "price", "kind"]})) for sql in GRADED]
    golden.keep("hardness", "CODE_VERSION", [GRADED], {"levels": content_digest(graded)})
    for split in ("train", "dev"):
        rows = load.load_split(DATASET, "embedded", split, golden.folder, verifier)
        sources = {name: file_digest(path) for name, path in load.split_sources(DATASET, split, golden.folder).items()}
        made = {"examples": _digest("examples", rows.examples), "rejected": _digest("rejected_examples", rows.rejected)}
        inputs = [DATASET, sources, sqlite_version()]
        golden.keep(f"{split} examples", "CODE_VERSION VERDICT_VERSION", inputs, made)
        splits[split] = rows.examples
        paths |= load.database_paths(DATASET, "embedded", golden.folder, [row["database_id"] for row in rows.examples])
    audit = gold_audit.audit_flags(splits["dev"], (), paths, SandboxConfig(workers=1))
    golds = [_digest("examples", splits["dev"]), {name: file_digest(path) for name, path in paths.items()}]
    golden.keep("gold audit", "GOLD_AUDIT_CODE_VERSION", golds, {"gold_audit": _digest("gold_audit", audit)})
    used = gold_features.feature_rows([*splits["dev"], *({**splits["dev"][0], "gold": sql} for sql in GRADED)])
    golden.keep(
        "gold features", "GOLD_FEATURES_CODE_VERSION", [golds[0], GRADED], {"gold_features": content_digest(used)}
    )
    schemas = {name: read_schema(path, name) for name, path in sorted(paths.items())}
    databases = {name: file_digest(path) for name, path in paths.items()}
    catalogue = {
        "databases": _digest("databases", table_rows.database_rows(schemas.values(), paths, "dev")),
        "columns": _digest("columns", table_rows.column_rows(schemas.values(), "dev")),
    }
    golden.keep("database catalogue", "CATALOG_CODE_VERSION", [databases], catalogue)
    examples = [*splits["train"], *splits["dev"]]
    values = read_column_values(schemas, paths, SandboxConfig(workers=1)).values
    retrieved = []
    for mode in RETRIEVALS:  # a character stands for a token
        retrieved += table_rows.retrieved_schema_rows(
            examples, schemas, mode, values=values, count_tokens=lambda text, example: len(text + example["question"])
        )
    given = [_digest("examples", splits["train"]), _digest("examples", splits["dev"]), databases]
    made = {"retrieved_schemas": _digest("retrieved_schemas", retrieved)}
    golden.keep("retrieval", "RETRIEVAL_CODE_VERSION", [given, RETRIEVALS], made)
    given += [made, templates, sqlite_version()]
    used = [row for row in retrieved if row["retrieval"] == REPAIR.retrieval]
    return _Data(splits["train"], splits["dev"], audit, paths, schemas, used, given)


def _ask(golden: _Golden, data: _Data, verifier: GoldVerifier) -> dict[str, rollouts.RolloutRows]:
    passes = {arm: _roll_out(arm, data, golden.folder, verifier) for arm in ("base", "repair")}
    rows = [(passed.attempts, passed.trajectories) for passed in passes.values()]
    made = {
        "attempts": _digest("attempts", [row for attempts, _ in rows for row in attempts]),
        "trajectories": _digest("trajectories", [row for _, trajectories in rows for row in trajectories]),
    }
    constants = "ROLLOUTS_CODE_VERSION PROMPT_VERSION VERDICT_VERSION KEY_VERSION"
    golden.keep("rollouts", constants, [data.given, ANSWERS, {arm: ARMS[arm] for arm in passes}], made)
    return passes


def _reason(golden: _Golden, data: _Data, verifier: GoldVerifier) -> None:
    """The embedded teacher's traces of the train split, and the writer's rows of them."""
    settings = traces.teacher_rollout(TeacherConfig(), TRAIN.rollouts)
    asked = (data.train, data.schema_texts, data.paths, PlanTeacher(data.train), verifier, settings)
    rows = ask_teacher("plans", *asked, keep_incorrect=False).rows
    made = {"traces": _digest("teacher_traces", rows)}
    made["writer"] = content_digest(rows_text(writer_rows(rows, data.train, data.retrieved, "finer")))
    constants = "TRACES_CODE_VERSION PLAN_VERSION TRAINING_VERSION PROMPT_VERSION VERDICT_VERSION"
    golden.keep("teacher traces", constants, [data.given, settings], made)


def _teach(golden: _Golden, data: _Data, attempts: list[dict[str, Any]], synthetic_rows: list[dict[str, Any]]) -> None:
    prompts = read_prompts(golden.folder, {row["prompt_id"] for row in attempts})
    inputs = [data.given, _digest("attempts", attempts)]
    mined = mining.mine_pairs(
        attempts, data.dev, prompts, gold_when_failed=True, min_cost_reward_gap=TRAIN.min_cost_reward_gap
    ).rows
    golden.keep("mining", "MINING_CODE_VERSION", inputs, {"pairs": _digest("pairs", mined)})
    pairs = [*mined, *synthetic_rows]
    filtered = recipe.apply_recipe(pairs, "any", RECIPE).rows
    made = {"filtered_pairs": _digest("filtered_pairs", filtered)}
    golden.keep("recipes", "RECIPES_CODE_VERSION", [_digest("pairs", pairs), RECIPE], made)
    _report_on_pairs(golden, data.dev, attempts, pairs, filtered)
    stored = [{"prompt_id": key, "messages": messages} for key, messages in prompts.items()]
    taught = {
        "sft": content_digest(rows_text(sft_rows("gold_and_verified", data.dev, data.retrieved, attempts, stored))),
        "dpo": content_digest(rows_text(preference_rows(filtered))),
    }
    golden.keep("training rows", "TRAINING_VERSION PROMPT_VERSION", [*inputs, made], taught)


def _report_on_pairs(golden: _Golden, examples: Rows, attempts: Rows, pairs: Rows, filtered: Rows) -> None:
    """The reports on pairs, the fixture's dev split standing as the train side."""
    rows = {
        "examples": [row | {"split": "train"} for row in examples],
        "attempts": [row | {"rollout": "train"} for row in attempts],
        "pairs": pairs,
        "filtered_pairs": filtered,
    }
    tables = {name: registry()[name].to_arrow(_of_experiment(found)) for name, found in rows.items()}
    config = ExperimentConfig(name=EXPERIMENT, recipes={"any": RECIPE})
    names = [report.name for report in REPORTS.values() if report.about == "pairs"]
    with reports.report_connection(tables) as connection:
        made = {name: registry()[name].digest(reports.run_report(name, connection, config)) for name in names}
    inputs = {name: registry()[name].digest(table) for name, table in tables.items()}
    golden.keep("reports on pairs", "REPORTS_CODE_VERSION", [inputs], made)


def _diagnose(
    golden: _Golden, data: _Data, passes: dict[str, rollouts.RolloutRows], verifier: GoldVerifier
) -> list[dict[str, Any]]:
    columns = list(table_rows.column_rows(data.schemas.values(), "dev"))
    rows: list[dict[str, Any]] = []
    for arm, passed in passes.items():
        rule = ARMS[arm].match_rule
        rows += diagnosis.diagnosis_rows(passed.attempts, data.dev, columns, data.paths, verifier, rule)
    inputs = [data.given, *(_digest("attempts", passed.attempts) for passed in passes.values())]
    golden.keep("diagnoses", "DIAGNOSIS_CODE_VERSION", inputs, {"diagnoses": _digest("diagnoses", rows)})
    return rows


def _vote(golden: _Golden, data: _Data, attempts: list[dict[str, Any]], verifier: GoldVerifier) -> list[dict[str, Any]]:
    rows = votes.vote_rows(attempts, data.paths, verifier)
    inputs = [data.given, _digest("attempts", attempts), sqlite_version()]
    golden.keep("votes", "VOTES_CODE_VERSION", inputs, {"votes": _digest("votes", rows)})
    return rows


def _report(
    golden: _Golden,
    data: _Data,
    passes: dict[str, rollouts.RolloutRows],
    diagnosed: list[dict[str, Any]],
    voted: list[dict[str, Any]],
) -> None:
    rows = {
        "rollouts": [_declared(arm) for arm in passes],
        "trajectories": [row for passed in passes.values() for row in passed.trajectories],
        "attempts": [row for passed in passes.values() for row in passed.attempts],
        "examples": data.dev,
        "gold_audit": data.audit,
        "gold_features": gold_features.feature_rows(data.dev),
    }
    tables = {name: registry()[name].to_arrow(_of_experiment(found)) for name, found in rows.items()}
    inputs = {name: registry()[name].digest(table) for name, table in tables.items()}
    evaluations = metrics.arm_metrics(EXPERIMENT, **tables)
    diagnoses = registry()["diagnoses"].to_arrow(_of_experiment(diagnosed))
    read = {name for report in REPORTS.values() for name in report.reads}
    tables = {name: registry()[name].arrow.empty_table() for name in read} | tables
    tables |= {"evaluations": evaluations, "diagnoses": diagnoses}
    tables["votes"] = registry()["votes"].to_arrow(_of_experiment(voted))
    tables["retrieved_schemas"] = registry()["retrieved_schemas"].to_arrow(_of_experiment(data.retrieved))
    inputs_of_reports = {name: registry()[name].digest(tables[name]) for name in sorted(read)}
    made = {"evaluations": inputs_of_reports["evaluations"]}
    golden.keep("metrics", "METRICS_CODE_VERSION", [inputs], made)
    models = {"scripted": ModelConfig(path="builtin:nano")}
    arms = {name: replace(arm, model="scripted") for name, arm in ARMS.items()}
    config = ExperimentConfig(name=EXPERIMENT, models=models, arms=arms)
    with reports.report_connection(tables) as connection:
        made_of = {name: reports.run_report(name, connection, config) for name in REPORTS}
    shown = {name: registry()[name].digest(table) for name, table in made_of.items()}
    made_of |= {
        "examples": tables["examples"],
        "rejected_examples": registry()["rejected_examples"].arrow.empty_table(),
    }
    with reports.report_connection(made_of) as connection:
        page = {"page": content_digest(html.page_html(connection, config))}
    golden.keep("page", "PAGE_CODE_VERSION", [shown], page)
    lists = {name: [rows.to_pylist() for rows in reports.relations(name, config).values()] for name in REPORTS}
    golden.keep("reports", "REPORTS_CODE_VERSION", [inputs_of_reports, ARMS, lists], shown)


def _roll_out(arm: str, data: _Data, folder: Path, verifier: GoldVerifier) -> rollouts.RolloutRows:
    examples = data.dev
    numbers = {example["question"]: number for number, example in enumerate(examples)}

    def answer(prompt: render.Prompt, sample: int) -> str:
        text = prompt.messages[-1].content
        question = text.split("Question: ")[1].splitlines()[0]
        turn = int(text.split("feedback at turn ")[1].split(":")[0]) + 1 if "feedback at turn " in text else 1
        number = numbers[question]
        return ANSWERS[(number + 3 * sample + 2 * (turn - 1)) % len(ANSWERS)].format(gold=examples[number]["gold"])

    generator = CachedGenerator(ScriptedBackend(answer, arm), CompletionStore(folder))
    return rollouts.run_rollouts(examples, data.schema_texts, data.paths, generator, verifier, ARMS[arm], rollout=arm)


def _declared(arm: str) -> dict[str, Any]:
    """A row of `rollouts`, which no domain function makes."""
    kept = {column.name for column in registry()["rollouts"].columns}
    settings = ARMS[arm]
    plain = {name: value for name, value in asdict(settings).items() if name in kept}
    derived = {"retrieval": settings.retrieval, "gold_free": settings.max_turns == 1, "sqlite_version": ""}
    row = {
        "rollout": arm,
        "shard": "00_of_01",
        "model": "scripted",
        "model_fingerprint": "",
        "split": "dev",
        "examples": 20,
    }
    return plain | derived | row


def _verdicts(folder: Path, verifier: GoldVerifier) -> list[dict[str, Any]]:
    path = folder / "shop.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SHOP)
    candidates = [Candidate("toy/shop", str(path), gold, sql) for gold, sql in JUDGED]
    rows = [asdict(found) for found in verifier.verify(candidates)]
    return [{key: value for key, value in row.items() if key not in ("elapsed_ms", "sqlite_version")} for row in rows]


#: A safetensors file of no tensor: the length of its header, and the header.
THEIR_WEIGHTS = (2).to_bytes(8, "little") + b"{}"


def _external(folder: Path) -> str:
    theirs = folder / "theirs"
    theirs.mkdir()
    (theirs / "adapter_model.safetensors").write_bytes(THEIR_WEIGHTS)
    (theirs / "adapter_config.json").write_text('{"peft_type": "LORA", "r": 8, "target_modules": ["q_proj"]}')
    base = job.BaseModel("nano", "builtin:nano", "unused", "f" * 64)
    origin = external_adapters.Origin("a/lora", "c" * 40)
    return _digest("adapters", [external_adapters.publish_external("theirs", theirs, origin, base, folder)])


def _of_experiment(rows: Rows) -> list[dict[str, Any]]:
    return [{"experiment": EXPERIMENT} | dict(row) for row in rows]


def _digest(table: str, rows: Rows) -> str:
    """The digest that the table's footer would have."""
    schema = registry()[table]
    return schema.digest(schema.to_arrow(_of_experiment(rows)))
