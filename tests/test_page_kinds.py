"""What a page is: pages around lists, shells and notices of absence, with the feet and menus of real sites."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from extractors.page import read_document

NAV = (
    '<div class="hd"><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li>'
    '<li><a href="/b">政务服务</a></li></ul></div>'
)
FOOT = (
    '<div class="foot"><p>主办单位：云溪县人民政府办公室 网站标识码：9911220001</p>'
    "<p>为获得最佳浏览效果，建议使用IE9.0以上浏览器，分辨率1440×900。</p></div>"
)
TITLE = "石桥镇2024年法治政府建设年度报告"
INFO = f"<h1>{TITLE}</h1><div>发布时间：2025-01-15 来源：石桥镇</div>"
ROWS = [
    ("云溪县石桥镇2024年法治政府建设年度报告", "./202501/t20250115_1.html", "2025-01-15"),
    ("云溪县鹭洲镇2024年度法治政府建设情况报告", "./202501/t20250116_2.html", "2025-01-16"),
    ("云溪县司法局2024年法治政府建设工作总结", "./202501/t20250117_3.html", "2025-01-17"),
    ("云溪县水务局2024年法治政府建设情况", "./202501/t20250118_4.html", "2025-01-18"),
]

ABSTRACT = (
    "2024年，全镇坚持以习近平法治思想为指导，落实各项任务，办理行政处罚案件35件，调解纠纷202件，成效明显。"
)


def page(title: str, inside: str, meta: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{meta}</head><body>{NAV}{inside}{FOOT}</body></html>".encode()


def rows(line: Callable[[str, str, str], str]) -> str:
    return "".join(line(*row) for row in ROWS)


LISTS = {
    "under its column's name": page(
        "法治政府建设年度报告_云溪县人民政府",
        "<div class='r'><h2>法治政府建设年度报告</h2><ul>"
        + rows(lambda t, u, d: f'<li><a href="{u}">{t}</a><span>{d}</span></li>')
        + "</ul><div class='page'>共1页 4条</div></div>",
    ),
    "under an introduction": page(
        "年度报告-云溪县",
        "<div class='r'><div class='tit'>年度报告</div>"
        "<p>本栏目公开云溪县各级行政机关法治政府建设年度报告，欢迎监督。</p><ul>"
        + rows(lambda t, u, d: f'<li><a href="{u}" title="{t}">{t}</a><em>{d}</em></li>')
        + "</ul></div>",
    ),
    "of a catalogue": page(
        "政府信息公开目录",
        "<table><tr><th>索引号</th><th>名称</th><th>发布日期</th></tr>"
        + rows(
            lambda t, u, d: f'<tr><td>11/2025-1</td><td><a href="{u}">{t}</a></td><td>{d}</td></tr>'
        )
        + "</table>",
    ),
    "with abstracts": page(
        "工作动态-司法局",
        "<div>"
        + rows(
            lambda t, u, d: f'<div><h3><a href="{u}">{t}</a></h3><p>近日，云溪县召开会议，研究部署'
            f"法治政府建设工作，听取各部门情况汇报。</p><span>发布时间：{d}</span></div>"
        )
        + "</div>",
    ),
    "of links around day, title and abstract": page(
        "法治政府建设_云溪县人民政府",
        "<ul>"
        + rows(
            lambda t, u, d: f'<li><a href="{u}"><div class="date">{d}</div><div class="txt"><h4>{t}</h4>'
            f"<p>{ABSTRACT}</p></div></a></li>"
        )
        + "</ul>",
    ),
    "with long abstracts in an article's container": page(
        "法治政府建设_云溪县人民政府",
        "<div class='r'>"
        + rows(
            lambda t, u, d: f'<div class="item"><h4><a href="{u}">{t}</a></h4>'
            f'<div class="content">{ABSTRACT * 3}</div><i>{d}</i></div>'
        )
        + "</div>",
    ),
    "of entries on several lines": page(
        "法治政府建设_云溪县人民政府",
        "<div class='r'>"
        + rows(
            lambda t, u, d: f'<h4><a href="{u}">{t}</a></h4><div class="con">{ABSTRACT}</div><div>{d}</div>'
        )
        + "</div>",
    ),
    "with a catalogue entry a row": page(
        "年度报告_云溪县人民政府",
        "<div class='r'><div>年度报告</div>"
        + rows(
            lambda t, u, d: f'<dl><dt><a href="{u}">{t}</a></dt><dd><span>索引号：99112/{d[:4]}-0001</span>'
            f"<span>发布机构：云溪县司法局</span><span>发布日期：{d}</span>"
            f"<span>内容概述：{ABSTRACT}</span></dd></dl>"
        )
        + "</div>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("style", LISTS)
def test_a_list_stays_a_list_whatever_is_said_around_it(style: str) -> None:
    document = read_document(LISTS[style], name="index.html")
    assert (document.kind, document.text) == ("list", "")
    assert [(row.title, row.url, str(row.listed_on)) for row in document.list_rows] == ROWS


@pytest.mark.parametrize("style", LISTS)
def test_what_is_said_of_a_row_is_not_said_of_the_list(style: str) -> None:
    document = read_document(LISTS[style], name="index.html")
    assert (document.published_on, document.written_on, document.publisher) == (None, None, None)
    assert (document.index_number, document.document_number, document.content_source) == (None, None, None)
    assert document.title in (
        "法治政府建设年度报告",
        "年度报告",
        "政府信息公开目录",
        "工作动态",
        "法治政府建设",
    )


LINKED = "".join(
    f'<p>（{n}）办结行政复议案件{n}0件，纠错率2.3%，见<a href="/p/{n}.html">第{n}号情况通报</a>（2024-05-0{n}）。</p>'
    for n in range(1, 5)
)
ARTICLES = {
    "with links and days in its paragraphs": f"{INFO}<div class='content'>{LINKED}</div>",
    "in a row beside dated ones": f"<table><tr><td>{INFO}</td></tr><tr><td><p>{ABSTRACT * 2}</p>"
    "<p>详见<a href='/p/1.html'>附表</a>。</p><p>云溪县石桥镇人民政府</p><p>2025年1月9日</p></td></tr>"
    + "".join(f'<tr><td>上一篇：<a href="{u}">{t}</a> {d}</td></tr>' for t, u, d in ROWS[:2])
    + "</table>",
}


@pytest.mark.parametrize("form", ARTICLES)
def test_an_article_with_links_and_days_is_no_list(form: str) -> None:
    document = read_document(page(f"{TITLE}_云溪县人民政府", ARTICLES[form]), name="a.html")
    assert (document.kind, document.title) == ("detail", TITLE)


SITE = "云溪县人民政府门户网站"
PATH = (
    "<p>当前位置：<a href='/'>首页</a> &gt; <a href='/zwgk/'>政务公开</a> &gt; <a href='./'>年度报告</a></p>"
)
LINES = rows(lambda t, u, d: f'<li><a href="{u}">{t}</a><span>{d}</span></li>')
OTHERS = LINES.replace("./2025", "./z/2025")
SOURCES = rows(lambda t, u, d: f'<tr><td><a href="{u}">{t}</a></td><td>云溪县司法局</td><td>{d}</td></tr>')
SIDE = "<div><h3>政府信息公开</h3><ul>" + "".join(f"<li><a href='/{n}/'>指南{n}</a></li>" for n in "一二三")
COLUMN = '<meta name="ColumnName" content="法治建设"><meta name="SiteName" content="掌上云溪">'


@pytest.mark.parametrize(
    ("head", "meta", "inside", "title"),
    [
        ("年度报告_政务公开_云溪县人民政府", COLUMN, LINES, "法治建设"),
        ("年度报告_政务公开_云溪县人民政府", "", f"{SIDE}</ul></div><ul>{LINES}</ul>", "年度报告"),
        ("年度报告_政务公开_云溪县人民政府", "", f"<table>{SOURCES}</table>", "年度报告"),
        ("云溪县人民政府_政务公开_年度报告", "", LINES, "年度报告"),
        ("云溪县人民政府 年度报告", "", LINES, "年度报告"),
        ("云溪县人民政府信息公开目录", "", LINES, "云溪县人民政府信息公开目录"),
        (SITE, "", f"<div><h2>年度报告汇编</h2><ul>{LINES}</ul></div>", "年度报告汇编"),
        (SITE, "", f"{SIDE}</ul></div><ul>{LINES}</ul>", None),
        (SITE, "", f"{PATH}<ul>{LINES}</ul>", "年度报告"),
        (SITE, "", f"{PATH.replace('年度报告', '正文')}<ul>{LINES}</ul>", None),
        (SITE, "", f"<p>图片新闻 更多&gt;&gt;</p><p>&gt; 领导之窗</p>{PATH}<ul>{LINES}</ul>", "年度报告"),
        (SITE, "", f"<p>&gt; 领导之窗</p><ul>{LINES}</ul>", None),
        (f"{SITE}-年度报告", "", LINES, "年度报告"),
        (f"政务公开 / / 年度报告_{SITE}", "", LINES, "年度报告"),
        (SITE, "", f"<h4>县直部门公开</h4><ul>{LINES}</ul><h4>镇街公开</h4><ul>{OTHERS}</ul>", None),
        (SITE, "", LINES.replace("<li>", "<li><h4>").replace("</a>", "</a></h4>"), None),
    ],
)
def test_a_list_is_called_as_its_column_or_as_the_heading_over_all_its_rows(
    head: str, meta: str, inside: str, title: str | None
) -> None:
    document = read_document(page(head, inside, meta), name="index.html")
    assert (document.kind, document.title) == ("list", title)


SCRIPTED = rows(
    lambda t, u, d: f"""<li><a href="javascript:;" onclick="show('N{d}')">{t}</a><i>{d}</i></li>"""
)


@pytest.mark.parametrize("count", [1, 2])
def test_a_column_of_a_row_or_two_is_a_list(count: int) -> None:
    inside = PATH + "<ul>" + "</li>".join(LINES.split("</li>")[:count]) + "</li></ul>"
    document = read_document(page("年度报告-云溪县人民政府", inside), url="https://www.yunxi.example/ndbg/")
    assert (document.kind, document.title, document.issues) == ("list", "年度报告", ())
    assert [row.title for row in document.list_rows] == [title for title, _, _ in ROWS[:count]]


@pytest.mark.parametrize("path", ["", PATH.replace("年度报告", TITLE)])
def test_a_page_without_its_text_is_no_column_for_a_row_beside_it(path: str) -> None:
    beside = "<ul>" + LINES.split("</li>")[0] + "</li></ul>"
    document = read_document(page(TITLE, f"{path}{INFO}<img src='/1.jpg'>{beside}"), name="a.html")
    assert (document.kind, [issue.kind for issue in document.issues]) == ("chrome", ["article_without_text"])


@pytest.mark.parametrize(
    "inside",
    [
        f"{PATH}<ul>{SCRIPTED}</ul>",
        f"{PATH}<ul>{SCRIPTED.split('</li>')[0]}</li></ul>",
        f"<h1>新闻中心</h1><div><ul>{SCRIPTED}</ul></div>",
        "<table>"
        + rows(lambda t, u, d: f"<tr><td><a href='#'>{t}</a>({d} 访问：<b>12</b>)</td></tr>")
        + "</table>",
        "<ul>" + rows(lambda t, u, d: f"<li><a href=''>{t}</a><span>{d}</span></li>") + "</ul>",
        "<h1>新闻中心</h1><ul>"
        + rows(lambda t, u, d: f"<li><a href='javascript:;'>{t}</a><p>{ABSTRACT}</p><i>{d}</i></li>")
        + "</ul>",
    ],
)
def test_rows_whose_addresses_are_not_known_make_a_list_and_an_issue(inside: str) -> None:
    document = read_document(page("年度报告-云溪县人民政府", inside), url="https://www.yunxi.example/ndbg/")
    assert (document.kind, document.text, document.list_rows) == ("list", "", ())
    assert [issue.kind for issue in document.issues] == ["list_without_rows"]


def test_a_row_whose_address_is_not_known_is_an_issue_among_rows_that_are_read() -> None:
    lines = LINES.replace(
        "<li>", "<li><a href='javascript:show(12)'>云溪县2019年年度报告</a>2020-01-20</li><li>", 1
    )
    document = read_document(
        page("年度报告-云溪县人民政府", f"{PATH}<ul>{lines}</ul>"), url="https://a.example/b/"
    )
    assert (document.kind, len(document.list_rows)) == ("list", len(ROWS))
    (issue,) = document.issues
    assert (issue.kind, issue.severity) == ("row_without_address", "warning")
    assert "云溪县2019年年度报告 (2020-01-20)" in issue.message


@pytest.mark.parametrize(
    ("inside", "address"),
    [
        ('<div id="content"></div><script>$("#content").load("/html/b/1.html")</script>', "/html/b/1.html"),
        ('<div class="TRS_Editor"><iframe src="/files/P1.pdf"></iframe></div>', "/files/P1.pdf"),
    ],
)
def test_a_title_and_a_foot_are_no_article(inside: str, address: str) -> None:
    document = read_document(page(TITLE, INFO + inside), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.text) == ("shell", "")
    assert document.body_url == f"https://www.yunxi.example{address}"
    assert document.title == TITLE


def test_an_address_that_a_script_goes_on_with_is_none() -> None:
    script = "<script>var url = '/a/list.html?page='; $.get(url + 1)</script>"
    document = read_document(page(TITLE, f"{INFO}{script}"), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.body_url) == ("chrome", None)


@pytest.mark.parametrize(
    "script",
    [
        "location.href = '/search.html?keyword=' + key",
        "location.href='/a/1.html' + key",
        "location.href='/search.shtml'",
    ],
)
def test_an_address_that_a_search_or_a_script_goes_on_with_forwards_nothing(script: str) -> None:
    inside = (
        f"{PATH}<script>function find(key) {{ {script}; }}</script><ul>{LINES.split('</li>')[0]}</li></ul>"
    )
    document = read_document(page("年度报告-云溪县人民政府", inside), url="https://www.yunxi.example/ndbg/")
    assert (document.kind, document.body_url, len(document.list_rows)) == ("list", None, 1)


@pytest.mark.parametrize("address", ["/research/2025/t20250115_1.html", "/a/t20250115_1.html?"])
def test_a_script_forwards_to_a_whole_address(address: str) -> None:
    source = f"<title>调查研究</title><body><script>window.location.href='{address}';</script></body>"
    document = read_document(source.encode(), url="https://www.yunxi.example/a.html")
    assert (document.kind, document.body_url) == ("shell", f"https://www.yunxi.example{address.rstrip('?')}")


@pytest.mark.parametrize(
    "rows",
    [("科室", "办公电话", "办公室", "0999-1234567"), ("星期一", "内科 王某某", "星期三", "外科 李某某")],
)
def test_a_table_beside_the_fields_of_a_search_is_an_article(rows: tuple[str, ...]) -> None:
    search = "<p><input name='k'><select name='a'></select><select name='b'></select></p>"
    table = "<tr><td>{}</td><td>{}</td></tr><tr><td>{}</td><td>{}</td></tr>".format(*rows)
    form = f"<form>{search}<h2>联系方式</h2><div class='TRS_Editor'><table>{table}</table></div></form>"
    document = read_document(f"<title>联系方式_云溪县司法局</title><body>{form}</body>".encode())
    assert (document.kind, document.text) == ("detail", "{}\t{}\n{}\t{}".format(*rows))


def test_a_figure_of_404_beside_a_dash_misses_no_page() -> None:
    row = "<tr><td>北桥镇</td><td>404</td><td>-</td></tr>"
    table = f"<table><tr><td>单位</td><td>案件数</td><td>备注</td></tr>{row}</table>"
    document = read_document(
        f"<title>{TITLE}</title><h1>{TITLE}</h1><p>全年案件列表如下。</p>{table}".encode()
    )
    assert (document.kind, document.text.splitlines()[-1]) == ("detail", "北桥镇\t404\t-")


def test_a_widget_in_a_frame_is_no_article_s_address() -> None:
    widget = '<iframe src="//tianqi.example/plugin/widget/index.htm?s=3" width="180" height="36"></iframe>'
    document = read_document(page(TITLE, f"{widget}{INFO}<div><img src='/1.jpg'></div>"), name="a.html")
    assert (document.kind, [issue.kind for issue in document.issues]) == ("chrome", ["article_without_text"])


@pytest.mark.parametrize(
    ("title", "inside", "kind"),
    [
        (
            "404",
            "<h2>抱歉，您访问的页面不存在</h2><p>页面已删除，或者地址有误，请检查后重试。</p>",
            "soft_404",
        ),
        ("新闻详情", "<h1 v-text='a.title'></h1><p class='con'>时间：<i v-text='a.day'></i></p>", "chrome"),
        ("云溪县人民政府", "<p>对不起，该信息已经被删除或者尚未发布。</p>", "soft_404"),
        ("站内搜索", "<form><input name='q'></form><p>请输入关键词进行搜索。</p>", "chrome"),
        ("用户登录", "<p>用户名：<input></p><p>忘记密码？还没有账号，请先注册。</p>", "chrome"),
        (
            "云溪县网上服务",
            "<meta name='ColumnName' content='网上服务'><p>密码：<input type='password'></p>"
            "<script>function login() { location.href = './center.html' }</script>",
            "chrome",
        ),
    ],
)
def test_a_page_of_the_site_itself_gives_no_text(title: str, inside: str, kind: str) -> None:
    document = read_document(page(title, inside), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.text, document.blocks) == (kind, "", ())


TEMPLATES = {
    "a search's hits": "<div id='app'><div><p>共找到<em v-text='total'></em>条，用时<em v-text='ms'></em>毫秒。</p>"
    "<div v-for='item in list'><h3><a :href='item.url' v-html='item.title'></a></h3><p>来源：<i v-text='item.source'>"
    "</i>，发布时间：<i v-text='item.day'></i>。</p></div>"
    "<p v-if='!total'>没有找到相关内容，请更换关键词。</p></div></div>",
    "an article": "<div id='app'><h1>{{ article.title }}</h1><div><span>发布时间：{{ article.day | format }}</span>"
    "<span>来源：{{ article.source }}</span></div><div class='content' v-html='article.content'></div>"
    "<p>上一篇：{{ prev.title }}，下一篇：{{ next.title }}。</p>"
    "<p>责任编辑：{{ editor }}；审核：{{ auditor }}。</p></div>",
    "a service": "<h2>{{item.name}}</h2><div class='content'><p>法定期限{{item.days}}个工作日，不含公示。</p>"
    "<p>办理前请核对材料，原件与复印件应当一致；有疑问请拨打{{item.phone}}。</p></div>",
}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_that_a_script_fills_is_no_article(template: str) -> None:
    document = read_document(page("详情", TEMPLATES[template]), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.text, document.content_source) == ("chrome", "", None)


def test_an_article_beside_what_a_script_fills_is_read() -> None:
    hits = "<span>浏览次数：{{ hits }}</span><b v-text='day'></b>"
    inside = f"{INFO}<div class='content'><p>{hits}</p><p>{ABSTRACT}</p><p>{ABSTRACT}</p></div>"
    document = read_document(page(TITLE, inside), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.title) == ("detail", TITLE)
    assert document.text.split("\n")[-2:] == [ABSTRACT, ABSTRACT]


FIELDS = "<p>包含的关键词：<input name='a'></p><p>不包括的关键词：<input name='b'></p><p>时间：<select></select></p>"
HINTS = "<p>多个关键词之间用空格分隔，不区分大小写；日期格式为2024-01-01。</p><p>未输入关键词时，按发布时间排列。</p>"


@pytest.mark.parametrize(
    "inside",
    [
        f"<h2>高级检索</h2><form action='/s'>{FIELDS}{HINTS}<input type='submit'></form>",
        "<div>2026年4月1日 星期三</div><div class='content'><table><tr><td>申请人类型：</td><td><table><tr>"
        "<td><input type='radio'>公民</td><td><input type='radio'>法人/其他组织</td></tr></table></td></tr>"
        "<tr><td>姓名：</td><td><input name='a'>*</td></tr>"
        "<tr><td>查询号：</td><td><input name='b'>*</td></tr></table></div>",
        f"<div><table><tr><td>{FIELDS}</td></tr></table><div>{HINTS}</div><div>暂无符合条件的信息，请重新检索。</div></div>",
    ],
)
def test_the_hints_beside_a_form_s_fields_are_no_article(inside: str) -> None:
    document = read_document(page("高级检索", inside), url="https://www.yunxi.example/search.jsp")
    assert (document.kind, document.text) == ("chrome", "")


@pytest.mark.parametrize(
    "inside",
    [
        f"<div class='content'>{FIELDS.replace('p>', 'label>')}<ul><li>序号</li><li>公告标题</li></ul></div>",
        "<div class='content'><p>双公示</p><table><tr><td>序号</td><td>标题</td><td>发布时间</td></tr></table></div>",
        "<div class='content'><p>双公示</p><p>信用红名单</p><p>信用黑名单</p><p>政策法规</p><p>信用研究</p></div>",
    ],
)
def test_labels_and_names_of_columns_in_an_article_s_container_are_no_article(inside: str) -> None:
    document = read_document(page("信用云溪", inside), url="https://www.yunxi.example/index.html")
    assert (document.kind, document.text) == ("chrome", "")


SEARCH = "<div><input name='q'><select></select><select></select><input type='submit'></div>"


@pytest.mark.parametrize(
    "inside",
    [
        f"<div>{SEARCH}<h1>{TITLE}</h1><div class='x'><p>{ABSTRACT}</p><p>{ABSTRACT}</p></div></div>",
        f"<form>{SEARCH}<div class='x'><h1>{TITLE}</h1><p>{ABSTRACT}</p><p>{ABSTRACT}</p></div></form>",
        f"<div><h1>{TITLE}</h1><div class='x'><p>{ABSTRACT}</p><p>{ABSTRACT}</p></div><p>姓名：<input></p><p>邮箱："
        "<input></p><p>评论：<textarea></textarea></p></div>",
        f"<h1>{TITLE}</h1><div class='content'>{ABSTRACT}<br>浏览：{{{{ hits }}}}次<br>{ABSTRACT}</div>",
        f"<h1>{TITLE}</h1><div class='content' v-html='text'>{ABSTRACT}<br>{ABSTRACT}</div>",
    ],
)
def test_a_short_document_without_a_day_is_read_beside_the_fields_and_slots_of_its_page(inside: str) -> None:
    document = read_document(page(TITLE, inside), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.text.count(ABSTRACT)) == ("detail", 2)


def test_figures_without_a_sentence_are_an_article() -> None:
    lines = "<p>行政处罚120件</p><p>行政检查300次</p><p>行政强制0件</p>"
    document = read_document(
        page("行政执法数据", f"<h1>行政执法数据</h1><div class='content'>{lines}</div>"), name="a.html"
    )
    assert document.text.split("\n") == ["行政处罚120件", "行政检查300次", "行政强制0件"]


PARAGRAPHS = [
    "2024年，石桥镇受理人民调解案件202件，调解成功198件。",
    "全年未发生行政诉讼案件；开展法治宣传12场次。现予公布。",
    "石桥镇人民政府",
    "2025年1月10日",
]
PRINTED = "".join(f'<p style="text-indent:2em">{text}</p>' for text in PARAGRAPHS)
DETAIL = {"title": TITLE, "publishDate": "2025-01-15", "summary": "。。。", "contentHtml": PRINTED}
RELATED = {"title": "鹭洲镇2024年法治政府建设年度报告", "contentHtml": PRINTED.replace("石桥", "鹭洲") * 2}
STATE = json.dumps({"props": [{"detail": DETAIL, "related": [RELATED]}]}, ensure_ascii=False)
ESCAPED = json.dumps({"data": {"article": DETAIL}}).replace("<", "\\u003C").replace("/", "\\u002F")


def drawn(script: str, title: str = TITLE) -> bytes:
    head = f"<title>{title}_云溪县人民政府</title>"
    return f'<html><head>{head}</head><body><div id="app"></div>{script}{FOOT}</body></html>'.encode()


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{STATE}</script>',
        f"<script>window.__NUXT__={STATE};</script>",
        f"<script>var page = 1, base = {{}}; window.__INITIAL_STATE__ = {ESCAPED};(function(){{}}())</script>",
    ],
)
def test_an_article_in_the_json_of_a_script_is_read_beside_its_title(script: str) -> None:
    document = read_document(drawn(script), name="a.html")
    assert (document.kind, document.title, document.text) == ("detail", TITLE, "\n".join(PARAGRAPHS))
    assert (str(document.signed_on), document.published_on, document.issues) == ("2025-01-10", None, ())


def test_what_an_article_in_a_script_repeats_of_its_page_is_no_text_and_its_files_are_linked() -> None:
    content = f'<h2>{TITLE}</h2>{PRINTED}<p><a href="/f/1.pdf">附件1</a></p><p>扫一扫在手机打开当前页</p>'
    state = json.dumps({"title": TITLE, "content": content})
    document = read_document(drawn(f"<script>window.state={state}</script>"), name="a.html")
    assert document.text == "\n".join([*PARAGRAPHS, "附件1"])
    assert [file.url for file in document.attachments] == ["/f/1.pdf"]


@pytest.mark.parametrize(
    "script",
    [
        f"<script>window.__NUXT__=(function(a){{return {{title:a,content:{json.dumps(PRINTED)}}}}}('x'))</script>",
        f"<script>window.state={json.dumps({'title': '鹭洲镇', 'content': PRINTED})}</script>",
        f"<script>window.state={STATE[:-9]}</script>",
        f"<script>window.state={'[' * 200_000}{STATE}</script>",
        f"<script>self.__next_f.push([1,{json.dumps(json.dumps(DETAIL))}])</script>",
    ],
)
def test_an_article_in_a_script_that_is_not_read_is_an_issue(script: str) -> None:
    document = read_document(drawn(script), name="a.html")
    assert (document.kind, document.text) == ("chrome", "")
    assert [issue.kind for issue in document.issues] == ["body_in_script"]


def test_half_a_character_in_a_script_breaks_nothing() -> None:
    state = json.dumps({"title": TITLE, "content": PRINTED + "<p>好\ud800。\0</p>"})
    assert read_document(drawn(f"<script>window.state={state}</script>"), name="a.html").kind == "detail"


SHOWN_INSTEAD = {
    "a firewall's": (
        "<title>403 Forbidden</title><body><center><h1>您的请求可能存在威胁，已被拦截！</h1></center>"
        "<p>如有疑问请联系管理员，事件编号：1234-abcd。</p><hr><center>云防护</center></body>",
        "blocked",
    ),
    "a firewall's without a title": (
        "<body><div><h3>很抱歉，您当前的访问行为异常，已被系统阻断。</h3><p>您的地址：192.0.2.1，请稍后再试。</p></div></body>",
        "blocked",
    ),
    "that of a site being rebuilt": (
        f"<title>公告</title><body>{NAV}<div><h2>网站升级维护中</h2><p>尊敬的用户：为给您提供更好的服务，"
        f"本网站正在升级维护，暂停访问，给您带来不便敬请谅解。</p></div>{FOOT}</body>",
        "maintenance",
    ),
    "a login": (
        "<title>用户登录</title><body><div><h3>统一身份认证平台</h3><form><input type='password'><a>忘记密码</a></form>"
        "<p>温馨提示：为保障您的账号安全，请勿在公共场所保存密码。</p></div></body>",
        "login",
    ),
    "a login whose script leads on": (
        "<title>统一身份认证登录</title><script>function ok() { location.href = '/home/index.html'; }</script>"
        "<body><form><input name='u'><input type='password'><button>登录</button></form></body>",
        "login",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shown", SHOWN_INSTEAD)
def test_what_is_shown_instead_of_a_page_gives_no_text_and_says_why(shown: str) -> None:
    source, issue = SHOWN_INSTEAD[shown]
    document = read_document(source.encode(), url="https://www.yunxi.example/art/2025/1/15/art_1_2.html")
    assert (document.kind, document.text) == ("chrome", "")
    assert [issue.kind for issue in document.issues] == [issue]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "关于网站升级维护的公告",
            "<p>本网站正在升级维护，暂停访问，敬请谅解。</p><p>云溪县政务服务中心</p><p>2025年1月9日</p>",
        ),
        (
            "反诈中心拦截诈骗电话1200个",
            "<p>2024年，县公安局对境外来电请求逐一甄别，已拦截诈骗电话1200个，保护群众财产安全。</p>",
        ),
        (
            "智慧水务平台建设",
            "<p>县水务局的智慧水务平台正在升级，建成后将暂停人工抄表服务，群众可在线缴费。</p>",
        ),
        ("关于采购网站防火墙的说明", "<p>为防止网站访问被拦截，县信息中心采购网站防火墙2台，投入5万元。</p>"),
        (
            "统一身份认证系统上线",
            "<p>全县统一身份认证系统上线，用户登录后可办理事项120项，请妥善保存密码。</p>",
        ),
    ],
)
def test_a_short_article_that_speaks_of_maintenance_or_blocking_is_an_article(title: str, text: str) -> None:
    document = read_document(page(title, f"<h1>{title}</h1><div>{text}</div>"), name="a.html")
    assert (document.kind, bool(document.text)) == ("detail", True)


def test_a_script_that_says_that_a_page_is_gone_is_believed() -> None:
    said = '<title>信息提示</title><body><script>alert("该信息不存在或已被删除！");{}</script></body>'
    for then in ("history.go(-1)", "location.href='/index.html'"):
        assert read_document(said.format(then).encode(), name="a.html").kind == "soft_404"
    form = f"<body><h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><script>alert('该信息不存在')</script></body>"
    assert read_document(form.encode(), name="a.html").kind == "detail"


@pytest.mark.parametrize(
    "hits",
    [
        "为您找到相关结果约12个",
        "共检索到 12 条结果",
        "搜索结果：共12条",
        "搜索到相关结果 12 项（用时0.02秒）",
    ],
)
def test_the_hits_of_a_search_are_no_article(hits: str) -> None:
    found = rows(lambda t, u, d: f"<div><h3><a onclick='go()'>{t}</a></h3><p>{ABSTRACT}</p><p>{d}</p></div>")
    document = read_document(page("搜索", f"<div>{hits}</div>{found}"), name="a.html")
    assert (document.kind, document.text) == ("list", "")
    said = f"<p>{ABSTRACT}</p><p>全年检索类案3次，共找到12条结果，一并公布。</p>"
    assert read_document(page(TITLE, f"{INFO}<div>{said}</div>"), name="a.html").kind == "detail"


@pytest.mark.parametrize("container", ["class='TRS_Editor'", "id='zoom'", "class='x'"])
def test_a_picture_with_the_end_of_an_article_below_is_none(container: str) -> None:
    inside = f"{INFO}<div {container}><p><img src='/1.jpg'></p><p>附件：</p></div>"
    document = read_document(page(TITLE, inside), name="a.html")
    assert ([issue.kind for issue in document.issues], document.text) == (["article_without_text"], "")


def test_a_title_and_a_date_without_a_text_are_an_issue() -> None:
    shown = read_document(page(TITLE, f'{INFO}<div class="con"><img src="/1.jpg"></div>'), name="a.html")
    assert (shown.kind, shown.title, str(shown.published_on)) == ("chrome", TITLE, "2025-01-15")
    meta = f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2025-01-15">'
    empty = read_document(f"<html><head>{meta}</head><body></body></html>".encode(), name="a.html")
    assert empty.kind == "empty"
    for document in (shown, empty):
        assert [issue.kind for issue in document.issues] == ["article_without_text"]
    search = read_document(page("站内搜索", "<p>请输入关键词进行搜索。</p>"), name="a.html")
    assert (search.kind, search.issues) == ("chrome", ())


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ('<iframe src="/pdfjs/web/viewer.html?file=/upload/fz2024.pdf" width="100%"></iframe>', "fz2024.pdf"),
        ('<iframe src="/pdfjs/viewer.html?v=2&file=%2Fupload%2Ffz2024.pdf#page=1"></iframe>', "fz2024.pdf"),
        ('<a href="/pdfjs/web/viewer.html?file=/upload/fz2024.pdf">年度报告</a>', "年度报告"),
    ],
)
def test_a_file_in_a_viewer_has_its_own_address(shown: str, name: str) -> None:
    document = read_document(
        page(TITLE, f"{INFO}<div>{shown}</div>"), url="https://www.yunxi.example/a/1.html"
    )
    files = [(file.name, file.url, file.kind) for file in document.attachments]
    assert files == [(name, "https://www.yunxi.example/upload/fz2024.pdf", "pdf")]
    download = '<a href="/down.jsp?file=/upload/fz2024.doc">附件</a>'
    document = read_document(page(TITLE, f"{INFO}<p>{PARAGRAPHS[0]}</p>{download}"), name="a.html")
    assert document.attachments[0].url == "/down.jsp?file=/upload/fz2024.doc"


def test_of_a_set_of_frames_the_one_between_its_bars_is_followed() -> None:
    frames = (
        '<frameset rows="80,*,40"><frame src="top.htm"><frameset cols="160,*"><frame src="left.asp">'
        '<frame src="show.asp?id=911" name="main"></frameset><frame src="bottom.htm"></frameset>'
    )
    document = read_document(
        f"<html><head><title>{TITLE}</title></head>{frames}</html>".encode(),
        url="https://www.yunxi.example/a/1.asp",
    )
    assert (document.kind, document.body_url) == ("shell", "https://www.yunxi.example/a/show.asp?id=911")
