"""What every group of commands needs: the home option, the settings, shown progress, and an end with a message."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.steps import PlainSteps

Home = Annotated[
    Path | None, typer.Option("--home", help="Where everything is kept: else $NIANBAO_HOME, else ./.nianbao.")
]
_NO_ROOM = "make room and run again: what is archived is kept"
_NOT_ALLOWED = "let this user read and write there and run again: what is archived is kept"
_DISK = {
    errno.EACCES: _NOT_ALLOWED,
    errno.EPERM: _NOT_ALLOWED,
    errno.EROFS: _NOT_ALLOWED,
    errno.ENOSPC: _NO_ROOM,
    errno.EDQUOT: _NO_ROOM,
    errno.EFBIG: _NO_ROOM,
    errno.EIO: "the disk may be failing: save the home to another (`nianbao backup`) and run again there",
    errno.ENOTDIR: "a file stands where a folder is wanted: take it away, or name another folder",
}
"""What to do where the operating system complains of a disk, of permissions, or of a file where a folder is wanted; any
other OSError is a defect of the program."""


def fail(message: str) -> NoReturn:
    """End with exit code 1 and a message on stderr."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def settings_of(home: Path | None) -> Settings:
    """The settings of a home; ends the command when they cannot be used."""
    from flows.settings import SettingsError, load_settings

    try:
        return load_settings(home)
    except SettingsError as error:
        fail(str(error))


@contextmanager
def failures_told(*known: type[Exception]) -> Iterator[None]:
    """What a person can mend (`known`, a disk, what any command may meet) ends the command with its message; anything
    else is a defect and keeps its traceback.
    """
    try:
        yield
    except Exception as error:
        advice = disk_advice(error)
        if isinstance(error, (*known, *_mendable_anywhere())):
            fail(f"{error}; {advice}" if advice else str(error))
        if isinstance(error, OSError) and advice:
            fail(f"{error.filename or 'the disk'}: {error.strerror}; {advice}")
        raise


def disk_advice(error: Exception) -> str | None:
    """What to do where an error, or its cause, is one of a disk; None for any other. DuckDB says it in words only;
    those of another error may be a site's (403 Permission denied)."""
    import duckdb

    of_disk = next((found for found in (error, error.__cause__) if isinstance(found, OSError)), None)
    if of_disk is not None:
        return _DISK.get(of_disk.errno or 0)
    if not isinstance(error, duckdb.Error):
        return None
    return next((advice for number, advice in _DISK.items() if os.strerror(number) in str(error)), None)


def _mendable_anywhere() -> tuple[type[Exception], ...]:
    from extractors.organisation import GazetteerError
    from flows.collector.archive import ArchiveError
    from flows.collector.registry import NoRegistryError, UnknownSourceError
    from flows.journal import JournalError
    from flows.lock import LockHeld
    from warehouse.schema import NoWarehouseError, SchemaVersionError

    of_the_home = (NoRegistryError, UnknownSourceError, LockHeld, ArchiveError, JournalError)
    return (*of_the_home, GazetteerError, NoWarehouseError, SchemaVersionError)


@contextmanager
def progress_shown() -> Iterator[PlainSteps]:
    """Steps that are named on stderr while they last."""
    from rich.console import Console

    from flows.steps import PlainSteps

    with Console(stderr=True).status("starting") as shown:
        yield PlainSteps(lambda words: shown.update(f"{words} …"))
