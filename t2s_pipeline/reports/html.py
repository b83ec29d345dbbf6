"""The page of an experiment: every report, its plots, and its failures to search, in one HTML file.

    write_text(path, page_html(connection, config))

It opens from disk and asks nothing of a network. The tables need no script; a small one sorts them and searches the
failures, and the page's policy lets no other run. What models and data sets wrote is escaped, or is data that the
script puts in as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from t2s_pipeline.config import ExperimentConfig
from t2s_pipeline.reports.blocks import Block, Cell, Chart, Code, Grid, Paragraph, Strong
from t2s_pipeline.reports.listing import declared_reports
from t2s_pipeline.reports.render import blocks_of, counted_split, head_blocks, outside_blocks, outside_rows
from t2s_pipeline.reports.run import published_report
from t2s_pipeline.reports.svg import bar_chart, line_plot
from t2s_pipeline.table_definitions import REPORT_PAGE

if TYPE_CHECKING:
    import duckdb

MakeReport = Callable[[str, "duckdb.DuckDBPyConnection", ExperimentConfig], pa.Table]

PAGE_CODE_VERSION = "5"
FAILURES = "report_failures"
#: What of a failure the page has, with its title.
_FAILURE_FIELDS = {
    "arm": "Run",
    "example_id": "Example",
    "status": "Status",
    "hardness": "Hardness",
    "question": "Question",
    "schema_text": "Schema",
    "gold": "Gold",
    "gold_rows": "Rows of the gold",
    "first_error_class": "Class of the first answer",
    "first_sql": "First answer",
    "feedback": "Feedback",
    "final_error_class": "Class of the last answer",
    "final_sql": "Last answer",
    "error": "Error",
    "final_rows": "Rows of the last answer",
    "causes": "Differences from the gold",
}
_CODE_SPAN = re.compile(r"`([^`]+)`")
_COUNTED = re.compile(r"([+-]?[\d.,]+(?: %)?|–) (\(.*\d.*\))")
"""A figure, and in brackets its counts and interval, which stand below it."""
_LONG = 30
"""Letters from which a cell's text of several words needs a wide column."""
_NO_SCRIPT = (
    "<noscript><p>Without JavaScript the failures cannot be searched here; they are in table "
    "<code>report_failures</code>.</p></noscript>"
)


def page_html(
    connection: duckdb.DuckDBPyConnection, config: ExperimentConfig, made: MakeReport = published_report
) -> str:
    """The page, from the published reports in `connection`'s views or tables; `made=run_report` counts them afresh."""
    shown = {report: made(report.name, connection, config) for report in declared_reports(config)}
    script = _resource("page.js")
    sections, failures = [], []
    for report, table in shown.items():
        body = blocks_html(blocks_of(table))
        if report.name == FAILURES:
            failures = [row for row in table.to_pylist() if row["left_out"] is None]
            body += f'\n<div id="failures">{_NO_SCRIPT}</div>'
        sections.append(f'<section id="{report.name}"><h2>{escape(report.title)}</h2>\n{body}\n</section>')
    counted = [*head_blocks(config), *outside_blocks(outside_rows(connection, config), counted_split(config))]
    links = [f'<li><a href="#{report.name}">{escape(report.title)}</a></li>' for report in shown]
    return Template(_resource("page.html")).substitute(
        title=escape(config.name),
        description=escape(config.description),
        style=_resource("page.css"),
        script=script,
        script_hash="sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode(),
        contents="".join(links),
        outside=blocks_html(counted),
        sections="\n".join(sections),
        failures=failures_json(failures),
    )


def page_sections(connection: duckdb.DuckDBPyConnection, config: ExperimentConfig) -> pa.Table:
    """Rows of table `report_page`."""
    rows = [
        {"experiment": config.name, "report": report.name, "title": report.title, "position": place}
        | {"rows": published_report(report.name, connection, config).num_rows}
        for place, report in enumerate(declared_reports(config))
    ]
    return REPORT_PAGE.to_arrow(rows)


def blocks_html(blocks: Iterable[Block]) -> str:
    return "\n".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "<p>" + _CODE_SPAN.sub(r"<code>\1</code>", escape(block.text)) + "</p>"
    if isinstance(block, Grid):
        return _table(block)
    drawn = bar_chart(block) if isinstance(block, Chart) else line_plot(block)
    return f"<figure><figcaption>{escape(block.title)}</figcaption>{drawn}</figure>" if drawn else ""


def _table(grid: Grid) -> str:
    if not grid.rows:
        return f"<p>{escape(grid.title + ': ' if grid.title else '')}None.</p>"
    title = f'<p class="title">{escape(grid.title)}</p>' if grid.title else ""
    label = escape(grid.title or "Table", quote=True)
    head = "".join(f"<th>{escape(name)}</th>" for name in grid.columns)
    body = "\n".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in grid.rows)
    return (
        f'{title}<div class="scroll" role="region" aria-label="{label}" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )


def _cell(cell: Cell) -> str:
    text = "" if cell is None else cell.text if isinstance(cell, Code | Strong) else str(cell)
    counted = _COUNTED.fullmatch(text) if isinstance(cell, str) else None
    if counted:
        return f"<td>{escape(counted[1])}<small>{escape(counted[2])}</small></td>"
    shown = escape(text)
    if shown and isinstance(cell, Code):
        shown = f"<code>{shown}</code>"
    elif shown and isinstance(cell, Strong):
        shown = f"<strong>{shown}</strong>"
    return f'<td class="long">{shown}</td>' if len(text) >= _LONG and " " in text else f"<td>{shown}</td>"


def failures_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of report_failures as the data of the page's script: texts once each, and rows of their numbers.

    Fit to stand in a `<script>`: no `<`, `>` or `&` is left in it.
    """
    numbers: dict[str, int] = {}

    def number(value: Any) -> int:
        text = "\n".join(value) if isinstance(value, list) else value
        return numbers.setdefault(text, len(numbers)) if text else -1

    table = [[number(row[name]) for name in _FAILURE_FIELDS] for row in rows]
    content = {"fields": list(_FAILURE_FIELDS), "titles": _FAILURE_FIELDS, "texts": list(numbers), "rows": table}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _resource(name: str) -> str:
    return (files("t2s_pipeline.reports") / name).read_text(encoding="utf-8")
