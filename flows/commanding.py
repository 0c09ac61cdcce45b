"""What every group of commands needs: the home option, the settings, shown progress, and an end with a message."""

from __future__ import annotations

import errno
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
_DISK = frozenset(
    (
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.ENOTDIR,
    )
)
"""What the operating system says of a disk, of permissions, or of a file where a folder is wanted; any other OSError is
a defect of the program."""


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
        if isinstance(error, (*known, *_mendable_anywhere())):
            fail(str(error))
        if isinstance(error, OSError) and error.errno in _DISK:
            fail(f"{error.filename or 'the disk'}: {error.strerror}")
        raise


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
