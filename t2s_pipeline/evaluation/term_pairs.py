"""Which term of a query stands for which term of the gold: equal ones first, then the most alike.

pair_terms(gold_terms, sql_terms).pairs      # (Pair(gold=age > 30, sql=age > 20),)

Not covered: lists so long that more than `MOST_PAIRS` pairs would have to be looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from t2s_pipeline.sql.shape import Term, TermKind

MOST_PAIRS = 10_000
"""Of terms that differ, of one list of terms beside another: some tenths of a second at most."""


class TooManyTerms(Exception):
    """Which term stands for which cannot be told within `MOST_PAIRS`."""


@dataclass(frozen=True)
class Pair:
    """Two different terms that stand for each other."""

    gold: Term
    sql: Term


@dataclass(frozen=True)
class PairedTerms:
    """Terms that differ, and those of one side that nothing of the other stands for."""

    pairs: tuple[Pair, ...]
    missing: tuple[Term, ...]
    extra: tuple[Term, ...]


def pair_terms(gold: Sequence[Term], sql: Sequence[Term]) -> PairedTerms:
    """Each term is in at most one pair. Equal terms are left out; of the rest the most alike pairs come first.

    Raises TooManyTerms.
    """
    ours, theirs = Counter(gold), Counter(sql)
    missing, extra = list((ours - theirs).elements()), list((theirs - ours).elements())
    if len(missing) * len(extra) > MOST_PAIRS:
        raise TooManyTerms(f"{len(missing)} terms beside {len(extra)}")
    seen_missing, seen_extra = list(map(_Seen, missing)), list(map(_Seen, extra))
    scored = sorted(
        ((_likeness(g, s), i, j) for i, g in enumerate(seen_missing) for j, s in enumerate(seen_extra)),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    pairs: list[Pair] = []
    used_gold: set[int] = set()
    used_sql: set[int] = set()
    for score, i, j in scored:
        if score > 0 and i not in used_gold and j not in used_sql:
            pairs.append(Pair(missing[i], extra[j]))
            used_gold.add(i)
            used_sql.add(j)
    return PairedTerms(
        tuple(pairs),
        tuple(term for i, term in enumerate(missing) if i not in used_gold),
        tuple(term for j, term in enumerate(extra) if j not in used_sql),
    )


class _Seen:
    """What likeness looks at in a term, found once however many terms it is laid beside."""

    def __init__(self, term: Term) -> None:
        self.value = term.value
        self.sorted_columns = sorted(term.columns)
        self.columns = frozenset(self.sorted_columns)
        self.literals = [t.value for t in term.of_kind(TermKind.LITERAL)]
        self.queries = len(term.of_kind(TermKind.QUERY))
        self.bare = term.kind is not TermKind.COMPARE


def _likeness(gold: _Seen, sql: _Seen) -> int:
    """0 where neither can stand for the other; else the more they share, the more."""
    score = 0
    if gold.columns and sql.columns:
        same, shared = gold.sorted_columns == sql.sorted_columns, not gold.columns.isdisjoint(sql.columns)
        score += 4 * same + 2 * shared
    score += 2 * bool(gold.literals and gold.literals == sql.literals)
    score += 2 * bool(gold.queries and gold.queries == sql.queries)
    if gold.bare or sql.bare:  # selected columns: one for another, or under an aggregate
        return score + 1
    return score + (score > 0) * (gold.value == sql.value)


def renamed(term: Term, names: Mapping[str, str]) -> Term:
    """The term with its columns under other names; subqueries are left as they are."""
    if term.kind is TermKind.COLUMN:
        return replace(term, value=names.get(term.value, term.value))
    return replace(term, parts=tuple(renamed(part, names) for part in term.parts)) if term.parts else term
