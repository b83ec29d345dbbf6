"""The base of every error that a user can mend. The command line shows these as one line, all others as a traceback."""

from __future__ import annotations


class T2sError(Exception):
    """Something is not as it must be; the message names the file or the row, and the remedy."""
