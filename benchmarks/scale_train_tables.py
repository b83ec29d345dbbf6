"""What else `scale.py` measures reports over: the train side, and the same arms on a variant of the data set.

    make_train(folder / "train", attempts=100_000)           # <folder>/train/<table>/all.parquet
    make_variant(folder / "variant", attempts=100_000)       # the evaluation's, under another experiment

Of every train question there are sixteen attempts, eight samples of two turns, of which a third is wrong; and four
pairs, a third of them synthetic, which the one recipe sees all and keeps two thirds of. The variant has as many
questions as the original, of the same golds; one in seven of its right answers is wrong there.

Not covered: messages as long as prompts are, which no report reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from scale_tables import (
    CLASSES,
    QUESTIONS_AT_ONCE,
    VARIANT,
    hashes,
    make,
    mixed,
    named_texts,
    sql_texts,
    typed_table,
    write_tables,
)

from t2s_pipeline.preferences.pair_types import EditKind, MinedType, Origin

SAMPLES, TURNS, PAIRS = 8, 2, 4
HARDNESS = ("easy", "medium", "hard", "extra")
REASONS = ("min_reward_margin", "duplicate", "max_pairs")
TYPES = [*MinedType, *(kind.pair_type for kind in EditKind)]

VARIANT_TABLES = ("examples", "trajectories", "rollouts")


def make_train(folder: Path, attempts: int) -> None:
    """Write the train side's tables for so many attempts."""
    questions = attempts // (SAMPLES * TURNS)
    chunks = (np.arange(n, min(n + QUESTIONS_AT_ONCE, questions)) for n in range(0, questions, QUESTIONS_AT_ONCE))
    write_tables(folder, ((name, "all", table) for numbers in chunks for name, table in _train_tables(numbers)))


def make_variant(folder: Path, attempts: int) -> None:
    """Write the tables of `make` that a report reads of a variant, under its name; their questions have ids of their
    own, and the golds of the original's."""
    make(folder, attempts)
    for path in sorted(folder.glob("*/*.parquet")):
        if path.parent.name not in VARIANT_TABLES:
            path.unlink()
            continue
        table = pq.read_table(path)
        named = {"experiment": pa.repeat(pa.scalar(VARIANT), table.num_rows)}
        if "example_id" in table.column_names:
            named["example_id"] = pc.replace_substring(table["example_id"], "made/", "variant/", max_replacements=1)
        if "final_correct" in table.column_names:
            fewer = pa.array(mixed(np.arange(table.num_rows), 60) % 7 != 0)
            named["final_correct"] = pc.and_(table["final_correct"], fewer)
        for name, values in named.items():
            table = table.set_column(table.column_names.index(name), table.schema.field(name), values)
        pq.write_table(table, path, compression="zstd", write_page_checksum=True)


def _train_tables(numbers: np.ndarray) -> Iterator[tuple[str, pa.Table]]:
    """Rows of these questions, by table."""
    texts = named_texts(numbers)
    hardness = pa.array(HARDNESS).take(pa.array((mixed(numbers, 1) % 4).astype(np.int64)))
    vacuous = mixed(numbers, 2) % 5 == 0
    row = texts | {"split": "train", "source_row": numbers, "hardness": hardness, "gold_vacuous": vacuous}
    yield "examples", typed_table("examples", len(numbers), row)
    yield "attempts", _attempts(numbers, texts, vacuous)
    pairs = _pairs(numbers, texts)
    yield "pairs", typed_table("pairs", len(pairs["example_id"]), pairs)
    removed = mixed(np.arange(len(pairs["example_id"])), 3) % 9
    reasons = pa.array([*REASONS, None]).take(pa.array(np.minimum(removed, len(REASONS)).astype(np.int64)))
    row = pairs | {"recipe": "capped", "removed_by": reasons}
    yield "filtered_pairs", typed_table("filtered_pairs", len(pairs["example_id"]), row)


def _attempts(numbers: np.ndarray, texts: dict[str, pa.Array], vacuous: np.ndarray) -> pa.Table:
    place, turn, sample = (index.ravel() for index in np.indices((len(numbers), TURNS, SAMPLES)))
    number = numbers[place]
    right = mixed(number, 7 * turn + sample) % 3 != 0
    sql = sql_texts(number + 13 * sample)
    code = np.where(right, len(CLASSES), (mixed(number, 9) % len(CLASSES)).astype(np.int64))
    row = {name: values.take(pa.array(place)) for name, values in texts.items()}
    row |= {"rollout": "train", "turn": turn + 1, "sample": sample, "raw_text": sql, "sql": sql}
    row |= {name: right for name in ("correct", "correct_official", "correct_star", "executable")}
    row |= {"correct_strict": right & (mixed(number, 11) % 40 != 0), "reward": right.astype(float)}
    row |= {"train_correct": pa.array(right, mask=vacuous[place])}
    row |= {"error_class": pa.array([*CLASSES, "execution_correct"]).take(pa.array(code))}
    row |= {"prompt_id": hashes(number, 0), "completion_key": hashes(number, turn * 100 + sample)}
    return typed_table("attempts", len(number), row)


def _pairs(numbers: np.ndarray, texts: dict[str, pa.Array]) -> dict[str, object]:
    """Columns of four pairs a question."""
    place, which = (index.ravel() for index in np.indices((len(numbers), PAIRS)))
    number = numbers[place]
    kind = pa.array(TYPES).take(pa.array((mixed(number, 20 + which) % len(TYPES)).astype(np.int64)))
    origin = pa.array(list(Origin))
    margin = (mixed(number, 30 + which) % 1000) / 500
    row: dict[str, object] = {name: texts[name].take(pa.array(place)) for name in ("example_id", "database_id")}
    row |= {"pair_id": hashes(number, 50 + which), "prompt_id": hashes(number, 0), "pair_type": kind}
    row |= {"origin": origin.take(pa.array((mixed(number, 40 + which) % 3).astype(np.int64)))}
    row |= {"prompt_moved": which == 0, "chosen_sql": sql_texts(number), "rejected_sql": sql_texts(number + which)}
    row |= {"chosen_reward": margin, "rejected_reward": 0.0, "reward_margin": margin, "edit_distance_ratio": margin / 2}
    row |= {"rejected_executable": which % 2 == 0, "chosen_executable": True, "rejected_error_class": CLASSES[0]}
    return row | {"chosen_tokens": number % 50 + 20, "rejected_tokens": number % 37 + 20}
