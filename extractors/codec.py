"""Frozen dataclasses ↔ JSON values, exactly.

`to_jsonable` turns a dataclass (nested, with tuples, dates, times) into dicts, lists and scalars;
`from_jsonable` turns them back, guided by the annotations, so that the result equals the original.
It is strict: an unknown key, a missing key without default or a value of another type raises `CodecError`,
which names the path to the value.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")
Decoder = Callable[[Any], Any]


class CodecError(ValueError):
    """A JSON value does not fit the type it should become; `path` leads to it, outermost step first."""

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path.lstrip('.') or 'value'}: {message}")
        self.message, self.path = message, path

    def within(self, step: str) -> CodecError:
        return CodecError(self.message, step + self.path)


def to_jsonable(value: object) -> Any:
    """A dataclass instance, or anything inside one, as plain JSON values; dates and times in ISO 8601."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if dataclasses.is_dataclass(value):
        return {name: to_jsonable(getattr(value, name)) for name in _field_names(cast(Hashable, type(value)))}
    if isinstance(value, (tuple, list)):
        return [to_jsonable(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_jsonable(item) for key, item in value.items()}
    raise CodecError(f"{type(value).__name__} has no JSON form")


def from_jsonable(cls: type[T], data: object) -> T:
    """The instance of `cls` that `to_jsonable` gave `data` for. Raises CodecError."""
    return cast(T, _decoder(cast(Hashable, cls))(data))


@cache
def _field_names(cls: Hashable) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(cast(Any, cls)))


@cache
def _decoder(hint: Hashable) -> Decoder:
    """The function that checks and rebuilds a JSON value as `hint`, made once per type."""
    origin = get_origin(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _dataclass_decoder(hint)
    if origin is Union or origin is types.UnionType:
        return _optional_decoder(hint)
    if origin is Literal:
        return _literal_decoder(get_args(hint))
    if origin is tuple:
        return _tuple_decoder(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, date):
        return _date_decoder(hint)
    if isinstance(hint, type) and hint in (str, int, float, bool):
        return _scalar_decoder(hint)
    raise TypeError(f"no JSON form is defined for {hint!r}")


def _dataclass_decoder(cls: type[Any]) -> Decoder:
    hints = get_type_hints(cls)
    decoders = {f.name: _decoder(hints[f.name]) for f in dataclasses.fields(cls)}
    required = {
        f.name
        for f in dataclasses.fields(cls)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }

    def decode(data: Any) -> Any:
        if not isinstance(data, dict):
            raise _mismatch(cls.__name__, data)
        if missing := required - data.keys():
            raise CodecError(f"{cls.__name__} needs {', '.join(sorted(missing))}")
        values = {}
        for name, item in data.items():
            decoder = decoders.get(name)
            if decoder is None:
                raise CodecError(f"{cls.__name__} has no field {name!r}")
            try:
                values[name] = decoder(item)
            except CodecError as error:
                raise error.within(f".{name}") from error
        return cls(**values)

    return decode


def _optional_decoder(hint: Hashable) -> Decoder:
    options = [option for option in get_args(hint) if option is not type(None)]
    if len(options) != 1:
        raise TypeError(f"only `X | None` has a JSON form, not {hint!r}")
    decoder = _decoder(options[0])
    return lambda data: None if data is None else decoder(data)


def _literal_decoder(allowed: tuple[Any, ...]) -> Decoder:
    def decode(data: Any) -> Any:
        if data not in allowed:
            raise CodecError(f"{data!r} is none of {', '.join(map(repr, allowed))}")
        return data

    return decode


def _tuple_decoder(items: tuple[Any, ...]) -> Decoder:
    if len(items) == 2 and items[1] is Ellipsis:
        decoder = _decoder(items[0])
        return lambda data: _items([decoder] * _length(data), data)
    decoders = [_decoder(item) for item in items]

    def decode(data: Any) -> Any:
        if _length(data) != len(decoders):
            raise CodecError(f"{len(decoders)} items expected, {len(data)} found")
        return _items(decoders, data)

    return decode


def _length(data: Any) -> int:
    if not isinstance(data, list):
        raise _mismatch("list", data)
    return len(data)


def _items(decoders: list[Decoder], data: list[Any]) -> tuple[Any, ...]:
    values = []
    for position, (decoder, item) in enumerate(zip(decoders, data, strict=True)):
        try:
            values.append(decoder(item))
        except CodecError as error:
            raise error.within(f"[{position}]") from error
    return tuple(values)


def _date_decoder(cls: type[date]) -> Decoder:
    def decode(data: Any) -> Any:
        if not isinstance(data, str):
            raise _mismatch(f"{cls.__name__} in ISO 8601", data)
        try:
            return cls.fromisoformat(data)
        except ValueError as error:
            raise CodecError(str(error)) from error

    return decode


def _scalar_decoder(cls: type[Any]) -> Decoder:
    allowed = (float, int) if cls is float else (cls,)

    def decode(data: Any) -> Any:
        if type(data) not in allowed:
            raise _mismatch(cls.__name__, data)
        return data

    return decode


def _mismatch(expected: str, data: object) -> CodecError:
    return CodecError(f"{expected} expected, {type(data).__name__} found")
