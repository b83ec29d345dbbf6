"""Where a double-quoted name that SQLite took for text stands: as a plain value, or where a column should be.

    SELECT "nome" FROM singer                       a column was meant
    SELECT 1 FROM singer WHERE name = "Joe"         a plain value: the custom of many, gold too

SQLite itself says which names it takes for text; here only the words around them are looked at, without parsing,
because it happens for thousands of candidates a second.

A plain value is compared with something that is no literal, in a list of values, a branch of CASE, an operand beside
something that is no literal, or an argument beside another that is none (`strftime("%Y", born)`). Everything else is
where a column should stand; so is text that reads `alias.column` with an alias of the query, and what the first
condition of a join compares with.

Not covered: a misspelt column on one side of a comparison with a real one, outside a join, counts as a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass

_TOKEN = re.compile(
    rb"--[^\n]*|/\*.*?(?:\*/|\Z)|\s+|(?P<text>[xX]?'(?:[^']|'')*')|(?P<name>\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\])|"
    rb"(?P<number>\d[\w.]*|\.\d\w*)|(?P<word>[A-Za-z_\x80-\xff][\w$\x80-\xff]*)|(?P<sign>\|\||<=|>=|<>|!=|==|<<|>>|->>?|.)",
    re.DOTALL,
)
_HINT = re.compile(r'^no such column: "(?P<name>.*)" - should this be a string literal', re.DOTALL)
_QUOTED = re.compile(rb'"(?:[^"]|"")*"')
_COMPARED = re.compile(
    r"'[^']*'|(?<![\w.$\x80-\U0010ffff])(?:WHERE|AND|OR|HAVING)\s+(?:\w+\.)?(?!NULL\b|TRUE\b|FALSE\b|CURRENT_)[a-z_]\w*\s*"
    r"(?:[<>!]?=|<>?|>|\b(?:NOT\s+)?LIKE)\s*\"[^\"'.]*\"",
    re.IGNORECASE | re.ASCII,
)
_OTHER_QUOTES = re.compile(r"--|/\*|[`\[]")
MOST_NAMES = 32
_COMPARE = frozenset("= == <> != < > <= >= LIKE GLOB REGEXP MATCH IS IN BETWEEN".split())
_ARITHMETIC = frozenset("|| + - * / % & | << >>".split())
_NO_FUNCTION = _COMPARE | frozenset(
    "AND OR NOT WHERE ON HAVING SELECT DISTINCT ALL FROM JOIN BY WHEN THEN ELSE CASE AS VALUES EXISTS UNION INTERSECT "
    "EXCEPT USING LIMIT OFFSET WITH".split()
)
_LITERAL_WORDS = frozenset({"NULL", "TRUE", "FALSE", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP"})
_VALUE_AFTER = frozenset({"THEN", "ELSE", "WHEN", "ESCAPE"})
_QUALIFIED = re.compile(r"\w+(?=\.\w+$)")


@dataclass(frozen=True)
class _Token:
    """`word` is upper case, and empty for names in quotes; `literal` also for a quoted name that is text."""

    start: int
    word: str
    literal: bool
    name: str


def plainly_compared(sql: str) -> bool:
    """Whether every name in double quotes is a plain value, if text at all, for all to see: `WHERE name = "Joe"`.

    Most are. False says nothing: it takes SQLite to tell.
    """
    return not _OTHER_QUOTES.search(sql) and '"' not in _COMPARED.sub("", sql)


def any_misplaced(sql: str, refusal: Callable[[str], tuple[str, int]]) -> bool:
    """Whether a quoted name of `sql` that is taken for text stands where a column should.

    `refusal` gives SQLite's message and byte offset for a text in which such names are not taken for text, ("", -1)
    where it compiles. It is asked again with the name made a text of the same length, at most MOST_NAMES times.
    """
    text, places = sql.encode("utf-8"), set()
    while len(places) < MOST_NAMES:
        message, offset = refusal(text.decode("utf-8"))
        hint = _HINT.match(message)
        place = _place(text, hint["name"].encode("utf-8"), offset) if hint else -1
        if place < 0:
            break
        places.add(place)
        length = len(_QUOTED.match(text, place).group())
        text = text[:place] + b"'" + b"x" * (length - 2) + b"'" + text[place + length :]
    return bool(places) and _stands_for_column(sql.encode("utf-8"), places)


def _place(text: bytes, name: bytes, offset: int) -> int:
    """Where the quoted name begins: at SQLite's offset, or, as it loses that of a join's condition, its first place."""
    quoted = b'"' + name.replace(b'"', b'""') + b'"'
    if offset >= 0 and text.startswith(quoted, offset):
        return offset
    found = (match.start() for match in _TOKEN.finditer(text) if match.group() == quoted)
    return next(found, -1)


def _stands_for_column(sql: bytes, places: Set[int]) -> bool:
    tokens = _tokens(sql, places)
    names = {t.name.lower() for t in tokens if t.name and not t.literal}
    return any(_misplaced(tokens, index, names) for index, t in enumerate(tokens) if t.literal and t.start in places)


def _tokens(sql: bytes, places: Set[int]) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(sql):
        if match.lastgroup is None:
            continue
        text = match.group().decode("utf-8", "replace")
        quoted = match.lastgroup == "name"
        word = "" if quoted or match.lastgroup == "text" else text.upper()
        literal = match.lastgroup in ("text", "number") or word in _LITERAL_WORDS or match.start() in places
        name = text[1:-1] if quoted else text if match.lastgroup == "word" and word not in _NO_FUNCTION else ""
        found.append(_Token(match.start(), word, literal, name))
    return found


def _misplaced(tokens: list[_Token], index: int, names: set[str]) -> bool:
    qualifier = _QUALIFIED.match(tokens[index].name)
    if qualifier and qualifier.group().lower() in names:
        return True
    first, last = _without_parentheses(tokens, index)
    before, after = _word(tokens, first - 1), _word(tokens, last + 1)
    if before in _COMPARE or (before == "NOT" and _word(tokens, first - 2) == "IS"):
        end = first - 2 - (before == "NOT")
        return _literal_ends(tokens, end) or (before == "=" and _begins_join(tokens, end))
    if before == "AND" and _word(tokens, first - 3) == "BETWEEN":
        return _literal_ends(tokens, first - 4)
    if after in _COMPARE or (after == "NOT" and _word(tokens, last + 2) in _COMPARE):
        return _literal_begins(tokens, last + 1)
    if before in _ARITHMETIC or after in _ARITHMETIC:
        return _is_literal(tokens, first - 2 if before in _ARITHMETIC else last + 2)
    if before in _VALUE_AFTER or before == "BY":
        return before == "BY"
    opening = _opening(tokens, first)
    owner = _word(tokens, opening - 1) if opening is not None else ""
    if opening is None or _word(tokens, opening + 1) in ("SELECT", "WITH"):
        return True
    if owner == "IN":
        return _literal_ends(tokens, opening - 2 - (_word(tokens, opening - 2) == "NOT"))
    if owner and owner not in _NO_FUNCTION and owner.isidentifier():
        return _only_literals(tokens, opening)
    return True


def _without_parentheses(tokens: list[_Token], index: int) -> tuple[int, int]:
    """The literal with the parentheses right around it that belong to no function and no list."""
    first = last = index
    while _word(tokens, first - 1) == "(" and _word(tokens, last + 1) == ")":
        owner = _word(tokens, first - 2)
        if owner == "IN" or (owner.isidentifier() and owner not in _NO_FUNCTION):
            break
        first, last = first - 1, last + 1
    return first, last


def _word(tokens: list[_Token], index: int) -> str:
    return tokens[index].word if 0 <= index < len(tokens) else ""


def _is_literal(tokens: list[_Token], index: int) -> bool:
    return 0 <= index < len(tokens) and tokens[index].literal


def _literal_ends(tokens: list[_Token], index: int) -> bool:
    """Whether the operand whose last token is at `index` (a NOT before the operator passed over) is a literal alone."""
    index -= _word(tokens, index) == "NOT"
    return _is_literal(tokens, index) and _word(tokens, index - 1) not in _ARITHMETIC


def _literal_begins(tokens: list[_Token], index: int) -> bool:
    """Whether the operand after the operator at `index`, or the first of its list, is a literal alone."""
    while _word(tokens, index) in _COMPARE or _word(tokens, index) in ("NOT", "("):
        index += 1
    return _is_literal(tokens, index) and _word(tokens, index + 1) not in _ARITHMETIC


def _begins_join(tokens: list[_Token], end: int) -> bool:
    """Whether the name that ends at `end` is the first after ON."""
    qualified = _word(tokens, end - 1) == "."
    return _word(tokens, end - (3 if qualified else 1)) == "ON"


def _opening(tokens: list[_Token], index: int) -> int | None:
    """Where the innermost parenthesis around `index` opens."""
    depth = 0
    for place in range(index - 1, -1, -1):
        depth += (tokens[place].word == ")") - (tokens[place].word == "(")
        if depth < 0:
            return place
    return None


def _only_literals(tokens: list[_Token], opening: int) -> bool:
    """Whether the arguments after `opening` name no column, function or subquery."""
    depth = 0
    for token in tokens[opening:]:
        depth += (token.word == "(") - (token.word == ")")
        if depth == 0:
            break
        if not token.literal and (token.name or token.word == "SELECT"):
            return False
    return True
