"""Content codings undone piece by piece, so that no body can grow beyond what is allowed (RFC 9110 8.4.1)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

import brotli

_PIECE = 1 << 16
_NONE = ("", "identity")


class DecodingError(ValueError):
    """The bytes are not in the coding their header names, end in the middle of it, or the coding is unknown."""


class TooLarge(ValueError):
    """More than the allowed number of bytes came."""


def decoded(chunks: Iterable[bytes], codings: str, limit: int) -> Iterator[bytes]:
    """The bytes of `chunks`, piece by piece, with the codings of a Content-Encoding header undone.

    At most `limit` bytes come; raises TooLarge where there are more, packed or unpacked, and DecodingError.
    """
    pieces = _limited(chunks, limit)
    for name in reversed([name.strip().lower() for name in codings.split(",")]):
        if name not in _NONE:
            if name not in _CODINGS:
                raise DecodingError(f"unknown Content-Encoding {name!r}")
            pieces = _limited(_CODINGS[name](pieces), limit)
    return pieces


def _limited(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    left = limit
    for chunk in chunks:
        yield chunk[:left]
        left -= len(chunk)
        if left < 0:
            raise TooLarge(f"larger than {limit} bytes")


def _gzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    return _inflated(chunks, 31)


def _deflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """zlib as the standard says, or the bare deflate stream some servers send."""
    iterator = iter(chunks)
    head = b""
    while len(head) < 2 and (chunk := next(iterator, None)) is not None:
        head += chunk
    is_zlib = len(head) > 1 and head[0] & 0x0F == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return _inflated(chain([head], iterator), 15 if is_zlib else -15)


def _inflated(chunks: Iterable[bytes], wbits: int) -> Iterator[bytes]:
    """Members one after another; what follows the last one and begins none is left out."""
    unpacker, begun = zlib.decompressobj(wbits), False
    for chunk in chunks:
        while chunk:
            if unpacker.eof:
                if wbits != 31 or not chunk.startswith(b"\x1f\x8b"):
                    return
                unpacker = zlib.decompressobj(wbits)
            begun = True
            try:
                piece = unpacker.decompress(chunk, _PIECE)
            except zlib.error as error:
                raise DecodingError(str(error)) from error
            yield piece
            chunk = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    while begun and not unpacker.eof:
        piece = unpacker.decompress(b"", _PIECE)
        if not piece:
            raise DecodingError("the packed body ends in the middle")
        yield piece


def _brotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    unpacker, begun = brotli.Decompressor(), False
    try:
        for chunk in chunks:
            begun = begun or bool(chunk)
            yield unpacker.process(chunk, output_buffer_limit=_PIECE)
            while not unpacker.can_accept_more_data():
                yield unpacker.process(b"", output_buffer_limit=_PIECE)
    except brotli.error as error:
        raise DecodingError(str(error)) from error
    if begun and not unpacker.is_finished():
        raise DecodingError("the packed body ends in the middle")


_CODINGS: Mapping[str, Callable[[Iterable[bytes]], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
}
