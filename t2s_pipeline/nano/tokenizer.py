"""The embedded model's tokenizer: byte-level BPE in which a word is the same tokens wherever it stands.

A query must copy names from the schema by way of a question that spells them otherwise: `Year_Awarded`,
`yearAwarded`, " years awarded". So case, space and plural are taken off the words, without loss:

- a capital is a shift mark and the small letter (`Name` is SHIFT `name`), written back by the decoder;
- what stands between words (space, comma, `_`, `.`, quote) is a token of its own, together with the shift
  mark that follows it: `_Awarded` is `_`SHIFT, `awarded`;
- a final s is cut off, everywhere alike: `singers` is `singer`, `s` (and `class` is `clas`, `s`).

SQL keywords, column types (with their ` primary_key` and comma), aliases (`T1.`) and the commonest words of
questions are single tokens with their space. Numbers are cut from the left into two digits or one. Special
tokens and chat template are ChatML, as in Qwen2.

Lossless for all text but one that holds the shift mark itself (the control character U+000E).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers.decoders import Decoder
    from transformers import PreTrainedTokenizerFast

VOCABULARY_SIZE = 4096
END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"

SHIFT = "\x0e"
_SHIFTED = dict(zip(ascii_uppercase, (SHIFT + letter for letter in ascii_lowercase), strict=True))


def shifted(text: str) -> str:
    """`text` as the merges see it: every ASCII capital a shift mark and its small letter."""
    return "".join(_SHIFTED.get(letter, letter) for letter in text)


_TYPE_NAMES = (
    "TEXT|INTEGER|INT|NUMBER|BIGINT|SMALLINT|REAL|FLOAT|NUMERIC|DOUBLE|DECIMAL|YEAR|DATE|DATETIME|TIMESTAMP|TIME"
    "|BOOLEAN|BOOL|BIT|BLOB|VARCHAR|CHAR|VARCHAR2"
)
_COMMON = (
    "the|of|and|or|with|is|in|for|that|whose|by|each|all|are|than|more|not|have|has|there|how|many|what|which|who"
    "|their|to|from|on|as|do|does|be|but|no|any|an|a|between|me|its|at|least|most|it|where|given|one|into"
)
_PATTERNS = (
    rf" (?:{shifted(_TYPE_NAMES)})(?:\(\d+(?:,\d+)?\))?(?: primary_key)?(?:,|(?=\n|$))",
    shifted(r"\n*Table|\n*Foreign key:|\n+Question:|\n+Previous SQL:|\n+Execution feedback at turn"),
    rf" ?{SHIFT}t[1-9]\.?(?![a-z0-9])",
    rf" ?(?:{SHIFT}[a-z]){{2,}}(?![a-z])",
    rf" (?:{_COMMON})(?![a-z_])",
    rf"(?:[,:]? [\"'%(]{{0,2}}|[\"'%_.(]{{1,2}})(?:{SHIFT}(?=\p{{Ll}}{{2}})|(?=\p{{Ll}}))",
    SHIFT,
    r"\p{Ll}+(?=s(?!\p{Ll}))|s(?!\p{Ll})|\p{Ll}+|\p{L}+",
    r" ?\p{N}{1,2}|_",
    rf" ?[^\s\p{{L}}\p{{N}}{SHIFT}_]+",
    r"\s*[\r\n]+|\s+(?!\S)|\s+",
)
PATTERN = "|".join(_PATTERNS)

CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)


def train_tokenizer(texts: Iterable[str], vocabulary_size: int = VOCABULARY_SIZE) -> PreTrainedTokenizerFast:
    """Learn the merges from `texts` (prompts with their answers) and wrap them for transformers."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Replace(*pair) for pair in _SHIFTED.items()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = _decoder()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary_size,
        special_tokens=[END_OF_TEXT, TURN_START, TURN_END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return wrap(tokenizer)


def _decoder() -> Decoder:
    """Capitals written back. A shift mark whose letter is still to come is nothing, so that what is decoded of an
    answer's beginning is a beginning of its text: servers, which stream, need that."""
    from tokenizers import decoders

    unshifted = [decoders.Replace(mark, capital) for capital, mark in _SHIFTED.items()]
    return decoders.Sequence([decoders.ByteLevel(), *unshifted, decoders.Replace(SHIFT, "")])


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


def save_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write the tokenizer so that plain `AutoTokenizer` gives it back as it is.

    `AutoTokenizer` gives a model of type `qwen2` Qwen2's own word splitting, unless the settings have an `auto_map`
    (transformers 5.23). Without `trust_remote_code` that map is not followed, and the stated class, the plain one, is
    taken. It names nothing, so `trust_remote_code=True` is an error.
    """
    tokenizer.backend_tokenizer.decoder = _decoder()
    tokenizer.save_pretrained(folder)
    settings_file = folder / "tokenizer_config.json"
    settings = json.loads(settings_file.read_text(encoding="utf-8"))
    settings |= {"tokenizer_class": "PreTrainedTokenizerFast", "auto_map": {"AutoTokenizer": [None, None]}}
    settings_file.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", encoding="utf-8")
