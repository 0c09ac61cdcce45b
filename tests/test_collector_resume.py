"""Killed at any moment and run again, a visit asks for no page twice and loses none; a quiet night costs little."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from flows.collector.archive import Archive
from tests.collector_site import Answer, Site, running_site
from tests.dying_visit import NIGHT, visit, visit_and_die

PAGES = 8


@pytest.fixture
def site() -> Iterator[Site]:
    """A column of reports, every second one with an attached file, on two list pages."""
    with running_site() as running:
        rows = [
            f'<li><a href="/t{n}.html">临江区{2010 + n}年法治政府建设年度报告</a><span>{2011 + n}-01-20</span></li>'
            for n in range(PAGES)
        ]
        half = PAGES // 2
        next_page = '<a href="/list2.html">下一页</a>'
        running.pages["/list.html"] = Answer(f"<ul>{''.join(rows[:half])}</ul>{next_page}", etag='"l1"')
        running.pages["/list2.html"] = Answer(f"<ul>{''.join(rows[half:])}</ul>", etag='"l2"')
        for n in range(PAGES):
            running.pages[f"/t{n}.html"] = report(n)
            running.pages[f"/f{n}.pdf"] = Answer(b"%PDF-1.4 " + bytes([n]) * 3000, etag=f'"f{n}"')
        yield running


def report(n: int) -> Answer:
    title = f"临江区{2010 + n}年法治政府建设年度报告"
    attached = f'<p>附件：<a href="/f{n}.pdf">附表.pdf</a></p>' if n % 2 else ""
    text = f"<p>{2010 + n}年，临江区办理行政复议案件{n + 5}件，审查规范性文件8件，各项工作稳步推进。</p>" * 20
    body = f"<h1>{title}</h1><div class='TRS_Editor'>{text}{attached}</div>"
    return Answer(f"<html><head><title>{title}</title></head><body>{body}</body></html>", etag=f'"{n}"')


WANTED = {f"/t{n}.html" for n in range(PAGES)} | {f"/f{n}.pdf" for n in range(1, PAGES, 2)}


FORKS = get_context("forkserver")
FORKS.set_forkserver_preload(["tests.dying_visit", "extractors.page"])


def visit_until(site: Site, root: Path, moment: int) -> int | None:
    """Visit in a process that kills itself at the moment; the number of moments if it got through."""
    told, tell = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=visit_and_die, args=(site.url, root, moment, tell))
    process.start()
    process.join(timeout=60)
    assert process.exitcode in (0, -9)
    return told.recv() if process.exitcode == 0 else None


def holds_everything(site: Site, root: Path, kills: int) -> None:
    archive = Archive(root)
    assert {flaw.kind for flaw in archive.verify()} <= {"torn"}
    kept = Counter(a.url.removeprefix(site.url) for a in archive.attempts() if a.outcome == "ok")
    assert {path for path in kept if path in WANTED} == WANTED
    assert all(kept[path] == 1 for path in WANTED), "no page brought as new twice"
    bodies = Counter(c.sha256 for c in archive.captures() if c.record_type == "response")
    assert set(bodies.values()) == {1}
    asked = Counter(path for path in site.paths() if path in WANTED)
    assert sum(asked.values()) - len(WANTED) <= kills, "only what was in flight is asked for again"


def test_a_visit_killed_again_and_again_ends_with_everything_once(site: Site, tmp_path: Path) -> None:
    chance, kills = random.Random(20250304), 0
    while visit_until(site, tmp_path, 6 + chance.randrange(30)) is None:
        kills += 1
        assert kills < 40
    assert kills >= 3
    holds_everything(site, tmp_path, kills)


def killed_and_finished(site: Site, folder: Path, every: int) -> None:
    total = visit_until(site, folder / "whole", -1)
    assert total is not None and total > 50
    for moment in range(1, total + 1, every):
        site.asked.clear()
        assert visit_until(site, folder / str(moment), moment) is None
        assert visit(site.url, folder / str(moment)).documents == PAGES
        holds_everything(site, folder / str(moment), 1)


def test_a_visit_killed_at_a_moment_is_finished_by_the_next(site: Site, tmp_path: Path) -> None:
    killed_and_finished(site, tmp_path, 9)


@pytest.mark.acceptance
def test_a_visit_killed_at_each_of_its_moments_is_finished_by_the_next(site: Site, tmp_path: Path) -> None:
    killed_and_finished(site, tmp_path, 1)


def test_a_second_night_with_nothing_changed_asks_conditionally_and_costs_next_to_nothing(
    site: Site, tmp_path: Path
) -> None:
    assert visit(site.url, tmp_path, "night-1").ok
    first = sum(asked.sent for asked in site.asked)
    assert {asked.path for asked in site.asked} >= WANTED
    site.asked.clear()
    summary = visit(site.url, tmp_path, "night-2", NIGHT + timedelta(days=1))
    assert summary.ok and summary.new == summary.changed == () and summary.documents == PAGES
    pages = [asked for asked in site.asked if asked.path != "/robots.txt"]
    assert all("If-None-Match" in asked.headers for asked in pages)
    assert "/list2.html" not in site.paths(), "the head of the list tells that nothing is new"
    second = sum(asked.sent for asked in site.asked)
    assert second <= 0.05 * first, f"{second} of {first} bytes"
