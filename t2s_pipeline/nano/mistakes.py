"""What a checkpoint gets wrong, as repairs: broken queries of the corpus are made by rule, these are the model's own.

    python -m t2s_pipeline.nano.pretrain mistakes --run runs/nano --groups 1200

A model that is trained on made mistakes alone learns to answer the question again, and its own mistakes, which it finds
likely, it says again. So a checkpoint answers first turns of worlds of their own; `mistakes.jsonl` in the run's folder
has a line a world with its seed and the answers, from which worlds, questions and feedback are made anew. The cool-down
takes part of its repairs from there (`batches.OWN_SHARE`). An interrupted file is gone on with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from random import Random
from typing import Any

from t2s_pipeline.nano.corpus import Conversation, first_turn_group, own_repair_group
from t2s_pipeline.nano.measure import generate
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.render import token_ids

FILE_NAME = "mistakes.jsonl"
_GROUPS_AT_ONCE = 64


def write_mistakes(model: Any, tokenizer: Any, folder: Path, seed: int, groups: int) -> None:
    """Append to `folder`'s file until it holds `groups` worlds' answers, greedy ones of `model`."""
    path = folder / FILE_NAME
    seeds = [f"mistakes {seed} {number}" for number in range(mistaken_schemas(folder), groups)]
    model.eval()
    for start in range(0, len(seeds), _GROUPS_AT_ONCE):
        chosen = {name: first_turn_group(Random(name)) for name in seeds[start : start + _GROUPS_AT_ONCE]}
        prompts = [token_ids(c.prompt, tokenizer) for group in chosen.values() for c in group]
        answers = iter(generate(model, tokenizer, prompts))
        lines = [
            json.dumps({"seed": name, "answers": [extract_sql(a) for a in islice(answers, len(group))]})
            for name, group in chosen.items()
        ]
        with open(path, "a", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))


def mistaken_schemas(folder: Path) -> int:
    """How many worlds' answers a run's folder holds."""
    path = folder / FILE_NAME
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


def own_repairs(path: Path, first: int) -> Iterator[list[Conversation]]:
    """Groups of repairs of the answers in a file that are wrong, from the `first` world on, round and round.

    Equal arguments give equal groups. Raises ValueError for a file in which nothing is wrong.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    found = 0
    for number in count(first):
        if number == first + len(lines) and not found:
            raise ValueError(f"{path}: none of the answers in {len(lines)} lines is wrong; write more of them")
        line = json.loads(lines[number % len(lines)])
        group = own_repair_group(Random(line["seed"]), Random(f"{line['seed']} {number}"), line["answers"])
        if group:
            found += 1
            yield group
