"""Charts as SVG text, the same in the PDF and on the pages.

Attributes only, no style and no identifiers: so they pass the content policy and never clash on a page. The message is
in `<title>` (the alternative text in the PDF), shape and words always go with colour, hatch is what is missing, and
labels are measured and wrapped, never clipped. Each chart needs its table beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from display import svg
from display.palette import Palette
from display.typeface import width, wrap

COMPLETE, EXPLAINED, UNEXPLAINED, NOTHING = "complete", "explained", "unexplained", "nothing"
PLANNED, EXECUTED, MISSING = "planned", "executed", "missing"
WHITE = "#ffffff"
LENGTH = 482.0  # of a line of text in the report, in points: 170 mm


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    share: Fraction | None  # 0 to 1; None when nothing was planned
    value: str  # "96,3 %"
    detail: str  # "26 de 27"
    state: str  # COMPLETE, EXPLAINED, UNEXPLAINED or NOTHING
    marks: str = ""  # of its footnotes: "a, b"
    url: str = ""  # on a page: of what makes it
    key: str = ""  # of it, in the address of pages that say more, where they stand together


def legend(used: Collection[str]) -> list[tuple[str, str]]:
    """What the signs of bars in these states mean, and the hatch where something is missing."""
    names = (
        (COMPLETE, _("Completo")),
        (EXPLAINED, _("Faltó algo, con su causa")),
        (UNEXPLAINED, _("Faltó algo sin causa registrada o sin reporte")),
        (NOTHING, _("Sin reporte")),
    )
    signs = [(state, name) for state, name in names if state in used]
    if {EXPLAINED, UNEXPLAINED} & set(used):
        signs.append((MISSING, _("Sin ejecutar")))
    return signs


@dataclass(frozen=True, slots=True)
class Pair:
    label: str
    planned: float
    executed: float | None  # None: nobody reported it
    planned_text: str
    executed_text: str


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    value: float
    text: str


def ring(
    share: Fraction | None,
    value: str,
    detail: str,
    *,
    title: str,
    colours: Palette,
    size: float = 150,
    on_primary: bool = False,
) -> SafeString:
    """A ring filled up to `share`, its value and what it counts inside; a line feed in `detail` starts a new line.

    `on_primary`: drawn on the entity's own colour.
    """
    fill, missing, ink, muted = (
        (colours.highlight, colours.cover_missing, WHITE, WHITE)
        if on_primary
        else (colours.primary, colours.planned, colours.ink, colours.muted)
    )
    middle, thick, done = size / 2, size * 0.105, float(share or 0)
    radius = middle - thick / 2 - 1
    parts = []
    if done < 1:
        parts.append(svg.arc(middle, radius, done, 1, missing, thick, dash="1.5 3" if share is None else ""))
    if done > 0:
        parts.append(svg.arc(middle, radius, 0, done, fill, thick))
    room, small = 2 * (radius - thick / 2) - size * 0.1, size * 0.07
    big = svg.fitting(value, size * 0.19, room, 700)
    lines = [line for part in detail.split("\n") for line in wrap(part, small, room * 0.94)]
    base = middle - size * 0.01 + (big * 0.72 - small * 1.25 * len(lines)) / 2
    parts.append(svg.text(middle, base, value, big, ink, 700, "middle"))
    parts += [
        svg.text(middle, base + small * 1.25 * n + small * 0.15, line, small, muted, anchor="middle")
        for n, line in enumerate(lines, start=1)
    ]
    return svg.drawing(size, size, title, parts)


def bars(
    items: Sequence[Bar],
    *,
    title: str,
    colours: Palette,
    legend: Sequence[tuple[str, str]] = (),
    alike: Sequence[Bar] = (),
) -> SafeString:
    """Horizontal bars, one under the other, each with its label above and its value and "n de N" at the right.

    `legend`: (state, words) of the states shown, and of MISSING for the hatch. `alike`: the bars of all charts, when
    several charts must have bars of one length.
    """
    size, thick, gap = 9.5, 9.0, 11.0
    value_width = max((width(item.value, 10.5, 700) for item in alike or items), default=0)
    detail_width = max((width(item.detail, 9) for item in alike or items), default=0)
    track = LENGTH - (12 + 14 + value_width + 12 + detail_width + 2)
    parts, top = _legend(legend, colours)
    for item in items:
        *lines, last = wrap(item.label, size, LENGTH - width(item.marks, svg.MARK, 700) - 4)
        parts += [svg.text(0, top + size * 1.32 * n, line, size, colours.ink) for n, line in enumerate(lines, start=1)]
        top += size * 1.32 * (len(lines) + 1)
        marks = svg.superscript(item.marks, colours.accent)
        parts.append(svg.text(0, top, last, size, colours.ink, after=marks))
        top += 5.5
        colour = _state_colour(item.state, colours)
        parts += _bar(item, top, track, thick, colour, colours)
        right, base = track + 12, top + thick / 2 + 3.7
        parts.append(sign(item.state, right, top + thick / 2 - 4, 8, colour))
        parts.append(svg.text(right + 14, base, item.value, 10.5, colours.ink, 700))
        parts.append(svg.text(right + 14 + value_width + 12, base, item.detail, 9, colours.muted))
        top += thick + gap
    return svg.drawing(LENGTH, max(top - gap + 2, 1), title, parts)


def month_columns(
    pairs: Sequence[Pair],
    *,
    title: str,
    colours: Palette,
    legend: Sequence[tuple[str, str]] = (),
    peak: float = 0,
) -> SafeString:
    """Two columns per month, planned (pale) and executed (dark, hatched up to what was planned).

    `legend`: words for PLANNED, EXECUTED and MISSING. `peak`: the highest of all the charts that have one scale.
    """
    height, slot = 112, LENGTH / max(len(pairs), 1)
    thick = min(22.0, slot * 0.3)
    texts = [text for pair in pairs for text in (pair.planned_text, pair.executed_text)]
    # Values go side by side over their columns, or one over the other when they are too wide.
    beside = all(width(text, 8.5, 700) <= thick + 2 for text in texts)
    size = min((svg.fitting(text, 8.5, thick + 2 if beside else slot - 4, 700) for text in texts), default=8.5)
    peak = peak or max((max(pair.planned, pair.executed) for pair in pairs), default=0) or 1
    parts, top = _legend(legend, colours)
    foot = top + (14 if beside else 25) + height
    for index, pair in enumerate(pairs):
        middle = slot * (index + 0.5)
        tall, done = height * pair.planned / peak, height * (pair.executed or 0) / peak
        left, right = middle - thick - 1, middle + 1
        parts.append(svg.rect(left, foot - tall, thick, tall, colours.planned))
        if pair.executed is not None and done < tall:
            parts += _missing(right, foot - tall, thick, tall - done, colours)
        parts.append(svg.rect(right, foot - done, thick, done, colours.primary))
        above = foot - max(tall, done) - 5
        at_left, at_right = (left + thick / 2, right + thick / 2) if beside else (middle, middle)
        over = above if beside else above - 10.5
        parts.append(svg.text(at_left, over, pair.planned_text, size, colours.muted, anchor="middle"))
        parts.append(svg.text(at_right, above, pair.executed_text, size, colours.ink, 700, "middle"))
    return _on_foot(parts, [pair.label for pair in pairs], LENGTH, foot, title, colours)


def columns(
    items: Sequence[Column], *, title: str, colours: Palette, length: float = LENGTH, peak: float = 0
) -> SafeString:
    """One column per month, its value above. For people: never stacked, since they cannot be added up.

    `peak`: the highest of all the charts that have one scale.
    """
    height, slot = 92, length / max(len(items), 1)
    thick = min(30.0, slot * 0.56)
    peak = peak or max((item.value for item in items), default=0) or 1
    size = min((svg.fitting(item.text, 9, slot - 3, 700) for item in items), default=9)
    foot, parts = 14 + height, []
    for index, item in enumerate(items):
        middle, tall = slot * (index + 0.5), height * item.value / peak
        parts.append(svg.rect(middle - thick / 2, foot - tall, thick, tall, colours.accent))
        parts.append(svg.text(middle, foot - tall - 4, item.text, size, colours.ink, 700, "middle"))
    return _on_foot(parts, [item.label for item in items], length, foot, title, colours)


@dataclass(frozen=True, slots=True)
class Point:
    """The end of a month."""

    label: str
    planned: float  # since the start
    executed: float | None  # since the start; None: that month has not come


def curve(
    points: Sequence[Point], *, today: float | None, title: str, colours: Palette, words: dict[str, str]
) -> SafeString:
    """What should be done by then, and what is: one line stops at `today`, in months since the start, where a third one
    stands. `words`: of PLANNED, EXECUTED and "today".

    Narrow on purpose: a telephone shows its labels in their size.
    """
    length, size, left, right, top, high = 360.0, 10.0, 2.0, 40.0, 22.0, 150.0
    foot, wide = top + high, length - left - right
    peak = max((point.planned for point in points), default=0) or 1
    step = wide / max(len(points), 1)

    def line(values: Sequence[float], last: float = 0) -> str:
        places = [svg.points(left, foot)]
        for at, value in enumerate(values, 1):
            across = last if last and at == len(values) else at
            places.append(svg.points(left + across * step, foot - high * value / peak))
        return "M" + "L".join(places)

    done = [point.executed for point in points if point.executed is not None]
    parts = [svg.stroke(f"M{svg.points(left, foot)}H{svg.number(left + wide)}", colours.rule, 1)]
    parts.append(svg.stroke(line([point.planned for point in points]), colours.planned, 3))
    last = len(done) if today is None else today
    if today is not None:
        x = left + today * step
        parts.append(svg.stroke(f"M{svg.points(x, top - 6)}V{svg.number(foot)}", colours.muted, 1, "3 3"))
        anchor = "end" if x > length / 2 else "start"
        parts.append(svg.text(x, top - 11, words["today"], size, colours.muted, anchor=anchor))
    if done:
        parts.append(svg.stroke(line(done, last), colours.primary, 3))
        x, y = left + last * step, foot - high * done[-1] / peak
        parts.append(svg.element("circle", cx=x, cy=y, r=4, fill=colours.primary))
        parts.append(svg.text(x + 8, min(y + 14, foot - 4), words[EXECUTED], size, colours.ink, 700))
    if points:
        end = foot - high * points[-1].planned / peak
        parts.append(svg.text(left + wide + 4, end + 4, words[PLANNED], size, colours.muted))
    every = -(-len(points) // 12)
    for at, point in enumerate(points):
        if at % every == 0:
            parts.append(svg.text(left + (at + 0.5) * step, foot + 14, point.label, 9, colours.muted, anchor="middle"))
    return svg.drawing(length, foot + 20, title, parts)


def units(planned: int, executed: Fraction, *, title: str) -> SafeString:
    """For the cover: a white square per programmed unit, filled by the share of it that was executed."""
    side = 9.0 if planned <= 260 else 6.0
    step = side * 1.5
    across = int((LENGTH + step - side) // step)
    parts = []
    for index in range(planned):
        x, y = (index % across) * step, (index // across) * step
        done = min(max(float(executed) - index, 0), 1)
        if done > 0:
            parts.append(svg.rect(x, y, side * done, side, WHITE))
        if done < 1:
            parts.append(svg.frame(x, y, side, side, WHITE, 0.8))
    rows = -(-planned // across)
    return svg.drawing(LENGTH, max(rows * step - step + side, 1), title, parts)


def sign(state: str, x: float, y: float, size: float, colour: str, paper: str = WHITE) -> str:
    """`paper`: of what is drawn on the sign."""
    unit = size / 8
    middle = {"cx": x + 4 * unit, "cy": y + 4 * unit}
    if state == COMPLETE:
        tick = f"M{svg.points(x + 2.1 * unit, y + 4.2 * unit)}l{svg.points(1.4 * unit, 1.4 * unit)}"
        tick += f"l{svg.points(2.5 * unit, -2.8 * unit)}"
        return svg.element("circle", **middle, r=4 * unit, fill=colour) + svg.stroke(tick, paper, 1.1 * unit)
    if state == UNEXPLAINED:
        corners = f"M{svg.points(x + 4 * unit, y)}L{svg.points(x + 8.4 * unit, y + 8 * unit)}"
        corners += f"H{svg.number(x - 0.4 * unit)}Z"
        mark = f"M{svg.points(x + 4 * unit, y + 2.8 * unit)}v{svg.number(2.4 * unit)}"
        mark += f"m{svg.points(0, 0.8 * unit)}v{svg.number(unit)}"
        return svg.element("path", d=corners, fill=colour) + svg.stroke(mark, paper, unit)
    empty = {**middle, "r": 3.4 * unit, "fill": "none", "stroke": colour}
    if state == EXPLAINED:
        target = svg.element("circle", **middle, r=1.6 * unit, fill=colour)
        return svg.element("circle", **empty, stroke_width=1.2 * unit) + target
    return svg.element("circle", **empty, stroke_width=unit, stroke_dasharray="1.6 1.2")


def _state_colour(state: str, colours: Palette) -> str:
    by_state = {COMPLETE: colours.complete, EXPLAINED: colours.explained, UNEXPLAINED: colours.attention}
    return by_state.get(state, colours.muted)


def _legend(entries: Sequence[tuple[str, str]], colours: Palette) -> tuple[list[str], float]:
    parts, x, y = [], 0.0, 0.0
    for kind, words in entries:
        wide = 12 + width(words, 8.5)
        if x and x + wide > LENGTH:
            x, y = 0.0, y + 13
        if kind == MISSING:
            parts += _missing(x, y, 8, 8, colours)
        elif kind in (PLANNED, EXECUTED):
            parts.append(svg.rect(x, y, 8, 8, colours.planned if kind == PLANNED else colours.primary))
        else:
            parts.append(sign(kind, x, y, 8, _state_colour(kind, colours)))
        parts.append(svg.text(x + 12, y + 7, words, 8.5, colours.muted))
        x += wide + 14
    return parts, (y + 20 if entries else 0.0)


def _bar(item: Bar, top: float, track: float, thick: float, colour: str, colours: Palette) -> list[str]:
    if item.share is None:
        return [svg.stroke(f"M{svg.points(0, top + thick / 2)}H{svg.number(track)}", colours.hatch, 0.8, "1.5 3")]
    done = track * min(float(item.share), 1)
    if item.share < 1:
        done = min(done, track - 2.5)  # a gap of one in a thousand stays visible
    if item.share > 0:
        done = max(done, 2.5)
    parts = _missing(done, top, track - done, thick, colours) if item.share < 1 else []
    return [*parts, svg.rect(0, top, done, thick, colour, radius=1.6)]


def _missing(x: float, y: float, wide: float, high: float, colours: Palette) -> list[str]:
    return [svg.hatch(x, y, wide, high, colours.hatch), svg.frame(x, y, wide, high, colours.hatch, 0.6)]


def _on_foot(
    parts: list[str], labels: Sequence[str], length: float, foot: float, title: str, colours: Palette
) -> SafeString:
    """Adds the base line and the labels under it; a line feed in a label starts a new line."""
    slot, deepest = length / max(len(labels), 1), foot + 13
    size = min((svg.fitting(word, 8.5, slot - 2, 400) for label in labels for word in label.split()), default=8.5)
    parts = [*parts, svg.stroke(f"M{svg.points(0, foot)}H{svg.number(length)}", colours.rule, 0.8)]
    for index, label in enumerate(labels):
        lines = [line for part in label.split("\n") for line in wrap(part, size, slot - 1)]
        for number, line in enumerate(lines):
            base = foot + 13 + number * size * 1.24
            parts.append(svg.text(slot * (index + 0.5), base, line, size, colours.muted, anchor="middle"))
            deepest = max(deepest, base)
    return svg.drawing(length, deepest + 4, title, parts)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with what it shows in words (`title`: the finding) and where its figures come from."""

    title: str
    drawing: SafeString
    source: str = ""
    notes: tuple[str, ...] = ()
    number: int = 0  # given when a document is put together
    slug: str = ""  # of its place in the document: "grafica-2"
    more: tuple[SafeString, ...] = ()  # the rest of a long one: it may part between pages before each
