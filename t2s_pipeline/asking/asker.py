"""Asking: retrieval, the turn loop of the arms, the vote, and the rows, for one question at a time.

    with opened_asker(config, way_to_ask(config)) as asker:
        answer = asker.ask("How many singers are there?", Path("music.sqlite"))

The question goes through `run_rollouts` as an example without a gold. Nothing of it is kept, in no store and no table.
The database is read in the sandbox alone, but for its catalogue. Not for several threads at once.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from t2s_pipeline.asking.answer import Answer, Result, Show, Turn, result_of, vote_of
from t2s_pipeline.asking.way import AskError, Way
from t2s_pipeline.asking.whole_file import whole_database
from t2s_pipeline.config import ExperimentConfig, SandboxConfig
from t2s_pipeline.datasets.column_values import read_column_values
from t2s_pipeline.evaluation.verifier import Candidate, GoldVerifier, open_verifier
from t2s_pipeline.evaluation.voting import Selector
from t2s_pipeline.evaluation.voting_keys import ResultKey
from t2s_pipeline.fingerprints import FileFingerprints
from t2s_pipeline.generation.backend import open_backend
from t2s_pipeline.generation.cached import CachedGenerator
from t2s_pipeline.generation.forgetful import ForgetfulStore
from t2s_pipeline.generation.protocol import Backend, Policy
from t2s_pipeline.policies import policy_of, policy_of_folder
from t2s_pipeline.prompts.answer_grammar import answer_grammars
from t2s_pipeline.prompts.render import initial_prompt, question_text
from t2s_pipeline.rollouts.loop import Progress
from t2s_pipeline.rollouts.run import RolloutRows, run_rollouts
from t2s_pipeline.rollouts.selection import vote_on
from t2s_pipeline.sandbox.connection import DatabaseFileError
from t2s_pipeline.sandbox.execute import Status
from t2s_pipeline.sandbox.file_stamp import FileStamp, file_stamp
from t2s_pipeline.schema.catalog import DatabaseSchema, read_schema
from t2s_pipeline.schema.column_values import DatabaseValues
from t2s_pipeline.schema.styles import WITH_EXAMPLES
from t2s_pipeline.schema.table_rows import TokenCount, retrieved_schema_rows
from t2s_pipeline.warehouse import TableRef, Warehouse

MAX_QUESTION = 2_000
"""Characters of a question."""

DATABASES_KEPT = 64
"""Databases whose catalogue is remembered as long as the file is the same."""

_DATABASE = "asked"
_QUESTION = "asked/question/00000"

Row = Mapping[str, Any]


class QuestionError(AskError):
    """A text that is no question to ask: empty, too long, or no text that a model could be given."""


def checked_question(text: str) -> str:
    """The question without blanks around it. Raises QuestionError."""
    question = text.strip()
    if not question:
        raise QuestionError("the question is empty")
    if len(question) > MAX_QUESTION:
        raise QuestionError(f"the question has {len(question):,} characters, and may have {MAX_QUESTION:,}")
    if not question.isascii() and any("\ud800" <= c <= "\udfff" for c in question):
        raise QuestionError("the question is no valid Unicode text")
    return question


class Asker:
    """A policy that answers questions. `limits` are the sandbox's, `show` is how much of a result an answer has.

    It owns `backend` and `verifier`, and closes them.
    """

    def __init__(
        self, backend: Backend, verifier: GoldVerifier, way: Way, limits: SandboxConfig, show: Show | None = None
    ) -> None:
        self.way = way
        self._backend = backend
        self._verifier = verifier
        self._limits = limits
        self._show = show or Show()
        self._schema = lru_cache(DATABASES_KEPT)(_read_schema)
        self._values = lru_cache(DATABASES_KEPT)(self._read_values)

    def close(self) -> None:
        self._backend.close()
        self._verifier.close()

    def ask(self, question: str, database: Path, name: str | None = None, progress: Progress | None = None) -> Answer:
        """The answer; what the model gets wrong is in it. `name` is what the answer calls the database, by default its
        file. `progress` may raise, to give up.

        Raises QuestionError, AskError for a database without tables, DatabaseFileError, DatabaseChangedError, and
        GenerationError where the model cannot be asked.
        """
        started = time.perf_counter()
        example = _example(checked_question(question))
        with whole_database(database) as file:
            stamp = file_stamp(str(file))
            schema = self._schema(stamp)
            if not schema.tables:
                raise AskError(f"{database}: has no tables to ask about")
            shown = self._retrieved(example, schema, stamp)
            made = self._rolled_out(example, schema, shown, file, progress)
            final = made.trajectories[0]
            attempt = next(
                row
                for row in made.attempts
                if (row["turn"], row["sample"]) == (final["final_turn"], final["final_sample"])
            )
            status, error, result = self._result(attempt, file)
            turns = tuple(self._turns(made.attempts, file))
        return Answer(
            question=example["question"],
            database=name or database.name,
            model=self.way.model,
            adapter=self.way.adapter,
            answered=result is not None,
            sql=attempt["sql"],
            status=status,
            error=error,
            result=result,
            confidence=next(turn.vote.margin for turn in turns if turn.turn == attempt["turn"]),
            turn=attempt["turn"],
            stop_reason=final["stop_reason"],
            turns=turns,
            tables=tuple(shown["tables"]),
            dropped_tables=tuple(shown["dropped_tables"]),
            database_tables=shown["database_tables"],
            seconds=round(time.perf_counter() - started, 3),
        )

    def _retrieved(self, example: Row, schema: DatabaseSchema, stamp: FileStamp) -> Row:
        """The row of `retrieved_schemas` for the question."""
        settings = self.way.settings
        values = {_DATABASE: self._values(stamp)} if settings.schema_style in WITH_EXAMPLES else None
        (row,) = retrieved_schema_rows(
            [example],
            {_DATABASE: schema},
            settings,
            values=values,
            model=self.way.model,
            count_tokens=self._token_count() if settings.max_prompt_tokens else None,
        )
        return row

    def _rolled_out(
        self, example: Row, schema: DatabaseSchema, shown: Row, file: Path, progress: Progress | None
    ) -> RolloutRows:
        """The question as a rollout of one example."""
        held = self.way.settings.constraint != "none"
        return run_rollouts(
            [example],
            {_QUESTION: shown["schema_text"]},
            {_DATABASE: file},
            CachedGenerator(self._backend, ForgetfulStore()),
            self._verifier,
            self.way.settings,
            rollout="ask",
            shown_tables={_QUESTION: shown["tables"]},
            grammars=answer_grammars([shown], {_DATABASE: schema}) if held else None,
            progress=progress,
        )

    def _result(self, attempt: Row, file: Path) -> tuple[str, str | None, Result | None]:
        """Status, error and rows of the answer. A query that ran may fail the second time, at its time limit."""
        if not attempt["executable"]:
            return _status(attempt), attempt["error"], None
        (execution,) = self._verifier.execute([Candidate(_DATABASE, str(file), None, attempt["sql"])])
        if execution.status is not Status.OK:
            return execution.status.value, execution.error, None
        return execution.status.value, None, result_of(execution, self._show)

    def _turns(self, attempts: Sequence[Row], file: Path) -> Iterator[Turn]:
        """Each turn with its vote, as the turn loop held it."""
        selector = Selector(self.way.settings.selection)
        for number in range(1, attempts[-1]["turn"] + 1):
            samples = sorted((row for row in attempts if row["turn"] == number), key=lambda row: row["sample"])
            choice = vote_on(samples, selector, self._keys(samples, selector, file))
            answer = samples[choice.sample]
            yield Turn(
                turn=number,
                sql=answer["sql"],
                status=_status(answer),
                error=answer["error"],
                signals=tuple(answer["signals"] or ()),
                samples_that_ran=sum(row["executable"] for row in samples),
                vote=vote_of(selector, choice, len(samples)),
                feedback=answer["feedback"],
            )

    def _keys(self, samples: Sequence[Row], selector: Selector, file: Path) -> dict[str, ResultKey | None]:
        """What each SQL that ran returned, where the selector looks at it."""
        texts = sorted({row["sql"] for row in samples if row["executable"]}) if selector.needs_keys else []
        keys = self._verifier.result_keys([Candidate(_DATABASE, str(file), None, sql) for sql in texts])
        return dict(zip(texts, keys, strict=True))

    def _token_count(self) -> TokenCount:
        """Tokens of a first prompt, counted as the back end counts them."""
        if not self._backend.counts_tokens:
            raise AskError(
                f"model {self.way.model!r}: max_prompt_tokens needs its tokenizer: state its path in [models.*]"
            )
        style = self.way.settings.prompt_style

        def count(text: str, example: Row) -> int:
            return len(self._backend.token_ids([initial_prompt(text, question_text(example), style)])[0])

        return count

    def _read_values(self, stamp: FileStamp) -> DatabaseValues:
        schemas = {_DATABASE: self._schema(stamp)}
        return read_column_values(schemas, {_DATABASE: Path(stamp[0])}, self._limits).values[_DATABASE]


@contextmanager
def opened_asker(
    config: ExperimentConfig,
    way: Way,
    *,
    limits: SandboxConfig | None = None,
    show: Show | None = None,
    in_process: bool = False,
) -> Iterator[Asker]:
    """The way's policy, ready to be asked, and closed at the end. The model is loaded with the first question, in this
    process where `in_process` says so.

    Raises GenerationError where the model is not there, AdapterError and WarehouseError for its adapter.
    """
    fingerprints = FileFingerprints(Path(config.paths.data) / "file_fingerprints.json")
    backend = open_backend(_policy(config, way), in_process, fingerprints.of)
    own = limits or config.sandbox
    asker = Asker(backend, open_verifier(own), way, own, show)
    try:
        yield asker
    finally:
        asker.close()


def _policy(config: ExperimentConfig, way: Way) -> Policy:
    """The policy, its adapter as the table has it, or from its folder."""
    if way.folder is not None:
        return policy_of_folder(config, way.model, way.folder)
    row = None
    if way.adapter is not None:
        (row,) = Warehouse(Path(config.paths.data)).read(TableRef("adapters", config.name, way.adapter)).to_pylist()
    return policy_of(config, way.model, row)


def _example(question: str) -> dict[str, Any]:
    """A question as a row of `examples` that nobody has a gold for."""
    return {
        "example_id": _QUESTION,
        "database_id": _DATABASE,
        "split": "asked",
        "question": question,
        "evidence": None,
        "gold": None,
        "gold_vacuous": True,
        "excluded_reason": None,
    }


def _status(attempt: Row) -> str:
    """An attempt's status; where there was no SQL to run, its error class says so."""
    nothing = attempt["sql"] is None and attempt["status"] == Status.NOT_A_QUERY
    return attempt["error_class"] if nothing else attempt["status"]


def _read_schema(stamp: FileStamp) -> DatabaseSchema:
    """The catalogue of a file in the state of `stamp`."""
    try:
        return read_schema(Path(stamp[0]), _DATABASE)
    except sqlite3.DatabaseError as error:
        raise DatabaseFileError(str(error)) from error
