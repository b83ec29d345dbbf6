"""Questions and queries so plain that a data set may hold them word by word: "How many players are there?".

The corpus reads no data set, so it cannot look them up; it leaves out what is short, cites no value, and is made of
the word lists' own words alone. The same shapes are learnt on composed and invented names.
"""

from __future__ import annotations

import re
from functools import cache

from t2s_pipeline.nano.verbs import verb_words
from t2s_pipeline.nano.vocabulary import attributes, phrasings, plural, synonyms, words

MOST_WORDS = 7
MOST_NAMES = 2
_PIECE = re.compile(r"[a-z]+")
_SQL_WORDS = frozenset(
    """
    select distinct from where group by having order limit join on and or not in like between intersect union except
    count avg sum min max as asc desc t id code number
    """.split()
)


def is_plain(question: str, sql: str) -> bool:
    """Whether the question or its query could be anybody's."""
    cites = "'" in sql or re.search(r"[<>=] \d|BETWEEN", sql) is not None
    if cites:
        return False
    asked, names = _PIECE.findall(question.lower()), set(_PIECE.findall(_apart(sql).lower())) - _SQL_WORDS
    known = _known()
    return (len(asked) <= MOST_WORDS and all(w in known for w in asked)) or (
        len(names) <= MOST_NAMES and all(w in known for w in names)
    )


def _apart(sql: str) -> str:
    """CamelCase names taken apart."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", sql)


@cache
def _known() -> frozenset[str]:
    listed = {
        w for name in ("entities", "modifiers", "common") for group in words(name) for w in group.lower().split("_")
    }
    listed |= {part for attribute, _ in attributes() for part in attribute.split("_")}
    listed |= {part for others in synonyms().values() for other in others for part in other.split()}
    listed |= {plural(w) for w in listed}
    forms = " ".join(form for place in phrasings().values() for form in place).lower()
    small = "the a an of and for in each every all there are is many how what which s one do does"
    return frozenset(listed | verb_words() | set(_PIECE.findall(forms)) | set(small.split()))
