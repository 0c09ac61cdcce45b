"""Who publishes: one region with evidence, or a refusal with every candidate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from extractors.organisation.bodies import Body, level_in_words
from extractors.organisation.evidence import (
    WEIGHTY,
    Context,
    Named,
    contexts,
    entered_region,
    mentioned,
    named_bodies,
    named_elsewhere,
    own_site,
)
from extractors.organisation.gazetteer import Gazetteer, Level, level_of
from extractors.records import Candidate, Document, Issue, Organisation, Owner, SourceHint

_RANK = {"government": 0, "subdistrict_office": 1, "department": 2, "committee": 3, "party": 4}
_RELATIVE_LEVELS: Mapping[str, tuple[Level, ...]] = {
    "省": ("province",),
    "市": ("province", "prefecture", "county"),
    "州": ("prefecture",),
    **dict.fromkeys("县区旗", ("county",)),
    **dict.fromkeys("镇乡", ("township",)),
}
_TOWNSHIP = re.compile(
    r"(?:[乡镇]|苏木)(?:人民)?(?:政府|党委|委员会)|街道(?:办事处|党工委|工委)|(?:乡|镇|街道|苏木)$"
)
"""A body of a township, also of one that is in no list."""


def is_of_township(organisation: Organisation) -> bool:
    """Whether it is a township's, by its region or, where that is not settled, by its name."""
    return organisation.level == "township" or _TOWNSHIP.search(organisation.name or "") is not None


def resolve(
    document: Document, hint: SourceHint | None, gazetteer: Gazetteer, year: int | None = None
) -> tuple[Organisation, tuple[Issue, ...]]:
    """The organisation a report of a `year` is of, and what is doubtful about it.

    The report's own title, letterhead and signature say which body it is; the source entry, 网站标识码,
    索引号, 发布机构, addressee and, last, the places the text speaks of, in this order, say which of the
    places of that name. A township's name alone settles nothing where the page around it names another county, be it in
    the gazetteer or not. A site may carry another body's report: a region above or below the named one never
    replaces it. Of divisions that bore the name one after the other it is the one of that year. `resolved` has
    one region; `ambiguous` lists all that remain; `unknown` keeps the name: the gazetteer does not have it, or
    firm evidence contradicts the only place of that name. A body whose place nobody tells (市司法局) has no name.
    """
    named = named_bodies(document, hint, gazetteer)
    main = _main(named)
    if main is None:
        issue = _issue("organisation_unknown", "nothing names the body whose report it is", "publisher")
        return Organisation(None, "unknown"), (issue,)
    kin = [n for n in named if _is_same(n.body, main.body)]
    others = [n for n in named if n not in kin and n.body.codes]
    if not any(n.body.region for n in kin):
        kin += own_site(document, main.body, gazetteer)
    body = _fullest(main.body, kin)
    codes, evidence = _named_codes(body, kin)
    codes = gazetteer.standing(codes, year)
    around = [*contexts(document, hint, gazetteer), *_as_contexts(others)]
    if not body.region:
        around = _seat(body, around)
        codes = around[0].codes if around else frozenset()
    codes, told, issues = _narrow(codes, around, body, gazetteer)
    if len(codes) > 1 and not issues:
        mention = mentioned(document.text, codes, gazetteer)
        if mention is not None:
            codes, told = _within(codes, mention, gazetteer), (*told, mention.source)
    if not codes and body.region:
        codes, told = _entered(body, hint, gazetteer)
    codes |= _rivals(codes, others, gazetteer)
    is_firm = any(context.is_hard and context.source in told for context in around)
    if len(codes) == 1 and not is_firm and _is_bare(body, codes, gazetteer):
        issues = issues or _elsewhere(body, min(codes), document, hint, named, gazetteer)
    joint = any(n.body.kind == "party" for n in kin)
    return _answer(body, codes, evidence + told, joint, issues, gazetteer)


def _as_contexts(others: Sequence[Named]) -> list[Context]:
    """Bodies of another name that sign or stand above a report place it: a county signs for its town."""
    weighty = [n for n in others if n.source in WEIGHTY]
    return [Context(n.body.codes, f"{n.source}: {n.body.wording}", False) for n in weighty]


def _elsewhere(
    body: Body,
    code: str,
    document: Document,
    hint: SourceHint | None,
    named: Sequence[Named],
    gazetteer: Gazetteer,
) -> tuple[Issue, ...]:
    """What places a township that is named without its county in another than the only one known of that name."""
    source = named_elsewhere(document, hint, named, code, gazetteer)
    if source is None:
        return ()
    message = f"{source} is no place around {_name(body, code, gazetteer)}"
    return (_issue("organisation_conflict", message, "source"),)


def _entered(
    body: Body, hint: SourceHint | None, gazetteer: Gazetteer
) -> tuple[frozenset[str], tuple[str, ...]]:
    """For a region the gazetteer does not list (yet): the code of the source entry, if it is of its level."""
    code = entered_region(hint)
    if code is None or code in gazetteer.names or level_of(code) != level_in_words(body.region):
        return frozenset(), ()
    return frozenset((code,)), (f"source entry: region {code}",)


def _rivals(codes: frozenset[str], others: Sequence[Named], gazetteer: Gazetteer) -> frozenset[str]:
    """Places a signature names that are not above or below the titled place: one of the two is wrong."""
    if len(codes) != 1:
        return frozenset()
    signed = (n.body for n in others if n.source == "signature" and not n.body.office)
    found = (b.codes for b in signed if not _within(codes, Context(b.codes, "", False), gazetteer))
    return frozenset(code for rival in found for code in rival)


def _main(named: Sequence[Named]) -> Named | None:
    """The body of the weightiest source; among a joint report's, the government."""
    if not named:
        return None
    first = [n for n in named if n.source == named[0].source]
    return min(first, key=lambda n: _RANK[n.body.kind])


def _is_same(body: Body, main: Body) -> bool:
    """Whether two wordings name one body, one perhaps with more of its county, or its party committee."""
    if main.is_zone and not main.is_stated:
        return main.region in body.wording
    if bool(body.office) != bool(main.office) or (body.office and body.office != main.office):
        return False
    if not body.region or not main.region:
        return body.region == main.region or bool(main.office)
    longer, shorter = sorted((body.region, main.region), key=len, reverse=True)
    above = longer.removesuffix(shorter)
    is_fuller = longer.endswith(shorter) and (not above or above[-1] in "省市县区旗州盟府")
    return is_fuller or bool(body.codes & main.codes)


def _fullest(main: Body, kin: Sequence[Named]) -> Body:
    """The wording that tells most of the body: its stated form with the longest region."""
    governing = [n.body for n in kin if n.body.kind != "party"] or [main]
    stated = next((b for b in governing if b.is_stated), main)
    longest = max((n.body for n in kin), key=lambda b: len(b.region))
    if main.is_zone and not main.is_stated and stated.office:
        return stated
    relative = next((b.relative for b in governing if b.relative), "")
    return replace(stated, region=longest.region, codes=longest.codes, office=main.office, relative=relative)


def _named_codes(body: Body, kin: Sequence[Named]) -> tuple[frozenset[str], tuple[str, ...]]:
    """What the body's wordings have in common. A longer one that is not listed outweighs a shorter one."""
    codes = body.codes
    for one in kin:
        codes = codes & one.body.codes or codes
    sources = dict.fromkeys(f"{n.source}: {n.body.wording}" for n in kin if n.body.codes & codes or not codes)
    return codes, tuple(sources)


def _seat(body: Body, around: Sequence[Context]) -> list[Context]:
    """For a body named without its region (县司法局): the firm evidence that gives one of fitting level."""
    fitting = _RELATIVE_LEVELS.get(body.relative, ("province", "prefecture", "county"))
    firm = (c for c in around if c.is_hard and len(c.codes) == 1)
    return [c for c in firm if level_of(min(c.codes)) in fitting][:1]


def _within(codes: frozenset[str], context: Context, gazetteer: Gazetteer) -> frozenset[str]:
    return frozenset(
        c for c in codes if any(gazetteer.is_within(c, r) or gazetteer.is_within(r, c) for r in context.codes)
    )


def _narrow(
    codes: frozenset[str], around: Sequence[Context], body: Body, gazetteer: Gazetteer
) -> tuple[frozenset[str], tuple[str, ...], tuple[Issue, ...]]:
    """Applies contexts in order until one place remains; a contradiction ends it, and is an issue."""
    told: list[str] = []
    issues: list[Issue] = []
    for context in around:
        if not codes or not context.codes:
            continue
        left = _within(codes, context, gazetteer)
        if left and len(left) < len(codes):
            codes = left
            told.append(context.source)
        elif left and context.is_hard:
            told.append(context.source)
        elif not left and (context.is_hard or len(codes) > 1):
            message = f"{context.source} contradicts {body.wording}"
            issues.append(_issue("organisation_conflict", message, "source"))
            if len(codes) > 1:
                break
    return codes, tuple(told), tuple(issues)


def _answer(
    body: Body,
    codes: frozenset[str],
    evidence: tuple[str, ...],
    joint: bool,
    issues: tuple[Issue, ...],
    gazetteer: Gazetteer,
) -> tuple[Organisation, tuple[Issue, ...]]:
    kind = _kind(body, joint)
    candidates = tuple(Candidate(_name(body, c, gazetteer), c, "; ".join(evidence)) for c in sorted(codes))
    if len(codes) == 1 and not (issues and _is_bare(body, codes, gazetteer)):
        (code,) = codes
        return Organisation(
            candidates[0].name, "resolved", code, level_of(code), kind, candidates, evidence
        ), issues
    is_placeless = bool(body.relative) and not body.region
    name = None if is_placeless else _prefix(body) + body.region + _suffix(body, body.region)
    levels = {level_of(c) for c in codes}
    doubtful = levels.pop() if len(levels) == 1 else level_in_words(body.region)
    if len(codes) > 1:
        message = f"{body.wording} may be {len(codes)} places: {', '.join(c.name for c in candidates)}"
        found = _issue("organisation_ambiguous", message, "source")
        return Organisation(name, "ambiguous", None, doubtful, kind, candidates, evidence), (*issues, found)
    found = _issue("organisation_unknown", f"the gazetteer does not settle {body.wording}", "source")
    return Organisation(name, "unknown", None, doubtful, kind, candidates, evidence), (*issues, found)


def _is_bare(body: Body, codes: frozenset[str], gazetteer: Gazetteer) -> bool:
    """Whether the wording is a township's name without anything above it."""
    (code,) = codes
    name = gazetteer.name_in(code, body.region) if code in gazetteer.names else ""
    return level_of(code) == "township" and len(body.region) <= len(name)


def _kind(body: Body, joint: bool) -> str | None:
    if body.is_zone and not body.is_stated:
        return None
    if body.kind == "government" and body.region.endswith(("街道", "街")):
        return "subdistrict_office"
    if body.kind == "government":
        return "party_and_government" if joint else "government"
    return "committee" if body.kind == "party" else body.kind


def _name(body: Body, code: str, gazetteer: Gazetteer) -> str:
    """The full official name: 县 and 市 stand alone, 区 after their city, townships after their county."""
    if code not in gazetteer.names:
        return _prefix(body) + body.region + _suffix(body, body.region)
    name = gazetteer.name_in(code, body.region)
    return _prefix(body) + _place_name(code, body.region, gazetteer) + _suffix(body, name)


def _prefix(body: Body) -> str:
    return "中共" if body.kind == "party" else ""


def _place_name(code: str, wording: str, gazetteer: Gazetteer) -> str:
    name = gazetteer.name_in(code, wording)
    above = gazetteer.parent(code)
    if above is None or level_of(code) in ("province", "prefecture"):
        return name
    if level_of(code) == "county" and not name.endswith("区"):
        return name
    upper = _place_name(above, wording, gazetteer)
    return name if name.startswith(upper.rstrip("省市县区")) else upper + name


def _suffix(body: Body, region: str) -> str:
    if body.office:
        return body.office
    if body.kind == "committee":
        return "管理委员会"
    if body.kind == "party":
        return "委员会" if region.endswith(("镇", "乡")) else "委"
    if region.endswith("街道") or body.kind == "subdistrict_office":
        return "办事处"
    return "" if body.is_zone and not body.is_stated else "人民政府"


def _issue(kind: str, message: str, owner: Owner) -> Issue:
    return Issue(kind, "warning", owner, message)
