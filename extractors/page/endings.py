"""What stands at a document's end and is not its prose: signature block and footnotes, kept in the text and marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.records import Block
from extractors.report.signature import find_signature

_NOTE = re.compile(r"(\[\d{1,2}\]|〔\d{1,2}〕|[①-⑳])")


def mark_endings(text: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a text, those of its signature and its footnotes marked.

    A footnote opens with a mark that an earlier block refers to, and nothing but footnotes and signature follow it.
    """
    signature = find_signature(text)
    marked = list(blocks)
    prose_ahead = False
    for number in range(len(marked) - 1, 0, -1):
        block = marked[number]
        if block.kind != "paragraph":
            break
        if signature is not None and signature.start <= block.start and block.end <= signature.end:
            marked[number] = replace(block, kind="signature")
        elif (note := _NOTE.match(text, block.start, block.end)) and not prose_ahead:
            if note[1] in text[: block.start]:
                marked[number] = replace(block, kind="footnote")
        else:
            prose_ahead = True
    return tuple(marked)
