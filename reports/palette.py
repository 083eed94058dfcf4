"""The colours of a report, derived from an entity's two identity colours and checked for contrast."""

from __future__ import annotations

import re
from dataclasses import dataclass

WHITE = "#ffffff"
TEXT_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
GRAPHIC_CONTRAST = 3.0  # and 1.4.11


@dataclass(frozen=True, slots=True)
class Palette:
    """Plain CSS colours: charts and style sheets take them as they are."""

    primary: str = "#0b3d73"  # the cover, what was executed
    accent: str = "#0b5cad"  # section numbers, rules, footnote marks
    highlight: str = WHITE  # on the cover
    cover_missing: str = "#5477a0"  # on the cover: what was not executed
    planned: str = "#c9d7e6"
    tint: str = "#f2f5f9"  # the ground of notes
    ink: str = "#14202e"
    muted: str = "#566270"
    rule: str = "#d5dbe2"
    hatch: str = "#8fa0b3"
    complete: str = "#0b7a4b"
    attention: str = "#a84b00"


def derive(primary: str, secondary: str) -> Palette:
    """The palette of an entity. A secondary colour too light to be read as text stays on the cover only."""
    primary = legible(primary)
    secondary = _checked(secondary)
    return Palette(
        primary=primary,
        accent=secondary if contrast(secondary, WHITE) >= TEXT_CONTRAST else primary,
        highlight=secondary if contrast(secondary, primary) >= TEXT_CONTRAST else WHITE,
        cover_missing=mix(primary, WHITE, 0.35),
        planned=mix(primary, WHITE, 0.78),
        tint=mix(primary, WHITE, 0.95),
        hatch=mix(primary, "#ffffff", 0.5),
    )


def legible(colour: str, ground: str = WHITE) -> str:
    """The colour, darkened until text of it (or white text on it) can be read."""
    colour = _checked(colour)
    while contrast(colour, ground) < TEXT_CONTRAST:
        colour = mix(colour, "#000000", 0.06)
    return colour


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """The colour with `share` (0 to 1) of another in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _checked(colour: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"«{colour}» no es un color: escriba seis cifras hexadecimales, por ejemplo #0b3d73.")
    return colour.lower()
