"""What a completion of FINER's form holds: `<think>` a thought `</think>` and then SQL, nothing else.

    parse_completion("<think>The question needs ...</think>\nSELECT name FROM singer")

The SQL is everything after the last `</think>`, as it stands: no fence is taken off and nothing is looked for, so that
prose, a fence or a second statement goes to the verifier as it was written, and fails there. Evaluation reads answers
more leniently (`prompts/extract.py`); what is rewarded is the form itself.
"""

from __future__ import annotations

from dataclasses import dataclass

OPEN, CLOSE = "<think>", "</think>"


@dataclass(frozen=True)
class ParsedCompletion:
    """`thought` and `sql` without the space around them, empty where there is none; `well_formed` is the gate."""

    thought: str
    sql: str
    well_formed: bool


def parse_completion(text: str, min_thought_characters: int = 100) -> ParsedCompletion:
    """Thought and SQL of a completion.

    Well formed: exactly one of each tag, in order, nothing but white space before them, a thought of more than
    `min_thought_characters`, and something after it.
    """
    before, opened, rest = text.partition(OPEN)
    thought, closed, _ = rest.partition(CLOSE)
    _, ended, sql = text.rpartition(CLOSE)
    thought, sql = thought.strip() if opened and closed else "", sql.strip() if ended else ""
    tags = text.count(OPEN) == 1 and text.count(CLOSE) == 1 and bool(closed) and not before.strip()
    return ParsedCompletion(thought, sql, tags and len(thought) > min_thought_characters and bool(sql))
