"""The commands `nianbao sources …`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commanding import Home, fail, failures_told, progress_shown, settings_of
from flows.wording import counted

if TYPE_CHECKING:
    from flows.collector.registry import Source
    from flows.collector.survey.check import CheckResult
    from flows.collector.survey.propose import Proposal
    from flows.settings import Settings
    from flows.steps import PlainSteps

sources_app = typer.Typer(help="Look at the registry of sources, and at the sites.", no_args_is_help=True)
_ROWS_SHOWN = 15


@sources_app.command("list")
def sources_list(home: Home = None) -> None:
    """Every source of the registry.

    Example: `nianbao sources list`
    """
    from flows import console
    from flows.collector.registry import load_sources

    with failures_told():
        sources, errors = load_sources(settings_of(home).sources)
    console.rows(
        "来源 sources",
        ("id", "name", "platform", "status", "site"),
        ((s.id, s.name, s.platform, s.status, s.site_url) for s in sources),
    )
    if errors:
        fail("\n".join(map(str, errors)))


@sources_app.command("lint")
def sources_lint(
    write: Annotated[
        bool, typer.Option("--write", help="Write the rows.json that golden pages lack, for you to accept.")
    ] = False,
    home: Home = None,
) -> None:
    """Check the files of the registry and its golden pages, without network; exit code 1 names each mistake.

    Example: `nianbao sources lint`
    """
    _lint(settings_of(home), make_rows=write)


@sources_app.command("check")
def sources_check(
    ids: Annotated[
        list[str] | None, typer.Argument(help="These sources; else every enabled one.", metavar="ID")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every source, enabled or not.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="The files only, as `lint` does.")] = False,
    enable: Annotated[
        bool,
        typer.Option("--enable", help="Enable the entries named that are fine: takes out status and reason."),
    ] = False,
    home: Home = None,
) -> None:
    """The files first, then each site: reachable, robots, platform, rows, newest report, last change, and a cause
    when something is wrong; exit code 1 then.

    Example: `nianbao sources check beijing-dcq --enable`
    """
    from flows.night import choose

    settings = settings_of(home)
    sources = _lint(settings)
    if offline:
        return
    if enable and not ids:
        fail("--enable wants the ids of the entries you have looked at")
    with failures_told():
        chosen = sources if every and not ids else choose(sources, ids or ())
    if not chosen:
        typer.echo("no source is enabled: name the ones to look at, or give --all")
        return
    from flows import survey

    with _network() as steps:
        results = survey.check_sources(settings, chosen, steps=steps)
    _show(results)
    if enable:
        _enable(settings, results)
    if not all(result.ok for result in results):
        raise typer.Exit(1)


@sources_app.command("add")
def sources_add(
    url: Annotated[str, typer.Argument(help="A column's address, or a report's in it.")],
    name: Annotated[
        str | None, typer.Option("--id", help="The entry's id; else one from the address.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the entry and its golden list page.")] = False,
    home: Home = None,
) -> None:
    """Look at a site, recognise its platform, and propose the entry for one of its columns.

    Example: `nianbao sources add https://www.linjiang.example/zwgk/fzzf/ --write`
    """
    from flows import survey

    settings = settings_of(home)
    with _network() as steps:
        proposal = survey.propose_source(settings, url, name=name, steps=steps)
    _show_proposal(proposal)
    if not write:
        typer.echo("nothing was written; --write puts the entry and its golden list page into the registry")
        return
    with failures_told(survey.EntryError):
        written = survey.write_proposal(settings, proposal)
    typer.echo(
        f"{written.entry}: correct name, organization, region_code and expected_years, then `nianbao sources check "
        f"{proposal.source.id} --enable`\n{written.golden}: hold rows.json against page.*, then set accepted to the day"
    )


def _lint(settings: Settings, *, make_rows: bool = False) -> list[Source]:
    from flows import survey

    with failures_told():
        sources, errors = survey.lint(settings.sources, make_rows=make_rows)
    typer.echo(f"well formed: {counted(len(sources), 'source')} in {settings.sources}")
    if errors:
        fail("\n".join(map(str, errors)))
    return sources


@contextmanager
def _network() -> Iterator[PlainSteps]:
    """Shown progress; what keeps sites from being looked at ends the command with a message."""
    from flows.collector.survey.visit import SurveyError

    with failures_told(SurveyError), progress_shown() as steps:
        yield steps


def _show(results: list[CheckResult]) -> None:
    from flows import console
    from flows.clock import shanghai
    from flows.collector.survey.visit import causes

    console.rows(
        "来源核查 sources checked",
        (
            "source",
            "cause",
            "reachable",
            "robots",
            "platform",
            "rows",
            "reports",
            "newest",
            "changed (Asia/Shanghai)",
        ),
        (
            (
                r.source_id,
                f"{causes()[r.cause].label} {r.cause}",
                "yes" if r.is_reachable else "no",
                r.robots,
                r.platform,
                r.rows,
                r.reports,
                r.newest_on,
                shanghai(r.changed_at),
            )
            for r in results
        ),
    )
    for result in results:
        if not result.ok:
            typer.echo(f"{result.source_id}: {result.evidence}\n  {causes()[result.cause].advice}")


def _enable(settings: Settings, results: list[CheckResult]) -> None:
    from flows import survey
    from flows.clock import SHANGHAI
    from flows.steps import utc_now

    today = utc_now().astimezone(SHANGHAI).date()
    for result in (result for result in results if result.ok):
        file = settings.sources / f"{result.source_id}.yml"
        with failures_told(survey.EntryError):
            survey.enable(file, result, f"{today}")
        typer.echo(f"{file}: enabled")


def _show_proposal(proposal: Proposal) -> None:
    from flows import console

    wanted = {row.url for row in proposal.wanted}
    shown = [row for row in proposal.page.rows if row.url in wanted]
    shown += [row for row in proposal.page.rows if row.url not in wanted]
    console.rows(
        f"列表 rows of {proposal.ask.url}: {len(proposal.page.rows)}, of them reports {len(wanted)}",
        ("collected", "day", "title", "address"),
        (
            ("yes" if row.url in wanted else "", row.listed_on, row.title, row.url)
            for row in shown[:_ROWS_SHOWN]
        ),
    )
    typer.echo(f"\n{proposal.entry()}")
