"""Fetch the benchmark's site with nianbao: robots.txt, list, every page, all classified, archived and logged.

Run as `python with_nianbao.py ADDRESS FOLDER night|fetch`. `night` is a whole visit, in which each page is also
read for its kind, its attachments and the page behind a shell; `fetch` asks for the same pages without reading them.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from flows.collector.archive import Archive
from flows.collector.fetcher import Fetcher, Request
from flows.collector.politeness import CollectorSettings
from flows.collector.registry import Source

url, folder, what = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
settings = CollectorSettings(loopback_delay_seconds=0, jitter_seconds=0, host_budget=1_000_000)
source = Source(
    id="bench", name="临江区云溪镇", platform="static", site_url=url, list_urls=(f"{url}/list.html",)
)
with Archive(folder) as archive, Fetcher(archive, settings) as fetcher:
    if what == "night":
        from flows.collector.collect import collect_source

        summary = collect_source(source, archive=archive, fetcher=fetcher, run_id="r", now=datetime.now(UTC))
        print(summary.documents)
    else:
        listing = fetcher.fetch(source, Request(source.list_urls[0], "list"), "r").body or b""
        paths = re.findall(r'href="(/t\d+\.html)"', listing.decode())
        fetched = [fetcher.fetch(source, Request(url + path, "list"), "r") for path in paths]
        print(sum(one.attempt.outcome == "ok" for one in fetched))
