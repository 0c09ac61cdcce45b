"""What a page says about itself: the meta standard, the catalogue, the line of date and source, its address."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.organisation import Gazetteer
from extractors.page import read_document
from extractors.page.metadata import STANDARD_TAGS
from extractors.reading import read
from extractors.records import Document

TITLE = "石桥镇2024年法治政府建设年度报告"
TEXT = "<p>2024年，石桥镇全年受理人民调解案件202件，调解成功198件。</p><p>未发生行政诉讼案件，现予公布。</p>"
VALUES = dict.fromkeys(STANDARD_TAGS, "云溪") | {
    "SiteName": "云溪县人民政府网",
    "SiteIDCode": "9911220001",
    "ColumnName": "年度报告",
    "ArticleTitle": TITLE,
    "PubDate": "2025-01-15 09:30",
    "ContentSource": "石桥镇司法所",
}


def document(head: str = "", above: str = "", below: str = "", url: str | None = None) -> Document:
    body = f"<div class='x'><div>{above}</div><div class='txt'>{TEXT}</div><div>{below}</div></div>"
    return read_document(
        f"<html><head>{head}</head><body>{body}</body></html>".encode(), url=url, name="a.html"
    )


@given(st.sampled_from([str.upper, str.lower, str.title]), st.booleans(), st.permutations(STANDARD_TAGS))
def test_the_meta_standard_is_read_whole_in_any_case_order_and_repetition(
    case: object, doubled: bool, order: list[str]
) -> None:
    assert callable(case)
    empty = "".join(f'<meta name="{case(name)}" content="">' for name in order) if doubled else ""
    tags = "".join(f'<meta name="{case(name)}" content="{VALUES[name]}">' for name in order)
    found = document(empty + tags)
    assert {tag.name: tag.value for tag in found.meta_tags} == VALUES
    assert (found.title, found.published_on) == (TITLE, date(2025, 1, 15))
    assert (found.site_code, found.site_name) == ("9911220001", "云溪县人民政府网")
    assert (found.column_name, found.content_source) == ("年度报告", "石桥镇司法所")


CATALOGUE = {
    "索引号": "119911220001/2025-00012",
    "主题分类": "综合政务/其他",
    "发布机构": "石桥镇人民政府",
    "成文日期": "2025年01月09日",
    "发文字号": "石政〔2025〕3号",
    "发布日期": "2025-01-16",
    "有效性": "有效",
}
FORMS = {
    "table": "<table>"
    + "".join(f"<tr><td>{label}：</td><td>{value}</td></tr>" for label, value in CATALOGUE.items())
    + "</table>",
    "spaced labels": "<table>"
    + "".join(f"<tr><td>{' '.join(k)}</td><td>{v}</td></tr>" for k, v in CATALOGUE.items())
    + "</table>",
    "table with other labels": "<table>"
    + f"<tr><td>信息名称：</td><td colspan=3>{TITLE}</td></tr>"
    + "".join(f"<tr><td>{k}：</td><td>{v}</td><td>密级：</td><td>无</td></tr>" for k, v in CATALOGUE.items())
    + "</table>",
    "columns": f"<table><tr><td>备注</td>{''.join(f'<td>{label}</td>' for label in CATALOGUE)}</tr>"
    + f"<tr><td></td>{''.join(f'<td>{value}</td>' for value in CATALOGUE.values())}</tr></table>",
    "dl": "<dl>" + "".join(f"<dt>{k}</dt><dd>{v}</dd>" for k, v in CATALOGUE.items()) + "</dl>",
    "list": "<ul>" + "".join(f"<li><b>{k}</b><span>{v}</span></li>" for k, v in CATALOGUE.items()) + "</ul>",
    "brackets": "<ol>" + "".join(f"<li>[{k}]<span>{v}</span></li>" for k, v in CATALOGUE.items()) + "</ol>",
    "spans": "<div>" + "".join(f"<span>{k}：</span><span>{v}</span>" for k, v in CATALOGUE.items()) + "</div>",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("place", ["above", "below"])
def test_the_catalogue_fills_columns_of_its_own_and_is_no_text(form: str, place: str) -> None:
    heading = f"<h1>{TITLE}</h1>"
    head = f"<title>{TITLE}_云溪县人民政府网</title>"
    found = (
        document(head, above=FORMS[form] + heading)
        if place == "above"
        else document(head, above=heading, below=FORMS[form])
    )
    assert found.title == TITLE
    assert (found.index_number, found.document_number) == ("119911220001/2025-00012", "石政〔2025〕3号")
    assert (found.publisher, found.topic, found.validity) == ("石桥镇人民政府", "综合政务/其他", "有效")
    assert (found.written_on, found.published_on) == (date(2025, 1, 9), date(2025, 1, 16))
    assert [found.text[b.start : b.end] for b in found.blocks] == [
        "2024年，石桥镇全年受理人民调解案件202件，调解成功198件。",
        "未发生行政诉讼案件，现予公布。",
    ]


def test_a_table_of_documents_with_such_columns_is_text() -> None:
    heads = ["序号", "文件名称", "发文字号", "发布机构", "成文日期"]
    rows = [
        heads,
        *([str(i), f"石桥镇办法{i}", f"石政〔2024〕{i}号", "镇政府", f"2024年3月{i}日"] for i in (1, 2, 3)),
    ]
    table = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    page = (
        f"<title>{TITLE}</title><h1>{TITLE}</h1><p>发布时间：2025-01-16</p><div><table>{table}</table></div>"
    )
    found = read_document(page.encode(), name="a.html")
    assert [list(row) for row in found.tables[0].rows] == rows
    assert (found.document_number, found.publisher, found.written_on) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "label", "printed", "value"),
    [
        ("validity", "效力状况", "现行有效", "现行有效"),
        ("validity", "有效状态", "失效", "失效"),
        ("index_number", "索取号", "AB1203000-2025-012", "AB1203000-2025-012"),
        ("index_number", "索引编号", "0199-2025-00012", "0199-2025-00012"),
        ("index_number", "信息索引号", "0199-2025-00012", "0199-2025-00012"),
        ("document_number", "文件编号", "石政〔2025〕3号", "石政〔2025〕3号"),
        ("publisher", "公开责任部门", "石桥镇党政办", "石桥镇党政办"),
        ("publisher", "发布机关", "石桥镇人民政府", "石桥镇人民政府"),
        ("publisher", "制发机关", "石桥镇人民政府", "石桥镇人民政府"),
        ("written_on", "产生日期", "2025-01-09", date(2025, 1, 9)),
        ("written_on", "生成日期", "2025-01-09", date(2025, 1, 9)),
        ("published_on", "公开发布时间", "2025-01-16", date(2025, 1, 16)),
        ("topic", "所属主题", "综合政务", "综合政务"),
    ],
)
@pytest.mark.parametrize("form", ["table", "list", "line", "spaced"])
def test_other_customary_labels_of_the_catalogue(
    name: str, label: str, printed: str, value: object, form: str
) -> None:
    pairs = {"体裁": "其他", label: printed, "公文生效日期": "2025-02-01", "公开属性": "主动公开"}
    catalogue = {
        "table": f"<table>{''.join(f'<tr><td>{k}</td><td>{v}</td></tr>' for k, v in pairs.items())}</table>",
        "list": f"<ul>{''.join(f'<li><b>{k}：</b><span>{v}</span></li>' for k, v in pairs.items())}</ul>",
        "line": f"<p>{'　'.join(f'{k}：{v}' for k, v in pairs.items())}</p>",
        "spaced": f"<p>{'　'.join(f'{chr(32).join(k)}：{v}' for k, v in pairs.items())}</p>",
    }[form]
    found = document(f"<title>{TITLE}</title>", above=f"{catalogue}<h1>{TITLE}</h1>")
    assert getattr(found, name) == value


@pytest.mark.parametrize("suffix", ["html", "txt"])
@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["石政发〔2025〕3号"], "石政发〔2025〕3号"),
        (["云溪县石桥镇人民政府文件", "石政办 [2025] 第12号", "各村（居）："], "石政办 [2025] 第12号"),
        (["石政发〔2025〕3号", "石政发〔2025〕4号"], None),
        (["（石罚决字〔2025〕3号）"], None),
        (["根据石政发〔2024〕3号文件，现将情况报告如下。", "石政发〔2024〕3号"], None),
        (["关于贯彻石政发〔2024〕3号的说明"], None),
    ],
)
def test_a_number_alone_at_the_head_of_a_text_is_the_documents(
    lines: list[str], number: str | None, suffix: str
) -> None:
    paragraphs = [*lines, "2024年，石桥镇受理人民调解案件202件，调解成功198件。", "未发生行政诉讼案件。"]
    text = "\n".join([TITLE, "", *paragraphs])
    html = "".join(f"<p>{line}</p>" for line in paragraphs)
    page = f"<title>{TITLE}</title><h1>{TITLE}</h1><p>发布时间：2025-01-15</p><div id='zoom'>{html}</div>"
    found = read_document((page if suffix == "html" else text).encode(), name=f"a.{suffix}")
    assert found.document_number == number
    assert all(line in found.text for line in lines)


def test_the_catalogue_s_number_goes_before_the_text_s() -> None:
    pairs = {"索引号": "0199-2025-1", "发文字号": "石政函〔2025〕9号", "有效性": "有效"}
    catalogue = f"<table>{''.join(f'<tr><td>{k}</td><td>{v}</td></tr>' for k, v in pairs.items())}</table>"
    body = f"<div id='zoom'><p>石政发〔2025〕3号</p>{TEXT}</div>"
    html = f"<title>{TITLE}</title>{catalogue}<h1>{TITLE}</h1>{body}"
    assert read_document(html.encode(), name="a.html").document_number == "石政函〔2025〕9号"


@pytest.mark.parametrize(
    ("line", "day", "source"),
    [
        ("发布时间：2025-01-15 10:12　来源：石桥镇司法所　浏览次数：12", date(2025, 1, 15), "石桥镇司法所"),
        (
            "<span>日期：2025年1月15日</span><span>来源：石桥镇司法所</span><i>【字体：大 中 小】</i>",
            date(2025, 1, 15),
            "石桥镇司法所",
        ),
        ("2025-01-15 10:12:03 来源：石桥镇司法所 | 作者：", date(2025, 1, 15), "石桥镇司法所"),
        ("来源：　　发布时间：2025/1/15", date(2025, 1, 15), None),
        ("来源：石桥镇司法所　　浏览[<span>41</span>]次　2025-01-15", date(2025, 1, 15), "石桥镇司法所"),
        ("<em>2025-01-15</em><em>石桥镇</em>", date(2025, 1, 15), None),
        ("发布时间：2025-01-15　来源:[石桥镇司法所] [打印]", date(2025, 1, 15), "石桥镇司法所"),
        ("来源：【石桥镇司法所】 2025-01-15", date(2025, 1, 15), "石桥镇司法所"),
        ("来源：石桥镇司法所（普法组） 2025-01-15", date(2025, 1, 15), "石桥镇司法所（普法组）"),
        ("来源：“云溪普法”公众号　2025-01-15", date(2025, 1, 15), "“云溪普法”公众号"),
        ("来源：（） 2025-01-15", date(2025, 1, 15), None),
        ("来源（Source）：石桥镇司法所　发布时间 (Date)：2025-01-15", date(2025, 1, 15), "石桥镇司法所"),
        ("<table><tr><td>来源（Source）</td><td>石桥镇司法所</td></tr><tr><td>时间（Date）</td><td>2025-01-15</td></tr></table>",
         date(2025, 1, 15), "石桥镇司法所"),
        ("信息来源： 石桥镇司法所<br>更新时间：2025.01.15", date(2025, 1, 15), "石桥镇司法所"),
    ],
)  # fmt: skip
def test_the_line_of_date_and_source(line: str, day: date, source: str | None) -> None:
    found = document(f"<title>{TITLE}</title>", above=f"<h2>{TITLE}</h2><div>{line}</div>")
    assert (found.title, found.published_on, found.content_source) == (TITLE, day, source)


@pytest.mark.parametrize(
    "box",
    [
        "<p class='d'><b>28</b><span>2022/12</span></p>",
        "<div><div>28</div><div>2022-12</div></div>",
        "<p><i>12-28</i><em>2022</em></p>",
        "<div><span>2022年12月</span><b>28日</b></div>",
    ],
)
@pytest.mark.parametrize("order", ["{box}{heading}", "{heading}{box}"])
def test_a_day_divided_over_a_box_beside_the_title(order: str, box: str) -> None:
    above = order.format(box=box, heading=f"<h2>{TITLE}</h2><p>司法所</p>")
    found = document(f"<title>{TITLE}</title>", above=f"<p>第12期　共2022次</p>{above}")
    assert (found.title, found.published_on) == (TITLE, date(2022, 12, 28))


@pytest.mark.parametrize(
    "entry",
    [
        "<li>实施日期：2025年3月1日</li><li>失效日期：2030年2月28日</li><li>文件状态：有效</li>",
        "<li><b>失效日期</b>：2030-02-28</li><li>发文日期：2025-01-09</li>",
        "<table><tr><td>生效日期</td><td>2025-03-01</td><td>失效日期</td><td>2030-02-28</td></tr></table>",
        "<table><tr><td>会议时间：</td><td>2025-02-28</td></tr></table>",
        "<li><a href='/jd/1.html'>【图解】石桥镇2024年法治政府建设年度报告</a> 2025-02-11</li>",
        "<li>生成日期：</li><li>2025-01-09</li><li>公开方式：</li><li>主动公开</li>",
    ],
)
def test_a_day_of_another_label_or_of_another_page_is_not_when_the_page_was_put_up(entry: str) -> None:
    assert document(f"<title>{TITLE}</title>", above=f"<ul>{entry}</ul><h1>{TITLE}</h1>").published_on is None


@pytest.mark.parametrize("below", [f"<p>{TITLE}</p>", "<p>不限 现行有效 已失效</p>"])
def test_a_state_without_a_value_is_not_what_stands_below_it(below: str) -> None:
    above = f"<p>文件状态：</p>{below}<p>发布日期：2025-01-15</p>"
    assert document(f"<title>{TITLE}</title>", above=above).validity is None


def test_the_day_under_the_title_goes_before_one_in_a_table_below_it() -> None:
    summary = "<table><tr><td>成交金额</td><td>12万元</td></tr><tr><td>成交日期</td><td>2025年1月9日</td></tr></table>"
    above = f"<h2>{TITLE}</h2><p>2025年01月15日 17:35 来源：<i></i> 【打印】</p><div>{summary}</div>"
    assert document(f"<title>{TITLE}</title>", above=above).published_on == date(2025, 1, 15)


def test_of_several_days_in_boxes_none_is_the_pages() -> None:
    boxes = "".join(f"<p><b>{day}</b><span>2022/12</span></p><p>第{day}期</p>" for day in (27, 28))
    assert document(f"<title>{TITLE}</title>", above=f"<h2>{TITLE}</h2>{boxes}").published_on is None


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE}_年度报告_云溪县人民政府网",
        f"{TITLE} - 云溪县人民政府",
        f"云溪县水务局-{TITLE}",
        f"{TITLE}|法治建设|云溪县",
        f"云溪县司法局 » {TITLE}",
        f"{TITLE}--云溪县统计局",
        f"{TITLE}-云溪县政府门户网站",
        f"云溪县-年度报告-{TITLE}",
        f"云溪县人民政府门户网站-年度报告-{TITLE}_首页",
        f"{TITLE}-云溪县第一中学",
        f"{TITLE}_通知公告_云溪职业技术学院",
        f"{TITLE} - 云溪大学",
        f"&lt;p&gt;{TITLE}&lt;/p&gt;",
    ],
)
def test_the_title_comes_without_the_names_of_the_site(title: str) -> None:
    assert document(f"<title>{title}</title>", above=f"<p>{TITLE}</p>").title == TITLE


def test_a_column_that_bears_the_title_s_last_words_is_not_the_title() -> None:
    found = document(
        f"<title>{TITLE}</title>", above="<h2>法治政府建设年度报告</h2><p>发布时间：2025-01-15</p>"
    )
    assert (found.title, found.published_on) == (TITLE, date(2025, 1, 15))


def test_the_line_under_a_title_that_page_and_heading_agree_on_is_not_the_title() -> None:
    below = "<h2>——石桥镇扎实推进法治政府建设</h2><div>2025-01-15　来源：石桥镇</div>"
    head = f"<title>{TITLE}-云溪县政府门户网站</title>"
    assert document(head, above=f"<h1>{TITLE}</h1>{below}").title == TITLE


def test_the_line_of_date_and_source_inside_a_heading_is_none_of_the_title() -> None:
    inside = "<span>2025-01-15</span><span>来源：石桥镇</span><span>字号：大 中 小</span>"
    found = document(f"<title>{TITLE}</title>", above=f"<h1>{TITLE}{inside}</h1>")
    assert (found.title, found.published_on, found.content_source) == (TITLE, date(2025, 1, 15), "石桥镇")


@pytest.mark.parametrize("box", ["<p>{}</p><span>{}</span>", "{}<br><span>{}</span>", "<b>{}</b><i>{}</i>"])
def test_a_box_of_title_and_day_under_a_portals_name_gives_both(box: str) -> None:
    above = box.format(TITLE, "时间：2025年1月15日 09:30 来源：云溪新闻网")
    found = document("<title>政策详情</title>", above=f"<div class='b_title'>{above}</div>")
    assert (found.title, found.published_on, found.content_source) == (TITLE, date(2025, 1, 15), "云溪新闻网")


def test_a_documents_number_before_its_name_is_a_part_of_the_title() -> None:
    title = f"石政发〔2025〕3号--{TITLE}"
    assert document(f"<title>{title}-云溪县水务局</title>", above=f"<h1>{title}</h1>").title == title


def test_a_heading_without_a_chinese_character_is_no_title() -> None:
    above = f"<h1>{TITLE}</h1><h2>FAZHIZHENGFU</h2>"
    assert document("<title>云溪县人民政府</title>", above=above).title == TITLE
    assert document('<meta name="pageTitle" content="' + TITLE + '">', above="<h2>FAZHI</h2>").title == TITLE


@pytest.mark.parametrize(
    "rows",
    [
        f"<tr><td>名称</td><td colspan=3>{TITLE}</td></tr><tr><td colspan=4>{TEXT * 5}</td></tr>",
        f"<tr><td>内容</td><td colspan=3>{TEXT * 5}</td></tr><tr><td>公开日期</td><td>2025-01-15</td></tr>",
    ],
)
def test_an_article_in_the_table_of_its_catalogue_entry_is_read(rows: str) -> None:
    entry = "<tr><td>索引号</td><td>YX0101/2025-00012</td><td>发布机构</td><td>石桥镇</td></tr>"
    html = f"<html><head><title>{TITLE}</title></head><body><table>{entry}{rows}</table></body></html>"
    found = read_document(html.encode(), name="a.html")
    assert (found.kind, found.index_number) == ("detail", "YX0101/2025-00012")
    assert found.text.count("未发生行政诉讼案件") == 5 and "索引号" not in found.text


@pytest.mark.parametrize(
    "head", ["序号|文件名称|文号|制定机关|发文日期|有效性|备注", "序号|名称|文号|发文日期|有效性"]
)
@pytest.mark.parametrize("count", [1, 5])
def test_the_head_of_a_table_of_documents_is_text(head: str, count: int) -> None:
    row = "<tr>" + "".join(f"<td>第{n}格</td>" for n, _ in enumerate(head.split("|"))) + "</tr>"
    cells = "".join(f"<td>{name}</td>" for name in head.split("|"))
    inside = f"<table><tr>{cells}</tr>{row * count}</table>"
    found = document(f"<title>{TITLE}</title>", below=inside)
    html = f"<title>{TITLE}</title><h1>{TITLE}</h1><div class='TRS_Editor'>{inside}{TEXT}</div>"
    assert head.replace("|", "\t") in read_document(html.encode(), name="a.html").text
    assert found.kind == "detail"


@pytest.mark.parametrize(
    "form",
    [
        "<p><strong>索引号</strong>：YX0101/2025-00012</p><p><b>发布机构</b>：石桥镇</p><p><b>文号</b>：石政发〔2025〕3号</p>",
        "<table><tr><td>索引号</td><td>：YX0101/2025-00012</td></tr><tr><td>发布机构</td><td>: 石桥镇</td></tr>"
        "<tr><td>文号</td><td>：石政发〔2025〕3号</td></tr></table>",
    ],
)  # fmt: skip
def test_a_colon_outside_the_label_is_none_of_the_value(form: str) -> None:
    found = document(f"<title>{TITLE}</title>", above=f"{form}<h1>{TITLE}</h1>")
    stated = (found.index_number, found.publisher, found.document_number)
    assert stated == ("YX0101/2025-00012", "石桥镇", "石政发〔2025〕3号")


@pytest.mark.parametrize(
    ("printed", "source"),
    [
        ("来源：云溪县文旅局（原县文广新局）", "云溪县文旅局（原县文广新局）"),
        ("来源：（云溪日报）", "云溪日报"),
        ("来源：（ 云溪日报 ）", "云溪日报"),
        ("来源：云溪日报 下载 收藏", "云溪日报"),
        ("来源：是否继续访问？", None),
        ("来源：云溪日报 2025-01-15 09:30 大 小 打印", "云溪日报"),
        ("云溪日报客户端 2025-01-15 09:30:47", None),
    ],
)
def test_the_name_of_a_source_stands_alone(printed: str, source: str | None) -> None:
    found = document(f"<title>{TITLE}</title>", above=f"<h1>{TITLE}</h1><p>{printed}</p>")
    assert (found.content_source, found.text) == (source, document(f"<title>{TITLE}</title>").text)
    assert found.published_on == (date(2025, 1, 15) if "2025" in printed else None)


@pytest.mark.parametrize(
    ("claimed", "source"),
    [("云溪县人民政府", "云溪日报"), (TITLE, "云溪日报"), ("云溪县司法局", "云溪县司法局")],
)
def test_a_meta_tag_that_names_the_site_or_the_title_is_no_source_beside_a_printed_one(
    claimed: str, source: str
) -> None:
    head = f'<meta name="SiteName" content="云溪县人民政府网"><meta name="ContentSource" content="{claimed}">'
    above = f"<h1>{TITLE}</h1><p>日期：2025-01-15　来源：云溪日报</p>"
    assert document(head + f"<title>{TITLE}</title>", above=above).content_source == source


@pytest.mark.parametrize(
    "head", ["云溪县人民政府-法治政府建设年报", "法治政府建设年报_云溪县人民政府", "通知公告", ""]
)
@pytest.mark.parametrize("printed", ["<h1>{}</h1>", "<p align=center>{}</p>"])
@pytest.mark.parametrize("column", ["法治政府建设年报", "通知公告"])
def test_a_column_that_head_and_heading_name_is_not_the_title_of_what_lies_in_it(
    head: str, printed: str, column: str
) -> None:
    above = f"<h2>{column}</h2>{printed.format(TITLE)}<p>发布时间：2025-01-15　来源：石桥镇</p>"
    assert document(f"<title>{head}</title>", above=above).title == TITLE


@pytest.mark.parametrize("title", [TITLE, "石桥镇2021-2025年法治宣传教育规划实施情况报告"])
@pytest.mark.parametrize(
    "head",
    ["{}_通知公告_云溪县人民政府网", "{}-法治政府建设年报-云溪县人民政府", "云溪县人民政府 - 通知公告 - {}"],
)
@pytest.mark.parametrize("dateline", ["", "<p>发布时间：2025-01-15</p>"])
def test_a_title_that_only_the_head_says_goes_before_a_column_s_heading(
    title: str, head: str, dateline: str
) -> None:
    column = "法治政府建设年报" if "年报" in head else "通知公告"
    found = document(f"<title>{head.format(title)}</title>", above=f"<h2>{column}</h2>{dateline}")
    assert found.title == title


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("副县长调研云溪县第一中学", "副县长调研云溪县第一中学"),
        ("副县长调研云溪县第一中学_云溪县教育局", "副县长调研云溪县第一中学"),
        ("关于做好秋季招生工作的通知-云溪县第一中学", "关于做好秋季招生工作的通知"),
        ("部门电话-法学院-云溪大学", "部门电话"),
        ("信息公开目录-法学院-云溪大学", "信息公开目录"),
        ("工作动态——云溪县司法局-云溪县司法局网站", "工作动态"),
    ],
)
def test_a_school_is_a_site_behind_a_title_and_a_part_of_one_that_ends_with_it(head: str, title: str) -> None:
    assert document(f"<title>{head}</title>").title == title


@pytest.mark.parametrize(
    "head", ["云溪县普法网-行业新闻", "行业新闻_云溪县人民政府", "云溪县普法网---法治动态"]
)
@pytest.mark.parametrize(
    "dateline", ["2025-01-15 09:30", "【信息发布时间：2025-01-15 阅读次数：】【我要打印】"]
)
def test_a_heading_over_the_line_of_date_goes_before_a_column_that_the_head_names_and_the_path_links(
    head: str, dateline: str
) -> None:
    path = "<div>位置：<a href='/'>首页</a>&gt;<a href='/a/'>法治动态</a>&gt;<a href='./'>行业新闻</a></div>"
    above = f"{path}<div><h1>副县长到石桥镇走访法律援助工作站</h1><p>{dateline}</p></div>"
    found = document(f"<title>{head}</title>", above=above)
    assert (found.title, found.published_on) == ("副县长到石桥镇走访法律援助工作站", date(2025, 1, 15))


def test_what_stands_above_the_path_is_not_the_title_of_what_lies_in_a_column() -> None:
    path = "当前位置：<a href='/'>首页</a> &gt; <a href='/a/'>云溪县分中心</a> &gt; 工作动态"
    title = "<h1>中心组织干部旁听庭审</h1><p>【信息发布时间：2025-01-15 阅读次数：】</p>"
    above = f"<div>云溪分中心</div><div>{path}</div><div>{title}</div>"
    assert document("<title>石桥市交易网---云溪分中心</title>", above=above).title == "中心组织干部旁听庭审"


@pytest.mark.parametrize(
    "heads",
    [
        "<h1>{0}</h1><h2>法治乡村系列报道之三</h2>",
        "<h1><b>{0}</b></h1>{1}<h2>——法治乡村系列报道之三</h2>",
        "<div class='title'>{0}</div><div class='title2'>法治乡村系列报道之三</div>",
        "<div class='bt'>{0}</div><p>发布时间：2025-01-15</p><div class='bt'>法治乡村报道</div>",
    ],
)
def test_a_heading_under_a_title_is_not_the_title_though_a_link_says_the_title_too(heads: str) -> None:
    title = "石桥镇举办宪法宣传周活动"
    path = f"<div>位置：<a href='/'>首页</a> &gt; <a href='/a/'>工作动态</a> &gt; <a href='./t.html'>{title}</a></div>"
    above = f"{path}{heads.format(title, path)}<p>2025-01-15　来源：石桥镇</p>"
    found = document(f"<title>{title}_云溪县普法网</title>", above=above)
    assert (found.title, found.published_on) == (title, date(2025, 1, 15))


def test_a_heading_of_a_part_is_not_the_title() -> None:
    path = "<div>位置：<a href='/'>首页</a> &gt; <a href='./t.html'>志愿者招募活动</a></div>"
    above = f"{path}<h1>志愿者招募活动</h1><p>浏览次数：123</p><h3>活动安排</h3><p>2025-03-01 9:00至11:00</p>"
    assert document("<title>志愿者招募活动_云溪县图书馆网</title>", above=above).title == "志愿者招募活动"


@pytest.mark.parametrize("tags", [("h2", "h1"), ("div", "h1"), ("h1", "h3")])
def test_a_heading_under_the_heading_of_its_column_is_the_title(tags: tuple[str, str]) -> None:
    column, tag = tags
    path = "<div>位置：<a href='/'>首页</a>&gt;<a href='/a/'>行业新闻</a></div>"
    title = "石桥镇举办宪法宣传周活动"
    above = f"{path}<{column}>行业新闻</{column}><{tag}>{title}</{tag}><p>2025-01-15</p>"
    assert document("<title>行业新闻_云溪县普法网</title>", above=above).title == title


@pytest.mark.parametrize("title", ["机构职能", "社区矫正工作流程图解"])
def test_a_catalogue_before_a_title_in_the_head_is_the_site_s(title: str) -> None:
    head = f"<title>云溪县政府信息公开目录-{title}</title>"
    above = f"<div>云溪县政府信息公开目录</div><h1>{title}</h1>"
    assert document(head, above=above).title == document(head).title == title


@pytest.mark.parametrize("line", ["2025年1月15日 星期三", "石桥镇司法所 撰稿人 周一鸣 2025年1月15日"])
def test_a_weekday_under_a_title_and_a_name_like_one_leave_the_day(line: str) -> None:
    above = f"<h1>石桥镇举办宪法宣传周活动</h1><p>{line}</p>"
    found = document("<title>石桥镇举办宪法宣传周活动_云溪县普法网</title>", above=above)
    assert found.published_on == date(2025, 1, 15)


def test_a_day_that_is_printed_under_the_title_goes_before_one_that_a_script_writes() -> None:
    above = f"<h1>{TITLE}</h1><p>2025-01-15　来源：石桥镇</p>"
    aside = "<div>全县调解员培训班开班 发布时间：<script>document.write('2025-02-20')</script></div>"
    assert document(f"<title>{TITLE}</title>", above=f"{aside}{above}").published_on == date(2025, 1, 15)


def test_a_page_of_a_column_without_another_title_is_called_as_the_column() -> None:
    head = "<title>云溪县司法局</title><meta name='ColumnName' content='机构概况'>"
    assert document(head, above="<h2>概况</h2>").title == "机构概况"
    titled = f"{head}<div class='txt'><p>{TITLE}</p>{TEXT}</div>"
    assert read_document(titled.encode()).title == TITLE


@pytest.mark.parametrize("day", ["2026年4月1日 星期三", "今天是2026年4月1日", "2026-04-01 农历二月十四"])
def test_the_day_of_a_calendar_is_not_when_the_page_was_put_up(day: str) -> None:
    assert document("<title>机构职能</title>", above=f"<p>{day}</p><h1>机构职能</h1>").published_on is None


def test_a_second_heading_under_a_title_is_not_the_title() -> None:
    above = "<p>石桥镇举办宪法宣传周活动</p><h2>——法治乡村系列报道之三</h2><p>2025-01-15　来源：石桥镇</p>"
    found = document("<title>石桥镇举办宪法宣传周活动_云溪县普法网</title>", above=above)
    assert found.title == "石桥镇举办宪法宣传周活动"


def test_a_heading_over_the_line_of_date_and_source_goes_before_what_the_head_alone_says() -> None:
    above = "<h1>石桥镇普法工作情况</h1><p>发布时间：2025-01-15　来源：石桥镇</p>"
    head = "<title>云溪县2019年政府信息公开年度报告</title>"
    assert document(head, above=above).title == "石桥镇普法工作情况"


@pytest.mark.parametrize("text", ["", "<p>一、主要工作情况</p>"])
def test_a_word_of_a_menu_and_a_numbered_heading_are_no_titles(text: str) -> None:
    menu = "<div><a href='/'>首页</a><h3><a>数据开放</a></h3></div>"
    assert document("<title>云溪县人民政府</title>", above=menu + text).title is None


def test_a_title_behind_site_and_column_without_a_mark_between() -> None:
    head = f"<title>云溪县人民政府 年度报告 {TITLE}</title>"
    assert document(head, above=f"<div>{TITLE}</div><p>2025-01-15</p>").title == TITLE


def test_what_the_page_around_the_article_names_is_kept() -> None:
    found = document(
        f"<title>{TITLE} - 云溪县乡镇之窗</title>",
        above="<p>您的位置：<a href='/'>云溪县政府首页</a> &gt;&gt; 石桥镇 &gt;&gt; 正文</p><p>2025-01-15</p>",
        below="<p>主办单位：云溪县人民政府办公室　承办：云溪县信息中心</p><p>云溪县融媒体中心版权所有</p>",
    )
    assert set(found.frame_names) >= {
        "云溪县乡镇之窗", "云溪县政府首页", "石桥镇", "云溪县人民政府办公室", "云溪县信息中心", "云溪县融媒体中心"
    }  # fmt: skip
    assert TITLE not in found.frame_names


def test_a_township_is_none_of_another_county_than_the_page_lies_in() -> None:
    title = "岘山镇人民政府2024年法治政府建设年度报告"
    path = "<div>您的位置：砚溪县人民政府 &gt; 乡镇之窗 &gt; 岘山镇</div>"
    source = f"<title>{title}</title><body>{path}<h1>{title}</h1><div>{TEXT}</div></body>"
    found = read(source.encode(), name="a.html", gazetteer=Gazetteer.load()).organisation
    assert (found.status, found.region_code) == ("unknown", None)


@pytest.mark.parametrize("title", [TITLE, TITLE.replace("年法治", "年<br>法治")])
@pytest.mark.parametrize(
    ("printed", "moved", "address", "day"),
    [
        ("发布时间：2025-01-15 09:30　来源：石桥镇司法所", "2026-03-02", None, date(2025, 1, 15)),
        ("2025年01月15日", "2026-03-02", "/2025/1/15/a.shtml", date(2025, 1, 15)),
        ("日期：2025-01-15", "2025-01-16", "/202501/t20250116_1.html", date(2025, 1, 16)),
        ("发布时间：2026-03-02", "2025-01-15", None, date(2025, 1, 15)),
    ],
)
def test_a_day_printed_under_the_title_before_that_of_the_meta_tag_is_when_the_page_was_put_up(
    title: str, printed: str, moved: str, address: str | None, day: date
) -> None:
    head = f"<title>{TITLE}</title><meta name='PubDate' content='{moved} 10:00'>"
    top = "<div>今天是2024年12月3日 星期二</div>"
    url = f"https://www.yunxi.example{address}" if address else None
    found = document(head, above=f"{top}<h1>{title}</h1><div>{printed}</div>", url=url)
    assert found.published_on == day
    kinds = {issue.kind for issue in found.issues}
    assert ("published_on_differs_from_meta" in kinds) is (str(day) != moved)


@pytest.mark.parametrize(
    "line",
    [
        "成文日期：2025-01-10 来源：县司法局",
        "（2025年1月10日县政府常务会议通过）",
        "有效期：2025-01-10 来源：县司法局",
        "实施日期：2025-01-10",
    ],
)
def test_another_day_under_the_title_is_not_when_the_page_was_put_up(line: str) -> None:
    head = f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2025-01-15">'
    found = document(head, above=f"<h1>{TITLE}</h1><p>{line}</p>")
    assert (found.published_on, found.issues) == (date(2025, 1, 15), ())


@pytest.mark.parametrize("written", ["2025年01月15日", "2025-01-15 09:30:00"])
@pytest.mark.parametrize(
    "script",
    ["var day='{}'; if(day!=''){{document.write(day);}}", 'document.write("<b>"+"{}"+"</b>")'],
)
@pytest.mark.parametrize("label", ["发布时间：", "<span>发布日期：</span>", "<b>发布时间</b>:"])
def test_a_day_that_a_script_writes_behind_its_label_is_when_the_page_was_put_up(
    label: str, script: str, written: str
) -> None:
    line = f"<div>{label}<script>{script.format(written)}</script> 字体：大 中 小</div>"
    found = document(
        f"<title>{TITLE}</title>", above=f"<h1>{TITLE}</h1>{line}", url="https://a.example/t20260302_1.html"
    )
    assert found.published_on == date(2025, 1, 15)


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：<script>var a='2025-01-15', b='2025-02-15'; document.write(b)</script>",
        "发布时间：<script>document.write('2025-01-15')</script>"
        "<span>发布时间：<script>document.write('2025-02-15')</script></span>",
        "发布时间：<script>show('2025-01-15')</script>",
        "今天是<script>document.write('2025-01-15')</script>",
        "失效日期：<script>document.write('2025-01-15')</script>",
    ],
)
def test_a_day_in_a_script_that_may_be_another_is_not_taken(line: str) -> None:
    assert document(f"<title>{TITLE}</title>", above=f"<h1>{TITLE}</h1><p>{line}</p>").published_on is None


@pytest.mark.parametrize("title", [TITLE, "信息中心"])
def test_the_day_in_a_line_that_a_box_for_sharing_parts_is_the_printed_one(title: str) -> None:
    head = f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="2026-03-02 10:00">'
    box = "<span>[云溪县教育局]</span><div class='fx'>分享<p>二维码网址（请使用微信扫描）</p></div>"
    above = f"<h1>{title}</h1><h2>云溪县教育管理中心</h2><div>{box}<span>发布时间：2025-01-15</span></div>"
    found = document(head, above=above, url="https://a.example/2025/1/15/a.html")
    assert (found.title, found.published_on) == (title, date(2025, 1, 15))
    assert "微信" not in found.text


def test_a_time_in_a_text_is_not_the_day_printed_under_the_title() -> None:
    head = '<meta name="ArticleTitle" content="公证开放日活动预告"><meta name="PubDate" content="2025-03-15 08:00">'
    event = "<p>各有关单位：</p><p>时间：2025年3月4日</p><p>内容：邀请群众走进公证处，了解公证流程，欢迎参加。</p>"
    body = f"<h1>公证开放日活动预告</h1><div class='TRS_Editor'>{event}</div>"
    found = read_document(f"{head}<body>{body}</body>".encode())
    assert (found.published_on, found.issues) == (date(2025, 3, 15), ())


def test_a_catalogue_above_the_title_of_few_words_is_read() -> None:
    labels = (
        "<p>索引号：11220099/2025-00012</p><p>发文字号：云政发〔2025〕3号</p><p>发布机构：云溪县人民政府</p>"
    )
    top = f"<div>{labels}<p>公开，服务；互动、数据：</p>"
    title = "<h1>县政府领导分工</h1><p>发布时间：2025-01-15 来源：县政府办</p>"
    words = "<p>王某某：司法。</p><p>李某某：教育。</p><p>张某某：农业。</p></div>"
    found = read_document(f"<title>县政府领导分工</title><body>{top}{title}{words}</body>".encode())
    assert found.text == "王某某：司法。\n李某某：教育。\n张某某：农业。"
    assert (found.index_number, found.document_number) == ("11220099/2025-00012", "云政发〔2025〕3号")
    assert (found.publisher, found.published_on) == ("云溪县人民政府", date(2025, 1, 15))


def test_an_address_that_contradicts_the_page_is_an_issue() -> None:
    url = "https://www.yunxi.example/fz/202501/t20250117_1.html"
    found = document(f"<title>{TITLE}</title>", above=f"<h1>{TITLE}</h1><p>发布时间：2025-01-15</p>", url=url)
    assert found.published_on == date(2025, 1, 15)
    assert [issue.kind for issue in found.issues] == ["published_on_differs_from_url"]


@pytest.mark.parametrize(
    "stated",
    [
        '<meta name="SITEIDCODE" content="5002310012">',
        "<footer>网站标识码：5002310012</footer>",
        "<ul><li>索引号：</li><li>11500231008689762A/2025-00012</li></ul>",
    ],
)
def test_the_codes_of_site_and_index_tell_which_of_six_towns_it_is(stated: str) -> None:
    title = "沙河乡人民政府2024年法治政府建设年度报告"
    source = f"<html><title>{title}</title><body><h1>{title}</h1><div>{TEXT}</div>{stated}</body></html>"
    places = Gazetteer.load()
    found = read(source.encode(), name="a.html", gazetteer=places).organisation
    assert (found.status, found.region_code) == ("resolved", "500231202")
    silent = read(source.replace(stated, "").encode(), name="a.html", gazetteer=places).organisation
    assert silent.status == "ambiguous"
