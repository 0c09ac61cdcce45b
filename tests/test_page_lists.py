"""Rows of list pages in every manner sites write them, beside menus, menus of columns, pagers and feet."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.page.lists import list_rows
from extractors.page.tree import Tree
from extractors.records import ListRow

FOUR = (
    ("云溪镇2024年法治政府建设年度报告", "202501/t20250120_11.html", date(2025, 1, 20)),
    ("鹭洲街道办事处2024年度法治政府建设工作情况报告", "202501/t20250103_12.html", date(2025, 1, 3)),
    ("云溪镇2023年法治政府建设年度报告", "202401/t20240118_10.html", date(2024, 1, 18)),
    ("临江区人民政府关于2022年法治政府建设情况的报告", "202303/t20230301_9.html", date(2023, 3, 1)),
)
BODIES = ("区司法局", "区发展和改革局", "区财政局", "区人力资源和社会保障局")
MENU = """<div class="top"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li>
<li><a href="/zmhd/">政民互动</a></li><li><a href="/zwfw/">政务服务</a></li></ul></div>
<p>当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/zwgk/fzzf/">法治政府建设</a></p>
<div class="left"><h3>法治政府建设</h3><ul><li><a href="/zwgk/fzzf/gzdt/index.html">法治政府建设工作动态</a></li>
<li><a href="/zwgk/fzzf/ndbg/index.html">法治政府建设年度报告</a></li>
<li><a href="/zwgk/fzzf/xzzf/index.html">行政执法公示栏目</a></li></ul></div>"""
FOOT = """<div class="end"><a href="https://beian.miit.example/">东ICP备00000000号</a><a href="/wzdt/">网站地图</a>
<a href="http://www.beian.example/x?code=11">东公网安备00000000000000号</a></div>
<div><a href="http://a.example/">临江市人民政府门户网站</a><a href="http://b.example/">临江市司法局门户网站</a>
<a href="http://c.example/">临江市统计局门户网站</a></div>"""


def rows_of(html: str) -> list[tuple[str, str, date | None]]:
    page = f"<html><body>{MENU}<div class='main'><div class='right'>{html}</div></div>{FOOT}</body></html>"
    return [(row.title, row.url, row.listed_on) for row in list_rows(Tree(page), page).rows]


def each(template: str, around: str = "<ul>{}</ul>", day: str = "%Y-%m-%d") -> str:
    """`template` once a report: {t} title, {u} address, {d} day, {n} number, {s} the title cut short,
    {p} a publisher."""
    lines = (
        template.format(
            t=title, u=url, d=listed.strftime(day), day=listed, n=number, s=title[:10], p=BODIES[number - 1]
        )
        for number, (title, url, listed) in enumerate(FOUR, 1)
    )
    return around.format("".join(lines))


def by_year(heading: str, row: str, around: str = "{}") -> str:
    years = sorted({listed.year for _, _, listed in FOUR}, reverse=True)
    rows = {
        year: "".join(row.format(t=t, u=u, day=day) for t, u, day in FOUR if day.year == year)
        for year in years
    }
    return "".join(heading.format(year) + around.format(rows[year]) for year in years)


PLAIN = each("<li><a href='{u}'>{t}</a><span>{d}</span></li>")
ARTICLES = by_year("<h4>{}年</h4>", "<li><a href='{u}'>{t}</a><span>{day:%m-%d}</span></li>", "<ul>{}</ul>")
MANNERS = {
    "day behind": PLAIN,
    "day in front": each("<li><em>{d}</em><a href='{u}'>{t}</a></li>"),
    "in brackets": each("<li>·<a href='{u}'>{t}</a> [{d}]</li>"),
    "in full-width brackets": each("<p><a href='{u}'>{t}</a>（{d}）</p>", "{}"),
    "slashes without zeros": each("<li><a href='{u}'>{t}</a><i>{day.year}/{day.month}/{day.day}</i></li>"),
    "dots": each("<li><a href='{u}'>{t}</a><i>{d}</i></li>", day="%Y.%m.%d"),
    "in Chinese": each("<li><a href='{u}'>{t}</a><i>{d}</i></li>", day="%Y年%m月%d日"),
    "with the hour": each("<li><a href='{u}'>{t}</a><span>{d} 09:30:00</span></li>"),
    "labelled": each("<li><a href='{u}'>{t}</a><span>发布时间：{d}</span><span>浏览：12</span></li>"),
    "table": each(
        "<tr><td>{n}</td><td><a href='{u}'>{t}</a></td><td>{d}</td></tr>",
        "<table><tr><th>序号</th><th>标题</th><th>发布日期</th></tr>{}</table>",
    ),
    "table of two days": each(
        "<tr><td>1-{n}</td><td><a href='{u}'>{t}</a></td><td>2020-01-01</td><td>{d}</td></tr>",
        "<table><tr><th>索引号</th><th>名称</th><th>成文日期</th><th>发布日期</th></tr>{}</table>",
    ),
    "table of a day and one until which it holds": each(
        "<tr><td><a href='{u}'>{t}</a></td><td>2026-10-11</td><td>{d}</td></tr>",
        "<table><tr><th>标题</th><th>截止日期</th><th></th></tr>{}</table>",
    ),
    "a table a row": each(
        "<table><tr><td>·</td><td><a href='{u}'>{t}</a></td><td>({d})</td></tr></table>", "{}"
    ),
    "dt and dd": each("<dt><a href='{u}'>{t}</a></dt><dd>{d}</dd>", "<dl>{}</dl>"),
    "a dl a row": each("<dl><dt><a href='{u}'>{t}</a></dt><dd>发布时间：{d}</dd></dl>", "{}"),
    "a ul a row": each("<ul><li class='t'><a href='{u}'>{t}</a></li><li class='d'>{d}</li></ul>", "{}"),
    "side by side": each("<a href='{u}'>{t}</a><span>{d}</span><br>", "<div>{}</div>"),
    "side by side, day first": each("<span>{d}</span><a href='{u}'>{t}</a><br>", "<div>{}</div>"),
    "headings and lines": each("<h3><a href='{u}'>{t}</a></h3><div class='info'>{d}</div>", "<div>{}</div>"),
    "day in the link": each("<li><a href='{u}'><span>{t}</span><span>{d}</span></a></li>"),
    "day first in the link": each("<li><a href='{u}'><i>{d}</i><p>{t}</p></a></li>"),
    "day glued to the title": each("<li><a href='{u}'>{t}{d}</a></li>"),
    "summary in the link": each(
        "<li><a href='{u}'><h4>{t}</h4><p>现将有关情况报告如下，请予公布。</p><i>{d}</i></a></li>"
    ),
    "day box": each("<li><div><b>{day:%d}</b><span>{day:%Y-%m}</span></div><a href='{u}'>{t}</a></li>"),
    "day box in the link": each(
        "<li><a href='{u}'><div>{day:%d}</div><div>{day:%Y/%m}</div><p>{t}</p></a></li>"
    ),
    "years as headings": ARTICLES,
    "years as dt": "<dl>"
    + by_year("<dt>{}</dt>", "<dd><a href='{u}'>{t}</a><span>{day:%m-%d}</span></dd>")
    + "</dl>",
    "year in the address": each("<li><a href='{u}'>{t}</a><span>{day:%m-%d}</span></li>"),
    "cut": each("<li><a href='{u}' title='{t}'>{s}...</a><span>{d}</span></li>"),
    "title only as attribute": each(
        "<li><a href='{u}' title='{t}'><img src='d.gif'></a><span>{d}</span></li>"
    ),
    "labelled attribute": each(
        "<li><a href='{u}' title='标题：{t}&#10;发布日期：{d}'>{s}…</a><span>{d}</span></li>"
    ),
    "title beside the link": each(
        "<tr><td>{t}</td><td>{d}</td><td><a href='{u}'>查看</a></td></tr>", "<table>{}</table>"
    ),
    "picture, title, summary": each(
        "<li><a href='{u}'><img src='p.jpg'></a><h3><a href='{u}'>{t}</a></h3><p>深入学习贯彻，落实各项任务，"
        "成效明显。<a href='{u}'>[详细]</a></p><span>{d}</span></li>"
    ),
    "column named in every row": each(
        "<li><a class='cat' href='/zwgk/fzzf/'>[法治建设]</a><a href='{u}'>{t}</a><span>{d}</span></li>"
    ),
    "interpretations beside": each(
        "<li><a href='{u}'>{t}</a><a href='/jd/{n}.html'>[解读]</a><a href='/t/{n}.html'>图解</a><i>{d}</i></li>"
    ),
    "file beside": each(
        "<tr><td><a href='{u}'>{t}</a> <a href='{n}.pdf'>PDF</a></td><td>{d}</td></tr>", "<table>{}</table>"
    ),
    "department of each row": each(
        "<tr><td><a href='/bm/{n}/x.html'>区司法局</a></td><td><a href='{u}'>{t}</a></td><td>{d}</td></tr>",
        "<table>{}</table>",
    ),
    "department of any length in brackets": each(
        "<li><span>[<a href='/bm/{n}/'>{p}</a>]</span><a href='{u}'>{t}</a><em>{d}</em></li>"
    ),
    "department of any length in a cell": each(
        "<tr><td><a href='/bm/{n}/x.html'>{p}</a></td><td><a href='{u}'>{t}</a></td><td>{d}</td></tr>",
        "<table>{}</table>",
    ),
    "department of any length in a line": each(
        "<p><a href='/bm/{n}/x.html'>{p}</a>：<a href='{u}'>{t}</a><span>{d}</span></p>", "<div>{}</div>"
    ),
    "file between title and day": each(
        "<li><a href='{u}'>{t}</a><a class='dl' href='/f/{n}.pdf'>下载</a><span>{d}</span></li>"
    ),
    "all rows in one line of a table": each(
        "<td><a href='{u}'>{t}</a></td><td>{d}</td>", "<table><tr>{}</tr></table>"
    ),
    "bullets in the link": each("<li><a href='{u}'>· {t}</a><span>{d}</span></li>"),
    "day before the words": each("<li><a href='{u}'><span class='date'>{d}</span>{t}</a></li>"),
    "year under month and day": each(
        "<li><div><b>{day:%m-%d}</b><i>{day:%Y}</i></div><a href='{u}'>{t}</a></li>"
    ),
    "year over month and day": each(
        "<li><i>{day:%Y}年</i><b>{day.month}月{day.day}日</b><a href='{u}'>{t}</a></li>"
    ),
    "label without its year": each("<li><a href='{u}'>{t}</a><span>日期：{day:%m-%d}</span></li>"),
    "script in the row": each("<li><a href='{u}'>{t}</a><script>hot('{u}')</script><span>{d}</span></li>"),
    "two lists": each("<li><a href='{u}'>{t}</a><span>{d}</span></li>", "<ul>{}</ul>").replace(
        "</li><li>", "</li></ul><ul><li>", 2
    ),
    "template of a script": "<ul><li v-for='i in l'><a href='{{i.url}}'>{{i.title}}</a><b>{{i.date}}</b></li></ul>"
    "<script type='text/html'><li><a href='x.html'>模板里的一行标题</a><b>2024-01-01</b></li></script>"
    "<template><ul><li><a href='y.html'>模板里的又一行标题</a><b>2024-01-01</b></li></ul></template>" + PLAIN,
    "hidden list": "<div style='display:none'><ul>"
    "<li><a href='h.html'>隐藏的一行标题</a><b>2024-01-01</b></li></ul></div>" + PLAIN,
    "pager": PLAIN
    + "<div><a href='index.html'>首页</a><a href='index_1.html'>上一页</a><a href='index_2.html'>2</a>"
    "<a href='index_3.html'>下一页</a></div>",
    "dated list beside": "<div class='side'>"
    + "<ul><li><a href='/a/1.html'>关于开展消防安全检查的通知</a><span>2025-03-01</span></li>"
    "<li><a href='/a/2.html'>临江区召开重点工作推进会</a><span>2025-03-02</span></li></ul></div>"
    f"<div class='main-list'>{PLAIN}</div>",
    "lists named by year": by_year(
        "<h4>{}</h4>",
        "<li><a href='{u}'>{t}</a><span>{day:%m-%d}</span></li>",
        "<ul class='n2024 list-1'>{}</ul>",
    ).replace("n2024", "n2023", 1),
    "rows in turns of two classes": each(
        "<tr class='odd'><td>·</td><td><a href='{u}'>{t}</a></td><td>{d}</td></tr>", "<table>{}</table>"
    ).replace("odd", "even", 2),
    "another day in the abstract": each(
        "<li><a href='{u}'>{t}</a><p>意见请于2026年10月11日前反馈。</p>"
        "<span>{d} 10:00:00 | 发布人：{p} | 浏览：12</span></li>"
    ),
    "another day in words without a stop": each(
        "<li><a href='{u}'>{t}</a><p>区里2026年10月11日开会研究</p><span>{p} {d}</span></li>"
    ),
    "written before it was put up": each(
        "<li><a href='{u}'>{t}</a><p><span>成文日期：2020-01-05</span><span>发布日期：{d}</span></p></li>"
    ),
    "two labelled days in one text": each(
        "<li><a href='{u}'>{t}</a><p>成文日期：2020-01-05 发布日期：{d}</p></li>"
    ),
    "labels of days in elements of their own": each(
        "<li><a href='{u}'>{t}</a><b>截止日期：</b><i>2026-10-11</i><b>发布日期：</b><i>{d}</i></li>"
    ),
    "body before the day": each(
        "<li>区考试院：<a href='{u}'>{t}</a><b>区司法局：</b><i>{d}</i><p>{s}，{s}。</p></li>"
    ),
    "a day after which it is void": each(
        "<li><a href='{u}'>{t}</a><span>废止日期：2026-10-11</span><span>{d}</span></li>"
    ),
    "labelled day in the link": each(
        "<li><a href='{u}'><p>{t}</p><p><span>发布日期：{d}</span></p></a></li>"
    ),
    "labelled days in a link that is the row": each(
        "<a href='{u}'><p>{t}</p><p><span>云府发〔2026〕{n}号</span><span>成文日期：2020-01-05</span>"
        "<span>发布日期：{d}</span></p></a>",
        "<div>{}</div>",
    ),
    "list of interpretations between title and day": each(
        "<li><a href='{u}'>{t}</a><div><h3>相关解读</h3><ul><li><a href='/jd/{n}.html'>《{t}》解读材料</a></li>"
        "<li><a href='/tj/{n}.html'>一图读懂</a></li></ul></div><span>{d}</span></li>"
    ),
    "box of an interpretation between title and day": each(
        "<li><a href='{u}'>{t}</a><div><a href='/jd/{n}.html'>《{t}》解读材料</a></div><span>{d}</span></li>"
    ),
    "interpretations of one row between its title and day": PLAIN.replace(
        "</a>", "</a><div><ul><li><a href='/jd/1.html'>《报告》解读</a></li></ul></div>", 1
    ),
    "undated columns between": PLAIN.replace(
        "</li>", "</li><li><a href='/zwgk/xzzf/'>行政执法公示专栏</a></li>", 2
    ),
    "address in the onclick": each(
        """<li><a href="javascript:;" onclick="openLink('{u}');">{t}</a><span>{d}</span></li>"""
    ),
    "address in the onclick, a window": each(
        """<li><a href="#" onclick="window.open('{u}','_blank','width=800,top=0')">{t}</a><i>{d}</i></li>"""
    ),
    "address in the script of the href": each(
        """<li><a href="javascript:openurl('{u}')">{t}</a><span>{d}</span></li>"""
    ),
    "address in the onclick of the row": each(
        """<li onclick="location.href='{u}'"><a href="javascript:void(0)">{t}</a><span>{d}</span></li>"""
    ),
    "address in the onclick of a row without a link": each(
        """<li onclick="window.open('{u}')"><p>{t}</p><span>{d}</span></li>"""
    ),
    "address as data": each("<li><a data-href='{u}'>{t}</a><span>{d}</span></li>"),
    "address of one row in its onclick": PLAIN.replace(
        "href='202501/t20250103_12.html'", """href="#" onclick="jump('202501/t20250103_12.html')\"""", 1
    ),
    "marked in brackets": each("<li><a href='{u}' title='{t}'>【置顶】{t}[NEW]</a><span>{d}</span></li>"),
    "marked in brackets without an attribute": each("<li><a href='{u}'>[置顶] {t}</a><span>{d}</span></li>"),
    "marked in elements": each("<li><a href='{u}'><i>置顶</i>{t}<em>new</em></a><span>{d}</span></li>"),
    "numbered in the link": each("<li><a href='{u}'><b>{n}</b>{t}</a><span>{d}</span></li>"),
    "numbered in the link by name": each(
        "<li><a href='{u}'><i class='row-num'>7</i><span>{t}</span></a><span>{d}</span></li>"
    ),
    "numbered in the link, cut": each(
        "<li><a href='{u}' title='{t}'><b>{n}</b>{s}...</a><span>{d}</span></li>"
    ),
    "attribute that another quote closes": each(
        """<li><a href='{u}' title="{t}' target="_blank">【置顶】{t}</a><span>{d}</span></li>"""
    ),
    "cut in the middle": each("<li><a href='{u}' title='{t}'>{t:.3}……报告</a><span>{d}</span></li>"),
    "month and day at the end of the link": each("<li><a href='{u}'>{t}<span>{day:%m-%d}</span></a></li>"),
    "month and day at its beginning": each("<li><a href='{u}'><i>[{day:%m/%d}]</i>{t}</a></li>"),
    "year of two digits that the address has in full": PLAIN.replace(
        "<span>2023-03-01</span>", "<span>23-03-01</span>"
    ),
    "undated list beside": PLAIN + "<div><ul><li><a href='/a/1.html'>关于开展消防安全检查的通知</a></li>"
    "<li><a href='/a/2.html'>临江区召开重点工作推进会</a></li></ul></div>",
}


@pytest.mark.parametrize("manner", MANNERS)
def test_rows_are_read_whatever_the_manner(manner: str) -> None:
    assert rows_of(MANNERS[manner]) == list(FOUR)


def test_rows_without_days_are_told_from_the_menu_of_columns() -> None:
    assert rows_of(each("<li><a href='{u}'>{t}</a></li>")) == [(title, url, None) for title, url, _ in FOUR]


def test_documents_beside_longer_titles_of_their_interpretations_are_rows_too() -> None:
    html = "".join(
        f"<tr><td><a href='/w/{n}.html'>云溪镇河道管理办法</a></td><td><a href='/j/{n}.html'>关于《云溪镇河道管理办法》"
        "的政策解读材料汇编</a></td><td>2025-01-20</td></tr>"
        for n in range(4)
    )
    assert {url for _, url, _ in rows_of(f"<table>{html}</table>")} >= {f"/w/{n}.html" for n in range(4)}


def test_rows_below_a_column_or_with_days_of_their_own_are_no_box_of_it() -> None:
    nested = each("<li><a href='{u}'>{t}</a><span>{d}</span></li>", "<ul>{}</ul>")
    for head in (
        "<a href='/x/1.htm'>法治政府建设年度报告</a>",
        "<a href='/x/1.htm'>临江区法治政府建设工作要点</a><i>2025-03-01</i>",
    ):
        assert rows_of(f"<ul><li>{head}{nested}</li></ul>") == list(FOUR)
    undated = each(
        "<li><a href='{u}'>{t}</a></li>",
        "<ul><li><a href='/x/1.htm'>法治政府建设年度报告</a><ul>{}</ul></li></ul>",
    )
    assert [url for _, url, _ in rows_of(undated)] == [url for _, url, _ in FOUR]


@pytest.mark.parametrize(
    "script",
    [
        "open({n})",
        "open('N{n}')",
        "open('/art/' + {n} + '.html')",
        "open('show.html?id=' + 'N{n}')",
        "open('show.html', {n})",
        "open('show.html', 'N{n}')",
        "ask('{u}', '/other/{n}.html')",
    ],
)
def test_an_address_that_a_script_makes_is_not_guessed(script: str) -> None:
    row = """<li><a href="#" onclick="{script}">{t}</a><span>{d}</span></li>""".replace("{script}", script)
    assert rows_of(each(row)) == []
    assert rows_of(each(row).split("</li>")[0]) == []


def test_strokes_that_a_script_escapes_are_strokes_and_other_backslashes_no_address() -> None:
    row = """<li><a href="#" onclick="window.open('%s')">{t}</a><span>{d}</span></li>"""
    assert [url for _, url, _ in rows_of(each(row % r"\/a\/t{n}.html"))] == [
        f"/a/t{n}.html" for n in range(1, 5)
    ]
    assert rows_of(each(row % r"\\a\t{n}.html")) == []


@pytest.mark.parametrize(
    "rows",
    [
        each("<div class=row><h3><a href='/news/{n}/'>{t}</a></h3><span>{d}</span></div>", "<div>{}</div>"),
        each("<p><a href='/news/{n}/index.html'>{t}</a></p><span>{d}</span>", "<div>{}</div>"),
        each("<li><a href='/news/{n}/'>{t}</a></li><span>{d}</span>"),
    ],
)
def test_rows_whose_addresses_look_like_columns_have_their_days(rows: str) -> None:
    assert [(title, day) for title, _, day in rows_of(rows)] == [(title, day) for title, _, day in FOUR]


def test_a_column_over_the_rows_of_pages_has_no_day() -> None:
    head = "<div><h3><a href='/zwgk/fzzf/bg/'>法治政府建设年度报告专栏</a></h3><span>2026-01-01</span></div>"
    assert rows_of(f"<div>{head}{PLAIN}</div>") == list(FOUR)


@pytest.mark.parametrize(
    "words", ["{t}（2023.1.1-2023.12.31）", "{t} 2023-01-01至2023-12-31", "2023.1.1—2023.12.31{t}"]
)
def test_a_span_of_days_at_the_edge_of_a_title_is_a_part_of_it(words: str) -> None:
    rows = rows_of(each(f"<li><a href='{{u}}'>{words}</a><span>{{d}}</span></li>"))
    assert rows == [(words.format(t=title), url, day) for title, url, day in FOUR]


@pytest.mark.parametrize("said", ["政府会议 {d}", "活动报道 {d}", "政务活动 [{d}]", "{d} 政府会议"])
def test_a_word_of_other_days_apart_from_the_day_leaves_it_the_row_s(said: str) -> None:
    assert rows_of(each(f"<li><a href='{{u}}'>{{t}}</a><span>{said}</span></li>")) == list(FOUR)


@pytest.mark.parametrize(
    "title",
    [
        "<font color=red>10</font>余家企业参加普法活动",
        "<b>10</b>企业参加普法活动的消息",
        "<b>12</b>月份法治政府建设工作要点",
        "行政执法事项目录（新）",
        "<em>新</em>区法治政府建设要点",
    ],
)
def test_what_is_of_a_title_is_no_mark(title: str) -> None:
    html = each("<li><a href='{u}'>{title}</a><span>{d}</span></li>".replace("{title}", title))
    assert {row[0] for row in rows_of(html)} == {Tree(title).root.text()}


def test_an_attribute_that_is_another_title_completes_no_cut_one() -> None:
    html = each("<li><a href='{u}' title='关于{t}的公示'>{t:.3}……报告</a><span>{d}</span></li>")
    assert [row[0] for row in rows_of(html)] == [f"{title[:3]}……报告" for title, _, _ in FOUR]


def test_a_labelled_day_in_the_attribute_tells_the_year() -> None:
    row = "<li><i>{day:%m-%d}</i><a href='/s?id={n}' title='标题：{t}&#10;点击：75&#10;发表时间：{d}'>{t}</a></li>"
    assert [day for _, _, day in rows_of(each(row))] == [day for _, _, day in FOUR]
    other = row.replace("{d}", "2024-02-29")
    assert [day for _, _, day in rows_of(each(other))] == [None] * 4


def test_a_day_in_a_title_s_words_is_no_witness_of_a_year() -> None:
    html = each(
        "<li><span>{day:%m-%d}</span><a href='/s?id={n}' title='标题：{t}（{d}）'>{t}（{d}修订）</a></li>"
    )
    assert [day for _, _, day in rows_of(html)] == [None] * 4


@pytest.mark.parametrize("invitation", ["[查看全文]", "详情>>", "[点击访问]"])
def test_a_link_that_invites_to_read_on_below_an_abstract_is_no_row(invitation: str) -> None:
    abstract = "全年受理人民调解案件202件，调解成功198件，现将有关情况报告如下……"
    html = each(
        "<li class='tit'><a href='{u}'>{t}</a></li>"
        f"<li class='con'>{abstract}<a href='{{u}}'>{invitation}</a></li><li class='time'>发布时间：{{d}} 10:30</li>"
    )
    assert rows_of(html) == list(FOUR)
    assert rows_of(html.replace(f">{invitation}", f" title='查看全文'>{invitation}")) == list(FOUR)


def test_a_list_of_one_is_a_list_when_it_has_a_day() -> None:
    title, url, day = FOUR[0]
    assert rows_of(f"<ul><li><a href='{url}'>{title}</a><span>{day}</span></li></ul>") == [FOUR[0]]


@pytest.mark.parametrize(
    ("row", "form"),
    [
        ("<li><a href='/a?id={n}'>{t}</a><span>{d}</span></li>", "%y-%m-%d"),
        ("<li><a href='/a?id={n}'>{t}</a>[{d}]</li>", "%y/%m/%d"),
        ("<li><a href='/a?id={n}'>{t}</a><span>发布时间：{d}</span></li>", "%y.%m.%d"),
        ("<li><a href='/a?id={n}'>{t}</a><span>{d} 09:30</span></li>", "%y-%m-%d"),
        ("<li><a href='/a?id={n}'>{t}<i>{d}</i></a></li>", "%y-%m-%d"),
        ("<li><a href='/a?id={n}'><i>[{d}]</i>{t}</a></li>", "%y/%m/%d"),
        ("<li><a href='/a?id={n}'>{t}</a><span>{d}</span></li>", "%Y%m%d"),
        ("<li><a href='/a?id={n}'>{t}<i>{d}</i></a></li>", "%Y%m%d"),
    ],
)
def test_a_day_in_short_is_read_where_several_rows_agree_on_what_it_means(row: str, form: str) -> None:
    rows = rows_of(each(row, day=form))
    assert [(title, day) for title, _, day in rows] == [(title, day) for title, _, day in FOUR]


@pytest.mark.parametrize(
    "days",
    [
        ("25-03-28", "25-02-27", "25-01-26", "24-12-25"),  # as in order with the day before the year
        ("03-05-25", "02-11-25", "01-10-25", "01-09-24"),  # as in order with the year last
        ("25-01-20", "24-03-09", "25-01-03", "24-02-27"),  # in no order
        ("25-01-20", "25-01-03", "24-13-18", "23-03-01"),  # no month 13
        ("25-01-20", "25/01/03", "24-01-18", "23/03/01"),  # two forms of two rows
        ("25-01-20", "25-01-03", "", ""),
        ("20250120", "20250103", "20240118", "20230001"),
        ("索引号 20250120", "索引号 20250103", "索引号 20240118", "索引号 20230301"),
    ],
)
def test_a_day_in_short_is_refused_where_it_may_mean_another_day(days: tuple[str, ...]) -> None:
    html = "".join(f"<li><a href='/a?id={n}'>{FOUR[n][0]}</a><i>{day}</i></li>" for n, day in enumerate(days))
    assert [day for _, _, day in rows_of(f"<ul>{html}</ul>")] == [None] * 4


@pytest.mark.parametrize(
    ("head", "days"),
    [
        ("编号", ("20250120", "20250103", "20240118", "20230301")),
        ("点击/回复/转发", ("25-11-28", "24-10-27", "23-9-26", "22-8-25")),
        ("", ("20240101", "20240102", "20240103", "20240104")),
        ("", ("20240104", "20240103", "20240102", "20240101")),
    ],
)
def test_numbers_under_another_name_or_in_turn_are_no_days(head: str, days: tuple[str, ...]) -> None:
    html = "".join(
        f"<tr><td><a href='/a?id={n}'>{FOUR[n][0]}</a></td><td>{day}</td></tr>" for n, day in enumerate(days)
    )
    names = f"<tr><th>名称</th><th>{head}</th></tr>" if head else ""
    assert [day for _, _, day in rows_of(f"<table>{names}{html}</table>")] == [None] * 4


@pytest.mark.parametrize("head", ["发布时间", "日期", ""])
def test_days_in_short_in_a_column_are_read(head: str) -> None:
    row = "<tr><td><a href='/a?id={n}'>{t}</a></td><td>{d}</td></tr>"
    names = f"<tr><th>名称</th><th>{head}</th></tr>" if head else ""
    rows = rows_of(each(row, f"<table>{names}{{}}</table>", day="%y-%m-%d"))
    assert [day for _, _, day in rows] == [day for _, _, day in FOUR]


@pytest.mark.parametrize(
    "opening", ["家庭教育促进条例宣传", "2024年法治政府建设要点", "个人信息保护普法活动"]
)
@pytest.mark.parametrize("named", ["", " class='num'"])
def test_a_row_s_number_is_none_of_its_title_whatever_the_title_begins_with(opening: str, named: str) -> None:
    row = "<li><a href='{u}'><b{named}>{n}</b>{t}</a><span>{d}</span></li>".replace("{named}", named)
    html = each(row).replace(FOUR[1][0], opening)
    assert [title for title, _, _ in rows_of(html)] == [FOUR[0][0], opening, FOUR[2][0], FOUR[3][0]]


def test_figures_of_titles_in_turn_are_no_numbers_of_rows() -> None:
    row = "<li><a href='{u}'><b>{n}</b>家企业获得守法诚信称号</a><span>{d}</span></li>"
    titles = [title for title, _, _ in rows_of(each(row))]
    assert titles == [f"{number}家企业获得守法诚信称号" for number in range(1, 5)]


@pytest.mark.parametrize("title", ["<b>10-12</b>月份财政收支情况公告", "<b>3.15</b>消费者权益日普法活动"])
def test_figures_that_a_title_begins_with_are_no_day(title: str) -> None:
    html = each("<li><a href='{u}'>{title}</a><span>{d}</span></li>".replace("{title}", title))
    assert {row[0] for row in rows_of(html)} == {Tree(title).root.text()}


@pytest.mark.parametrize(
    "around",
    [
        "<p><b>2024</b><b>2023</b><b>2022</b></p><ul>{}</ul>",  # a choice of years, none of them over the list
        "<ul>{}</ul>",
    ],
)
def test_a_day_without_its_year_is_not_guessed(around: str) -> None:
    html = each("<li><a href='/show.asp?id={n}'>{t}</a><span>{day:%m-%d}</span></li>", around)
    assert [day for _, _, day in rows_of(html)] == [None] * 4


def test_a_day_in_prose_is_not_the_day_of_the_row() -> None:
    prose = "为全面推进依法行政，镇党委政府于2023年5月6日召开专题会议，研究部署年度重点任务，" * 3
    html = each("<li><a href='{u}'>{t}</a><p>" + prose + "</p></li>")
    assert [day for _, _, day in rows_of(html)] == [None] * 4


@pytest.mark.parametrize(
    "said",
    [
        "截止日期：2026-10-11",
        "有效期至2026-10-11",
        "<b>有效期至：</b><i>2026-10-11</i>",
        "<b>截止：</b><i>2026-10-11</i>",
        "<b>开标时间：</b><i>2026-10-11</i>",
        "2026-10-11起施行",
        "2026-10-11 起施行",
        "会议时间 2026-10-11",
        "报名截止：2026-10-11",
        "投标2026-10-11",
        "有效期 2026-10-11",
        "结束 2026-10-11",
        "区里2026-10-11开会 镇里2026-10-12开会",
        "现将有关情况公布，2026-10-11前可来信",
    ],
)
def test_another_day_of_a_row_is_not_its_own(said: str) -> None:
    html = each("<li><a href='{u}'>{t}</a><p>" + said + "</p></li>")
    assert [day for _, _, day in rows_of(html)] == [None] * 4


def test_a_row_shorter_than_its_head_has_no_day_in_that_column() -> None:
    head = "<tr><th>标题</th><th>文号</th><th>发布日期</th></tr>"
    whole = each("<tr><td><a href='{u}'>{t}</a></td><td>{n}</td><td>{d}</td></tr>")
    short = (
        "<tr><td colspan=2><a href='202503/t20250301_9.html'>云溪镇2025年法治政府建设工作要点</a></td></tr>"
    )
    rows = rows_of(f"<table>{head}{whole}{short}</table>")
    assert rows == [*FOUR, ("云溪镇2025年法治政府建设工作要点", "202503/t20250301_9.html", None)]


def test_links_beside_the_list_are_kept_apart_and_files_without_a_day_are_no_rows() -> None:
    beside = "<p><a href='/x/9.html'>临江区2021年法治政府建设年度报告</a></p>"
    page = PLAIN + beside + "<p>附件：<a href='a.docx'>年度报告附表（模板）.docx</a></p>" + MENU
    found = list_rows(Tree(page), page)
    assert [row.url for row in found.rows] == [url for _, url, _ in FOUR]
    assert found.asides == (
        ListRow("临江区2021年法治政府建设年度报告", "/x/9.html", None),
        ListRow("年度报告附表（模板）.docx", "a.docx", None),
    )


UNDATED = "".join(f"<li><a href='/a/{n}.html'>{title}</a></li>" for n, (title, _, _) in enumerate(FOUR))
UNDATED = f"<ul>{UNDATED}</ul>"
LOST = "鹭洲街道办事处2024年度法治政府建设工作情况报告"


@pytest.mark.parametrize(
    ("template", "around"),
    [
        ("<li><a href='{u}'>{t}</a><span>{d}</span></li>", "<ul>{}</ul>"),
        ("<li><a href='{u}'>{t}</a><a href='javascript:;'>分享</a><span>{d}</span></li>", "<ul>{}</ul>"),
        ("<tr><td>{n}</td><td><a href='{u}'>{t}</a></td><td>{d}</td></tr>", "<table>{}</table>"),
        ("<div class='row'><h3><a href='{u}'>{t}</a></h3><p>{d}</p></div>", "<div>{}</div>"),
        ("<a href='{u}'>{t}</a><span>{d}</span><br>", "<div>{}</div>"),
        ("""<li onclick="location.href='{u}'"><p>{t}</p><span>{d}</span></li>""", "<ul>{}</ul>"),
    ],
)
@pytest.mark.parametrize("lead", ["javascript:show(12)", "#", ""])
def test_a_row_among_others_whose_link_leads_nowhere_is_told(template: str, around: str, lead: str) -> None:
    page = each(template, around)
    for address in ("location.href='202501/t20250103_12.html'", "202501/t20250103_12.html"):
        page = page.replace(address, lead)
    found = list_rows(Tree(page), page)
    assert [row.url for row in found.rows] == [url for title, url, _ in FOUR if title != LOST]
    assert found.lost == (ListRow(LOST, "", date(2025, 1, 3)),)


def test_a_record_of_a_script_without_an_address_is_told_among_others() -> None:
    script = PLAIN_RECORDS.replace('"url": "202501/t20250103_12.html"', '"id": 12')
    found = list_rows(Tree(""), f"<script>var list = {script};</script>")
    assert len(found.rows) == 3 and found.lost == (ListRow(LOST, "", date(2025, 1, 3)),)


@pytest.mark.parametrize(
    "html",
    [
        PLAIN + "<ul><li><a href='javascript:;'>查看更多历史年度报告</a></li></ul>",
        PLAIN.replace("</ul>", "<li><a href='javascript:;'>查看更多历史年度报告</a></li></ul>"),
        PLAIN.replace("</a>", "</a><a href='javascript:;'>关于云溪镇年度报告的说明</a>"),
        PLAIN + "<div>" + PLAIN.replace("href='2", "href='javascript:;' data-x='2") + "</div>",
        PLAIN.replace("href='2", "href='javascript:;' data-x='2"),
        UNDATED
        + "<ul><li><a href='#'>法治政府建设年度报告</a></li><li><a href='#'>重大行政决策目录</a></li></ul>",
        UNDATED.replace("</ul>", "<li><a href='javascript:go(9)'>末页（共9页）</a></li></ul>"),
        UNDATED.replace("</ul>", "<li><a :href='item.url'>{{item.title}}</a></li></ul>"),
    ],
)
def test_a_link_that_is_no_row_of_the_list_is_not_told_as_one(html: str) -> None:
    assert list_rows(Tree(html), html).lost == ()


TAGS = (
    "<ul>",
    "</ul>",
    "<li>",
    "</li>",
    "<tr>",
    "<td>",
    "<dl>",
    "<dt>",
    "<dd>",
    "<br>",
    "<p>",
    "<table>",
    "<h4>",
    "</a>",
)
LINKS = (
    "<a href='1.html'>",
    "<a href='2.html' title='标题：某报告'>",
    "<a href='/x/'>",
    "<img alt='一张图片的说明'>",
)
WORDS = ("2024", "2024年", "01-20", "2025-01-20", "关于报告的通知", "查看", "[", "]")


@given(st.lists(st.sampled_from(TAGS + LINKS + WORDS), max_size=40))
def test_any_markup_is_read_without_an_error_and_no_address_twice(pieces: list[str]) -> None:
    page = "".join(pieces)
    found = list_rows(Tree(page), page)
    urls = [row.url for row in (*found.rows, *found.asides)]
    assert len(urls) == len(set(urls))
    assert all(row.title.strip() == row.title and row.title for row in found.rows)


def records(**named: str) -> str:
    """The four rows as a script keeps them; `named` says which field holds which value."""
    objects = [
        {name: value.format(t=title, u=url, d=day) for name, value in named.items()}
        for title, url, day in FOUR
    ]
    return json.dumps(objects)


PLAIN_RECORDS = records(title="{t}", pubDate="{d} 16:04", url="{u}")


@pytest.mark.parametrize(
    "script",
    [
        f"var data = {{total: 4, articleList: {PLAIN_RECORDS}}}",
        f"show({{'page': '1', list: {PLAIN_RECORDS}}})",
        f'var all = [{{"id": 7, "infolist": {PLAIN_RECORDS}}}]',
        "var all = " + records(title="{t}", daytime="{d}", url="{u}"),
        "var all = " + records(title="{t}", pubDate="{d}", urls='{{"pc": "{u}"}}'),
    ],
)
def test_records_that_a_script_keeps_in_an_object_are_rows(script: str) -> None:
    assert rows_of(f"<ul id='list'></ul><script>{script};</script>") == list(FOUR)


@pytest.mark.parametrize(
    "state",
    [
        f"{{article: {{title: '某通知', text: '各村居：'}}, related: {PLAIN_RECORDS}}}",
        f"{{title: '某通知', text: '<p>各村居：</p>', related: {PLAIN_RECORDS}}}",
        f"{{deep: {{related: {PLAIN_RECORDS}}}}}",
    ],
)
def test_records_deep_in_a_script_or_beside_an_article_are_no_list(state: str) -> None:
    assert rows_of(f"<div id='app'></div><script>var state = {state};</script>") == []


def test_markup_that_a_script_keeps_in_an_array_for_its_pager_is_a_list() -> None:
    rows = each('<table><tr><td><a href="{u}" title="{t}">{s}...</a></td><td>[{d}]</td></tr></table>', "{}")
    strings = ",\n".join(f"'{row}\\n</table>'" for row in rows.replace('"', r"\"").split("</table>")[:-1])
    array = f"InitData7=[{strings}];"
    assert rows_of(
        f"<div id='7'></div><script>{array}$('#7').jpage({{dataStore:InitData7}})</script>"
    ) == list(FOUR)
    assert rows_of(f"<div id='7'></div><script>{array}</script>") == []
