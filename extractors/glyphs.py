"""Characters that stand for others, folded one for one so that offsets stay."""

from __future__ import annotations

import re
import unicodedata

# CJK radicals (U+2E80-2EF3) that PDF conversion leaves in place of the character; NFKC does not know them.
_RADICALS = dict(
    zip(
        "⺁⺌⺘⺟⺠⺩⺫⺬⺮⺼⺽⻁⻄⻅⻆⻇⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻞⻟⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂小手母民王目示竹肉臼虎西见角角贝车长长门青韦页风飞食食食首马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
_KANGXI = {chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)}
_WIDE = {chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)} | {"\u3000": " ", "\xa0": " "}
# Traditional forms of the words titles are made of, as some sites' gateways serve them.
_TRADITIONAL = dict(
    zip(
        "設報況總結開務執網縣區鎮鄉東龍廣會員處議書應對實責關於與辦舉問題進職導領績劃標點現難舉項強領",
        "设报况总结开务执网县区镇乡东龙广会员处议书应对实责关于与办举问题进职导领绩划标点现难举项强领",
        strict=True,
    )
)
_FOLDED = _KANGXI | _RADICALS | _WIDE | _TRADITIONAL
_ANY_FOLDED = re.compile(f"[{re.escape(''.join(_FOLDED))}]")


def fold(text: str) -> str:
    """The text with look-alike radicals, full-width and traditional forms replaced; as long as before."""
    return _ANY_FOLDED.sub(lambda found: _FOLDED[found[0]], text)
