"""Charts: bars and whiskers stand where their values are, labels are text."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.reports.blocks import Bar, Chart, Curve, Plot
from t2s_pipeline.reports.svg import bar_chart, line_plot


def test_a_bar_is_as_long_as_its_share_and_its_interval_around_its_end():
    drawn = ElementTree.fromstring(bar_chart(Chart("Final", [Bar("a", 0.5, 0.4, 0.6), Bar("b", 1.0)])))
    half, whole = (float(rect.get("width")) for rect in drawn.iter("rect"))
    assert abs(2 * half - whole) < 0.2
    left = float(next(drawn.iter("rect")).get("x"))
    whisker = next(line for line in drawn.iter("line") if line.get("stroke") == "currentColor")
    assert abs(float(whisker.get("x1")) - (left + 0.8 * half)) < 0.2
    assert abs(float(whisker.get("x2")) - (left + 1.2 * half)) < 0.2


def test_a_difference_goes_both_ways():
    drawn = ElementTree.fromstring(bar_chart(Chart("d", [Bar("up", 0.1), Bar("down", -0.1)], percent=False)))
    up, down = drawn.iter("rect")
    assert abs(float(down.get("x")) + float(down.get("width")) - float(up.get("x"))) < 0.2


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), st.floats(-1, 1), st.floats(-1, 1))
def test_any_label_and_value_is_well_formed(label, value, low):
    drawn = bar_chart(Chart(label, [Bar(label, value, min(low, value), value)], percent=False))
    texts = [text.text or "" for text in ElementTree.fromstring(drawn).iter("text")]
    assert any(label.startswith(text.removesuffix("…")) for text in texts)
    curve = Curve(label, [(0, value), (1, low)])
    assert ElementTree.fromstring(line_plot(Plot(label, label, [curve]))).get("aria-label") == label


def test_nothing_to_draw_is_nothing():
    assert bar_chart(Chart("x", [])) == "" and line_plot(Plot("x", "y", [Curve("a", [(0, float("nan"))])])) == ""
