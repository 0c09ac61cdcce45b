"""Each figure and each denial of a report to drafts: which indicator, by what rule, or none."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

from extractors.codebook import load_codebook
from extractors.records import Issue, Quantity, Table
from extractors.report.changes import (
    Growth,
    earlier_year,
    growth_of,
    is_turned,
    leads,
    level_behind,
    names_only_year,
)
from extractors.report.drafting import Draft, Reader
from extractors.report.lexicon import load_grammar
from extractors.report.matching import Candidate, Choice, Situation, choose, looks_right, meaning
from extractors.report.periods import PLANNED
from extractors.report.subjects import carry_on, share_out
from extractors.report.table_rows import Cell, table_cells
from extractors.report.wording import EMPTY, OTHER_FIGURE, Window
from extractors.report.zeros import find_zeros, zeros_in

_ZERO_WORDS = re.compile("^(?:[零0０]|无|未|没有|[一二两]?[例起件人宗次个])+")
_SENTENCE_END = re.compile("[。\n]")
_PER = re.compile("[人户每]|平均")
_ADDED = re.compile("新增|新建|新收|新受理")
_STRETCH = re.compile("[上下]半年|第?[一二三四]季度")
_WHOLE_YEAR = frozenset({"全年", "全年共", "全年累计"})
_HAPPENS = re.compile("发生|发案|出现|产生")
_AND = re.compile("[、和及与]|以及")
_FORMULA = re.compile("[一二两三四五六七八九十0-9]个[一1]")
_CLAUSE_STOP = re.compile(r"[，,。；;！!？?\n\t（）()]|、(?=(?:也|均|亦)?[未无没])")
_DENIES = re.compile("[无未零没不]")
_VERB = 2
"""A verb told again (累计化解9件，2024年化解4件) has two characters."""
_FEW = 24
"""Nobody carries a subject over more figures than this."""
_ALIKE = frozenset({"人", "名", "位", "人次", "元"})
_PART = re.compile("^[，,（(；;]?其中")
_ATTRIBUTE = re.compile(
    "(?:目标|标准|要求)?的[^，。；]"
    "|(?:、◇)*(?:村|社区|小区|单位|学校|校园|企业|乡镇|镇|街道|县|站所|班组|岗位)(?!未|无|没|零|均|都|全|实现|发生)"
)
"""零事故目标的村有12个, 零上访村|5个: the zero is an attribute of what is counted."""
_IS_ITSELF = re.compile("(?<![评认])[为是]$")
"""我县为|零败诉县: the body that reports has the attribute."""
_OUTCOME = re.compile("(?:审结|办结|结案|维持|驳回|终止|撤回)$")
_PLUS = frozenset("+＋")
_ADDS = re.compile("[^，。；、”+＋]{0,14}[+＋]")
_TOTAL = re.compile("(?:全年|总)?(?:共|合计|共计|总计|总共|累计)(?:为|达)?$")
_IS = re.compile("(?:数量|件数|总数|数)?(?:均|都|皆)?(?:为|是)?$")
_BARE_ZEROS = frozenset("零0０")


def read_figures(reader: Reader, tables: Sequence[Table]) -> list[Draft]:
    """A draft for every figure, several where one figure is said of several indicators."""
    cells = table_cells(reader.text, reader.quantities, tables)
    own = [
        _cell_window(reader, cells[i])
        if i in cells
        else reader.wordings.window(q.start, q.end, reader.heading(q.start))
        for i, q in enumerate(reader.quantities)
    ]
    windows = carry_on(share_out(reader.text, reader.quantities, own))
    drafts: list[Draft] = []
    for i, quantity in enumerate(reader.quantities):
        growth = _growth(own[i], quantity, cells.get(i)) or _listed_growth(reader, quantity, drafts)
        window = _behind_change(reader, windows[i], quantity, drafts)
        drafts += _figure(reader, window, quantity, cells.get(i), growth, drafts)
    return drafts


def _behind_change(reader: Reader, window: Window, quantity: Quantity, drafts: Sequence[Draft]) -> Window:
    """The window with the subject of the change right before the figure, where that leads to it."""
    last = drafts[-1] if drafts else None
    if last is None or last.growth is None or last.window is None:
        return window
    subject = level_behind(last.window, reader.text[last.end : quantity.start])
    return window if subject is None else window._replace(before=subject)


def _cell_window(reader: Reader, cell: Cell) -> Window:
    label = EMPTY
    for span in cell.labels:
        label += reader.wordings.phrase(*span)
    column = replace(label, text=cell.column, at=array("l", [cell.subject[0]] * len(cell.column)))
    return Window(label + column, EMPTY, EMPTY, EMPTY, "", False)


def _figure(
    reader: Reader,
    window: Window,
    quantity: Quantity,
    cell: Cell | None,
    growth: Growth | None,
    earlier: Sequence[Draft],
) -> Iterator[Draft]:
    draft = Draft(quantity.start, quantity.end, quantity, growth=growth, cell=cell, window=window)
    unit = quantity.unit or (cell.unit if cell else None)
    if growth is not None:
        yield draft
        return
    previous = next((d for d in reversed(earlier) if d.growth is None), None)
    draft.earlier = None if cell else earlier_year(window, reader.report_year)
    inherited = (
        None if cell else _inherited(reader, draft, previous) or _led_to(reader, draft, previous, earlier)
    )
    if inherited is None:
        inherited = _summed(reader, draft, earlier)
    added = list(_coded(reader, draft, unit, previous, earlier)) if _is_added(draft, inherited) else []
    if added and added[0].code:
        yield from added
        return
    if inherited is not None:
        draft.code, draft.rule, draft.tier = inherited.code, inherited.rule, "inherited"
        draft.subject = inherited.subject
        yield draft
        return
    yield from _coded(reader, draft, unit, previous, earlier)


def _growth(window: Window, quantity: Quantity, cell: Cell | None) -> Growth | None:
    if cell is None:
        return growth_of(window, quantity.unit, quantity.value)
    if not cell.is_change:
        return None
    return "increase" if quantity.value >= 0 else "decrease"


def _listed_growth(reader: Reader, quantity: Quantity, earlier: Sequence[Draft]) -> Growth | None:
    """分别下降18%、25%: a later member of a list of changes is one too."""
    last = earlier[-1] if earlier else None
    if last is None or last.figure is None or last.figure.unit != quantity.unit:
        return None
    return last.growth if _AND.fullmatch(reader.text, last.end, quantity.start) else None


def _inherited(reader: Reader, draft: Draft, previous: Draft | None) -> Draft | None:
    """The figure whose subject this one goes on with: a level of another year, this year's, or of another stretch."""
    if previous is None or previous.figure is None or draft.window is None or draft.figure is None:
        return None
    if previous.figure.unit != draft.figure.unit:
        return None
    between = reader.text[previous.end : draft.start]
    if "\n" in between or "。" in between:
        return None
    if is_turned(between):
        previous.earlier = -1
        draft.is_turned = True
    if previous.code is None:
        return None
    if draft.is_turned or (draft.earlier is not None and names_only_year(draft.window)):
        return previous
    year = f"{reader.report_year}年"
    wording = draft.window.before.text
    before, said = (previous.window.before.text, previous.window.sentence) if previous.window else ("", "")
    is_of_year = year in between or "今年" in between or "本年" in between
    is_whole = wording.lstrip("，") in _WHOLE_YEAR and _STRETCH.search(said) is not None
    goes_on = is_whole or (_STRETCH.search(before) is not None and _STRETCH.search(wording) is not None)
    if not (is_of_year or goes_on) or looks_right(draft.window, draft.figure.unit):
        return None
    if "新增" in wording and ("其中" in wording or load_codebook()[previous.code].additions):
        return None
    own = meaning(_ADDED.sub("", wording))
    return previous if not own or (len(own) <= _VERB and own in before) else None


def _summed(reader: Reader, draft: Draft, earlier: Sequence[Draft]) -> Draft | None:
    """One of the figures just before whose stated total this one is (罚款3.6万元、没收1.2万元，合计4.8万元).

    Members of several kinds make the total of what they are kinds of (进校园8场、进企业6场，共14场).
    """
    if draft.figure is None or draft.window is None or not _TOTAL.fullmatch(draft.window.before.text):
        return None
    start = reader.wordings.sentence_start(draft.start)
    members: list[Draft] = []
    left = draft.figure.value
    for one in reversed(earlier):
        if one.start < start or one.figure is None or one.growth is not None or one.code is None:
            return None
        if one.figure.unit != draft.figure.unit:
            return None
        members.append(one)
        left -= one.figure.value
        if left <= 0:
            break
    return _whole_of(members) if len(members) > 1 and not left else None


def _whole_of(members: Sequence[Draft]) -> Draft | None:
    """A draft with the indicator the members share, their own or the one they are kinds of."""
    codes = {one.code for one in members if one.code}
    if len(codes) > 1:
        codes = {load_grammar().kinds.get(code, code) for code in codes}
    if len(codes) > 1:
        return None
    code = codes.pop()
    whole = next((one for one in members if one.code == code), None)
    return whole or replace(members[0], code=code, rule=f"{load_codebook()[code].id}.total")


def _is_added(draft: Draft, inherited: Draft | None) -> bool:
    """Whether a figure that could go on with the last subject is what was added, which may have a code of its own."""
    return inherited is not None and draft.window is not None and "新增" in draft.window.before.text


def _is_gain(draft: Draft) -> bool:
    """Whether a figure of a stock is what came new to it (新增网格员6名), not all of it."""
    is_new = draft.window is not None and _ADDED.search(draft.window.before.text) is not None
    return is_new and draft.code is not None and load_codebook()[draft.code].kind == "stock"


def _led_to(reader: Reader, draft: Draft, previous: Draft | None, earlier: Sequence[Draft]) -> Draft | None:
    """The earlier year's level a change was counted from, where this figure is what came of it (减少5件，为13件)."""
    if previous is None or previous.figure is None or previous.code is None or draft.figure is None:
        return None
    change = earlier[-1]
    is_between = change.growth is not None and change.start > previous.start
    of_earlier_year = previous.earlier is not None and previous.figure.unit == draft.figure.unit
    is_led = is_between and of_earlier_year and leads(reader.text[change.end : draft.start])
    return previous if is_led else None


def _is_part(reader: Reader, draft: Draft, previous: Draft | None) -> bool:
    """Whether a figure is 其中 so many of the persons or money before, or goes on with such a list."""
    if previous is None or previous.figure is None or draft.figure is None or draft.window is None:
        return False
    if previous.code is None or previous.figure.unit != draft.figure.unit or draft.figure.unit not in _ALIKE:
        return False
    between = reader.text[previous.end : draft.start]
    opens = _PART.search(between) is not None and draft.figure.value <= previous.figure.value
    if not (opens or (previous.tier == "part" and between.startswith("、"))):
        return False
    return not any(
        rule.id == previous.rule and rule.exclude and rule.exclude.search(draft.window.clause)
        for rule in reader.lexicon.rules
    )


@cache
def _targets() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What says in the wording, and what in the figure, that it is required or planned."""
    grammar = load_grammar()
    return re.compile(f"{grammar.requirement}|{grammar.plan}|{grammar.assurance}"), re.compile(
        grammar.requirement_bound
    )


def _told(reader: Reader, quantity: Quantity, earlier: Sequence[Draft]) -> frozenset[str]:
    """The indicators that have their figure of this year in the sentence already; frequencies and targets are none."""
    start = reader.wordings.sentence_start(quantity.start)
    wanted, bounded = _targets()
    told = set()
    for one in earlier[: -_FEW - 1 : -1]:
        if one.start < start:
            break
        if one.window and (wanted.search(one.window.before.text) or PLANNED.search(one.window.before.text)):
            continue
        if (
            one.code
            and one.growth is None
            and not (one.figure and bounded.search(one.figure.text))
            and not _is_gain(one)
        ):
            told.add(one.code)
    return frozenset(told)


def _coded(
    reader: Reader, draft: Draft, unit: str | None, previous: Draft | None, earlier: Sequence[Draft]
) -> Iterator[Draft]:
    quantity, window = draft.figure, draft.window
    if quantity is None or window is None:
        return
    if _is_no_count(reader.text, draft, quantity, window, unit):
        yield draft
        return
    if window.is_unequal:
        reader.issues.append(_refused(quantity, "分别所列的项与数字个数不同"))
        yield draft
        return
    if quantity.is_zero_form or (not quantity.value and unit is None and draft.cell is None):
        yield from _zero_figure(reader, draft, window, quantity) or [draft]
        return
    same_sentence = previous is not None and not _SENTENCE_END.search(reader.text, previous.end, draft.start)
    own_topic, topics = reader.topics(
        quantity.start, window, in_sentence=same_sentence and _counts_something_else(previous)
    )
    situation = Situation(
        unit=unit,
        is_bounded=quantity.bound in {"at_least", "at_most"},
        topics=topics,
        own_topic=own_topic,
        previous=previous.code if previous is not None and same_sentence else None,
        told=partial(_told, reader, quantity, earlier),
    )
    choice = choose(reader.lexicon, window, situation)
    if same_sentence and _shares_predicate(draft, previous, choice):
        choice = Choice()
    if choice.rivals and not quantity.value:
        choice = Choice(chosen=choice.rivals)
    if quantity.per is not None and _PER.match(quantity.per):
        choice = Choice(tuple(one for one in choice.chosen if load_codebook()[one.rule.code].kind == "ratio"))
    for i, candidate in enumerate(choice.chosen):
        yield _chosen(replace(draft) if i else draft, candidate)
    if choice.rivals:
        reader.issues.append(_ambiguous(quantity, choice.rivals))
    if not choice.chosen:
        whole = (
            previous if same_sentence and not choice.rivals and _is_part(reader, draft, previous) else None
        )
        yield draft if whole is None else replace(draft, code=whole.code, rule=whole.rule, tier="part")


def _is_no_count(text: str, draft: Draft, quantity: Quantity, window: Window, unit: str | None) -> bool:
    """Whether a figure counts nothing by its form: a part of a formula's or a model's name, a fraction (占案件的1/4),
    a cell of remarks or shares."""
    is_of_name = (quantity.value == 1 and _FORMULA.search(window.sentence)) or _is_of_model(text, draft)
    is_fraction = unit is None and bool(quantity.value % 1)
    return bool(is_of_name) or is_fraction or (draft.cell is not None and draft.cell.is_silent)


def _is_of_model(text: str, draft: Draft) -> bool:
    """Whether a figure is a part of a model's name (“1名村干部+2名网格员”); how many there are is not said."""
    return text[draft.start - 1 : draft.start] in _PLUS or _ADDS.match(text, draft.end) is not None


def _shares_predicate(draft: Draft, previous: Draft | None, choice: Choice) -> bool:
    """Whether a figure is the last member of a list, and only what follows tells what all of them are
    (公务员8人、村干部36人参加考试): it is a part of the sum, which is not stated."""
    if previous is None or previous.code is not None or previous.figure is None or draft.figure is None:
        return False
    wording = draft.window.before.text if draft.window and draft.window.from_figure else ""
    is_listed = len(wording) > 1 and wording[0] == "、" and previous.figure.unit == draft.figure.unit
    return is_listed and any(one.tier == "around" for one in choice.chosen)


def _counts_something_else(previous: Draft | None) -> bool:
    """Whether the figure before counts what no indicator does: what follows it in its sentence is of that."""
    if (
        previous is None
        or previous.code is not None
        or previous.growth is not None
        or previous.figure is None
    ):
        return False
    is_outcome = previous.window is not None and _OUTCOME.search(previous.window.before.text) is not None
    return not previous.is_zero and not is_outcome and previous.figure.unit != "%"


def _chosen(draft: Draft, candidate: Candidate) -> Draft:
    draft.code, draft.rule = candidate.rule.code, candidate.rule.id
    draft.tier = "table" if draft.cell else candidate.tier
    draft.subject = draft.cell.subject if draft.cell else candidate.subject
    return draft


def _ambiguous(quantity: Quantity, rivals: Sequence[Candidate]) -> Issue:
    codebook = load_codebook()
    return _refused(
        quantity, "；".join(f"{one.rule.code} {codebook[one.rule.code].name_zh}" for one in rivals)
    )


def _refused(quantity: Quantity, why: str) -> Issue:
    said = f"{quantity.text}：{why}"
    return Issue("ambiguous_indicator", "warning", "extractor", said, quantity.start, quantity.end)


def _zero_figure(reader: Reader, draft: Draft, window: Window, quantity: Quantity) -> list[Draft]:
    """无一例…, 零投诉: what is denied stands in the figure itself or after it."""
    if _ATTRIBUTE.match(window.after.text) and not _IS_ITSELF.search(window.before.text):
        return []
    own = _ZERO_WORDS.sub("", quantity.text)
    if _HAPPENS.fullmatch(own):
        own = ""
    after = EMPTY if quantity.text in _BARE_ZEROS else window.after
    denied = own or after.text.partition(OTHER_FIGURE)[0] or _IS.sub("", window.before.text)
    lead = window.earlier.text.rpartition("。")[2]
    clause = f"{window.before.text}{own}{after.text}"
    said = f"{window.before.text}{quantity.text}{after.text}"
    rules = zeros_in(reader.lexicon, denied, clause, said, lead)
    if own and not rules:
        matter = window.sentence.split(OTHER_FIGURE)[0].rpartition("，")[2]
        rules = zeros_in(reader.lexicon, matter + own, clause, said, lead, only_last=True)
    subject = after.span(0, len(after.text)) if after.text else None
    subject = (quantity.end - len(own), quantity.end) if own else subject
    return [
        replace(draft, code=rule.code, rule=rule.id, tier="zero", is_zero=True, subject=subject)
        for rule in rules
    ]


def read_denials(reader: Reader) -> Iterator[Draft]:
    """A draft for every zero said in words; none in the part on problems, which is of single places."""
    spans = list(_clauses(reader))
    for zero in find_zeros(reader.lexicon, reader.wordings, spans):
        if reader.outline.part_at(zero.start) == "problems" or reader.figures_in(zero.start, zero.end):
            continue
        yield Draft(
            zero.start,
            zero.end,
            None,
            zero.rule.code,
            zero.rule.id,
            "zero",
            zero.subject,
            is_zero=True,
            window=reader.wordings.window(zero.start, zero.end, reader.heading(zero.start)),
        )


def _clauses(reader: Reader) -> Iterator[tuple[int, int]]:
    """The clauses with a word that may deny."""
    stops = [found.start() for found in _CLAUSE_STOP.finditer(reader.text)]
    end = 0
    for found in _DENIES.finditer(reader.text):
        if found.start() >= end:
            index = bisect_left(stops, found.start())
            start = stops[index - 1] + 1 if index else 0
            end = stops[index] if index < len(stops) else len(reader.text)
            yield start, end
