"""How long first prompts are, and what a token budget leaves out: the tables of docs/prompts.md, on Spider dev.

    SPIDER_ROOT=... QWEN_TOKENIZER=... python benchmarks/prompt_tokens.py [--questions N]

Tokens are those of Qwen2.5's tokenizer and chat template; without QWEN_TOKENIZER that of `qwen2_tokenizer` beside
SPIDER_ROOT. All tables, prompt style `plain`. It counts and measures no time.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from workload import spider_root

from t2s_pipeline.config import RolloutConfig, SandboxConfig
from t2s_pipeline.datasets.column_values import read_column_values
from t2s_pipeline.dry_run.stand_ins import tokenizer_folder
from t2s_pipeline.prompts.render import initial_prompt, question_text, token_ids
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.table_rows import retrieved_schema_rows

STYLES = ("compact", "ddl", "mschema")
BUDGETS = (1200, 800, 500)
ALL = RolloutConfig(retrieval_mode="full")


def qwen_tokenizer(folder: Path) -> Any:
    """Qwen2.5's tokenizer of its vocabulary, with the chat template that comes with TRL."""
    import trl
    from transformers import Qwen2Tokenizer

    tokenizer = Qwen2Tokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    added = json.loads((folder / "added_tokens.json").read_text(encoding="utf-8"))
    tokenizer.add_special_tokens({"additional_special_tokens": sorted(added, key=added.get)})
    tokenizer.eos_token = "<|im_end|>"
    tokenizer.chat_template = (Path(trl.__file__).parent / "chat_templates" / "qwen2_5.jinja").read_text("utf-8")
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--questions", type=int, default=None, help="the first so many of dev; all by default")
    root = spider_root(None)
    rows = json.loads((root / "dev.json").read_text(encoding="utf-8"))[: parser.parse_args().questions]
    names = list(dict.fromkeys(row["db_id"] for row in rows))
    paths = {name: root / "database" / name / f"{name}.sqlite" for name in names}
    schemas = {name: read_schema(path, name) for name, path in paths.items()}
    values = read_column_values(schemas, paths, SandboxConfig()).values
    tokenizer = qwen_tokenizer(tokenizer_folder())

    def tokens(text: str, example: Mapping[str, Any]) -> int:
        return len(token_ids(initial_prompt(text, question_text(example)), tokenizer))

    examples = [
        {
            "example_id": str(n),
            "database_id": row["db_id"],
            "split": "dev",
            "question": row["question"],
            "gold": row["query"],
        }
        for n, row in enumerate(rows)
    ]
    print("style: median, 95 %, longest")
    for style in STYLES:
        shown = retrieved_schema_rows(examples, schemas, replace(ALL, schema_style=style), values=values)
        counted = sorted(tokens(row["schema_text"], example) for row, example in zip(shown, examples, strict=True))
        last = counted[min(len(counted) - 1, round(0.95 * len(counted)))]
        print(f"{style}: {statistics.median_high(counted):,}, {last:,}, {counted[-1]:,}")
    print("budget (mschema): questions with tables left out, gold tables shown, prompts too long with one table")
    for budget in BUDGETS:
        settings = replace(ALL, schema_style="mschema", max_prompt_tokens=budget)
        shown = retrieved_schema_rows(examples, schemas, settings, values=values, model="qwen", count_tokens=tokens)
        cut = sum(bool(row["dropped_tables"]) for row in shown)
        found = sum(row["gold_tables_found"] or 0 for row in shown)
        gold = sum(len(row["gold_tables"] or ()) for row in shown)
        long = sum(row["prompt_tokens"] > budget for row in shown)
        print(f"{budget:,}: {cut:,} of {len(shown):,}, {found:,} of {gold:,}, {long}")


if __name__ == "__main__":
    main()
