"""Who signs a text, and when."""

from datetime import date

import pytest

from extractors.report.signature import find_signature


@pytest.mark.parametrize(
    ("block", "names"),
    [
        ("云溪县司法局\n2024年1月5日", ("云溪县司法局",)),
        ("云溪县司法局（盖章，代）\n2024年1月5日", ("云溪县司法局（盖章，代）",)),
        ("云溪县司法局（盖章，代）2024年1月5日", ("云溪县司法局（盖章，代）",)),
        ("以上各项，请云溪县司法局\n2024年1月5日", ()),
    ],
)
def test_a_comma_in_a_names_bracket_is_no_prose(block: str, names: tuple[str, ...]) -> None:
    signature = find_signature(f"现将有关情况报告如下。\n{block}")
    assert signature is not None
    assert signature.names == names
    assert signature.signed_on == date(2024, 1, 5)
