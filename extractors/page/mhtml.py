"""Web archives (RFC 2557), as Word and browsers save them with the suffix .doc, .mht or .mhtml."""

from __future__ import annotations

from email import message_from_bytes


def web_page(data: bytes) -> tuple[bytes, str | None]:
    """The first HTML page of a web archive and the charset it declares; empty where it holds none."""
    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html":
            body = part.get_payload(decode=True)
            return (body if isinstance(body, bytes) else b""), part.get_content_charset()
    return b"", None
