"""Names of public bodies: which region a wording names, and what sort of body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from extractors.glyphs import fold
from extractors.organisation.gazetteer import Gazetteer, Level

BodyKind = Literal["government", "subdistrict_office", "department", "committee", "party"]

_SEPARATORS = re.compile(r"[\s、，,;；/|]+")
_UNIT = r"(?:自治区|自治州|自治县|地区|街道|苏木|新区|省|市(?![场管政容])|州(?![市县区])|盟|县|区(?!域|块)|旗|镇|乡|街)"
_ENDING = r"(?=人民政府|政府|办事处|委员会|管委会|管理委员会|委(?!员)|党委|党工委|工委|工作委员会|[（(]|$)"
_PLACE_CHAR = r"(?:(?!人民政府|政府|委员会|办事处|党委|工委|工作委)[\u4e00-\u9fff])"
_UNLISTED = re.compile(rf"(?:{_PLACE_CHAR}{{1,10}}?{_UNIT})+{_ENDING}")
_UNLISTED_TOWNSHIP = re.compile(
    rf"(?!人民政府|政府|委|党|工|街道|办)[\u4e00-\u9fff]{{1,7}}?(?:镇|乡|街道|苏木){_ENDING}"
)
_ZONE_NAME = re.compile(r"(?:片|园|景|开发|管理|试验|实验|示范|度假|保税|高新|经开|合作|名胜)区$")
_UNLISTED_REGION = re.compile(
    r"(?P<stem>[\u4e00-\u9fff]{2,6}?)(?:自治[州县旗]|[旗州盟]|县(?![城域级直区])|市(?![场管政容民级直区县])|区(?![域块划间别级直情县]))"
)
_COMMON_REGION = re.compile(
    r"(?:[社小专城市郊矿库林牧山灾疫校厂展赛辖战军地老县]区|[城各全本我外省该股夜集门超级]市|[市区各全本我该]县|[全省各]州|[同联]盟"
    r"|(?:服务|功能|经济|新城)区)$"
)
"""Words that end as names of regions do."""
_UNLISTED_WITH_OFFICE = re.compile(rf"(?:[\u4e00-\u9fff]{{1,8}}?{_UNIT})+?(?=[\u4e00-\u9fff]{{2,20}}$)")
_GOVERNMENT = re.compile(r"(?:人民)?政府(?!办|驻|[\u4e00-\u9fff]*(?:办公室|局|办)$)")
_SUBDISTRICT = re.compile(r"(?:人民政府)?(?:街道)?办事处|(?:街道)?办$|街道$")
_ZONE = re.compile(r"管理委员会|管委会|行政委员会")
_PARTY = re.compile(r"[省市县区州旗盟]委(?!员|办)|党工委|工作委员会|党委|党组|工委|委员会|委(?!员|办)")
_OFFICE = re.compile(
    r"(?!.{0,30}网站)[\u4e00-\u9fff()（）、]{1,30}?"
    r"(?:局|厅|委员会|委|办公室|办|中心|大队|总队|支队|院|所|站|队|处|总工会|妇联|团委|协会|联合会|公司|集团|学校|大学)"
    r"(?:[（(][\u4e00-\u9fff]{1,12}[）)])?(?=(?:党组|党委)?$)"
)
_RELATIVE = re.compile(r"[我全本][省市县区州旗镇乡]|[省市县区州旗镇乡](?=[\u4e00-\u9fff]{2,})")
_WITHIN = re.compile(r"[我全本][省市县区州旗镇乡](?=$|人民政府|政府|委)")
_YEAR = r"(?:20\s?\d\s?\d|二[〇○零][〇○零一二三四五六七八九]{2})"
_PHRASE = re.compile(
    rf"^(?:关于)?(?:印发|报送|呈报|上报)?\s*(?:{_YEAR}\s*年?度?)?\s*(?:关于)?(?P<body>.{{2,80}}?)\s*"
    rf"(?=关于|报送|[(（]?{_YEAR}|年度|(?<!依)法治|依法(?!治[省市县区州旗镇乡])|推进|落实|贯彻|政府信息公开|政务公开|行政执法)"
)


@dataclass(frozen=True, slots=True)
class Body:
    """One body as a wording names it.

    `region` is the region's wording (澜江县栗溪镇), `codes` the divisions it may mean: none when the
    gazetteer does not have it, or when the wording says no more than "the county's". `office` is the
    department's own name. A bare region (沙河乡) stands for its government and is not `is_stated`.
    """

    region: str
    codes: frozenset[str]
    kind: BodyKind
    office: str = ""
    is_stated: bool = True
    relative: str = ""
    """For a body named without its region: the level its wording gives (县司法局 → 县), if any."""

    @property
    def wording(self) -> str:
        """Region and department as written."""
        return self.region + self.office

    @property
    def is_zone(self) -> bool:
        """Whether it is a zone without a government of its own (片区, 开发区, 管理区 …)."""
        return bool(_ZONE_NAME.search(self.region))


def title_bodies(title: str, gazetteer: Gazetteer) -> tuple[Body, ...]:
    """The bodies a report's title names before its year and subject."""
    match = _PHRASE.match(fold(title).strip())
    return bodies(match["body"], gazetteer) if match else ()


def bodies(wording: str, gazetteer: Gazetteer) -> tuple[Body, ...]:
    """All bodies a wording names, in order: 中共甲县委 甲县人民政府 names two."""
    folded = fold(wording).strip()
    pieces = [p for p in _SEPARATORS.split(folded) if p]
    if len(pieces) > 3 and all(len(p) <= 2 for p in pieces):
        pieces = ["".join(pieces)]
    return tuple(body for piece in pieces for body in _in_piece(piece, gazetteer))


def place_prefix(wording: str, gazetteer: Gazetteer) -> frozenset[str]:
    """The divisions a wording begins with, whatever follows (衡阳县委依法治县办 → 衡阳县)."""
    return gazetteer.read(bare(wording)).codes


def bare(wording: str) -> str:
    """A wording without white space, glyph variants and the 中共 before a committee's place."""
    return re.sub(r"\s+", "", fold(wording)).removeprefix("中共")


def unlisted_region(wording: str) -> str | None:
    """The name, without 县, 区, 市 …, of the county, district or city a wording begins with, asking no list
    (平川县乡镇之窗 → 平川); no zone and no common word (社区)."""
    match = _UNLISTED_REGION.match(wording)
    if match is None or _COMMON_REGION.search(match.group()) or _ZONE_NAME.search(match.group()):
        return None
    return match["stem"]


def _in_piece(piece: str, gazetteer: Gazetteer) -> Iterator[Body]:
    rest = piece
    while rest:
        is_party = rest.startswith("中共")
        rest = rest.removeprefix("中共").removeprefix("中国共产党")
        body, used = _first(rest, is_party, gazetteer)
        if body is None:
            return
        yield body
        rest = rest[used:]


def _first(wording: str, is_party: bool, gazetteer: Gazetteer) -> tuple[Body | None, int]:
    region, codes = _region(wording, gazetteer)
    after = wording[len(region) :]
    if not region:
        return _relative(wording)
    for kind, pattern in _kinds(is_party):
        match = pattern.match(after)
        if match and _ends_here(after[match.end() :], region, gazetteer):
            return Body(region, codes, kind), len(region) + match.end()
    office = _OFFICE.match(after)
    if office is not None:
        return Body(region, codes, "department", office.group()), len(wording)
    if not after:
        return Body(region, codes, "party" if is_party else "government", is_stated=False), len(wording)
    return None, 0


def _relative(wording: str) -> tuple[Body | None, int]:
    """A body named from within its region: 县司法局, 区政府, 司法局."""
    mark = _RELATIVE.match(wording)
    unit = mark.group()[-1] if mark else ""
    start = mark.end() if mark else 0
    government = _GOVERNMENT.match(wording, start) if unit else None
    if unit and (government.end() if government else start) == len(wording):
        return Body("", frozenset(), "government", relative=unit), len(wording)
    office = _OFFICE.match(wording, start)
    if office is None or (not unit and len(office.group()) < 3):
        return None, 0
    return Body("", frozenset(), "department", office.group(), relative=unit), len(wording)


def _kinds(is_party: bool) -> tuple[tuple[BodyKind, re.Pattern[str]], ...]:
    named: tuple[tuple[BodyKind, re.Pattern[str]], ...] = (
        ("subdistrict_office", _SUBDISTRICT),
        ("government", _GOVERNMENT),
        ("committee", _ZONE),
        ("party", _PARTY),
    )
    return (named[3], *named[:3]) if is_party else named


def _ends_here(rest: str, region: str, gazetteer: Gazetteer) -> bool:
    """Whether a body's name is over: nothing follows, or the next body begins."""
    if not rest or rest.startswith("中共"):
        return True
    following, codes = _region(rest, gazetteer)
    return bool(codes) or (bool(following) and region.endswith(following))


def _region(wording: str, gazetteer: Gazetteer) -> tuple[str, frozenset[str]]:
    """The region a wording begins with and what it may mean; an unlisted region has a wording only."""
    place = gazetteer.read(wording)
    if place.codes:
        beyond = _UNLISTED_TOWNSHIP.match(wording, place.length)
        if beyond is None:
            return wording[: place.length], place.codes
        return wording[: beyond.end()], frozenset()
    if _WITHIN.match(wording):
        return "", frozenset()
    for pattern in (_UNLISTED, _UNLISTED_WITH_OFFICE):
        match = pattern.match(wording)
        if match:
            return match.group(), frozenset()
    return "", frozenset()


def level_in_words(region: str) -> Level | None:
    """The level an unlisted region's last character tells; 市 can be either of two."""
    endings: tuple[tuple[str, Level], ...] = (
        ("镇乡街道木", "township"),
        ("县区旗", "county"),
        ("州盟", "prefecture"),
        ("省", "province"),
    )
    if region.endswith(("自治区",)):
        return "province"
    if region.endswith("地区"):
        return "prefecture"
    return next((level for chars, level in endings if region and region[-1] in chars), None)
