"""The SQL that reports and users share: macros, each defined once, in the `.sql` files of this folder.

    for macro in all_macros():                      # in an order in which each can use those before it
        connection.execute(macro.statement())       # in the catalogue, `warehouse.duckdb`
    for macro in macros_named_in(query):
        connection.execute(macro.temporary())       # for a report's own connection

A file holds macros of one subject, each with its description as a comment above it. A table macro can only be made
where the tables that it reads are there, so a report makes those that it names, and those that these name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

#: The files, in an order in which each can use those before it.
FILES = (
    "wilson",
    "accuracy",
    "exact_mcnemar",
    "pass_at_k",
    "feedback",
    "passes",
    "outcomes",
    "paired",
    "samples",
    "votes",
    "slices",
)
_MACRO = re.compile(
    r"(?P<comment>(?:^--[^\n]*\n)+)"
    r"^CREATE (?P<rest>MACRO (?P<name>\w+)\((?P<arguments>[^)]*)\)\s+AS(?P<table> TABLE)?\b.*?);\n",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Macro:
    """`kind` is `value` for one that stands in an expression, `table` for one that stands after FROM."""

    name: str
    arguments: tuple[str, ...]
    description: str
    kind: Literal["value", "table"]
    definition: str

    @property
    def call(self) -> str:
        """How it is written: `flips(of_experiment, first_arm, second_arm)`."""
        return f"{self.name}({', '.join(self.arguments)})"

    def statement(self) -> str:
        """Makes it in the database of a connection."""
        return f"CREATE {self.definition}"

    def temporary(self) -> str:
        """Makes it for a connection alone, which may be read-only."""
        return f"CREATE OR REPLACE TEMP {self.definition}"

    def called_in(self, text: str) -> bool:
        return re.search(rf"\b{self.name}\(", text) is not None


@cache
def all_macros() -> tuple[Macro, ...]:
    """Every macro. Raises ValueError for a file that has anything else in it."""
    found: list[Macro] = []
    for name in FILES:
        text = (files("t2s_pipeline.macros") / f"{name}.sql").read_text(encoding="utf-8")
        if left := _MACRO.sub("", text).strip():
            raise ValueError(f"macros/{name}.sql: neither a macro nor its description: {left[:60]!r}")
        found += [_macro(match) for match in _MACRO.finditer(text)]
    return tuple(found)


def macros_named_in(query: str) -> list[Macro]:
    """The macros that a query calls, and those that these call, in an order in which they can be made."""
    named: list[Macro] = []
    text = re.sub(r"--[^\n]*", "", query)
    for macro in reversed(all_macros()):
        if macro.called_in(text):
            named.insert(0, macro)
            text += macro.definition
    return named


def _macro(match: re.Match[str]) -> Macro:
    description = " ".join(line.removeprefix("--").strip() for line in match["comment"].splitlines())
    arguments = tuple(argument.strip() for argument in match["arguments"].split(",") if argument.strip())
    return Macro(match["name"], arguments, description, "table" if match["table"] else "value", match["rest"])
