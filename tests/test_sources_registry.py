"""The registry as shipped, held against the gazetteer and its own citations, and the page that explains it."""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from extractors.organisation import Gazetteer
from extractors.organisation.gazetteer import level_of
from flows.collector.politeness import OFF_SWITCH, CollectorSettings
from flows.collector.registry import JsonList, PageEntry, Selectors, Source, load_source, load_sources
from flows.collector.survey.visit import Cause, causes
from flows.night import choose

ROOT = Path(__file__).resolve().parent.parent
SOURCES, ERRORS = load_sources(ROOT / "sources")
MANUAL = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
DEPARTMENT = re.compile(r"([局厅]|办公室|(?<!管理)委员会)$")
CHECKED = re.compile(r"核对于 20\d\d-\d\d-\d\d")
each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def _level(source: Source) -> str:
    is_department = DEPARTMENT.search(source.organization or "") is not None
    return "department" if is_department else level_of(source.region_code or "")


def _folder(url: str) -> re.Pattern[str]:
    """A pattern of a page of the column at `url`, whatever the year of its address."""
    return re.compile(re.escape(url).replace(re.escape("{year}"), r"20\d\d"))


def test_every_file_is_a_source_of_its_own() -> None:
    assert [str(error) for error in ERRORS] == []
    assert len(SOURCES) == len({source.id for source in SOURCES}) == len(list((ROOT / "sources").glob("*.*")))
    files = {path.stem for path in (ROOT / "sources").glob("*.yml")}
    assert {source.id for source in SOURCES} == files, "a file bears the id of its source"


def test_the_registry_is_broad_enough_to_start_with() -> None:
    assert len(SOURCES) >= 40
    assert len({(source.region_code or "")[:2] for source in SOURCES}) >= 12
    levels = Counter(map(_level, SOURCES))
    assert all(levels[name] >= 3 for name in ("province", "prefecture", "county", "township", "department"))
    assert {"trs", "hanweb", "static", "urls"} <= {source.platform for source in SOURCES}


def test_nobody_is_asked_before_an_entry_was_checked() -> None:
    unchecked = {source.id for source in SOURCES if source.status == "unverified"}
    assert not unchecked & {source.id for source in choose(SOURCES, ())}
    for source in SOURCES:
        assert source.status != "enabled" or CHECKED.search(source.notes or ""), source.id


def test_no_column_is_collected_twice() -> None:
    addresses = [url for source in SOURCES for url in source.list_urls]
    addresses += [page.url for source in SOURCES for page in source.pages]
    assert [url for url, count in Counter(addresses).items() if count > 1] == []


def test_every_cited_page_is_known_and_its_place_is_the_entry_s(shared: Path, gazetteer: Gazetteer) -> None:
    with (shared / "research" / "known_pages.tsv").open(encoding="utf-8") as file:
        known = {row["url"]: row for row in csv.DictReader(file, delimiter="\t")}
    for source in SOURCES:
        for cite in source.cites:
            assert cite in known, f"{source.id} cites a page nobody has seen: {cite}"
            places = {"", *map(gazetteer.names.__getitem__, gazetteer.lineage(source.region_code or ""))}
            assert known[cite]["province"] in places, source.id


@each_source
def test_the_entry_cites_pages_of_its_own_hosts(source: Source) -> None:
    assert source.cites
    assert len(set(source.cites)) == len(source.cites)
    assert {urlsplit(url).hostname for url in source.cites} <= source.allowed_hosts
    assert source.minimum_documents >= 1


@each_source
def test_every_list_address_follows_from_a_cited_page(source: Source) -> None:
    if source.platform == "urls":
        assert {page.url for page in source.pages} <= set(source.cites)
        return
    assert source.list_urls
    for url in source.list_urls:
        if source.platform == "hanweb":
            column = re.search(r"/col/col(\d+)/index\.html$", url)
            assert column, url
            assert any(f"/art_{column[1]}_" in cite for cite in source.cites), url
        else:
            assert url.endswith("/"), url
            assert any(_folder(url).match(cite) for cite in source.cites), url


@each_source
def test_trs_is_said_only_of_pages_named_by_trs(source: Source) -> None:
    if source.platform == "trs":
        assert all(re.search(r"/t\d{8}_\d+\.s?html?$", cite) for cite in source.cites)


@each_source
def test_the_region_is_the_place_the_entry_names(source: Source, gazetteer: Gazetteer) -> None:
    assert source.region_code in gazetteer.names
    named = source.organization or source.name
    assert gazetteer.read(named).codes == {source.region_code}, "the name must mean one place, and that one"
    assert source.name.startswith(source.organization or "")


@each_source
def test_an_expected_year_can_have_its_report(source: Source) -> None:
    assert list(source.expected_years) == sorted(set(source.expected_years))
    assert all(2016 <= year <= 2100 for year in source.expected_years)


@pytest.mark.parametrize("model", [Source, Selectors, JsonList, PageEntry], ids=lambda model: model.__name__)
def test_the_manual_has_exactly_the_fields_of_the_schema(model: type) -> None:
    section = MANUAL.split(f"<!-- fields: {model.__name__} -->")[1].split("\n\n#")[0].split("<!--")[0]
    documented = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert documented == list(model.model_fields)


def test_the_manual_states_the_defaults_that_apply() -> None:
    section = MANUAL.split("<!-- defaults: CollectorSettings -->")[1].split("\n\n#")[0]
    stated = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]*)`? \|", section, re.MULTILINE))
    actual = {name: str(info.default) for name, info in CollectorSettings.model_fields.items()}
    assert stated == actual
    assert OFF_SWITCH in MANUAL


def test_the_examples_of_the_manual_are_sources(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", MANUAL, re.DOTALL)
    assert examples
    for number, example in enumerate(examples):
        file = tmp_path / f"{number}.yml"
        file.write_text(example, encoding="utf-8")
        assert isinstance(load_source(file), Source), load_source(file)


def test_the_manual_has_exactly_the_causes_of_a_check() -> None:
    assert set(causes()) == set(get_args(Cause))
    documented = dict(
        re.findall(
            r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$",
            MANUAL.split("## Check")[1].split("## Politeness")[0],
            re.MULTILINE,
        )
    )
    assert documented == {cause: meaning.advice for cause, meaning in causes().items()}


def test_every_platform_is_explained() -> None:
    platforms = Source.model_json_schema()["properties"]["platform"]["enum"]
    assert [name for name in platforms if f"\n| `{name}` |" not in MANUAL] == []
