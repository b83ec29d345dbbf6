"""The story of one question (`trace.py`) as text for a terminal.

A prompt that an earlier rollout was asked too is named, not repeated. SQL and prompts stand as they are, indented, so
that they can be copied; control characters of a model's text are shown by their codes: a terminal would obey them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from t2s_pipeline.export.records import REWARDS

_INDENT = "    "
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
Story = Mapping[str, Any]


def trace_text(story: Story) -> str:
    """The story, top to bottom: question, rollouts turn by turn, pairs."""
    example = story["example"]
    lines = [
        f"{example['example_id']}  database {example['database_id']}, {example['hardness'] or 'unknown'}"
        + (f", outside the reduced denominator: {example['excluded_reason']}" if example["excluded_reason"] else ""),
        f"Question: {example['question']}",
        *([f"Evidence: {example['evidence']}"] if example["evidence"] else []),
        f"Gold ({example['gold_row_count']} rows{', vacuous' if example['gold_vacuous'] else ''}):",
        *_indented(example["gold"]),
    ]
    asked: dict[str, str] = {}
    for rollout in story["rollouts"]:
        lines += ["", *_rollout_lines(rollout, asked)]
    lines += ["", f"{len(story['pairs'])} pairs"]
    for pair in story["pairs"]:
        lines += ["", *_pair_lines(pair, asked)]
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", "\n".join(lines))


def _rollout_lines(rollout: Story, asked: dict[str, str]) -> list[str]:
    name, trajectory, settings = rollout["rollout"], rollout["trajectory"], rollout["settings"]
    if trajectory is None:
        return [f"== {name}: nothing of this example" + ("" if settings else "; the rollout has not been run")]
    policy = f"{settings['model']}{' + ' + settings['adapter'] if settings['adapter'] else ''}"
    lines = [
        f"== {name}: {trajectory['status']}, stopped by {trajectory['stop_reason']}, answer of turn "
        f"{trajectory['final_turn']}, sample {trajectory['final_sample']}",
        f"   {policy}, max_turns {settings['max_turns']}, num_samples {settings['num_samples']}, temperature "
        f"{settings['temperature']:g}, feedback {settings['feedback_mode']}/{settings['feedback_detail']}, "
        f"scope {settings['repair_scope']}{', verifier ' + settings['verifier'] if settings['verifier'] else ''}, "
        f"rule {settings['match_rule']}" + (", gold-free" if settings["gold_free"] else ""),
    ]
    for turn in rollout["turns"]:
        for prompt in turn["prompts"]:
            lines += ["", *_prompt_lines(f"{name}, turn {turn['turn']}", prompt, asked)]
            for attempt in prompt["attempts"]:
                lines += ["", *_attempt_lines(attempt)]
    return lines


def _prompt_lines(place: str, prompt: Story, asked: dict[str, str]) -> list[str]:
    """`prompt` has `prompt_id` and `messages`; where it was shown first is kept in `asked`."""
    prompt_id = prompt["prompt_id"]
    if prompt_id is None:
        return [f"-- {place}: a stored prediction, no prompt"]
    if prompt_id in asked:
        return [f"-- {place}: prompt {prompt_id[:12]}, as in {asked[prompt_id]}"]
    asked[prompt_id] = place
    lines = [f"-- {place}: prompt {prompt_id[:12]}"]
    for message in prompt["messages"]:
        lines += [f"  [{message['role']}]", *_indented(message["content"])]
    return lines


def _attempt_lines(attempt: Story) -> list[str]:
    ran = f"{attempt['row_count']} rows x {attempt['column_count']} columns" if attempt["executable"] else ""
    facts = [
        "correct" if attempt["correct"] else "wrong",
        *([] if attempt["correct"] else [attempt["error_class"]]),
        *([ran] if ran else [attempt["status"]]),
        *(f"{name} {attempt[name]:g}" for name in REWARDS if attempt[name] is not None),
        *([f"signals {' '.join(attempt['signals'])}"] if attempt["signals"] else []),
        *([f"same SQL as sample {attempt['duplicate_of']}"] if attempt["duplicate_of"] is not None else []),
        *([f"training: {_TRUTH[attempt['train_correct']]}"] if attempt["train_correct"] != attempt["correct"] else []),
        *(["accepted"] if attempt["accepted"] and not attempt["correct"] else []),
    ]
    lines = [f"  sample {attempt['sample']}: {', '.join(facts)}"]
    lines += _indented(attempt["sql"]) if attempt["sql"] is not None else [f"{_INDENT}(no SQL)"]
    if attempt["raw_text"].strip() != (attempt["sql"] or "").strip():
        lines += ["  written:", *_indented(attempt["raw_text"])]
    for title, text in (("error", attempt["error"]), ("reason", attempt["verifier_reason"])):
        lines += [f"  {title}: {text}"] if text else []
    return lines + (["  feedback:", *_indented(attempt["feedback"])] if attempt["feedback"] else [])


_TRUTH = {True: "right", False: "wrong", None: "teaches nothing"}


def _pair_lines(pair: Story, asked: dict[str, str]) -> list[str]:
    moved = ["  chosen was written under another prompt"] if pair["prompt_moved"] else []
    recipes = [f"{name} {_outcome(seen)}" for name, seen in pair["recipes"].items()]
    return [
        f"== {pair['pair_type']} ({pair['origin']}), margin {pair['reward_margin']:g}, edit distance "
        f"{pair['edit_distance_ratio']:.2f}; " + ("; ".join(recipes) or "seen by no recipe"),
        *_prompt_lines(f"pair {pair['pair_id'][:12]}", pair, asked),
        *moved,
        f"  chosen, reward {pair['chosen_reward']:g}:",
        *_indented(pair["chosen_sql"]),
        f"  rejected, reward {pair['rejected_reward']:g}, {pair['rejected_error_class']}:",
        *_indented(pair["rejected_sql"]),
    ]


def _outcome(seen: Mapping[str, Any]) -> str:
    return f"removed it ({seen['removed_by']})" if seen["removed_by"] else f"kept it, place {seen['position']}"


def _indented(text: str) -> list[str]:
    return [f"{_INDENT}{line}" for line in text.split("\n")]
