"""The synthetic corpus: endless, seeded, in the very prompts of the pipeline.

`example_groups(seed)` yields one group a random database: several conversations (prompt, answer) that share
their schema. A group is either first turns or repairs of one detail, because these have different system messages
and a group's use is that its conversations begin with the same tokens. `encode_group` makes it one training
sequence: the shared beginning once, then each conversation's rest as a branch that sees the beginning and
itself alone, at the positions it would have alone. A branch is thus trained on exactly the tokens and
positions of its own prompt, while the schema is paid for once.

A few groups of first turns are asked in FINER's words and answered with a short plan of the query before it.

Held-out worlds come from other seeds; no data set's database or question is read by this package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from t2s_pipeline.nano.grammar_single import Question
from t2s_pipeline.nano.plain import is_plain
from t2s_pipeline.nano.questions import random_question
from t2s_pipeline.nano.random_rows import filled_database
from t2s_pipeline.nano.random_schema import World, random_world
from t2s_pipeline.nano.repairs import Repair, own_repair, random_detail, random_repair
from t2s_pipeline.nano.skeletons import is_held_out
from t2s_pipeline.prompts.render import Prompt, completion_text, initial_prompt, repair_prompt, training_ids
from t2s_pipeline.prompts.templates import Detail, PromptStyle
from t2s_pipeline.schema.serialise import compact
from t2s_pipeline.sql.plan import plan_text

REPAIR_SHARE = 0.25
"""Share of groups that are repairs; they are smaller, so this is about a fifth of the conversations."""
THOUGHT_SHARE = 0.06
"""Share of groups that are first turns with thoughts."""
MAX_TOKENS = 1024
"""Of one conversation."""
PACKED_TOKENS = 1536
"""Of a group as one sequence."""
_QUESTIONS, _REPAIRS, _THOUGHTS = 8, 6, 4


@dataclass(frozen=True)
class Conversation:
    """`answer` is what the model is to say: `sql`, in some groups after a thought."""

    prompt: Prompt
    question: str
    sql: str
    answer: str
    world: World


@dataclass(frozen=True)
class Sequence:
    """One group as tokens.

    `branch` is 0 for the shared beginning and k for the k-th conversation's rest; `weight` is the loss weight
    of predicting each token from what it sees.
    """

    tokens: list[int]
    positions: list[int]
    branch: list[int]
    weight: list[float]


def example_groups(seed: int, held_out_skeletons: bool = False) -> Iterator[list[Conversation]]:
    """Groups of conversations without end; equal seeds give equal groups.

    Queries of the shapes that training never shows (`skeletons.is_held_out`) are left out, or the only ones.
    """
    rng = Random(seed)
    while True:
        world = random_world(rng)
        drawn = rng.random()
        group = (_repairs if drawn < REPAIR_SHARE else _first_turns)(rng, world, held_out_skeletons)
        if drawn >= 1 - THOUGHT_SHARE:
            group = with_thoughts(group)
        if group:
            yield group


def first_turn_group(rng: Random) -> list[Conversation]:
    """The first turns of a world of its own, which `rng` settles."""
    return _first_turns(rng, random_world(rng), held_out_skeletons=False)


def own_repair_group(of_world: Random, rng: Random, answers: list[str | None]) -> list[Conversation]:
    """Repairs of those answers to `first_turn_group(of_world)` that are wrong; None is an answer without SQL."""
    asked = first_turn_group(of_world)
    if not asked:
        return []
    world, detail = asked[0].world, random_detail(rng)
    database, group = filled_database(rng, world), []
    for c, answer in zip(asked, answers, strict=True):
        repair = own_repair(rng, world, Question(c.question, c.sql), answer, database, detail)
        if repair is not None:
            group.append(_repaired(c, repair, detail))
    database.close()
    return group[:_REPAIRS]


def with_thoughts(first_turns: list[Conversation]) -> list[Conversation]:
    """The first few of a group's questions asked in FINER's words, each answer a plan of the query and then it."""
    chosen = []
    for c in first_turns:
        plan = plan_text(c.sql)
        if plan is not None:
            prompt = initial_prompt(compact(c.world.schema), c.question, PromptStyle.FINER)
            chosen.append(replace(c, prompt=prompt, answer=completion_text(c.sql, plan)))
    return chosen[:_THOUGHTS]


def _wanted(question: Question, held_out_skeletons: bool) -> bool:
    return is_held_out(question.sql) is held_out_skeletons and not is_plain(question.text, question.sql)


def _first_turns(rng: Random, world: World, held_out_skeletons: bool) -> list[Conversation]:
    schema = compact(world.schema)
    asked: dict[str, Question] = {}
    for _ in range(_QUESTIONS * (8 if held_out_skeletons else 1)):
        question = random_question(rng, world)
        if _wanted(question, held_out_skeletons):
            asked.setdefault(question.text, question)
    return [_first_turn(schema, q, world) for q in asked.values()]


def _first_turn(schema: str, q: Question, world: World) -> Conversation:
    return Conversation(initial_prompt(schema, q.text), q.text, q.sql, completion_text(q.sql), world)


def _repairs(rng: Random, world: World, held_out_skeletons: bool) -> list[Conversation]:
    schema, database, detail = compact(world.schema), filled_database(rng, world), random_detail(rng)
    group: list[Conversation] = []
    for _ in range(_REPAIRS * (16 if held_out_skeletons else 4)):
        q = random_question(rng, world)
        repair = random_repair(rng, world, q, database, detail) if _wanted(q, held_out_skeletons) else None
        if repair is not None:
            first_turn = _first_turn(schema, q, world)
            group.append(_repaired(first_turn, repair, detail))
        if len(group) == _REPAIRS:
            break
    database.close()
    return group


def _repaired(first_turn: Conversation, repair: Repair, detail: Detail) -> Conversation:
    schema, question = compact(first_turn.world.schema), first_turn.question
    prompt = repair_prompt(schema, question, repair.broken_sql, repair.feedback, repair.turn, detail)
    return replace(first_turn, prompt=prompt)


@dataclass(frozen=True)
class Weights:
    """Loss weights: the answer is what counts; schema and question are weakly modelled, for copying."""

    answer: float = 1.0
    question: float = 0.15
    foreign_key: float = 0.2


def encode_group(group: list[Conversation], tokenizer: Any, weights: Weights) -> Sequence | None:
    """The group as one sequence, or None where its shared beginning alone is over the limit.

    Conversations of more than `MAX_TOKENS` are left out, and those for which the sequence has no room.
    """
    pairs = [training_ids(c.prompt, c.answer, tokenizer) for c in group]
    pairs = [p for p in pairs if len(p[0]) + len(p[1]) <= MAX_TOKENS]
    if not pairs:
        return None
    shared = _shared_length([prompt for prompt, _ in pairs])
    beginning = pairs[0][0][:shared]
    tokens, positions = list(beginning), list(range(shared))
    branch, weight = [0] * shared, _beginning_weights(beginning, tokenizer, weights)
    for number, (prompt, answer) in enumerate(pairs, start=1):
        rest = prompt[shared:]
        size = len(rest) + len(answer)
        if len(tokens) + size > PACKED_TOKENS:
            break
        tokens += rest + answer
        positions += range(shared, shared + size)
        branch += [number] * size
        # The last four prompt tokens are the chat template's, always the same.
        weight += (
            [weights.question] * max(len(rest) - 4, 0) + [0.0] * min(len(rest), 4) + [weights.answer] * len(answer)
        )
    return Sequence(tokens, positions, branch, weight)


def _shared_length(prompts: list[list[int]]) -> int:
    """Length of the longest common beginning, at least one token short of the shortest prompt."""
    limit = min(len(p) for p in prompts) - 1
    length = 0
    while length < limit and all(p[length] == prompts[0][length] for p in prompts):
        length += 1
    return length


def _beginning_weights(beginning: list[int], tokenizer: Any, weights: Weights) -> list[float]:
    """Weight from the first `Foreign key:` on; the tables themselves cannot be foretold."""
    start = next((i for i, token in enumerate(beginning) if "Foreign" in tokenizer.decode([token])), len(beginning))
    return [weights.foreign_key if i > start else 0.0 for i in range(len(beginning))]


def corpus_texts(seed: int, groups: int = 4000) -> Iterator[str]:
    """Texts to learn the tokenizer from; the fixed words of prompts stand often enough to be whole tokens."""
    source = example_groups(seed)
    for number in range(groups):
        group = next(source)
        if number % 20 == 0:
            yield "system\n" + group[0].prompt.messages[0].content + "\nuser\nassistant\n"
        for conversation in group[:4]:
            yield conversation.prompt.messages[1].content
            yield conversation.answer


def corpus_fingerprint(seed: int, groups: int = 50) -> str:
    """sha256 over the first groups of a seed: tells whether two machines made the same corpus."""
    digest = hashlib.sha256()
    source = example_groups(seed)
    for _ in range(groups):
        for conversation in next(source):
            digest.update(conversation.prompt.hash.encode() + conversation.answer.encode())
    return digest.hexdigest()
