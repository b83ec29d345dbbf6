"""`t2s sql`: queries on the warehouse, read-only, one from the command line or one after the other.

t2s sql -c "FROM execution_accuracy('demo')"
t2s sql < queries.sql
t2s sql                             # a prompt: statements end with a semicolon, .help says the rest
"""

from __future__ import annotations

import csv
import sqlite3
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from t2s_pipeline.commands.output import print_out
from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_loading import load_experiment
from t2s_pipeline.macros import all_macros

if TYPE_CHECKING:
    import duckdb

    from t2s_pipeline.warehouse_session import WarehouseSession

_HISTORY = ".sql_history"
_READS = "magic bytes"
"""What DuckDB says of a file that is no whole Parquet."""
_HELP = """\
A statement is one or several lines and ends with a semicolon; it sees what is published when it begins.

  .tables        the tables, each with what a row of it is
  .macros        the macros: functions that are this warehouse's own
  .schema NAME   the columns of a table, or the arguments of a macro, with their meaning
  .help          this
  .quit          leave; so does Ctrl-D

A table has the rows of every experiment: WHERE experiment = 'demo'. Questions with their queries: docs/cookbook.md."""


def sql(
    query: Annotated[str | None, typer.Argument(help="SQL over the tables of every experiment.")] = None,
    command: Annotated[str | None, typer.Option("--command", "-c", help="The same, as other shells have it.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Every row and column, as CSV.")] = False,
    experiment: Annotated[
        str,
        typer.Option(
            "--experiment", "-e", help="Whose data folder; to see its rows alone, write WHERE experiment = ..."
        ),
    ] = "demo",
) -> None:
    """Query the warehouse, read-only, while runs write or not: one query, or without any a prompt. See docs/sql.md."""
    from t2s_pipeline.warehouse import Warehouse
    from t2s_pipeline.warehouse_session import WarehouseSession

    if query is not None and command is not None:
        raise CommandError("give one query: as the argument, or by -c")
    one = query if query is not None else command
    data = Path(load_experiment(experiment).paths.data)
    data.mkdir(parents=True, exist_ok=True)
    with WarehouseSession(Warehouse(data)) as session:
        if one is not None:
            _answer(session, _require_text(one), as_csv)
        elif sys.stdin.isatty():
            _converse(session, as_csv, data / _HISTORY)
        else:
            for statement in _statements(lambda _: sys.stdin.readline()):
                _answer(session, statement, as_csv)


def _answer(session: WarehouseSession, text: str, as_csv: bool) -> None:
    """Print what a statement or a command with a dot comes to. Raises CommandError where it fails."""
    import duckdb

    if text.startswith("."):
        print_out(_told(text))
        return
    try:
        for rows in session.run(text):
            _print_rows(rows, as_csv)
    except duckdb.Error as error:
        damaged = "; where that file is damaged, t2s catalog names it and leaves it out" if _READS in str(error) else ""
        raise CommandError(f"{error}{damaged}") from error


def _print_rows(rows: duckdb.DuckDBPyRelation, as_csv: bool) -> None:
    if not as_csv:
        print_out(str(rows).rstrip("\n"))
        return
    writer = csv.writer(sys.stdout)
    writer.writerow(rows.columns)
    writer.writerows(rows.fetchall())
    sys.stdout.flush()


def _converse(session: WarehouseSession, as_csv: bool, history: Path) -> None:
    """The prompt: what fails is told, and the conversation goes on."""
    _remember(history)
    typer.echo("The warehouse, read-only. Statements end with a semicolon; .help for more.", err=True)
    for statement in _statements(_typed_line):
        try:
            _answer(session, statement, as_csv)
        except CommandError as error:
            typer.echo(str(error), err=True)
        except KeyboardInterrupt:
            typer.echo("interrupted", err=True)


def _typed_line(unfinished: bool) -> str:
    """A line as it is typed, with its end; "" at Ctrl-D. Ctrl-C drops what was typed so far."""
    try:
        return input("...> " if unfinished else "t2s> ") + "\n"
    except EOFError:
        typer.echo("")
        return ""
    except KeyboardInterrupt:
        typer.echo("")
        return _DROP


_DROP = "\0"


def _statements(read: Callable[[bool], str]) -> Iterator[str]:
    """Statements and commands with a dot, up to `.quit`; the last one needs no semicolon.

    `read` gives the next line, "" at the end; it is told whether a statement has begun and not ended.
    """
    text = ""
    while line := _require_text(read(bool(text))):
        if line == _DROP:
            text = ""
            continue
        if not text and line.startswith("."):
            if line.strip() == ".quit":
                return
            yield line.strip()
            continue
        text += line
        if sqlite3.complete_statement(text):  # knows quotes and comments; DuckDB's are the same
            yield text.strip()
            text = ""
        elif not text.strip():
            text = ""
    if text.strip():
        yield text.strip()


def _require_text(text: str) -> str:
    """The same. Raises CommandError where it holds bytes that are not UTF-8."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise CommandError("the query is no valid Unicode text: write it in UTF-8")
    return text


def _remember(history: Path) -> None:
    """Lines of earlier conversations under the arrow keys, where Python has readline; this one's are added."""
    try:
        import atexit
        import readline
    except ImportError:
        return
    if history.is_file():
        readline.read_history_file(history)
    readline.set_history_length(1_000)
    atexit.register(readline.write_history_file, history)


def _told(text: str) -> str:
    """The answer to a command with a dot. Raises CommandError for one that there is not."""
    from t2s_pipeline.tables import registry

    word, _, name = text.partition(" ")
    if word == ".tables":
        return "\n".join(_entry(table.name, table.description) for table in registry().values())
    if word == ".macros":
        return "\n".join(_entry(macro.call, macro.description) for macro in all_macros())
    if word == ".schema":
        return _schema(name.strip().rstrip(";"))
    if word == ".help":
        return _HELP
    raise CommandError(f"no command {word!r}; .help lists them")


def _schema(name: str) -> str:
    from t2s_pipeline.tables import registry

    tables, macros = registry(), {macro.name: macro for macro in all_macros()}
    if name in tables:
        columns = (_entry(f"{column.name} ({column.type})", column.description) for column in tables[name].columns)
        return "\n".join([tables[name].description, *columns])
    if name in macros:
        return _entry(macros[name].call, macros[name].description)
    raise CommandError(f"no table or macro {name!r}; .tables and .macros list them")


def _entry(head: str, description: str) -> str:
    body = textwrap.fill(description, 110, initial_indent="    ", subsequent_indent="    ")
    return f"{head}\n{body}"
