"""Which term of a query stands for which term of the gold: equal ones first, then the most alike.

pair_terms(gold_terms, sql_terms).pairs      # (Pair(gold=age > 30, sql=age > 20),)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from t2s_pipeline.sql.shape import Term, TermKind


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
    """Each term is in at most one pair. Equal terms are left out; of the rest the most alike pairs come first."""
    ours, theirs = Counter(gold), Counter(sql)
    missing, extra = list((ours - theirs).elements()), list((theirs - ours).elements())
    scored = sorted(
        ((likeness(g, s), i, j) for i, g in enumerate(missing) for j, s in enumerate(extra)),
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


def likeness(gold: Term, sql: Term) -> int:
    """0 where neither can stand for the other; else the more they share, the more."""
    score = 0
    if gold.columns and sql.columns:
        score += 4 * (sorted(gold.columns) == sorted(sql.columns)) + 2 * bool(set(gold.columns) & set(sql.columns))
    literals = [[t.value for t in term.of_kind(TermKind.LITERAL)] for term in (gold, sql)]
    score += 2 * bool(literals[0] and literals[0] == literals[1])
    queries = [len(term.of_kind(TermKind.QUERY)) for term in (gold, sql)]
    score += 2 * bool(queries[0] and queries[0] == queries[1])
    if _bare(gold) or _bare(sql):  # selected columns: one for another, or under an aggregate
        return score + 1
    return score + (score > 0) * (gold.value == sql.value)


def _bare(term: Term) -> bool:
    return term.kind is not TermKind.COMPARE


def renamed(term: Term, names: Mapping[str, str]) -> Term:
    """The term with its columns under other names; subqueries are left as they are."""
    if term.kind is TermKind.COLUMN:
        return replace(term, value=names.get(term.value, term.value))
    return replace(term, parts=tuple(renamed(part, names) for part in term.parts)) if term.parts else term
