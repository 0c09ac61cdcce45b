"""When a figure holds: this year, a date, since a start, several years, an earlier year, or a plan.

Rules (POLICY, layer 2): a flow is of the report year, a stock of a date; 累计 makes a stock cumulative,
not a flow; 近年来, 五年来 are several years; targets and requirements are plans wherever they stand.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from extractors.records import Bound, Part, Period
from extractors.report.lexicon import load_grammar

Kind = Literal["flow", "stock", "ratio"]

_YEAR = re.compile(
    r"(?<![\d—至-])(20\d{2})年(?!(?:\d{1,2}月)?(?:\d{1,2}日)?(?:起|至今|开始)|以前|之前|[^，。；]{0,16}以来)"
)
_ANY_YEAR = re.compile(r"20\d{2}")
_MONTHS = re.compile(
    r"(20\d{2})年(\d{1,2})月(?:\d{1,2}日)?(?:[至到~～－-]|—+)(20\d{2})年(\d{1,2})月(?:\d{1,2}日)?(?!\d)"
)
_CUTOFF = re.compile(
    r"(?:截[至止]到?|(?<!\d)1(?:月份?|月1日)?[-－—–~～至到]{1,2})(?:(20\d{2})年)?(\d{1,2})月(?:(\d{1,2})日)?"
)
"""截至11月30日; from January on: 1—11月."""
_QUARTERS = {"一季度": 3, "上半年": 6, "前三季度": 9}
_STRETCH = re.compile("(?<!第)(?:前三季度|一季度|上半年)(?!.*(?:全年|今年|本年|年内|下半年))")
_SINCE = re.compile(r"20\d{2}年(?:\d{1,2}月)?(?:以来|起|至今|开始)")
_AS_OF = re.compile("截[至止]|目前|现有")
_NOW = re.compile("目前|现有")
_OPENING_YEAR = re.compile(
    r"(?:回顾|在|截[至止]到?(?=.{2,5}[底末]))?[（(]?(?:(20\d{2})年|去年|上一?年)(?!初|同期|度?(?:结转|转入|遗留)|[^，。；]{0,16}(?:以来|至今|年(?![底末]))|[^，。；]{0,12}的)"
)
"""A sentence that opens with a year is all of it, as long as no other time is named."""
_OTHER_TIME = re.compile(r"20\d{2}年|今年|本年|当年|目前|现有|截[至止]|去年|上一?年|已")
_SUBJECT = re.compile("^(?:(?:20[0-9]{2}年)?(?:我[镇乡县市区局]|全[镇乡县市区局]|[一二三四五六七八九]是)?)")
_AHEAD = re.compile(
    r"(?:\d{4}年度?|下一?步|明年|今后|下一?年度?)(?:的?(?:主要|重点|法治建设))?(?:工作)?(?:安排|打算|计划|思路|要点)[：:]"
)
"""An opening that puts its whole sentence ahead."""
PLANNED = re.compile("^(?!.*(?:完成|落实|按|制定|执行|印发|编制|超)).*计划(?:数|为|是)?$")
"""年初计划|12次 (实际完成14次)."""
_ONCE = re.compile("[1１一](?![0-9０-９,，.十百])")
_DONE = re.compile("实际|完成|全年|今年|本年|已|截至|目前|现有|共")
_SAID_AFTER = re.compile(
    "(?:的|为|是)(?:年度)?(?:工作)?(?:目标|要求|任务|指标)|[^，。；◇]{0,6}(?:有望|预计|力争)"
)
"""6次的目标; 2个村|有望获评."""
_THIS_YEAR = re.compile("今年|本年|当年|年内|(?<![0-9去上]年)全年")
_LASTING = re.compile("连续.{1,3}年")
_TOTAL_OF_PLACE = re.compile(
    "全.?累计(?:上线|推出|落地|建有|有|达)?$|(?:全年|今年|年内|年度|20[0-9]{2}年)(?:以来)?累计"
)
_MONTH_ENDS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Scope(NamedTuple):
    """Where to look: `own` is the wording before the figure, `clause` what governs it, `figure` its text;
    `opening` is the first clause of the sentence, where it ends before the figure, `sentence` all of it up to there."""

    own: str
    clause: str
    after: str
    figure: str
    bound: Bound
    part: Part | None
    opening: str = ""
    sentence: str = ""


class When(NamedTuple):
    period: Period
    year: int | None = None
    as_of: date | None = None


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(str(getattr(load_grammar(), name)))


@cache
def _ahead_words() -> re.Pattern[str]:
    """What says that a figure is yet to be reached."""
    return re.compile(f"{load_grammar().plan}|{load_grammar().assurance}")


def when(scope: Scope, kind: Kind | None, report_year: int | None) -> When:
    """The period of a figure of `kind` (None: an open quantity) in a report on `report_year`."""
    following = None if report_year is None else report_year + 1
    if scope.part == "next_year_plan" or _is_target(scope):
        return When("plan", following)
    own, clause = (
        _MONTHS.sub(_end_year, words) if "月" in words else words for words in (scope.own, scope.clause)
    )
    named = _year_in(own) or _year_in(clause) or _opening_year(scope.sentence, report_year)
    lasting = kind == "ratio" and _LASTING.search(scope.clause)
    is_fresh = _THIS_YEAR.search(scope.own) is not None
    if (
        not is_fresh
        and _spans_years(clause, report_year)
        and not lasting
        and (named is None or named != report_year)
    ):
        told = scope.clause if kind == "stock" else scope.own
        is_total = "累计" in told and _SINCE.search(scope.clause)
        return When("cumulative" if is_total or (kind == "stock" and "以来" in told) else "multi_year")
    if (
        named is not None
        and report_year is not None
        and named != report_year
        and not is_fresh
        and not (_NOW if named < report_year else _AS_OF).search(scope.clause)
    ):
        return When("prior_year" if named < report_year else "plan", named)
    if _words("prior").search(scope.own) and not _words("compare").search(scope.own):
        return When("prior_year", None if report_year is None else report_year - 1)
    return When(_current(scope, kind), None, cutoff(scope.clause, report_year))


def _year_in(wording: str) -> int | None:
    years = [int(found[1]) for found in _YEAR.finditer(wording)]
    return years[-1] if years else None


def _opening_year(sentence: str, report_year: int | None) -> int | None:
    opening = _OPENING_YEAR.match(sentence)
    if opening is None or report_year is None or _OTHER_TIME.search(sentence, opening.end()):
        return None
    year = int(opening[1] or report_year - 1)
    return year if year < report_year else None


def _end_year(months: re.Match[str]) -> str:
    """Of twelve months from one year into the next (2023年12月至2024年11月) the year they end in; more are several."""
    first, begin, last, end = map(int, months.groups())
    return f"{last}年" if 0 <= 12 * (last - first) + end - begin < 12 else "近年来"


def _spans_years(clause: str, report_year: int | None) -> bool:
    """近年来, 2020年以来; in a report on 2024 the words 2024年以来 are that year alone, 2022—2024年 are not."""
    starts = (_ANY_YEAR.search(found[0]) for found in _words("multi_year").finditer(clause))
    return any(start is None or start[0] != str(report_year) for start in starts)


def _is_target(scope: Scope) -> bool:
    if _AHEAD.match(scope.opening):
        return True
    if _ahead_words().search(scope.own) or PLANNED.search(scope.own):
        return True
    if scope.figure and _words("due").search(scope.own):
        return True
    subject = _SUBJECT.match(scope.opening)
    said = scope.opening[subject.end() :] if subject else scope.opening
    if _words("plan").match(said) and not _DONE.search(scope.own):
        return True
    if _SAID_AFTER.match(scope.after) or _words("requirement_bound").search(scope.figure):
        return True
    if _words("occasion").search(scope.own) and not _ONCE.match(scope.figure):
        return False
    return bool(_words("requirement").search(scope.own)) and scope.part != "problems"


def _current(scope: Scope, kind: Kind | None) -> Period:
    if kind in ("flow", "ratio"):
        return "report_year"
    if "累计" in scope.own and not _TOTAL_OF_PLACE.search(scope.own):
        return "cumulative"
    if kind == "stock":
        fresh = _words("new").search(scope.own) or _words("new").search(scope.after)
        return "report_year" if fresh and not _AS_OF.search(scope.own) else "as_of_date"
    return "as_of_date" if _words("stock").search(scope.own) else "report_year"


def cutoff(clause: str, report_year: int | None) -> date | None:
    """The day the data stop (截至11月30日, 1—10月, 上半年), None when that is the year's end or the day is not said."""
    found = _CUTOFF.search(clause)
    stretch = None if found else _STRETCH.search(clause)
    year = int(found[1]) if found and found[1] else report_year
    month = int(found[2]) if found else _QUARTERS[stretch[0]] if stretch else 0
    if year is None or not 1 <= month <= 12:
        return None
    day = int(found[3]) if found and found[3] else _MONTH_ENDS[month - 1]
    if not 1 <= day <= _MONTH_ENDS[month - 1] or (month, day) == (12, 31):
        return None
    return date(year, month, day)
