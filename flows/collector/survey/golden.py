"""Golden list pages: a page as it was served, and the rows a person has read in it and accepted.

A golden is a folder: `case.yml` (the source entry, the request, the charset the server declared), `page.*` (the
bytes) and `rows.json` (what is read: rows and further pages, and the day somebody accepted them). The rows are made
from the page where that is asked for and there are none yet, and count for nothing before `accepted` holds that day.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.page.decode import decode
from flows.collector.discovery.pages import Ask, ListPage
from flows.collector.discovery.walk import FAMILIES
from flows.collector.registry import Source

_CASE, _ROWS = "case.yml", "rows.json"
_FEW = 20
"""Further pages up to which a golden names each."""


class Case(BaseModel):
    """Where a golden page came from: the entry it was listed by and the request it answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Source
    url: str
    form: Mapping[str, str] | None = None
    page: int = 0
    base_url: str | None = None
    charset: str | None = None
    captured_on: date | None = None

    @classmethod
    def of(cls, source: Source, ask: Ask, charset: str | None, captured_on: date) -> Self:
        return cls(
            source=source,
            url=ask.url,
            form=ask.form,
            page=ask.page,
            base_url=ask.base_url,
            charset=charset,
            captured_on=captured_on,
        )

    @property
    def ask(self) -> Ask:
        return Ask(self.url, self.form, self.page, self.base_url)


@dataclass(frozen=True, slots=True)
class GoldenError:
    """Why a golden does not hold, and what to do."""

    folder: Path
    message: str

    def __str__(self) -> str:
        return f"{self.folder}: {self.message}"


def write(folder: Path, case: Case, body: bytes) -> None:
    """Put a captured list page down as a golden nobody has accepted yet. Raises FileExistsError."""
    folder.mkdir(parents=True)
    suffix = (
        "json" if body.lstrip()[:1] in (b"{", b"[") else "xml" if body.lstrip()[:5] == b"<?xml" else "html"
    )
    (folder / f"page.{suffix}").write_bytes(body)
    told = case.model_dump(mode="json", exclude_defaults=True)
    (folder / _CASE).write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    _make_rows(folder, _read(folder, case))


def check(folder: Path, *, make_rows: bool = False) -> Iterator[GoldenError]:
    """What is wrong with the golden in `folder`; nothing when its page reads as accepted.

    With `make_rows` rows that are missing are made, and are an error until somebody accepts them; else nothing is
    written.
    """
    file = folder / _ROWS
    try:
        case = Case.model_validate(yaml.safe_load((folder / _CASE).read_text(encoding="utf-8")))
        read = _read(folder, case)
        if not file.exists() and make_rows:
            _make_rows(folder, read)
        if not file.exists():
            yield GoldenError(
                folder, f"no {_ROWS}; `nianbao sources lint --write` writes what is read, for you to accept"
            )
            return
        kept = dict(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValueError, TypeError) as error:
        yield GoldenError(folder, f"cannot be read: {error}")
        return
    if not _is_day(kept.pop("accepted", None)):
        yield GoldenError(
            folder, f"nobody has accepted {_ROWS}: hold it against the page, then set accepted to the day"
        )
    for name in ("rows", "next", "asides"):
        if kept.get(name) != read[name]:
            yield GoldenError(folder, f"{name} differ: {_difference(kept.get(name) or [], read[name])}")


def folders(root: Path) -> list[Path]:
    """Every golden below `root`, by name."""
    return sorted(path.parent for path in root.rglob(_CASE))


def _read(folder: Path, case: Case) -> dict[str, Any]:
    (page,) = folder.glob("page.*")
    text = decode(page.read_bytes(), case.charset).text
    return _record(FAMILIES[case.source.platform].read(text, case.ask, case.source))


def _record(page: ListPage) -> dict[str, Any]:
    def rows(found: tuple[Any, ...]) -> list[dict[str, Any]]:
        return [
            {"title": row.title, "url": row.url, "listed_on": row.listed_on and row.listed_on.isoformat()}
            for row in found
        ]

    following: list[Any] = [
        {"url": ask.url, **({"form": dict(ask.form)} if ask.form else {})} for ask in page.next
    ]
    further = following if len(following) <= _FEW else [following[0], f"… {len(following)} …", following[-1]]
    return {"rows": rows(page.rows), "next": further, "asides": rows(page.asides)}


def _make_rows(folder: Path, read: dict[str, Any]) -> None:
    text = json.dumps({"accepted": None, **read}, ensure_ascii=False, indent=1)
    (folder / _ROWS).write_text(text + "\n", encoding="utf-8")


def _is_day(text: object) -> bool:
    try:
        return bool(date.fromisoformat(str(text)))
    except ValueError:
        return False


def _difference(kept: list[Any], read: list[Any]) -> str:
    missing = [row for row in kept if row not in read]
    added = [row for row in read if row not in kept]
    if not missing and not added:
        return "their order"
    told = [f"no longer {row}" for row in missing[:2]] + [f"new {row}" for row in added[:2]]
    return f"{len(missing)} missing, {len(added)} new; " + "; ".join(told)
