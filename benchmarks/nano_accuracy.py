"""Execution accuracy of a nano model folder on a data set in Spider's layout, first turn and after one repair.

    python benchmarks/nano_accuracy.py --model t2s_pipeline/nano/model
    python benchmarks/nano_accuracy.py --run /path/of/a/run --spider $SPIDER_ROOT --split dev

Without `--spider` the embedded data set is built in a temporary folder. The prompts are the pipeline's: full schema in
`compact` style, the feedback of `result_status` in detail `minimal`; greedy. The second turn repairs what the verifier
found wrong, as a rollout of scope `verified` does. Plain generation in one process: an experiment's arms are the way to
measure more than this. `--run` takes the last checkpoint of a pre-training run as it is, a run that goes on included.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from t2s_pipeline.datasets.embedded.build import SPLIT_FILES, build_embedded
from t2s_pipeline.evaluation.statistics import wilson_interval
from t2s_pipeline.evaluation.verdict import Verdict
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier
from t2s_pipeline.nano.measure import generate
from t2s_pipeline.nano.run import Run
from t2s_pipeline.prompts.chat_tokenizer import load_chat_tokenizer
from t2s_pipeline.prompts.extract import extract_sql
from t2s_pipeline.prompts.feedback import FeedbackFacts, FeedbackMode, NameFacts, render_feedback
from t2s_pipeline.prompts.render import Prompt, initial_prompt, repair_prompt, token_ids
from t2s_pipeline.prompts.templates import Detail
from t2s_pipeline.schema.catalog import DatabaseSchema, read_schema
from t2s_pipeline.schema.serialise import compact
from t2s_pipeline.sql.catalogue import Catalogue


def figures(model: Any, tokenizer: Any, spider: Path, split: str, every: int) -> dict[str, Any]:
    """Counts and 95 % intervals: right and running at the first turn, repaired, and right at the end."""
    examples = json.loads((spider / SPLIT_FILES[split]).read_text(encoding="utf-8"))[::every]
    files = {e["db_id"]: spider / "database" / e["db_id"] / f"{e['db_id']}.sqlite" for e in examples}
    read = {name: read_schema(file, name) for name, file in files.items()}
    schemas = {name: compact(schema) for name, schema in read.items()}

    def answered(prompts: list[Prompt]) -> list[str | None]:
        # A prompt over the context is answered too, badly: nothing is left out of the count.
        return [extract_sql(a) for a in generate(model, tokenizer, [token_ids(p, tokenizer) for p in prompts])]

    def judged(chosen: list[dict[str, Any]], answers: list[str | None]) -> list[Verdict]:
        with GoldVerifier(workers=1) as verifier:
            return verifier.verify(
                [
                    Candidate(e["db_id"], str(files[e["db_id"]]), e["query"], sql or "")
                    for e, sql in zip(chosen, answers, strict=True)
                ]
            )

    first = answered([initial_prompt(schemas[e["db_id"]], e["question"]) for e in examples])
    verdicts = judged(examples, first)
    wrong = [(e, sql, v) for e, sql, v in zip(examples, first, verdicts, strict=True) if not v.correct_official]
    second = answered([_repair(read[e["db_id"]], e["question"], sql, v) for e, sql, v in wrong])
    repaired = judged([e for e, _, _ in wrong], second)
    count, mended = len(examples), sum(bool(v.correct_official) for v in repaired)
    return {
        "first_turn": _share(count - len(wrong), count),
        "executable": _share(sum(v.executable for v in verdicts), count),
        "repaired": _share(mended, len(wrong)),
        "repair_says_the_same": _share(sum(s == sql for s, (_, sql, _) in zip(second, wrong, strict=True)), len(wrong)),
        "after_repair": _share(count - len(wrong) + mended, count),
    }


def _repair(schema: DatabaseSchema, question: str, sql: str | None, verdict: Verdict) -> Prompt:
    catalogue = Catalogue.of({table.name: [c.name for c in table.columns] for table in schema.tables})
    facts = FeedbackFacts(
        verdict.executable,
        verdict.error or verdict.status.replace("_", " "),
        verdict.row_count,
        has_query=sql is not None,
        names=None if sql is None else NameFacts(sql, catalogue),
    )
    feedback = render_feedback(facts, FeedbackMode.RESULT_STATUS, Detail.MINIMAL)
    return repair_prompt(compact(schema), question, sql, feedback, 1, Detail.MINIMAL)


def _share(count: int, total: int) -> str:
    if total == 0:
        return "0 of 0"
    low, high = wilson_interval(count, total)
    return f"{100 * count / total:.1f} % ({count}/{total}; 95 % {100 * low:.1f}–{100 * high:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", type=Path, help="a model folder")
    which.add_argument("--run", type=Path, help="a pre-training run's folder")
    parser.add_argument("--spider", type=Path, help="a folder in Spider's layout")
    parser.add_argument("--split", choices=tuple(SPLIT_FILES), default="dev")
    parser.add_argument("--every", type=int, default=1, help="take every n-th example alone")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    import torch
    from transformers import AutoModelForCausalLM

    if arguments.run:
        run = Run(arguments.run)
        model, tokenizer = run.model.eval(), run.tokenizer
    else:
        model = AutoModelForCausalLM.from_pretrained(arguments.model).eval()
        tokenizer = load_chat_tokenizer(arguments.model)
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as scratch:
        spider = arguments.spider or build_embedded(Path(scratch) / "embedded")
        print(
            json.dumps(
                figures(model, tokenizer, spider, arguments.split, arguments.every), indent=2, ensure_ascii=False
            )
        )


if __name__ == "__main__":
    main()
