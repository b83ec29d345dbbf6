"""Adapters as published folders: `<data>/adapters/<digest>/`, named by their content, checked before use.

    result = train_adapter(job, data_folder)                # trains, or finds what an equal job published
    manifest = verify_adapter(folder, digest)               # before anything is generated with it

A folder holds `adapter_model.safetensors` and `adapter_config.json` as PEFT loads them; where all weights were
trained, a whole model as transformers and vLLM load it, tokenizer included. The digest is over these. Beside them are
`manifest.json`, `outcome.json` (TRL's log and the rows left out), a model card and, of GRPO, the memory that it was
trained with. It is renamed into place whole. Where another job comes to the very same adapter (GRPO whose answers all
earned the same), its manifest, outcome and memory are a record in the folder, `jobs/<identity>/`. What TRL saves
beside an adapter (its frozen copy `ref`, optimizer states) stays behind.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from t2s_pipeline.errors import T2sError
from t2s_pipeline.files import TEMPORARY, WriteError
from t2s_pipeline.invariants import InvariantError
from t2s_pipeline.storage.folders import bring_folder, share_folder
from t2s_pipeline.training.grpo_memory import MEMORY
from t2s_pipeline.training.job import TrainingJob, library_versions
from t2s_pipeline.training.model_card import model_card
from t2s_pipeline.training.provenance import code_identity
from t2s_pipeline.training.rows import TrainingError

if TYPE_CHECKING:
    from t2s_pipeline.training.run import Outcome

WEIGHTS, CONFIG, MANIFEST, OUTCOME, CARD = (
    "adapter_model.safetensors",
    "adapter_config.json",
    "manifest.json",
    "outcome.json",
    "README.md",
)

FULL_WEIGHTS, FULL_CONFIG = "model.safetensors", "config.json"
BASE_FILES = ("tokenizer*", "special_tokens_map.json", "vocab.json", "merges.txt", "chat_template*", "*.tiktoken")
"""Of a whole model, beside its weights and configuration: as the base has them."""
TERMS = ("LICENSE*", "NOTICE*")

JOBS = "jobs"
"""Folder of the records of later jobs that came to the same adapter."""

Launch = Callable[[list[str]], None]


class AdapterError(InvariantError):
    """An adapter that is missing or is not what it should be. Never a reason to fall back to the base model."""


@dataclass(frozen=True)
class AdapterManifest:
    """What an adapter was made of. `job` is the identity of its training job; no field holds a machine's path.

    One that others trained has an `origin` instead of a job, and nothing is known of its training.
    """

    digest: str
    job: str
    method: str
    base_model: str
    model_fingerprint: str
    hyperparameters: dict[str, Any]
    init_digest: str | None = None
    rows_digest: str | None = None
    datasets: list[str] = field(default_factory=list)
    dataset_kinds: dict[str, str] = field(default_factory=dict)
    training_rows: int | None = None
    evaluation_rows: int | None = None
    skipped_rows: int | None = None
    packed: bool | None = None
    kept_step: int | None = None
    seed: int | None = None
    versions: dict[str, str] = field(default_factory=dict)
    code: dict[str, str | bool | None] = field(default_factory=dict)
    precision: str | None = None
    train_seconds: float | None = None
    origin: str | None = None


@dataclass(frozen=True)
class AdapterResult:
    """A published adapter, and its rows of three tables (without `experiment`). `record` is the folder of what its job
    left beside the weights, `folder` itself but for a later job of the same weights. `reused`: nothing was trained."""

    folder: Path
    record: Path
    manifest: AdapterManifest
    adapters: list[dict[str, Any]]
    training_steps: list[dict[str, Any]]
    skipped_training_rows: list[dict[str, Any]]
    reused: bool

    @property
    def memory_file(self) -> Path | None:
        """What a GRPO adapter remembered at the end of its training; None where there was no memory."""
        file = self.record / MEMORY
        return file if file.is_file() else None


def run_child(argv: list[str]) -> None:
    """Run the child process to its end; its messages go where this process's go. Raises TrainingError."""
    code = subprocess.run(argv, check=False).returncode
    if code:
        raise TrainingError(child_failure(argv, f"ended with code {code}"))


def child_failure(argv: list[str], how: str) -> str:
    """What to say of a training process that did not come to its end."""
    return (
        f"the training process {how}; its message stands above; where it was killed (code -9: out of memory?), run "
        f"again: it goes on from its last checkpoint: {argv}"
    )


def train_adapter(job: TrainingJob, data_folder: Path, launch: Launch = run_child) -> AdapterResult:
    """Train and publish the adapter of a job, in a child process that `launch` runs to its end.

    An equal job that was published before, whichever experiment asked for it, is not trained again. The job's folder
    is removed at the end. Raises TrainingError where the training fails, AdapterError where the adapter that it
    continues from is not there.
    """
    from t2s_pipeline.training.run import read_outcome

    if job.init:
        verify_adapter(Path(job.init.folder), job.init.digest)
    record = find_published(data_folder, job.identity)
    reused = record is not None
    if record is None:
        try:
            launch([sys.executable, "-m", "t2s_pipeline.training", str(job.file)])
        except T2sError:
            if find_published(data_folder, job.identity) is None:
                raise
        # Found where another process trained the same at the same time and was first: it removed the job's folder.
        record = find_published(data_folder, job.identity) or publish(job, read_outcome(job), data_folder)
    shutil.rmtree(job.folder, ignore_errors=True)
    return _result(job, record, data_folder, reused)


def find_published(data_folder: Path, identity: str) -> Path | None:
    """Where the manifest of the job with this identity is, if the adapter that it published is whole; or None."""
    adapters = Path(data_folder) / "adapters"
    bring_folder(adapters, "*.json")
    records = [*adapters.glob(f"[!.]*/{MANIFEST}"), *adapters.glob(f"[!.]*/{JOBS}/[!.]*/{MANIFEST}")]
    for file in sorted(records):
        manifest = _readable_manifest(file.parent) if (file.parent / OUTCOME).is_file() else None
        if manifest and manifest.job == identity:
            bring_folder(adapters / manifest.digest)
            if adapter_digest(adapters / manifest.digest) == manifest.digest:
                share_folder(file.parent, last=MANIFEST)  # where its upload failed
                return file.parent
    return None


def _readable_manifest(folder: Path) -> AdapterManifest | None:
    """The manifest; None where it is torn or not there: such a folder is nobody's, and keeps no other adapter back."""
    try:
        return load_manifest(folder)
    except AdapterError:
        return None


def publish(job: TrainingJob, outcome: Outcome, data_folder: Path) -> Path:
    """Put the child's output, with manifest and card, at its place by rename. Returns the folder of the manifest."""
    digest = adapter_digest(job.output)
    if digest is None:
        raise TrainingError(f"{job.output}: the training of {job.adapter} left no adapter")
    target = Path(data_folder) / "adapters" / digest
    manifest = _manifest(job, outcome, digest)
    weighed = policy_files(job.output)
    made = [*(job.output / name for name in (*weighed, OUTCOME, MEMORY)), *_matching(job.output, TERMS)]
    files: dict[str, Path | str] = {file.name: file for file in made if file.is_file()}
    files |= {MANIFEST: json.dumps(asdict(manifest), indent=2) + "\n", CARD: model_card(manifest)}
    published = _readable_manifest(target) if adapter_digest(target) == digest else None
    if published is not None and published.job != job.identity:
        files = {name: content for name, content in files.items() if name not in (*weighed, CARD)}
        target = target / JOBS / job.identity
        _rename_into_place(target, files)
        return target
    place_folder(target, files)
    return target


def place_folder(target: Path, files: Mapping[str, Path | str]) -> None:
    """Make the adapter's folder `target` (named by its digest) of copied files and texts, whole, by rename; one that
    holds this very adapter, with all of these files, stays."""
    whole = adapter_digest(target) == target.name and _readable_manifest(target) is not None
    if not whole or not all((target / name).is_file() for name in files):
        _rename_into_place(target, files)


def _rename_into_place(target: Path, files: Mapping[str, Path | str]) -> None:
    temporary = target.parent / f"{TEMPORARY}{uuid.uuid4().hex}"
    try:
        temporary.mkdir(parents=True)
        for name, content in files.items():
            if isinstance(content, Path):
                shutil.copyfile(content, temporary / name)
            else:
                (temporary / name).write_text(content, encoding="utf-8")
        for file in temporary.iterdir():
            with open(file, "rb") as written:
                os.fsync(written.fileno())
        shutil.rmtree(target, ignore_errors=True)
        os.rename(temporary, target)
        share_folder(target, last=MANIFEST)
    except OSError as error:
        raise WriteError(target, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def is_whole_model(folder: Path) -> bool:
    """Whether a published folder holds a model of its own, and no adapter on another."""
    return (folder / FULL_WEIGHTS).is_file()


def policy_files(folder: Path) -> tuple[str, ...]:
    """Names of the files that answers depend on: of an adapter weights and configuration, of a whole model its
    tokenizer's too."""
    if is_whole_model(folder):
        return (FULL_WEIGHTS, FULL_CONFIG, *(file.name for file in _matching(folder, BASE_FILES)))
    return (WEIGHTS, CONFIG)


def copy_from_base(base: Path, target: Path) -> None:
    """Tokenizer and licence of the base model into the folder of a whole one made of it."""
    for file in _matching(base, (*BASE_FILES, *TERMS)):
        shutil.copyfile(file, target / file.name)


def _matching(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted(file for pattern in patterns for file in folder.glob(pattern))


def adapter_digest(folder: Path, names: Iterable[str] | None = None) -> str | None:
    """Identity of an adapter, 32 hex characters over these files, by default those that answers depend on; None where
    one is missing."""
    digest = hashlib.sha256()
    for name in policy_files(Path(folder)) if names is None else names:
        file = Path(folder) / name
        if not file.is_file():
            return None
        with open(file, "rb") as content:
            digest.update(f"{name} {hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()[:32]


def load_manifest(folder: Path) -> AdapterManifest:
    """The manifest of a published adapter. Raises AdapterError where there is none."""
    file = Path(folder) / MANIFEST
    try:
        return AdapterManifest(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError, TypeError) as error:
        raise AdapterError(f"{file}: no adapter's manifest ({error}); materialize the adapter again") from error


def verify_adapter(folder: Path, digest: str) -> AdapterManifest:
    """The manifest, if the folder holds exactly the adapter with this digest. Raises AdapterError otherwise."""
    found = adapter_digest(folder)
    if found != digest:  # of a shared storage nothing is here yet, or a part of it
        bring_folder(Path(folder))
        found = adapter_digest(folder)
    if found is None:
        raise AdapterError(f"{folder}: adapter {digest} is not there; materialize the adapter again")
    if found != digest:
        raise AdapterError(f"{folder}: holds adapter {found}, expected {digest}; materialize the adapter again")
    return load_manifest(folder)


def _manifest(job: TrainingJob, outcome: Outcome, digest: str) -> AdapterManifest:
    return AdapterManifest(
        digest=digest,
        job=job.identity,
        method=job.settings.method,
        base_model=job.base.public_name,
        model_fingerprint=job.base.fingerprint,
        init_digest=job.init.digest if job.init else None,
        rows_digest=job.rows_digest,
        datasets=list(job.datasets),
        dataset_kinds=job.dataset_kinds,
        training_rows=outcome.training_rows,
        evaluation_rows=outcome.evaluation_rows,
        skipped_rows=len(outcome.skipped),
        packed=outcome.packed,
        kept_step=outcome.kept_step,
        hyperparameters=job.hyperparameters,
        seed=job.settings.seed,
        versions=library_versions(),
        code=asdict(code_identity()),
        precision=outcome.precision,
        train_seconds=round(outcome.train_seconds, 3),
    )


def _result(job: TrainingJob, record: Path, data_folder: Path, reused: bool) -> AdapterResult:
    """Rows of `adapters`, `training_steps` and `skipped_training_rows`, from what the published record says."""
    manifest = load_manifest(record)
    folder = Path(data_folder) / "adapters" / manifest.digest
    outcome = json.loads((record / OUTCOME).read_text(encoding="utf-8"))
    row = {
        "adapter": job.adapter,
        "method": manifest.method,
        "digest": manifest.digest,
        "path": folder.relative_to(data_folder).as_posix(),
        "model": job.base.name,
        "model_fingerprint": manifest.model_fingerprint,
        "init_adapter": job.init.name if job.init else None,
        "init_digest": manifest.init_digest,
        "training_rows": manifest.training_rows,
        "evaluation_rows": manifest.evaluation_rows,
        "skipped_rows": manifest.skipped_rows,
        "packed": manifest.packed,
        "kept_step": manifest.kept_step,
        "hyperparameters": json.dumps(manifest.hyperparameters, sort_keys=True),
        "versions": json.dumps(manifest.versions, sort_keys=True),
        "seed": manifest.seed,
        "train_seconds": manifest.train_seconds,
        "commit": manifest.code.get("commit"),
    }
    steps = [
        {"adapter": job.adapter, "step": entry["step"], "metric": name, "epoch": entry["epoch"], "value": value}
        for entry in outcome["history"]
        for name, value in sorted(entry.items())
        if name not in ("step", "epoch")
    ]
    skipped = [{"adapter": job.adapter, **skip} for skip in outcome["skipped"]]
    return AdapterResult(folder, record, manifest, [row], steps, skipped, reused)
