"""The tables that `scale.py` measures reports over: those of an experiment's evaluation, with made-up content.

    config(), make(folder, attempts=100_000)         # <folder>/<table>/<arm>.parquet

Of every twenty attempts sixteen are samples of one question by arm `sampled`, the others one answer each of `base` and
`other`, and two turns of `repair`. A third of all is wrong, of every class; golds are of some hundreds of forms. Files
are written as the warehouse writes them (zstd, with checksums, a file an arm), row groups of questions in their order.

Not covered: long answers and thoughts (each attempt's text is some 70 characters); the train side and variants of the
data set (`scale_train_tables.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from t2s_pipeline.config import (
    ArmConfig,
    ComparisonConfig,
    DatasetConfig,
    EvaluationConfig,
    ExperimentConfig,
    ModelConfig,
    RecipeConfig,
    TrainConfig,
)
from t2s_pipeline.evaluation.causes import Cause
from t2s_pipeline.evaluation.error_class import routing_rows
from t2s_pipeline.tables import registry

NAME, VARIANT = "scale", "scale_variant"
SAMPLES = 16
ATTEMPTS_A_QUESTION = 20
QUESTIONS_AT_ONCE = 25_000
DATABASES = 500
GOLD_FORMS = 300
TURNS = {"base": 1, "other": 1, "repair": 2, "sampled": 1}
SHOWN = {"retrieval": "retrieved_k6", "schema_style": "compact", "token_budget": "none"}
FEEDBACK = "The query ran, but its result is not what the question asks for. Write another one."
ROWS = '{"columns":["name","count(*)"],"rows":[["a",1],["b",2]],"more":0}'
CLASSES = [row["error_class"] for row in routing_rows() if row["error_class"] != "execution_correct"]
CAUSES = [str(cause) for cause in Cause]
#: Of each feature that macro `slices` reads, the most that a gold has.
FEATURES = {
    "joins": 4,
    "subqueries": 2,
    "aggregates": 3,
    "logical_connectors": 3,
    **dict.fromkeys(("set_operations", "group_by", "having", "order_by", "limits", "distincts", "likes"), 1),
    **dict.fromkeys(("arithmetic", "scalar_functions", "cases", "window_functions"), 1),
}
Rows = dict[str, Any]


def config() -> ExperimentConfig:
    return ExperimentConfig(
        name=NAME,
        datasets={"made": DatasetConfig()},
        models={"made": ModelConfig()},
        train=TrainConfig(dataset="made", model="made"),
        recipes={"capped": RecipeConfig()},
        evaluation=EvaluationConfig(dataset="made", variants=(VARIANT,)),
        arms={
            "base": ArmConfig(model="made"),
            "other": ArmConfig(model="made"),
            "repair": ArmConfig(model="made", max_turns=2),
            "sampled": ArmConfig(model="made", num_samples=SAMPLES, temperature=1.0),
        },
        comparisons={"gain": ComparisonConfig(first="base", second="other")},
    )


def make(folder: Path, attempts: int) -> None:
    """Write all tables for so many attempts."""
    questions = attempts // ATTEMPTS_A_QUESTION
    chunks = (np.arange(n, min(n + QUESTIONS_AT_ONCE, questions)) for n in range(0, questions, QUESTIONS_AT_ONCE))
    write_tables(folder, (part for numbers in chunks for part in _tables(numbers)))
    rollouts = pa.Table.from_pylist([_rollout(arm, questions) for arm in TURNS])
    columns = {name: rollouts[name] for name in rollouts.column_names}
    write_tables(folder, [("rollouts", "all", typed_table("rollouts", rollouts.num_rows, columns))])


def write_tables(folder: Path, parts: Iterable[tuple[str, str, pa.Table]]) -> None:
    """Rows as they come, each with its table and file, as the warehouse writes them."""
    writers: dict[Path, pq.ParquetWriter] = {}
    for name, file, table in parts:
        path = folder / name / f"{file}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path not in writers:
            writers[path] = pq.ParquetWriter(path, table.schema, compression="zstd", write_page_checksum=True)
        writers[path].write_table(table)
    for writer in writers.values():
        writer.close()


def _tables(numbers: np.ndarray) -> Iterator[tuple[str, str, pa.Table]]:
    """Rows of these questions, by table and file."""
    texts = named_texts(numbers)
    yield from _questions(numbers, texts)
    for arm, turns in TURNS.items():
        samples = SAMPLES if arm == "sampled" else 1
        right = np.zeros((len(numbers), turns, samples), bool)
        for turn in range(turns):
            for sample in range(samples):
                right[:, turn, sample] = mixed(numbers, 7 * turn + sample + len(arm)) % 3 != 0
        yield "attempts", arm, _attempts(arm, numbers, texts, right)
        yield "trajectories", arm, _trajectories(arm, numbers, texts, right)
        yield "diagnoses", arm, _diagnoses(arm, numbers, texts, right)
        if samples > 1:
            yield "votes", arm, pa.concat_tables(_votes(arm, numbers, texts, right))


def _questions(numbers: np.ndarray, texts: Rows) -> Iterator[tuple[str, str, pa.Table]]:
    rows = len(numbers)
    form = (mixed(numbers, 21) % GOLD_FORMS).astype(np.int64)
    excluded = pa.array(np.full(rows, "gold_disputed"), mask=mixed(numbers, 5) % 50 != 0)
    hardness = pa.array(["easy", "medium", "hard", "extra"]).take(pa.array(form % 4))
    row = texts | {"split": "dev", "source_row": numbers, "hardness": hardness, "excluded_reason": excluded}
    yield "examples", "all", typed_table("examples", rows, row)
    counts = {
        name: (mixed(form, salt) % (most + 1)).astype(np.int64) for salt, (name, most) in enumerate(FEATURES.items())
    }
    named = {name: texts[name] for name in ("example_id", "database_id")}
    yield "gold_features", "all", typed_table("gold_features", rows, named | counts | {"split": "dev"})
    row = named | {"split": "dev", "source_row": numbers, "gold": texts["gold"], "detail": lists(rows, [])}
    yield "gold_audit", "all", typed_table("gold_audit", rows, row | {"audited": mixed(numbers, 6) % 5 != 0})
    schema = indexed("CREATE TABLE table_", numbers % DATABASES, " (id int, name text, price real, day text)\n" * 12)
    row = named | SHOWN | {"split": "dev", "schema_text": schema, "tables": lists(rows, ["a", "b"])}
    row |= {"gold_tables": lists(rows, ["a"]), "gold_tables_found": numbers % 2, "database_tables": 4}
    yield "retrieved_schemas", "all", typed_table("retrieved_schemas", rows, row | {"dropped_tables": lists(rows, [])})


def _attempts(arm: str, numbers: np.ndarray, texts: Rows, right: np.ndarray) -> pa.Table:
    """All attempts of an arm at these questions, turn after turn of a question, sample after sample."""
    _, turns, samples = right.shape
    each = turns * samples
    place, turn, sample = (index.ravel() for index in np.indices(right.shape))
    number, wrong = numbers[place], ~right.ravel()
    sql = sql_texts(number + 13 * sample)
    classes = pa.array([*CLASSES, "execution_correct"])
    code = np.where(wrong, (mixed(number, 9) % len(CLASSES)).astype(np.int64), len(CLASSES))
    told = wrong & (turn + 1 < turns)
    row = {name: values.take(pa.array(place)) for name, values in texts.items()}
    row |= {"rollout": arm, "turn": turn + 1, "sample": sample, "raw_text": sql, "sql": sql}
    row |= {name: ~wrong for name in ("correct", "correct_official", "correct_strict", "correct_star", "executable")}
    row |= {"error_class": classes.take(pa.array(code)), "reward": (~wrong).astype(float)}
    row |= {"feedback": pa.array(np.where(told, FEEDBACK, ""), mask=~told)}
    row |= {"elapsed_ms": 1.0, "completion_tokens": 40, "prompt_id": hashes(number, 0)}
    return typed_table("attempts", len(numbers) * each, row | {"completion_key": hashes(number, turn * 100 + sample)})


def _trajectories(arm: str, numbers: np.ndarray, texts: Rows, right: np.ndarray) -> pa.Table:
    rows, sql = len(numbers), sql_texts(numbers)
    classes = pa.array(CLASSES).take(pa.array((mixed(numbers, 9) % len(CLASSES)).astype(np.int64)))
    excluded = pa.array(np.full(rows, "gold_disputed"), mask=mixed(numbers, 5) % 50 != 0)
    row = texts | {"rollout": arm, "turns": right.shape[1], "final_turn": right.shape[1], "final_sample": 0}
    row |= {"first_sql": sql, "final_sql": sql, "first_error_class": classes, "final_error_class": classes}
    row |= {"first_correct": right[:, 0, 0], "final_correct": right[:, -1, 0], "any_correct": right.any(axis=(1, 2))}
    return typed_table("trajectories", rows, row | {"excluded_reason": excluded})


def _diagnoses(arm: str, numbers: np.ndarray, texts: Rows, right: np.ndarray) -> pa.Table:
    """A row for each attempt that is wrong."""
    place, turn, sample = np.nonzero(~right)
    number = numbers[place]
    classes = pa.array(CLASSES).take(pa.array((mixed(number, 9) % len(CLASSES)).astype(np.int64)))
    pairs = np.stack([mixed(number, 31) % len(CAUSES), mixed(number, 32) % len(CAUSES)], axis=1).ravel()
    causes = pa.array(CAUSES).take(pa.array(pairs.astype(np.int64)))
    row = {name: texts[name].take(pa.array(place)) for name in ("example_id", "database_id")}
    row |= {"arm": arm, "turn": turn + 1, "sample": sample, "error_class": classes, "deployment_scope": "online"}
    row |= {"causes": pa.ListArray.from_arrays(np.arange(0, 2 * len(place) + 1, 2, np.int32), causes)}
    column = pc.is_in(classes, pa.array(["no_such_column", "ambiguous_column"]))
    row |= {"column_tag": pc.if_else(column, "hallucinated_column", None)}
    row |= {"column_reference": pc.if_else(column, indexed("column_", number % 5_000, ""), None)}
    return typed_table("diagnoses", len(place), row | {"sql_rows": ROWS, "gold_rows": ROWS})


def _votes(arm: str, numbers: np.ndarray, texts: Rows, right: np.ndarray) -> Iterator[pa.Table]:
    named = {name: texts[name] for name in ("example_id", "database_id")}
    for salt, selector in enumerate(("vav", "majority", "first_executable")):
        chosen = (mixed(numbers, 40 + salt) % SAMPLES).astype(np.int64)
        correct = right[np.arange(len(numbers)), 0, chosen]
        row = named | {"rollout": arm, "selector": selector, "samples": SAMPLES, "sample": chosen}
        row |= {"correct": correct, "correct_official": correct, "correct_strict": correct}
        margin = (chosen % 10) / 10 if selector != "first_executable" else None
        yield typed_table("votes", len(numbers), row | {"margin": margin})


def _rollout(arm: str, questions: int) -> Rows:
    row = {"rollout": arm, "shard": "00_of_01", "split": "dev", "examples": questions, "max_turns": TURNS[arm]}
    row |= {"num_samples": SAMPLES if arm == "sampled" else 1, "match_rule": "official", "gold_free": True}
    return row | SHOWN | {"repair_scope": "online"}


def typed_table(name: str, rows: int, given: Rows) -> pa.Table:
    """Rows of a table: what is given of its columns, the same value for all where it is one; else what fits."""
    schema = registry()[name]
    arrays = []
    for column in schema.columns:
        value = given.get(column.name, NAME if column.name == "experiment" else None)
        if value is None and (column.key or not column.nullable):
            value = {pa.string(): "x", pa.int64(): 1, pa.float64(): 1.0, pa.bool_(): True}[column.type]
        if value is None:
            arrays.append(pa.nulls(rows, column.type))
        elif isinstance(value, np.ndarray | pa.Array | pa.ChunkedArray):
            arrays.append(
                pa.array(value).cast(column.type) if isinstance(value, np.ndarray) else value.cast(column.type)
            )
        else:
            arrays.append(pa.repeat(pa.scalar(value, column.type), rows))
    return pa.Table.from_arrays(arrays, schema=schema.arrow)


def named_texts(numbers: np.ndarray) -> dict[str, pa.Array]:
    padded = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 8, "0")
    return {
        "example_id": pc.binary_join_element_wise("made/dev/", padded, ""),
        "database_id": indexed("made/database_", numbers % DATABASES, ""),
        "question": indexed("How many rows of table ", numbers, " are there?"),
        "gold": indexed("SELECT count(*) FROM table_", numbers, ""),
    }


def sql_texts(numbers: np.ndarray) -> pa.Array:
    text = pa.array(numbers).cast(pa.string())
    parts = ["SELECT name, count(*) FROM table_", text, " WHERE column_", text, " > ", text, " GROUP BY name"]
    return pc.binary_join_element_wise(*parts, "")


def indexed(before: str, numbers: np.ndarray, after: str) -> pa.Array:
    return pc.binary_join_element_wise(before, pa.array(numbers).cast(pa.string()), after, "")


def lists(rows: int, values: list[str]) -> pa.Array:
    return pa.repeat(pa.scalar(values, pa.list_(pa.string())), rows)


def hashes(numbers: np.ndarray, salt: int | np.ndarray) -> pa.Array:
    """32 hexadecimal digits each."""
    drawn = mixed(numbers, salt)
    digits = np.stack([drawn, drawn ^ np.uint64(0x5555)], axis=1).astype(">u8").tobytes().hex().encode()
    places = np.arange(0, 32 * len(numbers) + 1, 32, np.int32)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(places), pa.py_buffer(digits))


def mixed(numbers: np.ndarray, salt: int | np.ndarray) -> np.ndarray:
    """Numbers that look drawn, the same ones every time (the end of splitmix64)."""
    step = np.atleast_1d(salt).astype(np.uint64) + np.uint64(1)
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15) * step
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(2)
