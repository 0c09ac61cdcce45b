"""Pages in the manner of many content systems: templates in `cms/`, filled with fictional articles.

A template says `{{title}}`, `{{date}}` … and, for the text, `{{body:MARKUP}}` with MARKUP one of `BODIES`. What a
template mentions is what its page claims, so the expected document follows from the template and the article alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

TEMPLATES = sorted((Path(__file__).parent / "cms").glob("*.html"))
_SLOT = re.compile(r"\{\{(\w+)(?::(\w+))?\}\}")


@dataclass(frozen=True)
class Article:
    """What is published: `lines` are paragraphs, or tuples of cells for rows of one table."""

    title: str
    lines: tuple[str | tuple[str, ...], ...]
    published_on: date = date(2025, 1, 15)
    written_on: date = date(2025, 1, 9)
    source: str = "石桥镇司法所"
    publisher: str = "石桥镇人民政府"
    index_number: str = "119911220001/2025-00012"
    document_number: str = "石政〔2025〕3号"
    link: str | None = None
    """Address of the file that the only line links to."""

    @property
    def paragraphs(self) -> list[str]:
        return ["\t".join(line) if isinstance(line, tuple) else line for line in self.lines]


ARTICLES: Mapping[str, Article] = {
    "report": Article(
        "云溪县石桥镇2024年法治政府建设年度报告",
        (
            "2024年，石桥镇坚持以习近平法治思想为指导，认真贯彻落实中央和省、市、县关于法治政府建设的部署，现将有关情况报告如下。",
            "一、主要做法和成效",
            "（一）依法履行职能。梳理权责清单126项，办事群众可在大厅打印材料、登录平台查询进度，首页设置“一件事”专区。",
            "（二）化解矛盾纠纷。全年受理人民调解案件202件，调解成功198件，成功率98.02%；分享典型案例12个，未发生行政诉讼案件。",
            "二、存在的问题",
            "基层法治力量仍显不足；执法人员培训不够系统。",
            "三、下一步工作打算",
            "持续加强执法监督，完善行政复议工作机制，扎实推进依法行政。",
            "特此报告。",
            "云溪县石桥镇人民政府",
            "2025年1月9日",
        ),
    ),
    "notice": Article(
        "石桥镇人民政府关于做好2025年森林防火工作的通知",
        (
            "各村民委员会、镇直各单位：",
            "为切实做好今年森林防火工作，请各单位落实24小时值班制度，发现火情及时上报。",
            "石桥镇人民政府",
            "2025年1月10日",
        ),
    ),
    "news": Article(
        "石桥镇召开法治政府建设推进会",
        (
            "1月14日上午，石桥镇召开法治政府建设推进会，镇党政领导班子成员、各村（社区）负责人参加会议。",
            "会议指出，过去一年全镇共办理行政执法案件35件，同比下降12.5%，群众满意度持续提升。",
            "会议强调，要坚持问题导向，把法治建设成效纳入年度考核；要加强宣传，营造尊法学法守法用法的良好氛围。",
        ),
    ),
    "table": Article(
        "石桥镇2024年行政执法情况统计表",
        (
            "根据县司法局要求，现将石桥镇2024年行政执法情况公布如下，数据截至2024年12月31日。",
            ("执法类别", "数量（件）", "同比"),
            ("行政处罚", "35", "-12.5%"),
            ("行政检查", "412", "8.1%"),
            ("行政强制", "0", "—"),
            "注：行政检查含“双随机、一公开”抽查，不含日常巡查。",
        ),
    ),
    "one_line": Article(
        "石桥镇2024年度法治政府建设工作报告公告",
        ("附件：石桥镇2024年度法治政府建设工作报告.docx",),
        link="/files/2025/P0202501150001.docx",
    ),
}


def _paragraphs(wrap: Callable[[str], str]) -> Callable[[Article], str]:
    def body(article: Article) -> str:
        parts: list[str] = []
        for line, is_row in _runs(article.lines):
            parts.append(_table(line) if is_row else wrap(_inline(article, str(line[0]))))
        return "".join(parts)

    return body


def _runs(
    lines: Sequence[str | tuple[str, ...]],
) -> list[tuple[list[str | tuple[str, ...]], bool]]:
    runs: list[tuple[list[str | tuple[str, ...]], bool]] = []
    for line in lines:
        is_row = isinstance(line, tuple)
        if is_row and runs and runs[-1][1]:
            runs[-1][0].append(line)
        else:
            runs.append(([line], is_row))
    return runs


def _table(rows: Sequence[str | tuple[str, ...]]) -> str:
    printed = "".join(
        "<tr>" + "".join(f"<td width='120'><p>{escape(c)}</p></td>" for c in row) + "</tr>" for row in rows
    )
    return f"<table border='1' cellspacing='0'><tbody>{printed}</tbody></table>"


def _inline(article: Article, text: str) -> str:
    if article.link:
        label, _, name = text.partition("：")
        return f'{label}：<a href="{article.link}" title="{name}">{name}</a>'
    return escape(text)


def _word(text: str) -> str:
    """Word splits a paragraph into runs wherever the language changes."""
    runs = re.sub(r"([0-9.%]+)", r'</span><span lang="EN-US"><font face="Times">\1</font></span><span>', text)
    if "<a " in text:
        runs = text
    return (
        f'<p class="MsoNormal" style="text-indent:32.0pt"><span style="font-family:仿宋">{runs}</span>'
        "<span lang=EN-US><o:p></o:p></span></p>\n"
    )


BODIES: Mapping[str, Callable[[Article], str]] = {
    "p": _paragraphs(lambda text: f"<p>　　{text}</p>\n"),
    "br": _paragraphs(lambda text: f"　　{text}<br>\n&nbsp;<br />"),
    "div": _paragraphs(lambda text: f"<div>&nbsp;&nbsp;&nbsp;&nbsp;{text}</div>"),
    "span": _paragraphs(lambda text: f'<p style="text-indent:2em"><span>{text}</span></p><p><br></p>'),
    "word": _paragraphs(_word),
    "block_span": _paragraphs(lambda text: f'<span style="display:block;text-indent:2em">{text}</span>'),
    "pre": _paragraphs(lambda text: f"    {text}\n"),
}


def claims(template: str) -> frozenset[str]:
    """What a page of this template states."""
    return frozenset(name for name, _ in _SLOT.findall(template))


def fill(template: str, article: Article) -> str:
    """The page of `article` in `template`."""
    day = article.published_on
    values = {
        "title": article.title,
        "date": day.isoformat(),
        "date_cn": f"{day.year}年{day.month}月{day.day}日",
        "written": f"{article.written_on.year}年{article.written_on.month:02d}月{article.written_on.day:02d}日",
        "source": article.source,
        "byline": article.source,
        "publisher": article.publisher,
        "index": article.index_number,
        "number": article.document_number,
    }

    def value(match: re.Match[str]) -> str:
        name, markup = match.groups()
        return BODIES[markup](article) if name == "body" else values[name]

    return _SLOT.sub(value, template)
