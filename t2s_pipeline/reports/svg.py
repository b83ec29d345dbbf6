"""Charts and plots as inline SVG: bars with their intervals, and lines. No library, no script, no font of its own.

    bar_chart(Chart("Final", [Bar("base", 0.583, 0.494, 0.668)]))
    line_plot(Plot("Loss", "step", [Curve("sft", [(0, 2.1), (10, 1.4)])]))

Every text is escaped: labels may be what a model or a user wrote.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from t2s_pipeline.reports.blocks import Bar, Chart, Plot

_LEFT, _PLOT, _VALUE, _ROW = 16, 424, 80, 40
_WIDTH, _HEIGHT, _MARGIN = 640, 260, 50
_COLOURS = ("#4a78b5", "#c0504d", "#6a994e", "#8064a2", "#d98a2b", "#2a9d8f", "#7a7a7a", "#b04a8a")
_SHOWN_LETTERS = 56


def bar_chart(chart: Chart) -> str:
    """Horizontal bars from 0, each below its label and with its interval as a line; empty without bars."""
    if not chart.bars:
        return ""
    ends = [100 * v for bar in chart.bars for v in (bar.value, bar.low, bar.high) if v is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    ticks = _ticks(low, high)
    low, high = min(low, ticks[0]), max(high, ticks[-1])

    x = _Scale(low, high, _LEFT, _LEFT + _PLOT)
    height = _ROW * len(chart.bars) + 24
    unit = " %" if chart.percent else ""
    parts = [_open(_LEFT + _PLOT + _VALUE, height, chart.title)]
    for tick in ticks:
        parts.append(_line(x(tick), 0, x(tick), height - 18, "#8886"))
        parts.append(_text(x(tick), height - 5, f"{tick:g}{unit}", "middle"))
    for place, bar in enumerate(chart.bars):
        parts += _bar(bar, _ROW * place, x, unit)
    return "".join([*parts, "</svg>"])


def _bar(bar: Bar, top: float, x: _Scale, unit: str) -> list[str]:
    left, right = sorted((x(0.0), x(100 * bar.value)))
    middle = top + 29
    parts = [
        _text(0, top + 16, _short(bar.label), "start", bar.label),
        f'<rect x="{left:.1f}" y="{middle - 7:.1f}" width="{max(right - left, 0.5):.1f}" height="14" '
        f'fill="{_COLOURS[0]}" fill-opacity="0.75"/>',
    ]
    if bar.low is not None and bar.high is not None:
        a, b = x(100 * bar.low), x(100 * bar.high)
        parts.append(_line(a, middle, b, middle, "currentColor"))
        parts += [_line(end, middle - 4, end, middle + 4, "currentColor") for end in (a, b)]
        right = max(right, b)
    return [*parts, _text(right + 6, middle + 4, f"{100 * bar.value:.1f}{unit}", "start")]


def line_plot(plot: Plot) -> str:
    """Lines over one x axis with a legend; empty without points."""
    points = [point for curve in plot.curves for point in curve.points if all(map(math.isfinite, point))]
    if not points:
        return ""
    x_ticks = _ticks(min(p[0] for p in points), max(p[0] for p in points))
    y_ticks = _ticks(min(p[1] for p in points), max(p[1] for p in points))
    x = _scale(x_ticks, _MARGIN, _WIDTH - 10)
    y = _scale(y_ticks, _HEIGHT - _MARGIN, 10)
    height = _HEIGHT + 18 * len(plot.curves)
    parts = [_open(_WIDTH, height, plot.title)]
    for tick in x_ticks:
        parts += [_line(x(tick), 10, x(tick), _HEIGHT - _MARGIN, "#8886")]
        parts.append(_text(x(tick), _HEIGHT - _MARGIN + 16, f"{tick:g}", "middle"))
    for tick in y_ticks:
        parts += [_line(_MARGIN, y(tick), _WIDTH - 10, y(tick), "#8886")]
        parts.append(_text(_MARGIN - 6, y(tick) + 4, f"{tick:g}", "end"))
    parts.append(_text(_WIDTH / 2, _HEIGHT - 14, plot.x_title, "middle"))
    for number, curve in enumerate(plot.curves):
        colour = _COLOURS[number % len(_COLOURS)]
        drawn = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in curve.points if math.isfinite(a) and math.isfinite(b))
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        top = _HEIGHT + 18 * number
        parts.append(f'<rect x="{_MARGIN}" y="{top}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(_MARGIN + 18, top + 11, curve.label, "start"))
    return "".join([*parts, "</svg>"])


class _Scale:
    """Values to pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._width, self._start, self._end = low, high - low, start, end

    def __call__(self, value: float) -> float:
        return self._start + (self._end - self._start) * (value - self._low) / self._width


def _scale(ticks: Sequence[float], start: float, end: float) -> _Scale:
    return _Scale(ticks[0], ticks[-1], start, end)


def _ticks(low: float, high: float) -> list[float]:
    """Four to nine round numbers that hold low and high between them."""
    if high - low < 1e-9:
        low, high = low - 0.5, low + 0.5
    power = 10.0 ** math.floor(math.log10((high - low) / 4))
    step = next(power * n for n in (1, 2, 5, 10) if (high - low) / (power * n) <= 6)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def _open(width: float, height: float, title: str) -> str:
    label = escape(title, quote=True)
    return f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{label}">'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, whole: str = "") -> str:
    title = f"<title>{escape(whole)}</title>" if whole and whole != text else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}{title}</text>'


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_LETTERS else f"{text[: _SHOWN_LETTERS - 1]}…"
