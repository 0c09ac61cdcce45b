"""A small line chart of one indicator's years, as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence

from flows.report.figures import number

WIDTH, HEIGHT, PAD = 120, 30, 4


def sparkline(points: Sequence[tuple[int, float | None, bool]]) -> str:
    """Years left to right; a missing year is a gap, a hollow dot a bound that is not exact.

    In: (year, value or None, is_exact) for every year of the axis. Out: an `<svg>` element, or an empty
    string where no year has a value.
    """
    values = [value for _, value, _ in points if value is not None]
    if not values:
        return ""
    top = max(*values, 0.0) or 1.0
    step = (WIDTH - 2 * PAD) / max(len(points) - 1, 1)
    label = "，".join(f"{year}年 {number(value)}" for year, value, _ in points if value is not None)
    parts = [f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">']
    previous: tuple[float, float] | None = None
    dots = []
    for place, (_, value, exact) in enumerate(points):
        if value is None:
            previous = None
            continue
        spot = (PAD + place * step, HEIGHT - PAD - (HEIGHT - 2 * PAD) * value / top)
        if previous is not None:
            parts.append(f'<path d="M{previous[0]:.1f} {previous[1]:.1f}L{spot[0]:.1f} {spot[1]:.1f}"/>')
        dots.append(
            f'<circle class="{"exact" if exact else "bound"}" cx="{spot[0]:.1f}" cy="{spot[1]:.1f}" r="2.6"/>'
        )
        previous = spot
    return "".join([*parts, *dots, "</svg>"])
