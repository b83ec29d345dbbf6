"""The rules by which a candidate's result may count as gold's: what each runs, compares, and gets wrong.

    MatchRule("bird")                     # names as in configurations and tables
    verdict.correct(MatchRule.BIRD)       # True, False, or None: undecided, no gold, or not asked for

`official`: Spider's, test-suite-sql-eval with its defaults.
    Runs: both texts with `> =` joined, every token `distinct` dropped, the first statement only, `YEAR(CURDATE())` as
    2020; in predictions "value" becomes "1". Compares: some one permutation of the predicted columns makes the rows
    equal, as a list where gold's text contains `order by`, else as a multiset; 1 equals 1.0, text never a number.
    Known faults: DISTINCT costs nothing; "value" is damaged inside names; an `order by` of a subquery or a literal
    makes order count, ties included; (1, 10) and (1.0, 10) are refused; empty results are equal whatever their columns.
`strict`: the same with `keep_distinct`.
    Runs: the whole text, with `> =` joined and the year fixed. Compares as `official`. Known faults: of comparison.
`plug_value`: `official` with the option of that name, for models that predict no values.
    Runs: the prediction, then every way to put gold's values into its value slots (`plug_value.py`). Compares as
    `official`; one pass is enough. Known faults: types are not looked at, LIMITs count as values, so that a wrong
    value is never an error. Costs up to `PLUG_VALUE_TRIES` runs a candidate: only on request.
`execution_guided`: the execution-guided post-training reference, as published.
    Runs: texts that begin with SELECT or WITH; the candidate's white space is made single blanks, which can change a
    literal and extends a line comment to the end. Compares: columns in order, rows sorted by their JSON text; floats
    rounded to 6 places, text stripped, blobs as text. Known faults: rows of 1, 2, 10 and of 1.0, 2.0, 10.0 sort apart
    and are refused; order is ignored; NULL equals the text "<NULL>".
`bird`: BIRD's own evaluation script.
    Runs: both texts as written. Compares: sets of rows, columns in order. Known faults: order and duplicates are
    ignored.
`star`: the STaR self-improvement reference.
    Runs: both texts as written, the first 50,000 rows. Compares: sets of rows, each row sorted, its values as
    lower-cased and stripped text. Known faults: duplicates, order, case and which column a value is in are ignored,
    and yet 1 is not 1.0.

The last three read text as UTF-8 and fail where it is not: a candidate is then wrong, and nothing can be judged by such
a gold. A candidate without SQL is wrong by every rule (BIRD's script takes the empty text for an empty result).

Sources: `official`, `strict`, `plug_value`: test-suite-sql-eval, commit e97acc5, its `exec_eval.py` and `parse.py`,
against which they are tested. The others are written from descriptions of what those systems do.
"""

from __future__ import annotations

from enum import StrEnum


class MatchRule(StrEnum):
    OFFICIAL = "official"
    STRICT = "strict"
    EXECUTION_GUIDED = "execution_guided"
    BIRD = "bird"
    STAR = "star"
    PLUG_VALUE = "plug_value"

    @property
    def field(self) -> str:
        """The name of its answer in a verdict and in tables."""
        return f"correct_{self.value}"
