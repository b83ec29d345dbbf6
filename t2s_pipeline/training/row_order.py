"""The order of an epoch's rows, the same after a kill in the middle of the epoch.

    keep_row_order(trainer, checkpoint)         # before `trainer.train`; the checkpoint that it goes on from, or None

transformers draws an epoch's order of rows grouped by length from the random numbers that everything draws from. After
a kill it brings these back where the checkpoint left them, within the epoch, and so draws another order than the
one that it was in: rows of the epoch are seen twice, others not at all. So a checkpoint within an epoch keeps, beside
what transformers writes, where the random numbers were when the order was drawn.

Not covered: samplers with random numbers of their own, by epoch (packs, GRPO), which come to the same order anyway.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import Trainer

ORDER = "row_order.pt"


def keep_row_order(trainer: Trainer, checkpoint: Path | None) -> None:
    """Have each checkpoint within an epoch keep what its order was drawn from, and take up that of `checkpoint`."""
    import torch
    from transformers import TrainerCallback
    from transformers.trainer_pt_utils import LengthGroupedSampler

    kept = checkpoint / ORDER if checkpoint is not None else None
    drawn_from = {"here": torch.load(kept) if kept is not None and kept.is_file() else None}

    class OfOneEpoch(LengthGroupedSampler):
        def __iter__(self) -> Any:
            if drawn_from["here"] is not None:
                torch.set_rng_state(drawn_from["here"])
            drawn_from["now"], drawn_from["here"] = torch.get_rng_state(), None
            return super().__iter__()

    class KeepOrder(TrainerCallback):
        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if state.is_world_process_zero and "now" in drawn_from and not float(state.epoch).is_integer():
                torch.save(drawn_from["now"], Path(args.output_dir) / f"checkpoint-{state.global_step}" / ORDER)

    make = trainer._get_train_sampler

    def sampler(*args: Any) -> Any:
        made = make(*args)
        if type(made) is LengthGroupedSampler:
            made.__class__ = OfOneEpoch
        return made

    trainer._get_train_sampler = sampler
    trainer.callback_handler.callbacks.insert(0, KeepOrder())  # before the mark that the checkpoint is whole
