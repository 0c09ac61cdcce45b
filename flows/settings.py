"""Where things are and how far the collector may go: one home, one optional file, the environment on top.

`NIANBAO_HOME` (default `./.nianbao`) holds everything; `nianbao.toml` in it may set any field below;
`NIANBAO_<FIELD>` (`NIANBAO_SERVE__PORT` for a nested one) overrides the file. Relative paths are under the
home.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from flows.collector.politeness import CollectorSettings
from flows.cron import require_cron

FILE_NAME = "nianbao.toml"
PREFIX = "NIANBAO_"
_NOT_SETTINGS = frozenset({"NIANBAO_HOME", "NIANBAO_DATABASE", "NIANBAO_REQUIRE_ALL"})
"""Variables of ours that set nothing in `nianbao.toml`: of the home, of dbt run by hand, of the tests."""
_DEFAULT_PATHS = {
    "archive": "archive",
    "warehouse": "warehouse",
    "publish": "publish",
}


class SettingsError(ValueError):
    """The settings cannot be used; the message has one line a problem: where, field, what is wrong."""


class Readers(BaseModel):
    """How many processes read pages, and from how many new pages on they are worth starting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workers: int = Field(default=2, ge=1, le=64)
    pool_from: int = Field(default=50, ge=1)


class Serve(BaseModel):
    """The schedule and the address of the private Prefect server."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cron: str = "0 2 * * *"
    timezone: str = "Asia/Shanghai"
    host: str = "127.0.0.1"
    port: int = Field(default=4266, ge=1, le=65535)

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, cron: str) -> str:
        return require_cron(cron)

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, name: str) -> str:
        try:
            return ZoneInfo(name).key
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is no time zone; one is written like Asia/Shanghai") from error


class Settings(BaseSettings):
    """Every setting, validated; build it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, validate_default=True
    )

    home: Path
    archive: Path
    warehouse: Path
    publish: Path
    sources: Path
    gazetteer: Path | None = Field(default=None, description="TSV of places; none: the built-in one")
    collector: CollectorSettings = CollectorSettings()
    readers: Readers = Readers()
    serve: Serve = Serve()

    @model_validator(mode="before")
    @classmethod
    def _fill_paths(cls, values: dict[str, Any]) -> dict[str, Any]:
        home = Path(values["home"])
        filled = {name: home / default for name, default in _DEFAULT_PATHS.items()}
        filled["sources"] = home / "sources" if (home / "sources").is_dir() else Path.cwd() / "sources"
        named = {
            k: v for k, v in values.items() if k in (*filled, "gazetteer") and isinstance(v, (str, Path))
        }
        return {**filled, **values, **{k: home / Path(v).expanduser() for k, v in named.items()}}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`load_settings` has merged file and environment already, so that each value's origin is known."""
        return (init_settings,)

    @property
    def database(self) -> Path:
        """The private warehouse file."""
        return self.warehouse / "nianbao.duckdb"

    @property
    def journal(self) -> Path:
        """What each run knew besides the web; lies with the archive."""
        return self.archive / "runs.jsonl"


@dataclass(frozen=True, slots=True)
class Origin:
    """One setting as `config check` prints it."""

    field: str
    value: str
    source: str


def find_home(home: Path | None = None) -> Path:
    """The home: the argument, else NIANBAO_HOME, else `.nianbao` in the current directory; absolute."""
    return (home or Path(os.environ.get("NIANBAO_HOME") or ".nianbao")).expanduser().absolute()


def load_settings(home: Path | None = None) -> Settings:
    """The settings of one home. Raises SettingsError naming file or variable and field."""
    return _load(home)[0]


def explain_settings(home: Path | None = None) -> tuple[Origin, ...]:
    """Every value and where it came from. Raises SettingsError."""
    settings, file_values, env_values = _load(home)
    file = find_home(home) / FILE_NAME
    given_home = "argument" if home else "NIANBAO_HOME" if os.environ.get("NIANBAO_HOME") else "default"
    return tuple(
        Origin(
            field,
            "" if value is None else str(value),
            given_home if field == "home" else _source(field, file, file_values, env_values),
        )
        for field, value in _leaves(settings)
    )


def unknown_variables() -> tuple[str, ...]:
    """NIANBAO_ variables that set nothing: most likely misspelt."""
    known = {_variable(field) for field in _field_paths(Settings)} | _NOT_SETTINGS
    return tuple(sorted(name for name in os.environ if name.startswith(PREFIX) and name.upper() not in known))


def _load(home: Path | None) -> tuple[Settings, Mapping[str, Any], Mapping[str, Any]]:
    home = find_home(home)
    file = home / FILE_NAME
    try:
        file_values = TomlConfigSettingsSource(Settings, toml_file=file)()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: not valid TOML: {error}") from error
    if "home" in file_values:
        raise SettingsError(f"{file}: home: the file lies in the home and cannot move it; set NIANBAO_HOME")
    env_values = {k: v for k, v in EnvSettingsSource(Settings)().items() if k != "home"}
    try:
        settings = Settings(**_merge(_merge(file_values, env_values), {"home": home}))
    except ValidationError as error:
        raise SettingsError("\n".join(_problems(error, file, file_values, env_values))) from error
    return settings, file_values, env_values


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        held = merged.get(key)
        merged[key] = _merge(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return merged


def _problems(
    error: ValidationError, file: Path, file_values: Mapping[str, Any], env_values: Mapping[str, Any]
) -> Iterator[str]:
    for problem in error.errors():
        field = ".".join(str(part) for part in problem["loc"])
        told = problem["msg"].removeprefix("Value error, ")
        message = "no such setting" if problem["type"] == "extra_forbidden" else told
        yield f"{_source(field, file, file_values, env_values)}: {field}: {message}"


def _source(field: str, file: Path, file_values: Mapping[str, Any], env_values: Mapping[str, Any]) -> str:
    if _holds(env_values, field):
        return _variable(field)
    return str(file) if _holds(file_values, field) else "default"


def _holds(values: Mapping[str, Any], field: str) -> bool:
    found: Any = values
    for part in field.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return False
        found = found[part]
    return True


def _variable(field: str) -> str:
    return PREFIX + field.upper().replace(".", "__")


def _leaves(settings: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _field_paths(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from _field_paths(info.annotation, f"{prefix}{name}.")
        yield prefix + name
