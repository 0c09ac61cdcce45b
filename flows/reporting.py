"""The report files: page and workbook, from the published file into one folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.report import ReportContent, ReportError, load_content, render_page, write_workbook

PAGE, WORKBOOK = "nianbao.html", "nianbao.xlsx"


def write_report(
    published: Path, folder: Path, *, organizations: Sequence[str] = (), codes: Sequence[str] = ()
) -> tuple[Path, Path]:
    """Write both and return their paths; a reader sees the old files or the new. Raises ReportError."""
    content = load_content(published, organizations=organizations, codes=codes)
    try:
        return _write(content, folder)
    except OSError as error:
        raise ReportError(
            f"{folder}: cannot be written ({error.strerror}); choose another folder with --to"
        ) from error


def _write(content: ReportContent, folder: Path) -> tuple[Path, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    page, workbook = folder / PAGE, folder / WORKBOOK
    fresh_page, fresh_workbook = (path.with_name(f".new-{path.name}") for path in (page, workbook))
    fresh_page.write_text(render_page(content), encoding="utf-8")
    write_workbook(content, fresh_workbook)
    fresh_page.replace(page)
    fresh_workbook.replace(workbook)
    return page, workbook
