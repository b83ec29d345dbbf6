"""What decoding held to the schema does: answers that run, answers that are right, and tokens a second.

    python benchmarks/constraint.py --write benchmarks/constraint.json
    python benchmarks/constraint.py --spider $SPIDER_ROOT --every 10

The model (nano by default) answers a split in Spider's layout greedily through the hf back end, once free and once
held to the grammar over the prompt's tables; the pipeline's first turns, full schema in `compact` style. Without
`--spider` the embedded data set is built in a temporary folder. The two sides take turns, stretch by stretch, so that
other work on the machine falls on both; grammars are built within the time. `cut` answers ended at the limit of tokens.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measure import machine

from t2s_pipeline.config import ModelConfig
from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.evaluation.statistics import exact_mcnemar, wilson_interval
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.generation.backend import open_generator
from t2s_pipeline.generation.protocol import Completion, GenerationRequest, Generator, Policy, Sampling
from t2s_pipeline.prompts.answer_grammar import answer_grammar
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.render import initial_prompt
from t2s_pipeline.schema.catalog import read_schema
from t2s_pipeline.schema.serialise import compact

STRETCH = 128


@dataclass
class Side:
    """What one side has answered, by example, and the seconds of wall clock and of processor that it took."""

    answers: dict[int, Completion] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def ask(self, generator: Generator, requests: dict[int, GenerationRequest], sampling: Sampling) -> None:
        started, cpu_started = time.perf_counter(), time.process_time()
        answers = generator.complete(list(requests.values()), sampling)
        self.seconds += time.perf_counter() - started
        self.cpu_seconds += time.process_time() - cpu_started
        self.answers.update(zip(requests, answers, strict=True))

    def figures(self, verdicts: list[Verdict]) -> dict[str, Any]:
        tokens = sum(answer.completion_tokens or 0 for answer in self.answers.values())
        return {
            "executable": _share(sum(verdict.executable for verdict in verdicts), len(verdicts)),
            "right": _share(sum(bool(verdict.correct_official) for verdict in verdicts), len(verdicts)),
            "cut": sum(answer.finish_reason == "length" for answer in self.answers.values()),
            "tokens": tokens,
            "seconds": round(self.seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "tokens_per_second": round(tokens / self.seconds, 1),
            "tokens_per_cpu_second": round(tokens / self.cpu_seconds, 1),
        }


def compare(model: str, spider: Path, split: str, every: int, new_tokens: int) -> dict[str, Any]:
    """Both sides in turns, judged, and what came of it."""
    examples = json.loads((spider / SPLIT_FILES[split]).read_text(encoding="utf-8"))[::every]
    examples.sort(key=lambda example: example["db_id"])
    files = {e["db_id"]: spider / "database" / e["db_id"] / f"{e['db_id']}.sqlite" for e in examples}
    schemas = {name: read_schema(file, name) for name, file in files.items()}
    grammars = {name: answer_grammar(schema) for name, schema in schemas.items()}
    prompts = [initial_prompt(compact(schemas[e["db_id"]]), e["question"]) for e in examples]
    free, held, sampling = Side(), Side(), Sampling(max_new_tokens=new_tokens)
    with tempfile.TemporaryDirectory() as data:
        generator = open_generator(Policy("benchmarked", ModelConfig(path=model)), Path(data), in_process=True)
        generator.complete([GenerationRequest(initial_prompt("Table t: a INTEGER", "warm up"))], sampling)
        for start in range(0, len(examples), STRETCH):
            numbers = range(start, min(start + STRETCH, len(examples)))
            free.ask(generator, {n: GenerationRequest(prompts[n]) for n in numbers}, sampling)
            wanted = {n: GenerationRequest(prompts[n], grammar=grammars[examples[n]["db_id"]]) for n in numbers}
            held.ask(generator, wanted, sampling)
        generator.close()
    verdicts = {name: _judged(examples, files, side) for name, side in (("free", free), ("held", held))}
    pairs = list(zip(*([bool(v.correct_official) for v in found] for found in verdicts.values()), strict=True))
    gained, lost = pairs.count((False, True)), pairs.count((True, False))
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "model": model,
        "split": split,
        "examples": len(examples),
        "max_new_tokens": new_tokens,
        "machine": machine(),
        "free": free.figures(verdicts["free"]),
        "held": held.figures(verdicts["held"]),
        "gained": gained,
        "lost": lost,
        "p_value": exact_mcnemar(gained, lost),
        "errors_held": _errors(verdicts["held"]),
    }


def _judged(examples: list[dict[str, Any]], files: dict[str, Path], side: Side) -> list[Verdict]:
    candidates = [
        Candidate(e["db_id"], str(files[e["db_id"]]), e["query"], extract_sql(side.answers[n].text) or "")
        for n, e in enumerate(examples)
    ]
    with GoldVerifier(workers=1) as verifier:
        return verifier.verify(candidates)


def _errors(verdicts: list[Verdict]) -> dict[str, int]:
    """How many answers failed for which reason, the most frequent first."""
    found: dict[str, int] = {}
    for verdict in verdicts:
        if not verdict.executable:
            reason = str(verdict.error_class)
            found[reason] = found.get(reason, 0) + 1
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def _share(count: int, total: int) -> str:
    low, high = wilson_interval(count, total)
    return f"{100 * count / total:.1f} % ({count}/{total}; 95 % {100 * low:.1f}–{100 * high:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="builtin:nano", help="a model's folder, or builtin:nano")
    parser.add_argument("--spider", type=Path, help="a folder in Spider's layout")
    parser.add_argument("--split", choices=tuple(SPLIT_FILES), default="dev")
    parser.add_argument("--every", type=int, default=1, help="take every n-th example alone")
    parser.add_argument("--new-tokens", type=int, default=128)
    parser.add_argument("--write", type=Path, help="write the result as JSON to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        spider = arguments.spider or build_embedded(Path(scratch) / "embedded")
        found = compare(arguments.model, spider, arguments.split, arguments.every, arguments.new_tokens)
    text = json.dumps(found, indent=2, ensure_ascii=False)
    print(text)
    if arguments.write:
        arguments.write.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
