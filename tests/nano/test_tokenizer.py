"""The tokenizer: lossless, a word the same tokens wherever it stands, ChatML as in Qwen2."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers.decoders import ByteLevel, DecodeStream

from t2s_pipeline.nano.tokenizer import SHIFT, save_tokenizer
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer


def pieces(tokenizer, text):
    """The tokens of a text, a shift mark whose letter is in the next token shown as ^."""
    tokens = tokenizer.convert_ids_to_tokens(tokenizer.encode(text, add_special_tokens=False))
    shifted = [ByteLevel().decode([token]) for token in tokens]
    return [re.sub(SHIFT + "[a-z]", lambda m: m[0][1].upper(), token).replace(SHIFT, "^") for token in shifted]


def test_a_word_is_the_same_token_in_every_name_and_in_the_question(tokenizer):
    assert pieces(tokenizer, "singer_name") == ["singer", "_", "name"]
    assert pieces(tokenizer, " Singer_Name") == [" ^", "singer", "_^", "name"]
    assert pieces(tokenizer, "T1.SingerName") == ["T1.", "^", "singer", "^", "name"]
    assert pieces(tokenizer, "count(singers)") == ["count", "(", "singer", "s", ")"]
    assert pieces(tokenizer, " the singers") == [" the", " ", "singer", "s"]
    assert pieces(tokenizer, "= 'Singer'") == ["=", " '^", "singer", "'"]


def test_numbers_are_short_pieces_and_types_one_piece(tokenizer):
    assert all(len(piece) <= 2 for piece in pieces(tokenizer, "1990512345"))
    found = pieces(tokenizer, "Table a: id INTEGER primary_key, b VARCHAR(20), c TEXT")
    assert {" INTEGER primary_key,", " VARCHAR(20),", " TEXT"} <= set(found)


def test_ends_and_padding_are_set(tokenizer):
    assert tokenizer.eos_token == "<|im_end|>"
    assert tokenizer.pad_token == "<|endoftext|>"
    assert tokenizer.padding_side == "left"
    text = tokenizer.apply_chat_template([{"role": "user", "content": "x"}], tokenize=False, add_generation_prompt=True)
    assert text == "<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n"


@settings(max_examples=200, deadline=None)  # two cores may be busy
@given(st.text(max_size=60).filter(lambda text: "<|" not in text and SHIFT not in text))
def test_decoding_gives_the_text_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text


@pytest.fixture(scope="module")
def saved(tokenizer, tmp_path_factory):
    """The tokenizer as it is saved with a model."""
    folder = tmp_path_factory.mktemp("tokenizer")
    save_tokenizer(tokenizer, folder)
    return load_chat_tokenizer(folder)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60).filter(lambda text: not re.search(f"<\\||[{SHIFT}\ufffd]", text)))
def test_decoding_token_after_token_gives_the_text_back(saved, text):
    stream = DecodeStream(skip_special_tokens=True)
    ids = saved.encode(text, add_special_tokens=False)
    assert "".join(stream.step(saved.backend_tokenizer, i) or "" for i in ids) == saved.decode(ids) == text
