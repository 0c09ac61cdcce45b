"""Every platform family's list page and pager, on pages of places that do not exist."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.page.decode import decode
from flows.collector.discovery import hanweb, html_lists, jpaas, json_lists, sitemap, trs, ucap, vsb
from flows.collector.discovery.pages import Ask, Family, ListError, ListPage, Row
from flows.collector.discovery.rows import read_list
from flows.collector.discovery.walk import title_pattern
from flows.collector.registry import Platform, Selectors, Source

SITE = "https://www.linjiang.example"


def source(platform: Platform, *list_urls: str, **fields: Any) -> Source:
    return Source.model_validate(
        {
            "id": "linjiang",
            "name": "临江区",
            "platform": platform,
            "site_url": SITE,
            "list_urls": list_urls,
            **fields,
        }
    )


def read(family: Family, text: str, url: str, entry: Source | None = None) -> ListPage:
    return family.read(text, Ask(url), entry or source("static", url))


def urls(page: ListPage) -> list[str]:
    return [ask.url.removeprefix(SITE) for ask in page.next]


def item(number: int, title: str = "临江区法治政府建设年度报告", day: str = "2025-01-20") -> str:
    return f'<li><a href="./202501/t20250120_{number}.html">{title}{number}</a><span>{day}</span></li>'


LIST = f"<ul>{item(1)}{item(2)}</ul>"

# rows


def test_rows_have_full_titles_absolute_addresses_and_the_date_beside() -> None:
    html = """
    <div class="nav"><a href="/">临江区人民政府网站</a><a href="/zwgk/fzzf/">法治政府建设年度报告</a></div>
    <ul>
      <li><a href="t20250110_1.html" title="临江区司法局2024年法治政府建设年度报告">
          临江区司法局2024年法治...</a><b>[2025-01-10]</b></li>
      <li><span>2025年2月3日</span>
          <a href="//www.linjiang.example/a/2.shtml#top">关于春节放假安排的通知 </a></li>
      <li><a href="javascript:void(0)">查看更多历史年度报告</a></li>
      <li><a href="/zwgk/fzzf/index.html">往年的报告请看这里</a><i>2024/12/31</i></li>
      <tr><td><a href="3.pdf">云溪镇二〇二四年依法治镇报告</a></td><td>日期待定</td></tr>
    </ul>"""
    page = read_list(html, f"{SITE}/zwgk/fzzf/index.html", Selectors())
    assert page.rows == (
        Row(
            "临江区司法局2024年法治政府建设年度报告",
            f"{SITE}/zwgk/fzzf/t20250110_1.html",
            date(2025, 1, 10),
        ),
        Row("关于春节放假安排的通知", f"{SITE}/a/2.shtml", date(2025, 2, 3)),
        Row("往年的报告请看这里", f"{SITE}/zwgk/fzzf/index.html", date(2024, 12, 31)),
    )
    assert page.asides == (Row("云溪镇二〇二四年依法治镇报告", f"{SITE}/zwgk/fzzf/3.pdf", None),)


@pytest.mark.parametrize(
    ("row", "title", "day"),
    [
        ("<a href='1.html'>截至2024年11月30日法治建设情况</a>", "截至2024年11月30日法治建设情况", None),
        (
            "<a href='1.html'>2024年12月3日会议纪要</a>(2024-12-05)",
            "2024年12月3日会议纪要",
            date(2024, 12, 5),
        ),
        ("<a href='1.html'>法治政府报告<i>2025-01-20</i></a>", "法治政府报告", date(2025, 1, 20)),
        ("<a href='1.html'>[2025/1/20] 法治政府报告</a>", "法治政府报告", date(2025, 1, 20)),
        ("<a href='1.html'><b>法</b><b>治</b><b>政</b>府报告</a>", "法治政府报告", None),
    ],
)
def test_a_date_in_a_title_is_wording_and_one_at_its_edge_is_not(
    row: str, title: str, day: date | None
) -> None:
    page = read_list(f"<li>{row}</li>", SITE, Selectors())
    assert page.rows + page.asides == (Row(title, f"{SITE}/1.html", day),)


def test_a_base_element_and_selectors_are_obeyed() -> None:
    html = f'<base href="/x/"><div class="r">{item(1)}</div><div>{item(2)}</div>'
    rows = read_list(html, f"{SITE}/y/index.html", Selectors(row="div.r")).rows
    assert [row.url for row in rows] == [f"{SITE}/x/202501/t20250120_1.html"]
    assert rows[0].listed_on == date(2025, 1, 20)


def test_selectors_may_ask_for_words_and_for_what_an_element_holds() -> None:
    new = item(2).replace("</li>", '<i class="new"></i></li>')
    html = f'<ul>{item(1)}{new}</ul><a href="/b">更早的报告</a>'
    selectors = {"row": "li:has(i.new)", "next": 'a:-soup-contains("更早")'}
    entry = source("static", SITE, selectors=selectors)
    page = read(html_lists.FAMILY, html, f"{SITE}/x/", entry)
    assert [row.url for row in page.rows] == [f"{SITE}/x/202501/t20250120_2.html"]
    assert urls(page) == ["/b"]


def test_a_date_that_does_not_exist_is_no_date() -> None:
    listed = item(1, day="2025-02-30") + item(2)
    rows = read_list(listed, f"{SITE}/", Selectors()).rows
    assert [row.listed_on for row in rows] == [None, date(2025, 1, 20)]


@given(st.text(max_size=300))
def test_any_text_is_read_by_every_html_family_without_an_error(text: str) -> None:
    for family in (trs.FAMILY, hanweb.FAMILY, vsb.FAMILY, html_lists.FAMILY):
        for html in (text, f"<a href='{text}'>{text}</a>{LIST}", f"createPageHTML({text})<record>{text}"):
            page = read(family, html, f"{SITE}/a/index.html")
            assert all(row.url.startswith(("http://", "https://")) for row in page.rows)


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("临江区2024年法治政府建设年度报告", True),
        ("云溪镇人民政府关于2024年度法治政府建设情况的报告", True),
        ("临江区司法局二〇二四年依法行政工作总结", True),
        ("临江区党政主要负责人履行推进法治建设第一责任人职责情况", True),
        ("临江区2024年政府信息公开工作年度报告", True),
        ("临江区政府网站工作年度报表（2024年度）", True),
        ("临江区2024年行政执法统计年报", True),
        ("临江区2024年法治政府建设…", True),
        ("关于召开法治政府建设推进会的通知", False),
        ("临江区2024年国民经济和社会发展统计公报", False),
        ("临江区人民政府工作报告", False),
    ],
)
def test_annual_reports_of_every_kind_are_wanted_and_other_pages_are_not(title: str, wanted: bool) -> None:
    assert bool(title_pattern(source("static", SITE)).search(title)) is wanted


def test_a_list_in_an_element_that_is_named_like_a_menu_is_found_where_there_is_no_other() -> None:
    html = f"<div class='submenu'>{LIST}</div><div class='nav'><a href='/zwgk/'>政务公开</a></div>"
    assert len(read_list(html, f"{SITE}/fzzf/", Selectors()).rows) == 2
    other = "".join(item(number, "关于召开会议的通知") for number in range(5, 8))
    rows = read_list(f"{html}<ul>{other}</ul>", f"{SITE}/fzzf/", Selectors()).rows
    assert [row.title for row in rows] == [
        "关于召开会议的通知5",
        "关于召开会议的通知6",
        "关于召开会议的通知7",
    ]


def test_discovery_reads_the_lists_of_real_sites_in_full(shared: Path) -> None:
    folder = shared / "corpus" / "html"
    lists = 0
    for path in sorted((folder / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if gold["type"] != "list":
            continue
        lists += 1
        url = gold.get("url") or f"{SITE}/zwgk/index.html"
        html = decode((folder / f"{gold['id']}.html").read_bytes(), None).text
        wanted = {(row["title"], urljoin(url, row["url"]), row.get("date") or "") for row in gold["rows"]}
        found = {
            (row.title, row.url, str(row.listed_on or "")) for row in read_list(html, url, Selectors()).rows
        }
        assert found == wanted, gold["id"]
    assert lists == 3


# TRS


@pytest.mark.parametrize(
    ("script", "url", "expected"),
    [
        ('createPageHTML(3, 0, "index", "html");', "/a/", ["/a/index_1.html", "/a/index_2.html"]),
        ("createPageHTML(2,1,'index','shtml')", "/a/index_1.shtml", []),
        (
            "createPageHTML('page_div', 3, 1, 'fzbg', 'shtml', 58);",
            "/a/fzbg.shtml",
            ["/a/fzbg_2.shtml", "/a/fzbg_3.shtml"],
        ),
        ('var n = 3; createPageHTML(n, 0, "d", "htm")', "/a/d.htm", ["/a/d_1.htm", "/a/d_2.htm"]),
        (
            'var currentPage = 0;//当前页\nvar countPage = 3//共几页\ndocument.write("default_"+i+".shtml")',
            "/a/default.shtml",
            ["/a/default_1.shtml", "/a/default_2.shtml"],
        ),
        ("var countPage = '2'", "/a/list.html", ["/a/list_1.html"]),
        ("var total = '3'; createPageHTML('page_div', total, 1, 'list', 'shtml', '1,227')", "/a/list.shtml",
         ["/a/list_2.shtml", "/a/list_3.shtml"]),
        ('createPageHTML("1,002", "0", "index", "html", 20030);', "/a/",
         [f"/a/index_{n}.html" for n in range(1, 1002)]),
        ('createPage(3, 0, "index", "html");\nfunction createPage(_count, _current, _name, _ext) {}', "/a/",
         ["/a/index_1.html", "/a/index_2.html"]),
        ("Pager({ size: 3, current: 0, prefix: 'index', suffix: 'htm' });", "/a/",
         ["/a/index_1.htm", "/a/index_2.htm"]),
        ("Ls.pagination('#page_7', function(pageIndex){ location.href='/column/7?pageIndex=' + pageIndex;},"
         "{currPage: (1-1+1), pageCount:3});", "/a/", ["/column/7?pageIndex=2", "/column/7?pageIndex=3"]),
        ("Ls.pagination('#page_7', function(n){ location.href='/column/7?pageIndex=' + n + '&t=' + tag;},"
         "{pageCount:3});", "/a/", []),
        ('$(".p").pagination({totalPage: 3}); $(".p").pagination("setPage",1,3);', "/a/index.html",
         ["/a/index_2.html", "/a/index_3.html"]),
        ('$(".p").pagination("setPage", 2, 3);', "/a/index_2.html", ["/a/index_3.html"]),
        ('$(".p").pagination("setPage", 1, 3);', "/a/index_2.html", []),
        ('$(".p").pagination("setPage", page, 3);', "/a/", []),
        ('createPageHTML(1, 0, "index", "html")', "/a/", []),
        ('createPageHTML(2, 9, "javascript:getList", "x")', "/a/", []),
    ],
)  # fmt: skip
def test_trs_script_pagers(script: str, url: str, expected: list[str]) -> None:
    page = read(trs.FAMILY, f"{LIST}<script>{script}</script>", SITE + url)
    assert urls(page) == expected
    assert [row.title for row in page.rows] == ["临江区法治政府建设年度报告1", "临江区法治政府建设年度报告2"]


@pytest.mark.parametrize(
    ("links", "printed", "count", "first", "last"),
    [
        (["index_1.html", "index_1226.html"], "共1,227页", 1226, "index_1", "index_1226"),
        (["index_1.html"], "共 5 页", 4, "index_1", "index_4"),
        (["index_2.html", "index_3.html", "index_9.html"], "共9页", 8, "index_2", "index_9"),
        (["index_1.html", "index_2.html"], "", 2, "index_1", "index_2"),
        (["index_1.html"], "第1/1,227页", 1226, "index_1", "index_1226"),
    ],
)
def test_trs_static_pagers(links: list[str], printed: str, count: int, first: str, last: str) -> None:
    pager = "".join(f'<a href="{link}">{link}</a>' for link in links) + printed
    page = read(trs.FAMILY, f"{LIST}{pager}", f"{SITE}/a/index.html")
    assert urls(page)[0] == f"/a/{first}.html" and urls(page)[-1] == f"/a/{last}.html"
    assert len(page.next) == count


@given(st.integers(2, 300), st.booleans())
def test_trs_asks_for_every_page_once_whichever_page_it_reads(pages: int, from_one: bool) -> None:
    arguments = f"'d', {pages}, 1, 'index', 'html', 9" if from_one else f"{pages}, 0, 'index', 'html'"
    text = f"<script>createPageHTML({arguments})</script>"
    start = read(trs.FAMILY, text, f"{SITE}/a/index.html")
    deep = read(trs.FAMILY, text, start.next[-1].url)
    assert len(set(urls(start))) == len(start.next) == pages - 1
    assert set(urls(deep)) < set(urls(start))


def test_trs_columns_published_half_statically_are_searched_for_the_rest() -> None:
    script = """<script>var SiteInfo = { searchId: 200210, //默认频道
      }; var info = { classsql: "" || "chnlid=426", recordCount:'173', prepage:15 };
      listModel({ listArgs: {channelid: SiteInfo.searchId}, listApi: { url: "/fjdzapp/search" } })</script>"""
    entry = source("trs", f"{SITE}/zwgk/gsgg/")
    page = read(trs.FAMILY, "".join(item(n) for n in range(75)) + script, f"{SITE}/zwgk/gsgg/", entry)
    assert [(ask.url, (ask.form or {})["page"]) for ask in page.next] == [
        (f"{SITE}/fjdzapp/search", "2"),
        (f"{SITE}/fjdzapp/search", "3"),
    ]
    form = page.next[0].form or {}
    assert (form["channelid"], form["classsql"], form["prepage"]) == ("200210", "chnlid=426", "75")
    row = {
        "doctitle": "法治政府建设报告",
        "docpuburl": "./202501/t20250120_7.htm",
        "docreltime": "2025-01-20 10:00:00",
    }
    answer = trs.FAMILY.read(json.dumps({"data": [row]}), page.next[0], entry)
    assert answer == ListPage(
        (Row("法治政府建设报告", f"{SITE}/zwgk/gsgg/202501/t20250120_7.htm", date(2025, 1, 20)),)
    )
    short = read(trs.FAMILY, LIST + script.replace("173", "2"), f"{SITE}/zwgk/gsgg/", entry)
    assert short.next == ()


# VSB


def test_vsb_pages_count_down_to_one() -> None:
    first = read(
        vsb.FAMILY, f'{LIST}<a href="tz/4.htm">下页</a><a href="tz/1.htm">尾页</a>', f"{SITE}/xxgk/tz.htm"
    )
    assert urls(first) == ["/xxgk/tz/4.htm", "/xxgk/tz/3.htm", "/xxgk/tz/2.htm", "/xxgk/tz/1.htm"]
    deep = read(
        vsb.FAMILY, f'{LIST}<a href="2.htm">下页</a><a href="4.htm">上页</a>', f"{SITE}/xxgk/tz/3.htm"
    )
    assert urls(deep) == ["/xxgk/tz/2.htm", "/xxgk/tz/1.htm"]
    assert urls(read(vsb.FAMILY, LIST, f"{SITE}/xxgk/tz.htm")) == []


def test_vsb_tells_its_pages_in_the_script_or_is_chained_where_it_has_no_files() -> None:
    script = f"{LIST}<script>_simple_list_gotopage_fun(4,'u10_goto',2)</script>"
    expected = ["/xxgk/tz/3.htm", "/xxgk/tz/2.htm", "/xxgk/tz/1.htm"]
    assert urls(read(vsb.FAMILY, script, f"{SITE}/xxgk/tz.htm")) == expected
    assert urls(read(vsb.FAMILY, script, f"{SITE}/xxgk/tz/2.htm")) == ["/xxgk/tz/1.htm"]
    chained = f'{LIST}<a href="list.jsp?wbtreeid=1&amp;PAGENUM=2">下页</a>'
    assert urls(read(vsb.FAMILY, chained, f"{SITE}/list.jsp?wbtreeid=1")) == [
        "/list.jsp?wbtreeid=1&PAGENUM=2"
    ]


# Hanweb

GROUP = (
    "/module/web/jpage/dataproxy.jsp?page=1&amp;webid=39&amp;path=%2F&amp;columnid=614"
    "&amp;unitid=2476&amp;webname=%E4%B8%B4%E6%B1%9F"
)


def datastore(numbers: range, group: str = "", total: str = "") -> str:
    records = "".join(f"<record><![CDATA[{item(number)}]]></record>" for number in numbers)
    nextgroup = f'<nextgroup><![CDATA[<a href="{group}"></a>]]></nextgroup>' if group else ""
    return f"<datastore>{nextgroup}<recordset>{records}</recordset>{total}</datastore>"


def test_hanweb_reads_the_records_in_the_script_and_asks_the_proxy_for_the_rest() -> None:
    html = (
        f'<a href="/col/col9/index.html">别的栏目的一个链接</a>'
        f'<script type="text/xml">{datastore(range(1, 16), GROUP)}</script>'
        "<script>$('#2476').jpage({perPage:15,totalRecord:38,proxyUrl:'x'})</script>"
    )
    page = read(hanweb.FAMILY, html, f"{SITE}/col/col614/index.html")
    assert [row.url.rpartition("_")[2] for row in page.rows] == [f"{number}.html" for number in range(1, 16)]
    assert urls(page) == [
        "/module/web/jpage/dataproxy.jsp?startrecord=16&endrecord=30&perpage=15",
        "/module/web/jpage/dataproxy.jsp?startrecord=31&endrecord=38&perpage=15",
    ]
    assert page.next[0].form == {
        "webid": "39",
        "path": "/",
        "columnid": "614",
        "unitid": "2476",
        "webname": "临江",
    }


def test_hanweb_ids_may_stand_in_the_pager_and_the_total_in_the_datastore() -> None:
    html = (
        datastore(range(1, 6), total="<totalrecord>7</totalrecord>")
        + "<script>jpage({col:1,columnid:61,unitid:'247',webid:3,perPage:5,"
        + "proxyUrl:'/module/jpage/dataproxy.jsp'})</script>"
    )
    (ask,) = read(hanweb.FAMILY, html, f"{SITE}/col/col61/index.html").next
    assert ask.url == f"{SITE}/module/jpage/dataproxy.jsp?startrecord=6&endrecord=7&perpage=5"
    assert ask.form == {"col": "1", "columnid": "61", "unitid": "247", "webid": "3"}


def test_hanweb_answers_of_the_proxy_lead_no_further_and_an_encrypted_group_is_followed() -> None:
    entry = source("hanweb", SITE)
    answer = hanweb.FAMILY.read(datastore(range(16, 20), GROUP), Ask(f"{SITE}/p", {"columnid": "1"}), entry)
    assert len(answer.rows) == 4 and answer.next == ()
    page = read(hanweb.FAMILY, datastore(range(3), "/module/next.do?q=9f3a=="), f"{SITE}/col/")
    assert urls(page) == ["/module/next.do?q=9f3a=="]


def test_hanweb_pages_without_records_are_plain_lists() -> None:
    page = read(hanweb.FAMILY, f'{LIST}<a href="?pageNum=2">下一页</a>', f"{SITE}/col/col9/index.html")
    assert urls(page) == ["/col/col9/index.html?pageNum=2"] and len(page.rows) == 2


def test_hanweb_pages_of_several_lists_ask_the_proxy_for_each() -> None:
    def unit(number: int, rows: range, total: int) -> str:
        group = GROUP.replace("2476", str(number))
        return f"<script>{datastore(rows, group)}</script><script>jpage({{perPage:2,totalRecord:{total}}})</script>"

    page = read(
        hanweb.FAMILY, unit(71, range(2), 4) + unit(72, range(5, 8), 3) + unit(73, range(10, 12), 3), SITE
    )
    assert [(ask.form or {})["unitid"] for ask in page.next] == ["71", "73"]
    assert len(page.rows) == 7


def test_hanweb_of_old_gives_its_pager_the_records_as_an_array_of_markup() -> None:
    def stored(number: int, rows: range) -> str:
        records = ", ".join("'" + item(row).replace('"', r"\"") + "'" for row in rows)
        return f"<script>var InitData{number};InitData{number}=[{records}];</script>"

    def pager(number: int, total: int) -> str:
        return (
            f"<script>$('#{number}').jpage({{totalRecord:{total},dataStore:InitData{number},perPage:3,"
            "proxyUrl:'/module/jslib/jquery/jpage/dataproxy.jsp',"
            f"ajaxParam:{{col:1,webid:60,path:'/',columnid:{number + 1},unitid:'{number}'}}}});</script>"
        )

    html = stored(71, range(2)) + stored(72, range(5, 8)) + pager(71, 6) + pager(72, 3)
    page = read(hanweb.FAMILY, html, f"{SITE}/col/col72/index.html")
    assert [row.url.rpartition("_")[2] for row in page.rows] == [f"{n}.html" for n in (0, 1, 5, 6, 7)]
    proxy = "/module/jslib/jquery/jpage/dataproxy.jsp"
    assert urls(page) == [
        f"{proxy}?startrecord=3&endrecord=5&perpage=3",
        f"{proxy}?startrecord=6&endrecord=6&perpage=3",
    ]
    form = {"col": "1", "webid": "60", "path": "/", "columnid": "72", "unitid": "71"}
    assert [ask.form for ask in page.next] == [form, form]


# jpaas

UNIT = (
    "<script url='/api-gateway/jpaas-publish-server/front/page/build/unit' "
    "queryData=\"{'parseType':'bulidstatic','webId':'3','tagId':'TAG','pageId':'61'}\"></script>"
)


def test_jpaas_asks_the_gateway_for_the_lists_a_column_page_names() -> None:
    head, body = UNIT.replace("TAG", "头部"), UNIT.replace("TAG", "当前栏目list")
    page = read(jpaas.FAMILY, head + body, f"{SITE}/col/col61/index.html")
    (ask,) = page.next
    assert dict(parse_qsl(urlsplit(ask.url).query))["tagId"] == "当前栏目list"
    assert ask.base_url == f"{SITE}/col/col61/index.html"
    assert len(read(jpaas.FAMILY, head, f"{SITE}/col/col61/index.html").next) == 1


@pytest.mark.parametrize(
    "pager",
    ["<div rows='2' count='5' pageNo='1'></div>", "<div queryData=\"{'rows':'2','count':'5'}\"></div>"],
)
def test_jpaas_pages_are_asked_for_by_number_and_links_start_from_the_column(pager: str) -> None:
    entry = source("jpaas", f"{SITE}/fzzf/index.html")
    (first,) = jpaas.FAMILY.read(UNIT, Ask(entry.list_urls[0]), entry).next
    answer = json.dumps({"data": {"html": LIST + pager}})
    page = jpaas.FAMILY.read(answer, first, entry)
    assert page.rows[0].url == f"{SITE}/fzzf/202501/t20250120_1.html"
    asked = [json.loads(dict(parse_qsl(urlsplit(ask.url).query))["paramJson"]) for ask in page.next]
    assert asked == [{"pageNo": 2, "pageSize": "2"}, {"pageNo": 3, "pageSize": "2"}]
    assert jpaas.FAMILY.read(answer, page.next[0], entry).next == ()


@pytest.mark.parametrize("answer", ["<html></html>", "[]", '{"data": null}', '{"data": {"html": null}}'])
def test_a_gateway_that_answers_no_list_is_an_error(answer: str) -> None:
    with pytest.raises(ListError):
        jpaas.FAMILY.read(answer, Ask(f"{SITE}/api-gateway/x/page/build/unit?a=1"), source("jpaas", SITE))


# JSON


def test_ucap_columns_may_be_pages_with_the_pager_of_trs() -> None:
    url = f"{SITE}/c103433/list.shtml"
    entry = source("ucap", url)
    pager = "<script>createPageHTML('page_div',2, 1,'list','shtml',27);</script>"
    page = ucap.FAMILY.read(LIST + pager, ucap.FAMILY.first(url, entry), entry)
    assert urls(page) == ["/c103433/list_2.shtml"] and len(page.rows) == 2


def test_ucap() -> None:
    entry = source("ucap", f"{SITE}/common/search/abc123")
    first = ucap.FAMILY.first(entry.list_urls[0], entry)
    assert first.url == f"{SITE}/common/search/abc123?_isAgg=true&_isJson=true&_pageSize=20&page=1"
    row = {
        "title": "2024年<em>法治</em>政府报告",
        "url": "//www.linjiang.example/c1/a.shtml",
        "publishedTimeStr": "2025-01-20 09:00:00",
    }
    text = json.dumps({"data": {"total": 5, "results": [row, row]}})
    page = json_lists.FAMILY.read(text, first, entry)
    assert page.rows[0] == Row("2024年法治政府报告", f"{SITE}/c1/a.shtml", date(2025, 1, 20))
    assert [ask.url[-6:] for ask in page.next] == ["page=2", "page=3"]
    assert json_lists.FAMILY.read(text, page.next[0], entry).next == ()


def test_gkmlpt() -> None:
    entry = source("gkmlpt", f"{SITE}/gkmlpt/api/all/165?sid=755031")
    first = json_lists.FAMILY.first(entry.list_urls[0], entry)
    assert first.url == f"{SITE}/gkmlpt/api/all/165?page=1&sid=755031"
    midnight = int(datetime(2025, 1, 19, 16, tzinfo=UTC).timestamp())
    row = {"title": "法治政府建设报告", "url": f"{SITE}/gkmlpt/content/1/2/post_3.html", "date": midnight}
    page = json_lists.FAMILY.read(json.dumps({"articles": [row], "total": 3}), first, entry)
    assert page.rows == (Row("法治政府建设报告", row["url"], date(2025, 1, 20)),)
    assert len(page.next) == 2
    assert json_lists.FAMILY.read('{"articles": []}', page.next[1], entry) == ListPage(())


def test_epoint_posts_the_form_with_the_page_counted_from_zero() -> None:
    form = {"params": '{"siteGuid":"7e","categoryNum":"003","pageIndex":{page},"pageSize":2}'}
    entry = source("epoint", f"{SITE}/rest/getPageInfoListNew", json_list={"form": form})
    first = json_lists.FAMILY.first(entry.list_urls[0], entry)
    assert json.loads((first.form or {})["params"])["pageIndex"] == 0
    row = {"title": "报告", "infourl": "/xxgk/003/a.html", "infodate": "2025-01-20"}
    page = json_lists.FAMILY.read(json.dumps({"custom": {"count": 3, "infodata": [row, row]}}), first, entry)
    assert page.rows[0] == Row("报告", f"{SITE}/xxgk/003/a.html", date(2025, 1, 20))
    assert [json.loads((ask.form or {})["params"])["pageIndex"] for ask in page.next] == [1]


def test_any_json_list_is_told_by_paths_and_without_a_total_goes_on_while_rows_come() -> None:
    spec = {"rows": "result.0.items", "title": "name", "url": "/show/{id}.html", "listed_on": "ms"}
    entry = source("json", f"{SITE}/api?p={{page}}", json_list=spec)
    first = json_lists.FAMILY.first(entry.list_urls[0], entry)
    items: list[dict[str, object]] = [{"name": "报告", "id": 7, "ms": 1737302400000}]
    page = json_lists.FAMILY.read(json.dumps({"result": [{"items": items}]}), first, entry)
    assert page == ListPage(
        (Row("报告", f"{SITE}/show/7.html", date(2025, 1, 20)),),
        (Ask(f"{SITE}/api?p=2", None, 1, open_ended=True),),
    )
    assert json_lists.FAMILY.read('{"result": [{"items": []}]}', page.next[0], entry) == ListPage(())


@pytest.mark.parametrize("call", ["result({});", "/**/jQuery3_1.show( {} )\n", "{}"])
def test_a_function_called_with_the_answer_is_taken_off(call: str) -> None:
    entry = source("json", f"{SITE}/was5/web/search", json_list={"rows": "datas", "url": "docpuburl"})
    text = call.replace("{}", json.dumps({"datas": [{"title": "报告(续)", "docpuburl": "/a.html"}]}))
    page = json_lists.FAMILY.read(text, json_lists.FAMILY.first(entry.list_urls[0], entry), entry)
    assert page.rows == (Row("报告(续)", f"{SITE}/a.html", None),)


@pytest.mark.parametrize(
    "text",
    [
        "<html>403</html>",
        "a(b({}))",
        "show({})x",
        "[" * 100_000,
        "{}",
        '{"data": {"results": "none"}}',
        '{"data": {"results": [{}]}}',
    ],
)
def test_an_answer_that_is_not_the_json_promised_is_an_error(text: str) -> None:
    entry = source("ucap", f"{SITE}/common/search/abc123")
    with pytest.raises(ListError):
        json_lists.FAMILY.read(text, json_lists.FAMILY.first(entry.list_urls[0], entry), entry)


# static, sitemap


def test_static_lists_follow_the_link_to_the_next_page() -> None:
    html = f'{LIST}<a href="?p=1">上一页</a><a href="?p=3"> 下一页 </a><a href="?p=9">尾页</a>'
    assert urls(read(html_lists.FAMILY, html, f"{SITE}/list?p=2")) == ["/list?p=3"]
    assert urls(read(html_lists.FAMILY, LIST + '<a href="#">下一页</a>', f"{SITE}/list")) == []
    entry = source("static", SITE, selectors={"next": "a.more"})
    assert urls(read(html_lists.FAMILY, '<a class="more" href="/b">更早</a>', f"{SITE}/a", entry)) == ["/b"]


@pytest.mark.parametrize(
    "icon", ['<img src="n.gif" alt="下一页">', '<i class="next"></i>', '<span></span><img src="n.gif">']
)
def test_an_icon_leads_to_the_next_page_by_what_it_is_called(icon: str) -> None:
    title = "" if "alt=" in icon else ' title="下一页"'
    html = f'{LIST}<a href="?p=1" title="上一页"><i></i></a><a href="?p=3"{title}>{icon}</a>'
    assert urls(read(html_lists.FAMILY, html, f"{SITE}/list?p=2")) == ["/list?p=3"]


def test_static_lists_follow_a_script_where_nobody_named_the_next_link() -> None:
    html = f'{LIST}<script>createPageHTML(2, 0, "index", "html")</script>'
    assert urls(read(html_lists.FAMILY, html, f"{SITE}/a/")) == ["/a/index_1.html"]
    named = source("static", SITE, selectors={"next": "a.more"})
    assert read(html_lists.FAMILY, html, f"{SITE}/a/", named).next == ()


@pytest.mark.parametrize(
    ("said", "pages"),
    [
        ("<script>var totalCount=45; var perSize=20; var logicTotalPage=3;</script>", 3),
        ("<script>$('.p').page({totalPage: 322})</script>", 322),
        ('<div id="pages" pagesize="24" pagecount="51"></div>', 51),
        ("<script>var conf = {'totalCount':'5', 'pageSize':'2'}</script>", 3),
        ("<script>var totalCount=5321,pageSize=10;</script>", 0),  # no page of ten is here: a counter
        ("<script>$.extend({pageCount: 10}, {pageCount: 1})</script>", 0),
        ("<p>共1页</p><script>var conf = {pageCount: 10}</script>", 1),
        ("<p>本站共 120 页面</p>", 0),
        ("<!-- <script>createPageHTML(3, 0, 'javascript:show', 'x')</script> -->", 0),
        ("<script>/* totalPage: 9 */</script>", 0),
        ("<script><!--\ncreatePageHTML(3, 0, 'javascript:show', 'x')\n//--></script>", 3),
        ("<p>共 1,227 页</p>", 1227),
        ("<script>createPageHTML(7, 0, 'javascript:show', 'x')</script>", 7),
        ("<script>var totalCount=2, pageSize=1, totalPage=2;</script>", 0),  # all rows are here already
        ("<script>var totalCount=3, pageSize=1, totalPage=3;</script>", 0),
        ("<script>if (pageCount > 10) { more() }</script>", 0),
        ("<script>var totalCount=45;</script>", 0),
        (item(3, title="临江区法治政府建设年度报告（共12页）"), 0),
    ],
)
def test_a_page_states_how_many_pages_its_list_has(said: str, pages: int) -> None:
    for family in (trs.FAMILY, vsb.FAMILY, html_lists.FAMILY, hanweb.FAMILY):
        assert read(family, LIST + said, f"{SITE}/a/").stated == pages


def test_static_lists_may_be_counted_in_their_address() -> None:
    entry = source("static", f"{SITE}/list_{{page}}.html", first_page=2)
    first = html_lists.FAMILY.first(entry.list_urls[0], entry)
    assert first == Ask(f"{SITE}/list_2.html")
    page = html_lists.FAMILY.read(LIST, first, entry)
    assert page.next == (Ask(f"{SITE}/list_3.html", page=1, open_ended=True),)
    assert html_lists.FAMILY.read("<p>无</p>", page.next[0], entry).next == ()


def test_sitemaps_give_the_addresses_wanted_and_lead_to_further_files() -> None:
    entry = source("sitemap", f"{SITE}/sitemap.xml", url_pattern=r"/fzzf/.*\.html$")
    head = '<?xml version="1.0" encoding="GBK"?>'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    index = f"{head}<sitemapindex {space}><sitemap><loc>{SITE}/s1.xml</loc></sitemap></sitemapindex>"
    assert urls(read(sitemap.FAMILY, index, f"{SITE}/sitemap.xml", entry)) == ["/s1.xml"]
    locs = "".join(f"<url><loc>{SITE}{path}</loc></url>" for path in ("/fzzf/1.html", "/tz/2.html"))
    page = read(sitemap.FAMILY, f"{head}<urlset {space}>{locs}</urlset>", f"{SITE}/s1.xml", entry)
    assert page == ListPage((Row(None, f"{SITE}/fzzf/1.html"),))


@pytest.mark.parametrize("text", ["<html></html>", "no xml", '<!DOCTYPE x [<!ENTITY a "b">]><urlset/>'])
def test_what_is_no_sitemap_is_an_error(text: str) -> None:
    with pytest.raises(ListError):
        read(sitemap.FAMILY, text, SITE)
