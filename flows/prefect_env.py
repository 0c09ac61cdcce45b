"""Prefect kept private and quiet: its own folder under the home, no telemetry, no profile of the user's.

Prefect reads its settings when it is imported, so `use_private_prefect` comes before the first import.
"""

from __future__ import annotations

import os
from pathlib import Path


def private_prefect(home: Path, api_url: str | None = None, log_level: str = "WARNING") -> dict[str, str]:
    """The environment of Prefect for one nianbao home. Without `api_url` Prefect starts a server."""
    folder = home / "prefect"
    environment = {
        "PREFECT_HOME": str(folder),
        "PREFECT_PROFILES_PATH": str(folder / "profiles.toml"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{folder / 'prefect.db'}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_LOGGING_LEVEL": log_level,
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "PREFECT_LOGGING_TO_API_ENABLED": "true" if api_url else "false",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    }
    return {**environment, "PREFECT_API_URL": api_url} if api_url else environment


def use_private_prefect(home: Path, api_url: str | None = None, log_level: str = "WARNING") -> None:
    """Make this process, and those it starts, use the private Prefect of `home`."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    os.environ.update(private_prefect(home, api_url, log_level))
