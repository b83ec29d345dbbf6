"""Whether a node of a cluster has the code and the configuration of the machine that asks it.

    told = state_here(config)                  # where `t2s run` is called
    check_state(told, state_here(config))      # on a node, before a step

Fingerprints hold the versions of the code that its authors have counted up; a node with another commit, or with an edit
of its own, could make other rows under the same fingerprint.

Not covered: other versions of Python (Ray refuses to join nodes of several) and of libraries (one lock file for all).
"""

from __future__ import annotations

import hashlib
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.errors import T2sError
from t2s_pipeline.fingerprints import content_hash

_ROOT = Path(__file__).parents[1]
_CODE = ("t2s_pipeline", "assets", "resources")


class NodeStateError(T2sError, RuntimeError):
    """A node with other code, or with another configuration of the experiment; names it and the remedy."""


@dataclass(frozen=True)
class NodeState:
    """Digests of the code's files, and of the experiment's configuration as it was read."""

    code: str
    configuration: str


def state_here(config: ExperimentConfig) -> NodeState:
    return NodeState(_code_digest(_ROOT), content_hash(config))


def check_state(told: NodeState, here: NodeState) -> None:
    """Raise NodeStateError where this node differs from what it is told."""
    if here.code != told.code:
        raise NodeStateError(
            f"{socket.gethostname()} has other code in {_ROOT} than where t2s run was called: bring both to the same "
            "commit, without edits"
        )
    if here.configuration != told.configuration:
        raise NodeStateError(
            f"{socket.gethostname()} reads another configuration than where t2s run was called: bring experiments/, "
            f"dagster_project.toml and the paths of both in {_ROOT} to the same state"
        )


@cache
def _code_digest(root: Path) -> str:
    """Of names and content of all files; once a process, which does not notice an edit after its imports either."""
    digest = hashlib.sha256()
    files = (path for folder in _CODE for path in sorted((root / folder).rglob("*")) if path.is_file())
    for path in files:
        if "__pycache__" not in path.parts and not path.name.startswith("."):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:32]
