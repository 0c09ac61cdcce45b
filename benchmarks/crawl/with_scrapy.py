"""Fetch the benchmark's site with Scrapy: robots.txt, list, every page into a plain file.

Run as `python with_scrapy.py ADDRESS FOLDER CONCURRENCY` in an environment that holds Scrapy.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Request, Response

url, folder, concurrency = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
folder.mkdir(parents=True)
count = 0


class Reports(scrapy.Spider):
    name = "reports"
    start_urls = (f"{url}/list.html",)

    def parse(self, response: Response) -> Iterator[Request]:
        for href in response.css("li a::attr(href)").getall():
            yield response.follow(href, self.save)

    def save(self, response: Response) -> None:
        global count
        count += 1
        (folder / response.url.rpartition("/")[2]).write_bytes(response.body)


process = CrawlerProcess(
    {
        "ROBOTSTXT_OBEY": True,
        "LOG_LEVEL": "ERROR",
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_DELAY": 0,
        "TELNETCONSOLE_ENABLED": False,
    }
)
process.crawl(Reports)
process.start()
print(count)
