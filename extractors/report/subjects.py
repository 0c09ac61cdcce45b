"""Subjects of several figures: shared out (甲、乙分别为76项、33项) or carried on (接访102批458人次)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from extractors.records import Quantity
from extractors.report.lexicon import load_grammar
from extractors.report.matching import says_nothing
from extractors.report.wording import EMPTY, Phrase, Window

_QUOTES = re.compile("”“")
_ENDS = re.compile("(?:、|以及|[和及与])$")
_LINK = re.compile(r"[、和及与\s]{1,2}")


@cache
def _share_out() -> re.Pattern[str]:
    return re.compile(rf"(?:{load_grammar().respectively})(?:为|是|有|达到?|占|完成|办理|共|约)*$")


@cache
def _shared_deed() -> re.Pattern[str]:
    return re.compile(rf"(?:{load_grammar().respectively})(?P<deed>[^，。；：、◇]{{1,8}})$")


@cache
def _words_of_sharing() -> re.Pattern[str]:
    return re.compile(load_grammar().respectively)


@cache
def _verbs() -> re.Pattern[str]:
    return re.compile(load_grammar().verbs)


@cache
def _governors() -> re.Pattern[str]:
    return re.compile(f"{load_grammar().verbs}|对|为|向|在|到|走进|深入|赴")


@cache
def _coordinator() -> re.Pattern[str]:
    return re.compile(load_grammar().coordinator)


def _members(text: str, phrase: Phrase) -> list[Phrase]:
    """The members of a list, parted by its coordinators or by nothing but quotation marks (“甲”“乙”)."""
    members = []
    position = 0
    parted = [found.span() for found in _coordinator().finditer(phrase.text)]
    parted += [(i, i) for i in _quotes_between(text, phrase)]
    for start, end in sorted(parted):
        members.append(phrase[position:start])
        position = end
    return [member for member in (*members, phrase[position:]) if member.text]


def _quotes_between(text: str, phrase: Phrase) -> Iterator[int]:
    """Where one quotation of the wording ends and the next begins."""
    if phrase.text:
        for found in _QUOTES.finditer(text, phrase.at[0], phrase.at[-1]):
            yield bisect_left(phrase.at, found.end())


def _run(text: str, quantities: Sequence[Quantity], windows: Sequence[Window], first: int) -> int:
    """How many figures from `first` on stand in one bare list (12件、9件和21件)."""
    last = first
    while (
        last + 1 < len(quantities)
        and _LINK.fullmatch(text[quantities[last].end : quantities[last + 1].start])
        and quantities[last + 1].unit == quantities[first].unit
        and says_nothing(windows[last + 1].before.text)
    ):
        last += 1
    return last - first + 1


def share_out(text: str, quantities: Sequence[Quantity], windows: Sequence[Window]) -> list[Window]:
    """The windows; where a list of subjects stands before a list of figures, each before its own."""
    shared = list(windows)
    done = 0
    for i, window in enumerate(windows):
        if i < done:
            continue
        count = _run(text, quantities, windows, i)
        if count < 2:
            continue
        done = i + count
        said = _share_out().search(window.before.text)
        deed = None if said else _shared_deed().search(window.before.text)
        tail = window.before[deed.start("deed") :] if deed else EMPTY
        said = said or deed
        subjects = window.before[: said.start()] if said else window.before
        members = _members(text, subjects)
        if said is None and (len(members) != count or _words_of_sharing().search(subjects.text)):
            continue
        if said is not None and len(members) > 1 and not _are_as_many(text, members, count):
            shared[i : i + count] = (one._replace(is_unequal=True) for one in windows[i : i + count])
        elif len(members) >= count:
            for offset, member in enumerate(members[-count:]):
                shared[i + offset] = windows[i + offset]._replace(before=member + tail)
    return shared


def _are_as_many(text: str, members: Sequence[Phrase], count: int) -> bool:
    """Whether a list has `count` members, or its last `count` are one of their own (案卷和决定书的优秀率、合格率)."""
    if len(members) <= count:
        return len(members) == count
    first = members[-count]
    separators = [text[one.at[-1] + 1 : other.at[0]] for one, other in pairwise(members[-count - 1 :])]
    is_apart = separators[0] != "、" and set(separators[1:]) == {"、"}
    return is_apart or "的" in first.text


def _governor(phrase: Phrase) -> Phrase:
    """The last verb or preposition of a wording: it holds for the later members of a list too. One behind its object is
    a noun (参与合同审查|14份), and an earlier one holds."""
    found = [*_governors().finditer(phrase.text)]
    if len(found) > 1 and found[-1].end() == len(phrase.text) and found[-2].end() < found[-1].start():
        found.pop()
    return phrase[found[-1].start() : found[-1].end()] if found else EMPTY


def carry_on(windows: Sequence[Window]) -> list[Window]:
    """The windows; a figure right after another may go on with its subject (接访9批20人次), or stand under its verb."""
    carried: list[Window] = []
    for window in windows:
        if carried:
            last = carried[-1]
            if window.from_figure and says_nothing(window.before.text) and not window.lead.text:
                window = window._replace(lead=last.lead if says_nothing(last.before.text) else last.before)
            elif _is_listed(window):
                window = window._replace(head=last.head if last.head.text else _governor(last.before))
        carried.append(window)
    return carried


def _is_listed(window: Window) -> bool:
    """Whether the figure is a later member of a list without a verb of its own (…、乙3件; 对2个村、|3个社区)."""
    wording = window.before.text
    if window.from_figure and _coordinator().match(wording):
        return not _verbs().search(wording)
    return window.from_figure and _ENDS.search(wording) is not None
