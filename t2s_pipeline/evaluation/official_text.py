"""What the official evaluator does to a query's text before it runs it, to the character.

    official_prediction("SELECT DISTINCT market_value FROM t WHERE a > = 1; SELECT 2")
    -> "SELECT  market_1 FROM t WHERE a >= 1;"

It replaces "value" by "1" in predictions, joins `> =`, keeps the first statement, drops every token that
reads `distinct`, and takes `YEAR(CURDATE())` for 2020. Its tokens and statements are sqlparse's, which a base
installation has not: the table of token forms below is sqlparse 0.6's, cut down to what can move a token's
border or a statement's end, and a test holds the two against each other.

Token forms and splitting rules after sqlparse, Copyright (c) 2009-2020 the sqlparse authors and contributors,
BSD-3-Clause.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache

from t2s_pipeline.evaluation.statement_end import first_statement_tokens

CACHED_TEXTS = 20_000
_CURRENT_YEAR = re.compile(r"YEAR\s*\(\s*CURDATE\s*\(\s*\)\s*\)\s*", re.IGNORECASE)


def official_prediction(sql: str) -> str | None:
    """The text that the official rule runs for a prediction; None where it has no statement at all."""
    return _official_text(sql.replace("value", "1"))


def official_gold(sql: str) -> str | None:
    """The text that the official rule runs for a gold query; None where it has no statement at all."""
    return _official_text(sql)


def strict_text(sql: str) -> str:
    """The text that the strict rule runs, of a prediction or a gold query: as written, but for what
    `eval_exec_match` itself does with keep_distinct (`> =` joined, the current year fixed).

    "value" stays: replacing it is the official driver's doing, and no part of that rule.
    """
    return with_fixed_year(join_operators(sql))


def order_matters(gold_text: str) -> bool:
    """The official rule for whether rows must come in order, on a text as it runs: a plain substring."""
    return "order by" in gold_text.lower()


def join_operators(sql: str) -> str:
    return sql.replace("> =", ">=").replace("< =", "<=").replace("! =", "!=")


def with_fixed_year(sql: str) -> str:
    return _CURRENT_YEAR.sub("2020", sql) if "curdate" in sql.lower() else sql


@lru_cache(CACHED_TEXTS)
def _official_text(sql: str) -> str | None:
    text = first_statement_without_distinct(join_operators(sql))
    return None if text is None else with_fixed_year(text)


def first_statement_without_distinct(sql: str) -> str | None:
    """The first statement, without the tokens that read `distinct`. None where there is none."""
    if not sql or sql.isspace():
        return None
    semicolon = sql.find(";")
    nothing_to_cut = semicolon in (-1, len(sql) - 1) and "GO" not in sql
    if nothing_to_cut and "distinct" not in sql.lower():
        return sql
    if nothing_to_cut and not _SPECIAL.search(sql) and _QUOTES_CLOSED.fullmatch(sql):
        return _PLAIN_DISTINCT.sub(_quoted_alone, sql)
    return "".join(token for token in first_statement_tokens(_tokens(sql)) if token.lower() != "distinct")


# In a text without what is special, a word between blanks or parentheses is one token, unless it is quoted: no need to
# look at the others.
_SPECIAL = re.compile(
    r"--|/\*|[#$@:?\\`\[\x80-\U0010ffff]|%[s(]|(?i:with)'|(?<![\s(])(?i:distinct)|(?i:distinct)(?![\s(])", re.ASCII
)
_QUOTES_CLOSED = re.compile(r"""(?:[^'"]++|'[^']*'|"[^"]*")*+""")
_PLAIN_DISTINCT = re.compile(r"""'[^']*'|"[^"]*"|distinct""", re.IGNORECASE)


def _quoted_alone(match: re.Match[str]) -> str:
    return match.group() if match.group()[0] in "'\"" else ""


def first_statement_kinds(sql: str) -> list[tuple[str, str]]:
    """(kind, text) of each token of the first statement; the kinds are the groups of `_TOKEN`."""
    tokens = list(_tokens(sql))
    return tokens[: sum(1 for _ in first_statement_tokens(tokens))]


_LETTER = "A-ZÀ-Ü"
_TOKEN = re.compile(
    rf"""
      (?P<hint>     (?:--|\#[ ])\+ .*? (?:\r\n|\r|\n|$) )
    | (?P<comment>  (?:--|\#[ ]) .*? (?:\r\n|\r|\n|$) )
    | (?P<newline>  \r\n | \r | \n )
    | (?P<space>    \s )
    | (?P<symbol>   := | :: | `(?:``|[^`])*` | ´(?:´´|[^´])*´ | \? | %(?:\(\w+\))?s | (?<!\w)[$:?]\w+ | \\\w+ )
    | (?P<case>     CASE\b )
    | (?P<name>     (?:IN|VALUES|USING|FROM|AS)\b
                  | (?:@|\#\#|\#)[{_LETTER}]\w+ | [{_LETTER}]\w*(?=\s*\.(?!\d))
                  | (?<=\.)[{_LETTER}]\w* | [{_LETTER}]\w*(?=\() )
    | (?P<number>   -?0x[\dA-F]+ | -?\d+(?:\.\d+)?E-?\d+
                  | (?![_{_LETTER}])-?(?:\d+(?:\.\d*)|\.\d+)(?![_{_LETTER}])
                  | (?![_{_LETTER}])-?\d+(?![_{_LETTER}]) )
    | (?P<text>     '(?:''|\\'|[^'])*' | "(?:""|\\"|[^"])*" | "" | ".*?[^\\]" | (?<![\w\])])\[[^\]\[]+\] )
    | (?P<join>     (?: (?:LEFT\s+|RIGHT\s+|FULL\s+)?(?:INNER\s+|OUTER\s+|STRAIGHT\s+)?
                      | (?:CROSS\s+|NATURAL\s+)? )? JOIN\b )
    | (?P<end>      END(?:\s+IF|\s+LOOP|\s+WHILE|\s+FOR|\s+CASE)?\b )
    | (?P<phrase>   IF\s+(?:NOT\s+)?EXISTS\b | NOT\s+NULL\b | (?:ASC|DESC)(?:\s+NULLS\s+(?:FIRST|LAST))?\b
                  | NULLS\s+(?:FIRST|LAST)\b | UNION\s+ALL\b )
    | (?P<create>   CREATE(?:\s+OR\s+REPLACE)?\b )
    | (?P<phrase2>  DOUBLE\s+PRECISION\b | (?:GROUP|ORDER)\s+BY\b | PRIMARY\s+KEY\b | HANDLER\s+FOR\b )
    | (?P<go>       GO\s\d+\b )
    | (?P<phrase3>  LATERAL\s+VIEW\s+(?:EXPLODE|INLINE|PARSE_URL_TUPLE|POSEXPLODE|STACK)\b
                  | (?:AT|WITH')\s+TIME\s+ZONE\s+'[^']+'
                  | (?:NOT\s+)?(?:LIKE|ILIKE|RLIKE)\b | (?:NOT\s+)?REGEXP(?:\s+BINARY)?\b )
    | (?P<word>     \w[$\#\w]* )
    | (?P<mark>     [;:()\[\],.] )
    | (?P<operator> ->>? | \#>>? | @> | <@ | - | \#- | [<>=~!]+ | [+/@\#%^&|-]+ )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def _tokens(sql: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each token, in order; together they are `sql`."""
    spans = _DelimitedSpans(sql)
    position = 0
    while position < len(sql):
        end = spans.end_at(position)
        if end is not None:
            yield _span_kind(sql, position), sql[position:end]
            position = end
            continue
        match = _TOKEN.match(sql, position)
        if match is None:
            yield "other", sql[position]
            position += 1
        else:
            yield match.lastgroup or "", match.group()
            position = match.end()


def _span_kind(sql: str, position: int) -> str:
    if sql[position] == "$":
        return "text"
    return "hint" if sql.startswith("/*+", position) else "block"


class _DelimitedSpans:
    """Block comments and dollar-quoted literals: from an opener that a token may start at to its closer."""

    _COMMENT = "*/"

    def __init__(self, sql: str) -> None:
        self._openers: dict[int, tuple[int, str]] = {}
        self._closers: dict[str, tuple[list[int], list[int]]] = {}
        if "$" in sql:
            for match in _DOLLAR_QUOTE.finditer(sql):
                start, tag = match.start(), match.group(1)
                self._close(tag, start, start + len(tag))
                if _MAY_OPEN.match(sql, start):
                    self._openers[start] = (start + len(tag), tag)
        if "/*" in sql:
            for match in re.finditer(r"/\*\+?", sql):
                self._openers[match.start()] = (match.end(), self._COMMENT)
            for match in re.finditer(r"\*/", sql):
                self._close(self._COMMENT, match.start(), match.end())

    def _close(self, tag: str, start: int, end: int) -> None:
        starts, ends = self._closers.setdefault(tag, ([], []))
        starts.append(start)
        ends.append(end)

    def end_at(self, position: int) -> int | None:
        """Where the span that opens at `position` ends; None where none opens, or none closes it."""
        if position not in self._openers:
            return None
        opened, tag = self._openers[position]
        starts, ends = self._closers.get(tag, ([], []))
        i = bisect_left(starts, opened)
        return ends[i] if i < len(starts) else None


_DOLLAR_QUOTE = re.compile(rf"(?=(\$(?:[_{_LETTER}]\w*)?\$))", re.IGNORECASE)
_MAY_OPEN = re.compile(r'(?<![\w"$])')
