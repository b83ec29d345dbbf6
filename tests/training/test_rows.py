"""What is trained on: which rows, in which order, as which tokens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.generation.tokenizer import load_tokenizer
from t2s_pipeline.prompts.render import Message, Prompt, end_of_turn_id, initial_prompt, token_ids
from t2s_pipeline.training.rows import (
    TrainingError,
    TrainingRow,
    preference_rows,
    read_rows,
    rows_text,
    sft_rows,
    tokenize_rows,
)
from tests.training import tiny

EXAMPLES = [
    {
        "example_id": f"tiny/train/0000{n}",
        "database_id": f"tiny/db_{n}",
        "question": f"Question {n}?",
        "gold": gold,
        "gold_vacuous": vacuous,
        "excluded_reason": None,
    }
    for n, gold, vacuous in ((0, " SELECT 0 ", False), (1, "SELECT 1", True), (2, "SELECT 2", False))
]
SCHEMAS = [{"example_id": example["example_id"], "schema_text": tiny.SCHEMA} for example in EXAMPLES]


def stored(prompt_id: str, prompt: Prompt) -> dict[str, str]:
    return {"prompt_id": prompt_id, "messages": json.dumps(prompt.chat())}


def attempt(number: int, turn: int, sample: int, prompt_id: str, sql: str | None, correct: bool) -> dict[str, object]:
    keys = {"example_id": f"tiny/train/0000{number}", "turn": turn, "sample": sample, "prompt_id": prompt_id}
    return keys | {"raw_text": sql or "I cannot.", "sql": sql, "train_correct": correct}


PROMPTS = [
    stored("first", initial_prompt(tiny.SCHEMA, "Question 0?")),
    stored("repair", Prompt((Message("system", "Repair."), Message("user", "SELEC 0")), ())),
]
ATTEMPTS = [
    attempt(0, 1, 0, "first", "SELECT 0", True),
    attempt(0, 1, 1, "first", "SELECT 00", True),
    attempt(0, 1, 2, "first", None, False),
    attempt(0, 2, 0, "repair", "SELECT 0", True),
]


def ids(rows: list[TrainingRow]) -> list[str]:
    return [row.row_id.removeprefix("tiny/train/") for row in rows]


def test_gold_rows_leave_out_a_vacuous_gold() -> None:
    rows = sft_rows("gold", EXAMPLES, SCHEMAS, ATTEMPTS, PROMPTS)
    assert ids(rows) == ["00000", "00002"]
    assert rows[0].messages == initial_prompt(tiny.SCHEMA, "Question 0?").messages
    assert rows[0].completions == ("SELECT 0",)


def test_verified_rows_are_the_right_attempts_under_their_own_prompts() -> None:
    rows = sft_rows("verified", EXAMPLES, SCHEMAS, ATTEMPTS, PROMPTS)
    assert ids(rows) == ["00000/turn_01/sample_00", "00000/turn_01/sample_01", "00000/turn_02/sample_00"]
    assert rows[2].messages[0].content == "Repair."


def test_an_excluded_example_teaches_neither_its_gold_nor_what_was_judged_by_it() -> None:
    examples = [EXAMPLES[0] | {"excluded_reason": "a wrong gold"}, *EXAMPLES[1:]]
    others = [*ATTEMPTS, attempt(2, 1, 0, "first", "SELECT 22", True)]
    assert ids(sft_rows("gold", examples, SCHEMAS)) == ["00002"]
    assert ids(sft_rows("verified", examples, SCHEMAS, others, PROMPTS)) == ["00002/turn_01/sample_00"]


def test_a_thought_is_learnt_with_the_answer_that_it_led_to() -> None:
    thinking = attempt(0, 1, 3, "first", "SELECT 0", True) | {"raw_text": "<think>It is 0.</think>SQL: SELECT 0;"}
    rows = sft_rows("verified", EXAMPLES, SCHEMAS, [*ATTEMPTS, thinking], PROMPTS)
    assert rows[2].completions == ("<think>It is 0.</think>\nSELECT 0",)


def test_an_attempt_equal_to_the_gold_counts_once() -> None:
    rows = sft_rows("gold_and_verified", EXAMPLES, SCHEMAS, ATTEMPTS, PROMPTS)
    assert ids(rows) == ["00000", "00000/turn_01/sample_01", "00000/turn_02/sample_00", "00002"]


def test_rows_of_held_out_databases_are_marked() -> None:
    others = [*ATTEMPTS, attempt(2, 1, 0, "first", "SELECT 22", True)]
    rows = sft_rows("gold_and_verified", EXAMPLES, SCHEMAS, others, PROMPTS, held_out={"tiny/db_2"})
    assert ids([row for row in rows if row.held_out]) == ["00002", "00002/turn_01/sample_00"]
    assert ids([row for row in rows if not row.held_out]) == [
        "00000",
        "00000/turn_01/sample_01",
        "00000/turn_02/sample_00",
    ]
    pairs = preference_rows([pair(0), pair(1) | {"database_id": "tiny/db_1"}], {"tiny/db_1"})
    assert [row.held_out for row in pairs] == [False, True]
    assert [row.held_out for row in sft_rows("gold", EXAMPLES, SCHEMAS)] == [False, False]


def test_a_missing_schema_or_prompt_is_an_error_that_names_the_row() -> None:
    with pytest.raises(TrainingError, match="tiny/train/00000: no row in retrieved_schemas"):
        sft_rows("gold", EXAMPLES, [])
    with pytest.raises(TrainingError, match="sample_00: prompt first is not in the store"):
        sft_rows("verified", EXAMPLES, SCHEMAS, ATTEMPTS, [])


def pair(position: int | None, chosen: str = "SELECT 1", rejected: str = "SELECT 2") -> dict[str, object]:
    return {
        "pair_id": f"pair {position}",
        "example_id": "tiny/train/00000",
        "database_id": "tiny/db_0",
        "messages": PROMPTS[0]["messages"],
        "chosen_sql": chosen,
        "rejected_sql": rejected,
        "removed_by": "max_pairs" if position is None else None,
        "position": position,
    }


def test_preference_rows_are_the_kept_pairs_in_order() -> None:
    rows = preference_rows([pair(2), pair(None), pair(0), pair(1)])
    assert [row.row_id for row in rows] == ["pair 0", "pair 1", "pair 2"]
    assert rows[0].completions == ("SELECT 1", "SELECT 2")


def test_a_pair_of_equal_answers_is_refused() -> None:
    with pytest.raises(TrainingError, match="pair 0: chosen and rejected are the same"):
        preference_rows([pair(0, "SELECT 1", "SELECT 1 ")])


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=3))
def test_rows_survive_their_file(tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str, str]]) -> None:
    rows = [TrainingRow(str(n), "d", (Message("user", a),), (b, c), n % 2 == 1) for n, (a, b, c) in enumerate(texts)]
    file = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    file.write_text(rows_text(rows), encoding="utf-8")
    assert (read_rows(file) if rows else []) == rows


def test_a_broken_rows_file_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(rows_text(tiny.sft_rows(1)) + '{"row_id": 1}\n', encoding="utf-8")
    with pytest.raises(TrainingError, match=r"rows\.jsonl, line 2: not a training row"):
        read_rows(file)


def test_training_sees_the_very_ids_that_generation_sends(model: Path) -> None:
    from transformers import AutoTokenizer

    rows = [tiny.row(1, "SELECT 'é  ü' -- x"), *tiny.pairs(2)]
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenized, _ = tokenize_rows(rows, tokenizer, 4096)
    served = load_tokenizer(model)
    for source, result in zip(rows, tokenized, strict=True):
        assert result.prompt == token_ids(Prompt(source.messages, ()), served)
        for text, completion in zip(source.completions, result.completions, strict=True):
            assert completion[-1] == end_of_turn_id(served)
            assert served.decode(completion) == text
        # ... and what the chat template itself makes of the whole dialogue, up to the end of the turn.
        chat = [*Prompt(source.messages, ()).chat(), {"role": "assistant", "content": source.completions[0]}]
        whole = tokenizer.encode(tokenizer.apply_chat_template(chat, tokenize=False), add_special_tokens=False)
        assert whole[: len(result.prompt) + len(result.completions[0])] == result.prompt + result.completions[0]


def test_too_long_rows_are_listed_and_never_cut(model: Path) -> None:
    tokenizer = load_tokenizer(model)
    rows = tiny.pairs(3)
    whole, _ = tokenize_rows(rows, tokenizer, 4096)
    longest = max(row.tokens for row in whole)
    assert tokenize_rows(rows, tokenizer, longest) == (whole, [])
    fitting, skipped = tokenize_rows([*rows, tiny.row(7, "SELECT 1", "SELECT " + "1, " * 400)], tokenizer, longest)
    assert fitting == whole
    assert [(skip.row_id, skip.reason) for skip in skipped] == [("tiny/train/00007", "too_long")]
    assert skipped[0].tokens > longest
