"""Administrative divisions by code and name: which places a wording may mean, and what lies in what.

File format (plain TSV, or gzip'd when the name ends in .gz), UTF-8, one division a line under a header:

    code	name	parent	aliases
    990000000	澜江省		澜江
    990122000	澜江县	990100000
    990122101	栗溪镇

`code` has up to nine digits in the manner of GB/T 2260 and GB/T 10114 (province 2, prefecture 4, county 6,
township 9) and is zero-padded; it gives the level. `parent` (a code) and `aliases` (parted by |) may be left
out: the parent is then the nearest listed code with the same beginning. Lines that begin with # are comments.

Four more columns tell of time: `former_names` this code bore, `formerly` the codes this very division bore before
(oldest first, each with a line of its own), and `valid_from` and `valid_to`, the days it stood from and until.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Literal

Level = Literal["province", "prefecture", "county", "township"]
_WIDTHS: tuple[tuple[int, Level], ...] = ((2, "province"), (4, "prefecture"), (6, "county"), (9, "township"))
_LONGEST = 24
FILLERS = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))
"""Rows of the official lists that stand for no division of their own."""


def division_names() -> frozenset[str]:
    """The names of the packaged divisions, read without the rest."""
    header, *lines = _packed().splitlines()
    at = header.split("\t").index("name")
    return frozenset(line.split("\t")[at] for line in lines if line and not line.startswith("#"))


def _packed() -> str:
    data = files("extractors.organisation").joinpath("data")
    return gzip.decompress(data.joinpath("divisions.tsv.gz").read_bytes()).decode("utf-8")


class GazetteerError(ValueError):
    """A gazetteer file that cannot be taken as it is; names file, line and reason."""


def level_of(code: str) -> Level:
    """The level a nine-digit code belongs to."""
    return next(level for width, level in _WIDTHS if not code[width:].strip("0"))


@dataclass(frozen=True, slots=True)
class PlaceName:
    """The longest run of division names at the start of a wording: its length, and the places it may mean."""

    length: int
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Past:
    """What divisions were before, by code: former names, the codes of the same division before, and the days from
    and until which it stood."""

    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spans: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)


class Gazetteer:
    """Divisions with their names, other names and parents. Immutable; load once, share."""

    def __init__(
        self,
        names: Mapping[str, str],
        parents: Mapping[str, str],
        aliases: Iterable[tuple[str, str]],
        past: Past | None = None,
    ) -> None:
        self.names = names
        self._parents = parents
        self._past = past or Past()
        self._heirs = {old: code for code, olds in self._past.codes.items() for old in olds}
        self._index: dict[str, list[str]] = {}
        for code, name in names.items():
            self._index.setdefault(name, []).append(code)
        for code, former in self._past.names.items():
            for name in former:
                self._index.setdefault(name, []).append(code)
        self._aliases: dict[str, list[str]] = {}
        for alias, code in aliases:
            self._index.setdefault(alias, []).append(code)
            self._aliases.setdefault(code, []).append(alias)
        self._stems: dict[str, list[str]] = {}
        for code, name in names.items():
            if code.endswith("000") and len(name) > 2 and name[-1] in "省市县区旗":
                self._stems.setdefault(name[:-1], []).append(code)

    @classmethod
    def load(cls, path: Path | None = None) -> Gazetteer:
        """The packaged divisions (30 June 2023) with their hand-made aliases, or those of a file.

        Raises GazetteerError when the file breaks the format.
        """
        if path is not None:
            opened = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            return cls._from_rows(_rows(opened.decode("utf-8"), path.name), path.name)
        data = files("extractors.organisation").joinpath("data")
        aliases = _rows(data.joinpath("aliases.tsv").read_text(encoding="utf-8"), "aliases.tsv")
        by_hand = [(row["alias"], row["code"]) for _, row in aliases]
        return cls._from_rows(_rows(_packed(), "divisions.tsv.gz"), "divisions.tsv.gz", by_hand)

    @classmethod
    def _from_rows(
        cls, rows: Iterable[tuple[int, Mapping[str, str]]], file: str, by_hand: Iterable[tuple[str, str]] = ()
    ) -> Gazetteer:
        names: dict[str, str] = {}
        parents: dict[str, str] = {}
        aliases = list(by_hand)
        former: dict[str, tuple[str, ...]] = {}
        earlier: dict[str, tuple[str, ...]] = {}
        spans: dict[str, tuple[date | None, date | None]] = {}
        for line, row in rows:
            code, name = row["code"].ljust(9, "0"), row.get("name")
            if len(code) != 9 or not code.isascii() or not code.isdigit() or not name:
                raise GazetteerError(f"{file}, line {line}: needs a code of at most nine digits and a name")
            if code in names:
                raise GazetteerError(f"{file}, line {line}: code {code} is listed twice")
            names[code] = name
            if row.get("parent"):
                parents[code] = row["parent"].ljust(9, "0")
            aliases += [(alias, code) for alias in _listed(row, "aliases")]
            if told := _listed(row, "former_names"):
                former[code] = told
            if olds := _listed(row, "formerly"):
                earlier[code] = tuple(old.ljust(9, "0") for old in olds)
            if row.get("valid_from") or row.get("valid_to"):
                try:
                    spans[code] = (_day(row, "valid_from"), _day(row, "valid_to"))
                except ValueError as error:
                    raise GazetteerError(f"{file}, line {line}: {error}") from error
        for code in (*parents.values(), *(c for _, c in aliases), *chain.from_iterable(earlier.values())):
            if code not in names:
                raise GazetteerError(f"{file}: refers to {code}, which it does not list")
        return cls(names, parents, aliases, Past(former, earlier, spans))

    def parent(self, code: str) -> str | None:
        """The division a division lies in directly, or None."""
        if code in self._parents:
            return self._parents[code]
        for width in (6, 4, 2):
            above = code[:width].ljust(9, "0")
            if above != code and above in self.names:
                return above
        return None

    def lineage(self, code: str) -> Iterator[str]:
        """A code and all above it, from the division itself up."""
        here: str | None = code
        while here is not None:
            yield here
            here = self.parent(here)

    def is_within(self, code: str, region: str) -> bool:
        """Whether a division is a region or lies in it, or did under an earlier code of either."""
        return self._newest(region) in self._around(code)

    def _newest(self, code: str) -> str:
        return self._heirs.get(code, code)

    def _around(self, code: str) -> Iterator[str]:
        """A division and all it lies or ever lay in, each under its newest code."""
        newest = self._newest(code)
        for one in (newest, *self._past.codes.get(newest, ())):
            yield from map(self._newest, self.lineage(one))

    def standing(self, codes: frozenset[str], year: int | None) -> frozenset[str]:
        """Without those whose place another of them took by the end of `year`: a later code of the same division, or a
        division of the same region that stood when the other did not. Without a year, the newest code of each.
        """
        return frozenset(c for c in codes if not any(self._took_place(b, c, year) for b in codes if b != c))

    def _took_place(self, new: str, old: str, year: int | None) -> bool:
        stood = tuple(self._stood(code, year) for code in (new, old))
        if self._newest(new) == self._newest(old):
            order = self._past.codes.get(self._newest(new), ())
            later = new not in order or (old in order and order.index(new) > order.index(old))
            return stood[0] if stood[0] != stood[1] else later
        region = self.parent(new)
        return stood == (True, False) and region is not None and self.is_within(old, region)

    def _stood(self, code: str, year: int | None) -> bool:
        since, until = self._past.spans.get(code, (None, None))
        if year is None:
            return True
        end = date(year, 12, 31)
        return (since is None or since <= end) and (until is None or until > end)

    def name_in(self, code: str, wording: str) -> str:
        """What a wording calls a division: a former name where it uses that, else its name."""
        former = (name for name in self._past.names.get(code, ()) if name in wording)
        return self.names[code] if self.names[code] in wording else next(former, self.names[code])

    def lookup(self, name: str) -> frozenset[str]:
        """All divisions that bear exactly this name or alias (街 counts as 街道)."""
        found = self._index.get(name, ())
        if name.endswith("街"):
            found = (*found, *self._index.get(name + "道", ()))
        return frozenset(found)

    def wordings(self, code: str) -> tuple[str, ...]:
        """The name of a division, its former names and its aliases."""
        return (self.names[code], *self._past.names.get(code, ()), *self._aliases.get(code, ()))

    def region(self, code: str) -> str | None:
        """The division of a six-digit GB/T 2260 code, or None when it is not listed."""
        padded = code.ljust(9, "0")
        return padded if padded in self.names else None

    def read(self, wording: str) -> PlaceName:
        """The longest chain of division names a wording starts with, each lying in the one before.

        Levels may be skipped. A name without 省市县区旗 counts only before a division in it (杭州上城区).
        """
        return self._read(wording, 0, None)

    def _read(self, wording: str, start: int, within: frozenset[str] | None) -> PlaceName:
        best = PlaceName(start, within or frozenset())
        if within and wording.startswith("人民政府", start):
            best = self._longer(best, self._read_next(wording, start + 4, within))
        return self._longer(best, self._read_next(wording, start, within))

    def _read_next(self, wording: str, start: int, within: frozenset[str] | None) -> PlaceName:
        best = PlaceName(start, frozenset())
        for end in range(min(len(wording), start + _LONGEST), start + 1, -1):
            name = wording[start:end]
            codes = self._inside(self.lookup(name), within)
            if codes:
                best = self._longer(best, self._read(wording, end, codes))
            stems = self._inside(self._stems.get(name, ()), within)
            if stems:
                best = self._longer(best, self._read_next(wording, end, stems))
        return best

    def _inside(self, codes: Iterable[str], within: frozenset[str] | None) -> frozenset[str]:
        if within is None:
            return frozenset(codes)
        around = frozenset(map(self._newest, within))
        return frozenset(
            c for c in codes if self._newest(c) not in around and any(a in around for a in self._around(c))
        )

    @staticmethod
    def _longer(one: PlaceName, other: PlaceName) -> PlaceName:
        if not other.codes or other.length < one.length:
            return one
        if other.length > one.length or not one.codes:
            return other
        return PlaceName(one.length, one.codes | other.codes)


def _listed(row: Mapping[str, str], column: str) -> tuple[str, ...]:
    return tuple(row[column].split("|")) if row.get(column) else ()


def _day(row: Mapping[str, str], column: str) -> date | None:
    return date.fromisoformat(row[column]) if row.get(column) else None


def _rows(content: str, file: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows with their line numbers, comments and blank lines left out."""
    lines = ((n, line) for n, line in enumerate(content.splitlines(), 1) if line and line[0] != "#")
    header = next(lines, (0, ""))[1].split("\t")
    if "code" not in header:
        raise GazetteerError(f"{file}: the first line must be a header with the column code")
    for number, line in lines:
        yield number, dict(zip(header, line.split("\t"), strict=False))
