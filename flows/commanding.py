"""What every group of commands needs: the home option, the settings, and an end with a message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from flows.settings import Settings

Home = Annotated[
    Path | None, typer.Option("--home", help="Where everything is kept: else $NIANBAO_HOME, else ./.nianbao.")
]


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
