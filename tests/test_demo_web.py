"""The demo web over real HTTP: what the pipeline's acceptance rests on must itself be true."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pypdfium2
import pytest
import yaml
from bs4 import BeautifulSoup
from docx import Document as open_docx

from extractors.codebook import load_codebook
from extractors.organisation.gazetteer import Gazetteer
from flows.collector.registry import load_sources
from flows.demo import GAZETTEER, DemoWeb, TruthRow, yearly, yoy
from flows.demo.catalogue import indicators_by_id, web_file
from flows.demo.site import respond
from flows.demo.texts import parse

_SPACE = re.compile(r"\s+")


@pytest.fixture(scope="module")
def shared_web() -> Iterator[DemoWeb]:
    with DemoWeb() as web:
        yield web


@pytest.fixture
def web(shared_web: DemoWeb) -> Iterator[DemoWeb]:
    shared_web.set_night(1)
    yield shared_web
    shared_web.set_night(1)


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=False, trust_env=False) as client:
        yield client


def _squeezed(text: str) -> str:
    return _SPACE.sub("", text)


def _words(client: httpx.Client, url: str) -> str:
    """All the text of a page or file, without white space."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    if url.endswith(".docx"):
        document = open_docx(io.BytesIO(answer.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return _squeezed("".join([p.text for p in document.paragraphs] + cells))
    if url.endswith(".pdf"):
        pages = pypdfium2.PdfDocument(answer.content)
        return _squeezed("".join(page.get_textpage().get_text_range() for page in pages))
    encoding = "gb18030" if "gb2312" in answer.headers["Content-Type"] else "utf-8"
    return _squeezed(BeautifulSoup(answer.content.decode(encoding), "html.parser").get_text())


def _trs(client: httpx.Client, url: str) -> Iterator[tuple[str, str]]:
    text = client.get(url).text
    pages = re.search(r'createPageHTML\((\d+), 0, "index", "html"\)', text)
    assert pages
    for number in range(int(pages[1])):
        page = url if number == 0 else url.replace("index.html", f"index_{number}.html")
        for link in BeautifulSoup(client.get(page).text, "html.parser").select("ul.list a"):
            yield str(link["title"]), urljoin(page, str(link["href"]))


def _hanweb(client: httpx.Client, url: str) -> Iterator[tuple[str, str]]:
    text = client.get(url).text
    total, per_page = (int(re.search(rf"{name}:(\d+)", text)[1]) for name in ("totalRecord", "perPage"))  # type: ignore[index]
    form = dict(re.findall(r"'(columnid|unitid|webid)':'?(\d+)", text))
    records = re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", text, re.S)
    while len(records) < total:
        start = len(records) + 1
        query = {"startrecord": start, "endrecord": start + per_page - 1, "perpage": per_page}
        answer = client.post(urljoin(url, "/module/web/jpage/dataproxy.jsp"), params=query, data=form).text
        assert f"<totalrecord>{total}</totalrecord>" in answer
        more = re.findall(r"<record><!\[CDATA\[(.*?)\]\]></record>", answer, re.S)
        assert 0 < len(more) <= per_page
        records += more
    for record in records:
        link = BeautifulSoup(record, "html.parser").select_one("a")
        assert link
        yield str(link["title"]), urljoin(url, str(link["href"]))


def _ucap(client: httpx.Client, url: str) -> Iterator[tuple[str, str]]:
    page = 1
    while results := client.get(re.sub(r"([?&]page=)\d+", rf"\g<1>{page}", url)).json()["data"]["results"]:
        yield from ((row["title"], urljoin(url, row["url"])) for row in results)
        page += 1


def _gkmlpt(client: httpx.Client, url: str) -> Iterator[tuple[str, str]]:
    page = 1
    while articles := client.get(re.sub(r"([?&]page=)\d+", rf"\g<1>{page}", url)).json()["articles"]:
        yield from ((row["title"], row["post_url"]) for row in articles)
        page += 1


def _vsb(client: httpx.Client, url: str) -> Iterator[tuple[str, str]]:
    page: str | None = url
    while page is not None:
        soup = BeautifulSoup(client.get(page).content.decode("gb18030"), "html.parser")
        for link in soup.select("a.c1041"):
            yield str(link["title"]), urljoin(page, str(link["href"]))
        older = soup.select_one("span.p_next a")
        page = urljoin(page, str(older["href"])) if older else None


_WALKS = {"trs": _trs, "hanweb": _hanweb, "ucap": _ucap, "gkmlpt": _gkmlpt, "vsb": _vsb}


def _listed(web: DemoWeb, client: httpx.Client) -> dict[str, list[tuple[str, str]]]:
    entries = web.source_entries()
    return {e["id"]: list(_WALKS[e["platform"]](client, e["list_urls"][0])) for e in entries}


def _pages(rows: list[TruthRow]) -> set[str]:
    return {row.page_url for row in rows if not row.is_gone}


@pytest.mark.parametrize("night", [1, 2])
def test_every_list_leads_over_all_its_pages_to_every_report(
    web: DemoWeb, client: httpx.Client, night: int
) -> None:
    web.set_night(night)
    listed = _listed(web, client)
    sizes = {f"demo-{column.key}": column.page_size for site in web_file().sites for column in site.columns}
    for source_id, rows in listed.items():
        assert len(rows) > sizes[source_id], f"{source_id} has one list page only"
        assert len({url for _, url in rows}) == len(rows), f"{source_id} lists a page twice"
    urls = {url for rows in listed.values() for _, url in rows}
    assert _pages(web.truth()) <= urls
    assert len(urls) > len(_pages(web.truth())), "no decoys among the reports"


def test_decoys_are_pages_but_no_reports(web: DemoWeb, client: httpx.Client) -> None:
    reports = _pages(web.truth())
    listed = [row for rows in _listed(web, client).values() for row in rows]
    kinds = Counter(title[-4:] for title, url in listed if url not in reports)
    assert kinds.keys() >= {"年度报告", "述法报告", "工作要点", "作的通知"}
    missing = [url for title, url in listed if "2020" in title and "/internal/" not in url]
    assert len(missing) == 1
    answer = client.get(missing[0])
    assert answer.status_code == 200
    assert "页面不存在" in answer.text


@pytest.mark.parametrize("night", [1, 2, 4])
def test_the_truth_stands_in_the_rendered_reports(web: DemoWeb, client: httpx.Client, night: int) -> None:
    web.set_night(night)
    words: dict[str, str] = {}
    for row in web.truth():
        if row.is_gone:
            continue
        if row.url not in words:
            words[row.url] = _words(client, row.url)
        assert row.text in row.sentence
        cells = row.sentence.split("\t")
        assert all(_squeezed(cell) in words[row.url] for cell in cells), (
            row.report_id,
            row.figure_id,
            row.text,
        )


def test_a_changed_page_is_seen_against_the_truth(client: httpx.Client) -> None:
    with DemoWeb(mutate=[("lanpu_scjg-2023", "F1", "31次")]) as web:
        row = next(r for r in web.truth() if r.report_id == "lanpu_scjg-2023" and r.figure_id == "F1")
        words = _words(client, row.url)
    assert row.value == Decimal(13)
    assert _squeezed(row.sentence) not in words
    assert _squeezed(row.sentence.replace(row.text, "31次", 1)) in words


def test_a_change_of_no_figure_is_refused() -> None:
    with pytest.raises(KeyError, match="F999"):
        DemoWeb(mutate=[("lanpu_scjg-2023", "F999", "31次")])


def test_files_hold_the_text_and_their_pages_do_not(web: DemoWeb, client: httpx.Client) -> None:
    web.set_night(2)
    filed = {row.url: row for row in web.truth() if row.url != row.page_url}
    assert {url.rsplit(".", 1)[1] for url in filed} == {"docx", "pdf"}
    for url, row in filed.items():
        page = client.get(row.page_url)
        assert url.rsplit("/", 1)[1] in page.text
        assert _squeezed(row.sentence) not in _squeezed(BeautifulSoup(page.content, "html.parser").get_text())
        assert client.get(url).content == client.get(url).content


def test_the_gbk_site_says_gb2312(web: DemoWeb, client: httpx.Client) -> None:
    page = client.get(web.base("luzhou") + "/xxgk/fzzfjsndbg.htm")
    assert page.headers["Content-Type"] == "text/html; charset=gb2312"
    assert b"charset=gb2312" in page.content
    for wrong in ("utf-8", "gb2312"):
        with pytest.raises(UnicodeDecodeError):
            page.content.decode(wrong)
    assert "今天是：2025年1月20日 星期一" in page.content.decode("gbk")


def test_unchanged_pages_answer_304(web: DemoWeb, client: httpx.Client) -> None:
    url = next(row.url for row in web.truth() if row.report_id == "lanpu_yjj-2021")
    first = client.get(url)
    for headers in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = client.get(url, headers=headers)
        assert (again.status_code, again.content) == (304, b"")
    web.set_night(2)
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_dated_header_changes_the_bytes_and_not_the_words(web: DemoWeb, client: httpx.Client) -> None:
    url = next(row.url for row in web.truth() if row.report_id == "liaochuan-2021")
    first = client.get(url)
    web.set_night(2)
    second = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    bodies = [BeautifulSoup(page.text, "html.parser").select_one("ucapcontent") for page in (first, second)]
    assert bodies[0] == bodies[1]
    assert first.content != second.content


def test_addresses_stay_from_night_to_night(web: DemoWeb) -> None:
    first = web.source_entries()
    pages = _pages(web.truth())
    web.set_night(2)
    assert web.source_entries() == first
    assert len(pages & _pages(web.truth())) == len(pages) - 2


def test_the_same_night_again_brings_the_same_bytes(web: DemoWeb, client: httpx.Client) -> None:
    def everything() -> dict[str, bytes]:
        return {url: client.get(url).content for rows in _listed(web, client).values() for _, url in rows}

    first = everything()
    respond.cache_clear()
    assert everything() == first


def test_what_happens_on_night_two(web: DemoWeb, client: httpx.Client) -> None:
    before = {(r.report_id, r.figure_id): r for r in web.truth()}
    web.set_night(2)
    after = {(r.report_id, r.figure_id): r for r in web.truth()}

    new = {report for report, _ in after} - {report for report, _ in before}
    assert new == {
        f"{body}-2024"
        for body in ("zhewan", "luzhou", "tingsong", "yunzhan_sfj", "liaochuan", "lanpu_yjj", "lanpu_scjg")
    }

    changed = [k for k, row in before.items() if _meaning(row) != _meaning(after[k])]
    assert changed == [("zhewan-2023", "F26")]
    assert (before[changed[0]].value, after[changed[0]].value) == (Decimal(9), Decimal(11))

    gone = {r.report_id: r.url for r in after.values() if r.is_gone}
    assert gone.keys() == {"luzhou-2021"}
    assert client.get(gone["luzhou-2021"]).status_code == 404

    moved = {k[0]: (before[k].url, after[k].url) for k in before if before[k].url != after[k].url}
    assert moved.keys() == {"yishan-2022"}
    old, now = moved["yishan-2022"]
    answer = client.get(old)
    assert answer.status_code == 301
    assert urljoin(old, answer.headers["Location"]) == now
    assert client.get(now).status_code == 200


def _meaning(row: TruthRow) -> TruthRow:
    return replace(row, sentence="", url="", page_url="", is_gone=False)


def test_what_happens_on_night_three(web: DemoWeb, client: httpx.Client) -> None:
    web.set_night(3)
    assert {r.report_id for r in web.truth(3)} - {r.report_id for r in web.truth(2)} == {"yishan-2024"}
    guarded = client.get(web.base("yunzhan") + "/col/col1229412305/index.html")
    assert guarded.status_code == 521
    assert "document.cookie" in guarded.text
    assert "Set-Cookie" in guarded.headers
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(web.base("lanpu") + "/gkmlpt/index")
    assert web.requests[-1] == ("lanpu", "GET", "/gkmlpt/index", 0)
    web.set_night(4)
    assert client.get(web.base("yunzhan") + "/col/col1229412305/index.html").status_code == 200
    assert client.get(web.base("lanpu") + "/gkmlpt/index").status_code == 200


def test_robots_rules(web: DemoWeb, client: httpx.Client) -> None:
    assert "Crawl-delay: 1" in client.get(web.base("luzhou") + "/robots.txt").text
    assert "Disallow: /internal/" in client.get(web.base("yishan") + "/robots.txt").text
    forbidden = [url for rows in _listed(web, client).values() for _, url in rows if "/internal/" in url]
    assert len(forbidden) == 1


def test_fixed_ports_give_the_same_addresses(client: httpx.Client) -> None:
    entries = []
    for _ in range(2):
        with DemoWeb(base_port=28731) as web:
            entries.append(web.source_entries())
    assert entries[0] == entries[1]


def test_source_entries_are_valid_registry_entries(web: DemoWeb, tmp_path: Path) -> None:
    web.write_sources(tmp_path / "sources")
    sources, errors = load_sources(tmp_path / "sources")
    assert errors == []
    assert {source.id for source in sources} == {entry["id"] for entry in web.source_entries()}
    assert {source.platform for source in sources} == {"trs", "hanweb", "ucap", "gkmlpt", "vsb"}


def test_bodies_stand_in_the_gazetteer(web: DemoWeb) -> None:
    gazetteer = Gazetteer.load(GAZETTEER)
    regions = {(row.organization_name, row.region_code) for row in web.truth(4)}
    assert len(regions) >= 8
    for organization, code in regions:
        assert (
            organization.startswith(gazetteer.names[code].split("街道")[0])
            or gazetteer.names[code] in organization
        )
    assert len(gazetteer.lookup("柘湾镇")) == 2, "one town's name is shared by two counties"


def test_the_truth_is_rich(web: DemoWeb) -> None:
    rows = web.truth(4)
    assert len({row.report_id for row in rows}) >= 32
    assert {row.report_year for row in rows} == {2021, 2022, 2023, 2024}
    assert {row.bound for row in rows} == {"exact", "at_least", "at_most", "approx", "range"}
    assert {row.period for row in rows} == {
        "report_year", "prior_year", "plan", "cumulative", "multi_year", "as_of_date"
    }  # fmt: skip
    assert len({row.indicator_code for row in rows if row.indicator_code}) >= 90
    assert sum(row.is_explicit_zero for row in rows) >= 30
    assert any(row.indicator_code is None for row in rows)
    for row in rows:
        assert row.is_explicit_zero == (row.value == 0)
        if row.indicator_code is not None:
            assert row.unit == load_codebook()[row.indicator_code].unit
        assert (row.value_high is not None) == (row.bound == "range")


def test_no_sentence_is_an_example_of_the_lexicon(web: DemoWeb) -> None:
    folder = files("extractors.report").joinpath("lexicon")
    rules = [rule for file in folder.iterdir() for rule in yaml.safe_load(file.read_text(encoding="utf-8"))]
    examples = {e["text"].rstrip("。") for rule in rules for e in rule.get("examples", ())}
    assert len(examples) > 100
    printed = "\n".join({row.sentence for row in web.truth(4)})
    assert [example for example in examples if example in printed] == []


def test_yearly_values_follow_the_policy(web: DemoWeb) -> None:
    found = {(r.organization_name, r.report_year, r.indicator_code): r for r in yearly(web.truth(3))}
    assert len(found) > 900

    proposals = found["漪山县人民政府", 2023, "proposals_handled"]
    assert (proposals.value, proposals.reason) == (Decimal(218), None)
    debriefs = found["蓼川县人民政府", 2022, "rule_of_law_debriefings"]
    assert debriefs.value == Decimal(46)
    contradicted = found["蓼川县人民政府", 2023, "disputes_mediated"]
    assert (contradicted.value, contradicted.reason) == (None, "several_values")
    lawyers = found["岚浦市云栈区司法局", 2024, "public_lawyers"]
    assert lawyers.value == Decimal(47)
    assert ("漪山县柘湾镇人民政府", 2021, "law_literate_villagers") in found
    assert ("蓼川县鹭洲镇人民政府", 2021, "study_hours") not in found


def test_hand_written_comparisons_agree_with_the_truth(web: DemoWeb) -> None:
    found = {(r.organization_name, r.report_year, r.indicator_code): r for r in yearly(web.truth(3))}
    cut_off = {(r.organization_name, r.report_year) for r in web.truth(3) if r.data_cutoff is not None}
    rows = yoy()
    assert {row.reason for row in rows} == {None, "bound", "cutoff", "several_values"}
    for row in rows:
        previous = found[row.organization_name, row.report_year - 1, row.indicator_code]
        value = found[row.organization_name, row.report_year, row.indicator_code]
        assert (previous.value, value.value) == (row.previous_value, row.value), row
        bounds = {previous.bound, value.bound} - {None}
        assert (row.reason == "bound") == (len(bounds) > 1)
        assert (row.reason == "cutoff") == ((row.organization_name, row.report_year) in cut_off)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("学法{A01: 6次/7次}。", "2 alternatives for 3 years"),
        ("学法{A01: 十余次}。", "no value given"),
        ("学法{A01;often: 6次}。", "unknown flag"),
    ],
)
def test_a_slip_in_a_text_is_named(line: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse(line, 2021, (2021, 2022, 2023), indicators_by_id())


def test_json_lists_are_json(web: DemoWeb, client: httpx.Client) -> None:
    for entry in web.source_entries():
        if entry["platform"] in ("ucap", "gkmlpt"):
            answer = client.get(entry["list_urls"][0])
            assert answer.headers["Content-Type"] == "application/json"
            assert json.loads(answer.content)
