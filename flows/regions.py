"""Official yearly lists of divisions: read, checked, kept with the archive, and told as versions with lineage.

A list is a CSV (UTF-8 or GB18030) or XLSX with a header row: the code (2 to 12 digits) and the name, in any order,
optionally the predecessors' codes (parted by |) and the day the change took effect.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from extractors.organisation import Gazetteer
from extractors.organisation.gazetteer import FILLERS, level_of
from flows.settings import Settings
from warehouse.records import RegionRow
from warehouse.regions import Division, Edition, Version, mistakes, region_history

_HEADERS = {
    "code": ("code", "代码", "区划代码", "行政区划代码", "统计用区划代码"),
    "name": ("name", "名称", "单位名称", "区划名称", "行政区划名称"),
    "predecessors": ("predecessors", "前身代码", "原代码"),
    "effective_on": ("effective_on", "生效日期", "变更日期"),
}


class RegionListError(ValueError):
    """A list that cannot be taken; every line names the file, the row and what is wrong."""


def import_regions(
    settings: Settings, file: Path, as_of: date, *, dry_run: bool = False
) -> tuple[Version, ...]:
    """Check a list against all that is held, keep it, and return the versions it begins. Raises RegionListError."""
    edition = read_list(file, as_of)
    base, earlier = Gazetteer.load(settings.gazetteer).names, editions(settings)
    if wrong := list(mistakes(edition, base, earlier)):
        raise RegionListError("\n".join(f"{file}: {mistake}" for mistake in wrong))
    if not dry_run:
        _keep(settings, edition)
    held = {(v.code, v.valid_from) for v in region_history(base, earlier)}
    history = region_history(base, [*earlier, edition])
    return tuple(version for version in history if (version.code, version.valid_from) not in held)


def read_list(file: Path, as_of: date) -> Edition:
    """The list as an edition. Raises RegionListError naming row and reason."""
    try:
        rows = iter(list(_sheet(file) if file.suffix.lower() == ".xlsx" else _csv(file)))
    except Exception as error:  # every format's reader has errors of its own
        raise RegionListError(
            f"{file}: cannot be read ({error}); save it again as CSV (UTF-8) or XLSX"
        ) from error
    header = [str(cell or "").strip() for cell in next(rows, ())]
    places = {
        field: next((i for i, word in enumerate(header) if word in words), None)
        for field, words in _HEADERS.items()
    }
    if places["code"] is None or places["name"] is None:
        raise RegionListError(f"{file}: row 1: needs the columns 代码 and 名称 (or code and name)")
    divisions: dict[str, Division] = {}
    wrong: list[str] = []
    for number, row in enumerate(rows, start=2):
        cells = {
            field: str(row[i]).strip() if i is not None and i < len(row) and row[i] is not None else ""
            for field, i in places.items()
        }
        if not any(cells.values()) or cells["name"] in FILLERS:
            continue
        try:
            division = _division(cells)
        except ValueError as error:
            wrong.append(f"{file}: row {number}: {error}")
            continue
        if division.code in divisions:
            wrong.append(f"{file}: row {number}: code {division.code} is listed twice")
        divisions[division.code] = division
    if wrong:
        raise RegionListError("\n".join(wrong))
    if not divisions:
        raise RegionListError(f"{file}: no division in it")
    return Edition(as_of, divisions)


def editions(settings: Settings) -> list[Edition]:
    """The lists held, oldest first."""
    folder = _folder(settings)
    files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    return [read_list(file, date.fromisoformat(file.stem)) for file in files]


def places(settings: Settings) -> Path | None:
    """The gazetteer readings resolve against: the settings' own (None: the built-in one), or, where official lists are
    held, a file made of it and of them, in which former names and codes still lead to the division.
    """
    lists = editions(settings)
    if not lists:
        return settings.gazetteer
    base = Gazetteer.load(settings.gazetteer)
    content = gazetteer_text(base, region_history(base.names, lists))
    target = settings.warehouse / "places.tsv"
    if not target.exists() or target.read_text(encoding="utf-8") != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        building = target.with_suffix(".building")
        building.write_text(content, encoding="utf-8")
        building.replace(target)
    return target


def gazetteer_text(base: Gazetteer, history: Iterable[Version]) -> str:
    """All divisions that ever stood as a gazetteer file, one line a code; the same history gives the same text."""
    by_code: dict[str, list[Version]] = {}
    by_uid: dict[str, list[Version]] = {}
    for version in sorted(history, key=lambda v: (v.valid_from or date.min, v.code)):
        by_code.setdefault(version.code, []).append(version)
        by_uid.setdefault(version.uid, []).append(version)
    lines = ["code\tname\tparent\taliases\tformer_names\tformerly\tvalid_from\tvalid_to"]
    for code, versions in sorted(by_code.items()):
        newest, line = versions[-1], by_uid[versions[-1].uid]
        codes = list(dict.fromkeys(version.code for version in line))
        former = dict.fromkeys(version.name for version in versions if version.name != newest.name)
        cells = (
            code,
            newest.name,
            _parent(code, base, by_code) or "",
            "|".join(base.wordings(code)[1:]) if code in base.names else "",
            "|".join(former),
            "|".join(codes[:-1]) if code == codes[-1] else "",
            versions[0].valid_from or "",
            newest.valid_to or "",
        )
        lines.append("\t".join(map(str, cells)))
    return "\n".join(lines) + "\n"


def region_rows(
    codes: Iterable[str], gazetteer: Gazetteer, lists: Sequence[Edition]
) -> tuple[RegionRow, ...]:
    """Every version of the divisions named, of all above them and of those they followed or became."""
    history = region_history(gazetteer.names, lists)
    by_code: dict[str, list[Version]] = {}
    kin: dict[str, set[str]] = {}
    for version in history:
        by_code.setdefault(version.code, []).append(version)
        for old in version.predecessors:
            kin.setdefault(old, set()).add(version.code)
            kin.setdefault(version.code, set()).add(old)
    wanted: set[str] = set()
    open_codes = [code for code in codes if code in by_code]
    while open_codes:
        code = open_codes.pop()
        if code not in wanted:
            wanted.add(code)
            above = _parent(code, gazetteer, by_code)
            open_codes += [*kin.get(code, ()), *([above] if above else [])]
    return tuple(
        RegionRow(
            version.code,
            version.name,
            level_of(version.code),
            _parent(version.code, gazetteer, by_code),
            version.uid,
            version.valid_from,
            version.valid_to,
            version.event,
            version.predecessors,
            gazetteer.wordings(version.code)[1:] if version.code in gazetteer.names else (),
            version.is_official_date,
        )
        for code in sorted(wanted)
        for version in by_code[code]
    )


def _parent(code: str, gazetteer: Gazetteer, known: Mapping[str, object]) -> str | None:
    if code in gazetteer.names:
        return gazetteer.parent(code)
    above = (code[:width].ljust(9, "0") for width in (6, 4, 2))
    return next((one for one in above if one != code and one in known), None)


def _division(cells: Mapping[str, str]) -> Division:
    name = "".join(cells["name"].split())
    if not name or any(letter.isascii() for letter in name):
        raise ValueError(f"{cells['name']!r} is no name of a division")
    effective = cells["effective_on"]
    return Division(
        _code(cells["code"]),
        name,
        tuple(_code(code) for code in cells["predecessors"].split("|") if code),
        _day(effective[:10]) if effective else None,
    )


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ValueError(f"{written!r} is no day; it is written like 2025-01-31") from error


def _code(written: str) -> str:
    if not written.isascii() or not written.isdigit() or len(written) not in (2, 4, 6, 9, 12):
        raise ValueError(f"{written!r} is no division code of 2, 4, 6, 9 or 12 digits")
    if len(written) == 12 and not written.endswith("000"):
        raise ValueError(f"{written} is a village's code; the list ends at townships")
    return written[:9].ljust(9, "0")


def _csv(file: Path) -> Iterator[Sequence[object]]:
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    yield from csv.reader(io.StringIO(text, newline=""))


def _sheet(file: Path) -> Iterator[Sequence[object]]:
    workbook = load_workbook(file, read_only=True, data_only=True)
    yield from workbook.worksheets[0].iter_rows(values_only=True)


def _folder(settings: Settings) -> Path:
    return settings.archive / "regions"


def _keep(settings: Settings, edition: Edition) -> None:
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{edition.as_of}.csv"
    building = target.with_suffix(".building")
    with building.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("code", "name", "predecessors", "effective_on"))
        for _, one in sorted(edition.divisions.items()):
            writer.writerow((one.code, one.name, "|".join(one.predecessors), one.effective_on or ""))
    building.replace(target)
