"""Decoding held to a grammar, through nano's tokenizer (which spells capitals in its own way) and through Qwen2.5's."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from t2s_pipeline.generation.constraint import Grammars
from t2s_pipeline.generation.fingerprint import BUILTIN
from t2s_pipeline.generation.protocol import GenerationError
from t2s_pipeline.generation.respelling import capitals_of, respelled
from t2s_pipeline.generation.tokenizer import load_tokenizer, stop_ids
from t2s_pipeline.prompts.answer_grammar import answer_grammar
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.schema.catalog import Column, DatabaseSchema, ForeignKey, Table
from t2s_pipeline.schema.serialise import quote_identifier

FOLDER = BUILTIN["builtin:nano"]
SETTINGS = (FOLDER / "tokenizer.json").read_text(encoding="utf-8")
TOKENIZER = load_tokenizer(FOLDER)
STOP_IDS = stop_ids(FOLDER, TOKENIZER)
VOCABULARY = 4096
WALKS = 40
SCHEMA = DatabaseSchema(
    "d",
    (
        Table(
            "Singer", tuple(Column(name, "TEXT") for name in ("Singer_ID", "Name", "Net_Worth_Millions", "Birth Year"))
        ),
        Table("song", tuple(Column(name, "TEXT") for name in ("Song_ID", "title", "Singer_ID", "sales"))),
    ),
    (ForeignKey("song", "Singer_ID", "Singer", "Singer_ID"),),
)
GRAMMAR = answer_grammar(SCHEMA)
SENTENCES = (
    "SELECT count(*) FROM Singer",
    'SELECT T1.Name, T2."Birth Year" FROM Singer AS T1 JOIN song AS T2 ON T1.Singer_ID = T2.Singer_ID',
    "select NET_WORTH_MILLIONS from SINGER where Name LIKE '%Joe Sharp%' ORDER BY sales DESC LIMIT 3;",
)


@pytest.fixture(scope="module")
def grammars() -> Grammars:
    return Grammars(FOLDER / "tokenizer.json", VOCABULARY, STOP_IDS)


def allowed_at(grammars: Grammars, ids: list[int], width: int) -> list[set[int]]:
    """The tokens that the mask leaves before each of `ids`, and behind the last."""
    answer, found = grammars.begin(GRAMMAR), []
    for token in [*ids, None]:
        logits = grammars.masked(torch.zeros((2, width)), [None, answer])
        assert logits[0].isfinite().all(), "a line that is free"
        found.append(set(logits[1].isfinite().nonzero().flatten().tolist()))
        if token is not None:
            answer.take(token)
    return found


@pytest.mark.parametrize("text", SENTENCES)
def test_nanos_own_tokens_of_a_sentence_are_let_through_and_then_its_end(grammars, text):
    ids = TOKENIZER.encode(text)
    assert TOKENIZER.decode(ids) == text
    allowed = allowed_at(grammars, ids, VOCABULARY)
    assert all(token in mask for token, mask in zip(ids, allowed, strict=False))
    assert allowed[-1] >= STOP_IDS and not allowed[1] & STOP_IDS


def test_no_token_of_another_name_is_let_through(grammars):
    ids = TOKENIZER.encode("SELECT T1.")
    after = {TOKENIZER.decode([*ids, token]).lower() for token in allowed_at(grammars, ids, VOCABULARY)[-1]}
    made = [
        "n",
        "number_",
        "count_",
        "cnt_",
        "total_",
        "sum_",
        "avg_",
        "average_",
        "min_",
        "max_",
        "rank_",
        "rn_",
        "value_",
    ]
    names = [column.name for table in SCHEMA.tables for column in table.columns]
    written = {f"select t1.{quote_identifier(name).lower()}" for name in [*names, *made]} | {"select t1.*"}
    assert len(after) > 20
    for text in after:
        assert any(name.startswith(text.rstrip("\x0e")) for name in written), text


def test_a_token_that_is_not_a_sentence_is_an_error_and_so_is_a_text_that_is_no_grammar(grammars):
    with pytest.raises(GenerationError, match="held to a grammar failed"):
        grammars.begin(GRAMMAR).take(TOKENIZER.encode("DELETE")[0])
    with pytest.raises(GenerationError, match="cannot be held to this grammar"):
        grammars.begin("start: nothing")


def test_a_mask_is_of_the_row_and_not_of_the_batch(grammars):
    first, second = grammars.begin(GRAMMAR), grammars.begin('start: "x"')
    together = grammars.masked(torch.zeros((3, VOCABULARY)), [first, None, second])
    assert torch.equal(together[:1], grammars.masked(torch.zeros((1, VOCABULARY)), [first]))
    assert together[2].isfinite().sum() == 1


def walk(grammars: Grammars, seed: int) -> str | None:
    """What random logits write under the grammar; None where they come to no end. Short answers are favoured."""
    generator, answer, ids = torch.Generator().manual_seed(seed), grammars.begin(GRAMMAR), []
    liked = torch.zeros(VOCABULARY)
    liked[list(STOP_IDS)] = 12.0
    for token in range(VOCABULARY):
        text = TOKENIZER.decode([token])
        liked[token] -= 6.0 * bool(re.search(r"^\s+$|[(\"'<]", text)) - 8.0 * (text.strip().lower() == "from")
    for _ in range(150):
        noise = -torch.log(-torch.log(torch.rand((1, VOCABULARY), generator=generator)))
        token = int(grammars.masked(liked + noise, [answer]).argmax())
        if token in STOP_IDS:
            return TOKENIZER.decode(ids)
        answer.take(token)
        ids.append(token)
    return None


# What a grammar cannot know: which tables a FROM reads and under which aliases, what the columns of a query in brackets
# are called, and how wide the parts of a UNION are.
SCOPE_ERRORS = re.compile(
    r"^no such column: (?:\S+\.)?(?P<column>.+)|ambiguous column name|number of result columns|does not match any column"
    r"|^no such table: (?:[Tt]\d+|[A-Za-z]|[Ss]inger|[Ss]ong)$"  # SQLite's words for T9.* where nothing is called T9
)
MADE_NAME = re.compile(
    r"(?:n|rn|num|number|count|cnt|total|sum|avg|average|min|max|rank|value)(?:_\w+)?", re.IGNORECASE
)


def test_what_random_logits_write_fails_on_sqlite_for_reasons_of_scope_alone(grammars):
    connection = sqlite3.connect(":memory:")
    for table in SCHEMA.tables:
        columns = ", ".join(quote_identifier(column.name) for column in table.columns)
        connection.execute(f"CREATE TABLE {quote_identifier(table.name)} ({columns})")
    names = {column.name.lower() for table in SCHEMA.tables for column in table.columns}
    texts = [text for text in (walk(grammars, seed) for seed in range(WALKS)) if text is not None]
    ran = 0
    for text in texts:
        sql = extract_sql(text)
        assert sql == text.strip("; \r\n\t")
        try:
            connection.execute(f"EXPLAIN {sql}")
            ran += 1
        except sqlite3.Error as error:
            scope = SCOPE_ERRORS.search(str(error))
            assert scope, f"{error}: {sql}"
            if scope["column"] and scope["column"].lower() not in names:
                made_by_a_query = re.search(r"\bcte\b|(?:from|join|,)\s*\(\s*select", sql, re.IGNORECASE)
                assert MADE_NAME.fullmatch(scope["column"]) and made_by_a_query, f"{error}: {sql}"
    assert len(texts) > WALKS / 8 and ran > len(texts) / 4


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=12), st.booleans())
def test_a_literal_is_respelled_as_the_tokenizer_spells_its_text(text, any_case):
    spelling = capitals_of(json.loads(SETTINGS))
    assert spelling["Q"] == "\x0eq" and len(spelling) == 26
    literal = respelled(f"X: {json.dumps(text)}{'i' * any_case}", spelling).removeprefix("X: ")
    wanted = "".join(spelling.get(letter, letter) for letter in text)
    if any_case:
        assert re.fullmatch(literal[1:-1], wanted, re.DOTALL)
        assert re.fullmatch(literal[1:-1], "".join(spelling.get(c, c) for c in text.swapcase()), re.DOTALL)
    else:
        assert json.loads(literal) == wanted


def test_comments_and_regexes_are_not_respelled():
    text = 'start: /[^"]/ "A" // a "B"\nX: /\\/"/ "c"i'
    assert respelled(text, {"A": "_a", "B": "_b", "C": "_c"}) == 'start: /[^"]/ "_a" // a "B"\nX: /\\/"/ /(c|\\x5fc)/'
    assert respelled(text, {}) is text


def test_qwens_tokens_of_a_sentence_are_let_through(tmp_path):
    root = os.environ.get("SPIDER_ROOT", "")
    folder = Path(root).parent / "qwen2_tokenizer"
    if not root or not folder.is_dir():
        pytest.skip("needs Qwen2.5's tokenizer beside SPIDER_ROOT")
    from transformers import Qwen2TokenizerFast

    tokenizer = Qwen2TokenizerFast.from_pretrained(str(folder))
    settings_text = tokenizer.backend_tokenizer.to_str()
    assert capitals_of(json.loads(settings_text)) == {}
    end, width = tokenizer.convert_tokens_to_ids("<|im_end|>"), 151_936
    (tmp_path / "tokenizer.json").write_text(settings_text, encoding="utf-8")
    grammars = Grammars(tmp_path / "tokenizer.json", width, [end])
    for text in SENTENCES:
        ids = tokenizer.encode(text, add_special_tokens=False)
        allowed = allowed_at(grammars, ids, width)
        assert all(token in mask for token, mask in zip(ids, allowed, strict=False)) and end in allowed[-1]
    with pytest.raises(GenerationError):
        answer = grammars.begin(GRAMMAR)
        for token in tokenizer.encode("SELECT title_x FROM", add_special_tokens=False):
            answer.take(token)
