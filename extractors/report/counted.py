"""What an open quantity counts: the noun beside it, cut by jieba, so that analysts find what the codebook lacks."""

from __future__ import annotations

import re
from functools import cache

import jieba

from extractors.report.lexicon import load_grammar
from extractors.report.matching import looks_right, says_nothing
from extractors.report.wording import Phrase, Window

_LONGEST = 8
_RUN = re.compile("[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+$")
"""What jieba cuts as one run, apart from the rest."""
_WORD = re.compile("[\u4e00-\u9fffA-Za-z]{2,}")


@cache
def _tokenizer() -> jieba.Tokenizer:
    """jieba's own dictionary, read without the cache file jieba would write."""
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer


@cache
def _tags() -> dict[str, str]:
    """The part of speech of each word of jieba's dictionary (lines of word, frequency, tag)."""
    with _tokenizer().get_dict_file() as lines:
        return {word: tag for word, _, tag in (line.decode("utf-8").split() for line in lines)}


def counted_noun(window: Window, unit: str | None) -> tuple[int, int] | None:
    """The span in the report of the noun a figure counts, None where the clause has none beside it.

    `window` is the figure's; `unit` tells whether the noun may follow (12台|车辆).
    """
    following = window.after[: len(window.next)]
    if looks_right(window, unit):
        return _leading(following)
    return _trailing(window.governed) or _leading(following)


def _is_noun(word: str) -> bool:
    """Whether a word may be part of a counted noun; words the dictionary lacks are names."""
    return _tags().get(word, "n")[0] in "nabjs" or _tags()[word] == "vn"


def _leading(phrase: Phrase) -> tuple[int, int] | None:
    end = 0
    for word in _tokenizer().cut(phrase.text, HMM=False):
        if not _is_noun(word) or says_nothing(word) or end + len(word) > _LONGEST:
            break
        end += len(word)
    return phrase.span(0, end) if _WORD.fullmatch(phrase.text[:end]) else None


def _trailing(phrase: Phrase) -> tuple[int, int] | None:
    tail = _filler().search(phrase.text)
    end = start = tail.start() if tail else len(phrase.text)
    run = _RUN.search(phrase.text, 0, end)
    for word in reversed(list(_tokenizer().cut(run[0], HMM=False)) if run else []):
        if (
            not _WORD.fullmatch(word)
            or end - start + len(word) > _LONGEST
            or (start < end and not _is_noun(word))
        ):
            break
        start -= len(word)
    return phrase.span(start, end) if start < end else None


@cache
def _filler() -> re.Pattern[str]:
    grammar = load_grammar()
    return re.compile(f"(?:{grammar.filler}|{grammar.deeds})*$")
