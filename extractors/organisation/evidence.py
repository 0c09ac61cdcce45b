"""What a document and its source entry say about who publishes, in order of weight."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.glyphs import fold
from extractors.organisation.bodies import Body, bare, bodies, place_prefix, title_bodies, unlisted_region
from extractors.organisation.gazetteer import Gazetteer, level_of
from extractors.records import Document, SourceHint
from extractors.report.identity import is_menu, title_lines
from extractors.report.sentences import lines
from extractors.report.signature import find_signature

# Unified social credit code (GB 32100): characters 3 to 8 are the registering authority's GB/T 2260 code.
_CREDIT_CODE = re.compile(r"(?<![0-9A-Z])[1-9A-HJ-NPQRTUWXY]{2}(\d{6})[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
# 政府网站标识码: GB/T 2260 code and a sequence number of four digits; some 索引号 begin the same way.
_SITE_CODE = re.compile(r"(?<!\d)(\d{6})\d{4}(?!\d)")
_HEAD_LINES = 24
_ADDRESSEE = re.compile(r"^([^。；，\s]{2,30}(?:委|政府|办|局|办公室|委员会|厅)[^。；，]{0,20})[：:]$")
WEIGHTY = frozenset({"letterhead", "signature", "source entry"})
"""Sources of bodies of another name that place a report: a county signs for its town."""
_AFTER_PLACE = r"(?:委|人民政府|政府|人大|纪委|政协|司法局|依法治|法院|公安局)"


@dataclass(frozen=True, slots=True)
class Named:
    """A body somebody names, and where."""

    body: Body
    source: str


@dataclass(frozen=True, slots=True)
class Context:
    """Places the body must lie in (or around), and who says so."""

    codes: frozenset[str]
    source: str
    is_hard: bool


def named_bodies(document: Document, hint: SourceHint | None, gazetteer: Gazetteer) -> tuple[Named, ...]:
    """Bodies named as the report's own: titles, then letterhead, signature, source entry, publisher."""
    found: list[Named] = []
    titles = [("title", document.title), ("listed title", hint.listed_title if hint else None)]
    titles += [("title in the text", line) for line in title_lines(document.text)]
    for source, title in titles:
        if title and not is_menu(title):
            found += [Named(body, source) for body in title_bodies(title, gazetteer)]
    found += [Named(b, "letterhead") for line in _letterhead(document.text) for b in bodies(line, gazetteer)]
    signature = find_signature(document.text)
    for name in signature.names if signature else ():
        found += [Named(body, "signature") for body in bodies(name, gazetteer)]
    stated = [("source entry", hint.body if hint else None), ("发布机构", document.publisher)]
    stated.append(("信息来源", document.content_source))
    for source, wording in stated:
        if wording:
            found += [Named(body, source) for body in bodies(wording, gazetteer)]
    return tuple(found)


def own_site(document: Document, body: Body, gazetteer: Gazetteer) -> tuple[Named, ...]:
    """For a body named without its region (市司法局): the same with its region, where the site, its path or its foot
    names one and no other."""
    sites = [name for name in (document.site_name, *document.frame_names) if name]
    found = [one for name in sites for one in bodies(name, gazetteer)]
    same = [
        one
        for one in found
        if one.region.endswith(body.relative) and one.office == body.office and one.region
    ]
    return tuple(Named(one, "site name") for one in same[:1] if len({one.region for one in same}) == 1)


def _letterhead(text: str) -> Iterator[str]:
    """Lines above the first prose that name a body and nothing else."""
    for row in lines(text)[:_HEAD_LINES]:
        content = text[row.start : row.end]
        if "。" in content:
            return
        if re.fullmatch(r"[^：:>|0-9]{4,40}(?:委员会|人民政府|办事处|[省市县区州旗]委)", content):
            yield content


def entered_region(hint: SourceHint | None) -> str | None:
    """The nine-digit region code of a source entry, if it gives one."""
    if hint is None or not hint.region_code:
        return None
    return hint.region_code[:9].ljust(9, "0")


def contexts(document: Document, hint: SourceHint | None, gazetteer: Gazetteer) -> Iterator[Context]:
    """Places that narrow a name down, in order of weight."""
    code = entered_region(hint)
    if code is not None:
        yield Context(frozenset((code,)), f"source entry: region {code}", True)
    if hint and hint.county:
        yield Context(place_prefix(hint.county, gazetteer), f"source entry: {hint.county}", True)
    coded = [("网站标识码", document.site_code, _SITE_CODE), ("索引号", document.index_number, _CREDIT_CODE)]
    coded.append(("索引号", document.index_number, _SITE_CODE))
    for source, printed, pattern in coded:
        match = pattern.search(printed) if printed else None
        region = gazetteer.region(match[1]) if match else None
        if region is not None:
            yield Context(frozenset((region,)), f"{source} {printed}", True)
    for source, wording in (("发布机构", document.publisher), ("site name", document.site_name)):
        if wording:
            yield Context(place_prefix(wording, gazetteer), f"{source} {wording}", False)
    for addressee in _addressees(document.text):
        yield Context(place_prefix(addressee, gazetteer), f"addressee {addressee}", False)


def _addressees(text: str) -> Iterator[str]:
    for row in lines(text)[:_HEAD_LINES]:
        content = text[row.start : row.end]
        match = _ADDRESSEE.match(content)
        if match:
            yield match[1]
        if "。" in content:
            return


def named_elsewhere(
    document: Document, hint: SourceHint | None, named: Sequence[Named], code: str, gazetteer: Gazetteer
) -> str | None:
    """Who places a report in a county, district or city, listed or not, that a township does not lie in; None where
    nobody does, or somebody names the township's own."""
    told = [(n.source, n.body.region) for n in named if n.source in WEIGHTY]
    told += [("source entry", wording) for wording in (hint.county, hint.body) if wording] if hint else []
    stated = (
        ("发布机构", document.publisher),
        ("信息来源", document.content_source),
        ("site name", document.site_name),
    )
    told += [(source, wording) for source, wording in stated if wording]
    told += [("addressee", name) for name in _addressees(document.text)]
    told += [("page", name) for name in document.frame_names]
    folded = [(source, bare(wording)) for source, wording in told]
    own = gazetteer.wordings(gazetteer.parent(code) or code)
    if any(name in wording for _, wording in folded for name in own):
        return None
    return next((f"{source} {name}" for source, name in folded if _is_elsewhere(name, code, gazetteer)), None)


def _is_elsewhere(wording: str, township: str, gazetteer: Gazetteer) -> bool:
    """Whether a wording begins with a region above townships that one does not lie in. A division that shares a name's
    stem is the same, renamed."""
    place = gazetteer.read(wording)
    regions = {code for code in place.codes if level_of(code) != "township"}
    if regions and not any(gazetteer.is_within(township, region) for region in regions):
        return True
    stem = unlisted_region(wording[place.length if regions else 0 :])
    around = (name for code in gazetteer.lineage(township) for name in gazetteer.wordings(code))
    return stem is not None and not any(name.startswith(stem) for name in around)


def mentioned(text: str, candidates: frozenset[str], gazetteer: Gazetteer) -> Context | None:
    """The one county, prefecture or province among the candidates' own that the text speaks of, or None.

    A place counts when the text's head names it, when it is named twice, or as an authority or in a law's
    title. A province counts only when the text names no other.
    """
    folded = fold(text)
    head = folded[: folded.find("。") + 1]
    for width in (6, 4, 2):
        places = {
            a: gazetteer.wordings(a)
            for c in candidates
            for a in gazetteer.lineage(c)
            if a != c and not a[width:].strip("0") and a[width - 2 : width] != "00"
        }
        told = {code for code, names in places.items() if any(_is_told(n, folded, head) for n in names)}
        if len(told) > 1:
            return None
        if told and (width > 2 or _only_province(folded, told, gazetteer)):
            (code,) = told
            return Context(frozenset(told), f"text names {gazetteer.names[code]}", False)
    return None


def _is_told(name: str, text: str, head: str) -> bool:
    return (
        name in head or text.count(name) > 1 or re.search(f"《{name}|{name}{_AFTER_PLACE}", text) is not None
    )


def _only_province(text: str, told: set[str], gazetteer: Gazetteer) -> bool:
    named = {c for c, name in gazetteer.names.items() if c.endswith("0000000") and name in text}
    return named <= told
