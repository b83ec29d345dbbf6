"""How good the model is on databases it has not seen, greedy: exact text, execution accuracy, what runs at all.

The held-out worlds are drawn by seeds that training never uses. Names are new compositions, many of them of
invented words, so exact match here is foremost a measure of copying names from the schema.
"""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from t2s_pipeline.generation.protocol import Sampling
from t2s_pipeline.nano.corpus import Conversation, example_groups, with_thoughts
from t2s_pipeline.nano.random_rows import filled_database
from t2s_pipeline.nano.repairs import result_of
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.render import token_ids

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase, Qwen2ForCausalLM

HELD_OUT_SEEDS = {"first_turn": 20_260, "repair": 20_261, "held_out_skeletons": 20_262, "thought": 20_263}
"""What is measured, and the corpus seed of each: `held_out_skeletons` are first turns of shapes that training never
showed, `thought` first turns answered with a plan before the SQL."""
_A_WORLD = 2
_ROWS = 64
_MOST_TOKENS = 96
_MOST_TOKENS_WITH_THOUGHT = 352


@dataclass(frozen=True)
class HeldOut:
    """`total` conversations of one kind: how many answers equal the gold text, how many return the gold's rows (in any
    order, on a database with rows), how many run on SQLite."""

    total: int
    exact: int
    right: int
    executable: int
    wrong: tuple[tuple[str, str], ...] = ()
    """(gold, answer) of some that were not exact."""

    def counts(self) -> dict[str, int]:
        """All figures by name."""
        return {"total": self.total, "exact": self.exact, "right": self.right, "executable": self.executable}


def held_out(count: int, kind: str) -> list[Conversation]:
    """`count` conversations on unseen worlds, two a world; `kind` is one of `HELD_OUT_SEEDS`."""
    wanted = "repair_system" if kind == "repair" else "initial_system"
    chosen: list[Conversation] = []
    for group in example_groups(HELD_OUT_SEEDS[kind], held_out_skeletons=kind == "held_out_skeletons"):
        if group[0].prompt.templates[0] == wanted:
            chosen += (with_thoughts(group) if kind == "thought" else group)[:_A_WORLD]
        if len(chosen) >= count:
            return chosen[:count]
    raise AssertionError("example_groups has no end")


def measure(model: Qwen2ForCausalLM, tokenizer: PreTrainedTokenizerBase, conversations: list[Conversation]) -> HeldOut:
    """Answer every conversation greedily and compare."""
    longest = _MOST_TOKENS_WITH_THOUGHT if any(c.answer != c.sql for c in conversations) else _MOST_TOKENS
    answers = generate(model, tokenizer, [token_ids(c.prompt, tokenizer) for c in conversations], longest)
    exact = right = executable = 0
    wrong = []
    for conversation, answer in zip(conversations, answers, strict=True):
        sql = extract_sql(answer) or ""
        with closing(filled_database(Random(conversation.question), conversation.world)) as database:
            gold, rows = (result_of(database, text)[0] for text in (conversation.sql, sql))
        exact += sql == conversation.sql
        right += bool(sql) and rows is not None and gold is not None and Counter(rows) == Counter(gold)
        executable += bool(sql) and rows is not None
        if sql != conversation.sql:
            wrong.append((conversation.sql, sql))
    return HeldOut(len(conversations), exact, right, executable, tuple(wrong[:8]))


def generate(model: Any, tokenizer: Any, prompts: list[list[int]], longest: int = _MOST_TOKENS) -> list[str]:
    """Greedy answers of at most `longest` tokens in the order of the prompts."""
    from t2s_pipeline.generation.decoding import Decoder, Row

    rows = [Row(tuple(prompt), seed=0) for prompt in prompts]
    sampling = Sampling(max_new_tokens=longest)
    answers = Decoder(model, _ROWS).answer(rows, sampling, lambda ids: ids[-1] == tokenizer.eos_token_id)
    return [tokenizer.decode(a.ids, skip_special_tokens=True) for a in answers if a is not None]
