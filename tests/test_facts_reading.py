"""What figures mean in sentences of fictional reports."""

from collections.abc import Sequence
from datetime import date

import pytest

from extractors.codebook import load_codebook
from extractors.page import read_document
from extractors.records import Fact, Issue
from extractors.report.facts import find_facts
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline


def read(text: str, year: int | None = 2024) -> tuple[tuple[Fact, ...], tuple[Issue, ...]]:
    return find_facts(text, outline(text), find_quantities(text), year)


def coded(facts: Sequence[Fact]) -> list[tuple[str, float]]:
    ids = load_codebook()
    return [(ids[fact.code].id, fact.value) for fact in facts if fact.code]


def test_a_township_does_not_count_for_the_county() -> None:
    text = "全县共受理行政复议案件120件，审结110件。今年以来，全市调解矛盾纠纷3万件，其中我镇调解41件。"
    quantities = find_quantities(text)
    facts, issues = find_facts(text, outline(text), quantities, 2024, of_township=True)
    assert coded(facts) == [("G02", 41)]
    assert [issue.kind for issue in issues] == ["figure_of_place_above"] * 2
    assert coded(find_facts(text, outline(text), quantities, 2024)[0])[0] == ("F01", 120)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("县政府制定规范性文件9件，我镇参与起草2件。", []),
        ("县法律援助中心全年办理法律援助案件300件，我镇办理法律援助案件6件。", [("G16", 6)]),
        ("县域内发生道路交通事故90起，镇级未发生安全事故。", [("H12", 0)]),
        ("联合县司法局开展普法宣传7场。", [("C01", 7)]),
        ("县市场监管局白水所办理行政处罚案件5件。", [("E08", 5)]),
    ],
)
def test_what_a_body_of_the_county_did_is_not_the_township_s(
    text: str, expected: list[tuple[str, float]]
) -> None:
    assert (
        coded(find_facts(text, outline(text), find_quantities(text), 2024, of_township=True)[0]) == expected
    )


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("去年，我镇受理信访件80件；今年受理70件。", ["prior_year", "report_year"]),
        ("去年调解纠纷200件，成功190件。", ["prior_year", "prior_year"]),
        ("2023年全年办理行政处罚案件30件、罚款8万元。", ["prior_year", "prior_year"]),
        ("2023年和2024年分别办理法律援助案件8件和11件。", ["prior_year", "report_year"]),
        ("上年结转4件，新收信访件50件。", ["prior_year", "report_year"]),
        ("截至去年底，有法律明白人80名。", ["prior_year"]),
        ("党的二十大以来，召开法治专题会议15次，开展专题学法40次。", ["multi_year", "multi_year"]),
        ("“八五”普法以来，开展普法活动300场次，发放资料5万份，今年开展普法活动60场次。",
         ["multi_year", "multi_year", "report_year"]),
        ("自“八五”普法启动以来，发放宣传资料5万份，其中2024年发放资料1万份。", ["multi_year", "report_year"]),
        ("近五年，发生行政诉讼案件9件，败诉1件。", ["multi_year", "multi_year"]),
        ("自2020年起，镇财政安排普法经费，已累计投入50万元。", ["cumulative"]),
        ("年初下达法律援助任务18件，办理法律援助案件21件。", ["plan", "report_year"]),
        ("应参加学法考试65人，实际参加学法考试62人。", ["plan", "report_year"]),
        ("年初计划学法12次，实际学法10次。", ["plan", "report_year"]),
        ("按年初计划学法12次。", ["report_year"]),
        ("本年度拟制定规范性文件1件。", ["plan"]),
        ("对拟出台的规范性文件开展合法性审查6件。", ["report_year"]),
        ("利用每周一例会组织干部集中学法26次。", ["report_year"]),
        ("每周一开展1次集中学法。", ["plan"]),
        ("每周一次集中学法。", ["plan"]),
        ("应参训人员参训率达100%。", ["report_year"]),
    ],
)  # fmt: skip
def test_a_figure_is_of_the_time_its_sentence_names(text: str, periods: list[str]) -> None:
    assert [fact.period for fact in read(text)[0]] == periods


def test_twelve_months_into_the_year_are_its_own() -> None:
    assert [fact.period for fact in read("2023年12月至2024年11月，共调解矛盾纠纷38件。")[0]] == [
        "report_year"
    ]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("向村民发放普法折页900余份。", [("C02", 900)]),
        ("全镇有12名网格员、3名专职人民调解员。", [("G11", 12), ("G05", 3)]),
        ("行政许可、行政处罚分别为30件。", []),
        ("行政许可、行政处罚分别为30件、9件和2件。", []),
        ("专职、兼职、志愿调解员分别为9名、30名。", []),
        ("镇村两级调解员、网格员分别为9名、30名。", [("G05", 9), ("G11", 30)]),
        ("行政许可、行政处罚、行政强制分别为12件、9件和2件。", [("E11", 12), ("E08", 9), ("E12", 2)]),
        ("网上学法的参考率、合格率均达100%。", [("A12", 100), ("A13", 100)]),
        ("在6个村开展普法宣传18次。", [("C01", 18)]),
        ("全年接访41批97人次。", [("G09", 97)]),
        ("镇政府应诉民事合同纠纷2件。", []),
        ("公示行政许可、行政处罚信息900条，零差错。", []),
        ("无行政许可、行政处罚投诉。", [("F09", 0)]),
        ("没有发生一宗行政许可案件、一宗行政处罚案件。", [("E11", 0), ("E08", 0)]),
        ("全年无一宗行政许可案件、一宗行政处罚案件。", [("E11", 0), ("E08", 0)]),
        ("9个村各聘请2名法律顾问。", [("D15", 9)]),
        ("平均每个司法所办理法律援助案件6件。", []),
        ("减少信访件30件，压减行政许可12项，增加网格员3名，减少人民调解员2名。", []),
        ("避免群体性事件2起，预防和化解矛盾纠纷9件。", [("G02", 9)]),
        (
            "收到行政复议申请90件。按申请事项分，行政处罚40件，占44%；行政许可12件；信息公开9件。",
            [("F01", 90)],
        ),
        ("行政复议案件中，行政处罚40件、行政许可9件，直接纠错3件。", [("F02", 3)]),
        ("行政诉讼案件涉及行政处罚3件、行政许可2件，全年办理行政处罚案件60件。", [("E08", 60)]),
        (
            "受理12345热线工单90件，从诉求类型看，信访事项20件、行政许可8件。办理行政许可30件。",
            [("G10", 90), ("E11", 30)],
        ),
        ("行政处罚案件中，简易程序9件、普通程序20件。", [("E26", 9), ("E10", 20)]),
        ("调解矛盾纠纷60件，涉及金额90万元；人民调解员9名。", [("G02", 60), ("G05", 9)]),
        ("12个村全年无群体性事件。", []),
        ("未发生涉及民营企业的行政诉讼案件。", []),
        ("对零投诉的执法人员予以表彰。", []),
        ("创建“零上访、零事故”村5个，零事故企业9家。", []),
        ("我县今年为零败诉县。", [("F04", 0)]),
        ("全镇零事故。", [("H12", 0)]),
        ("上半年无行政复议案件。", []),
        ("上半年、下半年全年无行政复议案件。", [("F01", 0)]),
        ("解答法律咨询300人次，其中来访120人次、来电180人次。", [("C04", 300), ("C04", 120), ("C04", 180)]),
        ("收到政府信息公开申请9件次。", [("H02", 9)]),
        ("占行政诉讼案件的1/4，三分之一的行政处罚案件为简易程序。", []),
        ("处理消费投诉、举报、咨询900件。", []),
        ("免收公证费用9万元，减免律师费3万元。", []),
        ("坚决杜绝执法过错，做到零投诉。", []),
        ("未开展法治宣传的，予以通报。", []),
        ("公务员8人、村干部36人参加学法考试。", []),
        ("罚款2.5万元、没收违法所得1.5万元，合计4万元。", [("E09", 25000), ("E09", 15000), ("E09", 40000)]),
        ("新增网格员5名，总数增至80名。", [("G11", 5), ("G11", 80)]),
        ("处置劳资纠纷等涉法事务30件。", []),
        (
            "合法性审查文件90件，其中合同协议60件，出具法律意见书80份。",
            [("D01", 90), ("D05", 60), ("D07", 80)],
        ),
        ("邻镇发生群体性事件1起，我镇引以为戒。", []),
        ("全县30个行政执法单位、15个乡镇（街道）共办理行政处罚案件900件。", [("E08", 900)]),
        ("推行“1名村干部+1名法律顾问+2名法律明白人”模式，培育法律明白人90人。", [("C08", 90)]),
        ("检查商超46家次。", [("E07", 46)]),
        (
            "收到行政复议申请90件。已审结案件中，维持41件、驳回12件、撤销8件、经调解和解终止30件。",
            [("F01", 90), ("F02", 8), ("F07", 30)],
        ),
        ("罚没金额3.5万元，其中没收0.5万元。", [("E09", 35000), ("E09", 5000)]),
        ("举办执法培训3期、90人。", [("E04", 3), ("A08", 90)]),
        ("全国共调解矛盾纠纷900万件。", []),
    ],
)
def test_the_subject_of_a_figure(text: str, expected: list[tuple[str, float]]) -> None:
    facts, _ = read(text)
    assert coded(facts) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("本年度无行政复议、行政诉讼案件。", ["F01", "F03"]),
        ("行政复议和行政诉讼案件均为0。", ["F01", "F03"]),
        ("全年未收到政府信息公开申请。", ["H02"]),
        ("没有发生群体性事件。", ["H12"]),
        ("未制发规范性文件，未实施行政强制。", ["D02", "E12"]),
        ("执法过程实现零投诉、零逾期。", ["F09"]),
        ("无一例违法执法案件发生。", ["F09"]),
        ("全年没有行政败诉或被撤销的案件。", ["F04", "F02"]),
        ("行政诉讼案件为零。", ["F03"]),
        ("行政复议案件：无", ["F01"]),
    ],
)
def test_none_in_words_is_an_explicit_zero(text: str, expected: list[str]) -> None:
    facts, _ = read(text)
    assert [code for code, _ in coded(facts)] == expected
    assert all(fact.value == 0 and fact.is_explicit_zero for fact in facts if fact.code)


@pytest.mark.parametrize(
    "text",
    [
        "五、其他需要报告的情况：无",
        "确保决策无法律风险，未经合法性审查不得提交讨论。",
        "对无行政处罚记录的企业减少检查频次。",
        "国庆期间，辖区未发生安全生产事故。",
        "未收到因政府信息公开引起的行政复议。",
        "文号：无",
        "按规定落实行政复议制度。",
    ],
)
def test_a_denial_of_something_else_is_no_zero(text: str) -> None:
    facts, _ = read(text)
    assert coded(facts) == []


def test_two_zeros_on_one_span_each_keep_their_subject() -> None:
    text = "我局全年无行政复议、行政诉讼案件。"
    facts, _ = read(text)
    assert {(fact.start, fact.end) for fact in facts} == {(4, 16)}
    assert [fact.subject for fact in facts] == ["行政复议", "行政诉讼案件"]


@pytest.mark.parametrize(
    "text, period, year",
    [
        ("全年调解矛盾纠纷40件。", "report_year", None),
        ("现有行政执法人员9名。", "as_of_date", None),
        ("法律服务小程序累计注册用户800人次。", "cumulative", None),
        ("五年来累计开展普法宣传300场。", "multi_year", None),
        ("2023年调解矛盾纠纷35件。", "prior_year", 2023),
        ("每季度开展法治督察1次。", "plan", 2025),
        ("中心组学法不少于12次。", "plan", 2025),
        ("力争调解成功率达98%。", "plan", 2025),
        ("今年新建法治文化广场1处。", "report_year", None),
    ],
)
def test_the_period_of_a_figure(text: str, period: str, year: int | None) -> None:
    facts, _ = read(text)
    assert [(fact.period, fact.period_year) for fact in facts] == [(period, year)]


def test_figures_of_the_plan_are_plans() -> None:
    facts, _ = read("一、主要成效\n调解矛盾纠纷40件。\n二、2025年工作安排\n调解矛盾纠纷50件。\n")
    assert [(fact.value, fact.period) for fact in facts] == [(40, "report_year"), (50, "plan")]


def test_the_part_on_problems_only_repeats() -> None:
    facts, _ = read(
        "一、工作成效\n行政处罚8件。\n二、存在的问题\n3个村仅开展普法宣传1次。8件行政处罚案件程序有瑕疵。\n"
    )
    assert coded(facts) == [("E08", 8), ("E08", 8)]
    assert facts[-1].repeats == 0


def test_a_cut_off_before_the_end_of_the_year_is_kept() -> None:
    facts, _ = read("截至11月30日，调解矛盾纠纷40件。")
    assert (facts[0].as_of, facts[0].period) == (date(2024, 11, 30), "report_year")


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1—11月，调解矛盾纠纷40件。", [date(2024, 11, 30)]),
        ("2024年1月1日至10月31日，调解矛盾纠纷40件。", [date(2024, 10, 31)]),
        ("2024年1月1日至12月31日，调解矛盾纠纷40件。", [None]),
        ("11月1日至12月10日，开展普法宣传9场。", [None]),
        ("上半年，调解矛盾纠纷40件，全年90件。", [date(2024, 6, 30), None]),
        ("上半年召开推进会，全年调解矛盾纠纷90件。", [None]),
    ],
)
def test_a_stretch_from_january_on_is_a_cut_off(text: str, days: list[date | None]) -> None:
    assert [
        fact.as_of for fact in read(text)[0] if fact.code == "disputes_mediated" or "宣传" in text
    ] == days


@pytest.mark.parametrize(
    "text, growth",
    [
        ("调解矛盾纠纷40件，同比增长9.8%。", "increase"),
        ("现有执法人员9名，较上年减少2名。", "decrease"),
        ("合法性审查26件，是上年的1.4倍。", "increase"),
        ("网上可办率98%，提升1.6个百分点。", "increase"),
        ("合法性审查30件，比上年多审查4件。", "increase"),
    ],
)
def test_a_change_is_never_a_level(text: str, growth: str) -> None:
    facts, _ = read(text)
    assert facts[0].code is not None and facts[0].growth is None
    assert facts[1].code is None and facts[1].growth == growth


def test_from_an_old_level_to_a_new_one() -> None:
    facts, _ = read("赋权执法事项由40项精简为31项。")
    assert [(f.value, f.period) for f in facts] == [(40, "prior_year"), (31, "as_of_date")]
    assert {f.code for f in facts} == {"power_list_items"}


def test_the_year_before_in_brackets_has_the_same_subject() -> None:
    facts, _ = read("行政许可：1,204件（上年1,180件）")
    assert [(f.code, f.period) for f in facts] == [
        ("administrative_licences", "report_year"),
        ("administrative_licences", "prior_year"),
    ]


def test_parts_point_to_their_total() -> None:
    facts, _ = read("办理行政处罚案件20件，其中普通程序8件、简易程序12件，罚款2万元。")
    assert [fact.part_of for fact in facts] == [None, 0, 0, None]


def test_the_stated_total_is_the_headline() -> None:
    facts, _ = read("各类执法检查共300次。消防检查40次。", 2024)
    assert [fact.is_headline for fact in facts] == [True, False]


@pytest.mark.parametrize(
    ("text", "headlines"),
    [
        ("全年共办理人大代表建议12件、政协提案4件。", [True, True]),
        ("全年共办理建议提案16件，人大代表建议12件、政协提案4件。", [True, False, False]),
        ("办理人大代表建议12件、政协提案4件。", [False, False]),
    ],
)
def test_a_total_told_in_its_members_is_headed_by_a_general_word(text: str, headlines: list[bool]) -> None:
    facts, _ = read(text, 2024)
    assert [fact.is_headline for fact in facts] == headlines


@pytest.mark.parametrize(
    ("text", "change_of"),
    [
        ("全年调解矛盾纠纷427件，同比增长9.8%。", [None, 0]),
        ("现有行政执法人员11名（较2022年减少2名）。", [None, 0]),
        ("网上可办率由94.3%提升至97.2%，提高2.9个百分点。", [None, None, 1]),
        ("调解矛盾纠纷427件，纠纷总量比上年下降5.4%。", [None, None]),
        ("调解矛盾纠纷427件。同比增长9.8%。", [None, None]),
    ],
)
def test_a_stated_change_without_a_subject_is_of_the_level_before_it(
    text: str, change_of: list[int | None]
) -> None:
    facts, _ = read(text, 2023)
    assert [fact.change_of for fact in facts] == change_of


def test_what_a_stock_gained_is_the_level_of_its_additions() -> None:
    facts, _ = read("全镇法律明白人80名，较去年净增6名。", 2024)
    assert [(fact.code, fact.value, fact.growth, fact.change_of) for fact in facts] == [
        ("law_literate_villagers", 80, None, None),
        ("law_literate_villagers_new", 6, None, 0),
    ]


def test_two_indicators_for_one_figure_are_refused_and_listed() -> None:
    facts, issues = read("办理行政复议、行政诉讼案件7件。")
    assert [fact.code for fact in facts] == [None]
    assert [issue.kind for issue in issues] == ["ambiguous_indicator"]
    assert "reconsideration_cases" in issues[0].message and "litigation_cases" in issues[0].message


def test_an_open_quantity_keeps_its_unit() -> None:
    facts, _ = read("新栽树苗300株。")
    assert [(f.code, f.value, f.unit, f.rule) for f in facts] == [(None, 300, "株", "open")]


TABLE = """项目\t单位\t2023年\t2024年\t同比
行政许可\t件\t110\t121\t10%
行政处罚\t件\t30\t20\t-33%
其中：普通程序\t件\t10\t8\t-20%
罚没金额\t万元\t5.5\t4\t-27%
"""


def test_a_table_row_has_its_name_unit_and_year() -> None:
    facts, _ = read(TABLE)
    current = {(f.code, f.value, f.unit) for f in facts if f.period == "report_year" and f.code}
    assert current == {
        ("administrative_licences", 121, "件"),
        ("administrative_penalties", 20, "件"),
        ("ordinary_procedure_cases", 8, "件"),
        ("fines", 40000, "元"),
    }
    assert all(f.growth for f in facts if f.unit == "%")
    part = next(f for f in facts if f.code == "ordinary_procedure_cases" and f.period == "report_year")
    assert part.part_of is not None and facts[part.part_of].value == 20


def test_rows_of_a_table_are_parts_of_its_total_row() -> None:
    facts, _ = read("部门\t行政处罚（件）\n农业农村局\t5\n水利局\t7\n合计\t12\n")
    assert [(f.code, f.value, f.part_of) for f in facts] == [
        ("administrative_penalties", 5, 2),
        ("administrative_penalties", 7, 2),
        ("administrative_penalties", 12, None),
    ]
    assert [f.is_headline for f in facts] == [False, False, True]


@pytest.mark.parametrize(
    "rows, expected",
    [
        (["项目|计划数|完成数", "法治培训（期）|4|6"], ["A07=4@plan", "A07=6"]),
        (["项目（件）|上年结转|本年新收|备注", "行政复议案件|3|9|含简易程序2件"], ["F01=9"]),
        (["年度|行政复议案件（件）|行政诉讼案件（件）", "2023|5|3", "2024|7|1"],
         ["F01=5@prior_year", "F03=3@prior_year", "F01=7", "F03=1"]),
        (["项目（件）|数量|项目（件）|数量", "行政处罚|30|行政许可|90"], ["E08=30", "E11=90"]),
        (["行政处罚（件）|30|行政许可（件）|90", "行政检查（次）|60|行政强制（件）|—"], ["E08=30", "E11=90", "E05=60"]),
        (["项目|完成情况", "调解纠纷|90件，成功率98%", "行政诉讼|0件"], ["G02=90", "G04=98", "F03=0"]),
        (["部门|行政处罚|行政许可", "|件数|罚款（万元）|件数", "城管局|9|3|30"], []),
        (["单位|行政处罚（件）", "青田所|9", "石桥所|/"], ["E08=9"]),
        (["单位：件", "项目|上半年|下半年|全年", "调解纠纷|40|50|90"], ["G02=40·", "G02=50·", "G02=90"]),
        (["项目|合计|城区|乡镇", "行政处罚（件）|30|20|10"], ["E08=30", "E08=20·", "E08=10·"]),
        (["类别|程序|数量（件）", "行政处罚|普通程序|9", "|简易程序|3"], ["E10=9", "E26=3"]),
        (["执法情况表||", "项目|2023|2024", "行政处罚（件）|30|20"], ["E08=30@prior_year", "E08=20"]),
        (["项目|2024年|占比（%）", "行政处罚（件）|30|12"], ["E08=30"]),
        (["指标|数量", "调解委员会|6个", "人民调解员|80名", "调解案件|90件", "调解成功率|98.5%"],
         ["G06=6", "G05=80", "G02=90", "G04=98.5"]),
        (["村（社区）|法律顾问|调解员", "青田村|1人|4人", "石桥村|1人|5人", "合计|2人|9人"],
         ["D08=1·", "G05=4·", "D08=1·", "G05=5·", "D08=2", "G05=9"]),
        (["单位：件", "村（社区）|调解纠纷", "青田村|12"], ["G02=12"]),
        (["行政处罚案件|件|30", "罚没金额|万元|1.5", "持证率|%|98"], ["E08=30", "E09=15000", "E24=98"]),
        (["年度|行政复议案件（件）", "2023年|12", "2024年|15"], ["F01=12@prior_year", "F01=15"]),
        (["执法情况表||", "单位：件||", "项目|2023|2024", "行政处罚|30|20"], ["E08=30@prior_year", "E08=20"]),
    ],
)  # fmt: skip
def test_a_cell_is_what_its_row_and_its_column_say(rows: list[str], expected: list[str]) -> None:
    ids = load_codebook()
    facts, _ = read("\n".join(row.replace("|", "\t") for row in rows))
    told = [
        f"{ids[fact.code].id}={fact.value:g}"
        + (f"@{fact.period}" if fact.period in {"plan", "prior_year"} else "")
        + ("·" if fact.part_of is not None else "")
        for fact in facts
        if fact.code
    ]
    assert told == expected


def test_merged_headers_stand_over_every_column_they_span() -> None:
    page = """<title>青田镇2024年法治政府建设年度报告</title><h1>青田镇2024年法治政府建设年度报告</h1>
    <p>2024年，青田镇坚持依法行政，扎实推进法治政府建设，各项任务落实到位，现将主要执法数据列表报告如下。</p>
    <table><tr><th rowspan=2>单位</th><th colspan=2>行政处罚</th><th>行政许可</th></tr>
    <tr><td>件数</td><td>罚没款（万元）</td><td>件数</td></tr>
    <tr><td>青田所</td><td>9</td><td>3.5</td><td>30</td></tr></table>"""
    document = read_document(page.encode(), name="page.html")
    facts, _ = find_facts(
        document.text, outline(document.text), find_quantities(document.text), 2024, document.tables
    )
    assert coded(facts) == [("E08", 9), ("E09", 35000), ("E11", 30)]


@pytest.mark.parametrize(
    "text, kind",
    [
        ("办理行政处罚案件20件，其中普通程序9件、简易程序12件。", "parts_do_not_add_up"),
        ("受理矛盾纠纷100件，调解成功90件，成功率99%。", "rate_against_counts"),
        ("群众满意率105%。", "impossible_value"),
        ("行政复议由2023年的50件增至60件，增长40%。", "stated_growth_differs"),
    ],
)
def test_figures_that_contradict_each_other(text: str, kind: str) -> None:
    _, issues = read(text)
    assert kind in [issue.kind for issue in issues]


def test_a_sum_that_does_not_add_up_is_told_to_its_last_digit() -> None:
    _, issues = read("办理行政处罚案件1000000件，其中普通程序900000件、简易程序334567件。")
    assert [issue.message for issue in issues] == ["分项 900000件 + 334567件 = 1234567，总数 1000000件"]


@pytest.mark.parametrize(
    "text",
    [
        "办理行政处罚案件20件，其中普通程序8件、简易程序12件。",
        "受理矛盾纠纷100件，调解成功98件，成功率98%。",
        "收到依申请公开9件，答复8件。",
    ],
)
def test_figures_that_agree_raise_nothing(text: str) -> None:
    _, issues = read(text)
    assert issues == ()
