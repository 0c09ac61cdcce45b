"""Quantities in sentences: what counts, what does not, and the bound it states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.records import Quantity
from extractors.report.quantities import find_quantities

SIGNS = {"exact": "", "at_least": "≥", "at_most": "≤", "approx": "~"}


def shown(quantity: Quantity) -> str:
    """`wording=value unit` with the bound as a sign, the upper end of a range, and 0 for a zero form."""
    tail = f"-{quantity.value_high:g}" if quantity.bound == "range" else SIGNS[quantity.bound]
    zero = "∅" if quantity.is_zero_form else ""
    return f"{quantity.text}={quantity.value:.10g}{quantity.unit or ''}{tail}{zero}"


def found(text: str) -> str:
    return " ".join(shown(quantity) for quantity in find_quantities(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发放资料1.8\n万份，办理9件", "9件=9件"),
        ("发放资料1\n.8万份", ""),
        ("安排经费30余万元、30万余元", "30余万元=300000元≥ 30万余元=300000元≥"),
        ("百余人到场，走访数十家，受众上千人次", "百余人=100人≥ 数十家=10家≥ 上千人次=1000人次≥"),
        ("约300余人，近40余件", "约300余人=300人~ 近40余件=40件~"),
        (
            "不得少于16学时，不超过2次，未超过9件",
            "不得少于16学时=16学时≥ 不超过2次=2次≤ 未超过9件=9件≤",
        ),
        ("超过了60件，至少有9场", "超过了60件=60件≥ 至少有9场=9场≥"),
        ("12次以上，20件以内，30个左右", "12次以上=12次≥ 20件以内=20件≤ 30个左右=30个~"),
        ("两倍多，1.4倍，翻了一番", "两倍多=2倍≥ 1.4倍=1.4倍 一番=1番"),
        (
            "占三分之二，过半，近四成，百分之九十以上",
            "三分之二=0.666667 过半=50%≥ 近四成=40%~ 百分之九十以上=90%≥",
        ),
        ("在10日内答复，7个工作日内办结", "10日内=10日≤ 7个工作日内=7个工作日≤"),
        ("成功率9 8 . 6 %，满意率9 9. 1%", "9 8 . 6 %=98.6% 9 9. 1%=99.1%"),
        ("成功率未达到100%，未能达到3次", "未达到100%=100%≤ 未能达到3次=3次≤"),
        ("懂农机的不足5人，持证的不足 四成", "不足5人=5人≤ 不足 四成=40%≤"),
        ("执法力量不足5人，仍不足三成，有不足9名", "不足5人=5人≤ 不足三成=30%≤ 不足9名=9名≤"),
        ("十来处、20来名、百来件，约30余件", "十来处=10处~ 20来名=20名~ 百来件=100件~ 约30余件=30件~"),
        ("查摆出的不足6条，工作中的不足3个，存在的不足5件", "6条=6条 3个=3个 5件=5件"),
        ("调解约90件，化解将近40起，续约6家", "约90件=90件~ 将近40起=40起~ 6家=6家"),
        ("走访不止8次，差不多70人", "不止8次=8次≥ 差不多70人=70人~"),
        ("百亩以上的大户，万元以下罚款，百元内商品", "百亩以上=100亩≥ 万元以下=10000元≤"),
        ("完成300批次年度任务，结转3件次年办理", "300批次=300批次 3件=3件"),
    ],
)
def test_bounds(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("三至五次、10—15场、七八次", "三至五次=3次-5 10—15场=10场-15 七八次=7次-8"),
        ("3—5万元，98%-100%", "3—5万元=30000元-50000 98%-100%=98%-100"),
        ("2万（含）—8万元，四元三角至九元", "2万（含）—8万元=20000元-80000 四元三角至九元=4.3元-9"),
        ("从5件到9件", "5件=5件 9件=9件"),
        (
            "惠及2—4万群众，2多万到4多万，从2万到4万",
            "2—4万=20000-40000 2多万到4多万=20000-40000 2万=20000 4万=40000",
        ),
        ("投入30—50余万元", "30—50余万元=300000元-500000"),
        ("每组二、三人，修建一、二期工程，约七、八十户", ""),
        ("办结率12-5", ""),
    ],
)
def test_ranges(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今年7名，2024年19名新任干部", "7名=7名 19名=19名"),
        ("中心组学习5。讲课3，监督员21、", "5=5 3=3 21=21"),
        ("分别为61、28和9项", "61=61项 28=28项 9项=9项"),
        ("惠及6万群众，涉及资金400余万", "6万=60000 400余万=4000000≥"),
        ("调解纠纷３４５件，成功率９８．５％", "３４５件=345件 ９８．５％=98.5%"),
        ("调解纠纷3\n45件，", "3\n45件=345件"),
        ("调解纠纷345\n件，", "345\n件=345件"),
        ("受理 1 45 件案件，", "1 45 件=145件"),
        ("行政许可 17 15 件", ""),
        ("1,2 45件", ""),
        ("1.2024年，开会3次", "3次=3次"),
        ("2.3名干部到场，平均2.3名", "3名=3名 2.3名=2.3名"),
    ],
)
def test_numbers_that_the_page_has_damaged(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("无一例违规，未发生一起事故", "无一例=0例∅ 一起=0起∅"),
        ("实现零投诉、“零败诉”，0差错", "零投诉=0∅ 零败诉=0∅ 0差错=0∅"),
        ("败诉案件为零。", "零=0∅"),
        ("行政强制0件", "0件=0件"),
        ("无一宗复议案件、一宗诉讼案件", "无一宗=0宗∅ 一宗=0宗∅"),
        ("坚持零容忍、零距离，不漏一户、不落一人", ""),
    ],
)
def test_zeros(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023年1月至12月，10时30分，2024.12.4，2021—2025年，近三年，五年来",
        "竹政发〔2024〕15号，统一社会信用代码11330700MB0F12345X，电话0571-87654321",
        "第三批，第7次会议，第十二条，前三季度，排名前三，前10名",
        "二十届三中全会，区十五届人大三次会议，区委十三届六次、七次全会，八五普法，十四五期间",
        "四个意识、两个维护、十一个坚持、三个必须、三项制度、八项规定",
        "一村一法律顾问、一村(社区)一法律顾问、一月一主题、四门四访、五个一工程",
        "6+1清单，“1+5+N”，7×24小时，12·4，“3个100%”，《便民利企20条》",
        "最多跑一次，综合查一次，一件事，一把手，十分重视，万无一失",
        "打造一支队伍，形成一批成果，建立一套机制，干部群众一起努力",
        "百名干警进千村，千名律师进万企，三级联动，三台合一，五位一体",
        "拨打12345，依托12348平台，5G，A4，20xx年开展x次，办件****万件",
        "见附件1。表2，图3；浏览量123\n",
        "四面八方、四通八达、五花八门，路口是十字，红十字会，欢聚一堂，连成一片，独当一面，造福一方，三方协议",
        "下一番功夫，信心百倍，三番五次，两口子，三口之家，零首付，零组件，年过半百，二十四节气",
        "一天办完，一小时送达，一个月前受理",
        "比分3比1，三比二胜出",
        "治理项目（一期）、改造工程三期和二期，采购公告（二次）",
        "15分钟便民服务圈，一小时法律服务圈",
    ],
)
def test_what_only_looks_like_a_quantity(text: str) -> None:
    assert found(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("旁听庭审一次，聘请一名律师，配备律师一名。", "一次=1次 一名=1名 一名=1名"),
        ("5起诉讼案件，9处宗教场所，2名单位负责人，4次生灾害", "5起=5起 9处=9处 2名=2名"),
        (
            "预约3人，节约2万元，附近3个村，网上百余次",
            "3人=3人 2万元=20000元 3个=3个 百余次=100次≥",
        ),
        (
            "家访40家次、30户次、60台次、16件次",
            "40家次=40家次 30户次=30户次 60台次=60台次 16件次=16件次",
        ),
        (
            "罚款人民币1.2万元整，3元5角，壹佰元整",
            "人民币1.2万元整=12000元 3元5角=3.5元 壹佰元整=100元",
        ),
        ("投入30餘萬元，涉及12個村", "30餘萬元=300000元≥ 12個=12个"),
        ("車輛５輛、手冊20冊、耕地3畝", "５輛=5辆 20冊=20册 3畝=3亩"),
        ("两吨半、三天半，资金二百余万，", "两吨半=2.5吨 三天半=3.5天 二百余万=2000000≥"),
        ("“1个中心+6个站点”", "1个=1个 6个=6个"),
        ("用了四块三，门票3块五毛，瓜6.5块，木牌9块", "四块三=4.3元 3块五毛=3.5元 6.5块=6.5元 9块=9块"),
        ("罚款700元二、加强监督，展板8块三、其他", "700元=700元 8块=8块"),
        ("拨粮半吨，降半成，相距半公里；半路折返", "半吨=0.5吨 半成=5% 半公里=0.5公里"),
        ("相距三十千米、九千米，粮食一吨半", "三十千米=30千米 九千米=9000米 一吨半=1.5吨"),
    ],
)
def test_units_and_their_neighbours(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("投入2亿6千万元，补助4亿零70万元", "2亿6千万元=260000000元 4亿零70万元=400700000元"),
        ("惠及20万零80人，发放7万三百册", "20万零80人=200080人 7万三百册=70300册"),
        ("总量8亿30万4件，共9万亿2件", ""),
        ("罚没柒万余元，罚款玖拾多元", "柒万余元=70000元≥ 玖拾多元=90元≥"),
        ("惠及30万百姓，覆盖6万百度用户", "30万=300000 6万=60000"),
        ("发放 12, 345, 678 册，计2, 010份", "12, 345, 678 册=12345678册 2, 010份=2010份"),
        ("廿八个月，卅六处", "廿八个月=28个月 卅六处=36处"),
        ("总值七兆八千亿元", "七兆八千亿元=7.8e+12元"),
    ],
)
def test_numbers_of_several_places(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("建成35千伏线路、220千伏变电站6座", "6座=6座"),
        (
            "装机70万千伏安、8兆瓦，重60kg，宽4.5 m，每小时90km/h",
            "70万千伏安=700000千伏安 8兆瓦=8兆瓦 60kg=60kg 4.5 m=4.5m",
        ),
        ("上升0.8百分点，下降四点四个百分点", "0.8百分点=0.8百分点 四点四个百分点=4.4百分点"),
        ("上升 2.6 个百 分点", "2.6 个百 分点=2.6百分点"),
        ("墙高两米六，猪重九斤七两，地四亩五分", "两米六=2.6米 九斤七两=9.7斤 四亩五分=4.5亩"),
        ("路宽七米四的桥，六成四的村，长七米三组", "七米四=7.4米 六成四=64% 七米=7米 三组=3组"),
        ("占六成 四，降两成 三家", "六成 四=64% 两成=20% 三家=3家"),
        ("增长两倍半，票价四块半，瓜六个半。", "两倍半=2.5倍 四块半=4.5元 六个半=6.5个"),
        ("八吨半成品，四个半学时，两个半场", "八吨=8吨"),
        ("占八又五分之三，百分之四十 至六十", "八又五分之三=8.6 百分之四十 至六十=40%-60"),
        ("投资约三个亿，建成3个亿元村", "约三个亿=300000000~ 3个=3个"),
        ("占六千又三分之一，八千字节，5分钱", "六千又三分之一=6000.333333"),
        ("误差为万万分之七，", "万万分之七=7e-08"),
        ("见https://a.example/q?x=%28%29%30，占30%", "30%=30%"),
        ("编号为304，尾号是77", ""),
        ("发病率为8.2例/10万人，翻了两番，翻近三番", "8.2例=8.2例 两番=2番 近三番=3番~"),
        ("缩短一天，不超过一个月，两小时送达", "一天=1天 不超过一个月=1个月≤ 两小时=2小时"),
        ("办班五期，讲座（3次）", "五期=5期 3次=3次"),
        ("票价12块5。锦旗三面，面积30方", "12块5=12.5元 三面=3面 30方=30方"),
        ("增长.6%，任务.4个村", "4个=4个"),
        ("折合300万韩元，少了半个。", "300万韩元=3000000韩元 半个=0.5个"),
        ("任职2009.03--2014.11本镇", ""),
    ],
)
def test_measures_and_parts(text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("增收六点 三亿元，建成两千 四百 零一处", "六点 三亿元=630000000元 两千 四百 零一处=2401处"),
        ("占百分之一 百零 二点 五", "百分之一 百零 二点 五=102.5%"),
        ("占百分之七十 三年有效", "百分之七十=70%"),
        ("第 三 百 二 十 条规定", ""),
        ("任务 一二 三十名", ""),
    ],
)
def test_blanks_between_the_digits_of_a_number_in_words(text: str, expected: str) -> None:
    assert found(text) == expected


def test_rates_keep_what_they_are_per() -> None:
    text = "干部人均60学时，每千人拥有近130户，每个行政村不少于5名；平均分96分"
    assert [quantity.per for quantity in find_quantities(text)] == ["人均", "每千人", "每个行政村", None]


def test_cells_of_a_table_are_quantities_without_unit() -> None:
    rows = (
        "序号\t项目\t单位\t2022年\t2023\t同比\n"
        "1\t行政许可\t件\t1,204\t986\t-3.7%\n"
        "2\t罚没金额\t万元\t86.5\t\t—"
    )
    assert found(rows) == "1,204=1204 986=986 -3.7%=-3.7% 86.5=86.5"


def test_a_year_that_is_a_count_stays_in_its_row() -> None:
    assert found("项目\t数量\t上年\n办件\t2024\t1875") == "2024=2024 1875=1875"


PIECES = st.sampled_from(
    [*"零一二两三百万亿半成余多几近约超不足无未每第件次个名元%％〔〕《》“”+-—至、，。\n\t 0123456789年月日"]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text())
def test_any_text_is_read_without_raising_and_spans_hold(text: str) -> None:
    end = 0
    for quantity in find_quantities(text):
        assert quantity.start >= end
        assert text[quantity.start : quantity.end] == quantity.text != ""
        assert (quantity.value_high is not None) == (quantity.bound == "range")
        assert quantity.value_high is None or quantity.value_high > quantity.value
        end = quantity.end


@given(
    st.integers(1, 10**7),
    st.sampled_from(["件", "人次", "场次", "名", "份", "万元", "个", "家次"]),
    st.sampled_from(["", "约", "超过", "不足"]),
)
def test_a_figure_in_a_sentence_reads_back(number: int, unit: str, word: str) -> None:
    (quantity,) = find_quantities(f"全年共办理{word}{number:,}{unit}，其余从略。")
    scale = 10_000 if unit == "万元" else 1
    assert quantity.text == f"{word}{number:,}{unit}"
    assert quantity.value == number * scale
    assert quantity.bound == {"": "exact", "约": "approx", "超过": "at_least", "不足": "at_most"}[word]


def test_a_number_too_large_to_be_held_is_no_quantity() -> None:
    text = "编号" + "1" * 400 + "件，1" + "亿" * 3 + "件，登记9999亿元。"
    assert [(found.text, found.value) for found in find_quantities(text)] == [("9999亿元", 999_900_000_000)]
