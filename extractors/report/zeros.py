"""None said in words: 无行政复议、行政诉讼案件, 未收到…申请, 投诉为零. Silence is never a zero.

A denial counts when the denied noun phrase ends in what an indicator counts (lexicon, `zero`); every member
of a list is a zero of its own. A label without a matter of its own (其他需要报告的情况：无) denies nothing.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from extractors.report.lexicon import Lexicon, ZeroRule, load_grammar
from extractors.report.wording import OTHER_FIGURE, Phrase, Wordings

_LIST = re.compile("、|以及|及其|[和](?![解谐平睦])|与|或者?|及(?!时|格)|/")
_OUTCOME = re.compile("(?:诉讼|应诉|复议)的?(?:败诉|纠错|撤销|变更)(?:案件|情况|情形)*$")
"""行政复议、行政诉讼败诉案件: the outcome is of every member, and a bare matter is not denied."""
_MATTER = re.compile("(?:复议|诉讼|应诉)$")
_FATE = re.compile(
    "(?:案|案件|复议|诉讼|应诉)(?:因.{0,10})?(?:被.{0,4}?)?(?:败诉|纠错|撤销|变更|确认违法)(?!.{0,3}案)"
)
"""行政复议案件和行政诉讼案件被纠错或败诉: what befell the cases is denied, not the cases."""
_CASES = re.compile("(?:复议|诉讼|应诉)(?:案|案件)?$")
_SCOPED = re.compile(
    "(?<!意见)(?<!意见稿公示)(?<!公示)期间|时段|节假日|活动中"
    "|(?:[上下]半年|[一二三四]季度)(?!.*(?:全年|今年|本年|年内|截[至止]))"
)
_ABOUT = re.compile("(?:许可|处罚|强制|检查|收费|执法)的?(?:投诉|举报|信访|申诉|异议|差错|争议|复议|诉讼)")
"""行政许可、行政处罚投诉: what is said about the members is denied, not the members."""
_ACTS = re.compile("(?:许可|处罚|强制|检查|收费)$")
_ELIDED = re.compile("(?:无|没有|未有)一[起件例宗个](?:引发|引起|导致)")
"""申请5件，无一件引发诉讼: none of those named before did."""
_AGAIN = re.compile(
    "未(?:经|按|依|能|予|进行|履行|开展|落实|执行|报|备|审|公开|公示|办|达|整改|化解|完成)|不(?:经|按|依)"
)
"""无决策事项未经审查: a denial of a denial says that all were."""
_OTHERS = re.compile("(?:无|没有|未有|未发生|未出现|未收到)(?:任何)?(?:其他|其它|其余|另外|别的)")
"""除1件外，无其他行政复议案件: some there were."""
_SOME = re.compile("^(?:有|其中)?◇(?:行政)?(?:村|社区|乡镇|街道|单位|部门)(?!.{0,6}(?:均|都|全部))")
"""12个村无群体性事件: of the others nothing is said."""
_SUBSET = re.compile("涉及(?!我|本|以|镇|乡|街道|局|县|市|区)[^，。；、]{1,10}的")
"""涉及民营企业的案件: of other cases nothing is said."""
_RESOLVE = re.compile("(?:坚决|切实|有效)(?:杜绝|防止|防范|遏制)")
_CONDITION = re.compile("(?:如|若|凡|对|一旦|是否|有)$")
_NEGATION = re.compile("从未|均未|并未|尚未|未|没有|没|无")
"""The verb behind it may be what the indicator counts (未报备规范性文件, 无新增法律明白人)."""
_LABEL = re.compile("[：:](?:无|零|0)$")


@dataclass(frozen=True, slots=True)
class Zero:
    """A zero of `rule.code` said by `start:end`; the subject is the member of the list that names it."""

    rule: ZeroRule
    start: int
    end: int
    subject: tuple[int, int]


@cache
def _denial() -> re.Pattern[str]:
    grammar = load_grammar()
    return re.compile(f"(?!{grammar.negative_words})(?:{grammar.negators})")


@cache
def _after() -> re.Pattern[str]:
    return re.compile(f"(?:{load_grammar().zero_after})$")


@cache
def _deed() -> re.Pattern[str]:
    grammar = load_grammar()
    return re.compile(f"(?:{grammar.verbs})(?:{grammar.zero_tail})")


def _shared_object(phrase: Phrase, first: int, last: int) -> str:
    """What several verbs deny in common: 规范性文件 of 规范性文件制定、备案、清理."""
    verbs = [verb for verb in _deed().finditer(phrase.text, first, last) if verb.end() == last]
    return phrase.text[first : verbs[0].start()] if verbs else ""


def _spoken(phrase: Phrase, members: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Each member of a list in full: a bare verb takes the object of the first member."""
    for first, last in members:
        wording = phrase.text[first:last]
        bare = (first, last) != members[0] and _deed().fullmatch(wording)
        yield _shared_object(phrase, *members[0]) + wording if bare else wording


def _members(phrase: Phrase, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for separator in _LIST.finditer(phrase.text, start, end):
        yield position, separator.start()
        position = separator.end()
    yield position, end


def _is_spared(phrase: Phrase, first: int, last: int) -> bool:
    """Whether a member of a list is bare cases, of which the list's end says what did not become of them."""
    text = phrase.text
    return (
        (_MATTER.search(text, first, last) is not None and _OUTCOME.search(text, last) is not None)
        or (_CASES.search(text, first, last) is not None and _FATE.search(text, last) is not None)
        or (_ACTS.search(text, first, last) is not None and _ABOUT.search(text, last) is not None)
    )


def _matching(lexicon: Lexicon, wording: str, clause: str, said: str, lead: str) -> Iterator[ZeroRule]:
    for rule in lexicon.zeros.candidates(wording):
        found = rule.head.search(wording)
        if found is None or (rule.exclude and rule.exclude.search(clause)):
            continue
        if (rule.victims and rule.victims.search(said)) or (rule.not_after and rule.not_after.search(lead)):
            continue
        if _AGAIN.search(wording) and not _AGAIN.search(found[0]):
            continue
        yield rule


def zeros_of(lexicon: Lexicon, wording: str, clause: str, said: str, lead: str) -> list[ZeroRule]:
    """The indicators a denied noun phrase (`wording`, one member) says are none.

    `clause` holds it, `said` is all of the clause down to it, `lead` the sentence before: a denial for a mere stretch
    of the year (…期间) is none, nor is one for what was named before, for some places or cases only, or a resolve.
    """
    if _SCOPED.search(lead + clause) or any(part.search(said) for part in (_ELIDED, _OTHERS, _SUBSET)):
        return []
    if _SOME.search(lead or said) or _RESOLVE.search(lead):
        return []
    return list(_matching(lexicon, wording, clause, said, lead))


def zeros_in(
    lexicon: Lexicon, wording: str, clause: str, said: str, lead: str, *, only_last: bool = False
) -> list[ZeroRule]:
    """The same for a whole denied list, or for its last member alone: each indicator once, in order."""
    phrase = Phrase(wording, array("l", range(len(wording))))
    whole = list(_members(phrase, 0, len(wording)))
    spoken = list(zip(whole, _spoken(phrase, whole), strict=True))
    asked = spoken[-1:] if only_last else spoken
    members = [member for place, member in asked if not _is_spared(phrase, *place)]
    found = {
        rule.code: rule
        for member in members
        for rule in zeros_of(lexicon, member, clause if len(whole) == 1 else member, said, lead)
    }
    return list(found.values())


def find_zeros(lexicon: Lexicon, wordings: Wordings, clauses: list[tuple[int, int]]) -> list[Zero]:
    """Every zero said in words in the clauses (offsets in the report), in order, none twice on one span."""
    found: list[Zero] = []
    for start, end in clauses:
        phrase = wordings.phrase(start, end)
        if not phrase.text or phrase.text.endswith("的"):
            continue
        lead = wordings.words(wordings.sentence_start(start), start)
        found += _denied(lexicon, phrase, lead)
    return found


def _denied(lexicon: Lexicon, phrase: Phrase, lead: str) -> Iterator[Zero]:
    denial = next(
        (m for m in _denial().finditer(phrase.text) if not _CONDITION.search(phrase.text[: m.start()])), None
    )
    if denial is not None and OTHER_FIGURE not in phrase.text[denial.end() :]:
        denied = (denial.start(), len(phrase.text), denial.end(), len(phrase.text))
        zeros = list(_zeros_in(lexicon, phrase, denied, lead))
        if not zeros and (negation := _NEGATION.match(phrase.text, denial.start())) is not None:
            verbal = (denial.start(), len(phrase.text), negation.end(), len(phrase.text))
            zeros = list(_zeros_in(lexicon, phrase, verbal, lead))
        if zeros:
            yield from zeros
            return
    after = _after().search(phrase.text) or _LABEL.search(phrase.text)
    if after is not None and after.start() > 0 and OTHER_FIGURE not in phrase.text:
        yield from _zeros_in(lexicon, phrase, (0, len(phrase.text), 0, after.start()), lead)


def _zeros_in(
    lexicon: Lexicon, phrase: Phrase, place: tuple[int, int, int, int], lead: str
) -> Iterator[Zero]:
    start, end, members_start, members_end = place
    codes: set[str] = set()
    members = list(_members(phrase, members_start, members_end))
    for (first, last), wording in zip(members, _spoken(phrase, members), strict=True):
        if last <= first or _is_spared(phrase, first, last):
            continue
        said = phrase.text[:first] + wording
        for rule in zeros_of(lexicon, wording, said, said, lead):
            if rule.code not in codes:
                codes.add(rule.code)
                span = phrase.span(start, end)
                yield Zero(rule, span[0], span[1], phrase.span(first, last))
