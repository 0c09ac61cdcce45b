"""Backup and restore of what cannot be made again: archive with its journal, settings, places, sources, decisions."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.decisions import FOLDERS
from flows.derive import LOCAL
from flows.journal import Journal
from flows.settings import FILE_NAME, Settings


class BackupError(RuntimeError):
    """Nothing was packed or restored: something would be missing or overwritten, or the file is no whole backup."""


def pack(settings: Settings, file: Path) -> Path:
    """Write `file` (tar, gzip) in one step and return it. Hold the run lock.

    Raises BackupError where something is not there that the settings name or the journal knows of, and where `file`
    lies in a folder that is packed, or in none.
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
            f"{', '.join(missing)}: not there, so this would be no backup of {settings.home}; name another --home, "
            f"run it where the nights run, or name the folder as `sources` in {settings.home / FILE_NAME}"
        )
    if inside := [path for path in members.values() if file.resolve().is_relative_to(path.resolve())]:
        raise BackupError(f"{file} lies in {inside[0]}, which is packed; name a file elsewhere")
    if file.is_dir() or not file.parent.is_dir():
        raise BackupError(f"{file}: name a file in a folder that is there")
    building = file.with_name(f".{file.name}.building")
    try:
        with tarfile.open(building, "w:gz") as tar:
            for name, path in members.items():
                if path.exists():
                    tar.add(path.resolve(), arcname=name)
        building.replace(file)
    finally:
        building.unlink(missing_ok=True)
    return file


def _needed(journal: Journal) -> set[str]:
    """The members that there must be, as the journal knows sources and decisions of theirs."""
    decided = {row.origin.partition("/")[0] for row in journal.decisions()}
    has_sources = any(row.source_id != LOCAL.source_id for row in journal.sources())
    return {"archive", *decided, *(["sources"] if has_sources else [])}


def unpack(settings: Settings, file: Path) -> None:
    """Put a whole backup into the home of `settings`, the archive last. Raises BackupError."""
    if settings.archive.exists():
        raise BackupError(f"{settings.archive} exists; restore into an empty home")
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".restoring-", dir=settings.home) as folder:
            with gzip.open(file) as data, tarfile.open(fileobj=data, mode="r|") as tar:
                tar.extractall(folder, filter="data")
                _read_to_checksum(data)
            for held in sorted(Path(folder).iterdir(), key=lambda path: path.name == "archive"):
                _put(held, settings.home / held.name)
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(
            f"{file}: no whole backup ({error}); nothing was restored: fetch it again, or take another"
        ) from error
    except OSError as error:
        raise BackupError(
            f"{file}: {error}; the archive was not restored: mend the cause and restore again"
        ) from error


def _read_to_checksum(data: gzip.GzipFile) -> None:
    """What follows the last member is empty, but only at its end gzip says that all before it is whole."""
    while data.read(2**20):
        pass


def _put(held: Path, target: Path) -> None:
    """Move a file or folder to its place in the home; a folder that is there gets what it lacks and newer files."""
    if target.is_dir():
        shutil.copytree(held, target, dirs_exist_ok=True)
    else:
        held.replace(target)
