"""Objects that nothing points to any more: what each publication leaves behind of the one before.

    with warehouse.lock():
        found = unneeded_objects(warehouse, accepted, older_than)      # names and bytes
        remove_objects(warehouse, found)

An object is needed while a live name holds it (its footer says so) or an accepted evaluation names it. What was written
(on a disk also: got or lost a live name) after `older_than` is kept whatever points to it, so that a reader of the
catalogue before, which names objects, comes to its end. Publications are made under the same lock, so that none takes
up an object while it is removed. Where another machine's lock has run out (`storage/lease.py`) and it does so all the
same, it fails and is run again, or has the copy under its live name.

Not covered: the stores (`generation/pruning.py`, `compaction.py`) and adapters, which live rows name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from t2s_pipeline.warehouse import Warehouse

_OBJECT = re.compile(r"objects/[0-9a-f]{32}-[^/]{1,12}\.parquet")


def unneeded_objects(warehouse: Warehouse, accepted: Collection[str], older_than: datetime) -> dict[str, int]:
    """Bytes of every object that nothing needs, by name; `accepted` are the names of those that evaluations were
    accepted of. Raises WarehouseError where a live file is damaged: what it holds is not known."""
    needed = set(accepted)
    for ref in warehouse.live_refs():
        footer = warehouse.footer(ref)
        if footer is not None:
            needed.add(warehouse.object_name(footer.digest, footer.fingerprint))
    return {
        name: stored.size
        for name, stored in warehouse.storage.listed("objects").items()
        if _OBJECT.fullmatch(name) and name not in needed and stored.seconds < older_than.timestamp()
    }


def remove_objects(warehouse: Warehouse, names: Collection[str]) -> None:
    """Remove objects by name; call it under `warehouse.lock()`, which was held since they were found."""
    for name in names:
        warehouse.storage.remove(name)
