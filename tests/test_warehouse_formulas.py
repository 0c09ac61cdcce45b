"""Sentences that reports share everywhere are measured, kept, and no copying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from extractors.records import Reading, Sentence
from flows import formulas
from flows.cli import app
from flows.settings import Settings, load_settings
from tests.warehouse_scenes import body, load, reading, seen
from warehouse.formulas import measure_formulas
from warehouse.records import FormulaRow
from warehouse.schema import open_warehouse
from warehouse.transform import build_models

SLOGAN = "我们始终把法治摆在首要位置，一抓到底。"
NEARLY = "我们始终把法治摆在首要位置，二抓到底。"
LOCAL = "渡口的船工早晚两趟顺路看堤，看见裂缝就插一面红旗。"
OWN = (
    "河湾两岸的旧界桩重新勘定以后，由村里的老会计和测量员走了一遍，图纸贴在祠堂门口。",
    "粮站改成了调解室，磅秤还留在门边，来的人先过秤，说是称一称火气。",
)


def report(code: str, year: int, sentences: Sequence[str]) -> Reading:
    name = "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in code)
    content = reading(body(f"{name}镇人民政府", code), year, [], note="".join(sentences))
    at, cut = len(content.document.text) - sum(map(len, sentences)), []
    for sentence in sentences:
        cut.append(Sentence(at, at + len(sentence), 0))
        at += len(sentence)
    return replace(content, sentences=content.sentences + tuple(cut))


def pages(sentences: dict[str, Sequence[str]], year: int = 2024) -> dict[str, Any]:
    found = [
        seen(1, "s", f"http://s/{code}/{year}", report(code, year, said)) for code, said in sentences.items()
    ]
    return {"attempts": [a for a, _ in found], "readings": [r for _, r in found]}


def country() -> dict[str, Sequence[str]]:
    """Four provinces of three towns: a slogan in all of them, with other numerals in some; a passage of one county."""
    return {
        f"9{province}0121{town}01": (NEARLY if town == 2 else SLOGAN, *([LOCAL] if province == 0 else ()))
        for province in range(4)
        for town in (1, 2, 3)
    }


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load_settings(tmp_path)
    load(settings.database, 1, pages(country()), sources=[])
    return settings


def measure(settings: Settings, bodies: int, provinces: int, share: float = 0) -> list[FormulaRow]:
    with open_warehouse(settings.database, read_only=True) as warehouse:
        return measure_formulas(warehouse.con, bodies=bodies, provinces=provinces, share=share)


def test_a_formula_recurs_in_many_bodies_of_several_provinces(settings: Settings) -> None:
    shared = "我们始终把法治摆在首要位置，#抓到底。"
    assert measure(settings, bodies=3, provinces=2) == [FormulaRow(shared, 12, 4)]
    local = FormulaRow(LOCAL.replace("一", "#"), 3, 1)
    assert measure(settings, bodies=3, provinces=1) == [FormulaRow(shared, 12, 4), local]
    assert measure(settings, bodies=13, provinces=1) == []
    assert measure(settings, bodies=3, provinces=1, share=0.5) == [FormulaRow(shared, 12, 4)]


def test_several_pages_and_years_of_a_body_are_one_body(settings: Settings) -> None:
    load(settings.database, 2, pages(dict(list(country().items())[:3]), 2023), sources=[])
    assert [row.bodies for row in measure(settings, bodies=3, provinces=1)] == [12, 3]


def test_what_is_kept_is_shown_and_comes_back_the_same(settings: Settings) -> None:
    arguments = ["formulas", "measure", "--bodies", "3", "--provinces", "2", "--home", str(settings.home)]
    shown = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert shown.exit_code == 0 and "首要位置" in shown.output and formulas.held(settings) == ()
    assert CliRunner().invoke(app, [*arguments, "--keep"]).exit_code == 0
    assert formulas.held(settings) == (FormulaRow("我们始终把法治摆在首要位置，#抓到底。", 12, 4),)


def test_the_list_held_is_the_whole_list(settings: Settings) -> None:
    def loaded(*rows: FormulaRow) -> list[Any]:
        load(settings.database, 2, {"formulas": rows}, sources=[])
        with duckdb.connect(str(settings.database), read_only=True) as con:
            return con.execute("SELECT sentence FROM raw_formula ORDER BY 1").fetchall()

    assert loaded(FormulaRow("甲", 3, 2), FormulaRow("乙", 3, 2)) == [("乙",), ("甲",)]
    assert loaded(FormulaRow("乙", 3, 2)) == [("乙",)]
    assert loaded() == []


@pytest.mark.acceptance
def test_a_measured_formula_is_masked_and_a_new_list_compares_anew(tmp_path: Path) -> None:
    database = tmp_path / "private.duckdb"
    years = {2023: (SLOGAN * 3, OWN[0]), 2024: (SLOGAN * 3, OWN[1])}
    for year, said in years.items():
        load(database, year - 2022, pages({"990121101": said}, year), sources=[])

    def containment() -> tuple[float, float]:
        build_models(database)
        with duckdb.connect(str(database), read_only=True) as con:
            row = con.execute("SELECT containment, containment_masked FROM fct_similarity").fetchone()
        assert row is not None
        return row

    raw, masked = containment()
    formula = FormulaRow("我们始终把法治摆在首要位置，#抓到底。" * 3, 12, 4)
    load(database, 3, {"formulas": [formula]}, sources=[])
    again, without = containment()
    assert again == raw and without < 0.7 * masked, "what is left in common is the title"
