"""In every schema style and prompt style, an adapter is trained on the very tokens that generation sends."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from t2s_pipeline.generation.tokenizer import ChatTokenizer, assert_same_tokens, load_tokenizer
from t2s_pipeline.nano import MODEL_DIR
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.prompts.render import completion_text, end_of_turn_id, initial_prompt, repair_prompt, token_ids
from t2s_pipeline.prompts.templates import PromptStyle
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table
from t2s_pipeline.schema.column_values import DatabaseValues
from t2s_pipeline.schema.styles import SchemaStyle, schema_text
from t2s_pipeline.training.rows import preference_rows, sft_rows, tokenize_rows

SCHEMA = DatabaseSchema(
    "toy/été",
    (
        Table("singer", (Column("singer_id", "INTEGER", True), Column("größe", "REAL"), Column("order", ""))),
        Table("song", (Column("singer_id", "INTEGER"), Column("release year", "VARCHAR(20)"))),
    ),
    (ForeignKey("song", "singer_id", "singer", "singer_id"),),
)
VALUES = DatabaseValues({("singer", "order"): ("it's  2", "日本語 🙂"), ("song", "release year"): (1990, 2014)})
QUESTION = "How many  singers' songs are of 2014?"
SQL = "SELECT count(*)\nFROM song WHERE \"release year\" = 2014 AND 'a  b' != '{x}' -- as asked"
WRONG = "SELECT count(singer_id) FROM song"
EXAMPLE = {
    "example_id": "toy/train/00000",
    "database_id": "toy/été",
    "question": QUESTION,
    "gold": SQL,
    "gold_vacuous": False,
    "excluded_reason": None,
}


def qwen_folder(folder: Path) -> Path:
    """A model folder with the real Qwen2.5 tokenizer, as transformers writes it, and Qwen2.5's chat template."""
    source = Path(os.environ.get("SPIDER_ROOT", "/none")).parent / "qwen2_tokenizer"
    if not source.is_dir():
        pytest.skip("no qwen2_tokenizer beside SPIDER_ROOT")
    import trl
    from transformers import AutoTokenizer

    for name in ("vocab.json", "merges.txt", "added_tokens.json"):
        shutil.copy(source / name, folder / name)
    settings = {"tokenizer_class": "Qwen2Tokenizer", "eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.chat_template = (Path(trl.__file__).parent / "chat_templates" / "qwen2_5.jinja").read_text()
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=["nano", "qwen2.5"])
def tokenizers(request, tmp_path_factory):
    """(the tokenizer that generation uses, the one that training uses) of one model folder."""
    folder = MODEL_DIR if request.param == "nano" else qwen_folder(tmp_path_factory.mktemp("qwen"))
    return load_tokenizer(folder), load_chat_tokenizer(folder)


@pytest.mark.parametrize("prompt_style", list(PromptStyle))
@pytest.mark.parametrize("schema_style", list(SchemaStyle))
def test_sft_dpo_and_generation_have_the_same_tokens(tokenizers, schema_style, prompt_style):
    asks, trains = tokenizers
    text = schema_text(schema_style, SCHEMA, VALUES.examples(QUESTION))
    first = initial_prompt(text, QUESTION, prompt_style)
    repair = repair_prompt(text, QUESTION, WRONG, "It's wrong.", 1, "minimal", prompt_style)
    sent = {"first": token_ids(first, asks), "repair": token_ids(repair, asks)}

    stored = [
        {"prompt_id": name, "messages": json.dumps(p.chat())} for name, p in (("first", first), ("repair", repair))
    ]
    attempts = [
        {
            "example_id": EXAMPLE["example_id"],
            "turn": turn,
            "sample": 0,
            "prompt_id": name,
            "raw_text": sql,
            "sql": sql,
            "train_correct": True,
        }
        for turn, name, sql in ((1, "first", WRONG), (2, "repair", SQL))
    ]
    schemas = [{"example_id": EXAMPLE["example_id"], "schema_text": text}]
    rows = sft_rows("gold_and_verified", [EXAMPLE], schemas, attempts, stored, prompt_style)
    pair = EXAMPLE | {"pair_id": "p", "position": 0, "removed_by": None, "chosen_sql": SQL}
    rows += preference_rows([pair | {"rejected_sql": WRONG, "messages": stored[1]["messages"]}])
    tokenized, skipped = tokenize_rows(rows, trains, 10_000)

    assert not skipped
    assert [row.prompt for row in tokenized] == [sent["first"], sent["first"], sent["repair"], sent["repair"]]
    answers = [[SQL], [WRONG], [SQL], [SQL, WRONG]]
    for row, expected in zip(tokenized, answers, strict=True):
        for ids, sql in zip(row.completions, expected, strict=True):
            assert ids == [*asks.encode(completion_text(sql)), end_of_turn_id(asks)]
            assert asks.decode(ids) == sql


def test_generation_reads_the_folder_as_transformers_does(tokenizers):
    asks, trains = tokenizers
    assert isinstance(asks, ChatTokenizer) and not isinstance(trains, ChatTokenizer)
    assert_same_tokens(asks, trains)
