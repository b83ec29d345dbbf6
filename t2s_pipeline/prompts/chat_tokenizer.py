"""The tokenizer of a model folder as transformers gives it, with the tokens that its `tokenizer.json` says.

`AutoTokenizer` gives every model of type `qwen2` Qwen2's own splitting of words, whatever the folder's
`tokenizer_class` states (transformers 5.23, `MODELS_WITH_INCORRECT_HUB_TOKENIZER_CLASS`). A folder that states the
plain class, as the embedded model's does, means its `tokenizer.json` as it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_PLAIN_CLASSES = ("TokenizersBackend", "PreTrainedTokenizerFast")


def load_chat_tokenizer(folder: Path | str) -> PreTrainedTokenizerBase:
    """The tokenizer of a local model folder; nothing is fetched. Raises OSError where it has none."""
    from transformers import AutoTokenizer, PreTrainedTokenizerFast

    settings = Path(folder) / "tokenizer_config.json"
    stated = json.loads(settings.read_text(encoding="utf-8")).get("tokenizer_class") if settings.is_file() else None
    loader = PreTrainedTokenizerFast if stated in _PLAIN_CLASSES else AutoTokenizer
    return loader.from_pretrained(folder, local_files_only=True)
