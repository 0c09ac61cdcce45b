"""The sockets of the demo web: one loopback HTTP server a site. All answers come from `site.respond`."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from flows.demo.families import Request, Response

Answer = tuple[Response, date] | None
"""A response and the day it took its present form; None when the site hangs up."""


class SiteServer:
    """Serves one site on 127.0.0.1 until closed. Port 0 takes a free one."""

    def __init__(self, port: int, answer: Callable[[Request], Answer]) -> None:
        class Handler(_Handler):
            respond = staticmethod(answer)

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        Handler.base = self.base
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    wbufsize = -1
    timeout = 30
    respond: Callable[[Request], Answer]
    base: str

    def do_GET(self) -> None:
        self._serve(b"")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the demo keeps its own list of requests."""

    def _serve(self, sent: bytes) -> None:
        parts = urlsplit(self.path)
        answer = self.respond(
            Request(
                method=self.command,
                path=unquote(parts.path),
                base=self.base,
                query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
                form=tuple(parse_qsl(sent.decode("utf-8"), keep_blank_values=True)),
            )
        )
        if answer is None:
            self.close_connection = True
            return
        response, changed_on = answer
        changed_at = datetime.combine(changed_on, time(1, 30), UTC)
        etag = f'"{hashlib.sha256(response.body).hexdigest()[:16]}"'
        validators = response.status == 200 and self.command != "POST"
        fresh = validators and self._is_fresh(etag, changed_at)
        self.send_response(304 if fresh else response.status)
        if validators:
            self.send_header("ETag", etag)
            self.send_header("Last-Modified", format_datetime(changed_at, usegmt=True))
        for name, value in response.headers:
            self.send_header(name, value)
        if not fresh:
            self.send_header("Content-Type", response.media_type)
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if not fresh and self.command != "HEAD":
            self.wfile.write(response.body)

    def _is_fresh(self, etag: str, changed_at: datetime) -> bool:
        if known := self.headers.get("If-None-Match"):
            return etag in known
        since = self.headers.get("If-Modified-Since")
        return since is not None and parsedate_to_datetime(since) >= changed_at
