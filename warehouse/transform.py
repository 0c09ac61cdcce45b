"""Run the dbt project in process against a private warehouse file and hand its test results back as rows.

dbt is imported late (seconds), its telemetry is off, and it writes beside the database only, so an installed
wheel with a read-only project works as well as a checkout.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import duckdb

from warehouse.schema import quoted


class TransformError(RuntimeError):
    """A model failed to build; the message names the model and the database's complaint."""


@dataclass(frozen=True, slots=True)
class DbtTest:
    """One dbt test: `failures` rows against it; `status` pass, warn or fail (fail blocks publishing)."""

    name: str
    status: Literal["pass", "warn", "fail"]
    failures: int
    description: str


def project_folder() -> Path:
    """The dbt project beside the package, in a checkout and in an installed wheel alike."""
    return Path(__file__).resolve().parent.parent / "dbt_like_sql"


def transform(database: Path, *, threads: int = 2) -> tuple[DbtTest, ...]:
    """Build all seeds and models and run all tests in `database`, which nobody may hold open meanwhile.

    Descriptions of the project's YAML reach the database as comments. What dbt remembers between runs (the
    parsed project) is kept in a folder beside the database. Raises TransformError when the project does not
    parse or a model does not build. Failed tests do not raise: they come back as rows, and the checks decide.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folder = database.with_suffix(".dbt")
    folder.mkdir(exist_ok=True)
    _write_profile(folder, database, threads)
    close_connections: Any = DuckDBConnectionManager.close_all_connections

    def invoke(*command: str) -> list[Any]:
        outcome = dbtRunner().invoke([*_arguments(folder), *command, *_places(folder)])
        if outcome.exception is not None:
            raise TransformError(str(outcome.exception)) from outcome.exception
        results: Any = outcome.result
        return list(results.results)

    try:
        models = invoke("build", "--exclude-resource-type=test")
        _require_built(models)
        tests = invoke("test")
    finally:
        close_connections()
    _comment(database, models)
    return tuple(map(_dbt_test, tests))


def _arguments(folder: Path) -> list[str]:
    return [
        "--no-send-anonymous-usage-stats",
        "--no-version-check",
        "--no-use-colors",
        "--no-write-json",
        "--quiet",
        "--log-level-file=none",
    ]


def _places(folder: Path) -> list[str]:
    return [
        f"--project-dir={project_folder()}",
        f"--profiles-dir={folder}",
        f"--target-path={folder / 'target'}",
        f"--log-path={folder / 'logs'}",
    ]


def _write_profile(folder: Path, database: Path, threads: int) -> None:
    private = {"type": "duckdb", "path": str(database), "schema": "main", "threads": threads}
    profile = {"nianbao": {"target": "private", "outputs": {"private": private}}}
    folder.joinpath("profiles.yml").write_text(json.dumps(profile), encoding="utf-8")


def _require_built(models: Iterable[Any]) -> None:
    """Raise for the first model that failed itself; those skipped behind it say nothing new."""
    for result in models:
        if str(result.status) == "error":
            raise TransformError(f"{result.node.name}: {result.message}")


def _dbt_test(result: Any) -> DbtTest:
    node, status = result.node, str(result.status)
    if status not in ("pass", "warn", "fail"):
        raise TransformError(f"{node.name}: {status}: {result.message}")
    verdict = cast(Literal["pass", "warn", "fail"], status)
    return DbtTest(node.name, verdict, result.failures or 0, node.description)


def _comment(database: Path, models: Iterable[Any]) -> None:
    """Hand the descriptions to the database (dbt's own persist_docs takes seconds for the same)."""
    with duckdb.connect(str(database)) as con:
        con.begin()
        for node in (result.node for result in models):
            kind = "VIEW" if node.config.materialized == "view" else "TABLE"
            con.execute(f"COMMENT ON {kind} {node.name} IS {quoted(node.description)}")
            for column in node.columns.values():
                con.execute(f'COMMENT ON COLUMN {node.name}."{column.name}" IS {quoted(column.description)}')
        con.commit()
