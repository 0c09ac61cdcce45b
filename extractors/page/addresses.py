"""The page that a link of a list leads to, as it is written."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from extractors.page.tree import Element

_NO_PAGE = re.compile(r"^\s*(?:javascript:|#|mailto:|tel:|$)", re.IGNORECASE)
_COLUMN = re.compile(r"(?:^|/)(?:(?:index|default|list|node|more)(?:_\d+)?\.\w+)?$", re.IGNORECASE)
"""A path that is a column's or a site's first page, not an article's."""
_ROWS = ("li", "tr")
_SCRIPTED = ("onclick", "data-href", "data-url")
_QUOTED = re.compile(r"""(['"])(.*?)\1""")
_JOINED = re.compile(r"""['"]\s*\+|\+\s*['"]""")
"""An address that a script puts together is not known."""
_LONGEST_SCRIPT = 1000
"""Characters beyond which a script beside a link is not read for an address."""
_NUMBER = re.compile(r"(?<![\w=])\w*[1-9]\w*(?![\w(])")
"""A page's number beside an address is a part of the address; width=800 is none."""
_ADDRESS = re.compile(
    r"(?:https?:)?//[^\s/]+/\S*|\S*[^\s/.]\.(?:s?html?|jspx?|aspx?|php)(?:[?#]\S*)?|\S*/\w+_\d+|\S*\?\w*id=\w\S*",
    re.IGNORECASE,
)


def is_page(href: str) -> bool:
    """Whether an `href` leads to a page: no script, place on the page, mail or call."""
    return not _NO_PAGE.match(href)


def is_column(href: str) -> bool:
    """Whether an address is a column's or a site's own page."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    return not parts.query and _COLUMN.search(parts.path) is not None


def address_of(link: Element) -> str:
    """Where a link leads; where its `href` says no page, the one address that is quoted there, in its `onclick` or its
    `data-href`, else in the `onclick` of its row. Empty where there is none, several, or one that a script makes."""
    href = link.attrs.get("href", "").strip()
    if is_page(href):
        return href
    said = [link.attrs[name].strip() for name in _SCRIPTED if name in link.attrs]
    found = {address for text in (href, *said) for address in _addresses(text)}
    row = None if found else next((node for node in link.ancestors() if node.tag in _ROWS), None)
    if row is not None and "onclick" in row.attrs:
        found = set(_addresses(row.attrs["onclick"]))
    return found.pop() if len(found) == 1 else ""


def _addresses(said: str) -> list[str]:
    """The addresses quoted in a script, or the one that is all of what is said; none in a long one."""
    if len(said) > _LONGEST_SCRIPT:
        return []
    said = said.replace("\\/", "/")
    if "\\" in said:
        return []
    if is_page(said) and _ADDRESS.fullmatch(said):
        return [said]
    found = [words for _, words in _QUOTED.findall(said) if _ADDRESS.fullmatch(words)]
    rest = said.replace(found[0], "") if found else ""
    return [] if _JOINED.search(said) or _NUMBER.search(rest) else found
