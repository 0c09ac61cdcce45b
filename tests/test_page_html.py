"""One article in the manner of each content system, wrapped in the page around it."""

from __future__ import annotations

import json
from datetime import date
from html import escape

import pytest

from extractors.page import read_document
from extractors.records import Document

TITLE = "云溪县石桥镇2024年法治政府建设年度报告"
PARAGRAPHS = [
    "2024年，石桥镇坚持以习近平法治思想为指导，扎实推进法治政府建设，现将有关情况报告如下。",
    "一、主要做法和成效",
    "（一）全年受理人民调解案件202件，调解成功198件，成功率98.02%；办事群众可在大厅打印材料、登录平台查询。",
    "（二）开展执法检查35次，未发生行政诉讼案件。",
    "二、存在的问题",
    "基层法治力量仍显不足，执法人员培训不够。",
    "云溪县石桥镇人民政府",
    "2025年1月9日",
]
BODY = "".join(f"<p style='text-indent:2em'>　　{p}</p>\n" for p in PARAGRAPHS)

META = f"""<meta charset="utf-8"><title>政务公开-云溪县人民政府网</title>
<META NAME="sitename" CONTENT="云溪县人民政府网"><meta name="SiteIDCode" content="9911220001">
<meta name="ColumnName" content="法治政府建设年度报告"><meta name="ArticleTitle" content="">
<meta name="articletitle" content="{TITLE}"><meta name="PubDate" content="2025-01-15 09:30:00">
<meta name="ContentSource" content="石桥镇">"""
HEADER = """<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li>
<a href="/zwgk/">政务公开</a></li>
<li><a href="/hd/">互动交流</a></li></ul><div class="search"><form><input name="q"><button>搜索</button>
</form></div></div>
<!-- include --></html>
<div class="BreadcrumbNav">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt;
正文</div>"""
INFO = f"""<h1 class="title">{TITLE}</h1><div class="info"><span>发布时间：2025-01-15 09:30</span>
<span>来源：石桥镇</span>
<span>浏览次数：<script>document.write(7)</script>
</span>字体：[<a>大</a> <a>中</a> <a>小</a>] <a href="javascript:print()">打印</a></div>"""
FOOTER = """<div class="qrcode"><p>扫一扫在手机打开当前页</p></div>
<ul class="prevnext"><li>上一篇：<a href="t1.html">云溪县2024年政务公开工作要点</a></li>
<li>下一篇：没有了</li></ul>
<div class="related"><h3>相关链接</h3><ul><li><a href="x.html">云溪县司法局2024年法治政府建设年度报告</a>
</li></ul></div>
<div class="footer"><p>主办单位：云溪县人民政府办公室 版权所有</p>
<p>网站标识码：9911220001 云ICP备00000000号</p></div>"""

CONTAINERS = {
    "trs": '<div class="article"><div class="TRS_Editor">{}</div></div>',
    "trs_view": '<div class="view TRS_UEDITOR trs_paper_default trs_editor_view">{}</div>',
    "hanweb": '<div><!--ZJEG_RSS.content.begin--><div id="zoom">{}</div></div>',
    "ucap": '<div class="pages_content" id="UCAP-CONTENT"><ucapcontent>{}</ucapcontent></div>',
    "gkmlpt": '<div><div class="article-content">{}</div></div><script src="/gkmlpt/x.js"></script>',
    "vsb": '<div id="vsb_content_2"><div class="v_news_content">{}</div></div>',
    "epoint": '<div id="infoContentM"><div class="ewb-article">{}</div></div>',
    "longxun": '<div class="wzcon j-fontContent newscontnet">{}</div>',
    "named": '<div class="box"><div id="newsContent">{}</div></div>',
    "table_layout": "<table width=980><tr><td class=l>{}</td></tr></table>",
    "nameless": "<div><div><div>{}</div></div></div>",
}


def page(container: str, body: str = BODY, meta: str = META, info: str = INFO) -> bytes:
    inside = CONTAINERS[container].format(body)
    article = f"{HEADER}<div>{info}{inside}</div>{FOOTER}"
    return f"<!DOCTYPE html><html><head>{meta}</head><body>{article}</body></html>".encode()


def read(html: str) -> Document:
    return read_document(html.encode(), name="a.html")


def shown(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


@pytest.mark.parametrize("container", CONTAINERS)
def test_each_content_system_gives_the_article_and_nothing_else(container: str) -> None:
    document = read_document(page(container), url="https://www.yunxi.example/zwgk/a.html")
    assert document.kind == "detail"
    assert shown(document) == PARAGRAPHS
    assert document.title == TITLE
    assert document.published_on == date(2025, 1, 15)
    assert document.signed_on == date(2025, 1, 9)
    assert (document.site_code, document.site_name) == ("9911220001", "云溪县人民政府网")
    assert document.content_source == "石桥镇"
    outside = "\n".join(removed.text for removed in document.removed)
    assert "扫一扫" in outside and "网站标识码" in outside


@pytest.mark.parametrize("container", CONTAINERS)
def test_without_meta_tags_the_page_itself_tells_title_date_and_source(container: str) -> None:
    meta = f"<title>{TITLE}_法治政府建设_云溪县人民政府网</title>"
    document = read_document(page(container, meta=meta), name="a.html")
    assert document.title == TITLE
    assert document.published_on == date(2025, 1, 15)
    assert document.content_source == "石桥镇"
    assert document.site_code == "9911220001"
    assert shown(document) == PARAGRAPHS


@pytest.mark.parametrize(
    ("container", "platform"),
    [
        ("trs", "trs"),
        ("hanweb", "hanweb"),
        ("ucap", "ucap"),
        ("vsb", "vsb"),
        ("epoint", "epoint"),
        ("gkmlpt", "gkmlpt"),
    ],
)
def test_the_content_system_is_named(container: str, platform: str) -> None:
    assert read_document(page(container)).platform == platform


def test_a_mark_counts_once_however_often_it_stands() -> None:
    links = "".join(f"<a href='/t{year}0102_1.html'>x</a>" for year in (1999, 2024))
    assert read_document(f"<p>hanweb</p>{links}".encode()).platform == "hanweb"


def test_the_catalogue_table_gives_its_fields_and_stays_out_of_the_text() -> None:
    table = """<table class="xxgk"><tr><td>索 引 号</td><td>YX0101/2025-00012</td><td>发文字号</td>
<td>石政〔2025〕3号</td></tr>
    <tr><td>发布机构</td><td>石桥镇人民政府</td><td>成文日期</td><td>2025年1月9日</td></tr>
    <tr><td>发布日期</td><td>2025-01-16</td><td>有效性</td><td>有效</td></tr></table>"""
    document = read_document(
        page("nameless", body=table + BODY, meta=f"<title>{TITLE}</title>", info=f"<h1>{TITLE}</h1>")
    )
    assert document.index_number == "YX0101/2025-00012"
    assert document.document_number == "石政〔2025〕3号"
    assert document.publisher == "石桥镇人民政府"
    assert (document.written_on, document.published_on) == (date(2025, 1, 9), date(2025, 1, 16))
    assert shown(document) == PARAGRAPHS


def test_the_address_dates_a_page_only_where_it_is_silent_itself() -> None:
    url = "https://www.yunxi.example/zwgk/202501/t20250117_1234.html"
    silent = page("trs", meta=f"<title>{TITLE}</title>", info=f"<h1>{TITLE}</h1>")
    assert read_document(silent, url=url).published_on == date(2025, 1, 17)
    stated = read_document(page("trs"), url=url)
    assert stated.published_on == date(2025, 1, 15)
    assert "published_on_differs_from_url" in {issue.kind for issue in stated.issues}


def test_word_markup_does_not_split_words_and_numbers() -> None:
    body = """<p class="MsoNormal"><span>2024年，</span><span><font>202</font></span><span>5</span>
<span>件<o:p></o:p></span>
    [bookmark: _GoBack]，其中
    办结<span lang="EN-US">1</span>98件。&#8203;</p><p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p>依法办理。　　二是强化监督。</p>"""
    assert shown(read_document(page("trs", body=body + BODY)))[:3] == [
        "2024年，2025件，其中办结198件。",
        "依法办理。",
        "二是强化监督。",
    ]


def test_line_breaks_are_paragraphs_and_hidden_copies_are_dropped() -> None:
    body = (
        "　　"
        + "<br>　　<br/>".join(PARAGRAPHS)
        + f'<div style="display: none">{BODY}</div><div class="ng-hide">{BODY}</div>'
    )
    document = read_document(page("hanweb", body=body))
    assert shown(document) == PARAGRAPHS
    assert any(removed.rule == "hidden" for removed in document.removed)


def test_tables_go_row_by_row_and_merged_cells_keep_the_columns_apart() -> None:
    table = """<table><tr><th>类别</th><th>受理</th><th>办结</th></tr>
    <tr><td rowspan="2">行政复议</td><td>1<span>2</span></td><td><p>10</p></td></tr><tr><td>7</td>
<td>5</td></tr>
    <tr><td colspan="2">合计</td><td>15</td></tr></table>"""
    document = read_document(page("trs", body=BODY + table))
    assert shown(document)[-4:] == ["类别\t受理\t办结", "行政复议\t12\t10", "7\t5", "合计\t15"]
    (found,) = document.tables
    assert found.rows == (
        ("类别", "受理", "办结"),
        ("行政复议", "12", "10"),
        ("", "7", "5"),
        ("合计", "", "15"),
    )
    assert document.text[found.start : found.end].startswith("类别\t") and document.text.endswith("合计\t15")
    assert {block.kind for block in document.blocks} == {"paragraph", "row"}


def test_furniture_inside_the_article_goes_but_never_a_part_of_a_sentence() -> None:
    body = "<p>【字体：大 中 小】</p><p>来源：石桥镇 发布时间：2025-01-15</p>" + BODY
    body += "<p>责任编辑：王某某</p><p>打印本页 关闭窗口</p><p>分享到：微信 微博</p>"
    body += "<p>相关链接：</p><p>云溪县工作要点</p>"
    document = read_document(page("vsb", body=body))
    assert shown(document) == PARAGRAPHS
    rules = {removed.rule for removed in document.removed}
    assert {"tool_bar", "information_line", "byline", "related"} <= rules


@pytest.mark.parametrize("icon", ["<i class='f'>&#xe61d;</i>", "<span class='iconfont'>&#xe61d; </span>"])
def test_a_picture_of_a_font_is_no_text(icon: str) -> None:
    above = f"<h2>{TITLE}</h2><p>编辑：王某某</p><p>{icon}2025-01-15 09:30</p>"
    source = f"<title>{TITLE}</title><body><div class='a'>{above}<div class='b'>{BODY}</div></div></body>"
    document = read_document(source.encode())
    assert (shown(document), document.published_on) == (PARAGRAPHS, date(2025, 1, 15))


def test_a_rare_character_of_a_name_stays() -> None:
    body = f"{BODY}<p>负责人：王<span>&#xe863;</span>生，任期三年。</p>"
    assert shown(read_document(page("trs", body=body)))[-1] == "负责人：王\ue863生，任期三年。"


def test_a_rare_character_in_italics_stays() -> None:
    body = f"{BODY}<p>负责人：王<i>&#xe863;</i>生，任期三年。</p>"
    assert shown(read_document(page("trs", body=body)))[-1] == "负责人：王\ue863生，任期三年。"


@pytest.mark.parametrize("line", ["缴费方式（微信扫码支付）", "往期精彩活动图集"])
def test_a_last_line_that_only_names_a_code_or_what_was_before_is_text(line: str) -> None:
    assert shown(read_document(page("trs", body=f"{BODY}<p>{line}</p>")))[-1] == line


def test_the_top_of_a_page_is_no_text_above_a_title_with_few_words_below() -> None:
    columns = "<ul><li>网站首页，</li><li>单位概况；</li><li>政务公开、服务。</li></ul>"
    top = f"<div>欢迎光临云溪县司法局！今天是：</div>{columns}"
    head = "<h1>党组成员：王某某</h1><h2>发布时间：2025-01-15 来源：云溪县司法局</h2>"
    menu = "<p>无障碍阅读、繁体、简体，网站已支持新协议：</p><p>站内，公开、服务、互动、数据：</p>"
    page = f"<title>党组成员：王某某</title><body>{top}{menu}<ul>{head}<p>分管社区矫正。</p></ul></body>"
    document = read_document(page.encode())
    assert shown(document) == ["分管社区矫正。"]
    assert (document.title, document.published_on) == ("党组成员：王某某", date(2025, 1, 15))


@pytest.mark.parametrize(
    "pager",
    [
        "[1] [2] [3] 下一页",
        "5/6 首页 上一页 3 4 5 6 下一页 尾页",
        "共12条记录 1/2页 首页上页下页末页",
        "1 2 下一页 余下全文",
    ],
)
@pytest.mark.parametrize("order", ["{0}{1}", "{1}{0}"])
def test_a_pager_of_an_article_is_no_text(pager: str, order: str) -> None:
    body = order.format(f"<p>{pager}</p>", BODY)
    assert shown(read_document(page("trs", body=body))) == PARAGRAPHS


def test_a_window_that_opens_over_the_page_is_no_text() -> None:
    said = "<p>温馨提示</p><p>您好！请先登录。</p><p>我知道了</p>"
    window = f"<div id='modal-dialog'><div id='modal-content'>{said}</div></div>"
    source = f"<title>{TITLE}</title><body><div class='a'>{INFO}{window}<div>{BODY}</div></div></body>"
    assert shown(read_document(source.encode())) == PARAGRAPHS


def test_attachments_are_listed_and_a_one_line_article_keeps_them() -> None:
    body = '<p>附件：<a href="./P020250115.docx" title="x">石桥镇2024年法治政府建设年度报告.docx</a></p>'
    document = read_document(
        page("trs", body=body), url="https://www.yunxi.example/zwgk/202501/t20250115_9.html"
    )
    assert document.kind == "detail"
    assert [(a.name, a.url, a.kind) for a in document.attachments] == [
        (
            "石桥镇2024年法治政府建设年度报告.docx",
            "https://www.yunxi.example/zwgk/202501/P020250115.docx",
            "docx",
        )
    ]


SHELLS = {
    "script_variable": "<script>var firstUrl = '/html/b/0203/abc.html';</script>",
    "pdf_viewer": "<script>showVsbpdfIframe('/__local/1/report.pdf','100%')</script>",
    "iframe": '<iframe src="/html/b/0203/abc.html" width="100%"></iframe>',
    "refresh": '<meta http-equiv="refresh" content="0; url=/html/b/0203/abc.html">',
    "redirect": '<script>window.location.href="/html/b/0203/abc.html"</script>',
}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_names_the_address_of_its_article_and_has_no_text(shell: str) -> None:
    inside = f"{HEADER}<h1>{TITLE}</h1>{SHELLS[shell]}{FOOTER}"
    source = f"<html><head><title>{TITLE}</title></head><body>{inside}</body></html>"
    document = read_document(source.encode(), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.text, document.blocks) == ("shell", "", ())
    assert document.body_url in (
        "https://www.yunxi.example/html/b/0203/abc.html",
        "https://www.yunxi.example/__local/1/report.pdf",
    )
    assert document.title == TITLE


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("", "empty"),
        ("<html><body>  </body></html>", "empty"),
        ("<title>404</title><body><p>您访问的页面不存在或已被删除，请返回首页。</p></body>", "soft_404"),
        (f"<html><body>{HEADER}<p>抱歉，该信息已被删除。</p>{FOOTER}</body></html>", "soft_404"),
        (f"<html><body>{HEADER}{FOOTER}</body></html>", "chrome"),
        ('<meta name="ColumnName" content="年度报告"><body><div id="list"></div></body>', "list"),
        ("<script>var arg1='A7';document.cookie='acw_sc__v2='+x;location.reload()</script>", "empty"),
    ],
)
def test_a_page_that_is_no_article_gives_no_text(source: str, kind: str) -> None:
    document = read_document(source.encode(), media_type="text/html")
    assert (document.kind, document.text, document.blocks, document.tables) == (kind, "", (), ())


def test_a_challenge_is_reported() -> None:
    document = read_document(b"<script>document.cookie='__jsl_clearance_s=1';location.reload()</script>")
    assert [issue.kind for issue in document.issues] == ["challenge"]


def test_an_article_that_tells_of_missing_pages_is_an_article() -> None:
    body = BODY + "<p>整改网站“您访问的页面不存在”等问题12个。</p>"
    assert read_document(page("trs", body=body)).kind == "detail"


ROWS = [
    (
        f"云溪县第{n}号行政规范性文件清理结果的公告（2024年第{n}号）",
        f"./202501/t202501{n:02d}_{n}.html",
        date(2025, 1, n),
    )
    for n in range(1, 13)
]
LISTS = {
    "li": lambda t, u, d: f'<li><a href="{u}" title="{t}">{t[:12]}...</a><span>[{d}]</span></li>',
    "date_first": lambda t, u, d: f'<li><span>{d:%Y-%m-%d}</span><a href="{u}">{t}</a></li>',
    "split_date": lambda t, u, d: (
        f'<li><div class="d"><b>{d.day}</b><i>{d:%Y-%m}</i></div><a href="{u}"><h4>{t}</h4></a></li>'
    ),
    "row": lambda t, u, d: f'<tr><td>·</td><td><a href="{u}">{t}</a></td><td>{d:%Y/%m/%d}</td></tr>',
}


@pytest.mark.parametrize("style", LISTS)
def test_a_list_page_gives_its_rows_and_not_its_menus(style: str) -> None:
    rows = "".join(LISTS[style](*row) for row in ROWS)
    holder = f"<table>{rows}</table>" if style == "row" else f"<ul>{rows}</ul>"
    side = "<ul>" + "".join(f'<li><a href="/c{n}/">法治栏目{n}</a></li>' for n in range(20)) + "</ul>"
    pages = '<div class="page"><a href="index_1.html">2</a><a href="index_2.html">下一页</a></div>'
    inside = f"{HEADER}<div>{side}</div><div>{holder}{pages}</div>{FOOTER}"
    source = f"<html><head><title>通知公告_云溪县</title></head><body>{inside}</body></html>"
    document = read_document(source.encode(), name="index.html")
    assert document.kind == "list" and document.text == ""
    assert [(row.title, row.url, row.listed_on) for row in document.list_rows] == ROWS


def test_rows_that_a_script_carries_are_read() -> None:
    records = "".join(
        f'<record><![CDATA[<li><a href="{u}">{t}</a><span>{d}</span></li>]]></record>' for t, u, d in ROWS
    )
    data = f"<datastore><recordset>{records}</recordset></datastore>"
    source = f'<body>{HEADER}<div><script type="text/xml">{data}</script></div></body>'
    document = read_document(source.encode(), url="https://www.yunxi.example/col/col12/index.html")
    assert document.kind == "list"
    assert [row.title for row in document.list_rows] == [title for title, _, _ in ROWS]
    assert document.list_rows[0].url == "https://www.yunxi.example/col/col12/202501/t20250101_1.html"


def test_rows_that_a_script_keeps_as_objects_are_read_where_each_has_its_day() -> None:
    records = [{"id": 1, "title": t, "url": u, "pubDate": f"{d} 09:30"} for t, u, d in ROWS]
    menu = [{"title": f"政务公开的第{n}个栏目", "url": f"/zwgk/{n}.html"} for n in range(9)]
    broken = '[{"title": 法治, [{"a": ' + "[" * 100_000
    script = f"var a={json.dumps(menu)}; var list = {json.dumps(records)}; var b={broken}"
    source = f'<body>{HEADER}<ul id="list"></ul><script>{script}</script></body>'
    document = read_document(source.encode(), url="https://www.yunxi.example/col/col12/index.html")
    assert document.kind == "list"
    assert [(row.title, row.listed_on) for row in document.list_rows] == [(t, d) for t, _, d in ROWS]
    assert document.list_rows[0].url == "https://www.yunxi.example/col/col12/202501/t20250101_1.html"


def test_signature_and_footnotes_are_kept_and_marked() -> None:
    body = """<p class=MsoNormal>全年受理人民调解案件202件<a href="#_ftn1" name="_ftnref1">[1]</a>，调解成功198件。</p>
<p>[2]号文件已落实，未发生行政诉讼案件。</p><p style="text-align:right">云溪县石桥镇人民政府</p>
<p style="text-align:right">二〇二五年一月九日</p><div><hr><div id="ftn1"><p class="MsoFootnoteText">
<a href="#_ftnref1" name="_ftn1">[1]</a> 含简易纠纷，数据截至2024年12月31日。</p></div></div>"""
    document = read_document(page("trs", body=body))
    marked = [(block.kind, document.text[block.start : block.end]) for block in document.blocks]
    assert marked == [
        ("paragraph", "全年受理人民调解案件202件[1]，调解成功198件。"),
        ("paragraph", "[2]号文件已落实，未发生行政诉讼案件。"),
        ("signature", "云溪县石桥镇人民政府"),
        ("signature", "二〇二五年一月九日"),
        ("footnote", "[1] 含简易纠纷，数据截至2024年12月31日。"),
    ]
    assert document.signed_on == date(2025, 1, 9)


def test_an_article_in_several_containers_of_its_system_is_all_of_them() -> None:
    parts = "".join(
        f'<div class="anchor" id="c{i}"></div><div class="block"><div id="vsb_content_{i}">'
        f'<div class="v_news_content"><p>{line}</p></div></div></div>'
        for i, line in enumerate(PARAGRAPHS)
    )
    page = f'<title>{TITLE}</title><form name="_newscontent"><h3>{TITLE}</h3><div>时间：2025-01-15</div>{parts}</form>'
    assert shown(read(page)) == PARAGRAPHS


def test_what_follows_a_dated_signature_in_another_block_is_no_article() -> None:
    after = "<div><p>石桥镇坚持项目为王，全力以赴抓招商、促投资、稳增长，一季度实现良好开局。</p></div>"
    page = f"<title>{TITLE}</title><div><h2>{TITLE}</h2><div>{BODY}</div>{after}</div>"
    assert shown(read(page)) == PARAGRAPHS


@pytest.mark.parametrize(
    "head", ["相关文章", "【版权声明】本站内容归本站所有，转载请注明来源。", "上一篇：防汛会议"]
)
def test_a_block_under_a_heading_of_its_own_below_the_text_is_no_article(head: str) -> None:
    unsigned = "".join(f"<p>{line}</p>" for line in PARAGRAPHS[:-2])
    after = f"<div><h3>{head}</h3><ul><li><a href='1.html'>防汛</a>会议要求，各村要加强值守，确保安全。</li></ul></div>"
    page = f"<title>{TITLE}</title><div><h2>{TITLE}</h2><div>{unsigned}</div>{after}</div>"
    document = read(page)
    assert shown(document) == PARAGRAPHS[:-2]
    assert any(head in removed.text for removed in document.removed)


def test_a_part_of_the_text_may_open_like_leftovers() -> None:
    lines = [*PARAGRAPHS[:3], "政策解读", *PARAGRAPHS[3:]]
    sections = "".join(f"<div>{line}</div>" for line in lines)
    assert shown(read(f"<title>{TITLE}</title><h2>{TITLE}</h2><div>{sections}</div>")) == lines


def test_a_column_in_the_head_of_a_page_is_not_its_title() -> None:
    head = '<title>规划公示</title><meta name="ColumnName" content="规划公示"><meta name="ArticleTitle" content="">'
    side = (
        "<div id='side'><ul><li><a href='/1/'>规划公示</a></li><li><a href='/2/'>土地公告</a></li></ul></div>"
    )
    main = f"<div><h2>{TITLE}</h2><div>[ 发布：2025-01-15 ] [ 阅读：8 ]</div><div>{BODY}</div></div>"
    document = read(f"{head}<div>{side}{main}</div>")
    assert (document.title, shown(document)) == (TITLE, PARAGRAPHS)


@pytest.mark.parametrize("style", ["display:inline", "DISPLAY : INLINE;color:red"])
def test_style_makes_a_block_part_of_a_line(style: str) -> None:
    first, *rest = PARAGRAPHS
    half = len(first) // 2
    split = f'<div style="{style}">{first[:half]}</div><div style="{style}">{first[half:]}</div>'
    body = "".join(f"<p>{line}</p>" for line in rest)
    assert shown(read(f"<title>{TITLE}</title><h2>{TITLE}</h2><div>{split}{body}</div>")) == PARAGRAPHS


def test_a_page_that_says_in_the_articles_place_that_it_is_missing_is_none() -> None:
    side = "<div class='list'><p>会议要求，各村要加强值守，及时上报，确保群众安全。</p></div>" * 5
    missing = "<h2>很抱歉，您访问的页面不存在</h2><p>可能原因：网址有误，或者该页面已被删除、移动、更名。</p>"
    document = read(f"<div class='article content' id='zoom'>{missing}</div>{side}")
    assert (document.kind, document.text) == ("soft_404", "")


def test_a_home_page_of_news_and_lists_is_no_article() -> None:
    news = "".join(
        f"<li><a href='/n/{i}.html'>石桥镇召开第{i}次工作推进会议</a><i>01-{i}</i></li>"
        for i in range(10, 22)
    )
    blocks = "".join(
        f"<div class='k{i}'><h3><a href='/c{i}/'>栏目{i}</a></h3><p>会议要求，各村要确保安全。</p><ul>{news}</ul></div>"
        for i in range(4)
    )
    assert read(f"<title>石桥镇人民政府</title><div class='m'>{blocks}</div>").text == ""


def test_the_longer_part_of_a_title_is_the_articles_and_a_column_beside_it_is_not() -> None:
    side = "<td width=160><font><b>信息公开</b></font><br><br>人民公安为人民，报警请拨110，冷静、准确。</td>"
    main = f"<td><p><b>{TITLE}</b></p><p>2025-01-15</p>{BODY}</td>"
    document = read(f"<title>信息公开_{TITLE}</title><table><tr>{side}{main}</tr></table>")
    assert (document.title, shown(document)) == (TITLE, PARAGRAPHS)


def test_open_graph_names_the_title_where_the_head_is_silent() -> None:
    meta = f"<title></title><meta property='og:title' content='{TITLE}'>"
    byline = "<div><span>街道司法所</span> <em>2025-01-15 17:30</em> <em>发表于云溪</em></div>"
    document = read(f"{meta}<div><h1>{TITLE}</h1>{byline}<div><p>点击上方蓝字关注我们</p>{BODY}</div></div>")
    assert (document.title, shown(document)) == (TITLE, PARAGRAPHS)


def test_what_stands_beside_an_article_that_a_script_loads_is_not_it() -> None:
    side = (
        "<div class='side'><h3>提示</h3><p>请定期检查软管，及时更换。</p><p>请佩戴头盔，注意安全。</p></div>"
    )
    slot = "<div><h2>{{ info.title }}</h2><p>发布时间：{{ info.time }}</p><div v-html='info.content'></div></div>"
    document = read(f"<title>内容详情</title><div>{slot}{side * 3}</div>")
    assert (document.kind, document.text) == ("chrome", "")


def test_an_article_that_is_printed_twice_is_read_once() -> None:
    copy = f"<div class='for-phones'><h3>{TITLE}</h3>{BODY}</div>"
    document = read(f"<title>{TITLE}</title><div class='all'><h2>{TITLE}</h2><div>{BODY}</div>{copy}</div>")
    assert shown(document) == PARAGRAPHS
    assert PARAGRAPHS[0] in "".join(removed.text for removed in document.removed)


def test_a_sentence_that_a_text_repeats_stays() -> None:
    lines = [*PARAGRAPHS[:-2], PARAGRAPHS[2], *PARAGRAPHS[-2:]]
    body = "".join(f"<p>{line}</p>" for line in lines)
    assert shown(read(f"<title>{TITLE}</title><h2>{TITLE}</h2><div>{body}</div>")) == lines


def test_parts_of_a_kind_are_one_article_whatever_their_weight() -> None:
    long = "<p>（一）全年受理人民调解案件202件，调解成功198件，成功率98.02%；群众满意。</p>" * 12
    parts = f"<div class='part'><p>现将情况报告如下。</p></div><div class='part'>{long}</div>"
    last = "<div class='part'><p>下一步，将继续努力。</p></div>"
    assert shown(read(f"<div class='x'>{parts}{last}</div>"))[-1] == "下一步，将继续努力。"


@pytest.mark.parametrize(
    "sheet", [".line{display:block;text-indent:2em}", "a{color:red}\nspan.line { margin:0; display: block }"]
)
def test_a_pages_own_style_sheet_makes_lines(sheet: str) -> None:
    body = "".join(f"<span class='line x{i}'>{line}</span>" for i, line in enumerate(PARAGRAPHS))
    page = f"<style>{sheet}</style><title>{TITLE}</title><h1>{TITLE}</h1><div>{body}</div>"
    assert shown(read(page)) == PARAGRAPHS


def test_a_summary_by_a_machine_is_no_article() -> None:
    summary = "<div class='s'><span>AI摘要</span><p>报告称，全年调解案件500件，成效显著。（内容由系统生成）</p></div>"
    page = f"<title>{TITLE}</title><div><h1>{TITLE}</h1><div>2025-01-15</div>{summary}<div>{BODY}</div></div>"
    assert shown(read(page)) == PARAGRAPHS


SIGNED = [*PARAGRAPHS[:-2], "云溪县石桥镇人民政府", "2025年1月9日"]


@pytest.mark.parametrize("name", ["云溪县石桥镇人民政府", "云溪县石桥镇人民政府办公室", "云溪县司法局"])
@pytest.mark.parametrize(
    "below", ["<p>编辑：王某　审核：李某</p>", "<p>来源：镇司法所　发布时间：2025-01-15</p>", ""]
)
def test_the_body_that_signs_a_text_is_not_its_title(name: str, below: str) -> None:
    lines = [*PARAGRAPHS[:-2], name, "2025年1月9日"]
    body = "".join(f"<p>{line}</p>" for line in lines)
    html = f"<title>{name}</title><div class='tit'>{TITLE}</div><div class='con'>{body}{below}</div>"
    document = read(html)
    assert document.title == TITLE
    assert shown(document)[: len(lines)] == lines


@pytest.mark.parametrize(
    "bar",
    [
        "2025年1月15日",
        "石桥镇　2025-01-15",
        "镇司法所　2025年1月15日　【大　中　小】",
        "2025年1月15日　县司法局",
        "发布：县政府办　2025年1月15日",
        "县司法局 2025-1-15 09:30 浏览次数：12",
        "2025年01月15日 09时30分",
        "来源：县司法局",
    ],
)
@pytest.mark.parametrize("holder", ["{}", "<div>{}</div>"])
def test_a_day_or_a_body_right_under_a_title_is_the_line_of_date_and_source(bar: str, holder: str) -> None:
    head, body = f"<p align=center>{TITLE}</p><p>{bar}</p>", "".join(f"<p>{line}</p>" for line in SIGNED)
    document = read(f"<title>云溪县人民政府</title>{HEADER}<div>{head}{holder.format(body)}</div>{FOOTER}")
    assert (document.title, shown(document)) == (TITLE, SIGNED)
    assert document.published_on == (date(2025, 1, 15) if "2025" in bar else None)


def test_a_day_under_a_title_beside_the_article_makes_it_no_title_of_the_page() -> None:
    side = "<div class='l'><p>关于做好防汛工作的通知</p><p>2023年1月1日</p></div>"
    main = f"<div><div class='tit'>{TITLE}</div><div class='nr'>{BODY}</div></div>"
    assert read(f"<title>云溪县人民政府</title>{side}{main}").title == TITLE


def test_a_day_under_a_bodys_name_above_the_text_makes_no_title_of_the_name() -> None:
    body = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
    page = f"<title>云溪县人民政府</title><div><p>云溪县司法局</p><p>2025年1月15日</p>{body}</div>"
    assert read(page).title != "云溪县司法局"


CATALOGUE = {
    "信息索引号": "YX0101/2025-00012",
    "生成日期": "2025-01-09",
    "公开日期": "2025-01-15",
    "发布机构": "石桥镇人民政府",
    "文件编号": "",
    "公开范围": "面向社会",
    "内容概述": TITLE,
}


@pytest.mark.parametrize(
    "inner", ["id='infocontent'", "class='ewb-infocontent'", "data-type='infodetail'", ""]
)
@pytest.mark.parametrize("outer", ["ewb-article", "con"])
@pytest.mark.parametrize("item", ["<li><b>{}</b><span>{}</span></li>", "<li>{}：{}</li>"])
def test_a_catalogue_in_a_list_above_the_title_in_the_articles_container_is_no_text(
    item: str, outer: str, inner: str
) -> None:
    items = "".join(item.format(*field) for field in CATALOGUE.items())
    bar = "<div>【 发布时间：2025-01-15 15:22 】【 <a>关闭</a> 】</div>"
    body = f"<div {inner}>" + "".join(f"<div>{line}</div>" for line in PARAGRAPHS) + "</div>"
    head = f"<title>{TITLE}</title>"
    document = read(f"{head}<div class='{outer}'><ul>{items}</ul><h3>{TITLE}</h3>{bar}{body}</div>")
    assert (document.title, shown(document)) == (TITLE, PARAGRAPHS)
    assert (document.index_number, document.publisher) == ("YX0101/2025-00012", "石桥镇人民政府")
    assert (document.written_on, document.published_on) == (date(2025, 1, 9), date(2025, 1, 15))


def test_a_text_that_opens_with_labels_of_no_catalogue_keeps_them() -> None:
    name = "名称：石桥镇2024年法治政府建设情况"
    body = "".join(f"<p>{line}</p>" for line in ["标题：法治建设", name, "作者：镇司法所", *PARAGRAPHS])
    assert name in shown(read(f"<title>{TITLE}</title><h1>{TITLE}</h1><div>{body}</div>"))


BAR = "<div>日期：2025-01-15　来源：镇司法所　<a>打印</a></div>"
LONG = PARAGRAPHS[:-2] * 3 + PARAGRAPHS[-2:]
TEXT = "".join(f"<p>{line}</p>" for line in LONG)


@pytest.mark.parametrize(
    "kept",
    [
        f"<div id='zoom'></div><div id='store' style='display:none'>{TEXT}</div><script>show()</script>",
        f"<div id='zoom' style='display:none'>{TEXT}</div><script>show()</script>",
        f"<div id='zoom'></div><div class='hide'><div>{TEXT}</div></div>",
        f"<div id='zoom'></div><textarea id='t' style='display:none'>{escape(TEXT)}</textarea>",
        f"<div id='zoom'></div><textarea rows=2>{escape(TEXT)}</textarea>",
    ],
)
def test_a_long_text_kept_out_of_sight_under_title_and_date_is_the_article(kept: str) -> None:
    hint = "<div style='display:none'><p>您即将离开本网站，是否继续？</p></div>"
    main = f"<div><h2>{TITLE}</h2>{BAR}{hint}{kept}</div>"
    document = read(f"<title>{TITLE}</title>{HEADER}{main}{FOOTER}")
    assert (document.kind, document.title, shown(document)) == ("detail", TITLE, LONG)
    assert (document.published_on, document.signed_on) == (date(2025, 1, 15), date(2025, 1, 9))


@pytest.mark.parametrize(
    "page",
    [
        "<div><h2>{title}</h2>{bar}<div id='zoom'></div></div><div style='display:none'>{text}</div>",
        "<div><div style='display:none'>{text}</div><h2>{title}</h2>{bar}<div id='zoom'></div></div>",
        "<div><h2>{title}</h2><div id='zoom'></div><div style='display:none'>{text}</div></div>",
        "<div><h2>{title}</h2>{bar}<embed src='/a.pdf'><div style='display:none'>{text}</div></div>",
    ],
)
def test_a_hidden_text_elsewhere_or_without_a_date_above_it_is_none(page: str) -> None:
    html = page.format(title=TITLE, bar=BAR, text=TEXT)
    document = read(f"<title>{TITLE}</title>{HEADER}{html}{FOOTER}")
    assert (document.kind, document.text) == ("shell" if "embed" in page else "chrome", "")


def test_a_visible_text_goes_before_a_longer_one_that_is_hidden() -> None:
    lines = ["现公布石桥镇2024年法治政府建设情况，请社会各界监督。", "石桥镇人民政府"]
    body = "".join(f"<p>{line}</p>" for line in lines)
    hidden = f"<div style='display:none'>{TEXT}</div>"
    assert (
        shown(read(f"<title>{TITLE}</title><div><h2>{TITLE}</h2>{BAR}<div>{body}</div>{hidden}</div>"))
        == lines
    )


@pytest.mark.parametrize("copy", ["<center><font size=5><b>{}</b></font></center>", "<p align=center>{}</p>"])
@pytest.mark.parametrize("bar", ["发布时间：2025-01-15　　浏览：120", "县司法局　2025年1月15日"])
def test_of_two_printed_titles_the_one_above_the_line_of_date_and_source_is_the_pages(
    bar: str, copy: str
) -> None:
    body = "".join(f"<p>{line}" for line in PARAGRAPHS)
    holder = f"<div class='k'>{TITLE}</div><div class='fbsj'>{bar}</div>{copy.format(TITLE)}{body}"
    document = read(f"<title>{TITLE}</title><div id='content'><div class='content'>{holder}</div></div>")
    assert (document.title, shown(document)) == (TITLE, [TITLE, *PARAGRAPHS])
    assert document.published_on == date(2025, 1, 15)


@pytest.mark.parametrize(
    "teaser",
    [
        PARAGRAPHS[0],
        PARAGRAPHS[0] + "...",
        PARAGRAPHS[0][:30] + "……",
        "".join(PARAGRAPHS)[:70] + "...",
        "摘要：" + PARAGRAPHS[0][:40] + "…",
        "<strong>【核心提示】</strong>" + PARAGRAPHS[0],
    ],
)
@pytest.mark.parametrize("order", ["{bar}{teaser}", "{teaser}{bar}"])
def test_a_teaser_that_repeats_how_the_text_begins_is_no_text(order: str, teaser: str) -> None:
    above = order.format(bar="<div>时间：2025-01-15 来源：镇司法所</div>", teaser=f"<div>{teaser}</div>")
    html = f"<title>{TITLE}</title><div><h2>{TITLE}</h2>{above}<div><table><tr><td>{BODY}</td></tr></table></div></div>"
    document = read(html)
    assert (document.title, shown(document)) == (TITLE, PARAGRAPHS)
    assert document.published_on == date(2025, 1, 15)


@pytest.mark.parametrize("first", ["2024年，石桥镇扎实推进法治政府建设，成效明显。", PARAGRAPHS[0]])
def test_a_first_line_of_the_text_that_the_next_takes_up_stays(first: str) -> None:
    lines = [first, *PARAGRAPHS]
    body = "".join(f"<p>{line}</p>" for line in lines)
    assert shown(read(f"<title>{TITLE}</title><h2>{TITLE}</h2><div>{body}</div>")) == lines


@pytest.mark.parametrize(
    ("below", "source"),
    [
        ("<div id='cfoot'>发布人：司法所　发布日期：2025-01-15　浏览次数：<span>45</span></div>", None),
        ("<p align=right>信息来源：镇司法所　　发布时间：2025-1-15</p><p align=right>编辑：小王</p>", "镇司法所"),
        ("<p>来源：镇司法所</p><p>日期：2025-1-15 09:30</p>", "镇司法所"),
        ("<p>（来源：镇司法所）</p><p>编辑：赵某　审核：钱某</p><p>原标题：法治</p><p>时间：2025.1.15</p>", "镇司法所"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lines", [PARAGRAPHS, PARAGRAPHS[:-2]])
def test_lines_of_date_and_source_below_the_text_are_read_and_go(
    lines: list[str], below: str, source: str | None
) -> None:
    body = "<br/><br/>　　".join(["", *lines])
    html = f"<title>{TITLE}</title><div class='bt'>{TITLE}</div><div id='ccontent'><div>{body}</div>{below}</div>"
    document = read(html)
    assert (document.title, shown(document)) == (TITLE, lines)
    assert (document.published_on, document.content_source) == (date(2025, 1, 15), source)


@pytest.mark.parametrize(
    "end", [["云溪县司法局", "日期：2025-1-9"], ["时间：2025年1月9日　地点：镇政府会议室"]]
)
def test_a_signature_with_a_label_and_a_line_of_time_and_place_end_a_text(end: list[str]) -> None:
    lines = [*PARAGRAPHS[:-2], *end]
    body = "".join(f"<p>{line.replace('　', ' ')}</p>" for line in lines)
    document = read(f"<title>{TITLE}</title><h1>{TITLE}</h1><div>{body}</div>")
    assert shown(document) == [line.replace("　", " ") for line in lines]
    assert document.published_on is None


@pytest.mark.parametrize("when", ["时间：2025年3月4日下午14:30", "活动时间：2025-03-04"])
def test_the_time_and_place_of_an_event_under_the_line_of_date_and_source_are_text(when: str) -> None:
    above = f"<h1>{TITLE}</h1><p>来源：石桥镇　发布时间：2025-01-15</p>"
    event = f"<p>{when}</p><p>地点：石桥镇便民服务中心二楼</p>"
    source = f"<title>{TITLE}</title><body>{above}<div class='TRS_Editor'>{event}{BODY}</div></body>"
    document = read_document(source.encode())
    assert document.text.startswith(f"{when}\n地点：石桥镇便民服务中心二楼\n{PARAGRAPHS[0]}")
    assert document.published_on == date(2025, 1, 15)


def test_a_few_words_below_a_picture_are_an_article_in_its_container_and_the_top_of_the_page_is_none() -> (
    None
):
    top = "<div>欢迎访问云溪县普法网！今天是星期二，农历冬月初三。<br>登录，注册；热搜：法治，普法，调解。</div>"
    picture = "<div class='TRS_Editor'><p><img src='1.jpg'></p><p>宪法进村</p></div>"
    below = "<div class='TRS_Editor'><p>版权所有：云溪县司法局</p><p>网站标识码：9911220001</p></div>"
    head = "<h1>宪法宣传走进石桥镇</h1><p>来源：石桥镇　时间：2025-01-15</p>"
    page = f"<title>宪法宣传走进石桥镇</title><body>{top}{head}{picture}{below}</body>"
    document = read_document(page.encode())
    assert (document.kind, document.text) == ("detail", "宪法进村")


@pytest.mark.parametrize("line", ["二维码网址（请使用微信扫描）", "（微信扫描分享）"])
def test_what_invites_to_scan_a_code_is_no_text(line: str) -> None:
    source = f"<title>{TITLE}</title><body>{INFO}<div class='TRS_Editor'>{BODY}<p>{line}</p></div></body>"
    assert read_document(source.encode()).text == "\n".join(PARAGRAPHS)


def test_paragraphs_that_only_indents_part_are_parted_behind_headings_too() -> None:
    body = "　　".join(["", *PARAGRAPHS[:-2], "四、会议时　　间和参加人员。"])
    last = ["四、会议时 间和参加人员。"]
    assert shown(read_document(page("trs", body=f"<p>{body}</p>"))) == [*PARAGRAPHS[:-2], *last]


def test_an_indent_behind_a_heading_alone_parts_nothing() -> None:
    body = "<p>一、主要做法和成效　　总体情况</p>" + BODY
    assert shown(read_document(page("trs", body=body)))[0] == "一、主要做法和成效 总体情况"


@pytest.mark.parametrize(
    "below",
    [
        "<p>附件：</p><p>关联文件：</p>",
        "<p>【内容纠错】 【打印文章】 【关闭窗口】</p><p>信息发布：镇党政办</p>",
        "<p>【信息发布：云溪县石桥镇综合事务中心】【关闭窗口】</p><p>0%</p><p>00:00/03:12</p>",
        "<div>▪ 上一篇：<a href='1.html'>公告</a></div><div>▪ 下一篇：没有了</div>",
    ],
)
@pytest.mark.parametrize("holder", ["id='easysiteText'", "class='easysite-news-text'", "class='nr'", ""])
def test_labels_without_a_file_bracketed_tools_and_marked_neighbours_end_no_text(
    holder: str, below: str
) -> None:
    html = (
        f"<title>{TITLE}</title><div class='easysite-article'>{INFO}<div {holder}>{BODY}{below}</div></div>"
    )
    assert shown(read(html)) == PARAGRAPHS
    assert shown(read(html.replace(below, "") + f"<div>{below}</div>")) == PARAGRAPHS


@pytest.mark.parametrize("counter", ["浏览次数（41）", "（浏览次数：41）", "【阅读量[41]】", "点击数：41次"])
def test_a_line_that_counts_readers_is_no_text(counter: str) -> None:
    assert shown(read_document(page("trs", body=f"{BODY}<p>{counter}</p>"))) == PARAGRAPHS


def test_the_label_of_attachments_that_are_named_stays() -> None:
    below = ["附件：", "1.石桥镇2024年法治建设任务清单"]
    body = BODY + "".join(f"<p>{line}</p>" for line in below)
    assert shown(read_document(page("trs", body=body))) == [*PARAGRAPHS, *below]


@pytest.mark.parametrize(
    "line",
    [
        "4.2 技术支持联系方式：",
        "（三）主办单位：云溪县司法局",
        "三、承办单位：石桥镇司法所",
        "技术支持电话：5550100",
    ],
)
def test_a_numbered_line_of_a_text_opens_no_foot(line: str) -> None:
    added = [line, "网络故障请拨打5550101，工作日8时至17时。"]
    lines = "".join(f"<div><span>{text}</span></div>" for text in [*PARAGRAPHS[:6], *added])
    assert shown(read_document(page("trs", body=lines))) == [*PARAGRAPHS[:6], *added]


def test_a_documents_day_under_the_body_at_its_head_is_text_and_not_when_the_page_was_put_up() -> None:
    head = ["云溪县统计局　国家统计局云溪调查队", "2025年1月9日"]
    body = "".join(f"<p>{line}</p>" for line in head) + BODY
    document = read_document(page("trs", body=body, info=f"<h1>{TITLE}</h1>"))
    assert shown(document)[:3] == ["云溪县统计局 国家统计局云溪调查队", "2025年1月9日", PARAGRAPHS[0]]
    assert document.published_on == date(2025, 1, 15)


@pytest.mark.parametrize("day", ["2025年1月9日", "（二〇二五年一月九日）"])
def test_a_documents_day_below_the_line_of_date_and_source_is_text(day: str) -> None:
    body = f"<p>{day}</p>{BODY}"
    assert shown(read(f"<title>{TITLE}</title>{INFO}<div id='zoom'>{body}</div>")) == [day, *PARAGRAPHS]


def test_a_day_right_under_a_title_is_the_line_of_date_and_source_in_the_articles_container_too() -> None:
    body = f"<p>2025年1月9日</p>{BODY}"
    document = read(f"<title>{TITLE}</title><h1>{TITLE}</h1><div id='zoom'>{body}</div>")
    assert (shown(document), document.published_on) == (PARAGRAPHS, date(2025, 1, 9))
