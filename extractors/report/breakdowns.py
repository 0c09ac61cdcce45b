"""Where a report tells what the cases of one matter are about (复议案件中，行政处罚30件、行政许可5件).

The names in such a list are the objects of the disputes, consultations or petitions: 30 penalties were fought over,
which says nothing of how many were imposed. Only the matter's own indicators keep their code there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from extractors.records import Fact
from extractors.report.drafting import OPEN
from extractors.report.lexicon import load_grammar

_OPENING = re.compile(
    "(?P<among>(?:案件|申请|事项|工单|诉求|争议|纠纷|咨询|总量|总数)[中里][，,：:])"
    "|(?P<by>[从按][^，,。；;：:\n]{0,20}[看分析计类][，,：:])"
    "|(?P<about>涉及(?!的?(?:金额|标的|资金|当事人|群众|人数|面积|款))|集中[在于])"
    "|(?P<listed>(?:前[一二三四五六七八九十0-9]+位|类型|事项|领域|案由|行为)[^，,。；;：:\n]{0,8}[：:])"
)
_SORTED = re.compile("类型|类别|类|事项|领域|内容|性质|原因|案由|种类|分布|结构|来源")
_CLAUSE_START = re.compile("[，,。；;：:\n]")
_SENTENCE_END = re.compile("[。\n]")
_PART_END = re.compile("[。；;\n]")
_REACH = 40
_LAST_FIGURES = 4
"""How many figures back the one may lie whose matter a list goes on with."""


@cache
def _matters() -> tuple[tuple[re.Pattern[str], frozenset[str]], ...]:
    return tuple((re.compile(one.words), frozenset(one.codes)) for one in load_grammar().breakdowns.values())


def without_codes_of_objects(text: str, facts: Sequence[Fact]) -> list[Fact]:
    """The facts; in a list of what the cases of a matter are about only its own indicators keep their code."""
    kept = list(facts)
    done = 0
    ends = {True: 0, False: 0}
    for opening in _OPENING.finditer(text):
        if opening["by"] and not _SORTED.search(opening["by"]):
            continue
        is_about = opening["about"] is not None
        # Inside a list of its kind it ends where that does, which is not looked through again.
        if opening.end() > ends[is_about]:
            ends[is_about] = _list_end(text, opening)
        while done < len(kept) and kept[done].start < opening.end():
            done += 1
        own = _own_codes(text, opening, kept[max(0, done - _LAST_FIGURES) : done])
        for i in range(done, len(kept)):
            if kept[i].start >= ends[is_about]:
                break
            code = kept[i].code
            if own and code and code not in own:
                kept[i] = replace(kept[i], code=None, rule=OPEN, confidence=None, unit=kept[i].unit_written)
    return kept


@cache
def _own_deed() -> re.Pattern[str]:
    """What ends the list before its sentence does: 全年, or a clause that begins with a deed (，办理法律援助12件)."""
    return re.compile(
        "[，,；;](?:全年|今年|本年|年内|同时|此外|另外|我[局镇乡街县市区]|累计|共|(?:并|已)?"
        f"(?:{load_grammar().verbs}))"
    )


def _list_end(text: str, opening: re.Match[str]) -> int:
    found = (_PART_END if opening["about"] else _SENTENCE_END).search(text, opening.end())
    end = found.start() if found else len(text)
    deed = _own_deed().search(text, opening.end(), end)
    return deed.start() if deed else end


def _own_codes(text: str, opening: re.Match[str], before: Sequence[Fact]) -> frozenset[str]:
    """The indicators of the matter the opening names, else of the last figure of its paragraph or sentence."""
    start = max(0, opening.start() - _REACH)
    clause = max((mark.end() for mark in _CLAUSE_START.finditer(text, start, opening.start())), default=start)
    said = text[clause : opening.end()]
    for words, codes in _matters():
        if words.search(said):
            return codes
    stops = "\n" if opening["by"] else "。\n"
    start = max(text.rfind(stop, 0, opening.start()) for stop in stops)
    last = next((fact for fact in reversed(before) if fact.code and fact.growth is None), None)
    if opening["among"] or last is None or last.start < start:
        return frozenset()
    return next((codes for _, codes in _matters() if last.code in codes), frozenset())
