"""Mask personal names beside a title or a profession: 镇长张小明 → 镇长张某, 李大力律师 → 李某律师.

The vocabulary is data (`privacy.yml`). A name is a known surname and one or two more characters, with a title
directly on one side and a boundary (punctuation, the end, a verb that people do or that is done to them, the firm they
are of) on the other.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict


class _Vocabulary(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    surnames: str
    compound_surnames: tuple[str, ...]
    titles: tuple[str, ...]
    followers: tuple[str, ...]
    leaders: tuple[str, ...]
    conjunctions: str
    not_names: frozenset[str]


_EDGE = r"[\s、，,。；;：:（()）！!？?“”\"《》]"


@cache
def _patterns() -> tuple[frozenset[str], re.Pattern[str], re.Pattern[str]]:
    data = yaml.safe_load(resources.files("warehouse").joinpath("privacy.yml").read_text(encoding="utf-8"))
    words = _Vocabulary.model_validate(data)
    single = "".join(words.surnames.split())
    surname = f"(?:{'|'.join(words.compound_surnames)}|[{single}])"
    name = f"(?P<surname>{surname})(?P<given>(?:(?!某)[\u4e00-\u9fff]){{1,2}}?)"
    title = "|".join(sorted(words.titles, key=len, reverse=True))
    after_title = re.compile(
        f"(?P<before>(?:{title})[：:]?)(?![{words.conjunctions}]){name}(?=(?:{'|'.join(words.followers)})|{_EDGE}|$)"
    )
    leader = "|".join(words.leaders)
    before_title = re.compile(
        f"(?P<before>^|{_EDGE}|(?:{title})(?![{words.conjunctions}])|(?:{leader})){name}(?=副?(?:{title}))"
    )
    return words.not_names, after_title, before_title


def mask_names(text: str) -> str:
    """`text` with the given names of people masked; text without such names comes back unchanged."""
    not_names, after_title, before_title = _patterns()

    def masked(match: re.Match[str]) -> str:
        if match["surname"] + match["given"] in not_names:
            return match[0]
        return f"{match['before']}{match['surname']}某"

    return before_title.sub(masked, after_title.sub(masked, text))
