"""Backup and restore of what cannot be made again: archive with its journal, settings, places, sources, decisions."""

from __future__ import annotations

import tarfile
from pathlib import Path

from flows.decisions import FOLDERS
from flows.derive import LOCAL
from flows.journal import Journal
from flows.settings import FILE_NAME, Settings


class BackupError(RuntimeError):
    """The backup would lack something, restoring would overwrite something, or the file is no backup."""


def pack(settings: Settings, file: Path) -> Path:
    """Write `file` (tar, gzip) in one step and return it. Hold the run lock.

    Raises BackupError where something is not there that the settings name or the journal knows of.
    """
    members = {
        "archive": settings.archive,
        "sources": settings.sources,
        **{name: settings.sources.parent / name for name in FOLDERS},
        FILE_NAME: settings.home / FILE_NAME,
    }
    needed = _needed(Journal(settings.journal))
    if (places := settings.gazetteer) is not None:
        is_inside = places.is_relative_to(settings.home)
        name = str(places.relative_to(settings.home)) if is_inside else places.name
        members[name] = places
        needed.add(name)
    if missing := sorted(str(members[name]) for name in needed if not members[name].exists()):
        raise BackupError(
            f"{', '.join(missing)}: not there, so this would be no backup; run it where the nights run, "
            f"or name the folder as `sources` in {settings.home / FILE_NAME}"
        )
    building = file.with_name(f".{file.name}.building")
    with tarfile.open(building, "w:gz") as tar:
        for name, path in members.items():
            if path.exists():
                tar.add(path, arcname=name)
    building.replace(file)
    return file


def _needed(journal: Journal) -> set[str]:
    """The members that there must be, as the journal knows sources and decisions of theirs."""
    decided = {row.origin.partition("/")[0] for row in journal.decisions()}
    has_sources = any(row.source_id != LOCAL.source_id for row in journal.sources())
    return {"archive", *decided, *(["sources"] if has_sources else [])}


def unpack(settings: Settings, file: Path) -> None:
    """Put a backup into the home of `settings`. Raises BackupError when there is an archive already."""
    if settings.archive.exists():
        raise BackupError(f"{settings.archive} exists; restore into an empty home")
    try:
        with tarfile.open(file, "r:gz") as tar:
            tar.extractall(settings.home, filter="data")
    except tarfile.TarError as error:
        raise BackupError(f"{file}: not a backup: {error}") from error
