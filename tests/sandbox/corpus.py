"""The attack corpus of `attacks/*.toml`, as objects.

A table of a file is a family: its own keys are the defaults of its attacks.

    mechanism   what it does, unique in its family: the same with another string is no other mechanism
    sql         the payload; `{name}` stands for a generated part
    generate    name = [text, count, separator]: `text` so many times, `#` in it for the number from 0
    setup       what the user before has left on the plain connection
    harm        what it does on a plain connection (see `plain.py`); `none_here` with a `reason` where it shows nothing
                with this build. `or_harm`: another harm that will do
    secret      what `leaks` must find in a cell; the folder's path where it is not given
    status, truncated, clock_read, quoted_identifier_as_literal    what the sandbox must answer
    layer       what stops it: prepare (never stepped), connection (a limit of SQLite's), run (deadline, caps, heap),
                process (killed from outside), determinism (a fixed clock), diagnosis (it runs, and is pointed out)
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

LAYERS = {"prepare", "connection", "run", "process", "determinism", "diagnosis"}


@dataclass(frozen=True)
class Attack:
    family: str
    mechanism: str
    sql: str
    status: str
    layer: str
    harm: str
    or_harm: str | None = None
    reason: str | None = None
    setup: str | None = None
    secret: str | None = None
    truncated: bool = False
    clock_read: bool = False
    quoted_identifier_as_literal: bool = False
    generate: dict[str, list[Any]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """What is set, for the child process."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @property
    def name(self) -> str:
        return f"{self.family}: {self.mechanism}"


def read_attacks() -> list[Attack]:
    attacks = []
    for path in sorted((Path(__file__).parent / "attacks").glob("*.toml")):
        for family, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            defaults = {key: value for key, value in table.items() if key != "attack"}
            attacks += [_attack({"family": family, **defaults, **entry}) for entry in table["attack"]]
    return attacks


def _attack(entry: dict[str, Any]) -> Attack:
    sql = entry["sql"]
    for name, (text, count, separator) in entry.get("generate", {}).items():
        sql = sql.replace("{" + name + "}", separator.join(text.replace("#", str(i)) for i in range(count)))
    return Attack(**{**entry, "sql": sql})


ATTACKS = read_attacks()
