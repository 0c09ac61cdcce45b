"""The report page in a real browser, and the workbook read back."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.report import ReportContent, ReportError, load_content, render_page, workbook, write_workbook
from flows.report.chart import sparkline
from flows.report.content import Cell, CoverageCell, CoverageRow, IndicatorTable, IssueLine, Proof, Row, Tile
from flows.report.figures import REASONS_ZH, figure, number, signed

YEARS = (2022, 2023, 2024)
HOSTILE = "<script>document.title='owned'</script>=1+1"


def cell(year: int, value: float | None, bound: str = "exact", css: str = "", note: str = "") -> Cell:
    label = figure(value, None, bound) or "—"
    proof = Proof(
        "全年调解纠纷",
        label,
        f"件，{HOSTILE}。",
        f"石桥镇{year}年报告",
        "http://127.0.0.1/a",
        "2025-01-02 02:00",
    )
    return Cell(year, value, None, bound, label, css, note, (proof,))


def row(name: str, cells: tuple[Cell | None, ...], comparable: bool) -> Row:
    chart = sparkline([(y, c.value if c else None, True) for y, c in zip(YEARS, cells, strict=True)])
    why = "" if comparable else "一年确数一年概数"
    return Row(name, "990101100", cells, 5.0, 12.5, "+5（+12.5 %）", "up", comparable, why, chart)


@pytest.fixture(scope="module")
def content() -> ReportContent:
    mediated = IndicatorTable(
        code="disputes_mediated",
        name_zh="调解(受理)矛盾纠纷件数",
        name_en="Disputes accepted or mediated",
        theme="mediation",
        unit="件",
        rows=(
            row("石桥镇人民政府", (cell(2022, 35), cell(2023, 40), cell(2024, 45)), True),
            row(
                "云岭街道办事处",
                (cell(2022, 0, css="zero"), None, cell(2024, 200, "at_least", "bound")),
                False,
            ),
        ),
    )
    fines = IndicatorTable(
        code="fines",
        name_zh="罚没金额",
        name_en="Fines and confiscations",
        theme="enforcement",
        unit="元",
        rows=(
            row(HOSTILE, (None, cell(2023, None, note="一份报告内有多个数值：3、5"), cell(2024, 8)), False),
        ),
    )
    return ReportContent(
        title="法治政府建设年度报告 · 逐年比较",
        run_id="abc",
        published_at="2025-01-02 03:00",
        tiles=(Tile("机构", "3"),),
        years=YEARS,
        bodies=("石桥镇人民政府", "云岭街道办事处", HOSTILE),
        themes={"mediation": "矛盾化解与法律服务", "enforcement": "行政执法"},
        indicators=(mediated, fines),
        coverage_years=YEARS,
        coverage=(CoverageRow("石桥镇人民政府", tuple(CoverageCell("按时", "on_time") for _ in YEARS)),),
        issues=(IssueLine("ambiguous_organisation", "warning", "extractor", HOSTILE, "沙岗乡报告", None),),
        issues_total=1,
    )


def browse(chromium: str, page: Path) -> str:
    """The page's document after its scripts ran."""
    profile = page.parent / "profile"
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={profile}",
            "--virtual-time-budget=2000",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def test_page_asks_for_nothing_outside_itself(content: ReportContent) -> None:
    page = render_page(content)
    assert "<link" not in page and "src=" not in page and "@import" not in page and "url(" not in page


def test_page_filters_and_escapes_in_a_browser(content: ReportContent, chromium: str, tmp_path: Path) -> None:
    script = (
        "<script>addEventListener('load',()=>{const f=document.getElementById('by-body');"
        "f.value='石桥镇人民政府';f.dispatchEvent(new Event('input'));"
        "const rows=[...document.querySelectorAll('.indicator tbody tr')];"
        "const shown=rows.filter(r=>!r.hidden&&!r.closest('section').hidden);"
        "document.body.dataset.shown=shown.map(r=>r.dataset.body).join('|');});</script>"
    )
    page = tmp_path / "report.html"
    page.write_text(render_page(content).replace("</body>", script + "</body>"), encoding="utf-8")
    dom = browse(chromium, page)
    assert 'data-shown="石桥镇人民政府"' in dom
    assert "<title>法治政府建设年度报告 · 逐年比较</title>" in dom, "wording of a report ran as a script"
    assert "<mark>45</mark>" in dom and "≥ 200" in dom


def test_workbook_holds_figures_as_numbers_and_text_as_text(content: ReportContent, tmp_path: Path) -> None:
    write_workbook(content, tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    wide = [[c.value for c in r] for r in book["逐年比较"].iter_rows()]
    head, first, second, third = wide
    assert dict(zip(head, first, strict=True))["2024"] == 45
    assert dict(zip(head, second, strict=True)) | {"2022": 0, "2023": None, "2024": "≥ 200"} == dict(
        zip(head, second, strict=True)
    )
    assert dict(zip(head, third, strict=True))["2023"] == "—"
    assert all(c.data_type != "f" for sheet in book for r in sheet.iter_rows() for c in r)
    evidence = list(book["证据"].iter_rows(min_row=2))
    assert (
        evidence[0][10].value.startswith("全年调解纠纷")
        and evidence[0][12].hyperlink.target == "http://127.0.0.1/a"
    )


def test_a_workbook_leaves_out_control_characters_a_workbook_cannot_hold(
    content: ReportContent, tmp_path: Path
) -> None:
    issue = IssueLine("k", "info", "publisher", "办理\x01案件\x0b12件", "报告\x1f", "http://127.0.0.1/\x02")
    write_workbook(replace(content, issues=(issue,)), tmp_path / "report.xlsx")
    (line,) = load_workbook(tmp_path / "report.xlsx")["存疑"].iter_rows(min_row=2)
    assert [c.value for c in line[3:]] == ["办理案件12件", "报告", "http://127.0.0.1/"]
    assert line[5].hyperlink.target == "http://127.0.0.1/"


def test_a_sheet_ends_where_excel_s_does_and_says_so(
    content: ReportContent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    monkeypatch.setattr(workbook, "MAX_LINKS", 1)
    long = "http://127.0.0.1/" + "a" * workbook.MAX_ADDRESS
    links = (long, "http://127.0.0.1/b", "http://127.0.0.1/c", "http://127.0.0.1/d")
    issues = tuple(IssueLine("k", "info", "publisher", "m", "t", link) for link in links)
    write_workbook(replace(content, issues=issues), tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    evidence, doubts = (list(book[name].iter_rows(min_row=2)) for name in ("证据", "存疑"))
    assert [bool(line[12].hyperlink) for line in evidence] == [True, False, False]
    assert evidence[1][12].value == "http://127.0.0.1/a"
    assert [line[5].value for line in doubts] == [long, "http://127.0.0.1/b", None]
    assert doubts[0][5].hyperlink is None, "no link that Excel has no room for"
    assert doubts[2][0].value == workbook.CUT and "--org" in workbook.CUT


def test_missing_publication_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="nianbao ingest"):
        load_content(tmp_path / "nianbao.duckdb")


@pytest.mark.parametrize(
    ("value", "high", "bound", "shown"),
    [
        (80000, None, "at_least", "≥ 80,000"),
        (5000, None, "approx", "约 5,000"),
        (3, 5, "range", "3–5"),
        (98.5, None, "exact", "98.5"),
        (0, None, "exact", "0"),
        (None, None, None, ""),
    ],
)
def test_figures_show_their_bound(
    value: float | None, high: float | None, bound: str | None, shown: str
) -> None:
    assert figure(value, high, bound) == shown


def test_every_reason_the_models_give_has_a_wording(root: Path) -> None:
    models = root / "dbt_like_sql/models"
    mart = (models / "marts/mart_indicator_yoy.sql").read_text(encoding="utf-8")
    block = mart.partition("list_filter([")[2].partition("as not_comparable_reasons")[0]
    told = set(re.findall(r"then '(\w+)' end", block))
    assert len(told) == block.count("case when") and "boundary_change" in told
    assert told | {"several_values", "list_of_figures", "documents_differ"} <= REASONS_ZH.keys()


def test_numbers_and_changes() -> None:
    assert number(1234567.25) == "1,234,567.25"
    assert (signed(12), signed(-3.5, " %"), signed(0), signed(None)) == ("+12", "−3.5 %", "0", "")


def test_no_digit_of_a_large_figure_is_lost_to_whoever_cannot_see_the_line() -> None:
    assert 'aria-label="2022年 1,234,567，2023年 98.5"' in sparkline(
        [(2022, 1234567, True), (2023, 98.5, True)]
    )


def test_a_missing_year_breaks_the_line() -> None:
    assert sparkline([(2022, 1, True), (2023, None, True), (2024, 2, True)]).count("<path") == 0
    assert sparkline([(2022, 1, True), (2023, 2, True)]).count("<path") == 1
    assert sparkline([(2022, None, True)]) == ""
