"""Which indicator a figure is: every rule of its unit is tried on its window, the best wording wins.

Nearer wording beats farther, longer beats shorter, an indicator's own term beats a shared word. When two
different indicators are left the figure is refused (`Choice.rivals`), except where one figure is said of both
(均为100%).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from extractors.codebook import load_codebook
from extractors.report.lexicon import Lexicon, Rule, load_grammar
from extractors.report.wording import EMPTY, FIGURE, OTHER_FIGURE, Phrase, Window

_LEVEL = {"specific": 7.0, "plain": 0.0, "general": -8.0}
_NEAR, _LENGTH, _CAP = 4.0, 1.0, 12
_LEAD_PENALTY, _TOPIC_PENALTY, _ACROSS_PENALTY = 12.0, 3.0, 15.0
_LONGEST_DEED = 2
_FAR_PENALTY, _CLAUSE_PENALTY = 25.0, 4.0
_STOP = re.compile(f"[，；：、（。{OTHER_FIGURE}]")
_SUM = re.compile(
    f"[、和及与][^，。；：{OTHER_FIGURE}]{{2,}}?(?:总共|一共|合计|共计|共)"
    f"|(?:等|共同|联合)*组成的?[^，。；：{OTHER_FIGURE}]*"
)
"""Others are counted in too (网格员、楼栋长共|30人; 律师、调解员组成的服务团|20人)."""
_SUCH = re.compile("等(?:各类|各种|各项|多种)?")
_SHARED_RATE = re.compile(
    f"(?:、|和|及|与|以及)[^，。；：{OTHER_FIGURE}]{{1,24}}率(?:均|都|皆|双双|全部)[^，。；：{OTHER_FIGURE}]{{0,6}}"
)
"""Another rate that has the same figure (网上可办率|和事项覆盖率均达100%)."""
_RATE = re.compile(f"[^，。；{OTHER_FIGURE}]{{1,8}}率(?:达到?|为|均为)?{OTHER_FIGURE}")
_OWN_PLACE = re.compile("[我本全][省市县区旗盟州镇乡局厅]|[我本]街道|街道办")
_PLACE_BEFORE = re.compile("(?:在|到|于|深入|走进|赴)$")
_WITHIN = re.compile(
    "(?:在|到|于|深入|走进|赴)(?:全[省市县区旗镇乡州]|全街道|辖区|下辖|所辖|辖内)(?:内|的)?$"
)
_DOER = "[^，。；、◇]{0,8}?(?:单位|部门|乡镇|镇|街道|村|社区|企业|公司|中队|大队|站所|司法所|事务所|服务所|学校|机构)"
_EACH = re.compile(
    "[均都各](?:已|实现|配备|配有|配齐|设立|设有|建有|建立|拥有|至少|有|聘请|聘任|聘有|选聘|选派|明确|确定|培育|培养)+$"
)
_DOERS = re.compile(f"{_DOER}(?:、◇{_DOER})*(?:全年|今年|累计|一)*共(?!同|享|建共)[^，。；]*◇")
_SUMMED = "summed"
"""How a subject is found that is counted together with another (行政复议、行政诉讼案件共|7件)."""
_PLACES = frozenset("个家处所")
_PER_CENT = frozenset({"%"})
_OCCASIONS = frozenset({"次", "场", "场次", "期", "轮", "批次"})
_BREAKS = re.compile("[，；：。]")
_CONTEXT_BONUS = 2.0
_AROUND, _AROUND_LENGTH, _BARE = 106.0, 0.5, 104.0
_MARGIN = 1.0
PRENOMINAL = frozenset("个名位项件起宗家部支条篇批场次期处")


class Candidate(NamedTuple):
    """One rule that fits. `start`/`end` are the subject's place in `phrase`; `tier` says how it was found."""

    rule: Rule
    score: float
    phrase: Phrase
    start: int
    end: int
    tier: str

    @property
    def subject(self) -> tuple[int, int] | None:
        return self.phrase.span(self.start, self.end) if self.end > self.start else None


class Choice(NamedTuple):
    """What a figure is: several codes when it is said of several, none with `rivals` when it stays open."""

    chosen: tuple[Candidate, ...] = ()
    rivals: tuple[Candidate, ...] = ()


class Situation(NamedTuple):
    """What the choice may use besides the window.

    `is_bounded` says that the figure is at least or at most so much. `topics` are the matters last spoken of before
    the figure, `own_topic` that before its own wording; `previous` is the indicator of the figure before, `told` gives
    those that already have their figure in the sentence.
    """

    unit: str | None
    is_bounded: bool
    topics: frozenset[str]
    own_topic: str | None
    previous: str | None
    told: Callable[[], frozenset[str]]


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(str(getattr(load_grammar(), name)))


@cache
def _only_verbs() -> re.Pattern[str]:
    return re.compile(f"(?:{load_grammar().verbs})+")


@cache
def _leading(name: str) -> re.Pattern[str]:
    return re.compile(f"(?:{getattr(load_grammar(), name)})")


def meaning(wording: str) -> str:
    """The wording without the words that may stand between what is counted and the figure."""
    return _words("filler").sub("", wording) if wording else ""


def gap(wording: str) -> int:
    """How many characters that mean something stand in the wording."""
    return len(meaning(wording))


@cache
def _only_filler() -> re.Pattern[str]:
    return re.compile(f"(?:{load_grammar().filler})*+")


def says_nothing(wording: str) -> bool:
    """Whether the gap is none: filler from end to end."""
    return _only_filler().fullmatch(wording) is not None


def _deed(wording: str) -> str:
    """What a wording says beyond that something was done: nothing in 共, 全年实际, 先后组织."""
    return _words("filler").sub("", _words("deeds").sub("", wording.replace(OTHER_FIGURE, "")))


def looks_right(window: Window, unit: str | None) -> bool:
    """Whether the counted noun follows the figure (12名网格员): then wording before it is not the subject."""
    after = window.next
    if not after or unit not in PRENOMINAL or not ("一" <= after[0] <= "鿿"):
        return False
    return not (_leading("predicate").match(after) or _leading("generic_nouns").match(after))


class _Place(NamedTuple):
    """What every rule is tried on, put together once a figure."""

    window: Window
    situation: Situation
    before: Phrase
    clause: str
    context: str
    joined: str
    """The clause with the figure as N."""
    where: int
    """Where the figure stands in `joined`."""
    spoken_from: int
    """Where in the earlier wording a far subject may end at the earliest."""


def _place(window: Window, situation: Situation, looks_far: bool) -> _Place:
    before = window.governed
    joined = before.text + FIGURE + window.after.text
    clause = window.clause
    context = window.sentence + FIGURE + window.after.text
    clause = before.text + FIGURE if situation.unit == "%" else clause
    spoken_from = _spoken_from(window.earlier.text) if looks_far else 0
    return _Place(window, situation, before, clause, context, joined, len(before.text), spoken_from)


def _fits(rule: Rule, situation: Situation) -> bool:
    if rule.follows and situation.previous not in rule.follows:
        return False
    return (
        not (rule.topic and not rule.topic & situation.topics)
        and situation.own_topic not in rule.unless_topic
    )


def _admitted(rule: Rule, place: _Place) -> bool:
    if rule.titled and not place.window.titled:
        return False
    if rule.exclude and rule.exclude.search(place.clause):
        return False
    if rule.context and not rule.context.search(place.context):
        return False
    if rule.then and not rule.then.match(place.window.following):
        return False
    return not (rule.absent and rule.absent.search(place.context))


def _bonus(rule: Rule) -> float:
    return (
        _LEVEL[rule.level]
        + (_CONTEXT_BONUS if rule.context or rule.then else 0.0)
        - (_TOPIC_PENALTY if rule.topic else 0.0)
    )


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one is nearest
        pass
    return found


def _before(
    rule: Rule,
    pattern: re.Pattern[str],
    phrase: Phrase,
    penalty: float,
    tier: str,
    unit: str | None,
    *,
    only_beside: bool = False,
) -> Candidate | None:
    """The subject before the figure; `only_beside`: a noun and the figure right behind it (执法人员63名持证率…)."""
    text = phrase.text
    found = _last(pattern, text)
    if found is None or (rule.verbs and not rule.verbs.search(text[: found.end()])):
        return None
    if only_beside and (found.end() < len(text) or _only_verbs().fullmatch(found[0])):
        return None
    distance = gap(text[found.end() :])
    if _SUM.fullmatch(text, found.end()):
        return Candidate(rule, 0.0, phrase, found.start(), found.end(), _SUMMED)
    is_shared = rule.units == _PER_CENT and _SHARED_RATE.fullmatch(text, found.end()) is not None
    if (distance > rule.reach and not is_shared) or _is_example(text, found.end()):
        return None
    if distance > 1 and unit in _units_of_papers() and _only_describes(text[found.end() :]):
        return None
    score = 100 - _NEAR * distance + _LENGTH * min(found.end() - found.start(), _CAP) - penalty
    return Candidate(rule, score + _bonus(rule), phrase, found.start(), found.end(), tier)


def _only_describes(rest: str) -> bool:
    """Whether a subject with the `rest` behind it only describes what is counted (信访事项|处置方案16件).

    It does not where both are members of a list (规范性文件|、合同、管理办法16件).
    """
    head, lone_head = _heads()
    first, *others = (meaning(member) for member in _leading("coordinator").split(rest))
    if head.search(first):
        return True
    return bool(others) and head.search(others[-1]) is not None and lone_head.fullmatch(others[-1]) is None


@cache
def _units_of_papers() -> frozenset[str]:
    """Units that count plans, papers and posts; others count deeds or persons (学习信访工作条例|8次)."""
    units = load_grammar().units
    return frozenset(unit for group in ("papers", "copies", "items", "places") for unit in units[group])


@cache
def _heads() -> tuple[re.Pattern[str], re.Pattern[str]]:
    grammar = load_grammar()
    return re.compile(f"(?:{grammar.heads})$"), re.compile(f"(?:{grammar.heads}|{grammar.generic_heads})+")


def _is_example(text: str, end: int) -> bool:
    """Whether what ends there is but an example of what is counted (劳资纠纷等|涉法事务45件)."""
    listed = _SUCH.match(text, end)
    return listed is not None and gap(text[listed.end() :]) > 1


def _around(rule: Rule, pattern: re.Pattern[str], place: _Place) -> Candidate | None:
    joined, where = place.joined, place.where
    for found in pattern.finditer(joined):
        if not found.start() <= where < found.end():
            continue
        if found.end() > where + 1 and not place.window.next:
            continue
        if place.situation.unit in _OCCASIONS and OTHER_FIGURE in joined[where : found.end()]:
            continue
        if rule.verbs and not rule.verbs.search(joined):
            return None
        start, end = _own_side(found.start(), found.end(), where)
        score = _AROUND - _AROUND_LENGTH * (found.end() - found.start()) + _bonus(rule)
        score -= _ACROSS_PENALTY if OTHER_FIGURE in found[0] else 0.0
        phrase = place.before + Phrase(FIGURE, array("l", [-1])) + place.window.after
        return Candidate(rule, score, phrase, start, end, "around")
    return None


def _far(rule: Rule, pattern: re.Pattern[str], place: _Place, deed: str) -> Candidate | None:
    """The subject in an earlier clause, when the figure's own says no more than that something was done (实际开展5次)
    or repeats its verb (合同审查由律师承担，全年审查5份)."""
    phrase = place.window.earlier
    text = phrase.text
    found = _last(pattern, text)
    if found is None or found.end() < place.spoken_from or deed not in found[0]:
        return None
    if place.situation.unit == "元" and "。" in text[found.end() :]:
        return None  # money put into what the next sentence is about
    clause = max((mark.end() for mark in _BREAKS.finditer(text, 0, found.start())), default=0)
    rest, *later = _BREAKS.split(text[found.end() :])
    if rule.exclude and rule.exclude.search(text[clause : found.end()] + rest):
        return None
    distance = _CLAUSE_PENALTY * (1 + len(later))
    score = 100 - _FAR_PENALTY - distance + _LENGTH * min(found.end() - found.start(), _CAP)
    return Candidate(rule, score + _bonus(rule), phrase, found.start(), found.end(), "far")


def _spoken_from(wording: str) -> int:
    """Where the last clause starts that says more than how, or that something was done; 0 when none does."""
    end = len(wording)
    for mark in reversed([*_BREAKS.finditer(wording)]):
        clause = wording[mark.end() : end]
        if not _leading("manner").match(clause) and _deed(clause):
            return mark.end()
        end = mark.start()
    return 0


def _own_side(start: int, end: int, where: int) -> tuple[int, int]:
    """The part of a match that is the subject: after the figure where there is any, else before it."""
    return (where + 1, end) if end > where + 1 else (start, where)


def candidates(lexicon: Lexicon, window: Window, situation: Situation) -> list[Candidate]:
    """Every rule that fits, the best of each code, best first."""
    if _runs_on(window) and not window.before.text.endswith("、"):
        found = _candidates(lexicon, window._replace(after=EMPTY), situation)
        if found and found[0].tier in ("beside", "topic") and not _is_verb(found[0]):
            return found
    return _candidates(lexicon, window, situation)


def _runs_on(window: Window) -> bool:
    """Whether the next figure's subject may follow without a stop (普法活动7场发放资料9份)."""
    after = window.after.text
    stop = _STOP.search(after)
    follows = bool(stop and stop[0] == OTHER_FIGURE and stop.start())
    return follows and (_RATE.match(after) is not None or not _leading("predicate").match(after))


def _is_verb(candidate: Candidate) -> bool:
    return _only_verbs().fullmatch(candidate.phrase.text[candidate.start : candidate.end]) is not None


def _candidates(lexicon: Lexicon, window: Window, situation: Situation) -> list[Candidate]:
    group = lexicon.by_unit.get(situation.unit)
    if group is None:
        return []
    right = looks_right(window, situation.unit)
    is_bare = says_nothing(window.before.text)
    has_lead = not right and is_bare and bool(window.lead.text)
    deed = "" if right else _deed(window.before.text)
    looks_far = not right and len(deed) <= _LONGEST_DEED and not window.before.text.startswith("其中")
    told = situation.told() if looks_far else frozenset()
    place = _place(window, situation, looks_far)
    found: list[Candidate] = []
    reached = window.earlier.text if looks_far else window.lead.text
    for wanted in group.candidates(reached + place.joined):
        rule, pattern = wanted.rule, wanted.pattern
        if not _fits(rule, situation):
            continue
        fitting: list[Candidate | None] = []
        if pattern is None:
            if is_bare and not window.next:
                fitting = [Candidate(rule, _BARE + _bonus(rule), place.before, 0, 0, "bare")]
        elif wanted.side == "around":
            fitting = [_around(rule, pattern, place)]
        else:
            tier = "topic" if rule.topic or rule.follows else "beside"
            fitting = [_before(rule, pattern, place.before, 0.0, tier, situation.unit, only_beside=right)]
            if looks_far and tier == "beside" and rule.code not in told:
                fitting.append(_far(rule, pattern, place, deed))
            if has_lead and not (rule.exclude and rule.exclude.search(window.lead.text)):
                fitting.append(_before(rule, pattern, window.lead, _LEAD_PENALTY, "lead", situation.unit))
        if any(fitting) and _admitted(rule, place):
            found += filter(None, fitting)
    best: dict[str, Candidate] = {}
    for one in sorted(found, key=lambda c: -c.score):
        best.setdefault(one.rule.code, one)
    return list(best.values())


def choose(lexicon: Lexicon, window: Window, situation: Situation) -> Choice:
    """The indicator of a figure, several where it is shared, or none with the rivals that remain."""
    if _is_national(window) or _words("other_bodies").search(window.sentence):
        return Choice()
    if (
        _is_place(window, situation.unit)
        or _is_doer(window, situation.unit)
        or _is_each(window, situation.unit)
    ):
        return Choice()
    if situation.unit != "元" and _words("averted").search(window.governed.text):
        return Choice()
    if situation.unit in PRENOMINAL and _leading("aspects").match(window.next):
        return Choice()
    if situation.unit == "元" and _leading("worth_of").match(window.next):
        return Choice()
    if situation.unit == "人" and situation.is_bounded and _leading("size_of").match(window.next):
        return Choice()
    if situation.unit is None and window.following.startswith("占"):
        return Choice()  # a share of what the sentence is about (居前的是：行政处罚|210，占收案的32%)
    found = candidates(lexicon, window, situation)
    ranked = [one for one in found if one.tier != _SUMMED]
    if not ranked:
        return Choice()
    first = ranked[0]
    summed = [other for other in found if other.tier == _SUMMED and _adds(other, first)]
    if summed:
        return Choice(rivals=(*summed, first))
    if situation.unit is None and (first.tier != "beside" or gap(first.phrase.text[first.end :])):
        return Choice()
    coordinated = [other for other in ranked[1:] if _joined(other, first)]
    if coordinated:
        together = (*coordinated, first)
        return Choice(chosen=together) if _is_shared(window, together) else Choice(rivals=together)
    equal = [other for other in ranked[1:] if first.score - other.score < _MARGIN]
    return Choice(rivals=(first, *equal)) if equal else Choice(chosen=(first,))


def _is_national(window: Window) -> bool:
    """Whether a figure is the whole country's, said in its clause or earlier in the sentence."""
    if _words("national").search(window.clause):
        return True
    said = _last(_words("national"), window.sentence)
    return said is not None and _OWN_PLACE.search(window.sentence, said.end()) is None


def _is_place(window: Window, unit: str | None) -> bool:
    """Whether a figure says in how many places something was done (在6个村, 在全镇13个村设立…)."""
    if not looks_right(window, unit):
        return False
    wording = window.governed.text
    return bool(_PLACE_BEFORE.search(wording) or (unit in _PLACES and _WITHIN.search(wording)))


def _is_each(window: Window, unit: str | None) -> bool:
    """Whether a figure says how many each of several have (各科室均配备|2名执法人员)."""
    return unit in PRENOMINAL and _EACH.search(window.before.text) is not None


def _is_doer(window: Window, unit: str | None) -> bool:
    """Whether a figure says how many bodies did what the next figure counts (36个单位、|18个乡镇共办理案件90件)."""
    return unit in _PLACES and _DOERS.match(window.after.text) is not None


def _joined(other: Candidate, first: Candidate) -> bool:
    """Whether two subjects are members of one list (行政复议、行政诉讼案件)."""
    if other.phrase is not first.phrase or other.tier == "around" or other.end > first.end:
        return False
    if other.end > first.start:
        return bool(_leading("coordinator").match(first.phrase.text, other.end)) and other.end < first.end
    between = other.phrase.text[other.end : first.start]
    if not between and other.phrase.text[other.end - 1] == "率":
        return True  # 参考率优秀率均为100%
    return bool(re.fullmatch(f"(?:案件|申请|率)?(?:{load_grammar().coordinator})(?:案件)?", between))


def _adds(other: Candidate, first: Candidate) -> bool:
    """Whether two subjects are counted together, the last no general word for both (文件、合同等|法律文书共)."""
    return _joined(other, first) and "等" not in first.phrase.text[other.end : first.end]


def _is_shared(window: Window, together: Sequence[Candidate]) -> bool:
    codebook = load_codebook()
    last = max(one.end for one in together)
    tail = together[0].phrase.text[last:]
    return bool(_words("share").search(tail)) or all(codebook[one.rule.code].unit == "%" for one in together)
