"""Numerals inside names, beside verbs that look like slogans, and with measure words seldom seen."""

import pytest

from extractors.report.quantities import find_quantities


def found(text: str) -> list[tuple[str, float]]:
    return [(quantity.text, quantity.value) for quantity in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "案卷评查1次，督查一次，抽查1次，巡查一次",
            [("1次", 1), ("一次", 1), ("1次", 1), ("一次", 1)],
        ),
        ("推行“综合查一次”，落实综合查1次要求", []),
        ("22台“24小时智慧法律服务站”投入使用", [("22台", 22)]),
        ("建成“1个中心+6个站点”", [("1个", 1), ("6个", 6)]),
        ("涵盖5方面10项内容，一方面健全制度", [("5方面", 5), ("10项", 10)]),
        ("平均浓度为30微克/立方米", [("30微克/立方米", 30)]),
        ("办理结婚登记2156对，实行1对1帮扶", [("2156对", 2156)]),
        ("零余百百", []),
        ("三门县、五间房镇、北七家镇、八道湾街道和五台街道办理2件", [("2件", 2)]),
        ("三道沟镇干部走访三所镇中学、五家乡镇企业", [("三所", 3), ("五家", 5)]),
    ],
)
def test_names_and_measures(text: str, expected: list[tuple[str, float]]) -> None:
    assert found(text) == expected
