"""A real HTTP server on loopback whose pages a test sets, and the small things every collector test needs."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flows.collector.politeness import CollectorSettings
from flows.collector.registry import Source

FAST = CollectorSettings(
    loopback_delay_seconds=0,
    jitter_seconds=0,
    backoff_seconds=0,
    timeout_seconds=1,
    total_seconds=3,
    max_bytes=200_000,
    longest_wait_seconds=2,
)


@dataclass
class Answer:
    """What the server says to one path: after `wait` seconds, `drip` seconds a byte; or what `raw` does."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0
    drip: float = 0
    etag: str | None = None
    raw: Callable[[socket.socket], None] | None = None

    @property
    def data(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass
class Asked:
    """One request as the server saw it; `sent` counts the bytes of bodies answered."""

    method: str
    path: str
    headers: dict[str, str]
    form: str
    at: float
    until: float = 0
    sent: int = 0


class Site:
    """Pages by path with query; a path not set is 404. `asked` holds every request in order."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.pages: dict[str, Answer | list[Answer] | Callable[[Asked], Answer]] = {}
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        page = self.pages.get(asked.path, Answer("<p>找不到</p>", 404))
        if isinstance(page, list):
            return page.pop(0) if len(page) > 1 else page[0]
        return page if isinstance(page, Answer) else page(asked)

    def wrap(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def paths(self, robots: bool = False) -> list[str]:
        return [asked.path for asked in self.asked if robots or asked.path != "/robots.txt"]

    def source(self, **fields: Any) -> Source:
        entry = {"id": "linjiang", "name": "临江区", "platform": "static", "site_url": self.url}
        return Source.model_validate({**entry, "list_urls": [f"{self.url}/list.html"], **fields})


@contextmanager
def running_site() -> Iterator[Site]:
    """A site that runs for the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.site = Site(server)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.site  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        form = self.rfile.read(length).decode()
        asked = Asked(self.command, self.path, dict(self.headers), form, time.monotonic())
        answer = self.server.site.answer(asked)  # type: ignore[attr-defined]
        if answer.raw is not None:
            self._misbehave(answer.raw)
            return
        time.sleep(answer.wait)
        if answer.etag is not None and self.headers.get("If-None-Match") == answer.etag:
            answer = Answer(status=304, etag=answer.etag)
        asked.sent = len(answer.data)
        self._send(answer)
        asked.until = time.monotonic()

    do_POST = do_GET

    def _send(self, answer: Answer) -> None:
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(answer.data))}
        if answer.etag is not None:
            headers["ETag"] = answer.etag
        try:
            self.send_response(answer.status)
            for name, value in {**headers, **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            step = 1 if answer.drip else max(1, len(answer.data))
            for start in range(0, len(answer.data), step):
                self.wfile.write(answer.data[start : start + step])
                time.sleep(answer.drip)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _misbehave(self, raw: Callable[[socket.socket], None]) -> None:
        self.close_connection = True
        try:
            raw(self.connection)
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the test output clean."""
