"""What a GPU gives: decoding, LoRA training and nano's pre-training, in one command of at most nine minutes.

    python benchmarks/gpu.py --out results            # on the GPU machine; no network is needed
    python benchmarks/gpu.py --out results --tiny     # anywhere, in seconds: shows that it runs

Every part is a process with a time limit of its own, and leaves `<out>/gpu_<part>.json` at once; one that fails leaves
the reason there, and the next begins. The model has the shape of Qwen2.5-3B, weights drawn at random, bfloat16.
Prompts are those of the embedded data set in nano's tokens, which are other tokens than Qwen's, and somewhat more.
Such a model's answers never end, so each has exactly `new_tokens`, on all sides.

- `decode`: the hf back end with its store against one prompt a call of transformers' `generate`, in turns. The limit is
  what fetching all weights once a step would take; `of_bandwidth_limit` is its share of the time taken.
- `continuous`: the same prompts by transformers' continuous batching, to say whether it is faster than ours.
- `sft`, `dpo`: the project's own training of a LoRA adapter (TRL is needed). `mfu` counts 4 N operations a token,
  forward and backward through frozen weights, without what activation checkpointing computes twice; the reference
  pass of `dpo` is 2 N more. Against the rate of one large bfloat16 product, measured here.
- `pretrain`: nano's loss and optimisers on its own batches, in float32 with TF32.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from generation import embedded_prompts
from measure import machine

from t2s_pipeline.config import AdapterConfig
from t2s_pipeline.datasets.embedded.build import build_embedded
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.fingerprint import model_folder
from t2s_pipeline.generation.hf import HfModel, ModelSpec, TokenRequest
from t2s_pipeline.generation.protocol import ENOUGH, Completion, GenerationRequest, Identity, Sampling
from t2s_pipeline.generation.store import CompletionStore
from t2s_pipeline.generation.token_backend import TokenBackend
from t2s_pipeline.generation.tokenizer import load_tokenizer
from t2s_pipeline.prompts.render import token_ids
from t2s_pipeline.training.job import BaseModel, prepare_job
from t2s_pipeline.training.rows import TrainingRow
from t2s_pipeline.training.run import run_job

LIMITS = {"decode": 150, "continuous": 60, "sft": 110, "dpo": 110, "pretrain": 60}
"""Seconds of each part; 490 in all, the starts of the five processes included."""
TINY_LIMIT = 600


@dataclass(frozen=True)
class Size:
    """The model's shape, and how much of each part is done."""

    hidden: int = 2048
    inner: int = 11008
    layers: int = 36
    heads: int = 16
    kv_heads: int = 2
    vocabulary: int = 151_936
    prompts: int = 512
    alone: int = 6
    rounds: int = 2
    new_tokens: int = 128
    sft_rows: int = 768
    dpo_rows: int = 192
    batch_size: int = 16
    groups: int = 256
    steps: int = 40
    probe: int = 8192


TINY = Size(128, 256, 2, 4, 2, 8192, 24, 4, 2, 8, 8, 4, 4, 8, 1, 128)


def new_model(size: Size) -> Any:
    """The model, on the GPU where there is one."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(13)
    config = Qwen2Config(
        vocab_size=size.vocabulary,
        hidden_size=size.hidden,
        intermediate_size=size.inner,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        num_key_value_heads=size.kv_heads,
        max_position_embeddings=32768,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1_000_000.0},
        eos_token_id=None,
        pad_token_id=0,
        dtype="bfloat16",
    )
    with torch.device(_device()):
        return Qwen2ForCausalLM._from_config(config, dtype=torch.bfloat16, attn_implementation="sdpa").eval()


@dataclass(frozen=True)
class _Engine:
    """A model that is loaded already, as `TokenBackend` asks it."""

    model: HfModel

    def generate(self, requests: list[TokenRequest], sampling: Sampling) -> list[Completion | None]:
        return self.model.answer(requests, sampling, ENOUGH)

    def close(self) -> None:
        pass


def decode(size: Size, scratch: Path) -> dict[str, Any]:
    """Both ways in turns; the one at a time on a few prompts of all, which differ little in length."""
    import torch

    model, folder = new_model(size), model_folder("builtin:nano")
    tokenizer = load_tokenizer(folder)
    prompts = embedded_prompts(build_embedded(scratch / "embedded"), tokenizer, size.prompts)
    sampling = Sampling(max_new_tokens=size.new_tokens)
    spec = ModelSpec(str(folder), None, "bfloat16", _device(), 32768, 64, log_probabilities=False)
    backend = TokenBackend(
        Identity("random", None, "hf", "bfloat16"), folder, 32768, _Engine(HfModel(spec, model, tokenizer, frozenset()))
    )

    def together(chosen: list[Any]) -> float:
        with tempfile.TemporaryDirectory(dir=scratch) as data:
            generator = CachedGenerator(backend, CompletionStore(Path(data)))
            return _seconds(lambda: generator.complete([GenerationRequest(prompt) for prompt in chosen], sampling))

    def alone(chosen: list[Any]) -> float:
        def run() -> None:
            for prompt in chosen:
                ids = torch.tensor([token_ids(prompt, tokenizer)], device=model.device)
                mask = torch.ones_like(ids)
                model.generate(ids, attention_mask=mask, max_new_tokens=size.new_tokens, do_sample=False)

        return _seconds(run)

    together(prompts[:8])
    alone(prompts[:1])
    ours, theirs = 0.0, 0.0
    few = prompts[:: max(1, len(prompts) // size.alone)][: size.alone]
    for turn in range(size.rounds):
        ours += together(prompts) / size.rounds
        theirs += alone(few[turn :: size.rounds])
    ours_rate = len(prompts) * size.new_tokens / ours
    theirs_rate = len(few) * size.new_tokens / theirs
    weights = sum(p.numel() * p.element_size() for p in model.parameters())
    bandwidth = _bandwidth(size)
    steps = len(prompts) * size.new_tokens / 64
    return {
        "parameters": model.num_parameters(),
        "prompts": len(prompts),
        "new_tokens": size.new_tokens,
        "tokens_per_second": round(ours_rate, 1),
        "one_at_a_time_tokens_per_second": round(theirs_rate, 1),
        "ratio": round(ours_rate / theirs_rate, 1),
        "bandwidth_gb_per_second": round(bandwidth / 1e9),
        "of_bandwidth_limit": round(steps * weights / bandwidth / ours, 4),
        "one_at_a_time_of_bandwidth_limit": round(weights / bandwidth * theirs_rate, 4),
        "peak_gb": _peak_gb(),
    }


def continuous(size: Size, scratch: Path) -> dict[str, Any]:
    """transformers' own continuous batching, after a warm-up on a few of the prompts."""
    from transformers import GenerationConfig

    model = new_model(size)
    tokenizer = load_tokenizer(model_folder("builtin:nano"))
    prompts = embedded_prompts(build_embedded(scratch / "embedded"), tokenizer, size.prompts)
    ids = [token_ids(prompt, tokenizer) for prompt in prompts]
    settings = GenerationConfig(max_new_tokens=size.new_tokens, do_sample=False, pad_token_id=0, eos_token_id=-1)
    model.generate_batch(ids[:8], generation_config=settings)
    counts: list[int] = []

    def run() -> None:
        outputs = model.generate_batch(ids, generation_config=settings)
        counts.extend(len(output.generated_tokens) for output in outputs.values())

    seconds = _seconds(run)
    return {"answers": len(counts), "tokens_per_second": round(sum(counts) / seconds, 1), "peak_gb": _peak_gb()}


def training(method: str, rows_wanted: int) -> Callable[[Size, Path], dict[str, Any]]:
    """The part that trains a LoRA adapter by this method."""

    def part(size: Size, scratch: Path) -> dict[str, Any]:
        from t2s_pipeline.nano.tokenizer import save_tokenizer
        from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

        nano = model_folder("builtin:nano")
        tokenizer, folder = load_tokenizer(nano), scratch / "model"
        model = new_model(size)
        parameters = model.num_parameters()
        model.save_pretrained(folder)
        del model
        save_tokenizer(load_chat_tokenizer(nano), folder)
        prompts = embedded_prompts(build_embedded(scratch / "embedded"), tokenizer, rows_wanted)
        answers = ("SELECT count(*) FROM t WHERE a > 1 GROUP BY b ORDER BY c LIMIT 3", "SELECT a FROM t")
        answers = answers if method == "dpo" else answers[:1]
        rows = [TrainingRow(f"{n}", "embedded", prompt.messages, answers) for n, prompt in enumerate(prompts)]
        settings = AdapterConfig(method=method, batch_size=size.batch_size)
        base = BaseModel("random", str(folder), str(folder), "random", dtype="bfloat16")
        job = prepare_job("benchmarked", settings, rows, base, scratch / "data")
        outcome = run_job(replace(job, checkpoint_steps=10**6), print)
        tokens = sum(
            len(token_ids(prompt, tokenizer)) + len(tokenizer.encode(answer)) + 1
            for prompt in prompts
            for answer in answers
        )
        rate = tokens / outcome.train_seconds
        operations = 6 if method == "dpo" else 4
        return {
            "method": method,
            "parameters": parameters,
            "rows": len(rows),
            "tokens": tokens,
            "seconds": round(outcome.train_seconds, 1),
            "tokens_per_second": round(rate, 1),
            "operations_a_token": f"{operations} N",
            "mfu": round(operations * parameters * rate / _operations_per_second(size), 4),
            "peak_gb": _peak_gb(),
        }

    return part


def pretrain(size: Size, scratch: Path) -> dict[str, Any]:
    """Steps of a new run; making batches, which another process does ahead in a real run, is not counted."""
    import random

    import torch

    from t2s_pipeline.nano.batches import batches, encode_shard
    from t2s_pipeline.nano.model import batch_loss
    from t2s_pipeline.nano.run import BATCH_TOKENS, Run, Settings
    from t2s_pipeline.nano.tokenizer import save_tokenizer
    from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

    torch.backends.cuda.matmul.allow_tf32 = True
    save_tokenizer(load_chat_tokenizer(model_folder("builtin:nano")), scratch / "run" / "tokenizer")
    run = Run(scratch / "run", Settings())
    run.model.to(_device())
    sequences = encode_shard(run.tokenizer, 7, 0, size.groups)
    made = [_moved(batch) for batch in batches(sequences, BATCH_TOKENS, random.Random(7))][: size.steps]

    def steps(some: list[Any]) -> None:
        for batch in some:
            batch_loss(run.model, batch)[0].backward()
            for optimiser in run.optimisers:
                optimiser.step()
                optimiser.zero_grad(set_to_none=True)

    steps(made[:1])
    seconds = _seconds(lambda: steps(made))
    tokens = sum(batch.used_tokens for batch in made)
    return {"steps": len(made), "tokens": tokens, "tokens_per_second": round(tokens / seconds, 1)}


def _moved(part: Any) -> Any:
    """A batch on the device: dataclasses of tensors and of such dataclasses."""
    if not is_dataclass(part):
        return part.to(_device()) if hasattr(part, "to") else part
    return replace(part, **{field.name: _moved(getattr(part, field.name)) for field in fields(part)})


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _seconds(run: Callable[[], object]) -> float:
    import torch

    wait = torch.cuda.synchronize if torch.cuda.is_available() else (lambda: None)
    wait()
    started = time.perf_counter()
    run()
    wait()
    return time.perf_counter() - started


def _bandwidth(size: Size) -> float:
    """Bytes a second, of reading and writing in a large copy."""
    import torch

    source = torch.ones(size.probe * size.probe * 16, dtype=torch.bfloat16, device=_device())
    target = torch.empty_like(source)
    target.copy_(source)
    return 2 * 5 * source.numel() * 2 / _seconds(lambda: [target.copy_(source) for _ in range(5)])


def _operations_per_second(size: Size) -> float:
    """Of one large bfloat16 product."""
    import torch

    matrix = torch.randn(size.probe, size.probe, dtype=torch.bfloat16, device=_device())
    torch.matmul(matrix, matrix)
    return 10 * 2 * size.probe**3 / _seconds(lambda: [torch.matmul(matrix, matrix) for _ in range(10)])


def _peak_gb() -> float | None:
    import torch

    return round(torch.cuda.max_memory_allocated() / 1e9, 2) if torch.cuda.is_available() else None


def parts(size: Size) -> dict[str, Callable[[Size, Path], dict[str, Any]]]:
    """The parts by name, in the order in which they run."""
    return {
        "decode": decode,
        "continuous": continuous,
        "sft": training("sft", size.sft_rows),
        "dpo": training("dpo", size.dpo_rows),
        "pretrain": pretrain,
    }


def run_part(name: str, size: Size, file: Path) -> None:
    """One part in this process."""
    import torch
    import transformers

    with tempfile.TemporaryDirectory() as scratch:
        figures = parts(size)[name](size, Path(scratch))
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    result = {"part": name, "device": device, **figures, "versions": versions, "machine": machine()}
    file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    parser.add_argument("--tiny", action="store_true", help="a tiny model and few prompts")
    parser.add_argument("--parts", nargs="+", choices=tuple(LIMITS), default=tuple(LIMITS))
    parser.add_argument("--inside", action="store_true", help="run the part in this process, without a limit")
    arguments = parser.parse_args()
    size = TINY if arguments.tiny else Size()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.parts:
        file = arguments.out / f"gpu_{name}.json"
        if arguments.inside:
            run_part(name, size, file)
            continue
        command = [sys.executable, __file__, "--out", str(arguments.out), "--parts", name, "--inside"]
        started = time.perf_counter()
        failure = _failure(command + ["--tiny"] * arguments.tiny, TINY_LIMIT if arguments.tiny else LIMITS[name])
        if failure:
            file.write_text(json.dumps({"part": name, "failed": failure}, indent=2) + "\n", encoding="utf-8")
        print(f"{name}: {time.perf_counter() - started:.0f} s\n{file.read_text(encoding='utf-8')}", flush=True)


def _failure(command: list[str], limit: int) -> str:
    """Run a part; "" where it ended well."""
    try:
        done = subprocess.run(command, timeout=limit, stderr=subprocess.PIPE, text=True)
    except subprocess.TimeoutExpired:
        return f"not done within {limit} s"
    return "" if done.returncode == 0 else done.stderr[-1500:]


if __name__ == "__main__":
    main()
