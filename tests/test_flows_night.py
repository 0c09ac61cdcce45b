"""Whole nights over the demo's web: a first one, one without news, and one with a broken source file."""

import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from flows import console
from flows.collector.archive import Archive
from flows.demo import DemoWeb, yearly
from flows.explain import prove
from flows.journal import Journal
from flows.lock import LockHeld, run_lock
from flows.night import run_night
from flows.settings import Settings
from flows.steps import PlainSteps
from flows.summary import NightSummary
from tests.flows_world import SOURCES, ask, make_home, yearly_values
from warehouse.diff import is_empty

RECALL_FLOOR = 0.9
T = TypeVar("T")


@pytest.fixture(scope="module")
def web() -> Iterator[DemoWeb]:
    with DemoWeb(night=1) as web:
        yield web


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, web: DemoWeb) -> Settings:
    return make_home(tmp_path_factory.mktemp("home"), web)


@pytest.fixture(scope="module")
def first(settings: Settings) -> NightSummary:
    return run_night(settings, steps=PlainSteps())


@pytest.fixture(scope="module")
def second(settings: Settings, first: NightSummary) -> NightSummary:
    return run_night(settings, steps=PlainSteps())


def test_first_night_publishes_the_figures_of_the_web_and_no_other(
    settings: Settings, first: NightSummary, web: DemoWeb
) -> None:
    assert first.problems == ()
    assert first.derived.published is not None
    published = {row[:3]: row[3] for row in yearly_values(settings)}
    bodies = {name for name, *_ in published}
    expected = {
        (row.organization_name, row.indicator_code, row.report_year): row.value
        for row in yearly(web.truth(1))
        if row.organization_name in bodies
    }
    assert len({name for name, *_ in expected}) == len(SOURCES)
    told = {key: value for key, value in published.items() if value is not None}
    wrong = {key: value for key, value in told.items() if expected.get(key) != Decimal(str(value))}
    assert wrong == {}
    wanted = {key for key, value in expected.items() if value is not None}
    assert len(told.keys() & wanted) >= RECALL_FLOOR * len(wanted)


def test_every_published_figure_stands_in_the_archived_bytes(settings: Settings, first: NightSummary) -> None:
    (name, code, year, *_), *_ = yearly_values(settings)
    found = prove(settings, organization=name, indicator=code, report_year=year)
    assert found
    assert [proof.failure for proof in found] == [None] * len(found)


def test_a_figure_can_be_looked_up_while_a_night_collects_and_reads_but_not_while_it_loads(
    settings: Settings, first: NightSummary
) -> None:
    (name, code, year, *_), *_ = yearly_values(settings)
    answers: dict[str, str] = {}

    class Asked(PlainSteps):
        def one(self, name_of_step: str, step: Callable[[], T]) -> T:
            try:
                found = prove(settings, organization=name, indicator=code, report_year=year)
                answers[name_of_step] = "borne out" if found and not found[0].failure else "not found"
            except LockHeld as busy:
                answers[name_of_step] = str(busy)
            return super().one(name_of_step, step)

    with run_lock(settings.home, command="nianbao run --night"):
        run_night(settings, steps=Asked())
    assert answers["unpack"] == answers["read"] == "borne out"
    for step in ("load", "transform and check", "publish"):
        assert f"process {os.getpid()}" in answers[step]


def test_second_night_without_news_adds_no_fact_and_changes_nothing(
    settings: Settings, first: NightSummary, second: NightSummary
) -> None:
    assert second.problems == ()
    assert second.new_documents == 0
    assert second.derived.pages_read == 0
    assert second.derived.published is not None
    assert is_empty(second.derived.differences)


def test_file_with_an_error_stops_only_its_source(settings: Settings, second: NightSummary) -> None:
    broken = settings.sources / "broken.yml"
    broken.write_text("id: broken\nname: 坏的\nplatform: papyrus\n", encoding="utf-8")
    third = run_night(settings, steps=PlainSteps())
    broken.unlink()
    assert not third.ok
    assert any("broken.yml:3" in problem and "platform" in problem for problem in third.problems)
    assert {source.source_id for source in third.sources} == set(SOURCES)
    assert all(source.ok for source in third.sources)
    assert third.derived.published is not None
    assert is_empty(third.derived.differences)


def test_journal_and_published_runs_tell_how_the_nights_ended(
    settings: Settings, second: NightSummary
) -> None:
    runs = {run.run_id: run.status for run in Journal(settings.journal).runs()}
    assert runs[second.run_id] == "succeeded"
    published = dict(ask(settings.publish / "nianbao.duckdb", "SELECT run_id, status FROM dim_run"))
    assert published[second.run_id] == "succeeded"


def test_unknown_source_is_refused_by_name(settings: Settings) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        run_night(settings, only=["nowhere"], steps=PlainSteps())


def test_nothing_is_archived_twice(settings: Settings, second: NightSummary) -> None:
    with Archive(settings.archive) as archive:
        assert not archive.verify()
        readings = [entry.reading_id for entry in archive.readings()]
    assert len(readings) == len(set(readings))


@pytest.mark.parametrize(("years", "words"), [((), "no source is enabled"), ((2021,), "{year}")])
def test_a_night_that_asks_nobody_is_a_problem(
    tmp_path: Path, web: DemoWeb, years: tuple[int, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sources of the demo have no year in their addresses, and only a backfill minds."""
    settings = make_home(tmp_path, web, SOURCES if years else ())
    summary = run_night(settings, years=years, steps=PlainSteps())
    assert not summary.ok and summary.requests == 0
    assert words in summary.problems[0]
    console.summary(summary)
    told = capsys.readouterr().out
    assert "2 problems. What was collected" in told, "nothing was published before that readers could keep"
    assert "the published file" not in told


def test_registry_that_is_not_there_is_an_error(tmp_path: Path, settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"sources": tmp_path / "none"})
    with pytest.raises(FileNotFoundError, match="none"):
        run_night(elsewhere, steps=PlainSteps())
