"""How the figures of a sentence hang together: parts, nested parts, lists of changes and frequencies."""

import pytest

from extractors.records import Fact
from extractors.report.facts import find_facts
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline

YEAR = 2024


def read(text: str) -> tuple[Fact, ...]:
    return find_facts(text, outline(text), find_quantities(text), YEAR)[0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("收到行政复议申请30件，审结26件，其中维持20件、撤销4件，结转下年4件。", [None, 0, 1, 1, 0]),
        ("行政诉讼案件9件，胜诉7件，败诉2件。", [None, 0, 0]),
        ("行政诉讼案件9件，已审结6件，其中胜诉5件、败诉1件。", [None, 0, 1, 1]),
        ("清理规范性文件40件，继续有效28件、修改5件、废止7件。", [None, 0, 0, 0]),
        ("制定规范性文件6件，废止2件。", [None, None]),
        ("受理行政复议50件，其中，维持30件，驳回8件。", [None, 0, 0]),
        ("合法性审查60件，其中合同40份、决策3项。", [None, 0, 0]),
        ("办理资格认定310件，受理信访事项25件。", [None, None]),
    ],
)
def test_parts_lead_to_their_total(text: str, parts: list[int | None]) -> None:
    assert [fact.part_of for fact in read(text)] == parts


def test_every_member_of_a_list_of_changes_is_one() -> None:
    facts = read("办理公证、仲裁案件同比分别下降5%、26%和3%。")
    assert [fact.growth for fact in facts] == ["decrease"] * 3


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2024年以来，办理行政许可300件。", "report_year"),
        ("2021年以来，办理行政许可300件。", "multi_year"),
        ("2022—2024年，办理行政许可900件。", "multi_year"),
        ("年均办理行政许可300件。", "multi_year"),
        ("2022年1月至2024年5月，办理行政许可900件。", "multi_year"),
        ("截至去年年底，有法律明白人80名。", "prior_year"),
        ("2023年共办理行政许可300件。", "prior_year"),
        ("全年累计办理行政许可300件。", "report_year"),
        ("半年听取一次法治建设工作汇报。", "plan"),
        ("上半年听取法治建设工作汇报1次。", "report_year"),
        ("参照模拟法庭进校园方案，开展法治进校园12场。", "report_year"),
        ("按照年度抽查计划完成双随机抽查6批次。", "report_year"),
        ("明年工作打算：开展普法宣传30场。", "plan"),
        ("抽取2021年以来的行政处罚案卷20卷评查。", "report_year"),
    ],
)
def test_the_period_of_a_figure(text: str, period: str) -> None:
    assert [fact.period for fact in read(text)] == [period]


def test_a_part_that_names_a_matter_does_not_count_it() -> None:
    facts = read("受理行政复议案件70件，其中行政处罚30件、行政许可5件、直接纠错2件。")
    assert [fact.code for fact in facts] == [
        "reconsideration_cases",
        None,
        None,
        "reconsideration_corrections",
    ]
