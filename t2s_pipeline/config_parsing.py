"""TOML tables into frozen dataclasses, strictly: what a dataclass does not declare is an error with file and key.

What a value must be beyond its type is declared with the field, as the `Rule` of an `Annotated` type:

    shards: Count = 4                    # Count = Annotated[int, Rule("a whole number of 1 or more", ...)]
"""

from __future__ import annotations

import dataclasses
import math
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from t2s_pipeline.errors import T2sError

GOLD_VERIFIER = "gold"
"""What gold execution is called among the verifiers."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,99}\Z")
"""Of an experiment, or of what it has by name: files are called so."""
NAMES = "lower-case letters, digits and _, a letter first, at most 100 characters"
_CRON_ITEM = r"(\*|\d{1,2}(-\d{1,2})?|[A-Za-z]{3}(-[A-Za-z]{3})?)(/\d{1,2})?"
_CRON = re.compile(rf"{_CRON_ITEM}(,{_CRON_ITEM})*( +{_CRON_ITEM}(,{_CRON_ITEM})*){{4}}", re.ASCII)


class ConfigError(T2sError, ValueError):
    """A configuration that cannot be used; the message names the file and the key."""


@dataclass(frozen=True)
class Rule:
    """What a value must be beyond its type: in words, for the message, and as a test."""

    expected: str
    holds: Callable[[Any], bool]


Count = Annotated[int, Rule("a whole number of 1 or more", lambda n: n >= 1)]
CountOrNone = Annotated[int, Rule("a whole number of 0 or more", lambda n: n >= 0)]
Positive = Annotated[float, Rule("a number above 0", lambda x: x > 0)]
NotNegative = Annotated[float, Rule("a number of 0 or more", lambda x: x >= 0)]
Share = Annotated[float, Rule("a number from 0 to 1", lambda x: 0 <= x <= 1)]
ShareBelowOne = Annotated[float, Rule("a number from 0 to below 1", lambda x: 0 <= x < 1)]
PositiveShare = Annotated[float, Rule("a number above 0, up to 1", lambda x: 0 < x <= 1)]
Text = Annotated[str, Rule("text that is not empty", lambda text: text != "")]
Cron = Annotated[str, Rule("the five fields of a cron schedule", lambda text: _CRON.fullmatch(text) is not None)]


def check_types(cls: type, raw: Mapping[str, Any], file: Path, prefix: str = "") -> None:
    """Raise ConfigError unless every key of `raw` is a field of the dataclass `cls`, of its type and by its rule."""
    fields = typing.get_type_hints(cls, include_extras=True)
    for key, value in raw.items():
        where = f"{prefix}{key}"
        if key not in fields:
            raise ConfigError(f"{file}: unknown key {where!r}; known here: {', '.join(sorted(fields))}")
        _check_value(fields[key], value, file, where)


def _of_union(kind: Any, value: Any) -> Any:
    """Of "one, or a list of them" what the value is to be; any other type as it is."""
    if typing.get_origin(kind) not in (types.UnionType, typing.Union):
        return kind
    one, several = typing.get_args(kind)
    return several if isinstance(value, list) else one


def _check_value(kind: Any, value: Any, file: Path, where: str) -> None:
    kind = _of_union(kind, value)
    origin = typing.get_origin(kind)
    if origin is Annotated:
        _check_value(kind.__origin__, value, file, where)
        for rule in kind.__metadata__:
            _need(rule.holds(value), rule.expected, value, file, where)
    elif dataclasses.is_dataclass(kind):
        _need(isinstance(value, dict), kind.__name__, value, file, where)
        check_types(kind, value, file, f"{where}.")
    elif kind is Any:
        _need(_is_plain(value), "text, a number, true or false, or lists and tables of these", value, file, where)
    elif origin is dict:
        _need(isinstance(value, dict), "a table", value, file, where)
        for name, entry in value.items():
            if not NAME.match(name):
                raise ConfigError(f"{file}: {where}.{name}: names are {NAMES}")
            _check_value(typing.get_args(kind)[0], name, file, f"{where}.{name}")
            _check_value(typing.get_args(kind)[1], entry, file, f"{where}.{name}")
    elif origin is tuple:
        _need(isinstance(value, list), "a list", value, file, where)
        for number, entry in enumerate(value):
            _check_value(typing.get_args(kind)[0], entry, file, f"{where}[{number}]")
    elif origin is Literal:
        _need(value in typing.get_args(kind), " or ".join(map(repr, typing.get_args(kind))), value, file, where)
    elif kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        _need(number and math.isfinite(value), "a number", value, file, where)
    else:
        _need(
            type(value) is kind, {int: "a whole number", str: "text", bool: "true or false"}[kind], value, file, where
        )
        if kind is int:
            _need(value >= 0, "a whole number of 0 or more", value, file, where)


def _is_plain(value: Any) -> bool:
    """Whether a free value is one that JSON has: fingerprints are made of it."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | bool) or (isinstance(value, float) and math.isfinite(value))


def _need(fits: bool, expected: str, value: Any, file: Path, where: str) -> None:
    if not fits:
        raise ConfigError(f"{file}: {where} = {value!r}, expected {expected}")


def build(cls: type, raw: Mapping[str, Any]) -> Any:
    """The dataclass `cls` from `raw`, which has passed `check_types`."""
    fields = typing.get_type_hints(cls)
    return cls(**{key: _build_value(fields[key], value) for key, value in raw.items()})


def _build_value(kind: Any, value: Any) -> Any:
    kind = _of_union(kind, value)
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return build(kind, value)
    if origin is dict:
        return {name: _build_value(typing.get_args(kind)[1], entry) for name, entry in value.items()}
    if origin is tuple:
        return tuple(_build_value(typing.get_args(kind)[0], entry) for entry in value)
    return float(value) if kind is float else value


def merge(base: Mapping[str, Any], top: Mapping[str, Any], replaced: tuple[str, ...]) -> dict[str, Any]:
    """`top` over `base`, key by key; the collections named in `replaced` are taken whole from `top` if it has them."""
    merged = dict(base)
    for key, value in top.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict) and key not in replaced:
            merged[key] = merge(base[key], value, ())
        else:
            merged[key] = value
    return merged


def as_plain(value: Any) -> Any:
    """A configuration value as JSON-able data, for fingerprints and manifests."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): as_plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | types.GeneratorType):
        return [as_plain(v) for v in value]
    return value
