"""Which texts are the same query to SQLite and to every match rule, so that one run answers for all of them.

    query_key("select name from t where a=1") == query_key("SELECT  name\\nFROM t WHERE a = 1;")

Different systems, and samples of one model, write the same tokens with other blanks and in other case. Only what is
certain to make no difference is folded: blanks between tokens, ASCII case outside of quotes, one semicolon at the end.
What SQLite shows of the text itself, the names of columns that are expressions, stays as it is written. A text with
anything out of the ordinary has no key: comments, brackets, several statements, characters beyond ASCII, subqueries
that columns are selected from, backslashes (sqlparse takes a quote after one for a part of the text), and what the
official rule edits or splits a text by. Outcomes with an error are not
to be shared: SQLite's messages quote the text.
"""

from __future__ import annotations

import re

MAX_CHARACTERS = 2_000

_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
_QUOTE = "'"  # stands for each quoted text among the rest
_TOUCHING_QUOTE = re.compile(r"'(?:(?<=\w')|[\w'])", re.ASCII)
_MARKS = [(mark, f" {mark} ") for mark in ",()=<>+-*/"]
_UNUSUAL_CHARACTER = re.compile(r"[^\t\n\r %&'()*+,\-./0-9<=>!A-Z_a-z|~]")  # of names, parameters and escapes
_PARTED_OPERATOR = re.compile(r"[-+*/%<>=!|&~]\s+[-+/%<>=!|&~]", re.ASCII)
_EXPONENT = re.compile(r"e[-+](?<=[0-9.]e.)")
_UNUSUAL_PLACES = [p.search for p in (_UNUSUAL_CHARACTER, _TOUCHING_QUOTE, _PARTED_OPERATOR, _EXPONENT)]
# Comments; names that columns have beside their own; subqueries to select from, once folded.
_UNUSUAL_TEXTS = ("- -", "/ *", "rowid", ".oid", "current_", "from (", "join (", ", ( select")
# Words that end statements, and by which columns get other names.
_UNUSUAL_WORDS = frozenset("go begin end case with using natural oid null true false curdate".split())
_SELECTED = re.compile(r"select\s(.*?)\sfrom\s", re.IGNORECASE | re.DOTALL)
_COLUMN = re.compile(r"\s*(?:distinct\s+)?(?:\w+\.)?(?:\w+|\*)\s*", re.IGNORECASE | re.ASCII)


def query_key(sql: str) -> tuple[str, ...] | None:
    """Equal for texts that are the same query and show the same column names. None: the text is its own key."""
    text = sql.strip(" \t\n\r")
    if text.endswith(";"):
        text = text[:-1]
    selected = _SELECTED.match(text)
    if selected is None or len(sql) > MAX_CHARACTERS or "value" in text or "\\" in text:
        return None
    shown = selected.group(1)
    if shown.count("(") != shown.count(")") or "'" in shown or '"' in shown:
        return None
    parts = _QUOTED.split(text) if "'" in text or '"' in text else [text]
    outside = _QUOTE.join(parts[::2]).lower()
    if any([unusual(outside) for unusual in _UNUSUAL_PLACES]):
        return None
    spaced = outside
    for mark, spaced_mark in _MARKS:
        spaced = spaced.replace(mark, spaced_mark)
    tokens = spaced.split()
    folded = " ".join(tokens)
    if not _UNUSUAL_WORDS.isdisjoint(tokens) or any([unusual in folded for unusual in _UNUSUAL_TEXTS]):
        return None
    written = [] if _COLUMN.fullmatch(shown) else [item for item in shown.split(",") if not _COLUMN.fullmatch(item)]
    return (folded, *parts[1::2], "", *written)
