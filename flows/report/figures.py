"""How a figure is written for a reader: its bound, its zero, its change, and why it is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

BOUND_SIGNS = {"exact": "", "at_least": "≥ ", "at_most": "≤ ", "approx": "约 "}

THEMES_ZH = {
    "study": "学法与培训",
    "leadership": "组织领导",
    "publicity": "普法宣传",
    "decisions": "制度与决策",
    "enforcement": "行政执法",
    "review": "复议与诉讼",
    "mediation": "矛盾化解与法律服务",
    "openness": "公开与服务",
}

REASONS_ZH = {
    "no_previous_report": "没有上年报告",
    "previous_silent": "上年未提及",
    "current_silent": "本年未提及",
    "several_values": "一份报告内有多个数值",
    "list_of_figures": "各分项各有其数",
    "documents_differ": "几份文档数值不一",
    "computed_sum": "由分项相加",
    "bound_differs": "一年确数一年概数",
    "range": "为区间",
    "period_differs": "时段不同",
    "unit_differs": "单位不同",
    "subject_differs": "所指对象不同",
    "data_cutoff": "数据截至年底之前",
    "corrected": "数值已更正",
    "definition_changed": "指标口径变更",
    "boundary_change": "区划变更",
    "suppressed": "敏感小数值，不公开",
}

COVERAGE_ZH = {
    "on_time": "按时",
    "late": "迟于4月1日",
    "unknown_date": "日期不明",
    "fetched_only": "已抓取未读出",
    "listed_only": "仅见于列表",
    "blocked": "被拦截",
    "not_found": "未找到",
    "not_due": "期限未到",
    "not_collected": "未采集",
    "no_deadline": "已公开",
}


def number(value: float | None) -> str:
    """`80000.0` → `80,000`; `98.5` → `98.5`; None → empty."""
    if value is None:
        return ""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.4f}".rstrip("0").rstrip(".")


def figure(value: float | None, value_high: float | None, bound: str | None) -> str:
    """A value with its bound: `≥ 80,000`, `约 5,000`, `3–5`; empty without a value."""
    if value is None:
        return ""
    if bound == "range" and value_high is not None:
        return f"{number(value)}–{number(value_high)}"
    return BOUND_SIGNS[bound or "exact"] + number(value)


def signed(value: float | None, suffix: str = "") -> str:
    """A change with its sign: `+12`, `−3.5 %`, `0`."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(round(value, 2)))}{suffix}"


def reasons(codes: Sequence[str] | None) -> str:
    """Reason codes in Chinese; a code without wording is shown as it is."""
    return "；".join(REASONS_ZH.get(code, code) for code in codes or ())


def value_note(row: dict[str, Any]) -> str:
    """What a reader must know of a yearly value besides the number itself."""
    if row["is_suppressed"]:
        return REASONS_ZH["suppressed"]
    if row["value"] is None:
        told = f"：{row['candidate_values']}" if row["candidate_values"] else ""
        return f"{reasons([row['selection_reason']])}{told}，不代为选择"
    notes = ["原文明确说没有"] if row["is_explicit_zero"] else []
    notes += [f"存疑：{doubt}" for doubt in row["doubts"] or ()]
    if row["cutoff_on"] is not None:
        notes.append(f"数据截至 {row['cutoff_on']}")
    if row["revision_number"] > 1:
        notes.append(f"第 {row['revision_number']} 次公开的数值")
    return "；".join(notes)
