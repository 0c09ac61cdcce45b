"""Run the dbt project in process against a private warehouse file and hand its test results back as rows.

dbt is imported late (seconds), its telemetry is off, and it writes beside the database only, so an installed
wheel with a read-only project works as well as a checkout.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import duckdb

from warehouse.schema import quoted

MEMORY = "3GB"
"""What DuckDB may hold while it transforms; beyond it spills to disk, and the process stays below 4 GB."""
THREADS = 2
"""Models and tests that run at once."""


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


def transform(database: Path) -> tuple[DbtTest, ...]:
    """Build all seeds and models and run all tests in `database`, which nobody may hold open meanwhile.

    Raises TransformError when the project does not parse or a model does not build. Failed tests do not raise:
    they come back as rows, and the checks decide.
    """
    build_models(database)
    return run_tests(database)


def build_models(database: Path) -> None:
    """Build all seeds and models in `database`.

    Descriptions of the project's YAML reach the database as comments. The parsed project is kept in a folder beside the
    database for later runs, and in memory for those of this process. The large models are computed only for the
    organisations something changed for, and of every model only the rows that differ are written; everything is
    built anew when the project, DuckDB's version or the file's name is another than at the last build, or when that
    build did not finish.

    Raises TransformError as `transform` does.
    """
    project = _fingerprint(database)
    is_anew = _begin(database) != project
    models = _run(database, project, *(_ANEW if is_anew else _ON))
    _require_built(models)
    _finish(database, project, made_anew=models if is_anew else ())


def run_tests(database: Path) -> tuple[DbtTest, ...]:
    """Run all tests of the project in `database`, whose models are built.

    Raises TransformError when one could not be run; one that fails is a row.
    """
    return tuple(map(_dbt_test, _run(database, _fingerprint(database), "test")))


def _run(database: Path, project: str, *command: str) -> Sequence[Any]:
    """What a command of dbt says of each node of the `project` in `database`, which nothing holds open afterwards."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    folder = database.with_suffix(".dbt")
    folder.mkdir(exist_ok=True)
    _write_profile(folder, database)
    close_connections: Any = DuckDBConnectionManager.close_all_connections

    def invoke(*arguments: str, parsed: Any = None) -> Any:
        outcome = dbtRunner(manifest=parsed).invoke([*_ARGUMENTS, *arguments, *_places(folder)])
        if outcome.exception is not None:
            raise TransformError(str(outcome.exception)) from outcome.exception
        return outcome.result

    try:
        parsed = _PARSED.get((project_folder(), project)) or invoke("parse")
        _PARSED[project_folder(), project] = parsed
        return cast(Sequence[Any], invoke(*command, parsed=parsed).results)
    finally:
        close_connections()


_ARGUMENTS = (
    "--no-send-anonymous-usage-stats",
    "--no-version-check",
    "--no-use-colors",
    "--no-write-json",
    "--log-level=none",
    "--log-level-file=none",
)
_PARSED: dict[tuple[Path, str], Any] = {}
"""The manifest of a project by its folder and fingerprint: parsing takes seconds."""
_ANEW = ("build", "--exclude-resource-type=test", "--full-refresh")
_ON = ("run", "--exclude=config.materialized:view")
"""Seeds, views and comments follow from the project's files alone and stay as long as those do."""

_STATE = {
    "built_organization": (
        "organization_key VARCHAR, county VARCHAR, state UBIGINT",
        "各机关上次完整构建时的内容哈希 | Each body's hash as last built completely",
    ),
    "built_project": ("project VARCHAR", "上次完整构建所用程序 | What the last complete build was made with"),
}
_STATE_COLUMNS = {
    "organization_key": "机关键 | Key of the organisation",
    "county": "县级区划代码前六位 | First six digits of the region code",
    "state": "内容的哈希 | Hash of the contents",
    "project": "程序、数据库版本与文件名的哈希 | Hash of the project's files, DuckDB's version and the file's name",
}


def _fingerprint(database: Path) -> str:
    """What built rows depend on besides the raw tables: the project, DuckDB, and the file's name, which views bear."""
    digest = hashlib.sha256(f"{duckdb.__version__} {database.stem}".encode())
    root = project_folder()
    for path in sorted(path for path in root.rglob("*") if path.suffix in (".sql", ".yml", ".csv", ".md")):
        if "target" not in path.relative_to(root).parts:
            digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _begin(database: Path) -> str | None:
    """What the last complete build was made with; forgotten until this one is complete too."""
    with duckdb.connect(str(database)) as con:
        for name, (columns, _) in _STATE.items():
            con.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
        built = con.execute("SELECT project FROM built_project").fetchone()
        con.execute("DELETE FROM built_project")
    return str(built[0]) if built else None


def _finish(database: Path, project: str, *, made_anew: Sequence[Any]) -> None:
    """Describe what was made anew and remember what the build was made from, in one transaction."""
    stale = "organization_key IN (SELECT organization_key FROM int_stale_organization)"
    with duckdb.connect(str(database)) as con:
        con.begin()
        if made_anew:
            _comment(con, made_anew)
        con.execute(f"DELETE FROM built_organization WHERE {stale}")
        con.execute(f"INSERT INTO built_organization FROM int_organization_state WHERE {stale}")
        con.execute("INSERT INTO built_project VALUES (?)", [project])
        con.commit()


def _places(folder: Path) -> list[str]:
    return [
        f"--project-dir={project_folder()}",
        f"--profiles-dir={folder}",
        f"--target-path={folder / 'target'}",
        f"--log-path={folder / 'logs'}",
    ]


def _write_profile(folder: Path, database: Path) -> None:
    private = {
        "type": "duckdb",
        "path": str(database),
        "schema": "main",
        "threads": THREADS,
        "settings": {"memory_limit": MEMORY},
    }
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


def _comment(con: duckdb.DuckDBPyConnection, models: Iterable[Any]) -> None:
    """Hand the descriptions to the database (dbt's own persist_docs takes seconds for the same)."""
    for node in (result.node for result in models):
        kind = "VIEW" if node.config.materialized == "view" else "TABLE"
        con.execute(f"COMMENT ON {kind} {node.name} IS {quoted(node.description)}")
        for column in node.columns.values():
            con.execute(f'COMMENT ON COLUMN {node.name}."{column.name}" IS {quoted(column.description)}')
    for name, (columns, description) in _STATE.items():
        con.execute(f"COMMENT ON TABLE {name} IS {quoted(description)}")
        for column in (part.split()[0] for part in columns.split(", ")):
            con.execute(f"COMMENT ON COLUMN {name}.{column} IS {quoted(_STATE_COLUMNS[column])}")
