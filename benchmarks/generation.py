"""The hf back end against one prompt at a time, on the same prompts in one run.

    python benchmarks/generation.py --write benchmarks/generation.json

The reference is the loop that the execution-guided system runs: transformers' `generate`, one prompt a call, greedy, up
to 256 new tokens, with one thread or one a core, whichever is faster here. Ours is what a rollout holds: prompts,
tokens, engines as the configuration has them by default (`--engines`), store, in the order of a run over the
whole embedded dev set, or with `--prompts` of evenly spaced stretches of it. The few answers that go on longest are
then a greater part of our time: rows leave, and none come in their place. The two take turns: in each round ours
answers all prompts, and the reference its share of them. `ratio` is of wall clock for all prompts, `cpu_ratio` of
processor time, to read where the machine was busy. Not covered: servers, GPUs (`gpu.py`), and sampling.
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

from measure import machine, process_cpu_seconds

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.protocol import MAX_BATCH, GenerationRequest, Policy, Sampling
from t2s_pipeline.generation.tokenizer import ChatTokenizer, load_tokenizer
from t2s_pipeline.machine import available_cores
from t2s_pipeline.prompts.render import Prompt, initial_prompt, token_ids
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.serialise import compact

STRETCHES = 4
WARM_UP = 4
THREAD_TRIAL = 12
"""Prompts by which the reference's number of threads is chosen."""


@dataclass
class Side:
    """What one side has done: seconds of wall clock and of processor, prompts, tokens of its answers."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    prompts: int = 0
    tokens: int = 0
    texts: dict[int, str] = field(default_factory=dict)

    def add(self, seconds: float, cpu_seconds: float, tokens: dict[int, int]) -> None:
        self.seconds += seconds
        self.cpu_seconds += cpu_seconds
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
    side.add(time.perf_counter() - started, time.process_time() - cpu_started, tokens)


def better_threads(model: Any, tokenizer: ChatTokenizer, prompts: list[Prompt], new_tokens: int) -> dict[int, float]:
    """Tokens a second of the reference by number of threads, the better one first; it is set from now on."""
    import torch

    speeds = {}
    for threads in sorted({1, available_cores()}):
        torch.set_num_threads(threads)
        one_at_a_time(model, tokenizer, dict(enumerate(prompts[:WARM_UP])), 8, Side())
        side = Side()
        one_at_a_time(model, tokenizer, dict(enumerate(prompts[:: -(-len(prompts) // THREAD_TRIAL)])), new_tokens, side)
        speeds[threads] = round(side.tokens / side.seconds, 1)
    ordered = dict(sorted(speeds.items(), key=lambda item: -item[1]))
    torch.set_num_threads(next(iter(ordered)))
    return ordered


def through_the_back_end(config: ModelConfig, prompts: list[Prompt], new_tokens: int, side: Side) -> int:
    """All prompts by a generator with a store of its own; loading the model is not counted, as it is not there.
    Returns the number of engines."""
    with tempfile.TemporaryDirectory() as data:
        generator = open_generator(Policy("benchmarked", config), Path(data))
        engines = generator.backend.engine
        count, asked = engines.most_open // MAX_BATCH, 0
        while engines.loaded < count:
            texts = [f"question {n}" for n in range(asked, asked + engines.most_open)]
            asked += len(texts)
            warm_up = [GenerationRequest(initial_prompt("Table t: a INTEGER", text)) for text in texts]
            generator.complete(warm_up, Sampling(max_new_tokens=2))
        started, cpu_started = time.perf_counter(), _cpu_seconds(engines.pids)
        answers = generator.complete([GenerationRequest(p) for p in prompts], Sampling(max_new_tokens=new_tokens))
        tokens = {n: answer.completion_tokens for n, answer in enumerate(answers)}
        side.add(time.perf_counter() - started, _cpu_seconds(engines.pids) - cpu_started, tokens)
        side.texts.update((n, answer.text) for n, answer in enumerate(answers))
        generator.close()
    return count


def _cpu_seconds(engines: list[int]) -> float:
    return time.process_time() + sum(map(process_cpu_seconds, engines))


def compare(config: ModelConfig, spider: Path, count: int, new_tokens: int, rounds: int) -> dict[str, Any]:
    """Both sides in turns, and what came of it."""
    import torch
    import transformers
    from transformers import AutoModelForCausalLM

    folder = model_folder(config.path)
    tokenizer = load_tokenizer(folder)
    prompts = embedded_prompts(spider, tokenizer, count)
    reference_model = AutoModelForCausalLM.from_pretrained(folder).eval()
    reference, ours = Side(), Side()
    speeds = better_threads(reference_model, tokenizer, prompts, new_tokens)
    for turn in range(rounds):
        engines = through_the_back_end(config, prompts, new_tokens, ours)
        share = {n: prompts[n] for n in range(turn, len(prompts), rounds)}
        one_at_a_time(reference_model, tokenizer, share, new_tokens, reference)
    different = [n for n in range(len(prompts)) if reference.texts[n] != ours.texts[n]]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "model": config.path,
        "parameters": reference_model.num_parameters(),
        "max_new_tokens": new_tokens,
        "prompt_tokens": sum(len(token_ids(prompt, tokenizer)) for prompt in prompts),
        "machine": machine(),
        "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
        "one_at_a_time": reference.as_dict() | {"threads": torch.get_num_threads(), "trial_by_threads": speeds},
        "hf_back_end": ours.as_dict() | {"rounds": rounds, "engines": engines},
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
    parser.add_argument("--engines", type=int, default=0, help="of the back end; by default as many as it has here")
    parser.add_argument("--write", type=Path, help="write the result to this file as well")
    arguments = parser.parse_args()
    config = ModelConfig(path=arguments.model, engines=arguments.engines)
    with tempfile.TemporaryDirectory() as scratch:
        spider = arguments.spider or build_embedded(Path(scratch) / "embedded")
        result = compare(config, spider, arguments.prompts, arguments.max_new_tokens, arguments.rounds)
    result["command"] = "python benchmarks/generation.py " + " ".join(a for a in sys.argv[1:] if "/" not in a)
    text = json.dumps(result, indent=2, ensure_ascii=False)
    print(text)
    if arguments.write:
        arguments.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
