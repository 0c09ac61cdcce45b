"""What looks like a quantity and is none: dates, ordinals, codes, list heads, meetings, names and slogans.

Patterns of the language stand here; single words stand in not_quantities.yml.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from extractors.organisation.gazetteer import division_names
from extractors.report.quantity_grammar import BLANKS, DIGIT, NUMERAL, latin_unit, read_unit
from extractors.report.quantity_words import not_quantities

_B = BLANKS
_ONE = "[一二两三四五六七八九十]"
_TO = rf"{_B}(?:[-－−–—―~～至到、和及与或]|——|--){_B}"
_SERIES = rf"{NUMERAL}(?:{_TO}第?{_B}{NUMERAL}){{0,12}}"
_LIST_START = r"(?:(?<=[\n\t。；;：:（(])|(?<=[\n。；][ \u3000])|(?<![\s\S]))"

_HAN = "[一二两三四五六七八九十百千万亿兆廿卅余多几零]"
_PATTERNS = (
    # 2025-03-05, 2024.1.5, 2023/04/05 15:02:33
    rf"{DIGIT}{{4}}{_B}[-/.．年]{_B}{DIGIT}{{1,2}}{_B}[-/.．月]{_B}{DIGIT}{{1,2}}(?!{DIGIT})"
    rf"(?:{_B}日)?(?:{_B}{DIGIT}{{1,2}}[:：]{DIGIT}{{2}}(?:[:：]{DIGIT}{{2}})?)?",
    # 15:02, 1∶3
    rf"{DIGIT}+[:：∶]{DIGIT}+(?:[:：]{DIGIT}+)?",
    # 2021—2025, and with the dash lost before 年 (20212025年)
    rf"(?:19|20){DIGIT}{{2}}{_B}[-－–—―~～至到]{{1,2}}{_B}(?:19|20){DIGIT}{{2}}(?!{DIGIT})(?:{_B}年度?)?",
    # （二期）, 项目三期, 二期, （二次）: phases and rounds of a project, but 培训班二期 and （两次）
    r"(?<=[（(])[一二三四五六七八九十][期次](?=[)）])",
    r"(?:(?<=项目)|(?<=工程))[一二三四五六七八九十]期",
    "(?<![班训课堂座刊报])二期",
    # 3比1, and what a rate is per: 5例/10万人
    rf"{NUMERAL}{_B}比{_B}{NUMERAL}",
    r"(?<=[\u4e00-\u9fff][/／])[1一]?0{0,2}[百千万]{1,2}(?=[人户名])",
    # 2019.07—2023.11
    rf"(?:19|20){DIGIT}{{2}}[.．]{DIGIT}{{1,2}}{_B}[-－−–—―~～至到]{{1,2}}{_B}(?:19|20){DIGIT}{{2}}[.．]{DIGIT}{{1,2}}(?!{DIGIT})",
    # 二十届三中、四中全会, 区十五届人大三次会议
    rf"{NUMERAL}届[^，。；\n]{{0,14}}?{NUMERAL}次(?:、{NUMERAL}次){{0,12}}(?:全会|全体会议|会议|代表大会|党代会)",
    rf"{NUMERAL}次(?:、{NUMERAL}次){{0,12}}(?:全会|全委会|党代会)",
    # 10月15日, 十月十五日
    rf"{NUMERAL}{_B}月份?{_B}{NUMERAL}{_B}[日号]",
    # 2024年, 三年, 10月, 1至11月, 一季度, 12号, 九十年代, 三级, 五届, 10时
    rf"{NUMERAL}[余多几]?(?:{_B}[年月日]?(?:[-－–—―~～至到、和及与]|——){_B}{NUMERAL}){{0,12}}"
    rf"{_B}(?:年[度初末底内]?|多年|月份?|世纪|季度|号|等奖|级|届|版|时(?=[0-9至许起前后整，。、—-])(?:{NUMERAL}分)?|点(?=[钟整半许]|{DIGIT}))",
    # 三个多月: how much more is anybody's guess; 两个半天, 三个半学时: two halves or two and a half
    rf"{NUMERAL}个(?:多(?:月|小时|星期|季度)|半(?=[\u4e00-\u9fff]))",
    # （2024）, 〔2024〕15号 is caught by 号
    rf"(?<=[〔\[（(【]){DIGIT}{{4}}(?=[〕\]）)】])",
    # letters beside digits: GB2312, 5G, 20xx, A4
    rf"(?<=[A-Za-z＊*]){DIGIT}[0-9A-Za-z./-]*",
    rf"{DIGIT}+(?=[A-Za-z＊*])(?!{latin_unit()})[0-9A-Za-z＊*./-]*",
    # 6+1, 1+5+N, 7×24小时
    rf"{DIGIT}+(?:{_B}[+＋×xX*]{_B}(?:{DIGIT}+(?!{_B}[个项件名家人条])|[NnXx])(?:小时)?)+",
    # 3·15, 12·4, 1/3 is no date
    rf"{DIGIT}{{1,2}}[·•‧・]{DIGIT}{{1,2}}",
    # three and more groups: telephone numbers, catalogue codes
    rf"{DIGIT}+(?:[-/]{DIGIT}+){{2,}}",
    # 1. 2． 3、 4) at the start of a line or clause; 1.2024年 and 2.3名 are heads too
    rf"{_LIST_START}{DIGIT}{{1,2}}(?:[.．]{_B}(?!{DIGIT})|、|[)）])",
    rf"{_LIST_START}{DIGIT}{{1,2}}[.．](?={DIGIT}{{4}}{_B}年)",
    # 一村一法律顾问, 一月一主题, 四门四访; 一村(社区)一法律顾问
    # the two numerals stand alone: 三十三人, 一千一百八十名 are counts
    rf"(?<!{_HAN})(?P<same>{_HAN})(?!次|件|例|宗|分|点)"
    rf"(?:(?!{_HAN})[\u4e00-\u9fff]){{1,2}}(?:[（(][^（()）]{{1,8}}[)）])?(?P=same)(?!{_HAN})[\u4e00-\u9fff]",
    # 三个一批, 五个一, 3个100%
    rf"(?:{_ONE}|{DIGIT})个(?=一[^个名件起例场次项条家]|{DIGIT})",
    # the circle of 15 minutes
    rf"{NUMERAL}(?:分钟|小时|公里)(?=[\u4e00-\u9fff]{{0,12}}圈)",
)
_ANY = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
_ORDINAL = re.compile(rf"第{_B}$")
_SERIES_AT = re.compile(_SERIES)
_RANK = re.compile(rf"{NUMERAL}{_B}(?:名|位|强|列|(?=[，。；、]))")
_RANK_BEFORE = re.compile(r"(?<![目之以日年会庭岗任事诉超提生此当月面跟房门考训节午天职战赛产婚案])前$")
_VIEWED = re.compile(rf"(?:浏览|阅读|点击|访问|查看)(?:量|数|次数)?[:：]{_B}$")
_LINE_REACH = 200
_PRINTED = re.compile("(?:来源|时间|日期|作者|编辑|机构)[:：]")
_HEAD_WITH_COUNT = re.compile(rf"{_LIST_START}(?P<head>{DIGIT}{{1,2}}[.．])[1-9１-９]{DIGIT}*")
_QUOTED = re.compile(
    r"(?P<address>(?:https?://|www[.])[!-~]+)|“[^“”\n]*”|‘[^‘’\n]*’|「[^」\n]*」|『[^』\n]*』|\"[^\"\n]*\"|《[^《》\n]{1,60}》|【[^【】\n]*】"
)
_LABEL_LENGTH = 10
_NUMERAL = re.compile(NUMERAL)
_OF_A_LEVEL = {*"镇村级办属直管中小学干领贤土"}
"""Behind 五家乡 and 三所镇 these tell that they are no names: 五家乡|镇企业, 三所镇|中小学."""
_NAMED = re.compile(
    "[^，。；：,;:]{1,18}(?:站|圈|中心|平台|机制|模式|工程|大厅|专区|窗口|驿站|超市|品牌|工作法)"
)


class _Listed(NamedTuple):
    """A word that counts nothing, cut before its first numeral: what stands `before` it and the `rest`."""

    before: str
    rest: str
    may_count: bool = False
    """Whether behind it nothing of a level may follow (五家乡|镇企业)."""


@cache
def _words_by_numeral() -> dict[str, tuple[_Listed, ...]]:
    """Listed words, and the divisions named as if they counted (三门县, 五间房镇), by their first numeral character and
    the next, if any; the longest first."""
    found: dict[str, list[_Listed]] = {}
    for word in not_quantities().words:
        at = next(i for i, char in enumerate(word) if char in ANCHORS)
        found.setdefault(word[at : at + 2], []).append(_Listed(word[:at], word[at:]))
    for name in division_names():
        numeral = _NUMERAL.search(name)
        unit = read_unit(name, numeral.end()) if numeral is not None else None
        if numeral is not None and unit is not None:
            at, may_count = numeral.start(), unit.end + 1 == len(name)
            found.setdefault(name[at : at + 2], []).append(_Listed(name[:at], name[at:], may_count))
    return {start: tuple(sorted(rest, key=lambda listed: -len(listed.rest))) for start, rest in found.items()}


ANCHORS = "0123456789０１２３４５６７８９零〇一二两三四五六七八九十百千万亿廿卅半壹贰貳叁叄參肆伍陆陸柒捌玖拾"


def skip_end(text: str, pos: int) -> int | None:
    """Where a wording that is no quantity ends, when one starts at `pos`; None when none does."""
    listed = _listed_end(text, pos)
    if listed is not None:
        return listed
    before = text[max(0, pos - 6) : pos]
    if "第" in before and _ORDINAL.search(before):
        series = _SERIES_AT.match(text, pos)
        return series.end() if series else pos + 1
    if "前" in before and _RANK_BEFORE.search(before):
        rank = _RANK.match(text, pos)
        if rank:
            return rank.end()
    if ":" in before or "：" in before:
        viewed = _SERIES_AT.match(text, pos) if _is_page_counter(text, pos, before) else None
        if viewed:
            return viewed.end()
    head = _HEAD_WITH_COUNT.match(text, pos)
    if head:
        unit = read_unit(text, head.end())
        if unit and unit.entry.kind == "count":
            return head.end("head")
    match = _ANY.match(text, pos)
    return max(match.end(), pos + 1) if match else None


def _is_page_counter(text: str, pos: int, before: str) -> bool:
    """Whether a page says there how often it was read (来源：…　阅读：58次), in the line of its source and date."""
    if not _VIEWED.search(before):
        return False
    reach = max(0, pos - _LINE_REACH)
    return _PRINTED.search(text[reach:pos].rpartition("\n")[2]) is not None


def _listed_end(text: str, pos: int) -> int | None:
    for length in (2, 1):
        for before, rest, may_count in _words_by_numeral().get(text[pos : pos + length], ()):
            if text.startswith(rest, pos) and text.endswith(before, 0, pos):
                end = pos + len(rest)
                if not (may_count and text[end : end + 1] in _OF_A_LEVEL):
                    return end
    return None


def label_spans(text: str) -> list[tuple[int, int]]:
    """Titles in 《》, short quoted labels, names and web addresses: their numerals count nothing (“3个100%”, “6+1”)."""
    spans = []
    for match in _QUOTED.finditer(text):
        inner = match.end() - match.start() - 2
        if (
            match["address"]
            or match[0][0] in "《"
            or inner <= _LABEL_LENGTH
            or _NAMED.fullmatch(match[0][1:-1])
        ):
            spans.append((match.start(), match.end()))
    return spans
