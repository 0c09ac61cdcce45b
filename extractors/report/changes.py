"""Stated changes (同比增长9.8%, 较上年减少2名): figures that are never a level.

And the levels of an earlier year beside this one's (上年13件; 由42项精简为35项).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from extractors.report.lexicon import load_grammar
from extractors.report.wording import Phrase, Window

Growth = Literal["increase", "decrease"]

_EARLIER = re.compile(
    r"(?:[较比与由从（]|连同)?(?:上年同期|去年同期|上一?年度?|去年|[年期]初|(20\d{2})年(?:同期|底|末)?)(?:的|为|是)?[：:]?"
)


_ASIDE = re.compile(
    r"[较比与](?:上年同期|去年同期|上一?年度?|去年|(20\d{2})年(?:同期|底|末)?)(?:的|相比)?（?$"
)
_ACTORS = "员|人|组织|委|室|站|点|平台|队|力|次|频|班|场|率|中心|机构|小组"
"""What a verb makes a noun of (调解组织, 检查频次)."""
_LEADS = re.compile("[，,]?(?:降|减|增|升|增加|提高|上升|下降)?(?:至|到|为|达到?)")


@cache
def _compare() -> re.Pattern[str]:
    return re.compile(load_grammar().compare)


@cache
def _object() -> re.Pattern[str]:
    """减少信访|12件, 增加调解员|3名: by how much something changed, its name between verb and figure. A deed with an
    object of its own in between is none (减少诉累调解纠纷|86件)."""
    deed = f"(?<![少低减加了])(?:{load_grammar().verbs})(?!{_ACTORS})[^，。；、◇]{{2}}"
    return re.compile(
        "(?:减少|降低|压减|缩减|裁减|(?<!新)增加)了?(?![至到为])"
        f"(?:(?!共|累计|全年|今年|{deed})[^，。；、◇]){{1,12}}(?<![至到为达])$"
    )


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    grammar = load_grammar()
    up, down = grammar.increase, grammar.decrease
    longer = "|".join(word for word in f"{up}|{down}".split("|") if len(word) > 1)
    ends = re.compile(
        f"(?:(?<!新)(?:{longer})(?:率|幅度?)?(?:了|约|近|达|超过?)?"
        f"|(?:增幅|降幅|减幅|增速|增长率|下降率)(?:为|达到?|约)?|再[降增压减少]+)$"
    )
    compared = re.compile(f"(?:{grammar.compare})[^，。；]*?(?<!新)(?:{up}|{down})(?!至|到|为|达)")
    turned = re.compile(
        f"^(?:[^，。；,;◇]{{0,3}}|[，,](?:今年|本年度?|20\\d{{2}}年))(?:{up}|{down}|{grammar.reshape})[^，。；,;◇]{{0,2}}(?:到|至|为|成)(?:今年|本年度?|目前|现在|年[底末])?的?$"
    )
    return ends, compared, turned, re.compile(up), re.compile(down)


def growth_of(window: Window, unit: str | None, value: float) -> Growth | None:
    """Which way a figure says something changed, None when the figure is a level."""
    ends, compared, _, up, down = _patterns()
    wording = window.before.text
    is_change = ends.search(wording) or compared.search(wording) or _object().search(wording)
    if not is_change and unit not in load_grammar().growth_units:
        return None
    rises = [found.start() for found in up.finditer(wording)]
    falls = [found.start() for found in down.finditer(wording)]
    if not rises and not falls:
        return "increase" if value >= 0 else "decrease"
    return "decrease" if max(falls, default=-1) > max(rises, default=-1) else "increase"


def earlier_year(window: Window, report_year: int | None) -> int | None:
    """The earlier year a figure is of (上年13件; 复议案件较上年（13件）), None when its wording does not say one."""
    wording = window.before.text
    found = _EARLIER.fullmatch(wording.lstrip("（")) or _ASIDE.search(wording)
    if found is None or report_year is None:
        return None
    year = int(found[1]) if found[1] else report_year - 1
    return year if year < report_year else None


def names_only_year(window: Window) -> bool:
    """Whether the wording of a figure is an earlier year and nothing else (上年13件)."""
    return _EARLIER.fullmatch(window.before.text.lstrip("（")) is not None


def is_turned(between: str) -> bool:
    """Whether the wording between two figures leads from an old level to a new one (由42项精简为35项)."""
    return bool(_patterns()[2].match(between))


def leads(between: str) -> bool:
    """Whether the wording behind a change leads on to the level that came of it (至, ，为)."""
    return _LEADS.fullmatch(between) is not None


def level_behind(change: Window, between: str) -> Phrase | None:
    """What a level counts that a change leads to (处罚案件同比下降12%至|46件), None where it does not."""
    if not leads(between):
        return None
    _, _, _, up, down = _patterns()
    wording = change.before.text
    words = [*_compare().finditer(wording), *up.finditer(wording), *down.finditer(wording)]
    end = min((found.start() for found in words), default=0)
    return change.before[:end] if end else None


def says_only_change(wording: str) -> bool:
    """Whether a wording compares and says which way, and names nothing that could be what changed."""
    return bool(_only_change().fullmatch(wording))


@cache
def _only_change() -> re.Pattern[str]:
    grammar = load_grammar()
    return re.compile(
        rf"[，,、（( ]?(?:(?:{grammar.compare}|{grammar.prior}|\d{{4}}年)(?:同期|度|年)?(?:相比)?[，,]?)?"
        rf"(?:分别|又|再|还|各)?(?:{grammar.increase}|{grammar.decrease})(?:率|幅度?)?(?:了|约|近|达|为|超过?)*"
    )
