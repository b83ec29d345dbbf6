"""Putting a published adapter on a hub: `t2s push`.

    files = pushed_files(folder, digest)                  # verified; what would go up
    url = push_adapter(folder, digest, "me/spider-lora")

Weights, configuration, manifest and card go up in one commit; the training's log stays. The hub is the one that
HF_ENDPOINT names, with the key of HF_TOKEN or of `hf auth login`.
"""

from __future__ import annotations

from pathlib import Path

from t2s_pipeline.training.adapters import CARD, MANIFEST, AdapterError, policy_files, verify_adapter


def pushed_files(folder: Path, digest: str) -> list[Path]:
    """The files of a published adapter that a push sends.

    Raises AdapterError where the adapter is not what it should be, or is not ours to publish.
    """
    manifest = verify_adapter(folder, digest)
    if manifest.origin is not None:
        raise AdapterError(f"adapter {digest} is from {manifest.origin}: push only what was trained here")
    return [folder / name for name in (*policy_files(folder), MANIFEST, CARD)]


def push_adapter(folder: Path, digest: str, hub_id: str, *, branch: str = "main", private: bool = False) -> str:
    """Make the repository where it is not there, and commit the files; returns the commit's address.

    Raises AdapterError where the hub cannot be reached or refuses.
    """
    import huggingface_hub.constants
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, HTTPError

    hub = huggingface_hub.constants.ENDPOINT
    operations = [
        CommitOperationAdd(path_in_repo=file.name, path_or_fileobj=str(file)) for file in pushed_files(folder, digest)
    ]
    api = HfApi()
    try:
        api.create_repo(hub_id, private=private, exist_ok=True)
        if branch != "main":
            api.create_branch(hub_id, branch=branch, exist_ok=True)
        commit = api.create_commit(hub_id, operations, commit_message=f"Adapter {digest}", revision=branch)
    except HFValidationError as error:
        raise AdapterError(f"{hub_id!r} is no hub id: owner/name ({error})") from error
    except HfHubHTTPError as error:
        remedy = " (set HF_TOKEN to a key that may write there)" if error.response.status_code in (401, 403) else ""
        raise AdapterError(f"{hub}: {hub_id}: {error}{remedy}") from error
    except (HTTPError, OSError) as error:
        raise AdapterError(
            f"{hub}: not reached ({error}): see to the network, or name another by HF_ENDPOINT"
        ) from error
    return commit.commit_url
