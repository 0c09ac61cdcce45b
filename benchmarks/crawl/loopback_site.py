"""A loopback site for the benchmark: one list, and reports of a fictional town, 30 KB each with the chrome of a site.

Run as `python loopback_site.py PAGES`: prints its address and serves until its input is closed.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys

_MENU = "".join(
    f'<li><a href="/zwgk/c{n}/" target="_blank">栏目{n}：政务公开与服务</a></li>' for n in range(120)
)
_SENTENCES = (
    "全年办理行政复议案件{a}件，审查规范性文件{b}件，开展执法检查{c}次，组织普法宣传活动{d}场。",
    "坚持把法治政府建设摆在突出位置，完善重大行政决策程序，健全依法行政制度体系，{c}个村居配备法律顾问。",
    "受理调解矛盾纠纷{a}件，调解成功{b}件，办理信访事项{d}件，推动矛盾纠纷化解在基层。",
)


def page(number: int) -> bytes:
    """Report number `number`, about 30 KB of UTF-8."""
    title = f"临江区云溪镇{2000 + number}年法治政府建设年度报告"
    sentences = (
        _SENTENCES[i % 3].format(a=number + i, b=number % 97 + i, c=i, d=number % 31 + i) for i in range(90)
    )
    paragraphs = "".join(f"<p style='text-indent:2em;'>{sentence}</p>" for sentence in sentences)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta name='ArticleTitle' content='{title}'><meta name='PubDate' content='2025-01-20 09:00'></head>"
        f"<body><ul class='nav'>{_MENU}</ul><div class='main'><h1>{title}</h1><div class='TRS_Editor'>"
        f"{paragraphs}</div></div></body></html>"
    ).encode()


def answers(pages: int) -> dict[bytes, bytes]:
    """The complete answer to each path."""
    rows = "".join(
        f'<li><a href="/t{n}.html">临江区云溪镇{2000 + n}年法治政府建设年度报告</a><span>2025-01-20</span></li>'
        for n in range(pages)
    )
    bodies = {b"/list.html": f"<html><body><ul>{rows}</ul></body></html>".encode()}
    bodies |= {f"/t{n}.html".encode(): page(n) for n in range(pages)}
    return {path: _answer(body) for path, body in bodies.items()}


def _answer(body: bytes, status: str = "200 OK") -> bytes:
    head = [
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f'ETag: "{hashlib.md5(body).hexdigest()}"',
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


async def serve(pages: int) -> None:
    known, missing = answers(pages), _answer(b"no", "404 Not Found")

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                writer.write(known.get(request.split(b" ", 2)[1], missing))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
