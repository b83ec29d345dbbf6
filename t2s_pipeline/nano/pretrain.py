"""Pre-train the embedded model from nothing, on a CPU, for a stated wall time.

    python -m t2s_pipeline.nano.pretrain --out runs/nano --minutes 80 --threads 2

Hidden matrices are trained by Muon, the rest by AdamW. The learning rate rises over the first 2 % of the
time, stays, and falls to nothing over the last 60 %. A checkpoint is renamed into place every few minutes;
the same command after a kill goes on from it, and the time spent before counts. `log.jsonl` has a line a
report; `python -m t2s_pipeline.nano.export` makes the model folder, from a run that still goes on too.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from t2s_pipeline.nano.batches import Batch, batches, shards
from t2s_pipeline.nano.corpus import corpus_texts
from t2s_pipeline.nano.initialise import initialise
from t2s_pipeline.nano.measure import held_out, measure
from t2s_pipeline.nano.model import batch_loss, new_model
from t2s_pipeline.nano.tokenizer import train_tokenizer

if TYPE_CHECKING:
    import torch

LEARNING_RATE = 2e-3
WARM_UP, COOL_DOWN = 0.02, 0.60
BATCH_TOKENS = 3072
_REPORT_STEPS = 20
_CHECKPOINT_SECONDS = 180.0
_MEASURE_SECONDS = 420.0


@dataclass
class Progress:
    """Where a run stands; saved with every checkpoint."""

    seconds: float = 0.0
    steps: int = 0
    shard: int = 0
    tokens: int = 0
    examples: int = 0


def learning_rate(share: float) -> float:
    """The learning rate after `share` (0 to 1) of the run's time."""
    if share < WARM_UP:
        return LEARNING_RATE * max(share, 0.001) / WARM_UP
    return LEARNING_RATE * min(1.0, max(0.0, (1.0 - share) / COOL_DOWN))


class Run:
    """One pre-training run: its folder, model, optimisers and progress."""

    def __init__(self, folder: Path, seconds: float, seed: int) -> None:
        import torch

        self.folder, self.limit, self.seed = folder, seconds, seed
        folder.mkdir(parents=True, exist_ok=True)
        self.tokenizer = self._tokenizer()
        torch.manual_seed(seed)
        self.model = new_model(self.tokenizer)
        initialise(self.model, self.tokenizer)
        self.optimisers = _optimisers(self.model)
        self.progress = Progress()
        if self.checkpoint.exists():
            self._resume()

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer

        folder = self.folder / "tokenizer"
        if not folder.exists():
            draft = self.folder / f"tokenizer.{os.getpid()}"
            train_tokenizer(corpus_texts(self.seed)).save_pretrained(draft)
            draft.rename(folder)
        return AutoTokenizer.from_pretrained(folder)

    def _resume(self) -> None:
        import torch

        state = torch.load(self.checkpoint, weights_only=True)
        self.model.load_state_dict(state["model"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.progress = Progress(**state["progress"])
        self.seed = state["seed"]  # a run keeps the seed that it began with

    def save(self) -> None:
        """Write a checkpoint and rename it into place."""
        import torch

        draft = self.checkpoint.with_suffix(f".{os.getpid()}")
        state = {
            "model": self.model.state_dict(),
            "optimisers": [o.state_dict() for o in self.optimisers],
            "progress": asdict(self.progress),
            "seed": self.seed,
        }
        torch.save(state, draft)
        os.replace(draft, self.checkpoint)

    def log(self, **figures: Any) -> None:
        """Append a line to log.jsonl and show it."""
        line = json.dumps({"seconds": round(self.progress.seconds), "steps": self.progress.steps,
                           "tokens": self.progress.tokens, **figures})  # fmt: skip
        print(line, flush=True)
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def train(self) -> None:
        """Train until the time is spent, then measure and save."""
        import torch

        rng, losses = Random(self.seed + self.progress.shard), []
        saved = measured = reported = time.monotonic()
        for shard, sequences in shards(self.folder / "tokenizer", self.seed, self.progress.shard):
            for batch in batches(sequences, BATCH_TOKENS, rng):
                started = time.monotonic()
                losses.append(self._step(batch))
                now = time.monotonic()
                self.progress.seconds += now - started
                if self.progress.steps % _REPORT_STEPS == 0:
                    self.log(
                        loss=round(sum(losses) / len(losses), 4),
                        step_seconds=round((now - reported) / _REPORT_STEPS, 2),
                    )
                    losses, reported = [], now
                if now - measured > _MEASURE_SECONDS:
                    self.measure(48, 16)
                    measured = time.monotonic()
                if now - saved > _CHECKPOINT_SECONDS:
                    self.save()
                    saved = time.monotonic()
                if self.progress.seconds >= self.limit:
                    self.save()
                    return
            self.progress.shard = shard + 1
            torch.manual_seed(self.seed + shard)

    def _step(self, batch: Batch) -> float:
        import torch

        rate = learning_rate(self.progress.seconds / self.limit)
        with torch.autocast("cpu", torch.bfloat16):
            loss, answer_loss = batch_loss(self.model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.progress.steps += 1
        self.progress.tokens += batch.used_tokens
        self.progress.examples += batch.examples
        return answer_loss

    def measure(self, first_turns: int, repairs: int) -> dict[str, Any]:
        """Held-out figures of the model as it is, logged with some of its mistakes."""
        self.model.eval()
        figures = {}
        for name, count in (("first_turn", first_turns), ("repair", repairs)):
            found = measure(self.model, self.tokenizer, held_out(count, repairs=name == "repair"))
            figures[name] = {"total": found.total, "exact": found.exact, "executable": found.executable}
            figures[f"{name}_mistakes"] = found.wrong[:4]
        self.model.train()
        self.log(**figures)
        return figures


def _optimisers(model: torch.nn.Module) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for embeddings, norms and biases."""
    import torch

    matrices = [p for p in model.model.layers.parameters() if p.ndim == 2]
    chosen = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    return [
        torch.optim.Muon(matrices, lr=LEARNING_RATE, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=LEARNING_RATE, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; an interrupted one goes on")
    parser.add_argument("--minutes", type=float, required=True, help="time to train for, earlier parts included")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    # Threads that wait by spinning cost most of a core each when other work shares it.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    torch.set_num_threads(arguments.threads)
    Run(arguments.out, arguments.minutes * 60, arguments.seed).train()


if __name__ == "__main__":
    main()
