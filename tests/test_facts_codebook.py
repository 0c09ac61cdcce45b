"""The codebook as a contract: its schema holds and it is the shared one."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from extractors.codebook import Indicator, load_codebook


def test_every_indicator_is_there_once_by_code_and_id() -> None:
    codebook = load_codebook()
    assert len(codebook) == 136
    assert len({indicator.id for indicator in codebook.values()}) == 136
    assert all(code == indicator.code for code, indicator in codebook.items())


def test_small_counts_of_persons_under_care_are_sensitive() -> None:
    assert {i.id for i in load_codebook().values() if i.sensitive} == {"G13", "G14", "G15"}


@pytest.mark.parametrize(
    "field, value", [("kind", "level"), ("several", "first"), ("id", "Z1"), ("unit", "")]
)
def test_a_row_outside_the_schema_is_an_error(field: str, value: str) -> None:
    row = load_codebook()["fines"].model_dump() | {field: value}
    with pytest.raises(ValidationError, match=field):
        Indicator.model_validate(row)


def test_the_packaged_file_is_the_shared_contract(root: Path, shared: Path) -> None:
    packaged = root / "extractors" / "codebook" / "indicators.tsv"
    assert packaged.read_bytes() == (shared / "codebook" / "indicators.tsv").read_bytes()
