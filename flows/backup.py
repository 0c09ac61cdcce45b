"""Backup and restore of what cannot be made again: archive with its journal, settings file, sources, decisions."""

from __future__ import annotations

import tarfile
from pathlib import Path

from flows.decisions import FOLDERS
from flows.settings import FILE_NAME, Settings


class BackupError(RuntimeError):
    """Restoring would overwrite something, or the file is no backup."""


def pack(settings: Settings, file: Path) -> Path:
    """Write `file` (tar, gzip) in one step and return it. Hold the run lock."""
    members = {
        "archive": settings.archive,
        "sources": settings.sources,
        **{name: settings.sources.parent / name for name in FOLDERS},
        FILE_NAME: settings.home / FILE_NAME,
    }
    building = file.with_name(f".{file.name}.building")
    with tarfile.open(building, "w:gz") as tar:
        for name, path in members.items():
            if path.exists():
                tar.add(path, arcname=name)
    building.replace(file)
    return file


def unpack(settings: Settings, file: Path) -> None:
    """Put a backup into the home of `settings`. Raises BackupError when there is an archive already."""
    if settings.archive.exists():
        raise BackupError(f"{settings.archive} exists; restore into an empty home")
    try:
        with tarfile.open(file, "r:gz") as tar:
            tar.extractall(settings.home, filter="data")
    except tarfile.TarError as error:
        raise BackupError(f"{file}: not a backup: {error}") from error
