"""SVG as text: attributes only, every text escaped, numbers written the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import cos, pi, sin

from django.utils.safestring import SafeString, mark_safe

from display.typeface import FAMILY, width


def drawing(wide: float, high: float, title: str, parts: Iterable[str]) -> SafeString:
    """`title` is the alternative text, in the PDF and for screen readers; `parts` are markup."""
    return mark_safe(
        element(
            "svg",
            element("title", escape(title)) + "".join(parts),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {number(wide)} {number(high)}",
            width=wide,
            height=high,
            role="img",
        )
    )


def element(tag: str, inside: str = "", **attributes: str | float) -> str:
    """`inside` is markup. `stroke_width` becomes stroke-width; an empty attribute is left out."""
    written = "".join(
        f' {name.replace("_", "-")}="{value if isinstance(value, str) else number(value)}"'
        for name, value in attributes.items()
        if value != ""
    )
    return f"<{tag}{written}>{inside}</{tag}>" if inside else f"<{tag}{written}/>"


def text(x: float, y: float, words: str, size: float, fill: str, weight: int = 400, anchor: str = "", after: str = ""):
    return element(
        "text",
        escape(words) + after,
        x=x,
        y=y,
        font_family=FAMILY,
        font_size=size,
        font_weight=weight,
        text_anchor=anchor,
        fill=fill,
    )


MARK = 8.0  # size of the mark of a note


def superscript(words: str, fill: str) -> str:
    return element("tspan", escape(words), dx=1.5, dy=-3, font_size=MARK, font_weight=700, fill=fill) if words else ""


def rect(x: float, y: float, wide: float, high: float, fill: str, radius: float | str = "") -> str:
    return element("rect", x=x, y=y, width=wide, height=high, rx=radius, fill=fill)


def frame(x: float, y: float, wide: float, high: float, stroke: str, thick: float) -> str:
    # SVG draws strokes half outside.
    inner = max(wide - thick, 0.1), max(high - thick, 0.1)
    return element(
        "rect",
        x=x + thick / 2,
        y=y + thick / 2,
        width=inner[0],
        height=inner[1],
        fill="none",
        stroke=stroke,
        stroke_width=thick,
    )


def stroke(path: str, colour: str, thick: float, dash: str = "") -> str:
    return element("path", d=path, fill="none", stroke=colour, stroke_width=thick, stroke_dasharray=dash)


def arc(middle: float, radius: float, start: float, end: float, colour: str, thick: float, dash: str = "") -> str:
    """Part of a ring; `start` and `end` are shares of the turn, clockwise from the top."""
    if end - start >= 1:  # an arc that ends where it starts would draw nothing
        return element(
            "circle",
            cx=middle,
            cy=middle,
            r=radius,
            fill="none",
            stroke=colour,
            stroke_width=thick,
            stroke_dasharray=dash,
        )
    first, last = (
        points(middle + radius * sin(2 * pi * share), middle - radius * cos(2 * pi * share)) for share in (start, end)
    )
    large = int(end - start > 0.5)
    return stroke(f"M{first}A{points(radius, radius)} 0 {large} 1 {last}", colour, thick, dash)


def hatch(x: float, y: float, wide: float, high: float, colour: str) -> str:
    # Strokes clipped by arithmetic: a pattern would need an identifier.
    path, offset = "", -high
    while offset < wide:
        start, end = max(0.0, -offset), min(high, wide - offset)
        if end - start > 0.2:
            path += f"M{points(x + offset + start, y + high - start)}L{points(x + offset + end, y + high - end)}"
        offset += 3.4
    return stroke(path, colour, 0.7)


def fitting(words: str, size: float, room: float, weight: int) -> float:
    wide = width(words, size, weight)
    return size if wide <= room else size * room / wide


def points(*coordinates: float) -> str:
    return " ".join(number(value) for value in coordinates)


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
