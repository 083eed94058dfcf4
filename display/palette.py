"""The colours of a report, derived from an entity's two identity colours and checked for contrast."""

from __future__ import annotations

from dataclasses import dataclass

from display.colour import TEXT_CONTRAST, WHITE, checked, contrast, legible, mix


@dataclass(frozen=True, slots=True)
class Palette:
    """Plain CSS colours: charts and style sheets take them as they are."""

    primary: str = "#0b3d73"  # the cover, what was executed
    accent: str = "#0b5cad"  # section numbers, rules, marks of notes
    highlight: str = WHITE  # on the cover
    cover_missing: str = "#5477a0"  # on the cover: what was not executed
    planned: str = "#c9d7e6"
    tint: str = "#f2f5f9"  # the ground of notes
    ink: str = "#14202e"
    muted: str = "#566270"
    rule: str = "#d5dbe2"
    hatch: str = "#8fa0b3"
    # States never take the identity's colours, and tell apart in grey: dark, middle, light.
    complete: str = "#0a6640"
    attention: str = "#b05000"
    explained: str = "#818b98"


# On a page the colours follow those of its theme, light or dark.
PAGE = Palette(
    primary="var(--action)",
    accent="var(--accent)",
    planned="var(--hatch)",
    tint="var(--wash)",
    ink="var(--ink)",
    muted="var(--muted)",
    rule="var(--control)",
    hatch="var(--hatch)",
    complete="var(--met)",
    attention="var(--late)",
    explained="var(--muted)",
)


def derive(primary: str, secondary: str) -> Palette:
    primary = legible(primary)
    secondary = checked(secondary)
    # A secondary colour too light for text is used on the cover only.
    return Palette(
        primary=primary,
        accent=secondary if contrast(secondary, WHITE) >= TEXT_CONTRAST else primary,
        highlight=secondary if contrast(secondary, primary) >= TEXT_CONTRAST else WHITE,
        cover_missing=mix(primary, WHITE, 0.35),
        planned=mix(primary, WHITE, 0.78),
        tint=mix(primary, WHITE, 0.95),
        hatch=mix(primary, WHITE, 0.5),
    )
