"""The tokenizer: lossless, names cut at word boundaries, ChatML as in Qwen2."""

from hypothesis import given, settings
from hypothesis import strategies as st


def pieces(tokenizer, text):
    return [tokenizer.decode([i]) for i in tokenizer.encode(text, add_special_tokens=False)]


def test_a_name_is_the_same_pieces_wherever_it_stands(tokenizer):
    assert pieces(tokenizer, "Year_awarded")[:2] == ["Year", "_"]
    assert pieces(tokenizer, " Year_awarded")[1:] == pieces(tokenizer, "Year_awarded")[1:]
    assert pieces(tokenizer, "T1.singer_name") == ["T", "1", ".", "singer", "_", "name"]
    assert pieces(tokenizer, "singerName") == ["singer", "Name"]
    assert pieces(tokenizer, "singerID") == ["singer", "ID"]
    assert pieces(tokenizer, "(19905)") == ["(", "19", "90", "5", ")"]


def test_column_types_are_one_piece(tokenizer):
    found = pieces(tokenizer, "Table a: id INTEGER primary_key, b VARCHAR(20), c TEXT")
    assert {" INTEGER primary_key,", " VARCHAR(20),", " TEXT"} <= set(found)


def test_ends_and_padding_are_set(tokenizer):
    assert tokenizer.eos_token == "<|im_end|>"
    assert tokenizer.pad_token == "<|endoftext|>"
    assert tokenizer.padding_side == "left"
    text = tokenizer.apply_chat_template([{"role": "user", "content": "x"}], tokenize=False, add_generation_prompt=True)
    assert text == "<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n"


@settings(max_examples=200)
@given(st.text(max_size=60).filter(lambda text: "<|" not in text))
def test_decoding_gives_the_text_back(tokenizer, text):
    assert tokenizer.decode(tokenizer.encode(text, add_special_tokens=False)) == text
