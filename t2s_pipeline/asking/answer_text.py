"""An answer for a person at a terminal: SQL, rows, confidence, and why.

    print(answer_text(answer))

What a database or a model wrote is shown so that it cannot write to the terminal itself (`answer.visible`).
"""

from __future__ import annotations

from collections.abc import Iterator

from t2s_pipeline.asking.answer import Answer, Result, Turn, Vote, shown_cell, text_table, visible

CELL_CHARACTERS = 60
_WORDS = {
    "ok": "ran",
    "missing_candidate": "no SQL in the answer",
    "prompt_too_long": "not asked, the prompt leaves the model no room",
    "unclosed_thought": "ended within its thought",
}
"""What a status is called; others by their own name."""


def answer_text(answer: Answer) -> str:
    """The answer in lines."""
    return "\n".join([*_said(answer), "", *_why(answer)])


def confidence_text(answer: Answer) -> str:
    """`confidence 0.60: 4 of 5 samples agree, 1 have the next result`."""
    if answer.confidence is None:
        return "confidence unknown: there was no vote"
    vote = next(turn.vote for turn in answer.turns if turn.turn == answer.turn)
    return f"confidence {answer.confidence:.2f}: {_vote_text(vote)}"


def _said(answer: Answer) -> Iterator[str]:
    """What was answered, or what went wrong."""
    if answer.sql is not None:
        yield from (visible(line) for line in answer.sql.splitlines())
        yield ""
    if not answer.answered:
        error = f": {visible(answer.error)}" if answer.error else ""
        yield f"no answer ({_word(answer.status)}{error})"
    elif answer.result is not None:
        yield from _table(answer.result)
    yield confidence_text(answer)


def _table(result: Result) -> list[str]:
    cut = [[shown_cell(cell, CELL_CHARACTERS) for cell in row] for row in result.rows]
    names = [str(shown_cell(name, CELL_CHARACTERS)) for name in result.columns]
    count = f"{result.row_count:,} row{'' if result.row_count == 1 else 's'}"
    if not result.complete:
        count = f"more than {result.row_count:,} rows, cut by the limits"
    shown = "" if len(result.rows) == result.row_count else f", {len(result.rows):,} shown"
    return [*text_table(names, cut), f"({count}{shown})"]


def _why(answer: Answer) -> Iterator[str]:
    policy = answer.model + (f" with adapter {answer.adapter}" if answer.adapter else "")
    yield f"why: {policy}, {answer.seconds:.1f} s"
    yield f"  tables shown: {len(answer.tables)} of {answer.database_tables}: {visible(', '.join(answer.tables))}"
    if answer.dropped_tables:
        yield f"  tables left out for want of room: {visible(', '.join(answer.dropped_tables))}"
    for turn in answer.turns:
        yield from _turn(turn, stands=turn.turn == answer.turn)


def _turn(turn: Turn, stands: bool) -> Iterator[str]:
    ran = f"{turn.samples_that_ran} of {turn.vote.samples} samples ran" if turn.vote.samples > 1 else "one sample"
    yield f"  turn {turn.turn}{' (stands)' if stands else ''}: {ran}; its answer: {_word(turn.status)}"
    if not stands and turn.sql is not None:
        yield f"    {visible(turn.sql)}"
    if turn.error:
        yield f"    {visible(turn.error)}"
    if turn.signals:
        yield f"    signals: {', '.join(turn.signals)}"
    if turn.vote.samples > 1:
        yield f"    vote ({turn.vote.selector}): {_vote_text(turn.vote)}"
    if turn.feedback:
        yield "    told for repair:"
        yield from (f"      {visible(line)}" for line in turn.feedback.splitlines())


def _vote_text(vote: Vote) -> str:
    if vote.votes is None:
        return f"nothing won ({_word(vote.reason or 'nothing was counted')})"
    others = f", {vote.runner_up} have the next result" if vote.runner_up else ""
    return f"{vote.votes} of {vote.samples} samples agree{others}"


def _word(status: str) -> str:
    return _WORDS.get(status, status.replace("_", " "))
