"""Which tables of a database a prompt shows for a question.

    TableRetriever(schema).retrieve("Show the name of the youngest singer.", "bm25", top_k=6)
    retrieve(schema, question, "bm25_fk", top_k=6, fk_hops=1)         # the same, for one question

Modes, after the execution-guided reference (`full` is its baseline, `retrieved` its default):

- `full`: every table, in the database's order.
- `retrieved`: 3 for every word that question and table share, 1 for every soft hit (two different words of
  at least four letters, one inside the other: `singer` in `singers`). A table's words are those of its name
  and of its columns' names, split at `_`.
- `bm25`: BM25 over the same words (k1 1.5, b 0.75), plus 0.15 for every soft hit.
- `bm25_fk`: the tables of `bm25`, then those that foreign keys reach from them in at most `fk_hops` steps, in
  either direction. These come on top of `top_k`: a table that only joins two others shares no word with the
  question.

Tables with no positive score are left out unless all are. A `top_k` of 0, or of the number of tables or more,
shows all.
Not covered: values in the database, synonyms, embeddings. The gold is never looked at.
"""

from __future__ import annotations

import math
import re
from typing import Literal

from t2s_pipeline.schema.catalog import DatabaseSchema, Table

RetrievalMode = Literal["full", "retrieved", "bm25", "bm25_fk"]

OVERLAP_WEIGHT = 3.0
BM25_SOFT_WEIGHT = 0.15
SOFT_HIT_LETTERS = 4
BM25_K1, BM25_B = 1.5, 0.75

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Lower-case runs of letters and digits; `_` separates."""
    return _WORD.findall(text.lower())


def has_choice(table_count: int, mode: RetrievalMode, top_k: int) -> bool:
    """Whether `mode` may leave a table of a database of `table_count` tables out."""
    return mode != "full" and 0 < top_k < table_count


class TableRetriever:
    """Ranks the tables of one database; built once, asked for every question on it."""

    def __init__(self, schema: DatabaseSchema) -> None:
        self._names = tuple(table.name for table in schema.tables)
        self._words = [_table_words(table) for table in schema.tables]
        self._neighbours = _neighbours(schema)
        self._bm25 = _bm25_index(self._words)

    def retrieve(self, question: str, mode: RetrievalMode, top_k: int = 6, fk_hops: int = 1) -> tuple[str, ...]:
        """Names of the tables to show, best first; equal scores stay in the database's order."""
        if mode == "full":
            return self._names
        scores = self._overlap_scores(question) if mode == "retrieved" else self._bm25_scores(question)
        ranked = sorted(range(len(scores)), key=lambda i: -scores[i])
        if not has_choice(len(self._names), mode, top_k):
            return tuple(self._names[i] for i in ranked)
        positive = [i for i in ranked if scores[i] > 0]
        chosen = (positive or ranked)[:top_k]
        if mode == "bm25_fk":
            chosen = self._with_neighbours(chosen, fk_hops)
        return tuple(self._names[i] for i in chosen)

    def _overlap_scores(self, question: str) -> list[float]:
        asked = set(words(question))
        return [OVERLAP_WEIGHT * len(asked & set(table)) + _soft_hits(asked, set(table)) for table in self._words]

    def _bm25_scores(self, question: str) -> list[float]:
        asked = words(question)
        base = self._bm25.get_scores(asked) if self._bm25 else [0.0] * len(self._words)
        soft = [_soft_hits(set(asked), set(table)) for table in self._words]
        return [float(score) + BM25_SOFT_WEIGHT * hits for score, hits in zip(base, soft, strict=True)]

    def _with_neighbours(self, seeds: list[int], hops: int) -> list[int]:
        """`seeds`, then what a breadth-first walk over foreign keys reaches from them in `hops` steps."""
        reached, frontier = dict.fromkeys(seeds), seeds
        for _ in range(min(hops, len(self._names))):
            frontier = [n for i in frontier for n in self._neighbours[i] if n not in reached]
            reached.update(dict.fromkeys(frontier))
        return list(reached)


def retrieve(
    schema: DatabaseSchema, question: str, mode: RetrievalMode, top_k: int = 6, fk_hops: int = 1
) -> tuple[str, ...]:
    """The tables of `schema` to show for `question`, best first; see the module."""
    return TableRetriever(schema).retrieve(question, mode, top_k, fk_hops)


def _table_words(table: Table) -> list[str]:
    return [word for name in (table.name, *(c.name for c in table.columns)) for word in words(name)]


def _soft_hits(asked: set[str], table: set[str]) -> int:
    """Pairs of different words, both of at least four letters, of which one holds the other."""
    long_asked = [word for word in asked if len(word) >= SOFT_HIT_LETTERS]
    long_table = [word for word in table if len(word) >= SOFT_HIT_LETTERS]
    return sum(a != t and (a in t or t in a) for a in long_asked for t in long_table)


def _neighbours(schema: DatabaseSchema) -> list[list[int]]:
    """For each table, by number, the tables that share a foreign key with it, in ascending order."""
    number = {table.name.lower(): i for i, table in enumerate(schema.tables)}
    linked: list[set[int]] = [set() for _ in schema.tables]
    for key in schema.foreign_keys:
        a, b = number.get(key.table.lower()), number.get(key.referenced_table.lower())
        if a is not None and b is not None and a != b:
            linked[a].add(b)
            linked[b].add(a)
    return [sorted(others) for others in linked]


def _bm25_index(documents: list[list[str]]):
    """A BM25 index, or None where no document holds a word.

    rank_bm25's own idf turns zero or negative for a word of half the documents or more, which in a
    database of a few tables is the rule: a matching table would lose against one without the word.
    Lucene's idf stays positive; on Spider dev at three tables it finds 683 of 723 gold tables,
    rank_bm25's 674.
    """
    from rank_bm25 import BM25Okapi

    if not any(documents):
        return None
    index = BM25Okapi(documents, k1=BM25_K1, b=BM25_B)
    for word in index.idf:
        frequency = sum(word in document for document in index.doc_freqs)
        index.idf[word] = math.log(1 + (index.corpus_size - frequency + 0.5) / (frequency + 0.5))
    return index
