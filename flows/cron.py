"""Whether a schedule is a cron: told when settings are read.

Prefect would tell too, but importing it takes seconds and has to wait for `use_private_prefect`.
"""

from __future__ import annotations

from collections.abc import Sequence

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, Sequence[str]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("weekday", 0, 7, _DAYS),
)


def require_cron(cron: str) -> str:
    """`cron` itself: five fields of numbers or names, ranges, steps and lists. Raises ValueError naming the field."""
    written = cron.lower().split()
    if len(written) != len(_FIELDS):
        raise ValueError(f"{cron!r} is no cron: it has the five fields minute, hour, day, month and weekday")
    for field, (name, least, most, names) in zip(written, _FIELDS, strict=True):
        for part in field.split(","):
            if not _is_part(part, least, most, names):
                raise ValueError(f"{cron!r} is no cron: {part!r} is no {name} ({least} to {most})")
    return cron


def _is_part(part: str, least: int, most: int, names: Sequence[str]) -> bool:
    span, slash, step = part.partition("/")
    if slash and not (step.isdecimal() and int(step) > 0):
        return False
    if span == "*":
        return True
    ends = [least + names.index(end) if end in names else _number(end) for end in span.split("-")]
    return len(ends) <= 2 and least <= ends[0] <= ends[-1] <= most


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else -1
