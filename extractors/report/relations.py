"""How the facts of one report hang together: parts, repeats, and the headline of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from extractors.codebook import load_codebook
from extractors.records import Fact
from extractors.report.changes import says_only_change
from extractors.report.drafting import OPEN
from extractors.report.table_rows import Cell

_GENERAL = re.compile("各类|各种|各项|各级|(?<!公)共(?!同|享|建|产|青)|累计|合计|总|全年|全[县市区镇乡省街]")
_PART_CUE = re.compile("其中")
_PART_CUE_ALONE = re.compile("其中[，,：:]")
_PART_ENDS = re.compile("[；;。\n]")
_SENTENCE_END = re.compile("[。\n]")
_OPENING, _CLOSING = re.compile("[（(]"), re.compile("[）)]")
_SAME_CLAUSE = re.compile("[、，,]?[^，,。；]*")
_REVIEW = re.compile("复议|诉讼")
_OUTCOME = re.compile(
    "审结|办结|结案|采纳|受理|通过|完成|整改|答复|结转|退出|成功|纠错|和解|胜诉|败诉|出庭|在办|未结|其余|剩余|另外"
    "|判决|化解|调处|调结"
)
_OF_REVIEW = re.compile("维持|驳回|撤销|撤回")
_AFTER_CLEANING = re.compile("废止|修改|失效|继续有效|保留")
_NEW_DEED = re.compile("出具|提供|制发|发放|开展|组织|召开|举办|培训")
"""What begins a clause of its own behind a list of parts."""
_SHORT = 7
"""An outcome without a subject of its own is told in a few characters (已办结, 直接纠错)."""
_OBJECTS = re.compile("[件项份个宗起例](?:次)?")
_MATTERS = frozenset(
    {
        "legality_reviews",
        "legal_opinions",
        "legislative_suggestions",
        "power_list_items",
        "township_duty_items",
        "case_file_reviews",
        "reconsideration_cases",
        "litigation_cases",
        "disclosure_requests",
        "legal_consultations",
        "information_disclosed",
        "new_media_posts",
        "online_publicity_items",
        "hotline_tickets",
        "legal_aid_cases",
        "procuratorial_suggestions",
    }
)
"""Counted by what they concern: a part (其中行政处罚21件) names a matter and does not count it."""
_OWN = frozenset(
    {
        ("legality_reviews", "contract_reviews"),
        ("information_disclosed", "new_media_posts"),
        ("information_disclosed", "policy_interpretations"),
        ("new_media_posts", "policy_interpretations"),
        ("new_media_posts", "online_publicity_items"),
        ("online_publicity_items", "new_media_posts"),
        ("online_publicity_items", "policy_interpretations"),
    }
)
"""What is named has an indicator of its own that counts the same (审查42件，其中合同28份; 公开140条，其中解读9条)."""
_ACTION = re.compile(
    "纠错|纠正|撤销|变更|确认违法|责令|调解|和解|化解|败诉|出庭|审查|审核|评查|答复|办结|撤回|一审|二审|收回|履职|普通程序|简易程序"
)

CURRENT = frozenset({"report_year", "as_of_date", "cumulative"})


class Note(NamedTuple):
    """What was seen around a fact: the wording since the last figure or comma, how it was found, its cell."""

    before: str
    between: str
    tier: str
    cell: Cell | None = None


def relate(facts: Sequence[Fact], notes: Sequence[Note]) -> tuple[Fact, ...]:
    """The facts with `part_of`, `repeats`, `is_headline` and `change_of` set. `notes[i]` belongs to `facts[i]`."""
    parted = _without_matters(_with_parts(list(facts), notes), notes)
    return tuple(_with_changes(_with_headlines(_with_repeats(parted, notes), notes), notes))


def _without_matters(facts: list[Fact], notes: Sequence[Note]) -> list[Fact]:
    """Without the codes of parts that only name what their total is about."""
    return [
        replace(fact, code=None, rule=OPEN, confidence=None, unit=fact.unit_written)
        if fact.code is not None
        and fact.part_of is not None
        and facts[fact.part_of].code in _MATTERS - {fact.code}
        and (facts[fact.part_of].code, fact.code) not in _OWN
        and not _ACTION.search(f"{notes[i].before}{fact.subject or ''}")
        else fact
        for i, fact in enumerate(facts)
    ]


def _comparable(one: Fact, other: Fact) -> bool:
    return (one.unit_written or one.unit) == (other.unit_written or other.unit) or (
        one.code is not None and one.code == other.code
    )


def _with_parts(facts: list[Fact], notes: Sequence[Note]) -> list[Fact]:
    total: int | None = None
    anchor: int | None = None
    outcome: int | None = None
    cell_totals = _cell_totals(notes)
    for i, fact in enumerate(facts):
        note = notes[i]
        if note.cell is not None:
            facts[i] = replace(fact, part_of=cell_totals[i]) if i in cell_totals and not fact.growth else fact
            total = anchor = None
            continue
        is_cued = _is_cued(note)
        if _PART_ENDS.search(note.between):
            anchor = None
            total = total if is_cued else None
        opens = bool(_OPENING.search(note.between)) and not _CLOSING.search(note.between)
        if is_cued or opens:
            total = outcome if outcome == i - 1 and _holds(facts, i - 1, i) else _total_before(facts, i)
        elif (
            _CLOSING.search(note.between)
            or (total is not None and not _SAME_CLAUSE.fullmatch(note.between))
            or (i and notes[i - 1].between.startswith("、") and note.between.startswith(("，", ",")))
            or (note.between.startswith(("，", ",")) and _NEW_DEED.match(note.before))
        ):
            total = None
        if total is not None and (_holds(facts, total, i) or _has_objects(facts, total, i)):
            facts[i] = replace(fact, part_of=total)
            continue
        total = None
        if anchor is not None and _is_outcome(fact, note, facts[anchor], notes[anchor]):
            facts[i] = replace(fact, part_of=anchor)
            outcome = i
        elif _is_level(fact):
            anchor = i
    return facts


def _is_cued(note: Note) -> bool:
    return bool(_PART_CUE.search(note.before) or _PART_CUE_ALONE.search(note.between))


def _holds(facts: Sequence[Fact], total: int, i: int) -> bool:
    """Whether figure `i` may be a part of the figure `total`."""
    fact = facts[i]
    return _is_level(fact) and _comparable(fact, facts[total]) and fact.value <= facts[total].value


def _has_objects(facts: Sequence[Fact], total: int, i: int) -> bool:
    """Whether figure `i` is a part whose objects have another measure word (审查42件，其中合同28份)."""
    return (
        (total == i - 1 or facts[i - 1].part_of == total)
        and _is_level(facts[i])
        and _are_objects(facts[i], facts[total])
        and facts[i].value <= facts[total].value
    )


def _are_objects(one: Fact, other: Fact) -> bool:
    units = one.unit_written, other.unit_written
    return all(unit is not None and _OBJECTS.fullmatch(unit) for unit in units)


def _is_level(fact: Fact) -> bool:
    return fact.growth is None and fact.unit != "%" and not fact.is_explicit_zero


def _is_outcome(fact: Fact, note: Note, anchor: Fact, of: Note) -> bool:
    told = (
        _OUTCOME.search(note.before)
        or ("清理" in of.before and _AFTER_CLEANING.search(note.before))
        or (_REVIEW.search(of.before) and _OF_REVIEW.search(note.before))
    )
    return (
        _is_level(fact)
        and _comparable(fact, anchor)
        and fact.period == anchor.period
        and len(note.before) <= _SHORT
        and bool(told)
        and (fact.code is None or anchor.code is None or _theme(fact.code) == _theme(anchor.code))
        and fact.value <= anchor.value
        and (note.tier in ("topic", "open") or fact.code != anchor.code)
    )


def _theme(code: str) -> str:
    return load_codebook()[code].theme


def _total_before(facts: Sequence[Fact], i: int) -> int | None:
    for j in range(i - 1, max(-1, i - 4), -1):
        if _is_level(facts[j]) and facts[j].part_of is None and _comparable(facts[i], facts[j]):
            return j
    return i - 1 if i and _is_level(facts[i - 1]) and _are_objects(facts[i], facts[i - 1]) else None


def _cell_totals(notes: Sequence[Note]) -> dict[int, int]:
    """For each figure of a part the total of its column: of the total row, else of the last whole row above."""
    stated: dict[tuple[int, int], int] = {}
    for i, note in enumerate(notes):
        if note.cell and note.cell.is_total:
            stated.setdefault(note.cell.place, i)
    above: dict[tuple[int, int], int] = {}
    totals: dict[int, int] = {}
    for i, note in enumerate(notes):
        if note.cell and not note.cell.is_part:
            above[note.cell.place] = i
        elif note.cell and (total := stated.get(note.cell.place, above.get(note.cell.place))) is not None:
            totals[i] = total
    return totals


def _with_repeats(facts: list[Fact], notes: Sequence[Note]) -> list[Fact]:
    """A figure told again: same code, value and period elsewhere (members of a `list` never are)."""
    codebook = load_codebook()
    first: dict[tuple[str, float, str], int] = {}
    sentence = list(accumulate(bool(_SENTENCE_END.search(note.between)) for note in notes))
    for i, fact in enumerate(facts):
        if fact.code is None or fact.growth is not None or codebook[fact.code].several == "list":
            continue
        key = (fact.code, fact.value, fact.period)
        earlier = first.setdefault(key, i)
        apart = earlier != i and (fact.subject == facts[earlier].subject or sentence[earlier] < sentence[i])
        if (
            apart
            and fact.part_of is None
            and facts[earlier].part_of is None
            and codebook[fact.code].several != "sum"
        ):
            facts[i] = replace(fact, repeats=earlier)
    return facts


def _sentence_between(notes: Sequence[Note], earlier: int, later: int) -> bool:
    return any(_SENTENCE_END.search(notes[k].between) for k in range(earlier + 1, later + 1))


def _with_headlines(facts: list[Fact], notes: Sequence[Note]) -> list[Fact]:
    """Among several current figures of one code the stated total or general subject, where exactly one is."""
    by_code: dict[str, list[int]] = {}
    for i, fact in enumerate(facts):
        if fact.code is not None and fact.growth is None and fact.repeats is None:
            by_code.setdefault(fact.code, []).append(i)
    totals = {fact.part_of for fact in facts if fact.part_of is not None}
    for code, members in by_code.items():
        if len(members) < 2:
            continue
        current = [i for i in members if facts[i].period in CURRENT]
        wholes = [i for i in current if facts[i].part_of is None or facts[i].part_of not in current]
        general = [i for i in wholes if i in totals or _GENERAL.search(notes[i].before)]
        chosen = wholes if len(wholes) == 1 else general if len(general) == 1 else []
        if chosen and load_codebook()[code].several == "sum":
            chosen = _headed_list(facts, notes, wholes, chosen[0])
        for i in chosen:
            facts[i] = replace(facts[i], is_headline=True)
    return facts


def _headed_list(facts: Sequence[Fact], notes: Sequence[Note], wholes: Sequence[int], head: int) -> list[int]:
    """The members of the list a general word opens (共办理建议12件、提案4件): together they are the stated total.

    The head alone where it is itself the sum of what follows (共16件，建议12件、提案4件).
    """
    members = [i for i in wholes if i >= head and not _sentence_between(notes, head, i)]
    if facts[head].value == sum(facts[i].value for i in members[1:]):
        return [head]
    return members


def _with_changes(facts: list[Fact], notes: Sequence[Note]) -> list[Fact]:
    """A stated change without a subject of its own is that of the level right before it (427件，同比增长9.8%).

    In a table it is that of this year's figure in its row. What a stock gained is also the level of the indicator
    the codebook has for its additions (法律明白人80名，较去年净增6名).
    """
    codes = {indicator.id: indicator for indicator in load_codebook().values()}
    for i, fact in enumerate(facts):
        if fact.growth is None or not i:
            continue
        level = facts[i - 1]
        ties = "\n" not in notes[i].between if notes[i].cell else says_only_change(notes[i].between)
        if ties and level.growth is None and level.period in CURRENT:
            facts[i] = replace(fact, change_of=i - 1)
            additions = load_codebook()[level.code].additions if level.code else None
            if additions and fact.growth == "increase" and fact.unit_written == level.unit_written:
                gained = codes[additions]
                facts[i] = replace(
                    facts[i], code=gained.code, unit=gained.unit, growth=None, rule=f"{gained.id}.additions"
                )
    return facts
