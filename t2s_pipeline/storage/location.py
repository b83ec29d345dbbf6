"""The data folder of a shared storage on this machine: its name says which storage that is.

    data_folder("s3://bucket/team/text2sql", root)     # <root>/data/s3@@bucket@team@text2sql
    shared_url(folder)                                 # "s3://bucket/team/text2sql"; None of any other folder

So every process that is told the data folder, by whatever way, finds the storage, and a folder cannot become a copy of
two. Who may use the storage, and at which address it answers, is the environment's (docs/storage.md).
"""

from __future__ import annotations

import re
from pathlib import Path

from t2s_pipeline.storage.protocol import StorageError

PROTOCOLS = ("s3", "gs", "abfs")
"""Object stores of fsspec: they show a file whole or not at all, and create one only where there is none when asked to.
Others cannot be published to safely; a mounted folder is named by its path."""
_OF_ONE_PROCESS = "memory"
"""fsspec's store in memory, which tests name by its folder. No URL may name it: it ends with the process."""

_NAME = r"(?!\.{1,2}(/|$))[A-Za-z0-9._-]+"
"""No `.` and no `..`, which on the way to a server become another folder."""
_URL = re.compile(rf"(?P<protocol>[a-z0-9]+)://(?P<rest>{_NAME}(/{_NAME})*)/*")


def data_folder(text: str, root: Path) -> str:
    """The absolute path of the data folder, in the project `root`, of the storage that the URL `text` names. Raises
    StorageError for a URL of another kind."""
    match = _URL.fullmatch(text)
    if match is None:
        raise StorageError(f"data folder {text!r}: expected PROTOCOL://BUCKET/FOLDER of letters, digits, '.', '_', '-'")
    if match["protocol"] not in PROTOCOLS:
        raise StorageError(
            f"data folder {text!r}: protocol {match['protocol']!r} is none of {', '.join(PROTOCOLS)}; "
            "name a mounted folder by its path"
        )
    return str(root.resolve() / "data" / f"{match['protocol']}@@{match['rest'].replace('/', '@')}")


def shared_url(data: Path) -> str | None:
    """The URL of the storage that this data folder is a copy of; None where it is none."""
    protocol, found, rest = data.name.partition("@@")
    return f"{protocol}://{rest.replace('@', '/')}" if found and protocol in (*PROTOCOLS, _OF_ONE_PROCESS) else None
