"""A verifier of the user's own: a class in Python that says of each candidate whether it may stand.

    [verifiers.my_rule]                                # in an experiment
    object = "my_package.my_module:RowCountRule"       # importable from the project's folder
    timeout_seconds = 30

    [verifiers.my_rule.options]                        # the class's keyword arguments
    max_rows = 1000

    [arms.sft_my_rule]
    max_turns = 3
    verifier = "my_rule"

The class has `judge(items)`, which gets a batch of `Evidence` and returns one `Judgement` an item, in order. It sees
the question, the schema text of the prompt, the SQL and what the sandbox saw of it; it gets no gold, unless it
declares `knows_gold = True`. What it accepts stands; what it rejects is repaired, with its reason as feedback; what it
cannot tell stands too. The gold's verdict is computed all the same, for the metrics.

A rule that raises, answers out of form or outlasts `timeout_seconds` stops the run with a RuleError: what was not
judged is never scored. The step is done again when the module's own file or the options change; changes of modules
that it imports are not seen. docs/verifiers.md has two rules that run.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
import threading
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from t2s_pipeline.config import VerifierConfig
from t2s_pipeline.errors import T2sError

REASON_CHARACTERS = 500
"""A longer reason is cut: it goes into prompts."""


class Answer(StrEnum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True)
class Judgement:
    """What a verifier says. `reason` is in words that a model can read; a rejection must have one."""

    answer: Answer
    reason: str | None = None


@dataclass(frozen=True)
class Evidence:
    """What a rule sees of one candidate.

    `schema_text` is what the prompt showed (empty for replayed predictions); `sql` is empty where the answer held none.
    `status` is the sandbox's (`ok`, `error`, `timeout`, ...) with its message in `error`; of a result there are the
    number of rows, the columns' names and in `rows` no more than the first 3 rows, with text cut at 200 characters and
    blobs in hexadecimal. `gold_sql` is None unless the rule declares `knows_gold`.
    """

    example_id: str
    database_id: str
    question: str
    schema_text: str
    sql: str
    status: str
    error: str | None
    row_count: int | None
    columns: tuple[str, ...]
    rows: tuple[tuple[int | float | str | None, ...], ...]
    gold_sql: str | None = None


class Rule(Protocol):
    """What a user's class has. It may also declare `knows_gold = True`."""

    def judge(self, items: Sequence[Evidence]) -> Sequence[Judgement]:
        """One judgement an item, in the same order."""
        ...


class RuleError(T2sError):
    """A rule that cannot be loaded, raised, timed out or answered out of form; names the rule and the example."""


@dataclass(frozen=True)
class OpenRule:
    """A rule that is ready: `judge` asks it in batches, within its time-out."""

    name: str
    rule: Rule
    knows_gold: bool
    batch_size: int
    timeout_seconds: float

    def judge(self, items: Sequence[Evidence]) -> list[Judgement]:
        """One judgement an item, in order. Raises RuleError."""
        found: list[Judgement] = []
        for start in range(0, len(items), self.batch_size):
            found += self._batch(items[start : start + self.batch_size])
        return found

    def _batch(self, items: Sequence[Evidence]) -> list[Judgement]:
        outcome = _Call(self.rule, items).outcome(self.timeout_seconds)
        if outcome is None:
            raise RuleError(
                f"verifier {self.name}: no answer within {self.timeout_seconds:g} s on {_named(items)}; mend the rule, "
                f"or raise verifiers.{self.name}.timeout_seconds; nothing of the step was scored"
            )
        if isinstance(outcome, BaseException):
            raise _seen_as(self._failure(items, outcome), outcome)
        if not isinstance(outcome, Sequence) or len(outcome) != len(items):
            count = len(outcome) if isinstance(outcome, Sequence) else f"a {type(outcome).__name__}"
            raise RuleError(f"verifier {self.name}: {count} judgements for {len(items)} items, on {_named(items)}")
        return [self._checked(item, judgement) for item, judgement in zip(items, outcome, strict=True)]

    def _failure(self, items: Sequence[Evidence], error: BaseException) -> RuleError:
        """The error with the example that it is about: each item is asked alone until one fails again."""
        guilty = items
        for item in items if len(items) > 1 else ():
            if isinstance(_Call(self.rule, [item]).outcome(self.timeout_seconds), BaseException | None):
                guilty = [item]
                break
        return RuleError(
            f"verifier {self.name}: {type(error).__name__}: {error}{_place(error)}, on {_named(guilty)}; mend the rule "
            "and run again; nothing of the step was scored"
        )

    def _checked(self, item: Evidence, judgement: Any) -> Judgement:
        if not isinstance(judgement, Judgement) or judgement.answer not in set(Answer):
            raise RuleError(f"verifier {self.name}: {judgement!r} is no Judgement, on {item.example_id}")
        reason = " ".join((judgement.reason or "").split())[:REASON_CHARACTERS] or None
        if judgement.answer == Answer.REJECTED and reason is None:
            raise RuleError(f"verifier {self.name}: a rejection without a reason, on {item.example_id}")
        return Judgement(Answer(judgement.answer), reason)


class _Call:
    """One call of a rule in a thread of its own, which is left behind where it does not return: Python ends none."""

    def __init__(self, rule: Rule, items: Sequence[Evidence]) -> None:
        self._rule, self._items = rule, tuple(items)
        self._outcome: Any = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def outcome(self, timeout_seconds: float) -> Any:
        """What it returned, the exception that it raised, or None where it did not end in time."""
        self._thread.join(timeout_seconds)
        return None if self._thread.is_alive() else self._outcome

    def _run(self) -> None:
        try:
            found = self._rule.judge(self._items)
            self._outcome = TypeError("judge returned None") if found is None else found
        except Exception as error:  # foreign code: whatever it raises stops the run, in the thread that waits
            self._outcome = error


def open_rule(name: str, config: VerifierConfig, folder: Path) -> OpenRule:
    """The rule `[verifiers.<name>]`; `folder` is the project's. Raises RuleError where it cannot be made."""
    module_name, _, class_name = config.object.partition(":")
    rule_file(name, config, folder)
    failed: Exception | None = None
    try:
        known = sys.modules.get(module_name)
        # A process may live longer than the file's text, and the fingerprint is of the text.
        module = importlib.reload(known) if known else importlib.import_module(module_name)
        rule = getattr(module, class_name)(**config.options)
    except Exception as error:  # foreign code again: its module and its constructor
        failed = error
    if failed is not None:
        where = f"verifiers.{name}: {config.object} with options {config.options}"
        raise _seen_as(RuleError(f"{where}: {type(failed).__name__}: {failed}{_place(failed)}"), failed)
    if not callable(getattr(rule, "judge", None)):
        raise RuleError(f"verifiers.{name}: {config.object} has no method judge(items)")
    knows_gold = getattr(rule, "knows_gold", False) is True
    return OpenRule(name, rule, knows_gold, config.batch_size, config.timeout_seconds)


def rule_file(name: str, config: VerifierConfig, folder: Path) -> Path:
    """The file of the rule's module, found and not run; its digest is part of the step's fingerprint.

    `folder` is put at the end of the import path. Raises RuleError, also where the file has no
    such class.
    """
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    module_name, _, class_name = config.object.partition(":")
    importlib.invalidate_caches()
    try:
        spec = importlib.util.find_spec(module_name)
    except (ImportError, ValueError) as error:
        raise RuleError(f"verifiers.{name}.object = {config.object!r}: {error}") from error
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        raise RuleError(f"verifiers.{name}.object = {config.object!r}: no such module in {folder}, and none installed")
    file = Path(spec.origin)
    if file.suffix == ".py":
        _check_names(name, config, file, class_name)
    return file


def _check_names(name: str, config: VerifierConfig, file: Path, class_name: str) -> None:
    """Raises RuleError where `file` is no Python, or nothing in it is called `class_name`."""
    where = f"verifiers.{name}.object = {config.object!r}"
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError) as error:
        raise RuleError(f"{where}: {error}") from error
    nodes = list(ast.walk(tree))
    defined = {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    assigned = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    imported = {(node.asname or node.name) for node in nodes if isinstance(node, ast.alias)}
    if class_name not in defined | assigned | imported and "*" not in imported:
        raise RuleError(f"{where}: {file} has no {class_name}")


def _seen_as(failure: RuleError, error: BaseException) -> RuleError:
    """`failure` with the trace of the foreign `error` before it. Not as its cause: who runs steps gives the innermost
    cause as the reason, and that would be without the rule's name and the example."""
    failure.__context__ = error
    return failure


def _place(error: BaseException) -> str:
    """Where it was raised, ` (file:line)`; nothing where the call itself failed."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__ and f.filename[0] != "<"]
    return f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""


def _named(items: Sequence[Evidence]) -> str:
    first, last = items[0].example_id, items[-1].example_id
    return first if len(items) == 1 else f"one of {len(items)} candidates, {first} to {last}"
