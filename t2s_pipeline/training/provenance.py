"""Which code trained an adapter: the project's version and, in a checkout, its commit."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class CodeIdentity:
    """`commit` is None outside a checkout; `changed`: whether files that git tracks differed from it."""

    version: str | None
    commit: str | None
    changed: bool | None


def code_identity(root: Path = _ROOT) -> CodeIdentity:
    """The identity of the code in `root`, the folder of the package's folder."""
    try:
        installed = version("t2s-pipeline")
    except PackageNotFoundError:
        installed = None
    commit = _git(root, "rev-parse", "HEAD")
    if not (root / ".git").exists() or commit is None:  # a wheel below somebody's repository is not of its commit
        return CodeIdentity(installed, None, None)
    return CodeIdentity(installed, commit, bool(_git(root, "status", "--porcelain", "--untracked-files=no")))


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
