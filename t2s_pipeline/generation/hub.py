"""Models and adapters on a hub: found in its local cache, and brought there by `t2s model fetch`.

    folder = cached_snapshot("Qwen/Qwen2.5-0.5B-Instruct", revision="")
    fetched = fetch_policy("Qwen/Qwen2.5-0.5B-Instruct", revision="")

The cache is huggingface_hub's (HF_HOME, HF_HUB_CACHE), the hub the one that HF_ENDPOINT names. A run only reads the
cache: one that fetches gigabytes unasked is nobody's wish, and the error names the command that does. A revision is a
branch, a tag or a commit; which commit it was is the name of the snapshot's folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from t2s_pipeline.generation.protocol import GenerationError

MODEL_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
)
"""The files of a model beside its weights that determine its answers."""
WEIGHT_FILES = ("*.safetensors", "*.safetensors.index.json")
"""The patterns of the files of its weights."""
WHOLE_WEIGHTS, WEIGHTS_INDEX = "model.safetensors", "model.safetensors.index.json"
"""One file of all weights, or the list of the files that hold them."""
POLICY_FILES = (*MODEL_FILES, *WEIGHT_FILES, "adapter_config.json")
_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")


@dataclass(frozen=True)
class Fetched:
    """What a fetch brought: the commit, and how many files of how many bytes."""

    kind: Literal["model", "adapter"]
    commit: str
    files: int
    size: int


def is_hub_id(path: str) -> bool:
    """Whether `path` names a repository of a hub: `owner/name`, where there is no such folder."""
    return _HUB_ID.fullmatch(path) is not None and not Path(path).expanduser().is_dir()


def cached_snapshot(hub_id: str, revision: str = "") -> Path:
    """Folder of a repository's snapshot in the local cache. Raises GenerationError where it is not there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        # Named, because a snapshot that lacks any other file of the repository counts as incomplete.
        wanted = list(POLICY_FILES)
        return Path(snapshot_download(hub_id, revision=revision or None, allow_patterns=wanted, local_files_only=True))
    except HFValidationError as error:
        raise GenerationError(f"{hub_id!r}: neither a folder nor a hub id ({error})") from error
    except LocalEntryNotFoundError as error:
        option = f" --revision {revision}" if revision else ""
        at = f" at revision {revision}" if revision else ""
        raise GenerationError(
            f"{hub_id!r}{at}: neither a folder nor in the local hub cache; fetch it with: "
            f"t2s model fetch {hub_id}{option}"
        ) from error


def fetch_policy(hub_id: str, revision: str = "") -> Fetched:
    """Bring the files of a model or an adapter into the local cache; what is there already is not fetched again.

    Raises GenerationError where the hub cannot be reached, does not have it, or wants a key (HF_TOKEN).
    """
    import huggingface_hub.constants
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    if _HUB_ID.fullmatch(hub_id) is None:
        raise GenerationError(f"{hub_id!r} is no hub id: owner/name, as in Qwen/Qwen2.5-0.5B-Instruct")
    hub = huggingface_hub.constants.ENDPOINT
    if not hub.startswith(("http://", "https://")):
        raise GenerationError(f"HF_ENDPOINT is {hub!r}: expected an address that begins with https:// or http://")
    try:
        folder = Path(snapshot_download(hub_id, revision=revision or None, allow_patterns=list(POLICY_FILES)))
    except HFValidationError as error:
        raise GenerationError(f"{hub_id!r} is no hub id: {error}") from error
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
    is_adapter = (folder / "adapter_config.json").is_file()
    if not (is_adapter or (folder / "config.json").is_file()) or not list(folder.glob("*.safetensors")):
        raise GenerationError(f"{hub}: {hub_id} is no model or adapter: a configuration and .safetensors are needed")
    files = [file for file in folder.iterdir() if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    return Fetched("adapter" if is_adapter else "model", folder.name, len(files), size)
