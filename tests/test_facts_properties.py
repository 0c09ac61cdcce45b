"""Whatever the text, facts are well formed and every quantity is answered for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.codebook import load_codebook
from extractors.page import read_document
from extractors.report.facts import find_facts
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline

WORDS = """调解矛盾纠纷 行政复议 行政诉讼 案件 开展普法宣传 12件 3场次 98% 其中 同比增长 无 未收到 零投诉 由
增至 分别为 均为 累计 2023年 力争 （ ） 、 ， 。 ； ： 《 》 一、工作成效 二、存在的问题 三、下一步安排
执法人员 名 5名 0 和 现有 约3万余人次 “ ”"""
PIECES = [*WORDS.split(), "\n", "\t", " "]
TEXTS = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=120))


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, st.sampled_from([None, 2023, 2024]))
def test_facts_are_well_formed(text: str, year: int | None) -> None:
    quantities = find_quantities(text)
    facts, issues = find_facts(text, outline(text), quantities, year)
    spans = {(fact.start, fact.end) for fact in facts}
    assert {(q.start, q.end) for q in quantities} <= spans
    for i, fact in enumerate(facts):
        assert 0 <= fact.start < fact.end <= len(text)
        assert fact.text == text[fact.start : fact.end]
        assert fact.part_of is None or (0 <= fact.part_of < len(facts) and fact.part_of != i)
        assert fact.repeats is None or 0 <= fact.repeats < i
        assert fact.growth is None or fact.code is None
        assert not fact.is_explicit_zero or fact.value == 0
        if fact.subject is not None:
            assert fact.subject_start is not None and fact.subject_end is not None
            assert text[fact.subject_start : fact.subject_end] == fact.subject
    assert [fact.start for fact in facts] == sorted(fact.start for fact in facts)
    for issue in issues:
        assert issue.start is None or (issue.end is not None and 0 <= issue.start <= issue.end <= len(text))


@settings(max_examples=100)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_the_same_text_reads_the_same(text: str) -> None:
    arguments = (text, outline(text), find_quantities(text), 2024)
    assert find_facts(*arguments) == find_facts(*arguments)


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "（",
        "《",
        "无",
        "万",
        "1 ",
        "1,",
        "3至",
        "百分之",
        "学法3次、",
        "调解3件",
        "“甲”。",
        "甲. ",
        "涉及",
    ],
)
def test_runs_of_one_wording_are_read_in_bounds(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    quantities = find_quantities(text)
    facts, _ = find_facts(text, outline(text), quantities, 2024)
    assert len(facts) <= len(text)
    assert all(text[quantity.start : quantity.end] == quantity.text for quantity in quantities)


KINDS = {
    "行政处罚（件）": "E08",
    "行政许可（件）": "E11",
    "行政检查（次）": "E05",
    "行政强制（件）": "E12",
    "调解纠纷（件）": "G02",
    "行政复议案件（件）": "F01",
}
SHOWN = st.one_of(st.integers(0, 900).map(str), st.sampled_from(["", "/", "—", "-"]))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_figure_of_a_table_is_of_its_own_column(data: st.DataObject) -> None:
    """Merged headers, headers merged down over two rows, merged names and cells without a figure move none."""
    groups = data.draw(
        st.lists(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3), min_size=1, max_size=3)
    )
    columns = [kind for group in groups for kind in group]
    body = data.draw(
        st.lists(st.lists(SHOWN, min_size=len(columns), max_size=len(columns)), min_size=1, max_size=4)
    )
    above = "".join(
        f"<td rowspan=2>{group[0]}</td>" if len(group) == 1 else f"<td colspan={len(group)}>{area}</td>"
        for area, group in zip("东西南", groups, strict=False)
    )
    below = "".join(f"<td>{kind}</td>" for group in groups if len(group) > 1 for kind in group)
    rows = [f"<td rowspan={len(body)}>青田片</td>" if not i else "" for i in range(len(body))]
    lines = [f"<tr>{row}<td>{name}所</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
             for name, row, cells in zip("甲乙丙丁", rows, body, strict=False)]  # fmt: skip
    page = f"""<title>青田镇2024年法治政府建设年度报告</title><h1>青田镇2024年法治政府建设年度报告</h1>
    <p>2024年，青田镇坚持依法行政，扎实推进法治政府建设，各项任务落实到位，现将主要执法数据列表报告如下。</p>
    <table><tr><td rowspan=2>片区</td><td rowspan=2>站所</td>{above}</tr><tr>{below}</tr>{"".join(lines)}</table>"""
    document = read_document(page.encode(), name="page.html")
    text = document.text
    facts, _ = find_facts(text, outline(text), find_quantities(text), 2024, document.tables)
    ids = load_codebook()
    told = [(ids[fact.code].id, fact.value) for fact in facts if fact.code]
    shown = [
        (KINDS[kind], float(cell))
        for cells in body
        for kind, cell in zip(columns, cells, strict=True)
        if cell.isdigit()
    ]
    assert told == shown
