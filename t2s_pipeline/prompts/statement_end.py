"""Where a SQL statement ends that starts at a place of a model's answer.

    end = statement_end(text, start, len(text))
    text[start:end.place]

It ends at a semicolon, at a mark that no SQL has (a closing code fence, `</s>`, `<|im_end|>`), or where prose goes on
(a heading, `Explanation:`, three plain words in a row that begin a line). Literals, quoted names and comments are
stepped over, so that none of these in one of them ends anything. Nothing here parses or judges SQL. The time taken is
linear in the text's length.
"""

from __future__ import annotations

import re
from typing import NamedTuple

GOES_ON = (
    "all|always|and|as|asc|autoincrement|between|by|case|cast|check|collate|constraint|cross|default|desc|distinct|else"
    "|end|escape|except|exists|filter|foreign|from|full|generated|glob|group|having|in|indexed|inner|intersect|is|isnull"
    "|join|key|left|like|limit|natural|not|notnull|null|nulls|offset|on|or|order|outer|over|partition|primary|range"
    "|references|right|rows|select|then|union|unique|using|values|when|where|window|with"
)
"""Words that a statement goes on with behind a name, for a regex: no SQL has three others in a row with space alone."""

PLAIN_WORD = rf"(?!(?:{GOES_ON})\b)[a-z]++(?:'[a-z]++)?\b"
_QUOTED = r"""'[^']*+(?:''[^']*+)*+' | "[^"]*+(?:""[^"]*+)*+" | `[^`]*+`"""
_COMMENT = r"--[^\n]*+ | /\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"
_OPEN = (
    r"""'[^']*+(?:''[^']*+)*+\Z | "[^"]*+(?:""[^"]*+)*+\Z | `[^`]*+\Z | /\*[^*]*+(?:\*(?!/)[^*]*+)*+\Z | --[^\n]*+\Z"""
)

# One step over a literal, a quoted name or a comment, or up to something that ends the statement.
_STEP = re.compile(
    rf"""(?P<open>{_OPEN})
    | (?P<end> ; | ``` | \n[ \t]*+~~~ | <\|[\w ]{{1,30}}+\|> | </\w{{1,30}}+> | \[/INST\]
        | <(?:think|thinking|answer|eos|end_of_turn)>
        | \n[ \t]*+(?:\*\*\S | \#{{1,6}}+[ \t]++\*{{0,2}}+(?-i:[A-Z]))
        | \n[ \t*#>]*+(?:Explanation|Reasoning|Answer|Note|Question|Schema|Result|Output|User|Human|Assistant
            |SQL(?:ite)?(?:[ ]query)?)[ \t*]*+:
        | \n[ \t]*+(?-i:(?=[A-Z])){PLAIN_WORD},?(?:[ ](?-i:(?=[a-z])){PLAIN_WORD}){{2}}
        | \n[ \t]*+\r?\n[ \t]*+(?-i:(?:This|The|It|Here|That|These)(?:'s)?[ ][a-z]
            | (?:In|With|As|On|Or|If|By|For|To)[ ,](?:this|the|these|that|you|we|other|order|short|summary)\b
            | Explanation\b ) )
    | (?P<quoted>{_QUOTED}) | \[[^\]\n]{{0,128}}+\] | {_COMMENT}""",
    re.IGNORECASE | re.VERBOSE,
)
_BEHIND_QUOTE = re.compile(r"[\s.,;:!?)}\]*]|\Z")
_THREE_WORDS = re.compile(rf"\b{PLAIN_WORD}(?:[ \t]++{PLAIN_WORD}){{2}}", re.IGNORECASE)
_STEPPED_OVER = re.compile(f"{_QUOTED} | {_COMMENT}", re.VERBOSE)
_FROM = re.compile(r"\bFROM\b", re.IGNORECASE)


class End(NamedTuple):
    """Where a statement ends, or the part of the text that was read; `open`: where in it a literal, a quoted name or a
    comment begins that does not end there."""

    place: int
    open: int | None = None


def statement_end(text: str, start: int, stop: int, inside: str = "") -> End:
    """The end of the statement that is being read at `start`, not beyond `stop`.

    `inside` is the quote that the whole statement stands in: its next one with space, punctuation or nothing behind it
    ends the statement.
    """
    for step in _STEP.finditer(text, start, stop):
        if step["end"] is not None:
            return End(step.start())
        if inside and step[0].startswith(inside) and _BEHIND_QUOTE.match(text, step.start() + 1, stop):
            return End(step.start())
        if step["open"] is not None:
            return End(stop, step.start())
    return End(stop)


def reads_like_prose(statement: str) -> bool:
    """Whether the text of a SELECT is more likely English: no FROM, a sentence's end, or three plain words in a row."""
    plain = _STEPPED_OVER.sub("", statement).rstrip()
    return not _FROM.search(plain) or plain.endswith((".", ":")) or _THREE_WORDS.search(plain) is not None
