"""What untrusted SQL may do: the limits, and the list of functions it may call.

One `SandboxPolicy` governs one verification; it is part of a verdict's fingerprint. The defaults let every
gold query of Spider's train and dev splits run (proved by a test); SQLite's own suggestions for hostile
input (https://www.sqlite.org/security.html) are too tight for the benchmark.

Not covered: what a hostile *database file* may do. Databases are the user's own data; the connection is
opened defensively all the same (`execute.py`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class SandboxPolicy:
    """Limits of one execution, and of the worker process that holds it.

    `timeout_seconds` is wall clock (of a machine that gives the query a core: see `progress.overdue`), by SQLite's
    progress handler inside the process, and
    `kill_grace_seconds` later by SIGKILL from outside. `max_rows` and `max_bytes` (cells' text and blobs,
    plus 32 bytes a cell) bound what is fetched: the rest is cut and the execution marked `truncated`.
    `memory_mb` bounds what the worker may map above its own start-up size; SQLite's heap gets half of it.
    `reverse_scans` makes SQLite read tables backwards where nothing asks for an order: a way to see whether a result
    depends on it.
    """

    timeout_seconds: float = 5.0
    kill_grace_seconds: float = 0.25
    max_rows: int = 100_000
    max_bytes: int = 32 * MEGABYTE
    memory_mb: int = 512
    max_value_bytes: int = 1_000_000
    max_sql_bytes: int = 100_000
    max_columns: int = 1_000
    max_expression_depth: int = 500
    max_compound_selects: int = 100
    max_vdbe_ops: int = 250_000
    max_function_arguments: int = 100
    max_pattern_bytes: int = 1_000
    open_files: int = 64
    warm_connections: int = 24
    reverse_scans: bool = False

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if type(value) is not bool and value <= 0:
                raise ValueError(f"sandbox policy: {name} must be positive, not {value}")
        if self.warm_connections + 16 > self.open_files:
            raise ValueError("sandbox policy: open_files must exceed warm_connections by at least 16")


# Everything that is a pure function of its arguments. Left out on purpose: random, randomblob (not
# deterministic); zeroblob (memory); load_extension, fts3_tokenizer and the other extension functions;
# changes, last_insert_rowid, total_changes; sqlite_version and its kin (they tell the build apart).
# The date functions stay: the clock they read is a fixed one (`clock.py`).
_FUNCTIONS = """
    abs char coalesce concat concat_ws format glob hex if ifnull iif instr length like likelihood likely
    lower ltrim max min nullif octet_length printf quote replace round rtrim sign soundex substr substring
    trim typeof unhex unicode unistr unistr_quote unlikely upper
    avg count group_concat median percentile percentile_cont percentile_disc string_agg sum total
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch
    acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi
    pow power radians sin sinh sqrt tan tanh trunc
    -> ->> json json_array json_array_length json_error_position json_extract json_group_array
    json_group_object json_insert json_object json_patch json_pretty json_quote json_remove json_replace
    json_set json_type json_valid
"""
ALLOWED_FUNCTIONS: frozenset[str] = frozenset(_FUNCTIONS.split())

# Table-valued functions that read nothing but their arguments.
ALLOWED_TABLE_FUNCTIONS: frozenset[str] = frozenset({"json_each", "json_tree"})
