"""What `--help` says of positional arguments.

    command_line(app)()                  # instead of app()

click 8.5 gave arguments a help text of their own, and its initialiser clears the one that typer 0.25 has set before, so
that all are lost. They are read again from the function's signature. With other versions nothing is done.
"""

from __future__ import annotations

import inspect

import click
import typer
from typer.models import ArgumentInfo
from typer.utils import get_params_from_function


def command_line(app: typer.Typer) -> click.Command:
    """The command of an application, with the help text of every argument."""
    command = typer.main.get_command(app)
    _restore(command)
    return command


def _restore(command: click.Command) -> None:
    for below in getattr(command, "commands", {}).values():
        _restore(below)
    if command.callback is None:
        return
    declared = get_params_from_function(inspect.unwrap(command.callback))
    for parameter in command.params:
        found = declared.get(parameter.name or "")
        if isinstance(parameter, click.Argument) and found and isinstance(found.default, ArgumentInfo):
            parameter.help = parameter.help or found.default.help
