"""Models and adapters on a hub: found in its local cache, and brought there by `t2s model fetch`.

    folder = cached_snapshot("Qwen/Qwen2.5-0.5B-Instruct", revision="")
    fetched = fetch("Qwen/Qwen2.5-0.5B-Instruct", "main", MODEL_FILES)

The cache is huggingface_hub's (HF_HOME, HF_HUB_CACHE), the hub the one that HF_ENDPOINT names. A run only reads the
cache: one that fetches gigabytes unasked is nobody's wish, and the error names the command that does. A revision is a
branch, a tag or a commit; which commit it was is the name of the snapshot's folder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from t2s_pipeline.generation.protocol import GenerationError

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought: the snapshot's folder, its commit, its files and their bytes."""

    folder: Path
    commit: str
    files: int
    size: int


def is_hub_id(path: str) -> bool:
    """Whether `path` names a repository of a hub: `owner/name`, where there is no such folder."""
    return _HUB_ID.fullmatch(path) is not None and not Path(path).expanduser().is_dir()


def cached_snapshot(hub_id: str, revision: str = "") -> Path:
    """Folder of a repository's snapshot in the local cache. Raises GenerationError where it is not there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        return Path(snapshot_download(hub_id, revision=revision or None, local_files_only=True))
    except LocalEntryNotFoundError as error:
        wanted = f" --revision {revision}" if revision else ""
        at = f" at revision {revision}" if revision else ""
        raise GenerationError(
            f"{hub_id!r}{at}: neither a folder nor in the local hub cache; fetch it with: "
            f"t2s model fetch {hub_id}{wanted}"
        ) from error


def fetch(hub_id: str, revision: str, patterns: Sequence[str]) -> Fetched:
    """Bring the files of a repository that fit the patterns into the local cache; what is there is not fetched again.

    Raises GenerationError where the hub cannot be reached, does not have it, or wants a key (HF_TOKEN).
    """
    import huggingface_hub.constants
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if _HUB_ID.fullmatch(hub_id) is None:
        raise GenerationError(f"{hub_id!r} is no hub id: owner/name, as in Qwen/Qwen2.5-0.5B-Instruct")
    hub = huggingface_hub.constants.ENDPOINT
    try:
        folder = Path(snapshot_download(hub_id, revision=revision or None, allow_patterns=list(patterns)))
    except GatedRepoError as error:
        raise GenerationError(f"{hub}: {hub_id} is gated: accept its terms there, and set HF_TOKEN") from error
    except RepositoryNotFoundError as error:
        raise GenerationError(f"{hub}: no repository {hub_id} (a private one needs HF_TOKEN)") from error
    except RevisionNotFoundError as error:
        raise GenerationError(f"{hub}: {hub_id} has no revision {revision!r}") from error
    except LocalEntryNotFoundError as error:
        raise GenerationError(
            f"{hub}: not reached, and {hub_id} is not in the local cache: see to the network, name another hub by "
            "HF_ENDPOINT, or copy the model's folder here and state it as path"
        ) from error
    except HfHubHTTPError as error:
        raise GenerationError(f"{hub}: {hub_id}: {error}") from error
    files = [file for file in folder.rglob("*") if file.is_file()]
    if not files:
        raise GenerationError(f"{hub}: {hub_id} has none of the files that are needed ({', '.join(patterns[:4])}, ...)")
    return Fetched(folder, folder.name, len(files), sum(file.stat().st_size for file in files))
