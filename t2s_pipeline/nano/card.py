"""The model card, rendered from a manifest: figures, and the curves as a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from t2s_pipeline.evaluation.statistics import wilson_interval

_TEXT = Path(__file__).parent / "model_card.txt"
_KINDS = {
    "first_turn": "first turn, shapes of queries that training shows",
    "held_out_skeletons": "first turn, shapes of queries that training never shows",
    "repair": "repair",
    "thought": "first turn in FINER's words, the SQL after a plan of it",
}


def card(manifest: Mapping[str, Any]) -> str:
    """The card's Markdown."""
    training = manifest["training"]
    return _TEXT.read_text(encoding="utf-8").format(
        parameters=f"{manifest['parameters'] / 1e6:.1f}",
        hours=f"{training['seconds'] / 3600:.1f}",
        tokens=f"{training['tokens'] / 1e6:.1f}",
        cooled=f"{training['cooldown_tokens'] / 1e6:.1f}",
        examples=f"{training['examples']:,}",
        mistakes=f"{manifest['mistaken_schemas']:,}",
        hardware=manifest["hardware"],
        figures="\n".join(_row(_KINDS[kind], found) for kind, found in manifest["held_out"].items()),
        curves="\n".join(_point(point) for point in manifest["curves"]),
        note=f"\n{manifest['note']}\n" if manifest["note"] else "",
    )


def _row(label: str, found: Mapping[str, int]) -> str:
    shares = (_share(found[name], found["total"]) for name in ("right", "exact", "executable"))
    return f"| {label} | {' | '.join(shares)} |"


def _share(count: int, total: int) -> str:
    low, high = wilson_interval(count, total)
    return f"{100 * count / total:.1f} % ({count}/{total}; 95 % {100 * low:.1f}–{100 * high:.1f})"


def _point(point: Mapping[str, Any]) -> str:
    shares = [f"{100 * point[kind]['exact'] / point[kind]['total']:.0f} %" if kind in point else "" for kind in _KINDS]
    return f"| {point['tokens'] / 1e6:.1f} | {point['loss']:.3f} | {' | '.join(shares)} |"
