"""The digests by which `golden_stages.py` tells what is no table, and files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any


def content_digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:32]


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]
