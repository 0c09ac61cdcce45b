"""What the selectors of an entry name, found by BeautifulSoup and marked for the one rule that reads rows.

People write these selectors, so they are those of soupsieve (CSS 4, and `:-soup-contains("下一页")`).
"""

from __future__ import annotations

from bs4 import BeautifulSoup

from flows.collector.registry import Selectors

ROW, LINK, NEXT = "[data-named-row]", "[data-named-link]", "[data-named-next]"
"""The marks, as selectors."""


def mark(html: str, selectors: Selectors) -> str:
    """The page with every element marked that `selectors` name."""
    soup = BeautifulSoup(html, "html.parser")
    for selector, named in ((ROW, selectors.row), (LINK, selectors.link), (NEXT, selectors.next)):
        for element in soup.select(named) if named else ():
            element[selector[1:-1]] = ""
    return str(soup)
