"""An estimate in words: `t2s size`'s table, and its JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from t2s_pipeline.sizing.constants import Constants
from t2s_pipeline.sizing.estimate import Estimate, Strain

_UNITS = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def size_text(estimate: Estimate, constants: Constants) -> str:
    """The estimate as text: steps, bytes, bottleneck, what gives way, and what of it was not measured."""
    asked, joined = estimate.workload, sum(part.compacted_bytes for part in estimate.stored)
    lines = [
        f"{asked.questions:,} questions, {asked.samples} samples, turns: {asked.turns}, model {asked.model}: "
        f"at most {asked.attempts:,} attempts",
        "",
        *_aligned(
            [
                ("step", "on one", "hours", f"for {asked.within:g} h", "rate"),
                *(
                    (step.name, step.machine, f"{step.hours:,.2f}", f"{step.machines:,}", step.note)
                    for step in estimate.steps
                ),
            ],
            "<>>><",
        ),
        "",
        *_aligned(
            [
                ("kept", "rows", "files", "as written", "joined"),
                *(
                    (
                        part.name,
                        f"{part.rows:,}",
                        f"{part.files:,}",
                        *map(bytes_text, (part.bytes, part.compacted_bytes)),
                    )
                    for part in estimate.stored
                ),
                ("all", "", f"{estimate.files:,}", bytes_text(estimate.bytes), bytes_text(joined)),
            ],
            "<>>>>",
        ),
        "",
        f"bottleneck: {estimate.bottleneck.name}, {_share(estimate):.0f} % of the hours on one machine of each kind",
        *_strains(estimate),
        "",
        "assumed, not measured here: " + ", ".join(n for n, c in constants.entries.items() if not c.measured),
        "The GPU's rate is a model of its data sheet, not a measurement. Not counted: training, starts, failures.",
    ]
    return "\n".join(lines)


def size_json(estimate: Estimate, constants: Constants) -> dict[str, Any]:
    """The same for programs; `constants` are those the figures come from."""
    return {
        "workload": asdict(estimate.workload) | {"attempts": estimate.workload.attempts},
        "steps": [asdict(step) for step in estimate.steps],
        "stored": [asdict(part) for part in estimate.stored],
        "bytes": estimate.bytes,
        "files": estimate.files,
        "bottleneck": estimate.bottleneck.name,
        "strains": [asdict(strain) | {"gives_way": strain.gives_way} for strain in estimate.strains],
        "constants": {name: asdict(constant) for name, constant in constants.entries.items()},
    }


def bytes_text(count: float) -> str:
    """1,530,000 as `1.53 MB`."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:,.2f} {name}"
    return f"{count:.0f} B"


def _aligned(rows: Sequence[Sequence[str]], sides: str) -> list[str]:
    """Lines of cells in columns as wide as the longest needs, each on its side."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    cells = ((f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)) for row in rows)
    return ["   ".join(line).rstrip() for line in cells]


def _share(estimate: Estimate) -> float:
    return 100 * estimate.bottleneck.hours / sum(step.hours for step in estimate.steps)


def _strains(estimate: Estimate) -> list[str]:
    """All of them, the nearest to its limit first; what gives way with what is to be done."""
    lines = []
    for strain in sorted(estimate.strains, key=lambda strain: strain.value / strain.limit, reverse=True):
        borne = f"{strain.name}: {_amount(strain, strain.value)}, at most {_amount(strain, strain.limit)}"
        lines.append(f"gives way: {borne}; {strain.remedy}" if strain.gives_way else f"holds: {borne}")
    return lines


def _amount(strain: Strain, value: float) -> str:
    return bytes_text(value) if strain.unit == "bytes" else f"{value:,.0f} {strain.unit}"
