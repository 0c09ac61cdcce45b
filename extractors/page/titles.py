"""Titles in words: what the head of a page says, and the title of a document that only its first lines tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors.page.blocks import normalise
from extractors.page.dates import whole_date
from extractors.page.rules import wording
from extractors.page.tree import Tree

HEAD_LINES = 12
_MAX_TITLE = 80
_NAVIGATION = re.compile(
    r"[>＞»|｜]|首页|位置[:：]|(?<=\S)(?:\s{2,}|\u3000+)\S+(?:\s{2,}|\u3000+)\S|门户网站|政府网"
)
_LONGEST_NAVIGATION = 500
_NO_TITLE_END = re.compile(r"[。；，！？,;：:]$")
_NAMES_ITS_SUBJECT = re.compile(r"\d{4}\s*年|二[〇○]\S\S年|关于")
_NUMBERED = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]+(?:部分|章|节)"
)
"""What opens a heading of a part of a document."""
_CONTINUES = re.compile(r"(?:关于|(?:19|20)\d{2}\s*年|二[〇○]|法治政府|年度)")
_SUFFIX = re.compile(r"[（(【\[].{1,30}[）)】\]]$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\$\{|<%|%>|\{%|#\{")


def head_titles(tree: Tree) -> list[str]:
    """What the `<title>` elements of a page's head say, a line each, without the tags that some systems write there."""
    said = (tree.raw_text(element) for element in tree.tagged("title"))
    return [normalise(_TAG.sub("", text)).replace("\n", " ") for text in said]


def title_of(lines: Sequence[str]) -> str | None:
    """A document's title from its first lines.

    First choice is a line that ends as titles do (报告, 通知 …) and names a year or begins with 关于,
    then any with such an ending, then the first that is short and no sentence; None where there is none.
    Lines of one title are joined without a space (issuer above, 关于… below).
    """
    titled = list(_titled(lines))
    named = (title for title in titled if _NAMES_ITS_SUBJECT.search(title))
    first = next((line for line in lines[:HEAD_LINES] if line and not _is_navigation(line)), "")
    plain = first if first and _may_be_title(first) else None
    return next(named, None) or next(iter(titled), None) or plain


def proper_title(lines: Sequence[str]) -> str | None:
    """As `title_of`, but only a line that ends as titles do."""
    return next(_titled(lines), None)


def names_its_subject(title: str) -> bool:
    """Whether a text ends as titles do and names a year or says 关于, as few names of columns do."""
    return _NAMES_ITS_SUBJECT.search(title) is not None and proper_title([title]) is not None


def _titled(lines: Sequence[str]) -> Iterator[str]:
    run: list[str] = []
    for line in lines[:HEAD_LINES]:
        bare = re.sub(r"\s+", " ", line).strip()
        if not _may_be_title(bare) or _is_navigation(line):
            run = []
            continue
        run.append(bare)
        if _SUFFIX.sub("", bare).endswith(wording().title_endings):
            yield _joined(run)


def _is_navigation(line: str) -> bool:
    return bool(_NAVIGATION.search(line[:_LONGEST_NAVIGATION]))


def _may_be_title(line: str) -> bool:
    if len(line) > _MAX_TITLE or _NO_TITLE_END.search(line) or _NUMBERED.match(line):
        return False
    return whole_date(line) is None


def _joined(run: Sequence[str]) -> str:
    """The title's own lines: the last, and those above it while it starts as a continuation (关于, a
    year)."""
    title = run[-1]
    for line in reversed(run[:-1]):
        if not _CONTINUES.match(title) or len(title) + len(line) > _MAX_TITLE:
            break
        title = line + title
    return title


def is_placeholder(text: str) -> bool:
    """Whether a text or address is a template's placeholder ({{item.title}}) that a script would fill."""
    return bool(_PLACEHOLDER.search(text))
