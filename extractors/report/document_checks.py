"""What the figures of one report say against each other, as issues the publisher owns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.codebook import load_codebook
from extractors.records import Fact, Issue
from extractors.report.relations import CURRENT

_TOLERANCE = 1.0
_IN_TIME = re.compile("按期|按时|及时|限时")
"""A rate of what was done in time is one of what was due, not of all."""
_PARTITIONS = (("ordinary_procedure_cases", "summary_procedure_cases"),)
"""Codes that together are all of their total (行政处罚法: 普通程序, 简易程序)."""
_RATES = (
    ("mediation_success_rate", "disputes_mediated_successfully", "disputes_mediated"),
    ("petition_closure_rate", "petitions_closed", "petitions"),
)
"""Rate = first count / second count, in per cent, when all stand in one stretch of text."""
_STRETCH = 120


def check(facts: Sequence[Fact]) -> tuple[Issue, ...]:
    """Contradictions inside one report; nothing is corrected."""
    found = [*_parts(facts), *_rates(facts), *_growth(facts), *_impossible(facts)]
    return tuple(sorted(found, key=lambda issue: (issue.start or 0, issue.kind)))


def _issue(kind: str, message: str, fact: Fact) -> Issue:
    return Issue(kind, "warning", "publisher", message, fact.start, fact.end)


def _parts(facts: Sequence[Fact]) -> Iterator[Issue]:
    by_total: dict[int, list[Fact]] = {}
    for fact in facts:
        if fact.part_of is not None:
            by_total.setdefault(fact.part_of, []).append(fact)
    for i, parts in by_total.items():
        total = facts[i]
        if total.bound != "exact" or any(part.bound != "exact" for part in parts):
            continue
        same = [part for part in parts if part.code == total.code and part.code is not None]
        members = next(
            (
                [part for part in parts if part.code in partition]
                for partition in _PARTITIONS
                if {part.code for part in parts} >= set(partition)
            ),
            same,
        )
        added = sum(part.value for part in members)
        exhaustive = len(members) > 1 and members is not same
        if len(members) > 1 and (added > total.value or (exhaustive and added != total.value)):
            shown = " + ".join(part.text for part in members)
            yield _issue("parts_do_not_add_up", f"分项 {shown} = {added:.15g}，总数 {total.text}", total)


def _near(facts: Sequence[Fact], code: str, rate: int) -> Fact | None:
    """The last exact figure of a code and the rate's period in the stretch before the rate."""
    for fact in (facts[j] for j in range(rate - 1, -1, -1)):
        if facts[rate].start - fact.start > _STRETCH:
            return None
        if fact.code == code and fact.period == facts[rate].period and fact.bound == "exact":
            return fact
    return None


def _rates(facts: Sequence[Fact]) -> Iterator[Issue]:
    for rate_code, count_code, whole_code in _RATES:
        for i, rate in enumerate(facts):
            if rate.code != rate_code or rate.bound != "exact":
                continue
            if _IN_TIME.search(rate.subject or ""):
                continue
            count, whole = _near(facts, count_code, i), _near(facts, whole_code, i)
            if count is None or whole is None or not whole.value:
                continue
            computed = 100 * count.value / whole.value
            if abs(computed - rate.value) > _TOLERANCE:
                said = f"{count.text}／{whole.text} = {computed:.1f}%，文中为 {rate.text}"
                yield _issue("rate_against_counts", said, rate)


def _growth(facts: Sequence[Fact]) -> Iterator[Issue]:
    for i, fact in enumerate(facts):
        if fact.growth is None or fact.bound != "exact" or fact.unit not in ("%", "百分点"):
            continue
        pair = _levels_before(facts, i)
        if pair is None:
            continue
        before, now = pair
        points = now.unit == "%"
        computed = now.value - before.value if points else 100 * (now.value - before.value) / before.value
        stated = abs(fact.value) if fact.growth == "increase" else -abs(fact.value)
        if points == (fact.unit == "百分点") and abs(computed - stated) > (0.11 if points else _TOLERANCE):
            yield _issue(
                "stated_growth_differs",
                f"文中 {fact.text}，由 {before.text} 到 {now.text} 为 {computed:.2f}",
                fact,
            )


def _levels_before(facts: Sequence[Fact], i: int) -> tuple[Fact, Fact] | None:
    """The level of the earlier year and of this one that stand just before a stated change."""
    near = [
        fact
        for fact in facts[max(0, i - 2) : i]
        if fact.growth is None and fact.code and fact.bound == "exact"
    ]
    if len(near) != 2 or near[0].code != near[1].code:
        return None
    before = next((fact for fact in near if fact.period == "prior_year" and fact.value), None)
    now = next((fact for fact in near if fact.period in CURRENT), None)
    return (before, now) if before and now else None


def _impossible(facts: Sequence[Fact]) -> Iterator[Issue]:
    codebook = load_codebook()
    for fact in facts:
        if fact.code and codebook[fact.code].unit == "%" and not 0 <= fact.value <= 100:
            yield _issue(
                "impossible_value", f"{codebook[fact.code].name_zh} {fact.text} 不在 0 与 100% 之间", fact
            )
        if fact.part_of is not None and fact.bound == "exact" and facts[fact.part_of].bound == "exact":
            total = facts[fact.part_of]
            if fact.value > total.value:
                yield _issue("part_exceeds_total", f"分项 {fact.text} 大于总数 {total.text}", fact)
