"""Tables: typing, keys, and the identity of content."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from t2s_pipeline.tables import TableColumn, TableError, key_column, output_table

SAMPLE = output_table(
    "sample",
    "For these tests.",
    [
        key_column("name", "A key."),
        TableColumn("count", pa.int64(), "A number.", nullable=False),
        TableColumn("tags", pa.list_(pa.string()), "A list."),
        TableColumn("seconds", pa.float64(), "A time.", volatile=True),
    ],
)


def rows(*names: str, seconds: float = 0.0) -> pa.Table:
    return SAMPLE.to_arrow(
        {"experiment": "e", "name": n, "count": len(n), "tags": [n], "seconds": seconds} for n in names
    )


def test_absent_nullable_columns_become_null() -> None:
    table = SAMPLE.to_arrow([{"experiment": "e", "name": "a", "count": 1}])
    assert table.to_pylist()[0]["tags"] is None
    SAMPLE.check(table)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"experiment": "e", "name": "a", "count": 1, "cuont": 2}, "cuont"),
        ({"experiment": "e", "name": None, "count": 1}, "name"),
        ({"experiment": "e", "name": "a"}, "count"),
        ({"experiment": "e", "name": "a", "count": "many"}, "count"),
    ],
)
def test_rows_that_do_not_fit_name_table_and_column(row: dict, named: str) -> None:
    with pytest.raises(TableError, match=f"sample.*{named}"):
        SAMPLE.to_arrow([row])


def test_a_repeated_key_is_refused() -> None:
    with pytest.raises(TableError, match="not unique"):
        SAMPLE.check(rows("a", "b", "a"))


def test_other_columns_are_refused() -> None:
    with pytest.raises(TableError, match="expected"):
        SAMPLE.check(rows("a").drop_columns(["tags"]))


def test_volatile_columns_are_not_part_of_the_identity() -> None:
    assert SAMPLE.digest(rows("a", seconds=1.0)) == SAMPLE.digest(rows("a", seconds=2.0))
    assert SAMPLE.digest(rows("a")) != SAMPLE.digest(rows("b"))


def test_other_words_in_a_description_are_the_same_content() -> None:
    reworded = replace(SAMPLE, columns=tuple(replace(c, description="In other words.") for c in SAMPLE.columns))
    table = reworded.to_arrow(rows("a").to_pylist())
    assert reworded.digest(table) == SAMPLE.digest(table) == SAMPLE.digest(rows("a"))


@given(st.lists(st.text(min_size=1), unique=True, max_size=12), st.integers(0, 11))
def test_identity_is_of_the_values_not_of_their_layout(names: list[str], start: int) -> None:
    whole = rows(*names)
    pieces = pa.concat_tables([whole.slice(0, start), whole.slice(start)])
    assert SAMPLE.digest(pieces) == SAMPLE.digest(whole)
    assert SAMPLE.digest(whole.slice(start)) == SAMPLE.digest(rows(*names[start:]))
