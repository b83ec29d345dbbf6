"""The embedded model's tokenizer through transformers is what its tokenizer.json says."""

from tokenizers import Tokenizer

from t2s_pipeline.nano import MODEL_DIR
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer


def test_transformers_gives_the_folder_s_own_tokens() -> None:
    ours, plain = load_chat_tokenizer(MODEL_DIR), Tokenizer.from_file(str(MODEL_DIR / "tokenizer.json"))
    for text in ("Schema:\nTable singer: singer_id INTEGER, YearAwarded 12", " 2014  it's\n\nÜnï_x"):
        assert ours.encode(text, add_special_tokens=False) == plain.encode(text, add_special_tokens=False).ids
