"""From a workload and the constants to hours, machines, bytes, and what gives way.

    estimate = estimate_size(Workload(questions=1e6, samples=30), load_constants())
    estimate.bottleneck, estimate.bytes

An upper bound of the work: every sample of every question takes all turns. Decoding is the slower of two limits,
reading weights, keys and values from memory, and the operations; samples of a question share the reading of its first
prompt. Steps are counted one after another, though verification runs beside generation.

Not covered: training, mining, time lost to starts and failures, networks between machines, slow databases (a
query near its time limit of seconds costs thousands of others).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from t2s_pipeline.sizing.constants import Constants, Gpu, ModelShape, SizingError

GPUS_A_REPLICA = (1, 2, 4, 8)
WEIGHTS_SHARE = 0.7
"""Of a replica's memory: more GPUs are taken together where weights fill more of it."""
SHORTEST, LARGEST = 0.001, 1e15
"""Hours at least, and what any figure of a workload is at most: sizes beyond are mistakes of the keyboard."""


@dataclass(frozen=True)
class Workload:
    """What is asked: `within` is the hours that it may take."""

    questions: int
    samples: int
    turns: int = 1
    model: str = "3b"
    gpu: str = "h100"
    prompt_tokens: int = 500
    answer_tokens: int = 50
    cores: int = 16
    within: float = 24.0

    def __post_init__(self) -> None:
        for name in ("questions", "samples", "turns", "prompt_tokens", "answer_tokens", "cores", "within"):
            value, least = getattr(self, name), SHORTEST if name == "within" else 1
            if not least <= value <= LARGEST:
                raise SizingError(f"{name} is {value}; it must be at least {least:g} and at most {LARGEST:g}")

    @property
    def attempts(self) -> int:
        """Also completions, at most."""
        return self.questions * self.samples * self.turns

    @property
    def prompts(self) -> int:
        """Different ones: samples share the first turn's, a repair's is its own."""
        return self.questions * (1 + self.samples * (self.turns - 1))


@dataclass(frozen=True)
class Rows:
    """What a rollout leaves: rows of its tables, and how long their texts are on average, in tokens."""

    questions: int
    attempts: int
    prompts: int
    prompt_tokens: float
    answer_tokens: float
    shards: int

    @classmethod
    def measured(cls, run: Mapping[str, Any]) -> Rows:
        """Those of an entry of `benchmarks/sizing.json`."""
        kept = run["kept"]
        return cls(
            questions=kept["trajectories"]["rows"],
            attempts=kept["completions"]["rows"],
            prompts=kept["prompts"]["rows"],
            prompt_tokens=run["mean_prompt_tokens"],
            answer_tokens=run["mean_completion_tokens"],
            shards=kept["attempts"]["files"],
        )


@dataclass(frozen=True)
class Step:
    """A part of the work on one machine of its kind, and how many of these end it within the time."""

    name: str
    machine: str
    hours: float
    machines: int
    note: str


@dataclass(frozen=True)
class Stored:
    """What is kept: rows, files and bytes, as they are written, and after small parts were joined."""

    name: str
    rows: int
    files: int
    bytes: float
    compacted_bytes: float


@dataclass(frozen=True)
class Strain:
    """Something that one process or folder has to bear, against what it is known or assumed to bear."""

    name: str
    value: float
    limit: float
    unit: str
    remedy: str

    @property
    def gives_way(self) -> bool:
        return self.value > self.limit


@dataclass(frozen=True)
class Estimate:
    """All of it. `bottleneck` is the step with the most hours."""

    workload: Workload
    steps: tuple[Step, ...]
    stored: tuple[Stored, ...]
    strains: tuple[Strain, ...]

    @property
    def bottleneck(self) -> Step:
        return max(self.steps, key=lambda step: step.hours)

    @property
    def bytes(self) -> float:
        return sum(part.bytes for part in self.stored)

    @property
    def files(self) -> int:
        return sum(part.files for part in self.stored)


def estimate_size(workload: Workload, constants: Constants) -> Estimate:
    """Raises SizingError for a model or GPU without figures, or a model that does not fit on eight of them."""
    shards = math.ceil(workload.attempts / attempts_a_shard(constants))
    rows = Rows(
        workload.questions,
        workload.attempts,
        workload.prompts,
        workload.prompt_tokens,
        workload.answer_tokens,
        shards,
    )
    stored = stored_bytes(rows, constants)
    return Estimate(
        workload,
        (_generation(workload, constants), _verification(workload, constants)),
        stored,
        _strains(workload, constants, stored, shards),
    )


def attempts_a_shard(constants: Constants) -> int:
    """How many attempts one process's memory takes; a shard is rolled out in one."""
    return int(constants["process_memory_bytes"] / constants["memory_bytes_per_attempt"])


def _generation(workload: Workload, constants: Constants) -> Step:
    shape, gpu = constants.model(workload.model), constants.gpu(workload.gpu)
    together = _replica(shape, gpu, workload, constants)
    open_answers, decoded = decoding_rate(shape, gpu, together, workload, constants)
    prefill_rate = together * gpu.operations * constants["operations_share"] / (2 * shape.parameters)
    seconds = workload.attempts * workload.answer_tokens / decoded
    seconds += workload.prompts * workload.prompt_tokens / prefill_rate
    hours = seconds * together / 3600
    note = f"{decoded:,.0f} tokens/s decoded, {open_answers} answers open, {together} GPU a replica"
    machines = together * math.ceil(hours / together / workload.within)
    return Step("generation", f"GPU {gpu.name}", hours, machines, note)


def _replica(shape: ModelShape, gpu: Gpu, workload: Workload, constants: Constants) -> int:
    """The GPUs that hold one copy of the model, and the keys and values of one answer at least."""
    for together in GPUS_A_REPLICA:
        there_is_room = _fitting(shape, gpu, together, workload, constants) >= 1
        if shape.weight_bytes <= WEIGHTS_SHARE * together * gpu.memory and there_is_room:
            return together
    most = f"does not fit on {GPUS_A_REPLICA[-1]} x {gpu.name}"
    if shape.weight_bytes > WEIGHTS_SHARE * GPUS_A_REPLICA[-1] * gpu.memory:
        raise SizingError(f"{workload.model} {most}")
    length = workload.prompt_tokens + workload.answer_tokens
    raise SizingError(f"an answer of {length:,} tokens with its prompt {most} beside {workload.model}")


def _fitting(shape: ModelShape, gpu: Gpu, together: int, workload: Workload, constants: Constants) -> int:
    """How many answers' keys and values there is room for beside the weights."""
    free = constants["gpu_memory_share"] * together * gpu.memory - shape.weight_bytes
    return int(free / ((workload.prompt_tokens + workload.answer_tokens) * shape.kv_bytes_per_token))


def decoding_rate(
    shape: ModelShape, gpu: Gpu, together: int, workload: Workload, constants: Constants
) -> tuple[int, float]:
    """How many answers are open at once, and tokens a second over all of them."""
    length = workload.prompt_tokens + workload.answer_tokens / 2
    open_answers = min(int(constants["open_answers"]), _fitting(shape, gpu, together, workload, constants))
    read = shape.weight_bytes + open_answers * shape.kv_bytes_per_token * length
    reading = read / (together * gpu.bandwidth * constants["bandwidth_share"])
    computing = 2 * shape.parameters * open_answers / (together * gpu.operations * constants["operations_share"])
    return open_answers, open_answers / max(reading, computing)


def _verification(workload: Workload, constants: Constants) -> Step:
    """Everything beside the model: extracting, judging, feedback, rows, and the completion store."""
    hours = workload.attempts * constants["cpu_ms_per_attempt"] / 1000 / 3600 / workload.cores
    machines = math.ceil(hours / workload.within)
    rate = 1000 * workload.cores / constants["cpu_ms_per_attempt"]
    return Step("verification", f"{workload.cores} cores", hours, machines, f"{rate:,.0f} attempts/s")


def stored_bytes(rows: Rows, constants: Constants) -> tuple[Stored, ...]:
    """The stores in parts of the size that a run writes them in, and the outputs, a file a shard.

    Texts are longer where tokens are more: prompts and answers are scaled by those of the measured run.
    """
    parts = math.ceil(rows.attempts / constants["completions_per_part"])
    longer_prompt = rows.prompt_tokens / constants["measured_prompt_tokens"]
    longer_answer = rows.answer_tokens / constants["measured_answer_tokens"]
    return (
        _stored("prompts", rows.prompts, min(parts, rows.prompts), longer_prompt, constants),
        _stored("completions", rows.attempts, parts, longer_answer, constants),
        _stored("attempts", rows.attempts, rows.shards, longer_answer, constants),
        _stored("trajectories", rows.questions, rows.shards, 1.0, constants),
    )


def _stored(name: str, rows: int, files: int, longer: float, constants: Constants) -> Stored:
    content = rows * constants[f"bytes_per_row_{name}"] * longer
    head = constants[f"bytes_per_file_{name}"]
    return Stored(name, rows, files, content + files * head, content + math.ceil(rows / 1e6) * head)


def _strains(workload: Workload, constants: Constants, stored: tuple[Stored, ...], shards: int) -> tuple[Strain, ...]:
    index = workload.attempts * constants["index_bytes_per_completion"]
    return (
        Strain(
            "files of the stores in one folder",
            max(part.files for part in stored),
            constants["files_a_folder"],
            "files",
            "t2s store --compact, as they come",
        ),
        Strain(
            "index of the completion store in each process",
            index,
            constants["process_memory_bytes"],
            "bytes",
            "a store a shard of the prompts, or an index on disk",
        ),
        Strain(
            "rows of the attempts that a report reads",
            workload.attempts,
            constants["report_rows"],
            "rows",
            "report from counts an example, or a query engine of several machines",
        ),
        Strain(
            "shards of a rollout",
            shards,
            constants["shards"],
            "shards",
            "attempts written as they are judged instead of a shard at once",
        ),
    )
