"""Whether a schedule is a cron: told when settings are read.

Prefect would tell too, but importing it takes seconds and has to wait for `use_private_prefect`.
"""

from __future__ import annotations

from datetime import datetime

from cronsim import CronSim, CronSimError


def require_cron(cron: str) -> str:
    """`cron` itself: the five fields of crontab(5). Raises ValueError naming the field that is wrong."""
    try:
        CronSim(cron, datetime(2000, 1, 1))
    except CronSimError as error:
        raise ValueError(f"{cron!r} is no cron such as '0 1 * * *': {str(error).lower()}") from error
    return cron
