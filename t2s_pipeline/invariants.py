"""What must always hold, as errors. An invariant is a function that raises InvariantError where the data is read;
the Dagster check of the same name calls the same function to show it.
"""

from __future__ import annotations


class InvariantError(ValueError):
    """Something that must always hold does not; the message names the rows and what to look at."""
