"""Every lexicon entry reads its own examples: what it must find and what it must leave alone."""

import pytest
from pydantic import ValidationError

from extractors.codebook import load_codebook
from extractors.report.facts import find_facts
from extractors.report.lexicon import Entry, Example, load_grammar, load_lexicon
from extractors.report.quantities import find_quantities
from extractors.report.structure import outline

EXAMPLES = [(entry, example) for entry in load_lexicon().entries for example in entry.examples]


def _values(code: str, text: str) -> list[float]:
    facts, _ = find_facts(text, outline(text), find_quantities(text), 2024)
    return [fact.value for fact in facts if fact.code == code]


@pytest.mark.parametrize("entry, example", EXAMPLES, ids=[f"{e.code}-{x.text[:16]}" for e, x in EXAMPLES])
def test_an_entry_reads_its_example(entry: Entry, example: Example) -> None:
    expected = example.value if isinstance(example.value, list) else [example.value]
    assert _values(entry.code, example.text) == [value for value in expected if value is not None]


def test_every_indicator_has_an_entry_with_a_sentence_it_reads_and_one_it_refuses() -> None:
    entries = {entry.code: entry for entry in load_lexicon().entries}
    assert set(entries) == set(load_codebook())
    for entry in entries.values():
        kinds = {example.value is None for example in entry.examples}
        assert kinds == {True, False}, entry.code


def test_an_entry_that_names_nothing_is_an_error() -> None:
    with pytest.raises(ValidationError, match="needs `match`"):
        Entry.model_validate(
            {
                "code": "fines",
                "units": "money",
                "rules": [{"level": "plain"}],
                "examples": [{"text": "无", "value": None}],
            }
        )


def test_a_word_unknown_to_the_schema_is_an_error() -> None:
    with pytest.raises(ValidationError, match="verb"):
        Entry.model_validate(
            {
                "code": "fines",
                "units": "money",
                "rules": [{"match": ["罚款"], "verb": ["处"]}],
                "examples": [{"text": "无", "value": None}],
            }
        )


def test_a_group_of_units_named_in_the_lexicon_exists() -> None:
    """A misspelt group would silently be taken for a unit of its own."""
    groups = load_grammar().units
    named = {entry.units for entry in load_lexicon().entries if isinstance(entry.units, str)}
    assert named <= set(groups)
