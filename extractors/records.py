"""The frozen types that travel from bytes to facts.

Offsets are code points, `end` is exclusive, and `text[start:end]` is always the wording a record speaks of.
For local .txt input they count in the file's decoded text, unchanged; otherwise in `Document.text`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

PageKind = Literal["detail", "list", "shell", "soft_404", "chrome", "empty", "undecodable", "file", "text"]
"""What an `ok` response turned out to be (DESIGN section 3)."""

ReportKind = Literal["rule_of_law", "open_government", "enforcement", "website", "other", "unknown"]
Part = Literal["achievements", "problems", "first_responsible_person", "next_year_plan", "other"]
"""The five statutory parts of a report (督察工作规定, 厅字〔2019〕28号)."""

Bound = Literal["exact", "at_least", "at_most", "approx", "range"]
Period = Literal["report_year", "prior_year", "cumulative", "multi_year", "plan", "as_of_date"]
Severity = Literal["info", "warning", "error"]
Owner = Literal["publisher", "source", "extractor"]
"""Whose an issue is: the publisher's text, the source entry, or our own reading."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong or doubtful; `start`/`end` point into the text where they can."""

    kind: str
    severity: Severity
    owner: Owner
    message: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or table row of the body: `text[start:end]`, cells of a row joined by a tab.

    A paragraph of a page that belongs to the signature block, or is a footnote, says so.
    """

    start: int
    end: int
    kind: Literal["paragraph", "row", "signature", "footnote"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the body, row by row, as printed; `start`/`end` span its rows in the text."""

    start: int
    end: int
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file a page links to (`status` linked), or one an archive holds (member), whose url is its path there."""

    name: str
    url: str
    kind: str
    status: Literal["linked", "member"] = "linked"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list page; `url` as written unless a base was given; `listed_on` the date beside it."""

    title: str
    url: str
    listed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """Chrome taken out of a page: the wording and the rule that removed it (evidence, never analysed)."""

    text: str
    rule: str


@dataclass(frozen=True, slots=True)
class MetaTag:
    """One tag of the meta standard (国办发〔2017〕47号) that says something, by its standard name."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Document:
    """What one page, file or text says, before anyone asks what it means.

    The three dates are the page's own claims and are never mixed: `published_on` (when it was put up),
    `written_on` (成文日期), `signed_on` (the date under the signature).
    """

    kind: PageKind
    text: str
    blocks: tuple[Block, ...] = ()
    tables: tuple[Table, ...] = ()
    title: str | None = None
    published_on: date | None = None
    written_on: date | None = None
    signed_on: date | None = None
    publisher: str | None = None
    """发布机构 as the page or its catalogue table states it."""
    content_source: str | None = None
    index_number: str | None = None
    """索引号 as printed."""
    document_number: str | None = None
    """发文字号 as printed."""
    topic: str | None = None
    """主题分类 (or 组配分类, 体裁分类 …) as printed."""
    validity: str | None = None
    """有效性 as printed."""
    column_name: str | None = None
    """The site's column the page lies in."""
    site_code: str | None = None
    """政府网站标识码."""
    site_name: str | None = None
    frame_names: tuple[str, ...] = ()
    """Names of sites, columns and bodies in the page's `<title>`, its path (您的位置：…) and its foot (主办：…)."""
    platform: str | None = None
    """CMS family that was recognised, e.g. trs, hanweb, ucap, gkmlpt, vsb, epoint."""
    encoding: str | None = None
    body_url: str | None = None
    """For a shell: where the article lives."""
    attachments: tuple[Attachment, ...] = ()
    list_rows: tuple[ListRow, ...] = ()
    removed: tuple[Removed, ...] = ()
    meta_tags: tuple[MetaTag, ...] = ()
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    section: int | None
    """Index into `Reading.sections`."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and all it covers. `start` is where the heading starts, `end` where the next of its level does."""

    start: int
    end: int
    level: int
    heading: str
    heading_end: int
    part: Part | None


@dataclass(frozen=True, slots=True)
class Quantity:
    """One expression of how many or how much (POLICY layer 1): qualifier + numeral + unit, nothing else."""

    start: int
    end: int
    text: str
    value: float
    value_high: float | None
    unit: str | None
    """As written, but 万元/亿元 are 元 and ％/百分之 are %."""
    bound: Bound
    per: str | None = None
    """人均, 每千人 … where the figure is a rate."""
    is_zero_form: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its meaning. `code` is the codebook's, None for an open quantity outside it.

    `value` is in the codebook's canonical `unit` (万元 → 元 …); `unit_written` keeps the report's own.
    `start`/`end` span the figure, or the wording that says there is none (`is_explicit_zero`).
    `part_of` is the index, in the same reading's `facts`, of the total this figure is a part of;
    `repeats` the index of an earlier fact that tells the same figure.
    """

    start: int
    end: int
    text: str
    code: str | None
    value: float
    value_high: float | None
    unit: str | None
    unit_written: str | None
    bound: Bound
    period: Period
    is_explicit_zero: bool
    part_of: int | None
    section: Part | None
    subject: str | None
    subject_start: int | None
    subject_end: int | None
    rule: str
    """Id of the lexicon rule that decided."""
    confidence: float | None
    is_headline: bool = False
    """The stated total or general subject: preferred where a code has several figures."""
    repeats: int | None = None
    period_year: int | None = None
    """The year a prior_year, plan or dated figure names, where it names one."""
    as_of: date | None = None
    """Cut-off date (截至…) where the sentence or the report states one before the year's end."""
    growth: Literal["increase", "decrease"] | None = None
    """Set when the figure is a stated change (同比增长…), never a level."""
    change_of: int | None = None
    """Index of the level, in the same reading's `facts`, whose stated change this is, where the text ties them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One organisation a name may mean. `region_code` is nine digits, counties and above zero-padded."""

    name: str
    region_code: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who publishes. `resolved` has exactly one region; `ambiguous` lists them all; `unknown` has none."""

    name: str | None
    status: Literal["resolved", "ambiguous", "unknown"]
    region_code: str | None = None
    level: str | None = None
    """province, prefecture, county, township, or None."""
    kind: str | None = None
    """government, party_and_government, department, subdistrict_office, committee, or None."""
    candidates: tuple[Candidate, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything understood of one document by one release of the extractors."""

    document: Document
    report_kind: ReportKind = "unknown"
    report_year: int | None = None
    organisation: Organisation = field(default_factory=lambda: Organisation(None, "unknown"))
    sections: tuple[Section, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    facts: tuple[Fact, ...] = ()
    issues: tuple[Issue, ...] = ()
    data_cutoff: date | None = None
    """Where the report's data stop before the year does (截至11月30日), else None."""


@dataclass(frozen=True, slots=True)
class SourceHint:
    """What the source entry knows of the pages it leads to; the strongest evidence for organisation."""

    body: str | None = None
    region_code: str | None = None
    county: str | None = None
    listed_title: str | None = None
    listed_on: date | None = None
