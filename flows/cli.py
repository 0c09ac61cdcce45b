"""The command line. Commands import what they need when they run, so that `nianbao --help` stays instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commanding import Home, disk_advice, fail, failures_told, progress_shown, settings_of
from flows.sources_commands import sources_app
from flows.wording import counted

if TYPE_CHECKING:
    from flows.settings import Settings
    from flows.steps import PlainSteps
    from flows.summary import NightSummary

app = typer.Typer(
    name="nianbao",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
)
config_app = typer.Typer(help="Look at the settings.", no_args_is_help=True)
indicators_app = typer.Typer(help="Look at what reports count.", no_args_is_help=True)
app.add_typer(config_app, name="config")
formulas_app = typer.Typer(help="Keep the sentences that reports share everywhere.", no_args_is_help=True)
regions_app = typer.Typer(help="Keep the history of administrative divisions.", no_args_is_help=True)
app.add_typer(indicators_app, name="indicators")
app.add_typer(sources_app, name="sources")
app.add_typer(formulas_app, name="formulas")
app.add_typer(regions_app, name="regions")

OnlySources = Annotated[
    list[str] | None, typer.Option("--source", help="Only this source; may be repeated.", metavar="ID")
]
Organizations = Annotated[
    list[str] | None, typer.Option("--org", help="Part of an organisation's name.", metavar="NAME")
]
Codes = Annotated[
    list[str] | None, typer.Option("--code", help="An indicator's code or id, such as G02.", metavar="CODE")
]

_FORMATS = "html, txt, docx, pdf with text, ofd, xlsx, xls, zip of these; with LibreOffice doc, wps, rtf"
_FIRST_YEAR = 2004
"""Since the 全面推进依法行政实施纲要 of that year governments report on it."""


def _version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"nianbao {version('nianbao')}")
        raise typer.Exit


@app.callback()
def nianbao(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """法治政府建设年度报告: collect, read, compare. Every figure leads back to its page."""


@app.command()
def demo(
    home: Annotated[Path, typer.Option("--home", help="A folder of its own.")] = Path(".nianbao/demo"),
) -> None:
    """Three nights over a fictional government web under Prefect, then the report.

    Example: `nianbao demo`
    """
    from flows.demo_command import run_demo

    if not run_demo(home.absolute()):
        raise typer.Exit(1)


@app.command()
def run(
    source: OnlySources = None,
    night: Annotated[bool, typer.Option("--night", help="Ask real sites from 23:00 to 06:00 only.")] = False,
    home: Home = None,
) -> None:
    """Collect every enabled source once, read, load, check and publish.

    Example: `nianbao run --source beijing-dcq`
    """
    from flows.lock import NIGHT_PATIENCE_SECONDS
    from flows.night import run_night

    with _work(home, NIGHT_PATIENCE_SECONDS if night else 1) as (settings, steps):
        _report_run(run_night(settings, only=source or (), scheduled=night, steps=steps))


@app.command()
def backfill(
    year: Annotated[
        list[int],
        typer.Option("--year", min=_FIRST_YEAR, max=date.today().year, help="May be repeated."),
    ],
    source: OnlySources = None,
    home: Home = None,
) -> None:
    """Collect the lists of past years (sources with {year} in their addresses), then do as `run` does.

    Example: `nianbao backfill --year 2019 --year 2020 --source gdhf-fzbg`
    """
    from flows.night import run_night

    with _work(home) as (settings, steps):
        _report_run(run_night(settings, only=source or (), years=year, steps=steps))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help=f"Files or folders: {_FORMATS}; WARC.", exists=True)],
    home: Home = None,
) -> None:
    """Put local files into the archive and the warehouse, beside what was collected.

    Example: `nianbao ingest reports/ crawl.warc.gz`
    """
    from flows.files import files_in
    from flows.ingest import ingest as ingest_files

    if not any(files_in(paths)):
        fail(f"no file in {', '.join(map(str, paths))}")
    with _work(home) as (settings, steps):
        _report_run(ingest_files(settings, paths, steps=steps))


@app.command()
def rebuild(home: Home = None) -> None:
    """Make the warehouse again from the archive alone, verify every reading, then put it in place.

    Example: `nianbao rebuild`
    """
    from flows.rebuild import RebuildError
    from flows.rebuild import rebuild as rebuild_warehouse

    with _work(home) as (settings, steps), failures_told(RebuildError):
        _report_run(rebuild_warehouse(settings, steps=steps))


@app.command()
def publish(
    to: Annotated[
        Path | None, typer.Option("--to", file_okay=False, help="Another folder than the settings name.")
    ] = None,
    home: Home = None,
) -> None:
    """Transform and check the warehouse as it is, and publish it.

    Example: `nianbao publish --to /srv/data/nianbao`
    """
    from flows.publishing import publish_again

    with _work(home) as (settings, steps):
        _report_run(publish_again(settings, to, steps))


@app.command()
def diff(home: Home = None) -> None:
    """What publishing the warehouse as it is would change for readers.

    Example: `nianbao diff`
    """
    from flows import console
    from flows.publishing import candidate_differences

    with _look(home) as (settings, _):
        console.differences(candidate_differences(settings))


@app.command()
def report(
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            file_okay=False,
            help="Folder of the files; else `report` in the folder of what is published.",
        ),
    ] = None,
    org: Organizations = None,
    code: Codes = None,
    home: Home = None,
) -> None:
    """Write the year-over-year page (HTML) and workbook (Excel) from the published file.

    Example: `nianbao report --org 临江区 --code G02 --to out/`
    """
    from flows.report import ReportError
    from flows.reporting import write_report
    from warehouse.publish import REPORT

    settings = settings_of(home)
    with failures_told(ReportError), _damage_told():
        files = write_report(
            _published(settings),
            to or settings.publish / REPORT,
            organizations=org or (),
            codes=code or (),
        )
    for file in files:
        typer.echo(file)


@app.command()
def explain(
    key: Annotated[
        str | None, typer.Argument(help="A key of the published tables, or its beginning.")
    ] = None,
    org: Annotated[str | None, typer.Option("--org", help="Part of an organisation's name.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="An indicator's code, id or name.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="The report year.")] = None,
    home: Home = None,
) -> None:
    """Lead a figure back to its sentence, page and archived bytes, and read those bytes again.

    Example: `nianbao explain --org 临江区 --code G02 --year 2024`

    Exit code 1 when nothing is found, or when the bytes do not say what the warehouse says.
    """
    from flows import console
    from flows.explain import prove

    if (key is None) == (org is None and code is None and year is None):
        fail("say which figure: by a key, or by --org, --code and --year")
    with _look(home) as (settings, _):
        found = prove(settings, key=key, organization=org, indicator=code, report_year=year)
    console.proofs(found)
    if not found:
        fail('no such figure; `nianbao sql "SELECT * FROM mart_indicator_yoy"` shows what there is')
    if failures := sum(proof.failure is not None for proof in found):
        fail(f"not borne out by the archived bytes: {failures} of {counted(len(found), 'figure')}")


@app.command()
def status(home: Home = None) -> None:
    """The last runs, the published version, and how each source does.

    Example: `nianbao status`
    """
    from flows.status import print_status

    with failures_told(), _damage_told():
        print_status(settings_of(home))


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
    home: Home = None,
) -> None:
    """Ask the published file; nothing can be changed.

    Example: `nianbao sql --json "SELECT * FROM mart_indicator_yoy WHERE is_comparable"`
    """
    from flows.query import QueryError, print_json, print_table

    with failures_told(QueryError), _damage_told():
        (print_json if json_lines else print_table)(_published(settings_of(home)), query)


@app.command()
def ask(
    asked: Annotated[str | None, typer.Argument(metavar="QUESTION", help="Number or name.")] = None,
    values: Annotated[
        list[str] | None, typer.Option("--set", help="A parameter; may be repeated.", metavar="NAME=VALUE")
    ] = None,
    tables: Annotated[
        list[str] | None, typer.Option("--table", help="A table of your own.", metavar="NAME=FILE.csv")
    ] = None,
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object a row.")] = False,
    home: Home = None,
) -> None:
    """Ask one of the analysts' questions; without one, list them with their parameters.

    Example: `nianbao ask 2 --set report_year=2024`
    """
    from flows.query import QueryError, print_json, print_questions, print_table, question

    if asked is None:
        print_questions()
        return
    variables = dict(_pairs(values))
    brought = {name: Path(path) for name, path in _pairs(tables)}
    with failures_told(QueryError), _damage_told():
        sql_text = question(asked, variables, brought).sql
        published = _published(settings_of(home))
        (print_json if json_lines else print_table)(published, sql_text, variables, brought)


def _pairs(options: list[str] | None) -> Iterator[tuple[str, str]]:
    for option in options or ():
        name, sign, value = option.partition("=")
        if not sign:
            fail(f"{option!r}: NAME=VALUE is expected")
        yield name, value


@app.command()
def serve(
    cron: Annotated[
        str | None, typer.Option("--cron", help="Another schedule than the settings name.")
    ] = None,
    home: Home = None,
) -> None:
    """Start the private Prefect server and run every night at 02:00 Asia/Shanghai, until stopped.

    Example: `nianbao serve --cron "30 1 * * *"`
    """
    from flows.serving import ServeError
    from flows.serving import serve as serve_schedule

    with failures_told(ServeError):
        serve_schedule(settings_of(home), cron)


@app.command()
def read(
    paths: Annotated[list[Path], typer.Argument(help=f"Files or folders: {_FORMATS}.")],
    json_lines: Annotated[bool, typer.Option("--json", help="One JSON object a file on stdout.")] = False,
    url: Annotated[
        str | None, typer.Option("--url", metavar="BASE", help="Base for the links of a page.")
    ] = None,
    home: Home = None,
) -> None:
    """Read files without storing anything.

    Example: `nianbao read report.html notice.docx --json > read.jsonl`

    Exit code 1 when a file could not be read; its line then says why.
    """
    from extractors.organisation import Gazetteer
    from flows.read_command import print_lines, print_readable, readings
    from flows.regions import places

    with failures_told():
        found = readings(paths, Gazetteer.load(places(settings_of(home))))
        all_read = print_lines(found, url) if json_lines else print_readable(found)
    if not all_read:
        raise typer.Exit(1)


@indicators_app.command("suggest")
def suggest_indicators(
    paths: Annotated[list[Path], typer.Argument(help=f"Files or folders: {_FORMATS}.", exists=True)],
    at_least: Annotated[
        int, typer.Option("--at-least", min=1, help="In how many files a noun must stand.")
    ] = 2,
    top: Annotated[int, typer.Option("--top", min=1, help="How many to show.")] = 40,
    home: Home = None,
) -> None:
    """Rank the nouns that reports count and the codebook has no indicator for.

    Example: `nianbao indicators suggest reports/ --at-least 3`

    A suggestion becomes an indicator by a line in the codebook and an entry in the lexicon.

    Exit code 1 when a file could not be read; it is named.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from extractors.organisation import Gazetteer
    from flows.read_command import readings
    from flows.regions import places
    from flows.suggest import suggestions

    with failures_told():
        read = readings(paths, Gazetteer.load(places(settings_of(home))))
        found, unread = suggestions(read, at_least)
    table = Table("files", "figures", "noun", "unit", "example")
    for one in found[:top]:
        table.add_row(str(len(one.files)), str(one.figures), one.noun, one.unit, escape(one.example))
    Console().print(table)
    if unread:
        fail("\n".join(f"{file}: {why}" for file, why in unread.items()))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The .tar.gz to write.")],
    home: Home = None,
) -> None:
    """Pack archive, settings, places, sources and decisions: all that cannot be made again.

    Example: `nianbao backup nianbao-2025-01-31.tar.gz`
    """
    from flows.backup import BackupError, pack

    with _work(home) as (settings, _), failures_told(BackupError):
        typer.echo(pack(settings, file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `nianbao backup` wrote.", exists=True, dir_okay=False)],
    home: Home = None,
) -> None:
    """Unpack a backup into a home without an archive; then `nianbao rebuild` makes the rest.

    Example: `nianbao restore nianbao-2025-01-31.tar.gz --home /srv/nianbao`
    """
    from flows.backup import BackupError, unpack

    with _work(home) as (settings, _), failures_told(BackupError):
        unpack(settings, file)
    typer.echo(f"restored; now run `nianbao rebuild --home {settings.home}`")


@config_app.command("check")
def config_check(home: Home = None) -> None:
    """Print every setting and where it came from; name what is wrong.

    Example: `NIANBAO_SERVE__PORT=5000 nianbao config check`
    """
    from flows.settings import SettingsError, explain_settings, unknown_variables

    try:
        origins = explain_settings(home)
    except SettingsError as error:
        fail(str(error))
    from rich.console import Console
    from rich.table import Table

    table = Table("setting", "value", "from")
    for origin in origins:
        table.add_row(origin.field, origin.value, origin.source)
    Console().print(table)
    if unknown := unknown_variables():
        fail(f"no such setting: {', '.join(unknown)}")


@formulas_app.command("measure")
def formulas_measure(
    bodies: Annotated[int, typer.Option("--bodies", min=2, help="At least so many bodies have it.")] = 20,
    provinces: Annotated[int, typer.Option("--provinces", min=1, help="Of at least so many provinces.")] = 3,
    share: Annotated[
        float, typer.Option("--share", min=0, max=1, help="And this share of all bodies measured.")
    ] = 0.005,
    keep: Annotated[bool, typer.Option("--keep", help="Mask these from the next run on.")] = False,
    home: Home = None,
) -> None:
    """Measure which sentences stand in the reports of many bodies of several provinces.

    Example: `nianbao formulas measure --bodies 50 --keep`

    What is kept is masked before reports are compared with each other, beside the formulas known from laws.
    """
    from flows import console, formulas

    with _work(home) as (settings, _):
        found = formulas.measured(settings, bodies=bodies, provinces=provinces, share=share)
        if keep:
            formulas.keep(settings, found)
    console.rows(
        "套话 formulas",
        ("bodies", "provinces", "sentence"),
        ((one.bodies, one.provinces, one.sentence) for one in found),
    )
    if keep:
        typer.echo(f"kept: {counted(len(found), 'formula')}; the next run compares all reports anew")


@regions_app.command("import")
def regions_import(
    file: Annotated[
        Path, typer.Argument(help="CSV or XLSX with 代码 and 名称.", exists=True, dir_okay=False)
    ],
    as_of: Annotated[
        datetime, typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day the list tells the state of.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    home: Home = None,
) -> None:
    """Take an official yearly list of divisions; show what it renames, recodes, founds and ends.

    Example: `nianbao regions import 2025.xlsx --as-of 2025-12-31`

    The next run tells the warehouse, and reads every page again against the new list. A list that makes no sense is
    refused, row by row.
    """
    from flows import console
    from flows.regions import RegionListError, import_regions

    with _work(home) as (settings, _), failures_told(RegionListError):
        begun = import_regions(settings, file, as_of.date(), dry_run=dry_run)
    console.rows(
        "区划变更 changes",
        ("event", "code", "name", "from", "predecessors"),
        ((v.event, v.code, v.name, v.valid_from, " ".join(v.predecessors)) for v in begun),
    )


@regions_app.command("list")
def regions_list(home: Home = None) -> None:
    """Show the lists held, and the version of the gazetteer that readings name in their release.

    Example: `nianbao regions list`
    """
    from flows import console
    from flows.readings import gazetteer_version
    from flows.regions import editions, places

    settings = settings_of(home)
    console.rows(
        "区划名录 lists",
        ("as of", "divisions"),
        ((edition.as_of, len(edition.divisions)) for edition in editions(settings)),
    )
    version = gazetteer_version(places(settings))
    typer.echo(f"readings resolve against: {version or 'the built-in divisions of 2023-06-30'}")


def main() -> None:
    """Entry point of the `nianbao` command."""
    app()


@contextmanager
def _work(home: Path | None, wait_seconds: float = 1) -> Iterator[tuple[Settings, PlainSteps]]:
    """The settings and a shown progress, with the run lock held; what a person can mend ends with a message."""
    from flows.lock import run_lock

    try:
        with _look(home) as (settings, steps), run_lock(settings.home, wait_seconds=wait_seconds):
            yield settings, steps
    except KeyboardInterrupt:
        typer.echo("broken off; what was archived stays, and the next run goes on from there", err=True)
        raise typer.Exit(130) from None


@contextmanager
def _look(home: Path | None) -> Iterator[tuple[Settings, PlainSteps]]:
    """The same without the lock, for what may look on while a night collects."""
    settings = settings_of(home)
    with failures_told(), _damage_told(), progress_shown() as steps:
        yield settings, steps


@contextmanager
def _damage_told() -> Iterator[None]:
    """A database that cannot be read ends the command with a message and the way out."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        if advice := disk_advice(error):
            fail(f"{error}; {advice}")
        fail(
            f"{error}\nIf the file is damaged, take it away and run `nianbao rebuild`: it makes the "
            "warehouse and what is published again from the archive."
        )


def _report_run(summary: NightSummary) -> None:
    from flows import console

    console.summary(summary)
    if not summary.ok:
        raise typer.Exit(1)


def _published(settings: Settings) -> Path:
    from warehouse.publish import newest

    file = newest(settings.publish)
    if not file.exists():
        fail(f"{settings.publish}: nothing is published yet; `nianbao run` or `nianbao ingest` comes first")
    return file


if __name__ == "__main__":
    main()
