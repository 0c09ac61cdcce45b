"""A site's memory: what recurs around articles is frame, what recurs in them never is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.page import page_blocks, read_document
from extractors.page.memory import SiteMemory, learn
from tests.cms_pages import ARTICLES, TEMPLATES, Article, fill

FORMULAS = (
    "石桥镇坚持以习近平法治思想为指导，扎实推进法治政府建设。",
    "一、主要做法和成效",
    "二、存在的问题",
    "基层法治力量仍显不足，执法人员培训不够系统。",
    "特此报告。",
    "云溪县石桥镇人民政府",
)


def reports(years: int = 8) -> list[Article]:
    """Reports of one body that differ in a figure and a date, and share every formula."""
    return [
        Article(
            f"石桥镇{year}年法治政府建设年度报告",
            (
                *FORMULAS[:2],
                f"全年受理人民调解案件{year}件，均已办结。",
                *FORMULAS[2:],
                f"{year + 1}年1月9日",
            ),
        )
        for year in range(2017, 2017 + years)
    ]


def shown(page: bytes, memory: SiteMemory | None = None) -> list[str]:
    document = read_document(page, name="a.html", memory=memory)
    return [document.text[block.start : block.end] for block in document.blocks]


def learnt(pages: list[bytes]) -> SiteMemory:
    return learn(blocks for page in pages if (blocks := page_blocks(page)) is not None)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_formulas_of_reports_are_never_remembered(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    articles = [*ARTICLES.values(), *reports()]
    pages = [fill(source, article).encode() for article in articles]
    memory = learnt(pages)
    assert memory.blocks or "<div" not in source
    for page, article in zip(pages, articles, strict=True):
        found = shown(page, memory)
        assert found[found[:1] == [article.title] :] == article.paragraphs


SITE = """<html><head><title>石桥镇政府</title></head><body>
<div class="a1"><div class="a2"><p>办事群众请携带本人有效身份证件，到政务服务大厅综合窗口取号办理。</p>
<p>工作时间为周一至周五，上午8时30分至12时，下午14时30分至18时；节假日请提前预约。</p>
<p>如对办理结果不满意，可拨打投诉电话，我们将在五个工作日内答复。</p></div>
<div class="bx"><div class="by">{}</div><div class="bz">本页内容由镇政府办公室提供，转载请注明出处。</div></div></div>
</body></html>"""


def test_what_one_page_cannot_tell_its_site_can() -> None:
    lines = [
        "镇属各单位：",
        "请于本周五前报送年度工作总结，逾期不再受理。",
        "总结应写明学法用法、执法培训、矛盾化解三项。",
    ]
    short = "".join(f"<p>{line}</p>" for line in lines)
    articles = ["".join(f"<p>{line}</p>" for line in report.paragraphs * 6) for report in reports()]
    pages = [SITE.format(article).encode() for article in articles]
    memory = learnt(pages)
    alone, known = (shown(SITE.format(short).encode(), given) for given in (None, memory))
    assert any("办事群众" in line for line in alone)
    assert known == lines
    removed = read_document(SITE.format(short).encode(), name="a.html", memory=memory).removed
    assert any("办事群众" in cut.text for cut in removed), "what memory removes is kept as evidence"


def test_pages_put_up_on_one_day_do_not_lose_their_date() -> None:
    line = "<div class='d'>发布时间：2025-01-15 来源：石桥镇</div>"
    pages = [
        f"<html><title>石桥镇</title><body><div class='t'>{report.title}</div>{line}<div class='c'>"
        f"{''.join(f'<p>{text}</p>' for text in report.paragraphs)}</div></body></html>".encode()
        for report in reports()
    ]
    memory = learnt(pages)
    for page, report in zip(pages, reports(), strict=True):
        document = read_document(page, memory=memory)
        assert (document.title, str(document.published_on)) == (report.title, "2025-01-15")
        assert document.content_source == "石桥镇"


def test_fewer_than_three_articles_teach_nothing() -> None:
    page = SITE.format("".join(f"<p>{line}</p>" for line in reports()[0].paragraphs)).encode()
    assert not learnt([page] * 9).blocks, "one article under nine addresses is one article"
    assert not learnt([page, page.replace(b"2017", b"2018")]).blocks


LINES = st.lists(st.sampled_from(FORMULAS), min_size=3, max_size=6, unique=True)
HOLDERS = st.sampled_from(
    [
        "<div>{}</div>",
        "<div class='x'>{}</div>",
        "<td>{}</td>",
        "<section>{}</section>",
        "<div><div>{}</div></div>",
    ]
)
PARAGRAPHS = st.sampled_from(["<p>{}</p>", "<div>{}</div>", "<div class='l'>{}</div>", "　　{}<br>"])


@settings(max_examples=60)
@given(st.lists(st.tuples(LINES, st.integers(0, 9999)), min_size=4, max_size=7), HOLDERS, PARAGRAPHS)
def test_no_article_loses_a_line_to_its_site(
    bodies: list[tuple[list[str], int]], holder: str, paragraph: str
) -> None:
    pages = []
    for lines, figure in bodies:
        texts = [
            *lines,
            f"全年办理案件{figure}件，无行政诉讼案件。",
            "依法行政，执法为民；扎实推进，久久为功。",
        ]
        article = holder.format("".join(map(paragraph.format, texts)))
        frame = "<body><ul><li><a href='/'>首页</a></li></ul><h1>年度报告</h1>{}<footer>主办：石桥镇</footer></body>"
        pages.append(f"<html><title>年度报告</title>{frame.format(article)}</html>".encode())
    memory = learnt(pages)
    assert memory == learnt(pages[::-1] + pages[:2])
    for page in pages:
        with_memory, without = read_document(page, memory=memory), read_document(page)
        assert replace(with_memory, removed=()) == replace(without, removed=())
