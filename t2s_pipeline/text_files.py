"""Text files that users give, read whole: UTF-8, with a byte order mark or without.

    text = read_text(Path("pred.txt"), "predictions", PredictionFileError)

What is no such text is an error of the caller's class that names the file and says what to do: a file that is not
there or may not be read, one that is packed, one in another encoding. What the text means is the caller's business.
"""

from __future__ import annotations

from pathlib import Path

from t2s_pipeline.errors import T2sError

_MARKS = (
    (b"\x1f\x8b", "is packed with gzip; unpack it first (gunzip)"),
    (b"PK\x03\x04", "is a zip archive; unpack it first"),
    (b"BZh", "is packed with bzip2; unpack it first (bunzip2)"),
    (b"\xfd7zXZ\0", "is packed with xz; unpack it first (unxz)"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd; unpack it first (unzstd)"),
    (b"PAR1", "is Parquet, not text; name a text, .json or .jsonl file"),
    (b"\xff\xfe", "is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"),
    (b"\xfe\xff", "is UTF-16; convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"),
)


def read_text(path: Path, what: str, error_class: type[T2sError]) -> str:
    """The text of a file of `what`, without a byte order mark. Raises `error_class` as the module says."""
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise error_class(f"{path}: {reason}: name an existing file of {what} that may be read") from error
    for mark, said in _MARKS:
        if data.startswith(mark):
            raise error_class(f"{path}: {said}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise error_class(f"{path}:{line}: not UTF-8 ({error.reason}); save the file as UTF-8") from error
