"""YAML files that people write, checked against a pydantic model; every mistake names file, line and field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

_SHAPES = {"model_type": "not a mapping of fields", "tuple_type": "not a list of entries"}


@dataclass(frozen=True, slots=True)
class FileError:
    """What is wrong in a file. `line` counts from 1, 0 is the file as such; `field` is a dotted path or empty."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.field, self.message) if part)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file holds, and the line of each of its top-level items (one for a mapping)."""

    value: Any
    lines: tuple[int, ...]


def read_checked(path: Path, expected: TypeAdapter[Any]) -> Checked | list[FileError]:
    """The content of a file as `expected` has it, or everything that is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return [FileError(str(path), mark.line + 1 if mark else 1, "", f"not YAML: {error.problem}")]
    except OSError as error:
        return [FileError(str(path), 0, "", f"cannot be read: {error.strerror}")]
    except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        return [FileError(str(path), 1, "", f"not YAML: {error}")]
    repeated = [FileError(str(path), line, field, "given twice") for line, field in _repeated(node)]
    if repeated:
        return repeated
    try:
        value = expected.validate_python(data)
    except ValidationError as error:
        return [
            _error(
                path,
                node,
                problem["loc"],
                _SHAPES.get(problem["type"]) or problem["msg"].removeprefix("Value error, "),
            )
            for problem in error.errors()
        ]
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    return Checked(value, tuple(item.start_mark.line + 1 for item in items if item is not None))


def error_at(path: Path, loc: Sequence[int | str], message: str) -> FileError:
    """An error of a well-formed file at the value `loc` leads to."""
    return _error(path, yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader), loc, message)


def _error(path: Path, node: yaml.Node | None, loc: Sequence[int | str], message: str) -> FileError:
    """At the innermost thing on the way of `loc` that exists."""
    line = node.start_mark.line if node else 0
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
            if found is None:
                break
            line, node = found[0].start_mark.line, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
    return FileError(str(path), line + 1, ".".join(map(str, loc)), message)


def _repeated(node: yaml.Node | None) -> Iterator[tuple[int, str]]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield key.start_mark.line + 1, name
            seen.add(name)
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)
