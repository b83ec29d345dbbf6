"""Reports on what went wrong, as blocks: taxonomy, repair, routing, candidates, columns, wrong results, failures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from t2s_pipeline.evaluation.error_class import DeploymentScope
from t2s_pipeline.reports.blocks import Bar, Block, Cell, Chart, Code, Grid, Paragraph, Strong
from t2s_pipeline.reports.figures import (
    MARK_NOTE,
    VERIFIED,
    Row,
    by_awareness,
    distinct,
    figure,
    first_of_each,
    no_results,
    share,
    without_results,
)

CORRECT = "execution_correct"
_ALL = Strong("all")


def taxonomy(rows: Sequence[Row]) -> list[Block]:
    """Arms that repair, then one-shot arms, in tables of their own: the one has a repair rate, the other has none."""
    real, missing = without_results(rows)
    repairing = [row for row in real if row["repaired"] is not None]
    one_shot = [row for row in real if row["repaired"] is None]
    columns = ["Run", "Feedback", "Error Type", "First-turn Errors", "Repaired", "Failed", "Repair Rate"]
    blocks: list[Block] = []
    for mark, group in by_awareness(repairing):
        body = [line for arm in distinct(row["arm"] for row in group) for line in _taxonomy_of(arm, group)]
        blocks.append(Grid([*columns[:-1], f"{columns[-1]}{mark}"], body))
        blocks += [
            Chart(f"Repair rate of {arm}{mark}", [Bar(r["error_class"], r["value"], r["interval_low"],
                  r["interval_high"]) for r in group if r["arm"] == arm and r["value"] is not None])
            for arm in distinct(row["arm"] for row in group)
        ]  # fmt: skip
    if missing:
        blocks.append(Grid(["Run", ""], no_results(missing, 2)))
    if one_shot:
        blocks += _by_class(one_shot, "first_turn_errors", "One-shot arms, which repair nothing")
    return blocks + _note(repairing) if blocks else [Grid(columns, [])]


def _taxonomy_of(arm: str, rows: Sequence[Row]) -> list[list[Cell]]:
    counts = ("first_turn_errors", "repaired", "failed")
    own = [row for row in rows if row["arm"] == arm]
    lines: list[list[Cell]] = [
        [arm, row["feedback"], Code(row["error_class"]), *(row[key] for key in counts), figure(row)]
        for row in own
        if row["first_turn_errors"]
    ]
    sums = [sum(row[key] for row in own) for key in counts]
    return [*lines, [arm, own[0]["feedback"], _ALL, *sums, share(sums[1], sums[0])]]


def _by_class(rows: Sequence[Row], count: str, title: str) -> list[Block]:
    """Counts by class, a column an arm, with their sum."""
    arms = distinct(row["arm"] for row in rows)
    counted = {(row["arm"], row["error_class"]): row[count] for row in rows}
    classes = distinct(row["error_class"] for row in rows)
    lines: list[list[Cell]] = [[Code(name), *(counted.get((arm, name), 0) for arm in arms)] for name in classes]
    lines.append([_ALL, *(sum(counted.get((arm, name), 0) for name in classes) for arm in arms)])
    return [Grid(["Error Type", *arms], lines, title)]


def repair_breakdown(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    columns = ["Run", "Total", "First-turn Errors", "Repaired", "Repair Rate", "Regressed", "Status Counts"]
    blocks: list[Block] = []
    one_shot = [row for row in real if row["feedback"] == "one_shot"]
    repairing = [row for row in real if row["feedback"] != "one_shot"]
    for mark, group in [*by_awareness(repairing), ("", one_shot)]:
        body = [_overall(arm, group) for arm in distinct(row["arm"] for row in group)]
        if body:
            kind = "One-shot arms" if group is one_shot else f"Overall{mark}"
            blocks.append(Grid(columns, body, kind))
    if missing:
        blocks.append(Grid(["Run", ""], no_results(missing, 2), "Without results"))
    for mark, group in by_awareness(repairing):
        for arm in distinct(row["arm"] for row in group):
            blocks.append(_breakdown(arm, [row for row in group if row["arm"] == arm], mark))
    return blocks + _note(repairing)


def _overall(arm: str, rows: Sequence[Row]) -> list[Cell]:
    own = [row for row in rows if row["arm"] == arm]
    by_status = Counter()
    for row in own:
        by_status[row["status"]] += row["numerator"]
    errors = by_status["repaired"] + by_status["failed"]
    rate = "–" if own[0]["feedback"] == "one_shot" else share(by_status["repaired"], errors)
    statuses = ", ".join(f"{status} {count:,}" for status, count in sorted(by_status.items()))
    return [arm, sum(by_status.values()), errors, by_status["repaired"], rate, by_status["regressed"], statuses]


def _breakdown(arm: str, rows: Sequence[Row], mark: str) -> Grid:
    """Every first class of one arm: how many were repaired, and what the others ended as."""
    body: list[list[Cell]] = []
    for name in distinct(row["first_class"] for row in rows):
        own = [row for row in rows if row["first_class"] == name]
        right = sum(row["numerator"] for row in own if row["final_class"] == CORRECT)
        wrong = [row for row in own if row["final_class"] != CORRECT]
        ends = ", ".join(f"{row['final_class']} {row['numerator']:,}" for row in wrong)
        total = own[0]["denominator"]
        body.append([Code(name), total, right, share(right, total), total - right, ends])
    columns = ["Error Type", "First-turn", "Right in the end", f"Rate{mark}", "Final Failed", "Final Failure Types"]
    return Grid(columns, body, f"{arm} ({rows[0]['feedback']})")


def routing(rows: Sequence[Row]) -> list[Block]:
    """Arms whose first answer is to be had in use, then those whose first answer the gold chose among samples."""
    real, missing = without_results(rows)
    free = [row for row in real if not row["first_gold_aware"]]
    chosen = [row for row in real if row["first_gold_aware"]]
    blocks = _routing(free, missing, "") if free or missing or not chosen else []
    return blocks + (_routing(chosen, {}, VERIFIED) if chosen else []) + _note(real)


def _routing(real: Sequence[Row], missing: Mapping[str, str], chosen: str) -> list[Block]:
    """Three tables, their titles marked by `chosen`: arms, classes with their routes, and who could notice."""
    arms = distinct(row["arm"] for row in real)
    counts = {(row["arm"], row["error_class"]): row["numerator"] for row in real}
    statuses = [f"Status Counts{mark}" for mark, _ in by_awareness(real)] or ["Status Counts"]
    overall: list[list[Cell]] = []
    for first in first_of_each(real, "arm"):
        own = [row for row in real if row["arm"] == first["arm"]]
        online = sum(row["numerator"] for row in own if row["deployment_scope"] in _ONLINE)
        errors = first["denominator"]
        shares = (share(online, errors), share(errors - online, errors))
        mark = by_awareness([first])[0][0]
        counted = [first["status_counts"] if title == f"Status Counts{mark}" else "–" for title in statuses]
        overall.append([first["arm"], first["examples"], errors, *shares, *counted])
    columns = ["Run", "Total", "First-turn Errors", "Online Repairable", "External/Guarded", *statuses]
    policy: list[list[Cell]] = [
        [Code(r["error_class"]), *[counts[arm, r["error_class"]] for arm in arms], *(r[key] for key in _ROUTE)]
        for r in first_of_each(real, "error_class")
    ]
    occurring = {row["deployment_scope"] for row in real}
    scopes = [str(scope) for scope in DeploymentScope if scope in occurring]
    totals: list[list[Cell]] = [
        [arm, sum(n for (name, _), n in counts.items() if name == arm), *[_scope(real, arm, s) for s in scopes]]
        for arm in arms
    ]
    return [
        Grid(columns, overall + no_results(missing, len(columns)), f"Overall{chosen}"),
        Grid(["Error Type", *arms, *_ROUTE.values()], policy, f"Routing policy{chosen}"),
        Grid(["Run", "First-turn Errors", *scopes], totals, f"Deployment scope{chosen}"),
    ]


_ROUTE = {
    "online_detectable": "Online Detectable",
    "verifier": "Verifier",
    "recommended_route": "Recommended Route",
    "deployment_scope": "Deployment Scope",
}
_ONLINE = (DeploymentScope.ONLINE, DeploymentScope.ONLINE_RETRY)


def _scope(rows: Sequence[Row], arm: str, scope: str) -> str:
    """An arm's errors of one deployment scope, over all its first-turn errors."""
    own = [row for row in rows if row["arm"] == arm]
    return share(sum(row["numerator"] for row in own if row["deployment_scope"] == scope), own[0]["denominator"])


def online_repair(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    columns = ["Run", "Feedback", "First-turn failures", "Strict online-repairable", "Strict fixed", "Strict SR"]
    columns += ["Guarded warnings", "Guarded fixed", "Online+Guarded SR", "External failures", "External fixed"]
    blocks: list[Block] = []
    for mark, group in by_awareness(real):
        body = [_online(arm, group) for arm in distinct(row["arm"] for row in group)]
        marked = [f"{title}{mark}" if "SR" in title else title for title in columns]
        blocks.append(Grid(marked, body))
    if missing:
        blocks.append(Grid(["Run", ""], no_results(missing, 2), "Without results"))
    return blocks + _note(real) if blocks else [Paragraph("No declared arm repairs.")]


def _online(arm: str, rows: Sequence[Row]) -> list[Cell]:
    own = {row["bucket"]: row for row in rows if row["arm"] == arm}
    strict, guarded, external = (own[name] for name in ("strict_online", "guarded", "external_verifier"))
    total = sum(row["denominator"] for row in own.values())
    both = [sum(row[key] for row in (strict, guarded)) for key in ("numerator", "denominator")]
    return [
        arm,
        strict["feedback"],
        total,
        strict["denominator"],
        strict["numerator"],
        figure(strict),
        guarded["denominator"],
        guarded["numerator"],
        share(*both),
        external["denominator"],
        external["numerator"],
    ]


def candidate_errors(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    blocks: list[Block] = []
    for turns, title in (("first", "Candidates of the first turn"), ("all", "Candidates of all turns")):
        for mark, group in by_awareness([row for row in real if row["turns"] == turns]):
            blocks += _by_class(group, "numerator", title + mark)
    if missing:
        blocks.append(Grid(["Run", ""], no_results(missing, 2), "Without results"))
    return blocks + _note(real)


def column_errors(rows: Sequence[Row]) -> list[Block]:
    """Tags by arm, then each arm's references with where they could point to."""
    real, missing = without_results(rows)
    tags = [row for row in real if row["reference"] == "(all)"]
    arms = distinct(row["arm"] for row in tags)
    cells = {(row["arm"], row["column_tag"]): figure(row) for row in tags}
    body: list[list[Cell]] = [
        [Code(tag), *(cells[arm, tag] for arm in arms)] for tag in distinct(row["column_tag"] for row in tags)
    ]
    blocks: list[Block] = [Grid(["Tag", *arms], body)]
    references: list[list[Cell]] = [
        [
            row["arm"],
            Code(row["reference"]),
            Code(row["column_tag"]),
            row["numerator"],
            *(Code(", ".join(names or ())) for names in (_suggestions(row), row["example_ids"])),
        ]
        for row in real
        if row["reference"] != "(all)"
    ]
    if references:
        columns = ["Run", "Invalid reference", "Tag", "Attempts", "Could be", "For example"]
        blocks.append(Grid(columns, references, "Most frequent references"))
    if missing:
        blocks.append(Grid(["Run", ""], no_results(missing, 2), "Without results"))
    return blocks


def _suggestions(row: Row) -> list[str]:
    """`table.column` of every table that has the column."""
    column = row["reference"].rsplit(".", 1)[-1]
    return [f"{owner}.{column}" for owner in row["column_owners"] or ()]


def wrong_results(rows: Sequence[Row]) -> list[Block]:
    real, missing = without_results(rows)
    body: list[list[Any]] = [
        [row["arm"], Code(row["cause"]), figure(row), row["mentioned"], Code(", ".join(row["example_ids"] or ()))]
        for row in real
        if row["mentioned"] or row["numerator"]
    ]
    return [Grid(["Run", "Leading cause", "Attempts", "Mentioned", "For example"], body + no_results(missing, 5))]


def failures(rows: Sequence[Row]) -> list[Block]:
    """How many there are by arm and class: the page has each that is listed, and so has the table."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counts[row["arm"], row["final_error_class"]] += row["left_out"] or 1
    arms = distinct(row["arm"] for row in rows)
    body: list[list[Cell]] = [
        [Code(name), *(counts[arm, name] for arm in arms)] for name in sorted({name for _, name in counts})
    ]
    body.append([_ALL, *(sum(n for (of, _), n in counts.items() if of == arm) for arm in arms)])
    listed = sum(row["left_out"] is None for row in rows)
    which = f"; {listed:,} of them, of every class," if listed < counts.total() else ", each"
    return [
        Paragraph(f"{counts.total():,} wrong last answers{which} with its question, schema, SQL, feedback and rows, "
                  "stand in table `report_failures`, and on the HTML page, where they can be searched."),
        Grid(["Error Type", *arms], body),
    ]  # fmt: skip


def _note(rows: Sequence[Row]) -> list[Block]:
    """What † means, where it stands somewhere."""
    return [Paragraph(MARK_NOTE)] if any(row["gold_aware"] for row in rows) else []
