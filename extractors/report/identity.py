"""What a document is: the kind of report, the year it is about, the day it was signed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, field_validator

from extractors.glyphs import fold
from extractors.records import Document, Issue, ReportKind, SourceHint
from extractors.report.sentences import lines
from extractors.report.signature import find_signature
from extractors.report.structure import Outline

_CN_DIGIT = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys("〇○ＯO", "0")
_YEAR = re.compile(
    r"(?<![\d.])(?P<year>[2２]\s?[0０]\s?[0-9０-９]\s?[0-9０-９]|二[〇○零ＯO][〇○零ＯO一二三四五六七八九]{2})"
    r"\s*(?P<unit>年度?|度|(?=\s*(?:法治|依法|全面依法|政府信息|行政执法)))"
)
_RANGE = re.compile(
    r"[2２][0０]\d\d\s*年?\s*(?:[-－—–~～]+|至|到)\s*[2２][0０]\d\d\s*年?|[（(]20\d\d年\d{1,2}月\d{1,2}日[）)]"
)
_FULL_DATE = re.compile(r"\s*\d{1,2}\s*月")
_SUBJECT = re.compile(r"法治|依法行政|依法治|信息公开|政务公开|行政执法|网站")
_PLAN = re.compile(r"思路|计划|安排|打算|要点|重点任务|规划|下一步|展望")
_REPORT_LINE = re.compile(r"报告|总结|情况|年报|汇报")
_NO_TITLE = re.compile(
    r"[>|｜›»→。]|(?:当前|您的|所在)位置|首页|^[（(]|(?:来源|日期|时间|索引号|文号|作者|摘要)\s*[:：]"
)
_MENU_ITEM = re.compile(r"^(?:政府)?信息公开(?:目录|指南|年报)?$|^政务公开$|主动公开|网站?$|^法治政府建设$")
_CONTINUES = re.compile(r"关于|(?:20\d\d|二[〇○零]..)\s*年|(?:全面)?(?:法治|依法)|年度|(?:工作|情况)")
_FIRST_HEADING = re.compile(r"[一二三四五六七八九十]{1,2}、|[（(]一[）)]")
_LONGEST_TITLE = 70
_OPENS = re.compile(r"[，,].{4,}[。：:]?$", re.DOTALL)
_CUTOFF = re.compile(
    r"(?:截至|截止至?到?|统计(?:期限|时间|区间|口径)?[^。；]{0,24}?至)\s*(?:(?P<year>20\d\d)\s*年)?\s*"
    r"(?P<month>\d{1,2})\s*月(?:\s*(?P<day>\d{1,2})\s*日|底|末)?"
)
_ABOUT_DATA = re.compile(r"数据|统计期|统计时间|统计截")
_LEAD_LINES = 24

Source = Literal[
    "title", "listed title", "title in the text", "opening", "achievements heading", "plan heading"
]


class KindRule(BaseModel):
    """One line of kinds.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ReportKind
    title: re.Pattern[str]

    @field_validator("title", mode="before")
    @classmethod
    def _folded(cls, value: object) -> object:
        return re.sub(r"\s+", "", value) if isinstance(value, str) else value


@cache
def _kind_rules() -> tuple[KindRule, ...]:
    source = files("extractors.report").joinpath("kinds.yml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[KindRule, ...]).validate_python(yaml.safe_load(source))


def report_kind(title: str | None, text: str) -> ReportKind:
    """The kind a title names, else the one the title printed in the text names, else "unknown"."""
    for candidate in (title or "", *title_lines(text)):
        kind = _kind_of(re.sub(r"\s+", "", fold(candidate)))
        if kind is not None:
            return kind
    return "unknown"


def _kind_of(title: str) -> ReportKind | None:
    return next((rule.kind for rule in _kind_rules() if rule.title.search(title)), None)


@lru_cache(maxsize=1)
def title_lines(text: str) -> tuple[str, ...]:
    """Lines above the first heading that can be a title; one broken over two or three lines is joined.

    The last answer is kept.
    """
    head: list[str] = []
    for row in lines(text)[:_LEAD_LINES]:
        content = text[row.start : row.end]
        if _FIRST_HEADING.match(content):
            break
        head.append("" if _is_chrome(content) else content)
    whole = [line for line in head if _is_title(line) and not _CONTINUES.match(line)]
    broken = [
        "".join(head[i : i + n])
        for n in (2, 3)
        for i in range(len(head) - n + 1)
        if all(head[i : i + n]) and _CONTINUES.match(head[i + n - 1]) and _is_title("".join(head[i : i + n]))
    ]
    return tuple(dict.fromkeys(whole + broken))


def is_menu(line: str) -> bool:
    """Whether a line, or what passes for a title, is a row of menu items (政府信息公开 政务公开 …)."""
    pieces = line.split()
    return len(pieces) > 1 and any(_MENU_ITEM.search(piece) for piece in pieces)


def _is_chrome(line: str) -> bool:
    """Whether a line is navigation or data about the page rather than a title."""
    return is_menu(line) or len(line) > _LONGEST_TITLE or _NO_TITLE.search(line) is not None


def _is_title(line: str) -> bool:
    folded = fold(line)
    return bool(_SUBJECT.search(folded) and _REPORT_LINE.search(folded))


def signed_on(text: str) -> date | None:
    """The date under the signature, Arabic or Chinese numerals; None when it is missing or has no day."""
    signature = find_signature(text)
    return signature.signed_on if signature else None


@dataclass(frozen=True, slots=True)
class _YearEvidence:
    year: int
    source: Source
    start: int | None = None
    end: int | None = None


def report_year(
    document: Document, outline: Outline, hint: SourceHint | None = None
) -> tuple[int | None, tuple[Issue, ...]]:
    """The year a report is about, and what contradicts it.

    Titles decide (the page's, the source list's, the one printed in the text); a title without a year leaves
    it to the opening and the headings, where the plan is for the year after. Contradictions are issues. None
    when titles contradict each other and the text does not settle it, when everything in the text is against
    the title, or when there is no evidence: a publication date is none.
    """
    named = tuple(_title_evidence(document, hint))
    body = tuple(_body_evidence(document.text, outline))
    year, issues = _decide(named, body)
    if year is None and not issues:
        issues = (
            _issue("report_year_unknown", "neither title nor text says which year the report is about"),
        )
    if year is not None:
        issues += tuple(_plan_issues(document.text, outline, year))
        issues += tuple(_date_issues(document, year))
    return year, issues


def _decide(
    named: tuple[_YearEvidence, ...], body: tuple[_YearEvidence, ...]
) -> tuple[int | None, tuple[Issue, ...]]:
    titled = {e.year for e in named}
    told = {e.year for e in body}
    against = tuple(e for e in body if e.year not in titled)
    if len(titled) == 1:
        if len(told) == 1 and len(against) > 1:
            return None, tuple(_conflict(e, titled) for e in against)
        return next(iter(titled)), tuple(_conflict(e, titled) for e in against if e.source != "plan heading")
    if len(titled) > 1:
        settled = titled & told
        issues = tuple(_conflict(e, titled - {e.year}) for e in named)
        return (next(iter(settled)) if len(settled) == 1 else None), issues
    if len(told) == 1:
        return next(iter(told)), ()
    return None, tuple(_conflict(e, told - {e.year}) for e in body)


def _conflict(evidence: _YearEvidence, others: Iterable[int]) -> Issue:
    against = ", ".join(str(y) for y in sorted(others))
    message = f"{evidence.source} says {evidence.year}, other evidence {against}"
    return _issue("report_year_conflict", message, evidence.start, evidence.end)


def _issue(kind: str, message: str, start: int | None = None, end: int | None = None) -> Issue:
    return Issue(kind, "warning", "publisher", message, start, end)


def _title_evidence(document: Document, hint: SourceHint | None) -> Iterator[_YearEvidence]:
    listed = hint.listed_title if hint else None
    sources: list[tuple[str | None, Source]] = [(document.title, "title"), (listed, "listed title")]
    for title, source in sources:
        year = title_year(title) if title and not is_menu(title) else None
        if year is not None:
            yield _YearEvidence(year, source)
    for line in title_lines(document.text):
        year = title_year(line)
        if year is not None:
            yield _YearEvidence(year, "title in the text")
            return


def title_year(title: str) -> int | None:
    """The year a title's report is about: the one said of its subject, never a plan's, a range's or a date's.

    None when the title has no year or leaves it open.
    """
    masked = _RANGE.sub(lambda m: "～" * len(m.group()), fold(title))
    found = [m for m in _YEAR.finditer(masked) if not _FULL_DATE.match(masked, m.end())]
    ends = {a.start(): b.start() for a, b in pairwise(found)}
    past = [m for m in found if not _is_plan(masked[m.end() : ends.get(m.start())])]
    years = {_number(m["year"]) for m in past}
    if len(years) > 1:
        subject = _SUBJECT.search(masked)
        before = [m for m in past if subject and m.end() <= subject.start()]
        years = {_number(before[-1]["year"])} if before else years
    return next(iter(years)) if len(years) == 1 else None


def _is_plan(following: str) -> bool:
    plan, report = _PLAN.search(following), _REPORT_LINE.search(following)
    return plan is not None and (report is None or plan.start() < report.start())


def _number(written: str) -> int:
    return int("".join(_CN_DIGIT.get(c, c) for c in written if not c.isspace()))


def _years(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    ranges = [m.span() for m in _RANGE.finditer(text, start, end)]
    for match in _YEAR.finditer(text, start, end):
        if match["unit"] and not any(a <= match.start() < b for a, b in ranges):
            yield match


def _body_evidence(text: str, outline: Outline) -> Iterator[_YearEvidence]:
    opening = _opening(text, outline)
    if opening is not None:
        yield opening
    done, plan = outline.part_spans.get("achievements"), outline.part_spans.get("next_year_plan")
    if done is not None:
        for match in _years(text, done.start, done.heading_end):
            yield _YearEvidence(_number(match["year"]), "achievements heading", match.start(), match.end())
    if plan is not None:
        for match in _years(text, plan.start, plan.heading_end):
            yield _YearEvidence(_number(match["year"]) - 1, "plan heading", match.start(), match.end())


def _opening(text: str, outline: Outline) -> _YearEvidence | None:
    """The year that begins the first prose: 2024年，… 2024年以来，… 2024年是…"""
    first = min((s.start for s in outline.sections), default=outline.body_end)
    for sentence in outline.sentences:
        content = text[sentence.start : sentence.end]
        if sentence.start >= first or not _OPENS.search(content):
            continue
        match = next(_years(text, sentence.start, sentence.end), None)
        if match is not None and match.start() - sentence.start <= 30:
            return _YearEvidence(_number(match["year"]), "opening", match.start(), match.end())
    return None


def _plan_issues(text: str, outline: Outline, year: int) -> Iterator[Issue]:
    plan = outline.part_spans.get("next_year_plan")
    for match in _years(text, plan.start, plan.heading_end) if plan else ():
        named = _number(match["year"])
        if named != year + 1:
            message = f"the plan of the {year} report is headed {named}"
            yield _issue("plan_year_wrong", message, match.start(), match.end())


def _date_issues(document: Document, year: int) -> Iterator[Issue]:
    claims = {
        "published_on": document.published_on,
        "written_on": document.written_on,
        "signed_on": document.signed_on or signed_on(document.text),
    }
    for name, day in claims.items():
        if day is not None and day.year < year:
            yield _issue("date_before_report_year", f"{name} {day} lies before the report year {year}")


def data_cutoff(text: str, outline: Outline, year: int | None) -> date | None:
    """Where a report's data as a whole stop before the year's end, or None.

    The report says so of its data or statistics, in its opening, or by giving the same 截至 date twice; a
    month without a day means its last day.
    """
    if year is None:
        return None
    first = min((s.start for s in outline.sections), default=0)
    told: list[date] = []
    for sentence in outline.sentences:
        for match in _CUTOFF.finditer(text, sentence.start, sentence.end):
            day = _cutoff_day(match, year)
            if day is None or day >= date(year, 12, 31):
                continue
            general = _ABOUT_DATA.search(text, sentence.start, sentence.end) is not None
            if general or sentence.start < first or day in told:
                return day
            told.append(day)
    return None


def _cutoff_day(match: re.Match[str], year: int) -> date | None:
    month = int(match["month"])
    if (match["year"] and int(match["year"]) != year) or not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    day = int(match["day"]) if match["day"] else last
    return date(year, month, day) if 1 <= day <= last else None
