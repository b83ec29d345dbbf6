"""One pre-training run: its folder, model, optimisers and progress, stopped and gone on with at any batch."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from t2s_pipeline.nano.batches import Batch, batches, shards
from t2s_pipeline.nano.corpus import corpus_texts
from t2s_pipeline.nano.initialise import initialise
from t2s_pipeline.nano.measure import held_out, measure
from t2s_pipeline.nano.mistakes import FILE_NAME as MISTAKES
from t2s_pipeline.nano.model import Shape, batch_loss, new_model
from t2s_pipeline.nano.tokenizer import save_tokenizer, train_tokenizer
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer

if TYPE_CHECKING:
    import torch

LEARNING_RATE = 2e-3
WARM_UP_TOKENS = 200_000
BATCH_TOKENS = 6144
SHARD_GROUPS = 256
_REPORT_STEPS = 25
_CHECKPOINT_SECONDS = 180.0
_MEASURE_TOKENS = 1_500_000
_MEASURED = {"first_turn": 64, "repair": 32, "held_out_skeletons": 32, "thought": 32}


@dataclass(frozen=True)
class Settings:
    """What is settled when a run begins."""

    seed: int = 7
    threads: int = 2
    shape: Shape = field(default_factory=Shape)


@dataclass
class Progress:
    """Where a run stands: `batch` batches of shard `shard` are done. Saved with every checkpoint."""

    seconds: float = 0.0
    steps: int = 0
    shard: int = 0
    batch: int = 0
    tokens: int = 0
    examples: int = 0
    cooldown_from: int = 0
    cooldown_tokens: int = 0
    """Zero while the learning rate stays."""


def learning_rate(progress: Progress) -> float:
    """The learning rate for the next batch."""
    rate = LEARNING_RATE * min(1.0, max(progress.tokens, 4000) / WARM_UP_TOKENS)
    if progress.cooldown_tokens:
        rate *= max(0.0, 1.0 - (progress.tokens - progress.cooldown_from) / progress.cooldown_tokens)
    return rate


def cool_down(run_folder: Path, target: Path, tokens: int) -> None:
    """Make `target` a run that starts from `run_folder`'s checkpoint and ends after `tokens` tokens.

    The run's file of mistakes goes along, if there is one. Does nothing where `target` has a checkpoint already. Raises
    FileNotFoundError for a run without one.
    """
    import torch

    if (target / "checkpoint.pt").exists():
        return
    state = read_checkpoint(run_folder)
    state["progress"] |= {"cooldown_from": state["progress"]["tokens"], "cooldown_tokens": tokens}
    shutil.copytree(run_folder / "tokenizer", target / "tokenizer", dirs_exist_ok=True)
    for name in ("log.jsonl", MISTAKES):
        if (run_folder / name).exists():
            shutil.copy(run_folder / name, target / name)
    torch.save(state, target / "checkpoint.tmp")
    os.replace(target / "checkpoint.tmp", target / "checkpoint.pt")


def read_checkpoint(run_folder: Path) -> dict[str, Any]:
    """The run's last checkpoint. Raises FileNotFoundError where there is none."""
    import torch

    path = run_folder / "checkpoint.pt"
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no checkpoint; start nano.pretrain train --run {run_folder}")
    return torch.load(path, weights_only=True)


class Run:
    """A run's state in memory. A folder with a checkpoint keeps the settings that it began with."""

    def __init__(self, folder: Path, settings: Settings | None = None) -> None:
        import torch

        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        state = read_checkpoint(folder) if self.checkpoint.exists() else None
        self.settings = _settings(state["settings"]) if state else settings or Settings()
        torch.set_num_threads(self.settings.threads)
        self.tokenizer = self._tokenizer()
        torch.manual_seed(self.settings.seed)
        self.model = new_model(self.tokenizer, self.settings.shape)
        self.progress = Progress(**state["progress"]) if state else Progress()
        if state:
            self.model.load_state_dict(state["model"])
        else:
            initialise(self.model, self.tokenizer)
        self.optimisers = _optimisers(self.model)
        for optimiser, saved in zip(self.optimisers, state["optimisers"] if state else (), strict=bool(state)):
            optimiser.load_state_dict(saved)

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def _tokenizer(self) -> Any:
        folder = self.folder / "tokenizer"
        if not folder.exists():
            draft = self.folder / f"tokenizer.{os.getpid()}"
            save_tokenizer(train_tokenizer(corpus_texts(self.settings.seed)), draft)
            draft.rename(folder)
        return load_chat_tokenizer(folder)

    def save(self) -> None:
        """Write a checkpoint and rename it into place."""
        import torch

        draft = self.checkpoint.with_suffix(f".{os.getpid()}")
        state = {
            "model": self.model.state_dict(),
            "optimisers": [o.state_dict() for o in self.optimisers],
            "progress": asdict(self.progress),
            "settings": asdict(self.settings),
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

    def curves(self) -> list[dict[str, Any]]:
        """The measurements of `log.jsonl`, each with the loss reported before it; what a later part repeats, once."""
        points: dict[int, dict[str, Any]] = {}
        loss = float("nan")
        lines = (self.folder / "log.jsonl").read_text(encoding="utf-8").splitlines()
        for entry in map(json.loads, lines):
            loss = entry.get("loss", loss)
            if "first_turn" in entry:
                figures = {kind: entry[kind] for kind in _MEASURED if kind in entry}
                points[entry["tokens"]] = {"tokens": entry["tokens"], "loss": loss, **figures}
        return [points[tokens] for tokens in sorted(points) if tokens <= self.progress.tokens]

    def train(self, tokens: int) -> None:
        """Train until the run has seen `tokens` tokens, and save."""
        if self.progress.tokens >= tokens:
            return
        losses: list[float] = []
        saved = reported = time.monotonic()
        for batch in self._batches():
            started = time.monotonic()
            measured = self.progress.tokens // _MEASURE_TOKENS
            losses.append(self._step(batch))
            now = time.monotonic()
            self.progress.seconds += now - started
            if self.progress.steps % _REPORT_STEPS == 0:
                seconds = round((now - reported) / len(losses), 2)
                self.log(loss=round(sum(losses) / len(losses), 4), step_seconds=seconds)
                losses, reported = [], now
            if self.progress.tokens // _MEASURE_TOKENS > measured:
                self.measure(_MEASURED)
            if now - saved > _CHECKPOINT_SECONDS:
                self.save()
                saved = now
            if self.progress.tokens >= tokens:
                break
        self.save()

    def _batches(self) -> Any:
        """The batches from where the run stands, without end."""
        seed, mistakes = self.settings.seed, self.folder / MISTAKES
        own = mistakes if self.progress.cooldown_tokens and mistakes.exists() else None
        for shard, sequences in shards(self.folder / "tokenizer", seed, self.progress.shard, SHARD_GROUPS, own):
            ordered = batches(sequences, BATCH_TOKENS, Random(f"{seed} {shard}"))
            for number, batch in enumerate(ordered):
                if number >= self.progress.batch:
                    yield batch
            self.progress.shard, self.progress.batch = shard + 1, 0

    def _step(self, batch: Batch) -> float:
        """One step; counts the batch as done at its end."""
        import torch

        rate = learning_rate(self.progress)
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
        self.progress.batch += 1
        self.progress.tokens += batch.used_tokens
        self.progress.examples += batch.examples
        return answer_loss

    def measure(self, counts: dict[str, int]) -> dict[str, Any]:
        """Held-out figures of the model as it is, logged with some of its mistakes."""
        self.model.eval()
        figures: dict[str, Any] = {}
        for kind, count in counts.items():
            found = measure(self.model, self.tokenizer, held_out(count, kind))
            figures[kind] = found.counts()
            figures[f"{kind}_mistakes"] = found.wrong[:3]
        self.model.train()
        self.log(**figures)
        return figures


def _settings(saved: dict[str, Any]) -> Settings:
    return Settings(saved["seed"], saved["threads"], Shape(**saved["shape"]))


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
