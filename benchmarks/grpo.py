"""What a step of GRPO costs on a CPU beside its rewards: our answers and passes against TRL's, on the same prompts.

    python benchmarks/grpo.py [--prompts 2] [--generations 8] [--steps 6] [--write]

A step is `--prompts` questions of the embedded dev set with `--generations` answers each, by the embedded model with a
fresh adapter of rank 64. TRL's GRPOTrainer pads the prompts, once for each answer, for one call of transformers'
`generate`, and then passes every row whole: without gradients through the reference, with them through the policy. Ours
(`grpo_answers.py`, `grpo_passes.py`) reads a prompt once for all its answers. Both learn from the answers of ours, and
take turns, step by step. `greatest_difference` is of the log-probabilities. Tokens of sampled answers differ from side
to side, so answers are compared by seconds a token; `--write` keeps the result as `grpo.json`.

Not covered: rewards (`rewards.py`), the optimizer, which is the same, and GPUs.
"""

from __future__ import annotations

import argparse
import datetime
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from generation import embedded_prompts
from measure import machine
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM
from trl.trainer.utils import add_fused_lm_head, pad

from t2s_pipeline.datasets.embedded.build import build_embedded
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.protocol import Sampling
from t2s_pipeline.generation.tokenizer import load_tokenizer, stop_ids
from t2s_pipeline.prompts.render import token_ids
from t2s_pipeline.training.grpo_answers import answers_of
from t2s_pipeline.training.grpo_passes import log_probabilities

BASELINE = Path(__file__).with_name("grpo.json")
MOST_TOKENS = 96
PADDING = 0


class Clock:
    """Wall and processor seconds of one part of one side."""

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = 0.0

    def time(self, work: Callable[..., Any], *given: Any) -> Any:
        began, worked = time.perf_counter(), time.process_time()
        result = work(*given)
        self.seconds += time.perf_counter() - began
        self.cpu_seconds += time.process_time() - worked
        return result


def trl_answers(model: Any, prompts: list[list[int]], ends: list[int]) -> list[list[int]]:
    """As GRPOTrainer._generate_single_turn does it without vLLM."""
    tensors = [torch.tensor(prompt) for prompt in prompts]
    ids = pad(tensors, padding_value=PADDING, padding_side="left")
    mask = pad([torch.ones_like(tensor) for tensor in tensors], padding_value=0, padding_side="left")
    with torch.no_grad():
        found = model.generate(
            input_ids=ids,
            attention_mask=mask,
            max_new_tokens=MOST_TOKENS,
            do_sample=True,
            temperature=1.0,
            top_p=1.0,
            top_k=0,
            eos_token_id=ends,
            pad_token_id=PADDING,
        )
    return [_until(row[ids.shape[1] :].tolist(), ends) for row in found]


def _until(ids: list[int], ends: list[int]) -> list[int]:
    return next((ids[: place + 1] for place, token in enumerate(ids) if token in ends), ids)


def padded(prompts: list[list[int]], answers: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor, int]:
    """(ids, mask, tokens of the longest answer), as GRPOTrainer makes them."""
    sides = []
    for rows, side in ((prompts, "left"), (answers, "right")):
        tensors = [torch.tensor(row) for row in rows]
        ids = pad(tensors, padding_value=PADDING, padding_side=side)
        sides.append((ids, pad([torch.ones_like(one) for one in tensors], padding_value=0, padding_side=side)))
    (left, left_mask), (right, right_mask) = sides
    return torch.cat([left, right], 1), torch.cat([left_mask, right_mask], 1), right.shape[1]


def trl_scores(model: Any, ids: torch.Tensor, mask: torch.Tensor, kept: int, _: int) -> tuple[torch.Tensor, Any]:
    """As GRPOTrainer._get_per_token_logps_and_entropies does it."""
    labels = ids.masked_fill(mask == 0, -100)
    labels[:, :-kept] = -100
    found = model(input_ids=ids, attention_mask=mask, labels=labels, fused_lm_head=True)
    return found.log_probs[:, -kept:], found.entropy[:, -kept:]


def learn(model: Any, scores_of: Callable[..., Any], batch: tuple[torch.Tensor, torch.Tensor, int]) -> torch.Tensor:
    """The reference's pass, the policy's, and the gradients."""
    ids, mask, kept = batch
    with torch.no_grad(), model.disable_adapter():
        scores_of(model, ids, mask, kept, len(ids))
    scores, _ = scores_of(model, ids, mask, kept, len(ids))
    model.zero_grad()
    (scores * torch.linspace(-1, 1, len(ids)).unsqueeze(1)).sum().backward()
    return scores.detach()


def main() -> None:
    given = _arguments()
    folder = model_folder("builtin:nano")
    tokenizer = load_tokenizer(folder)
    with tempfile.TemporaryDirectory() as temporary:
        spider = build_embedded(Path(temporary) / "embedded")
        asked = [
            token_ids(prompt, tokenizer) for prompt in embedded_prompts(spider, tokenizer, given.prompts * given.steps)
        ]
    base = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
    add_fused_lm_head(base, outputs=("log_probs", "entropy"))
    model = get_peft_model(base, LoraConfig(r=64, lora_alpha=128, target_modules="all-linear")).train()
    ends = sorted(stop_ids(folder, tokenizer))
    clocks = {(side, part): Clock() for side in ("trl", "ours") for part in ("answers", "passes")}
    tokens, difference = {"trl": 0, "ours": 0}, 0.0
    sampling = Sampling(1.0, max_new_tokens=MOST_TOKENS)
    for step in range(-1, given.steps):
        if step == 0:  # the one before warmed up
            clocks, tokens = {key: Clock() for key in clocks}, dict.fromkeys(tokens, 0)
        first = max(step, 0) * given.prompts
        prompts = [list(ids) for ids in asked[first : first + given.prompts] for _ in range(given.generations)]
        theirs = clocks["trl", "answers"].time(trl_answers, model, prompts, ends)
        answers = clocks["ours", "answers"].time(answers_of, model, prompts, sampling, ends, f"{step}")
        tokens["trl"] += sum(map(len, theirs))
        tokens["ours"] += sum(map(len, answers))
        batch = padded(prompts, answers)
        expected = clocks["trl", "passes"].time(learn, model, trl_scores, batch)
        found = clocks["ours", "passes"].time(learn, model, log_probabilities, batch)
        difference = max(difference, float((found - expected).abs().max()))
    about = {"date": datetime.date.today().isoformat(), "command": "python benchmarks/grpo.py", "machine": machine()}
    about |= {"prompts": given.prompts, "generations": given.generations, "steps": given.steps}
    about |= {"mean_prompt_tokens": round(sum(map(len, asked)) / len(asked), 1)}
    result = about | _compared(clocks, tokens) | {"greatest_difference": float(f"{difference:.1e}")}
    text = json.dumps(result, indent=2) + "\n"
    print(text)
    if given.write:
        BASELINE.write_text(text, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=2)
    parser.add_argument("--generations", type=int, default=8)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def _compared(clocks: dict[tuple[str, str], Clock], tokens: dict[str, int]) -> dict[str, Any]:
    """Each side's seconds, and how many times ours TRL's takes: a token of an answer, and a step's passes."""
    found: dict[str, Any] = {
        side: {
            "answer_tokens": tokens[side],
            **{
                f"{part}_{name}": round(getattr(clocks[side, part], name), 2)
                for part in ("answers", "passes")
                for name in ("seconds", "cpu_seconds")
            },
        }
        for side in tokens
    }
    for name in ("seconds", "cpu_seconds"):
        spent = {key: getattr(clock, name) for key, clock in clocks.items()}
        a_token = {side: spent[side, "answers"] / tokens[side] for side in tokens}
        found |= {
            f"answers_ratio_{name}": round(a_token["trl"] / a_token["ours"], 2),
            f"passes_ratio_{name}": round(spent["trl", "passes"] / spent["ours", "passes"], 2),
        }
    return found


if __name__ == "__main__":
    main()
