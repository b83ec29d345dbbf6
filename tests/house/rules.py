"""The house rules as functions: each takes source text or objects and returns what is wrong with them, as sentences.

`test_house.py` applies them to the project; `test_rules.py` shows each of them failing on a bad sample. A rule judges
what it can see in the text: a configuration key counts as read wherever an attribute of its name is read.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MAX_LINES = 400

#: Heavy libraries, and where a module may import them when it is itself imported. The modules of
#: generation are those parts of the hf back end that only its engine process imports.
HEAVY = ("torch", "transformers", "trl", "vllm")
HEAVY_PLACES = (
    "t2s_pipeline/training/",
    "t2s_pipeline/nano/",
    "t2s_pipeline/generation/hf.py",
    "t2s_pipeline/generation/decoding.py",
    "t2s_pipeline/generation/prefill.py",
    "t2s_pipeline/generation/slots.py",
    "t2s_pipeline/generation/memory.py",
    "t2s_pipeline/generation/shared_attention.py",
)
SHELL = ("t2s_pipeline/cli.py", "t2s_pipeline/definitions.py")
#: What makes an asset in Dagster's vocabulary. Only `stage` may.
ASSET_MAKERS = (
    "asset",
    "multi_asset",
    "graph_asset",
    "graph_multi_asset",
    "observable_source_asset",
    "multi_observable_source_asset",
    "external_asset_from_spec",
    "external_assets_from_specs",
    "AssetsDefinition",
    "AssetSpec",
    "SourceAsset",
)
STAGE_FILE = "assets/stage.py"

_MACHINE_PATH = re.compile(r"(?<![\w.}$~-])/(?:work|root|tmp|home/\w+|Users/\w+|mnt/\w+)(?:/|\b(?![\w-]))")
_REGISTRY_HOST = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|download\.pytorch\.org|registry\.npmjs\.org|(?:repo|conda)\.anaconda\.\w+)\b"
    r"|\bfile:/{2}\S",
    re.IGNORECASE,
)
_LOCKED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*==[0-9][A-Za-z0-9.]*$")


@dataclasses.dataclass(frozen=True)
class Import:
    """One import statement's target, and whether it runs when the module is imported."""

    module: str
    line: int
    at_load: bool


def imports(source: str) -> list[Import]:
    """Every import of a module's text; those inside functions or under TYPE_CHECKING do not run at load."""
    return list(_walk_imports(ast.parse(source), at_load=True))


def _walk_imports(node: ast.AST, at_load: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_load) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield Import("." * child.level + (child.module or ""), child.lineno, at_load)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _walk_imports(child, at_load=False)
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for statement in child.body:
                yield from _walk_imports(ast.Module([statement], []), at_load=False)
            for statement in child.orelse:
                yield from _walk_imports(ast.Module([statement], []), at_load=at_load)
        else:
            yield from _walk_imports(child, at_load)


def forbidden_imports(path: str, source: str) -> list[str]:
    """Imports that the architecture rules out in the file `path` (relative to the project's folder)."""
    found = []
    for item in imports(source):
        top = item.module.split(".")[0]
        reason = None
        if item.module.startswith("."):
            reason = "relative import; write it in full"
        elif path.startswith("t2s_pipeline/"):
            reason = _domain_import(path, top, item.at_load)
        if top in HEAVY and item.at_load and not path.startswith(HEAVY_PLACES):
            reason = f"{top} takes seconds to import: do it inside the function that needs it"
        if reason:
            found.append(f"{path}:{item.line}: imports {item.module}: {reason}")
    return found


def _domain_import(path: str, top: str, at_load: bool) -> str | None:
    if top == "dagster_pipes":
        return None if path.endswith("/__main__.py") else "dagster_pipes belongs in a __main__.py"
    if top == "dagster" or top.startswith("dagster_") or top in ("assets", "resources"):
        if path not in SHELL:
            return "the domain does not know Dagster; only cli.py and definitions.py do"
        if path.endswith("cli.py") and at_load:
            return "cli.py imports Dagster inside functions, so that `t2s score` runs without it"
    return None


def assets_not_by_stage(path: str, source: str) -> list[str]:
    """Uses of Dagster's own ways to make an asset, outside `assets/stage.py`."""
    if path == STAGE_FILE:
        return []
    tree = ast.parse(source)
    modules = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    dagster_names = {name for name in modules if name == "dg" or name.split(".")[0] == "dagster"}
    found = []
    for node in ast.walk(tree):
        name = None
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "dagster":
            name = next((a.name for a in node.names if a.name in ASSET_MAKERS), None)
        elif isinstance(node, ast.Call | ast.FunctionDef):
            used = [node.func] if isinstance(node, ast.Call) else node.decorator_list
            name = next((_maker(u, dagster_names) for u in used if _maker(u, dagster_names)), None)
        if name:
            found.append(f"{path}:{node.lineno}: makes an asset by dagster's {name}; use assets.stage.stage")
    return found


def _maker(node: ast.expr, dagster_names: set[str]) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr in ASSET_MAKERS and isinstance(node.value, ast.Name):
        return node.attr if node.value.id in dagster_names else None
    return None


def asset_faults(specs: Iterable[Any]) -> list[str]:
    """Dagster asset specs that lack a group, an owner, kinds, a description or a code version."""
    found = []
    for spec in specs:
        missing = [
            what
            for what, there in (
                ("group", spec.group_name and spec.group_name != "default"),
                ("owner", spec.owners),
                ("kinds", spec.kinds),
                ("description", (spec.description or "").strip()),
                ("code version", spec.code_version),
            )
            if not there
        ]
        found += [f"asset {spec.key.to_user_string()}: no {what}" for what in missing]
    return found


def group_faults(specs: Iterable[Any], order: tuple[str, ...]) -> list[str]:
    """Groups of assets that `order` does not have, and assets that read from a group that comes after their own."""
    listed = list(specs)
    places = {spec.key: order.index(spec.group_name) for spec in listed if spec.group_name in order}
    found = [
        f"asset {spec.key.to_user_string()}: group {spec.group_name!r} has no place in the order of the flow"
        for spec in listed
        if spec.key not in places
    ]
    return found + [
        f"asset {spec.key.to_user_string()}: reads {dep.asset_key.to_user_string()} of a later group"
        for spec in listed
        for dep in spec.deps
        if places.get(spec.key, len(order)) < places.get(dep.asset_key, 0)
    ]


def check_faults(specs: Iterable[Any]) -> list[str]:
    """Dagster check specs without a description."""
    return [
        f"check {spec.name} of {spec.asset_key.to_user_string()}: no description"
        for spec in specs
        if not (spec.description or "").strip()
    ]


def table_faults(tables: Iterable[Any]) -> list[str]:
    """Tables, or columns of them, without a description (a sentence that ends with a full stop)."""
    found = []
    for table in tables:
        found += [f"table {table.name}: no description"] * (not table.description.strip())
        found += [
            f"table {table.name}, column {column.name}: no description that ends in a full stop"
            for column in table.columns
            if not column.description.strip().endswith(".")
        ]
    return found


def attributes_read(source: str) -> set[str]:
    """Names of all attributes that a module's text reads."""
    nodes = ast.walk(ast.parse(source))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)}


def unread_keys(classes: Iterable[type], read: set[str]) -> list[str]:
    """Fields of configuration dataclasses, as `Class.field`, whose name no attribute in `read` has."""
    own: dict[str, None] = {}
    for cls in classes:
        inherited = {
            f.name for base in cls.__mro__[1:] if dataclasses.is_dataclass(base) for f in dataclasses.fields(base)
        }
        for field in dataclasses.fields(cls):
            if field.name not in inherited and field.name not in read:
                own[f"{cls.__name__}.{field.name}"] = None
    return list(own)


def sql_without_test(sql_names: Iterable[str], tests: Iterable[str]) -> list[str]:
    """`.sql` files (by name) that no test text names."""
    text = "\n".join(tests)
    return [name for name in sql_names if not re.search(rf"\b{re.escape(name)}", text)]


def overlong(lines: Mapping[str, int], allowed: Mapping[str, str]) -> list[str]:
    """Files over MAX_LINES that `allowed` gives no reason for, and reasons that are no longer needed."""
    found = [
        f"{path}: {count} lines; split it, or give a reason in test_house.py"
        for path, count in lines.items()
        if count > MAX_LINES and not allowed.get(path, "").strip()
    ]
    return found + [f"{path}: its reason is no longer needed" for path in allowed if lines.get(path, 0) <= MAX_LINES]


def machine_traces(path: str, text: str) -> list[str]:
    """Lines of a file with a path of somebody's machine, or a host of a package registry."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _MACHINE_PATH.search(line) or _REGISTRY_HOST.search(line)
        if match:
            found.append(f"{path}:{number}: {match.group()!r}")
    return found


def lock_faults(lock: str, requirements: Iterable[str]) -> list[str]:
    """Lines of the lock that are not `name==version`, and direct requirements that it does not satisfy."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = lock.splitlines()
    found = [f"requirements.lock: {line!r} is not name==version" for line in lines if not _LOCKED.match(line)]
    locked = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines)}
    for text in requirements:
        requirement = Requirement(text)
        version = locked.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            found.append(f"requirements.lock: {text} is not satisfied (locked: {version})")
    return found
