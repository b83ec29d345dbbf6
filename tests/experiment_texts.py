"""What the experiments of several tests begin with."""

from __future__ import annotations

OWN = """
[datasets.own]
kind = "json"
root = "rows"

[models.tiny]
path = "builtin:nano"

[train]
dataset = "own"
model = "tiny"

[evaluation]
dataset = "own"
"""
"""Rows of one's own, trained on and evaluated on. Nothing reads them."""

EMBEDDED = """
[datasets.embedded]
kind = "embedded"

[models.nano]
path = "builtin:nano"

[evaluation]
dataset = "embedded"
"""
"""The embedded data set and model, without a train side."""
