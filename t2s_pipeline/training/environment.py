"""What a process that trains sets before torch and transformers are imported."""

from __future__ import annotations

import os
import warnings


def prepare_environment() -> None:
    """No network, no chatter: every file is here already, since models are folders and data sets are rows."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
    warnings.filterwarnings("ignore", category=FutureWarning)  # TRL's use of transformers' old names


def show_one_gpu() -> None:
    """Hide all GPUs but the first of those that are to be seen: TRL refuses one process that sees several."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "0")
    os.environ["CUDA_VISIBLE_DEVICES"] = visible.split(",")[0]
