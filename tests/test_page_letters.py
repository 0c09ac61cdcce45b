"""Letters of citizens with their answers, in the forms that such systems print."""

from __future__ import annotations

import pytest

from extractors.page import read_document

FRAME = (
    '<html><head><meta charset="utf-8"><title>{column}_临溪县人民政府</title></head><body><div class="header"><ul>'
    '<li><a href="/">首页</a></li><li><a href="/hdjl/">互动交流</a></li></ul></div><div>您现在的位置：'
    '<a href="/">首页</a> &gt; <a href="/hdjl/">互动交流</a> &gt; <a href="./">{column}</a></div>{form}'
    '<div class="footer"><p>主办单位：'
    "临溪县住房和城乡建设局 版权所有</p><p>网站标识码：9911330007</p></div></body></html>"
)
TITLE = "老旧小区加装电梯补贴何时发放"
LETTER = [
    "局长您好，我是翠柏小区3幢的住户，我们单元去年9月加装电梯并通过验收，材料也已交到社区。",
    "请问补贴大概什么时候能到账？",
]
ANSWER = [
    "您好，来信收悉。经核实，您单元的电梯补贴申请已通过联合审查，补贴资金15万元将在3月底前拨付。",
    "如有疑问，请致电住房保障股，电话5550123。感谢您对我们工作的关心和支持。",
]


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def rows(*rows: str) -> str:
    return "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row.split("|")) + "</tr>" for row in rows)


FORMS = {
    "tables": "<div><div class='hd'>局长信箱－信件查看</div><table>"
    + rows("编号:|C20240219|来信人:|吴**", "来信时间:|2024-02-19 09:12|受理单位:|住房保障股")
    + rows(f"来信主题:|{TITLE}", f"来信内容:|{paragraphs(LETTER)}")
    + "</table><table>"
    + rows("办理单位:|住房保障股|办理时间:|2024-02-22 16:20", f"处理情况:|{paragraphs(ANSWER)}")
    + "</table></div>",
    "boxes": f"<div><h2>局长信箱</h2><div><ul><li><span>信件标题：</span><em>{TITLE}</em></li><li>"
    f"<span>写信时间：</span><em>2024-02-19</em></li></ul><div class='bt'>信件内容</div>"
    f"<div class='nr'>{paragraphs(LETTER)}</div></div>"
    "<div class='hf'><ul><li><span>回复单位：</span><em>临溪县住房和城乡建设局</em></li><li><span>回复时间：</span>"
    "<em>2024-02-22</em></li></ul><div class='bt'>回复内容</div>"
    f"<div class='nr'>{paragraphs(ANSWER)}</div></div></div>",
    "lines": f"<div><h3>咨询投诉</h3><div><p><b>咨询标题：</b>{TITLE}</p><p><b>咨询人：</b>吴**　<b>咨询时间：</b>"
    f"2024-02-19</p><p><b>咨询内容：</b>{LETTER[0]}</p><p>{LETTER[1]}</p><p><b>答复单位：</b>住房保障股</p>"
    f"<p><b>答复内容：</b>{ANSWER[0]}</p><p>{ANSWER[1]}</p><p>答复时间：2024-02-22</p>"
    "<p>您是否满意：满意 不满意</p></div></div>",
    "a heading": f"<div><div class='lm'>局长信箱</div><h1>{TITLE}</h1><div><span>来信人：吴**</span>"
    f"<span>来信日期：2024-02-19</span></div><h4>【来信内容】</h4><div>{paragraphs(LETTER)}</div>"
    f"<h4>【回 复 内 容】</h4><div>{paragraphs(ANSWER)}</div></div>",
    "a heading and the other fields above the form": f"<h1>{TITLE}</h1><div><span>来信时间：2024-02-19</span>"
    f"<span>回复时间：2024-02-22</span></div><div class='k'><h3>信件详情</h3><p>来信内容：{LETTER[0]}</p>"
    f"<p>{LETTER[1]}</p><h3>回复情况</h3>{paragraphs(ANSWER)}</div>",
    "terms": f"<div><div class='tit'>信件详情</div><dl><dt>留言主题</dt><dd>{TITLE}</dd>"
    f"<dt>留言时间</dt><dd>2024-02-19</dd><dt>留言内容</dt><dd>{'<br>'.join(LETTER)}</dd><dt>受理部门</dt><dd>县住建局</dd><dt>答复时间</dt><dd>2024-02-22</dd>"
    f"<dt>答复内容</dt><dd>{'<br>'.join(ANSWER)}</dd><dt>满意度</dt><dd>满意</dd></dl></div>",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_letter_is_called_as_its_title_and_read_with_its_answer(form: str) -> None:
    page = FRAME.format(column="局长信箱", form=FORMS[form])
    document = read_document(page.encode(), url="https://www.linxi.example/hdjl/jzxx/17.html")
    assert (document.kind, document.title, document.published_on) == ("detail", TITLE, None)
    assert document.text.split("\n") == LETTER + ANSWER


@pytest.mark.parametrize(
    "form",
    [
        "<form><p>信件标题：<input></p><p>信件内容：<textarea></textarea></p><p>请如实填写，三日内答复；提交前请核对。</p></form>",
        "<table>"
        + rows("信件标题：|<input>", "信件内容：|<textarea></textarea>", "回复内容：|")
        + "</table>",
    ],
)
def test_a_letter_that_is_to_be_written_is_none(form: str) -> None:
    document = read_document(FRAME.format(column="我要写信", form=form).encode(), name="a.html")
    assert (document.kind, document.text) == ("chrome", "")


def test_a_letter_in_an_editor_s_text_stays_as_it_is_written() -> None:
    lines = [
        "近日，群众来信反映的问题得到解决。",
        f"来信内容：{LETTER[0]}",
        f"回复内容：{ANSWER[0]}",
        "来信时间：2024年2月。",
    ]
    article = f"<h1>来信选登（第3期）</h1><div class='TRS_Editor'>{paragraphs(lines)}</div>"
    document = read_document(FRAME.format(column="来信选登", form=article).encode(), name="a.html")
    assert document.text.split("\n") == lines


CASE = [f"诉求内容：{LETTER[0]}", f"办理结果：{ANSWER[0]}"]
BEFORE = "2024年，临溪县共受理群众来信1200件，办结1180件，办结率98.3%。"
AFTER = "下一步，临溪县将继续做到件件有回音、事事有着落。"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (paragraphs([BEFORE, *CASE, AFTER]), [BEFORE, *CASE, AFTER]),
        (
            f"<p>{BEFORE}</p><table>{rows(*(line.replace('：', '|', 1) for line in CASE))}</table><p>{AFTER}</p>",
            [BEFORE, *(line.replace("：", "\t", 1) for line in CASE), AFTER],
        ),
        (
            f"<table>{rows('序号|诉求内容|答复内容', '1|路灯不亮。|已修复12盏。')}</table><p>{AFTER}</p>",
            ["序号\t诉求内容\t答复内容", "1\t路灯不亮。\t已修复12盏。", AFTER],
        ),
    ],
)
def test_an_article_with_a_letter_or_a_table_of_letters_in_it_is_read_whole(
    inside: str, text: list[str]
) -> None:
    title = "临溪县2024年领导信箱办理情况通报"
    page = f"<h1>{title}</h1><p>发布时间：2025-01-15</p><div class='content'>{inside}</div>"
    document = read_document(FRAME.format(column=title, form=page).encode(), name="a.html")
    assert (document.kind, document.title, str(document.published_on)) == ("detail", title, "2025-01-15")
    assert document.text.split("\n") == text


def test_several_letters_are_none() -> None:
    letters = "".join(
        f"<div><p>留言内容：第{n}条，{LETTER[0]}</p><p>回复内容：{ANSWER[0]}</p></div>" for n in "一二三"
    )
    document = read_document(
        FRAME.format(column="留言选登", form=f"<div>{letters}</div>").encode(), name="a.html"
    )
    assert "留言内容：第三条" in document.text
