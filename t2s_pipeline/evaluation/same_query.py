"""Which texts are the same query to SQLite and to every match rule, so that one run answers for all of them.

    query_key("select name from t where a=1") == query_key("SELECT  name\\nFROM t WHERE a = 1;")

Different systems, and samples of one model, write the same tokens with other blanks and in other case. Only what is
certain to make no difference is folded: blanks between tokens, ASCII case outside of quotes, one semicolon at the end.
What SQLite shows of the text itself, the names of columns that are expressions, stays as it is written. A text with
anything out of the ordinary has no key: comments, brackets, several statements, characters beyond ASCII, subqueries
that columns are selected from, and what the official rule edits or splits a text by. Outcomes with an error are not
to be shared: SQLite's messages quote the text.
"""

from __future__ import annotations

import re

MAX_CHARACTERS = 2_000

_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")
_QUOTE = "'"  # stands for each quoted text among the rest
_MARKS = [(mark, " " + mark, mark + " ") for mark in ",()=<>"]
# Marks of comments, names, parameters and escapes; operators that a blank parts; numbers with an exponent.
_UNUSUAL_MARK = re.compile(
    r"[^\t\n\r -&(-Z_a-z|~]|[;:?@#$]|--|/\*|[-+*/%<>=!|&~]\s+[-+/%<>=!|&~]|[0-9]\.?e[-+]", re.ASCII
)
_TOUCHING_QUOTE = re.compile(r"\w'|'[\w']", re.ASCII)
# Words that end statements, and by which columns get other names; subqueries to select from.
_WORDS = ("go begin end case with using natural rowid oid _rowid_ null true false curdate").split()
_UNUSUAL_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)}|current_\w+|from\(|join\(|,\(select)", re.ASCII)
_SELECTED = re.compile(r"select\s(.*?)\sfrom\s", re.IGNORECASE | re.DOTALL)
_COLUMN = re.compile(r"\s*(?:distinct\s+)?(?:\w+\.)?(?:\w+|\*)\s*", re.IGNORECASE | re.ASCII)


def query_key(sql: str) -> tuple[str, ...] | None:
    """Equal for texts that are the same query and show the same column names. None: the text is its own key."""
    text = sql.strip(" \t\n\r")
    if text.endswith(";"):
        text = text[:-1]
    selected = _SELECTED.match(text)
    if selected is None or len(sql) > MAX_CHARACTERS or "value" in text:
        return None
    shown = selected.group(1)
    if shown.count("(") != shown.count(")") or "'" in shown or '"' in shown:
        return None
    parts = _QUOTED.split(text)
    outside = _QUOTE.join(parts[::2]).lower()
    if _UNUSUAL_MARK.search(outside.replace(_QUOTE, "0")) or (len(parts) > 1 and _TOUCHING_QUOTE.search(outside)):
        return None
    folded = " ".join(outside.split())
    for mark, blank_before, blank_after in _MARKS:
        folded = folded.replace(blank_before, mark).replace(blank_after, mark)
    if _UNUSUAL_WORD.search(folded):
        return None
    written = [] if _COLUMN.fullmatch(shown) else [item for item in shown.split(",") if not _COLUMN.fullmatch(item)]
    return (folded, *parts[1::2], "", *written)
