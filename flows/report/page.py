"""The report as one self-contained HTML page: no network, no external file."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from flows.report.content import ReportContent


def render_page(content: ReportContent) -> str:
    """HTML text; everything from a report is escaped, style and script are inline."""
    room = files("flows.report")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["style"] = _inline(room.joinpath("page.css").read_text("utf-8"))
    environment.globals["script"] = _inline(room.joinpath("page.js").read_text("utf-8"))
    return environment.from_string(room.joinpath("page.html.j2").read_text("utf-8")).render(content=content)


def _inline(text: str) -> Markup:
    return Markup(text)
