"""Colours as hexadecimal text: their WCAG contrast, mixing, and darkening until legible."""

import re

WHITE = "#ffffff"
BLACK = "#000000"
TEXT_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3


def contrast(colour: str, other: str) -> float:
    """WCAG contrast ratio, from 1 to 21."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def legible(colour: str, ground: str = WHITE) -> str:
    """The colour, darkened until it has TEXT_CONTRAST on `ground`."""
    colour = checked(colour)
    while contrast(colour, ground) < TEXT_CONTRAST:
        colour = mix(colour, BLACK, 0.06)
    return colour


def mix(colour: str, other: str, share: float) -> str:
    """The colour with a `share` (0 to 1) of the other."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(start + (end - start) * share):02x}" for start, end in pairs)


def rgb(colour: str) -> str:
    """Its three channels as Bootstrap's own properties want them: "11, 61, 115"."""
    return ", ".join(map(str, _channels(colour)))


def checked(colour: str) -> str:
    """The colour in lower case; raises ValueError unless it is "#" and six hexadecimal digits."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"«{colour}» no es un color: escriba seis cifras hexadecimales, por ejemplo #0b3d73.")
    return colour.lower()


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))
