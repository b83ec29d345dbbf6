"""`t2s size`: what a rollout of a given size takes, before it is begun."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from t2s_pipeline.commands.output import print_out
from t2s_pipeline.commands.terminal import CommandError


def size(
    questions: Annotated[str, typer.Option(help="How many questions; 1e6 is a million.")],
    samples: Annotated[int, typer.Option(help="Answers a question and turn.")] = 1,
    turns: Annotated[int, typer.Option(help="Turns; every answer is counted as repaired to the last.")] = 1,
    model: Annotated[str, typer.Option(help="Its shape: 0.5b, 1.5b, 3b, 7b, 14b, 32b.")] = "3b",
    gpu: Annotated[str, typer.Option(help="a100, h100, h200, l40s.")] = "h100",
    prompt_tokens: Annotated[int, typer.Option(help="Tokens of a prompt, on average.")] = 500,
    answer_tokens: Annotated[int, typer.Option(help="Tokens of an answer, on average.")] = 50,
    cores: Annotated[int, typer.Option(help="Cores of a machine that verifies.")] = 16,
    within: Annotated[float, typer.Option(help="Hours it may take: how many machines that asks for.")] = 24.0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, with every constant and its source.")] = False,
) -> None:
    """Say what rollouts of a size take: machines, hours, bytes, bottleneck, what gives way. See docs/sizing.md."""
    from t2s_pipeline.sizing.constants import load_constants
    from t2s_pipeline.sizing.estimate import Workload, estimate_size
    from t2s_pipeline.sizing.text import size_json, size_text

    workload = Workload(_count(questions), samples, turns, model, gpu, prompt_tokens, answer_tokens, cores, within)
    constants = load_constants()
    estimate = estimate_size(workload, constants)
    print_out(json.dumps(size_json(estimate, constants), indent=1) if as_json else size_text(estimate, constants))


def _count(text: str) -> int:
    """`1e6` or `1000000`."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not (1 <= number < 1e15) or number != int(number):
        raise CommandError(f"--questions {text}: expected a whole number from 1 to below 1e15, such as 1e6 or 250000")
    return int(number)
