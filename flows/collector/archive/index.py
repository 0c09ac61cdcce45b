"""Where every capture lies: an SQLite file beside the WARC files, derived from them and from nothing else.

`captures` is ordered by address and time, so that what a page said at any moment is one search of a B-tree;
a second index finds a body by its digest. `warcs` tells how far each file is indexed. The writer of a record
enters it only if all before it is entered, and whoever opens the archive enters what is missing (a killed
writer's last records, a whole archive whose index was deleted), so the index is never ahead of the bytes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.collector.archive.model import ArchiveError, Capture
from flows.collector.archive.warc import capture_of, stretches

NAME = "index.sqlite"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "url, captured_at, record_type, status, sha256, warc, at_byte, length"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS captures (
    url TEXT NOT NULL,
    captured_at INTEGER NOT NULL,  -- microseconds since 1970-01-01 UTC
    record_type TEXT NOT NULL,     -- response, resource or revisit
    status INTEGER,
    sha256 TEXT NOT NULL,
    warc TEXT NOT NULL,
    at_byte INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (url, captured_at, warc, at_byte)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bodies ON captures (sha256) WHERE record_type <> 'revisit';
CREATE INDEX IF NOT EXISTS places ON captures (warc, at_byte);
CREATE TABLE IF NOT EXISTS warcs (
    warc TEXT PRIMARY KEY,
    read_to INTEGER NOT NULL,  -- every record before this byte is in captures
    size INTEGER NOT NULL      -- of the file when it was last looked at
) WITHOUT ROWID;
"""


class Index:
    """The index of the archive under `root`. Not thread-safe; several processes may share it.

    Where the folder cannot be written (a read-only copy) the index is made in memory. Raises ArchiveError.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._con = _open(root / NAME)

    def close(self) -> None:
        self._con.close()

    def catch_up(self, warcs: Iterator[str]) -> None:
        """Enter the records of these files that are not entered yet."""
        known = {warc: (read_to, size) for warc, read_to, size in self._con.execute("SELECT * FROM warcs")}
        for warc in warcs:
            path = self._root / warc
            read_to, size_seen = known.get(warc, (0, 0))
            size = path.stat().st_size
            if size == size_seen:
                continue
            with self._con:
                if size < read_to:
                    self._con.execute("DELETE FROM captures WHERE warc = ?", (warc,))
                    read_to = 0
                with path.open("rb") as file:
                    for stretch in stretches(file, read_to):
                        if stretch.is_whole:
                            read_to = stretch.offset + stretch.length
                            capture = capture_of(stretch.head, warc, stretch.offset, stretch.length)
                            if capture is not None:
                                self._insert(capture)
                self._con.execute("INSERT OR REPLACE INTO warcs VALUES (?, ?, ?)", (warc, read_to, size))

    def enter(self, capture: Capture, start: int, end: int) -> None:
        """Enter what was just written to the bytes from `start` to `end` of its file.

        Where something before it is missing, it is left to the next `catch_up`, which enters both.
        """
        with self._con:
            self._con.execute("INSERT OR IGNORE INTO warcs VALUES (?, 0, 0)", (capture.warc,))
            moved = self._con.execute(
                "UPDATE warcs SET read_to = ?, size = ? WHERE warc = ? AND read_to = ?",
                (end, end, capture.warc, start),
            )
            if moved.rowcount:
                self._insert(capture)

    def body(self, sha256: str) -> Capture | None:
        """A capture that holds the body of this digest."""
        return self._first("WHERE sha256 = ? AND record_type <> 'revisit' LIMIT 1", sha256)

    def newest(self, url: str, at: datetime) -> Capture | None:
        """The newest capture of `url` not after `at`."""
        where = "WHERE url = ? AND captured_at <= ? ORDER BY captured_at DESC LIMIT 1"
        return self._first(where, url, _micros(at))

    def at_byte(self, warc: str, offset: int) -> Capture | None:
        """The capture that begins there."""
        return self._first("WHERE warc = ? AND at_byte = ?", warc, offset)

    def captures(self, url: str | None) -> list[Capture]:
        """Every capture of `url`, or of all addresses, oldest first."""
        where = "" if url is None else "WHERE url = ?"
        rows = self._con.execute(
            f"SELECT {_COLUMNS} FROM captures {where} ORDER BY captured_at", () if url is None else (url,)
        )
        return [_capture(row) for row in rows]

    def _first(self, where: str, *values: str | int) -> Capture | None:
        row = self._con.execute(f"SELECT {_COLUMNS} FROM captures {where}", values).fetchone()
        return None if row is None else _capture(row)

    def _insert(self, capture: Capture) -> None:
        self._con.execute(
            f"INSERT OR IGNORE INTO captures ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                capture.url,
                _micros(capture.captured_at),
                capture.record_type,
                capture.status,
                capture.sha256,
                capture.warc,
                capture.offset,
                capture.length,
            ),
        )


def _open(path: Path) -> sqlite3.Connection:
    """The index, made anew where the file is none; no commit waits for the disk, since all can be made again."""
    try:
        return _connect(path)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise ArchiveError(f"{path}: another process holds it: {error}") from error
        return _connect(":memory:")
    except sqlite3.DatabaseError:
        for name in (NAME, f"{NAME}-wal", f"{NAME}-shm"):
            path.with_name(name).unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path | str) -> sqlite3.Connection:
    con = sqlite3.connect(path, timeout=60, check_same_thread=False)
    try:
        con.execute("PRAGMA journal_mode = WAL")
        con.execute("PRAGMA synchronous = NORMAL")
        con.executescript(_SCHEMA)
        con.execute("SELECT * FROM captures LIMIT 1").fetchone()
    except sqlite3.Error:
        con.close()
        raise
    return con


def _capture(row: tuple[str, int, str, int | None, str, str, int, int]) -> Capture:
    url, micros, kind, status, sha256, warc, offset, length = row
    at = _EPOCH + timedelta(microseconds=micros)
    return Capture(url, at, kind, status, sha256, warc, offset, length)  # type: ignore[arg-type]


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
