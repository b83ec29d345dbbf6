"""The types and columns that several tables share."""

from __future__ import annotations

import pyarrow as pa

from t2s_pipeline.tables import TableColumn as Column
from t2s_pipeline.tables import key_column

TEXT, INT, REAL, FLAG = pa.string(), pa.int64(), pa.float64(), pa.bool_()
NAMES = pa.list_(pa.string())
TIME = pa.timestamp("us", tz="UTC")

#: The figures of a report's row: cases counted of cases looked at, with their share and its interval.
COUNTED = [
    Column("numerator", INT, "Cases counted.", nullable=False),
    Column("denominator", INT, "Cases looked at.", nullable=False),
    Column("value", REAL, "Their ratio; null where the denominator is 0."),
    Column("interval_low", REAL, "Lower end of the 95 % interval (Wilson)."),
    Column("interval_high", REAL, "Upper end of the 95 % interval (Wilson)."),
]

#: The figures of a row that sets two side by side on the same examples.
PAIRED = [
    Column("both_right", INT, "Examples that both get right."),
    Column("fixed", INT, "Examples that only the second gets right."),
    Column("broken", INT, "Examples that only the first gets right."),
    Column("both_wrong", INT, "Examples that none gets right."),
    Column("numerator", INT, "Fixed less broken.", nullable=False),
    Column("denominator", INT, "Examples that both answered.", nullable=False),
    Column("value", REAL, "Their ratio: the second's accuracy less the first's."),
    Column("interval_low", REAL, "Lower end of its 95 % interval (Newcombe's method 10)."),
    Column("interval_high", REAL, "Upper end of its 95 % interval (Newcombe's method 10)."),
    Column("bootstrap_low", REAL, "Lower end of its 95 % bootstrap interval, databases drawn; null with one."),
    Column("bootstrap_high", REAL, "Upper end of its 95 % bootstrap interval, likewise."),
    Column("p_value", REAL, "Two-sided exact McNemar test that the two are equally good."),
]

EXAMPLE_ID = key_column("example_id", "Dataset, split and row, e.g. `spider/dev/00017`.")
DATABASE_ID = Column("database_id", TEXT, "Dataset and database, e.g. `spider/concert_singer`.", nullable=False)
SPLIT = Column("split", TEXT, "`train`, `train_holdout` or `dev`.", nullable=False)
