"""Synthetic nights of any size, skewed like real ones: a few indicators make most figures, a few reports are long.

Places and wording are invented. The same seed gives the same nights, whatever the size asked for.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from extractors.codebook import load_codebook
from extractors.records import Document, Fact, Organisation, Quantity, Reading, Section, Sentence
from warehouse.records import Attempt, ReadingEntry, RegionRow, RunRow, SourceRow, stable_id

YEARS = tuple(range(2019, 2025))
FACTS_A_REPORT = 40
RELEASE = "bench+0"
FIRST_NIGHT = datetime(2025, 4, 2, 18, tzinfo=UTC)
_PARTS = ("achievements", "problems", "first_responsible_person", "next_year_plan")
_SYLLABLES = "河湾渡桥岭坪松柳榕石泉溪塘坝坡岩竹梅兰荷桂枫柏杉槐桑麻稻麦茶渔樵耕读集市场街巷院祠塔亭楼阁仓廒"


@dataclass(frozen=True, slots=True)
class Town:
    """One publishing body: its source, region and the place in the order of things that seeds its texts."""

    number: int

    @property
    def region_code(self) -> str:
        county, town = divmod(self.number, 15)
        return f"98{county:04d}1{town + 1:02d}"

    @property
    def source_id(self) -> str:
        return f"town-{self.number:06d}"

    @property
    def body(self) -> Organisation:
        return Organisation(
            f"第{self.number}镇人民政府", "resolved", self.region_code, "township", "government"
        )

    def source(self) -> SourceRow:
        url = f"http://{self.source_id}.example"
        return SourceRow(
            self.source_id,
            self.body.name or "",
            "trs",
            url,
            self.body.name,
            self.region_code,
            YEARS,
            0,
            None,
            True,
            "e",
        )


def towns(facts: int) -> list[Town]:
    """As many bodies as make about `facts` facts with a report for each of `YEARS`."""
    return [Town(number) for number in range(max(1, round(facts / FACTS_A_REPORT / len(YEARS))))]


def regions(places: list[Town]) -> list[RegionRow]:
    """The towns and the counties above them."""
    counties = sorted({town.region_code[:6] for town in places})
    return [
        *(RegionRow(f"{county}000", f"县{county}", "county", f"{county[:4]}00000") for county in counties),
        *(RegionRow(t.region_code, f"第{t.number}镇", "township", f"{t.region_code[:6]}000") for t in places),
    ]


def run(number: int) -> RunRow:
    """The night of that number; the first is 1."""
    at = FIRST_NIGHT + timedelta(days=number - 1)
    return RunRow(f"run-{number}", "night", at, at + timedelta(hours=1), "succeeded")


def night(
    number: int, places: list[Town], years: tuple[int, ...] = YEARS
) -> Iterator[tuple[Attempt, ReadingEntry]]:
    """Every report of `places` and `years` as fetched and read that night; another night is another wording."""
    for town in places:
        for year in years:
            content = report(town, year, edition=number)
            at = run(number).started_at + timedelta(seconds=year)
            url = f"http://{town.source_id}.example/{year}"
            sha = stable_id(content.document.text)
            fetched = Attempt(
                stable_id(url, at), f"run-{number}", town.source_id, "detail", url, url, at, 100, "ok", 200, "detail",
                "text/html", None, None, None, 20000, sha, None, content.document.title,
            )  # fmt: skip
            yield (
                fetched,
                ReadingEntry(
                    stable_id(url, sha, RELEASE), town.source_id, url, sha, at, RELEASE, at, content
                ),
            )


def report(town: Town, year: int, edition: int) -> Reading:
    """A report of some 3,000 characters whose filler stays for about two years in three, as real ones do."""
    chance = random.Random(f"{town.number}/{year}/{edition}")
    codes = list(load_codebook().values())
    count = max(3, min(200, round(chance.lognormvariate(3.55, 0.5))))
    text = f"第{town.number}镇{year}年度法治政府建设情况报告\n"
    sentences, quantities, facts = [Sentence(0, len(text), 0)], [], []
    for place in range(count):
        indicator = codes[min(int(chance.paretovariate(0.6)) - 1, len(codes) - 1)]
        value = round(chance.lognormvariate(3.5, 1.6)) + (edition if place == 0 else 0)
        bound = "at_least" if chance.random() < 0.12 else "exact"
        lead = _filler(town, year, place) + indicator.name_zh
        figure = f"{value}{'余' if bound == 'at_least' else ''}{indicator.unit}"
        start, end = len(text) + len(lead), len(text) + len(lead) + len(figure)
        sentences.append(Sentence(len(text), end + 1, 0))
        text += f"{lead}{figure}。"
        period = "as_of_date" if indicator.kind == "stock" else "report_year"
        quantities.append(Quantity(start, end, figure, value, None, indicator.unit, bound))
        facts.append(
            Fact(
                start,
                end,
                figure,
                indicator.code if chance.random() < 0.8 else None,
                value,
                None,
                indicator.unit,
                indicator.unit,
                bound,
                period,
                False,
                None,
                "achievements",
                indicator.name_zh,
                None,
                None,
                "rule-1",
                0.9,
            )
        )
    width = len(text) // len(_PARTS)
    sections = tuple(
        Section(at * width, (at + 1) * width, 1, f"第{at + 1}部分", 5, part) for at, part in enumerate(_PARTS)
    )
    published = date(year + 1, 1, 10) + timedelta(days=round(chance.gammavariate(4, 14)))
    document = Document("detail", text, title=text.split("\n")[0], published_on=published)
    return Reading(
        document, "rule_of_law", year, town.body, sections, tuple(sentences), tuple(quantities), tuple(facts)
    )


def _filler(town: Town, year: int, place: int) -> str:
    kept_since = year - (year + place) % 3
    chance = random.Random(f"{town.number}/{kept_since}/{place}")
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(30, 80)))
