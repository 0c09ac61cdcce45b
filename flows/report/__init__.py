"""The report for readers: one self-contained page and one workbook, from the published file."""

from flows.report.content import ReportContent
from flows.report.load import ReportError, load_content
from flows.report.page import render_page
from flows.report.workbook import write_workbook

__all__ = ["ReportContent", "ReportError", "load_content", "render_page", "write_workbook"]
