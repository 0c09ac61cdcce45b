"""The warehouse beside the truth of the demo's web, figure by figure, and proof that the comparison sees a change."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest

from extractors.organisation import Gazetteer
from extractors.reading import read
from extractors.records import SourceHint
from flows.demo import GAZETTEER, DemoWeb, TruthRow, yearly
from flows.night import run_night
from flows.settings import Settings
from flows.steps import PlainSteps
from tests.flows_world import ask, make_home, put_question

pytestmark = pytest.mark.timeout(600)
NIGHT = 2
FEWEST_CODED = 0.975
"""Share of the codebook's figures that are read with their code: only ever raised. A wrong code is never allowed."""

Figure = tuple[float, float | None, str]


def figure(value: object, value_high: object, bound: object) -> Figure:
    return (
        round(float(str(value)), 4),
        None if value_high is None else round(float(str(value_high)), 4),
        str(bound),
    )


def by_report(rows: Iterable[TruthRow]) -> dict[tuple[str, int], list[TruthRow]]:
    reports: dict[tuple[str, int], list[TruthRow]] = defaultdict(list)
    for row in rows:
        reports[row.organization_name, row.report_year].append(row)
    return reports


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterable[tuple[Settings, list[TruthRow]]]:
    with DemoWeb(night=NIGHT) as web:
        names = tuple(str(entry["id"]) for entry in web.source_entries())
        settings = make_home(tmp_path_factory.mktemp("truth"), web, names)
        run_night(settings, steps=PlainSteps())
        yield settings, [row for row in web.truth() if not row.is_gone]


@pytest.fixture(scope="module")
def loaded(
    settings: tuple[Settings, list[TruthRow]],
) -> dict[tuple[str, int], list[tuple[str | None, Figure]]]:
    """Every figure the private warehouse holds, by report."""
    rows = ask(
        settings[0].database,
        "SELECT d.organization_name, d.report_year, m.indicator_code, m.value, m.value_high, m.bound "
        "FROM int_mention AS m JOIN (SELECT document_key, organization_name, report_year FROM dim_document "
        "JOIN dim_organization USING (organization_key) WHERE is_current AND is_canonical "
        "AND report_kind = 'rule_of_law') AS d USING (document_key) WHERE m.is_current",
    )
    reports: dict[tuple[str, int], list[tuple[str | None, Figure]]] = defaultdict(list)
    for name, year, code, *numbers in rows:
        reports[name, year].append((code, figure(*numbers)))
    return reports


def test_every_figure_of_every_report_is_in_the_warehouse_and_no_other(
    settings: tuple[Settings, list[TruthRow]], loaded: dict[tuple[str, int], list[tuple[str | None, Figure]]]
) -> None:
    reports = by_report(settings[1])
    assert len(reports) >= 28
    differing = {}
    for report, rows in reports.items():
        told = Counter(number for _, number in loaded[report])
        true = Counter(figure(row.value, row.value_high, row.bound) for row in rows)
        if told != true:
            differing[report] = (sorted((true - told).elements()), sorted((told - true).elements()))
    assert differing == {}, "(missing, invented) by report"


def test_no_figure_stands_under_a_wrong_code(
    settings: tuple[Settings, list[TruthRow]], loaded: dict[tuple[str, int], list[tuple[str | None, Figure]]]
) -> None:
    wrong, coded, right = [], 0, 0
    for report, rows in by_report(settings[1]).items():
        told = Counter(item for item in loaded[report] if item[0])
        true = Counter(
            (row.indicator_code, figure(row.value, row.value_high, row.bound))
            for row in rows
            if row.indicator_code
        )
        wrong += [[*report, *item] for item in (told - true).elements()]
        coded += true.total()
        right += (told & true).total()
    assert wrong == [], json.dumps(wrong, ensure_ascii=False)
    assert right / coded >= FEWEST_CODED


def test_question_1_gives_the_changes_of_the_web(settings: tuple[Settings, list[TruthRow]]) -> None:
    code, years = "disputes_mediated", (2021, 2023)
    values = {
        (row.organization_name, row.report_year): (row.value, row.bound)
        for row in yearly(settings[1])
        if row.indicator_code == code and row.report_year in years
    }
    rows = put_question(
        settings[0].publish / "nianbao.duckdb",
        1,
        "organization_name",
        "change",
        from_year="2021",
        to_year="2023",
    )
    expected = {}
    for name, _ in rows:
        (old, old_bound), (new, new_bound) = (values.get((name, year), (None, None)) for year in years)
        comparable = old is not None and new is not None and old_bound == new_bound == "exact"
        expected[name] = float(new - old) if comparable else None
    assert dict(rows) == expected
    assert sum(change is not None for change in expected.values()) >= 1


def test_question_10_finds_every_explicit_zero_of_the_web(settings: tuple[Settings, list[TruthRow]]) -> None:
    codes = {"reconsideration_cases", "litigation_cases"}
    rows = put_question(
        settings[0].publish / "nianbao.duckdb",
        10,
        "organization_name",
        "report_year",
        "indicator_code",
        "finding",
    )
    told = {row[:3] for row in rows if row[3] == "explicit_zero"}
    asked = {row[:2] for row in rows}
    true = {
        (row.organization_name, row.report_year, row.indicator_code)
        for row in settings[1]
        if row.indicator_code in codes
        and row.is_explicit_zero
        and (row.organization_name, row.report_year) in asked
    }
    assert told == true and true


def test_question_3_counts_the_bodies_of_the_web(settings: tuple[Settings, list[TruthRow]]) -> None:
    rows = put_question(
        settings[0].publish / "nianbao.duckdb",
        3,
        "county_code",
        "published_with_street_offices",
        report_year="2023",
    )
    published = {
        (row.region_code[:6] + "000", row.organization_name)
        for row in settings[1]
        if row.report_year == 2023 and not row.region_code.endswith("00000")
    }
    assert dict(rows) == Counter(county for county, _ in published)


def changed(text: str, chance: random.Random) -> str:
    """Another figure in the same wording: a digit more or less, or a plain number for one in words."""
    place = re.search(r"\d", text)
    if place is None:
        return f"{chance.randint(301, 999)}件"
    digit = chance.choice([d for d in "123456789" if d != place[0]])
    return text[: place.start()] + digit + text[place.end() :]


def test_changing_any_one_figure_of_a_page_is_seen() -> None:
    chance = random.Random(20241204)
    places = Gazetteer.load(Path(GAZETTEER))
    with DemoWeb(night=NIGHT) as web:
        rows = by_report(row for row in web.truth() if not row.is_gone)
        targets = [chance.choice(report) for report in rows.values()]
    unseen = []
    for target in targets:
        words = changed(target.text, chance)
        with DemoWeb(night=NIGHT, mutate=[(target.report_id, target.figure_id, words)]) as web:
            report = by_report(row for row in web.truth() if not row.is_gone)[
                target.organization_name, target.report_year
            ]
            answer = httpx.get(report[0].url)
            reading = read(
                answer.content,
                url=report[0].url,
                media_type=answer.headers["content-type"].split(";")[0],
                hint=SourceHint(target.organization_name, target.region_code),
                gazetteer=places,
            )
        told = Counter(figure(fact.value, fact.value_high, fact.bound) for fact in reading.facts)
        if told == Counter(figure(row.value, row.value_high, row.bound) for row in report):
            unseen.append((target.report_id, target.figure_id, target.text, words))
    assert unseen == []
