"""Who publishes: evidence, refusals, names, and never a guess."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.organisation import Gazetteer, resolve
from extractors.organisation.gazetteer import level_of
from extractors.records import Document, Organisation, SourceHint

GAZETTEER = Gazetteer.load()
BARE = "沙河乡2024年度法治政府建设工作报告"
HERE = "500231202"
"""沙河乡 of 垫江县, one of the six."""


def page(title: str | None, text: str = "", hint: SourceHint | None = None, **said: str) -> Organisation:
    document = Document("detail", text, title=title, **said)  # type: ignore[arg-type]
    return resolve(document, hint, GAZETTEER)[0]


def kinds(title: str | None, text: str = "", hint: SourceHint | None = None) -> set[str]:
    return {issue.kind for issue in resolve(Document("detail", text, title=title), hint, GAZETTEER)[1]}


def test_a_bare_name_is_refused_with_all_its_places() -> None:
    found = page(BARE)
    assert (found.status, found.region_code, found.name) == ("ambiguous", None, "沙河乡人民政府")
    assert {c.region_code for c in found.candidates} == {
        "341524206", "411224207", "420325205", "420923201", "500231202", "530925201",
    }  # fmt: skip
    assert "垫江县沙河乡人民政府" in {c.name for c in found.candidates}
    assert kinds(BARE) == {"organisation_ambiguous"}


@pytest.mark.parametrize(
    ("found", "evidence"),
    [
        (page(BARE, hint=SourceHint(region_code="500231000")), "source entry"),
        (page(BARE, hint=SourceHint(region_code=HERE)), "source entry"),
        (page(BARE, hint=SourceHint(county="垫江县")), "source entry"),
        (page(BARE, hint=SourceHint(body="垫江县沙河乡人民政府")), "source entry"),
        (page(BARE, site_code="5002310012"), "网站标识码"),
        (page(BARE, index_number="11500231008689762A/2025-00012"), "索引号"),
        (page(BARE, publisher="垫江县沙河乡人民政府"), "发布机构"),
        (page(BARE, publisher="垫江县人民政府办公室"), "发布机构"),
        (page(BARE, site_name="垫江县人民政府"), "site name"),
        (page(BARE, "2024年，依法行政。\n\n垫江县沙河乡人民政府\n2025年1月2日"), "signature"),
        (page(BARE, f"{BARE}\n垫江县委依法治县办：\n2024年，依法行政。"), "addressee"),
        (page(BARE, "垫江县沙河乡人民政府\n2024年，依法行政。"), "letterhead"),
        (page(BARE, "2024年，在垫江县委领导下依法行政。"), "text names"),
        (page(BARE, "2024年，依法行政。学习《重庆市行政执法条例》。"), "text names"),
    ],
)
def test_each_kind_of_evidence_settles_it_and_is_told(found: Organisation, evidence: str) -> None:
    assert (found.status, found.region_code, found.name) == ("resolved", HERE, "垫江县沙河乡人民政府")
    assert any(evidence in told for told in found.evidence)


@pytest.mark.parametrize(
    "found",
    [
        page(BARE, "2024年，学习贵州省和重庆市的经验，落实《重庆市行政执法条例》。"),
        page(BARE, "2024年，学习垫江县委和金寨县委的做法。"),
        page(BARE, "2024年，依法行政，不断提升全县形象。"),
        page(BARE, site_code="5002990001"),
        page(BARE, index_number="000014349/2025-00012"),
    ],
)
def test_weak_or_divided_evidence_settles_nothing(found: Organisation) -> None:
    assert (found.status, len(found.candidates)) == ("ambiguous", 6)


def test_contradiction_stops_the_search() -> None:
    text = "2024年，依法行政。\n\n垫江县人民政府\n2025年1月2日"
    hint = SourceHint(county="昭阳区")
    assert page(BARE, text, hint).status == "ambiguous"
    assert "organisation_conflict" in kinds(BARE, text, hint)


def test_the_only_place_of_a_name_is_not_taken_against_firm_evidence() -> None:
    title, hint = "岘山镇2024年法治政府建设年度报告", SourceHint(region_code="110101000")
    assert page(title).region_code == "430421116"
    found = page(title, hint=hint)
    assert (found.status, found.region_code) == ("unknown", None)
    assert [c.region_code for c in found.candidates] == ["430421116"]
    assert kinds(title, hint=hint) == {"organisation_conflict", "organisation_unknown"}


ONLY_ONE = "岘山镇2024年法治政府建设年度报告"
"""The gazetteer has one 岘山镇, of 衡阳县."""


@pytest.mark.parametrize(
    ("text", "hint", "said"),
    [
        ("", None, {"frame_names": ("首页", "砚溪县乡镇之窗", "岘山镇")}),
        ("", None, {"frame_names": ("湖南省砚溪县人民政府",)}),
        ("", None, {"site_name": "走进砚溪县"}),
        ("", None, {"site_name": "垫江县人民政府"}),
        ("", None, {"site_name": "重庆市人民政府门户网站"}),
        ("", None, {"publisher": "砚溪区人民政府办公室"}),
        ("", None, {"content_source": "砚溪市司法局"}),
        ("2024年，依法行政。\n\n砚溪县人民政府\n2025年1月2日", None, {}),
        ("中共砚溪县委：\n2024年，依法行政。", None, {}),
        ("", SourceHint(county="砚溪县"), {}),
    ],
)
def test_a_townships_name_alone_settles_nothing_where_the_page_names_another_county(
    text: str, hint: SourceHint | None, said: dict[str, Any]
) -> None:
    document = Document("detail", text, title=ONLY_ONE, **said)
    found, issues = resolve(document, hint, GAZETTEER)
    assert (found.status, found.region_code, found.name) == ("unknown", None, "岘山镇人民政府")
    assert [issue.kind for issue in issues] == ["organisation_conflict", "organisation_unknown"]


@pytest.mark.parametrize(
    "said",
    [
        {
            "frame_names": (
                "首页",
                "社区动态",
                "县城建设",
                "经济开发区",
                "各县区",
                "市场监管",
                "革命老区",
                "岘山镇",
            )
        },
        {"frame_names": ("湖南省人民政府",), "site_name": "衡阳市人民政府"},
        {"frame_names": ("走进衡阳县", "砚溪县")},
        {"site_name": "衡阳区人民政府"},
        {"site_name": "砚溪县人民政府", "site_code": "4304210001"},
    ],
)
def test_the_only_place_of_a_name_stands_where_the_page_names_what_it_lies_in(said: dict[str, Any]) -> None:
    found, issues = resolve(Document("detail", "", title=ONLY_ONE, **said), None, GAZETTEER)
    assert (found.status, found.region_code, issues) == ("resolved", "430421116", ())


def test_a_reposted_report_is_its_own_bodys() -> None:
    hint = SourceHint(body="垫江县沙河乡人民政府", region_code=HERE)
    found = page("重庆市2024年法治政府建设情况报告", hint=hint)
    assert (found.name, found.region_code, found.level) == ("重庆市人民政府", "500000000", "province")


def test_title_and_signature_of_different_places_are_refused() -> None:
    text = "2024年，依法行政。\n\n酉阳县苍岭镇人民政府\n2025年1月2日"
    found = page("垫江县沙河乡2024年法治政府建设报告", text)
    assert found.status == "ambiguous"
    assert {c.region_code for c in found.candidates} == {HERE, "500242112"}


@pytest.mark.parametrize(
    ("title", "name", "code", "level", "kind"),
    [
        ("中共垫江县沙河乡委员会 垫江县沙河乡人民政府关于2024年法治政府建设情况的报告",
         "垫江县沙河乡人民政府", HERE, "township", "party_and_government"),
        ("中共重庆市大渡口区委重庆市大渡口区人民政府2023年法治政府建设情况报告",
         "重庆市大渡口区人民政府", "500104000", "county", "party_and_government"),
        ("中共渠县县委 渠县人民政府关于2024年法治政府建设情况的报告",
         "渠县人民政府", "511725000", "county", "party_and_government"),
        ("上城区清波街2024年法治政府建设报告",
         "杭州市上城区清波街道办事处", "330102001", "township", "subdistrict_office"),
        ("广州市海珠区人民政府南华西街道办事处关于2024年法治政府建设情况的报告",
         "广州市海珠区南华西街道办事处", "440105008", "township", "subdistrict_office"),
        ("酉阳县苍岭镇2024年法治政府建设报告",
         "酉阳土家族苗族自治县苍岭镇人民政府", "500242112", "township", "government"),
        ("浦东新区市场监督管理局2024年法治政府建设报告",
         "上海市浦东新区市场监督管理局", "310115000", "county", "department"),
        ("关于垫江县城市管理局2024年度法治政府建设情况的报告",
         "垫江县城市管理局", "500231000", "county", "department"),
        ("中共垫江县委全面依法治县委员会办公室2024年法治建设情况报告",
         "垫江县委全面依法治县委员会办公室", "500231000", "county", "department"),
        ("垫江县人民政府办公室2024年法治政府建设报告",
         "垫江县人民政府办公室", "500231000", "county", "department"),
        ("中共垫江县委关于2024年法治建设情况的报告", "中共垫江县委", "500231000", "county", "committee"),
        ("2023年上海市法治政府建设情况报告", "上海市人民政府", "310000000", "province", "government"),
        ("⻄乌珠穆沁旗人民政府２０２４年法治政府建设情况报告",
         "西乌珠穆沁旗人民政府", "152526000", "county", "government"),
    ],
)  # fmt: skip
def test_names_levels_and_kinds(title: str, name: str, code: str, level: str, kind: str) -> None:
    found = page(title)
    assert (found.name, found.region_code, found.level, found.kind) == (name, code, level, kind)


@pytest.mark.parametrize("wording", ["县司法局", "我县", "县人民政府"])
def test_a_body_named_from_within_takes_the_region_of_firm_evidence(wording: str) -> None:
    title = f"{wording}2024年法治政府建设情况报告"
    assert page(title, site_code="5002310012").region_code == "500231000"
    assert page(title, site_code="5000000012").status == "unknown"
    assert page(title).status == "unknown"


@pytest.mark.parametrize("wording", ["市司法局", "司法局", "市人民政府"])
def test_a_body_named_from_within_is_the_one_its_own_site_names(wording: str) -> None:
    title, name = f"{wording}2024年法治政府建设情况报告", f"砚州市{wording.removeprefix('市')}"
    assert page(title, site_name=name).name == name
    assert page(title, frame_names=("通知公告", name)).name == name
    found = page(title, site_name=name.replace("砚州", "丽水"))
    assert (found.status, found.region_code) == ("resolved", "331100000")


def test_a_body_whose_place_nobody_tells_has_no_name() -> None:
    title = "市司法局关于2023年度推进法治政府建设情况的公示"
    text = "2023年，依法行政。\n\n市司法局\n2024年1月9日"
    for said in ({}, {"site_name": "砚溪县司法局"}, {"frame_names": ("砚州市司法局", "鹤汀市司法局")}):
        document = Document("detail", text, title=title, **said)  # type: ignore[arg-type]
        found, issues = resolve(document, None, GAZETTEER)
        assert (found.name, found.status) == (None, "unknown")
        assert [issue.kind for issue in issues] == ["organisation_unknown"]
    assert page("国家江河事务局2024年法治政府建设年度报告").name == "国家江河事务局"


@pytest.mark.parametrize(
    "title",
    [
        "2024年法治政府建设情况报告",
        "法治政府建设年度报告",
        "关于2024年法治政府建设情况的报告",
        None,
    ],
)
def test_a_page_that_names_nobody_is_nobodys(title: str | None) -> None:
    found = page(title, site_code="5002310012")
    assert (found.name, found.status) == (None, "unknown")


def test_a_menu_is_no_title() -> None:
    menu = "垫江县人民政府门户网站 政府信息公开 法定主动公开内容 法治政府建设年度报告"
    text = f"{menu}\n垫江县沙河乡人民政府2024年法治政府建设情况报告\n2024年，依法行政。"
    assert page(menu, text).region_code == HERE
    assert page("垫江县人民政府网站2024年法治政府建设情况报告").status == "unknown"


def test_fictional_places_keep_their_name_and_get_no_region() -> None:
    text = "中共砚溪县鹤汀镇委员会\n鹤汀镇人民政府\n关于2024年法治政府建设情况的报告\n2024年，依法行政。"
    found = page("鹤汀镇2024年法治政府建设报告", text)
    assert (found.name, found.status, found.region_code) == ("砚溪县鹤汀镇人民政府", "unknown", None)
    assert (found.level, found.kind) == ("township", "party_and_government")


def test_a_known_name_under_an_unknown_county_is_not_the_known_place() -> None:
    text = "2024年，依法行政。\n\n砚溪县岘山镇人民政府\n2025年1月2日"
    found = page("岘山镇2024年法治政府建设报告", text)
    assert (found.name, found.status) == ("砚溪县岘山镇人民政府", "unknown")


def test_two_years_of_one_body_bear_one_name() -> None:
    first = page("砚溪县鹤汀镇2023年法治政府建设报告")
    second = page("鹤汀镇2024年法治政府建设报告", "好。\n\n砚溪县鹤汀镇人民政府\n2025年1月2日")
    assert first.name == second.name == "砚溪县鹤汀镇人民政府"
    names = {
        page("岘山镇2024年法治政府建设报告").name,
        page("湖南省衡阳市衡阳县岘山镇人民政府2024年法治政府建设报告").name,
        page("中共衡阳县岘山镇委员会 岘山镇人民政府2024年法治政府建设报告").name,
    }
    assert names == {"衡阳县岘山镇人民政府"}


def test_a_name_that_only_ends_alike_is_another_body() -> None:
    found = page("龙山镇2024年法治政府建设报告", "好。\n\n九龙山镇人民政府\n2025年1月2日")
    assert found.name == "龙山镇人民政府"


def test_a_new_township_takes_the_code_of_its_source_entry() -> None:
    hint = SourceHint(region_code="500231999", body="垫江县鹤汀镇人民政府")
    found = page("鹤汀镇2024年法治政府建设报告", hint=hint)
    assert (found.name, found.status, found.region_code) == ("垫江县鹤汀镇人民政府", "resolved", "500231999")


def test_a_gazetteer_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "places.tsv"
    file.write_text("code\tname\n990100\t砚州市\n990123\t砚溪县\n990123101\t鹤汀镇\n", encoding="utf-8")
    document = Document("detail", "", title="鹤汀镇2024年法治政府建设报告")
    found, issues = resolve(document, None, Gazetteer.load(file))
    assert (found.name, found.region_code, issues) == ("砚溪县鹤汀镇人民政府", "990123101", ())


TOWNSHIPS = [c for c in GAZETTEER.names if level_of(c) == "township" and c[6:] < "400"]
SAMPLE = random.Random(7).sample(TOWNSHIPS, 600)


def chain(code: str) -> str:
    return "".join(GAZETTEER.names[c] for c in reversed(list(GAZETTEER.lineage(code))))


def test_townships_with_their_county_all_resolve() -> None:
    for code in SAMPLE:
        county = GAZETTEER.parent(code) or ""
        bare = f"{GAZETTEER.names[code]}2024年法治政府建设年度报告"
        assert page(f"{chain(code)}2024年法治政府建设年度报告").region_code == code
        assert page(GAZETTEER.names[county] + bare).region_code == code
        assert page(bare, hint=SourceHint(region_code=county)).region_code == code


def test_bare_townships_resolve_right_or_are_refused_with_the_right_one() -> None:
    resolved = 0
    for code in SAMPLE:
        found = page(f"{GAZETTEER.names[code]}2024年法治政府建设年度报告")
        assert code in {c.region_code for c in found.candidates}
        resolved += found.status == "resolved"
    assert resolved > 0.6 * len(SAMPLE)


@settings(max_examples=200)
@given(
    st.text(alphabet="省市县区镇乡街道办事处人民政府委员会中共司法局沙河垫江2024年关于、 \n。：", max_size=50)
)
def test_never_raises_and_never_resolves_without_a_region(wording: str) -> None:
    hint = SourceHint(body=wording, county=wording[:6])
    found, issues = resolve(Document("detail", wording, title=wording, publisher=wording), hint, GAZETTEER)
    assert (found.status == "resolved") == (found.region_code is not None)
    if found.status == "resolved":
        assert len(found.candidates) == 1 and found.name and found.evidence
    else:
        assert issues


def is_right(found: Organisation, row: dict[str, str]) -> bool:
    levels = {"city": "prefecture", "department": None}
    wanted = levels.get(row["level"], row["level"])
    above = chain(found.region_code or "")
    placed = all(row[key] in above for key in ("province", "city", "county"))
    return placed and (wanted is None or found.level == wanted)


@pytest.mark.parametrize(("with_county", "floor"), [(False, 190), (True, 214)])
def test_known_pages(shared: Path, with_county: bool, floor: int) -> None:
    right = 0
    with (shared / "research/known_pages.tsv").open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream, delimiter="\t") if r["organization"]]
    for row in rows:
        county = row["county"] or row["city"] or row["province"]
        found = page(row["title"], hint=SourceHint(county=county) if with_county else None)
        if found.status == "resolved":
            assert is_right(found, row), (row["title"], found)
            right += 1
    assert right >= floor


@pytest.mark.parametrize(
    ("seed", "code"),
    [("000", "500242112"), ("001", "500241112"), ("002", None), ("003", "540526101"), ("004", "430421116")],
)
def test_real_reports(shared: Path, seed: str, code: str | None) -> None:
    (file,) = (shared / "corpus/seeds").glob(f"{seed}_*.txt")
    found = page(None, file.read_bytes().decode())
    assert (found.region_code, len(found.candidates)) == (code, 1 if code else 6)


FORMS = ("chain", "county", "prefecture", "province", "bare", "county entry", "county named")


def _ancestors(code: str) -> dict[str, str]:
    """Names by level straight from the codes, without the gazetteer's own lineage."""
    widths = {"province": 2, "prefecture": 4, "county": 6}
    above = {level: code[:width].ljust(9, "0") for level, width in widths.items()}
    return {level: GAZETTEER.names[c] for level, c in above.items() if c in GAZETTEER.names}


def test_two_thousand_titles_are_never_wrong_and_refused_only_when_ambiguous() -> None:
    """The truth is counted from names and codes alone: every township that bears what the title says."""
    chosen = random.Random(2024)
    by_name: dict[str, list[str]] = {}
    for code in TOWNSHIPS:
        by_name.setdefault(GAZETTEER.names[code], []).append(code)
    for code in chosen.sample(TOWNSHIPS, 2000):
        name, above, form = GAZETTEER.names[code], _ancestors(code), chosen.choice(FORMS)
        title, hint, levels = name, None, []
        if form == "chain":
            title, levels = "".join(above.values()) + name, list(above)
        elif form in above:
            title, levels = above[form] + name, [form]
        elif form.startswith("county") and "county" in above:
            levels = ["county"]
            hint = SourceHint(
                region_code=code[:6] if form == "county entry" else None, county=above["county"]
            )
        told = {level: above[level] for level in levels}
        fits = {c for c in by_name[name] if told.items() <= _ancestors(c).items()}
        if form == "county entry" and "county" in above:
            fits = {c for c in fits if c[:6] == code[:6]}
        found = page(f"{title}2024年法治政府建设年度报告", hint=hint)
        assert found.region_code in {None, code}, (title, form, found.region_code)
        if len(fits) == 1:
            assert found.region_code == code, (title, form, found.status)
        else:
            assert found.status == "ambiguous", (title, form, found.status)
            assert fits <= {c.region_code for c in found.candidates}
