"""What must always hold, as errors. An invariant is a function that raises InvariantError where the data is read;
the Dagster check of the same name calls the same function to show it.
"""

from __future__ import annotations

from t2s_pipeline.errors import T2sError


class InvariantError(T2sError, ValueError):
    """Something that must always hold does not; the message names the rows and what to look at."""
