"""The gazetteer: what it holds, how it is read, and what it refuses."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from pathlib import Path

import pytest

from extractors.organisation import Gazetteer, GazetteerError
from extractors.organisation.build_gazetteer import packed
from extractors.organisation.gazetteer import level_of

FICTION = """# a province of our own
code	name	parent	aliases
99	澜江省		澜江
9901	沐州市
990122	澜江县		沐县|禾县
990122101	栗溪镇
990122102	栗溪街道
990199	飞地区	99
"""


@pytest.fixture(scope="module")
def divisions() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture
def fiction(tmp_path: Path) -> Gazetteer:
    file = tmp_path / "places.tsv"
    file.write_text(FICTION, encoding="utf-8")
    return Gazetteer.load(file)


def test_the_docs_count_the_divisions_held(divisions: Gazetteer, root: Path) -> None:
    counts = Counter(level_of(code) for code in divisions.names)
    notices, changelog = (
        (root / name).read_text("utf-8") for name in ("THIRD_PARTY_NOTICES.md", "CHANGELOG.md")
    )
    for level, plural in (("prefecture", "prefectures"), ("county", "counties"), ("township", "townships")):
        assert f"{counts[level]:,} {plural}" in notices
    assert f"{counts['township']:,} townships" in changelog


def test_holds_every_division_down_to_townships(divisions: Gazetteer) -> None:
    levels = [level_of(code) for code in divisions.names]
    assert levels.count("province") == 31
    assert levels.count("prefecture") == 333
    assert levels.count("county") == 2974
    assert levels.count("township") == 41351
    assert all(len(code) == 9 for code in divisions.names)
    assert all(level_of(code) == "province" or divisions.parent(code) is not None for code in divisions.names)


def test_loads_fast_and_is_small(root: Path) -> None:
    Gazetteer.load()
    best = min(_seconds() for _ in range(3))
    assert best < 0.6
    assert (root / "extractors/organisation/data/divisions.tsv.gz").stat().st_size < 1_000_000


def _seconds() -> float:
    started = time.process_time()
    Gazetteer.load()
    return time.process_time() - started


def test_every_autonomous_county_has_its_official_short_form(divisions: Gazetteer) -> None:
    autonomous = [c for c, name in divisions.names.items() if name.endswith(("自治县", "自治旗"))]
    assert len(autonomous) == 120
    for code in autonomous:
        short = [a for a in divisions.wordings(code)[1:] if a.endswith(("县", "旗"))]
        assert short, divisions.names[code]
        assert all(divisions.lookup(a) == {code} for a in short)


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        ("酉阳县", "500242000"),
        ("长白县", "220623000"),
        ("东乡县", "622926000"),
        ("鄂温克旗", "150724000"),
        ("楚雄州", "532300000"),
        ("开县", "500154000"),
        ("重庆市秀山县梅江镇", "500241112"),
        ("衡阳县岘山镇", "430421116"),
        ("杭州上城区清波街道", "330102001"),
        ("内蒙古锡林郭勒盟西乌珠穆沁旗", "152526000"),
        ("潜江市", "429005000"),
        ("东莞市东城街道", "441900003"),
        ("海珠区人民政府南华西街道", "440105008"),
    ],
)
def test_reads_chains_of_names(divisions: Gazetteer, wording: str, code: str) -> None:
    place = divisions.read(wording)
    assert (place.length, place.codes) == (len(wording), {code})


@pytest.mark.parametrize("wording", ["酉山县", "鹤汀镇", "某某市沙河乡", "杭州", "沙河"])
def test_reads_nothing_into_names_it_does_not_have(divisions: Gazetteer, wording: str) -> None:
    assert divisions.read(wording).codes == frozenset()


def test_a_chain_stays_inside_the_place_before(divisions: Gazetteer) -> None:
    place = divisions.read("贵州省苍岭镇")
    assert (place.length, place.codes) == (3, {"520000000"})


def test_bare_names_keep_all_their_places(divisions: Gazetteer) -> None:
    assert len(divisions.lookup("沙河乡")) == 6
    assert len(divisions.lookup("城关镇")) == 88


def test_a_file_of_ones_own(fiction: Gazetteer) -> None:
    assert fiction.read("澜江沐州沐县栗溪镇").codes == {"990122101"}
    assert fiction.parent("990122000") == "990100000"
    assert fiction.parent("990199000") == "990000000"
    assert fiction.is_within("990122101", "990000000")
    assert fiction.region("990122") == "990122000"
    assert fiction.region("990133") is None
    assert fiction.lookup("栗溪街") == {"990122102"}


def test_a_packed_file_reads_the_same(tmp_path: Path, fiction: Gazetteer) -> None:
    file = tmp_path / "places.tsv.gz"
    file.write_bytes(gzip.compress(FICTION.encode()))
    assert Gazetteer.load(file).names == fiction.names


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("name\n甲县\n", "header"),
        ("code\tname\n99012210112\t甲村\n", "line 2"),
        ("code\tname\n9901x2\t甲县\n", "line 2"),
        ("code\tname\n990122\n", "line 2"),
        ("code\tname\n990122\t甲县\n990122\t乙县\n", "line 3"),
        ("code\tname\tparent\n990122\t甲县\t9901\n", "990100000"),
        ("code\tname\tformerly\n990122\t甲县\t990121\n", "990121000"),
        ("code\tname\tvalid_from\n990122\t甲县\t去年\n", "line 2"),
    ],
)
def test_refuses_a_broken_file_by_name_and_line(tmp_path: Path, content: str, complaint: str) -> None:
    file = tmp_path / "broken.tsv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(GazetteerError, match=complaint) as error:
        Gazetteer.load(file)
    assert "broken.tsv" in str(error.value)


def test_the_packaged_file_is_built_the_same_every_time(tmp_path: Path) -> None:
    tables = {
        "provinces.csv": 'code,name\n99,"澜江省"\n',
        "cities.csv": 'code,name,provinceCode\n9901,"市辖区",99\n9919,"莞州市",99\n',
        "areas.csv": 'code,name,cityCode\n990122,"澜江县",9901\n991900,"莞州市",9919\n',
        "streets.csv": 'code,name,areaCode\n990122001,"栗溪街道办事处",990122\n991900003,"东镇",991900\n',
    }
    for name, content in tables.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    first = packed(tmp_path)
    assert first == packed(tmp_path)
    assert gzip.decompress(first).decode().splitlines() == [
        "code\tname",
        "990000000\t澜江省",
        "990122000\t澜江县",
        "990122001\t栗溪街道",
        "991900000\t莞州市",
        "991900003\t东镇",
    ]
