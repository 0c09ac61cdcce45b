"""What a pattern cannot match without: never more than stands in something it does match."""

import re
from operator import add

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.report.lexicon import load_lexicon
from extractors.report.prefilter import Prefilter, needed

ATOMS = st.sampled_from(["行", "政", "执", "[法律]", "[^，。]", ".", "[a-c]", r"\d", "N"])
COUNTS = st.sampled_from(["", "?", "*", "+", "{2}", "{0,3}", "{1,2}?", "{,2}"])


def _joined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(parts, min_size=1, max_size=4).map("".join)
    branches = st.lists(several, min_size=1, max_size=3).map("|".join)
    return st.one_of(
        several, st.tuples(st.sampled_from(["(", "(?:"]), branches, COUNTS).map("{0[0]}{0[1]}){0[2]}".format)
    )


PATTERNS = st.recursive(st.tuples(ATOMS, COUNTS).map("".join), _joined, max_leaves=12)


def _keys(wording: str) -> set[str]:
    return {*wording, *map(add, wording, wording[1:])}


@settings(max_examples=300)
@given(PATTERNS, st.data())
def test_whatever_a_pattern_matches_has_what_it_needs(pattern: str, data: st.DataObject) -> None:
    wording = data.draw(st.from_regex(pattern))
    assert all(not keys.isdisjoint(_keys(wording)) for keys in needed(pattern, lambda key: 1))


def test_every_side_of_a_gap_is_needed_and_nothing_of_an_optional_group() -> None:
    pattern = "(举办|开展)[^，。]{0,16}(普法)?培训(?!机构)"
    assert set(needed(pattern, lambda key: 3 - len(key))) == {
        frozenset({"举办", "开展"}),
        frozenset({"培训"}),
    }


def test_an_expression_that_is_not_understood_is_an_error() -> None:
    with pytest.raises(ValueError, match="执法"):
        needed("(?i)执法", lambda key: 1)


def test_a_thing_without_a_pattern_is_always_a_candidate_and_order_stays() -> None:
    things = [("讲座", re.compile("讲座")), ("always", None), ("审查", re.compile("审(查|核)"))]
    prefilter = Prefilter(things)
    assert prefilter.candidates("合法性审核讲座") == ["讲座", "always", "审查"]
    assert prefilter.candidates("普法") == ["always"]


def test_no_rule_of_the_lexicon_that_matches_is_left_out() -> None:
    lexicon = load_lexicon()
    for text in [example.text for entry in lexicon.entries for example in entry.examples][::40]:
        found = {rule.id: [p for p in rule.before + rule.around if p.search(text)] for rule in lexicon.rules}
        for unit in {unit for rule in lexicon.rules for unit in rule.units}:
            candidates = [(one.rule.id, one.pattern) for one in lexicon.by_unit[unit].candidates(text)]
            matching = [(r.id, p) for r in lexicon.rules if unit in r.units for p in found[r.id]]
            assert all(pair in candidates for pair in matching)
