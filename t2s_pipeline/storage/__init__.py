"""Where objects, live names and stores are: a folder of this machine, or an object store that several machines share.

    storage = storage_of(data_folder)
    storage.put("objects/<digest>.parquet", write)                      # never rewritten
    storage.point("tables/evaluations/demo/sft.parquet", "objects/<digest>.parquet")

`[paths] data = "s3://bucket/prefix"` names a shared one. Its data folder on this machine (`location.py`) keeps copies
of what never changes, and what is a machine's own. Both kinds are one protocol (`protocol.py`), and publication is
written once, over it. See docs/storage.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from t2s_pipeline.storage.location import shared_url

if TYPE_CHECKING:
    from t2s_pipeline.storage.protocol import Storage


def storage_of(data: Path) -> Storage:
    """The storage whose files a data folder holds: the folder itself, or what its name says that it is a copy of.

    Raises StorageError where the shared storage cannot be opened (its library is not installed).
    """
    url = shared_url(data)
    if url is None:
        from t2s_pipeline.storage.local import LocalStorage

        return LocalStorage(data)
    from t2s_pipeline.storage.shared import SharedStorage

    return SharedStorage(data, url)
