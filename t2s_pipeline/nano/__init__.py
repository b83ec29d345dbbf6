"""The embedded model: a few million parameters of our own, so that the whole loop runs on any laptop.

`MODEL_DIR` is a folder that plain `AutoModelForCausalLM.from_pretrained` and `PreTrainedTokenizerFast` load. It is
made by `python -m t2s_pipeline.nano.pretrain` and exported by `python -m t2s_pipeline.nano.export`.
"""

from pathlib import Path

MODEL_DIR = Path(__file__).parent / "model"
