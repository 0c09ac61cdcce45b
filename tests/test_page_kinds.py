"""What a page is: pages around lists, shells and notices of absence, with the feet and menus of real sites."""

from __future__ import annotations

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
}  # fmt: skip


@pytest.mark.parametrize("style", LISTS)
def test_a_list_stays_a_list_whatever_is_said_around_it(style: str) -> None:
    document = read_document(LISTS[style], name="index.html")
    assert (document.kind, document.text) == ("list", "")
    assert [(row.title, row.url, str(row.listed_on)) for row in document.list_rows] == ROWS


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


@pytest.mark.parametrize(
    ("title", "inside", "kind"),
    [
        (
            "404",
            "<h2>抱歉，您访问的页面不存在</h2><p>页面已删除，或者地址有误，请检查后重试。</p>",
            "soft_404",
        ),
        ("云溪县人民政府", "<p>对不起，该信息已经被删除或者尚未发布。</p>", "soft_404"),
        ("站内搜索", "<form><input name='q'></form><p>请输入关键词进行搜索。</p>", "chrome"),
        ("用户登录", "<p>用户名：<input></p><p>忘记密码？还没有账号，请先注册。</p>", "chrome"),
    ],
)
def test_a_page_of_the_site_itself_gives_no_text(title: str, inside: str, kind: str) -> None:
    document = read_document(page(title, inside), url="https://www.yunxi.example/a/1.html")
    assert (document.kind, document.text, document.blocks) == (kind, "", ())
