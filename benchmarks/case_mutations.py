"""Ways to change a query's text and what it returns, to ask the official evaluator and ours the same odd questions.

    text, name = mutated(chance, "SELECT name FROM band")

`TEXT` mutations know nothing of SQL: case, blanks, comments, semicolons, other statements, DISTINCT and `value` where
they matter to the official rule, what ends a statement to sqlparse, broken quotes and parentheses. `RESULT` mutations
wrap the query, so that its rows come back permuted, repeated, cast, cut, ordered, or combined.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

BLANKS = "  |\t|\n|\r\n|\x0b|\x0c|\xa0|\u2003|\u200b|\ufeff|\x85|\u2028|\x1c".split("|")
COMMENTS = [
    "-- distinct\n",
    "/* distinct */",
    "/* ; */",
    "/*+ hint */",
    "--+ x\n",
    "# c\n",
    "#c\n",
    "-- ;\r",
    "/* /* */ */",
    "/* open",
    "-- tail",
    "-- it's\n",
    '/* " */',
    "--x\u2028y\n",
]
TAILS = [
    ";",
    ";;",
    "; ;",
    "; SELECT 1",
    "; SELECT 2; SELECT 3",
    " GO",
    "\nGO\n",
    " GO 2",
    " go",
    "; GO",
    "; -- c",
    "; /* c */",
    "; --c\nSELECT 1",
    ")",
    "(",
    "'",
    '"',
    " END",
    "; END",
    "; BEGIN",
    " LIMIT 1",
    " LIMIT 0",
    " LIMIT 2 OFFSET 1",
    " garbage",
    "\0",
    " \U0001f600",
    ";\xa0",
    "\xa0",
    "; COMMIT",
    "\\",
    " ;\n;",
    "; #c\n",
    "; BEGIN SELECT 1; END",
    "```",
]
HEADS = [
    "(",
    ";",
    " ; ",
    "BEGIN ",
    "BEGIN; ",
    "EXPLAIN ",
    "EXPLAIN QUERY PLAN ",
    "/* c */ ",
    "-- c\n",
    "# c\n",
    "\ufeff",
    "\xa0",
    "GO ",
    "GO\n",
    "sql ",
    "```sql\n",
    "SELECT 1; ",
    "DECLARE ",
    "CREATE VIEW v AS ",
    "INSERT INTO empty ",
    "VALUES (1); ",
    "CASE ",
    "distinct ",
    "/*+ a */",
    "CREATE ",
    "SELECT: ",
]
PIECES = [
    "distinct",
    "DISTINCT ",
    "Distinct(",
    "value",
    "VALUE",
    "`",
    "'",
    "''",
    '""',
    "[",
    "]",
    "(",
    ")",
    ";",
    "GO",
    " BEGIN ",
    " END ",
    " CASE ",
    "> =",
    "< =",
    "! =",
    ">  =",
    "<>",
    "YEAR(CURDATE())",
    "year ( curdate( ) )",
    " order by ",
    " ORDER  BY ",
    "\\",
    "$$",
    "?",
    ":x",
    "#",
    "%s",
    "::",
    "/*",
    "*/",
    "--",
    "é",
    "1.0",
    "1e5",
    " NULL ",
    "-",
    ",",
    ".",
    " as distinct ",
    '"distinct"',
    "'distinct'",
    "[distinct]",
    "count(distinct ",
    "'a;b'",
    "´",
    "’",
    " IF ",
    " LOOP ",
    " UNION ALL ",
]


def mutated(chance: Random, sql: str, ways: dict[str, Callable[[Random, str], str]]) -> tuple[str, str]:
    """`sql` after one of `ways`, and the name of the way."""
    name = chance.choice(list(ways))
    return ways[name](chance, sql), name


def _at_word(chance: Random, sql: str, edit: Callable[[str, str, str], str]) -> str:
    spans = [m.span() for m in re.finditer(r"\w+|[^\w\s]|\s+", sql)] or [(0, 0)]
    start, end = chance.choice(spans)
    return edit(sql[:start], sql[start:end], sql[end:])


def _case(chance: Random, sql: str) -> str:
    return chance.choice([str.lower, str.upper, str.swapcase, str.title])(sql)


def _blank(chance: Random, sql: str) -> str:
    blank = chance.choice(BLANKS)
    return re.sub(r"\s+", lambda m: blank, sql, count=chance.choice([0, 1, 2]))


def _comment(chance: Random, sql: str) -> str:
    at = chance.choice([m.start() for m in re.finditer(r"\s", sql)] or [0])
    return f"{sql[:at]} {chance.choice(COMMENTS)} {sql[at:]}"


def _piece(chance: Random, sql: str) -> str:
    piece = chance.choice(PIECES)
    return _at_word(chance, sql, chance.choice([lambda a, b, c: a + piece + b + c, lambda a, b, c: a + piece + c]))


def _quotes(chance: Random, sql: str) -> str:
    name = chance.choice(["name", "country", "title", "year"])
    quoted = chance.choice([f"`{name}`", f"[{name}]", f'"{name}"', f"'{name}'"])
    return chance.choice([sql.replace("'", '"'), re.sub(rf"\b{name}\b", quoted, sql)])


def _distinct(chance: Random, sql: str) -> str:
    old, new = chance.choice(
        [
            ("SELECT", "SELECT DISTINCT"),
            ("count(", "count(DISTINCT "),
            (" FROM", " AS distinct FROM"),
            (" FROM", ' AS "distinct" FROM'),
            ("SELECT", "SELECT/* distinct */DISTINCT--distinct\n"),
            ("DISTINCT", ""),
            ("DISTINCT", "DISTINCT DISTINCT"),
            ("SELECT", "SELECT ALL"),
        ]
    )
    return sql.replace(old, new, chance.choice([1, 9]))


def _long(chance: Random, sql: str) -> str:
    longer = [sql + " " * 3000, f"{sql} -- {'x' * 3000}", f"{sql} /* {'(;' * 500} */", f"{'(' * 40}{sql}{')' * 40}"]
    return chance.choice(longer)


TEXT: dict[str, Callable[[Random, str], str]] = {
    "case": _case,
    "blank": _blank,
    "comment": _comment,
    "tail": lambda chance, sql: sql + chance.choice(TAILS),
    "head": lambda chance, sql: chance.choice(HEADS) + sql,
    "piece": _piece,
    "left out": lambda chance, sql: _at_word(chance, sql, lambda a, b, c: a + c),
    "operators": lambda chance, sql: re.sub(r"([<>!])=", chance.choice([r"\1 =", r"\1  =", r"\1\n="]), sql),
    "quotes": _quotes,
    "distinct": _distinct,
    "cut short": lambda chance, sql: sql[: chance.randrange(len(sql) + 1)],
    "long": _long,
}


def result_mutations(columns: int) -> dict[str, Callable[[Random, str], str]]:
    """Ways to wrap a query of so many columns; `;` must not be in it."""
    names = [f"c{i}" for i in range(columns)]

    def selected(shown: Callable[[Random], list[str]], after: str = "") -> Callable[[Random, str], str]:
        def wrap(chance: Random, sql: str) -> str:
            return f"WITH q({', '.join(names)}) AS ({sql}) SELECT {', '.join(shown(chance))} FROM q{after}"

        return wrap

    def one_as(*forms: str) -> Callable[[Random], list[str]]:
        def shown(chance: Random) -> list[str]:
            form, changed = chance.choice(forms), chance.choice(names)
            return [form.format(name) if name == changed else name for name in names]

        return shown

    return {
        "columns permuted": selected(lambda chance: chance.sample(names, columns)),
        "columns drawn": selected(lambda chance: chance.choices(names, k=columns)),
        "a column more": selected(lambda chance: [*names, chance.choice(names)]),
        "cast": selected(one_as("CAST({} AS REAL)", "{} * 1.0", "{} + 0", "CAST({} AS TEXT)", "CAST({} AS BLOB)")),
        "value edited": selected(one_as("NULL", "upper({})", "abs({})", "nullif({}, 1)")),
        "ordered": lambda chance, sql: (
            f"SELECT * FROM ({sql}) ORDER BY {chance.randrange(columns) + 1} {chance.choice(['ASC', 'DESC'])}"
        ),
        "cut": lambda chance, sql: f"SELECT * FROM ({sql}) LIMIT {chance.choice([0, 1, 2, 5, -1])}",
        "set operation": lambda chance, sql: (
            f"{sql} {chance.choice(['UNION', 'UNION ALL', 'INTERSECT', 'EXCEPT'])} {sql}"
        ),
        "distinct rows": lambda chance, sql: f"SELECT DISTINCT * FROM ({sql})",
        "counted": selected(lambda chance: ["count(*)"]),
        "join": lambda chance, sql: sql.replace(
            " JOIN", chance.choice([" LEFT JOIN", " CROSS JOIN", " NATURAL JOIN", ","])
        ),
    }
