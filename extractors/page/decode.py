"""Bytes to text: the charset a page declares is often wrong, so its bytes decide."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHERS = frozenset({"big5", "big5hkscs", "cp950", "utf-16", "utf-16-le", "utf-16-be"})
"""Declared charsets worth a try on Chinese pages besides UTF-8 and the GB family."""
_BROKEN = "\ufffd"
_STRAY = 0.02
"""Share of broken characters, among those outside ASCII, up to which a UTF-8 text is merely damaged. GBK
text read as UTF-8 breaks in most of its characters, a damaged page in a handful."""
_UNREADABLE = 0.08
"""Share of broken and control characters in the whole from which nothing can be said of the text."""
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x20), 0x7F])
_TWO_BYTES = re.compile(r"[\x80-\u07ff]")
_LONGER = re.compile(r"[^\x00-\u07ff]")
_HANZI = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding that gave it, how many characters could not be decoded (`broken`, U+FFFD), and how many are
    control characters."""

    text: str
    encoding: str
    broken: int
    controls: int

    @property
    def readable(self) -> bool:
        """Whether the characters that no text holds are few."""
        return self.broken + self.controls <= _UNREADABLE * len(self.text)


def decode(data: bytes, charset: str | None = None) -> Decoded:
    """Decode `data` by its bytes: a byte order mark, strict UTF-8, else GB18030, else whichever breaks
    least.

    A UTF-8 text with a few damaged bytes stays UTF-8 although GB18030 can read almost any byte.
    `charset`, as declared by the sender, is tried only when neither fits. Never raises; newlines are left
    as they are, a byte order mark is not part of the text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _replacing(data[len(mark) :], encoding)
    utf8 = _replacing(data, "utf-8")
    if _is_short_gbk(utf8, data):
        return _replacing(data, "gb18030")
    if not utf8.broken or utf8.broken <= _STRAY * sum(not c.isascii() for c in utf8.text):
        return utf8
    gb = _replacing(data, "gb18030")
    if not gb.broken:
        return gb
    readings = [utf8, gb]
    if charset and _known(charset):
        readings.append(_replacing(data, charset))
    return min(readings, key=lambda reading: reading.broken)


def _is_short_gbk(utf8: Decoded, data: bytes) -> bool:
    """A few GBK characters may by chance be valid UTF-8, of two bytes each: letters no Chinese text is
    made of."""
    if utf8.broken or _LONGER.search(utf8.text) or not _TWO_BYTES.search(utf8.text):
        return False
    gb = _replacing(data, "gb18030")
    return not gb.broken and all(_HANZI.match(c) for c in gb.text if not c.isascii())


def _replacing(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    broken = text.count(_BROKEN)
    if broken and encoding.startswith(("utf", "gb18030")):
        broken = max(0, broken - data.count(_BROKEN.encode(encoding)))
    return Decoded(text, encoding, broken, _controls(data if "16" not in encoding else text.encode()))


def _controls(data: bytes) -> int:
    """How many control characters stand in a text of single bytes, UTF-8 or a multi-byte charset of East Asia: none of
    their bytes is part of another character there."""
    return len(data) - len(data.translate(None, _CONTROLS))


def _known(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in _OTHERS
    except (LookupError, ValueError):
        return False
