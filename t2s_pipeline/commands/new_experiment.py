"""`t2s new-experiment`: an experiment's TOML, with comments, and its block in workspace.yaml."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from t2s_pipeline.commands.terminal import CommandError
from t2s_pipeline.config_loading import load_experiment, project_root
from t2s_pipeline.config_parsing import NAME, NAMES

WORKSPACE = "workspace.yaml"
TAKEN = frozenset(
    "annotations build_definitions defs dg experiment_names load_experiment make_assets_importable os project_root "
    "sys".split()
)
"""What `t2s_pipeline.definitions` means by a name itself: Dagster's page would show that, and not the experiment."""
_LOCATION = """\
  - python_module:
      module_name: t2s_pipeline.definitions
      attribute: {name}
      working_directory: .
      location_name: {name}
"""
_DESCRIPTION = re.compile(r'^description\s*=\s*("""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|).*$', re.MULTILINE)
_TOP_LEVEL = re.compile(r"^[^\s#-][^:]*:", re.MULTILINE)


def new_experiment(
    name: Annotated[str, typer.Argument(help=f"Its name: {NAMES}.")],
    source: Annotated[
        str | None, typer.Option("--from", metavar="EXPERIMENT", help="Begin with a copy of this one.")
    ] = None,
) -> None:
    """Write experiments/NAME.toml, and a block for Dagster's page into workspace.yaml: see docs/adding.md."""
    root = project_root()
    if not NAME.match(name):
        raise CommandError(f"{name!r} is no name: {NAMES}")
    if name in TAKEN:
        raise CommandError(f"{name!r} is taken: Dagster's page finds something else by it; choose another name")
    from t2s_pipeline.files import folder_lock, write_text

    target = root / "experiments" / f"{name}.toml"
    if source is None:
        text = Template(files("t2s_pipeline.commands").joinpath("new_experiment.toml").read_text()).substitute(
            name=name
        )
    else:
        load_experiment(source, root)
        text = copied((root / "experiments" / f"{source}.toml").read_text(encoding="utf-8"), name, source)
    with folder_lock(root):  # two at once would write the workspace over each other
        if target.exists():
            raise CommandError(f"{target} is there already; choose another name")
        write_text(target, text)
        typer.echo(f"{target}: edit it; then t2s run -e {name} --plan")
        _add_location(root / WORKSPACE, name)


def copied(text: str, name: str, source: str) -> str:
    """The text of the experiment `source` as the beginning of `name`."""
    description = f'description = "Begun as a copy of {source}: say what is other here"'
    if _DESCRIPTION.search(text):
        text = _DESCRIPTION.sub(description, text, count=1)
    else:
        text = f"{description}\n\n{text}"
    return f"# {name}, begun as a copy of {source}.\n{text}"


def with_location(text: str, name: str) -> str | None:
    """workspace.yaml with a block for the experiment at its end; None where it does not end in `load_from`'s list."""
    keys = _TOP_LEVEL.findall(text)
    if not keys:
        return f"{text.rstrip()}\nload_from:\n{_LOCATION.format(name=name)}".lstrip()
    if keys[-1] != "load_from:" or re.search(r"^(- |load_from:[ \t]*[^\s#])", text, re.MULTILINE):
        return None
    return f"{text.rstrip()}\n{_LOCATION.format(name=name)}"


def _add_location(workspace: Path, name: str) -> None:
    from t2s_pipeline.files import write_text

    text = workspace.read_text(encoding="utf-8") if workspace.is_file() else ""
    if re.search(rf"^\s*attribute:\s*{name}\s*$", text, re.MULTILINE):
        typer.echo(f"{workspace} has it already")
        return
    extended = with_location(text, name)
    if extended is None:
        raise CommandError(f"{workspace} is not as expected; add to its load_from:\n{_LOCATION.format(name=name)}")
    write_text(workspace, extended)
    typer.echo(f"{workspace}: a block for Dagster's page; where it is open, reload the workspace there")
