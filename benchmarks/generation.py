"""The hf back end against one prompt at a time, on the same prompts in one run.

    python benchmarks/generation.py --write benchmarks/generation.json

The reference is the loop that the execution-guided system runs: transformers' `generate`, one prompt a call, greedy, up
to 256 new tokens. Ours is what a rollout holds: prompts, tokens, model, store, in the order of a run over the whole
embedded dev set, or with `--prompts` of evenly spaced stretches of it. The few answers that go on longest are then
a greater part of our time: rows leave, and none come in their place. The two take turns: in each round ours answers all
prompts, and the reference its share of them. `ratio` is of wall clock for all prompts, `cpu_ratio` of processor
time, to read where the machine was busy. Not covered: servers, GPUs (`gpu.py`), and sampling.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import machine

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.protocol import GenerationRequest, Policy, Sampling
from t2s_pipeline.generation.tokenizer import ChatTokenizer, load_tokenizer
from t2s_pipeline.prompts.render import Prompt, initial_prompt, token_ids
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.serialise import compact

STRETCHES = 4
WARM_UP = 4


@dataclass
class Side:
    """What one side has done: seconds of wall clock and of processor, prompts, tokens of its answers."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    prompts: int = 0
    tokens: int = 0
    texts: dict[int, str] = field(default_factory=dict)

    def add(self, started: float, cpu_started: float, tokens: dict[int, int]) -> None:
        self.seconds += time.perf_counter() - started
        self.cpu_seconds += time.process_time() - cpu_started
        self.prompts += len(tokens)
        self.tokens += sum(tokens.values())

    def as_dict(self) -> dict[str, Any]:
        return {
            "prompts": self.prompts,
            "tokens": self.tokens,
            "seconds": round(self.seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "tokens_per_second": round(self.tokens / self.seconds, 1),
            "tokens_per_cpu_second": round(self.tokens / self.cpu_seconds, 1),
        }


def embedded_prompts(spider: Path, tokenizer: ChatTokenizer, count: int) -> list[Prompt]:
    """`count` prompts of the embedded dev set, or all: evenly spaced stretches in the order of their tokens."""
    examples = json.loads((spider / SPLIT_FILES["dev"]).read_text(encoding="utf-8"))
    names = {example["db_id"] for example in examples}
    schemas = {n: compact(read_schema(spider / "database" / n / f"{n}.sqlite", n)) for n in names}
    prompts = {p.hash: p for p in (initial_prompt(schemas[e["db_id"]], e["question"]) for e in examples)}.values()
    ordered = sorted(prompts, key=lambda prompt: token_ids(prompt, tokenizer))
    if count >= len(ordered):
        return ordered
    sizes = [count * (n + 1) // STRETCHES - count * n // STRETCHES for n in range(STRETCHES)]
    starts = [len(ordered) * n // STRETCHES for n in range(STRETCHES)]
    return [prompt for start, size in zip(starts, sizes, strict=True) for prompt in ordered[start : start + size]]


def one_at_a_time(
    model: Any, tokenizer: ChatTokenizer, prompts: dict[int, Prompt], new_tokens: int, side: Side
) -> None:
    """The reference's loop over these prompts, by their numbers."""
    import torch

    started, cpu_started, tokens = time.perf_counter(), time.process_time(), {}
    for number, prompt in prompts.items():
        ids = torch.tensor([token_ids(prompt, tokenizer)], device=model.device)
        output = model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=new_tokens, do_sample=False, pad_token_id=0
        )
        answer = output[0, ids.shape[1] :].tolist()
        tokens[number] = len(answer)
        side.texts[number] = tokenizer.decode(answer)
    side.add(started, cpu_started, tokens)


def through_the_back_end(model: str, prompts: list[Prompt], new_tokens: int, side: Side) -> None:
    """All prompts by a generator with a store of its own; loading the model is not counted, as it is not there."""
    sampling = Sampling(max_new_tokens=new_tokens)
    with tempfile.TemporaryDirectory() as data:
        generator = open_generator(Policy("benchmarked", ModelConfig(path=model)), Path(data), in_process=True)
        warm_up = [GenerationRequest(initial_prompt("Table t: a INTEGER", f"q {n}")) for n in range(WARM_UP)]
        generator.complete(warm_up, sampling)
        started, cpu_started = time.perf_counter(), time.process_time()
        answers = generator.complete([GenerationRequest(prompt) for prompt in prompts], sampling)
        side.add(started, cpu_started, {n: answer.completion_tokens for n, answer in enumerate(answers)})
        side.texts.update((n, answer.text) for n, answer in enumerate(answers))
        generator.close()


def compare(model: str, spider: Path, count: int, new_tokens: int, rounds: int) -> dict[str, Any]:
    """Both sides in turns, and what came of it."""
    import torch
    import transformers
    from transformers import AutoModelForCausalLM

    folder = model_folder(model)
    tokenizer = load_tokenizer(folder)
    prompts = embedded_prompts(spider, tokenizer, count)
    reference_model = AutoModelForCausalLM.from_pretrained(folder).eval()
    reference, ours = Side(), Side()
    one_at_a_time(reference_model, tokenizer, dict(enumerate(prompts[:WARM_UP])), 8, Side())
    for turn in range(rounds):
        through_the_back_end(model, prompts, new_tokens, ours)
        share = {n: prompts[n] for n in range(turn, len(prompts), rounds)}
        one_at_a_time(reference_model, tokenizer, share, new_tokens, reference)
    different = [n for n in range(len(prompts)) if reference.texts[n] != ours.texts[n]]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "model": model,
        "parameters": reference_model.num_parameters(),
        "max_new_tokens": new_tokens,
        "prompt_tokens": sum(len(token_ids(prompt, tokenizer)) for prompt in prompts),
        "machine": machine() | {"threads": torch.get_num_threads()},
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "one_at_a_time": reference.as_dict(),
        "hf_back_end": ours.as_dict() | {"rounds": rounds},
        "ratio": round(reference.seconds / (ours.seconds / rounds), 2),
        "cpu_ratio": round(reference.cpu_seconds / (ours.cpu_seconds / rounds), 2),
        "equal_answers": len(prompts) - len(different),
        "different_answers": [[reference.texts[n], ours.texts[n]] for n in different],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="builtin:nano", help="a model's folder, or builtin:nano")
    parser.add_argument("--spider", type=Path, help="the embedded data set where it is built already")
    parser.add_argument("--prompts", type=int, default=1000, help="how many of the dev set's; by default all")
    parser.add_argument("--max-new-tokens", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=2, help="how often the two take turns")
    parser.add_argument("--threads", type=int, help="of torch, for both sides")
    parser.add_argument("--write", type=Path, help="write the result to this file as well")
    arguments = parser.parse_args()
    import torch

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as scratch:
        spider = arguments.spider or build_embedded(Path(scratch) / "embedded")
        result = compare(arguments.model, spider, arguments.prompts, arguments.max_new_tokens, arguments.rounds)
    result["command"] = "python benchmarks/generation.py " + " ".join(a for a in sys.argv[1:] if "/" not in a)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    if arguments.write:
        arguments.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
