"""The embedded model's tokenizer: byte-level BPE whose tokens never cross a word boundary inside a name.

`Year_awarded` is `Year`, `_`, `awarded`, and `yearAwarded` is `year`, `Awarded`, so the pieces that a query
has to copy from the schema are the same pieces wherever they stand. Column types (with their ` primary_key`
and comma) are pieces of their own. Numbers are cut into pairs of digits from the left. Special tokens and chat
template are ChatML, as in Qwen2.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

VOCABULARY_SIZE = 6144
END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"

_TYPE_NAMES = (
    "TEXT|INTEGER|INT|NUMBER|BIGINT|SMALLINT|REAL|FLOAT|NUMERIC|DOUBLE|DECIMAL|YEAR|DATE|DATETIME|TIMESTAMP|TIME"
    "|BOOLEAN|BOOL|BIT|BLOB|VARCHAR|CHAR|VARCHAR2"
)
_TYPE = rf" (?:{_TYPE_NAMES})(?:\(\d+(?:,\d+)?\))?(?: primary_key)?(?:,|(?=\n|$))"
_FRAME = r"\nTable|\n*Foreign key:|\n+Question:|\n+Previous SQL:|\n+Execution feedback at turn"
_WORDS = r" ?\p{Lu}?\p{Ll}+| ?\p{Lu}+(?!\p{Ll})| ?\p{Lu}| ?\p{L}+| ?\p{N}{1,2}|_"
_REST = r" ?[^\s\p{L}\p{N}_]+|\s*[\r\n]+|\s+(?!\S)|\s+"
PATTERN = f"{_TYPE}|{_FRAME}|{_WORDS}|{_REST}"

CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)


def train_tokenizer(texts: Iterable[str], vocabulary_size: int = VOCABULARY_SIZE) -> PreTrainedTokenizerFast:
    """Learn the merges from `texts` (prompts with their answers) and wrap them for transformers."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        special_tokens=[END_OF_TEXT, TURN_START, TURN_END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return wrap(tokenizer)


def wrap(tokenizer: object) -> PreTrainedTokenizerFast:
    """The bare tokenizer as `AutoTokenizer` gives it back: ends of turn and padding set, left padding."""
    from transformers import PreTrainedTokenizerFast

    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=TURN_END,
        pad_token=END_OF_TEXT,
        additional_special_tokens=[TURN_START],
        padding_side="left",
        clean_up_tokenization_spaces=False,
        model_max_length=1024,
    )
    wrapped.chat_template = CHAT_TEMPLATE
    return wrapped
