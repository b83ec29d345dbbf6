"""The error of data that cannot be used."""

from __future__ import annotations

from t2s_pipeline.errors import T2sError


class DatasetError(T2sError, ValueError):
    """A data set that cannot be used; the message names the file, the row where there is one, and the remedy."""
