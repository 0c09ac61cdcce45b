"""What must hold for any page: never an error, offsets that point, an article that survives any page
around it."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.page import read_document
from extractors.records import Document
from tests.cms_pages import TEMPLATES, Article, fill

HAN = st.text(
    alphabet="依法行政执法监督调解纠纷复议诉讼培训宣传审查备案县镇村办件次人", min_size=8, max_size=40
)
SENTENCES = st.builds(lambda a, n, b: f"{a}{n}件，{b}。", HAN, st.integers(0, 99999), HAN)
ARTICLES = st.lists(SENTENCES, min_size=3, max_size=12)
HOLDERS = (
    '<div class="TRS_Editor">{}</div>', '<div id="zoom">{}</div>', '<div id="UCAP-CONTENT">{}</div>',
    '<div class="v_news_content">{}</div>', '<div class="ewb-article">{}</div>',
    '<div class="article-content">{}</div>',
    '<div class="j-fontContent">{}</div>', '<div class="pageContent">{}</div>', "<div>{}</div>",
    "<td>{}</td>",
)  # fmt: skip
BEFORE = st.lists(
    st.sampled_from(
        [
            '<div class="header"><a href="/">首页</a><a href="/zwgk">政务公开</a></div>',
            "<ul class='nav'><li><a href='/a/'>机构职能</a></li><li><a href='/b/'>政策文件</a></li></ul>",
            "<div class='crumbs'>您现在的位置：<a href='/'>首页</a> &gt; 正文</div>",
            "<!-- inc --></body></html>",
            "<script>var a = '<p>不是正文。</p>';</script><style>p{}</style>",
            "<div style='display:none'><p>隐藏的菜单，不是正文，不应出现。</p></div>",
            "<h1>云溪县石桥镇法治政府建设年度报告</h1>",
            "<div class='info'>发布时间：2025-01-15 来源：石桥镇 浏览次数：12</div>",
        ]
    ),
    unique=True,
)
AFTER = st.lists(
    st.sampled_from(
        [
            "<div class='qrcode'>扫一扫在手机打开当前页</div>",
            "<div class='share'>分享到：<a>微信</a> <a>微博</a></div>",
            "<p><a href='1.html'>上一篇：云溪县政务公开要点</a></p>",
            "<div class='footer'>版权所有：云溪县，地址：一号，邮编：000000，网站标识码：9911220001</div>",
            "<div class='related'><h3>相关新闻</h3><a href='2.html'>石桥镇召开会议</a></div>",
            "</html>",
        ]
    ),
    unique=True,
)


def shown(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def offsets_hold(document: Document) -> None:
    position = 0
    for block in document.blocks:
        assert position <= block.start < block.end <= len(document.text)
        assert document.text[block.start : block.end].strip()
        position = block.end
    for table in document.tables:
        assert 0 <= table.start < table.end <= len(document.text)
        assert len({len(row) for row in table.rows}) == 1


@settings(max_examples=150)
@given(
    st.binary(max_size=600),
    st.sampled_from([None, "a.html", "a.txt", "a.docx", "a"]),
    st.sampled_from([None, "gbk", "x"]),
)
def test_any_bytes_are_read_without_an_error(data: bytes, name: str | None, charset: str | None) -> None:
    document = read_document(data, name=name, url="http://[bad" if name is None else None, charset=charset)
    offsets_hold(document)
    if name == "a.txt":
        assert document.kind == "text"


TAGS = st.sampled_from(
    [
        "div",
        "p",
        "table",
        "tr",
        "td",
        "th",
        "ul",
        "li",
        "span",
        "br",
        "h1",
        "a",
        "html",
        "body",
        "head",
        "title",
        "meta",
        "script",
        "iframe",
        "form",
        "b",
    ]
)
SOUP = st.lists(
    st.one_of(
        TAGS.map(lambda tag: f"<{tag}>"),
        TAGS.map(lambda tag: f"</{tag}>"),
        SENTENCES,
        st.sampled_from(
            ["<td rowspan=3 colspan=0>", "<td colspan='９'>", "<div class='content' id>", "<a href='x.pdf'>",
             "<![CDATA[", "<!--",
             "<div hidden>", "&nbsp;&#x0;", "\x00", "　　", "2024-13-45", "<td rowspan=-1>",
             "<meta name=PubDate content='2024年2月30日'>"]
        ),
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=150)
@given(SOUP)
def test_any_tag_soup_is_read_with_offsets_that_point(soup: list[str]) -> None:
    document = read_document("".join(["<html>", *soup]).encode(), url="https://www.yunxi.example/a.html")
    offsets_hold(document)
    assert document.kind == "detail" or not document.text


@settings(max_examples=120)
@given(
    ARTICLES,
    st.sampled_from(HOLDERS),
    BEFORE,
    AFTER,
    st.sampled_from(["<p>{}</p>", "<p>　　<span>{}</span></p>\n", "{}<br>"]),
)
def test_an_article_survives_whatever_page_is_around_it(
    article: list[str], holder: str, before: list[str], after: list[str], paragraph: str
) -> None:
    inside = holder.format("".join(paragraph.format(text) for text in article))
    if holder.startswith("<td"):
        inside = f"<table><tr>{inside}</tr></table>"
    source = f"<html><body>{''.join(before)}<div>{inside}</div>{''.join(after)}</body></html>"
    document = read_document(source.encode("gb18030"), name="a.html")
    assert document.kind == "detail"
    assert shown(document) == article
    offsets_hold(document)


HEADINGS = st.sampled_from(
    ["一、主要做法", "（一）依法履职", "二、存在的问题", "（三）其他事项", "1.加强培训"]
)
SIGNATURES = st.sampled_from(
    [(), ("石桥镇人民政府",), ("云溪县石桥镇人民政府", "2025年1月9日"), ("2025年1月9日",)]
)
TRAPS = st.sampled_from(
    [
        "打印材料、登录平台、分享案例12个，首页设置专区；办理3件。",
        "来源于群众的诉求共17件，全部办结。",
        "作者认为，版权所有纠纷5起已化解，扫一扫即可查询结果。",
        "上一篇报告提出的4项措施已落实，相关链接机制运行良好。",
        "主办单位：县司法局；承办单位：各镇司法所，共开展活动8场。",
        "发布时间为2024年3月1日的通知，已由各单位执行完毕。",
    ]
)
GENERATED = st.builds(
    lambda first, lines, trap, last, end: Article(
        "石桥镇2024年法治政府建设年度报告", (first, *lines, trap, last, *end), published_on=date(2025, 1, 15)
    ),
    SENTENCES,
    st.lists(st.one_of(SENTENCES, HEADINGS, TRAPS), max_size=8),
    TRAPS,
    SENTENCES,
    SIGNATURES,
)


@settings(max_examples=150)
@given(GENERATED, st.sampled_from(TEMPLATES))
def test_any_article_survives_the_page_of_any_site_family(article: Article, template: Path) -> None:
    document = read_document(fill(template.read_text(encoding="utf-8"), article).encode(), name="a.html")
    lines = shown(document)
    assert lines[lines[:1] == [article.title] :] == article.paragraphs
    offsets_hold(document)


@settings(max_examples=100)
@given(GENERATED, st.sampled_from(TEMPLATES), st.sampled_from(["<p>{}</p>", "<div>{}</div>", "{}<br>"]))
def test_what_was_read_reads_the_same_again(article: Article, template: Path, paragraph: str) -> None:
    first = read_document(fill(template.read_text(encoding="utf-8"), article).encode(), name="a.html")
    again = "".join(paragraph.format(line) for line in shown(first))
    page = f"<html><head><title>{article.title}</title></head><body><div>{again}</div></body></html>"
    assert shown(read_document(page.encode(), name="a.html")) == shown(first)


@settings(max_examples=60)
@given(ARTICLES, BEFORE, AFTER)
def test_nothing_a_reader_sees_is_lost(article: list[str], before: list[str], after: list[str]) -> None:
    """Every visible word is in the text or among what was removed."""
    inside = f"<div id='zoom'>{'<p>'.join(article)}</div>"
    source = f"<html><body>{''.join(before)}{inside}{''.join(after)}</body></html>"
    document = read_document(source.encode(), name="a.html")
    kept = document.text + "".join(removed.text for removed in document.removed)
    for word in ("政务公开", "政策文件", "发布时间", "扫一扫", "上一篇", "版权所有", "相关新闻"):
        if word in source:
            assert word in kept
    assert all(sentence in document.text for sentence in article)


@given(st.text(max_size=300))
def test_a_local_text_is_never_changed(text: str) -> None:
    encoded = text.replace("\ufeff", "").encode("utf-8", "ignore")
    document = read_document(encoded, name="a.txt")
    offsets_hold(document)
    if document.encoding == "utf-8":
        assert document.text.encode() == encoded
    covered = "".join(document.text[block.start : block.end] for block in document.blocks)
    assert "".join(document.text.split()).replace("\u200b", "") == "".join(covered.split()).replace(
        "\u200b", ""
    )


def test_long_runs_of_furniture_do_not_take_long() -> None:
    hostile = "".join(
        f"<p>{text}</p>"
        for text in ("打印|" * 60 + "x", "首页>" * 90 + "x", "分享到：" * 90 + "x", ">" * 390)
    )
    start = time.process_time()
    read_document(
        (f"<div id='zoom'>{hostile}" + "<div>" * 2000 + "依法行政，办理案件12件。" * 500).encode(),
        name="a.html",
    )
    assert time.process_time() - start < 5
