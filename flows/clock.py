"""The clock of the sites and of those who read: Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(moment: datetime | None) -> str:
    """A time as people are shown it, to the minute; a naive one is UTC."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{aware.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
