"""How many answers fit into memory: an estimate before, and whether an error says that it was too high.

The estimate is for what grows with each answer, its keys and values; a share of the memory that is free is kept for
everything else. On a CPU it is all the protection there is: whoever takes too much there is killed without an error.
"""

from __future__ import annotations

import sys

import torch

from t2s_pipeline.machine import free_memory

USED_SHARE = 0.6
"""How much of the free memory may be filled with keys and values; the rest is for activations and logits."""


def rows_that_fit(device: torch.device, bytes_a_row: int) -> int:
    """How many rows of this size the device's free memory takes; without bound where nobody can say."""
    free = _free_of_gpu(device) if device.type == "cuda" else free_memory()
    return sys.maxsize if free is None else int(USED_SHARE * free) // bytes_a_row


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error is torch's saying that memory was refused, on a GPU or on the host."""
    refused_by_host = isinstance(error, RuntimeError) and "can't allocate memory" in str(error)
    return isinstance(error, torch.OutOfMemoryError) or refused_by_host


def _free_of_gpu(device: torch.device) -> int:
    """What the driver has left, and what torch holds without need."""
    unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return torch.cuda.mem_get_info(device)[0] + unused
