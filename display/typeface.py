"""The project's typeface, Public Sans: the characters that it has, and their widths.

The fonts shipped are a Latin subset. For a character outside it the PDF engine would embed a font of the machine, and
two machines would print different files: `printable` replaces such characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set
from functools import cache

from django.contrib.staticfiles import finders

FAMILY = "Public Sans"
FILE = "vendor/public-sans/public-sans-latin-{weight}-normal.woff2"

# Characters with a usual plain form. Of the others, letters lose their marks and the rest becomes a middle dot.
PLAIN = {
    "\u2192": "->",
    "\u2190": "<-",
    "\u21d2": "=>",
    "\u2194": "<->",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2260": "!=",
    "\u2248": "~",
    "\u2116": "N.º",
    "\u2713": "Sí",
    "\u2714": "Sí",
    "\u2705": "Sí",
    "\u2717": "No",
    "\u2718": "No",
    "\u274c": "No",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "–",
    "\u2015": "—",
    "\u2032": "'",
    "\u2033": '"',
    "\u25cf": "•",
    "\u25aa": "•",
    "\u25a0": "•",
    "\uf0b7": "•",
    "\uf0a7": "•",
}


@cache
def _advances(weight: int) -> dict[str, float]:
    """Advance of each character of the weight, in ems."""
    from fontTools.ttLib import TTFont

    font = TTFont(finders.find(FILE.format(weight=weight)), lazy=True)
    units, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
    return {chr(code): metrics[glyph][0] / units for code, glyph in font.getBestCmap().items()}


def printable(text: str) -> str:
    """The text in characters that every shipped weight has; markup and line breaks are kept."""
    text = unicodedata.normalize("NFC", text)
    shipped = _advances(400).keys() & _advances(600).keys() & _advances(700).keys()
    return text.translate({ord(char): _plain(char, shipped) for char in set(text) - shipped - {"\n", "\t"}})


def _plain(char: str, shipped: Set[str]) -> str:
    if char in PLAIN:
        return PLAIN[char]
    category = unicodedata.category(char)
    if category.startswith("Z"):
        return "\u00a0" if char == "\u202f" else " "
    if category in ("Cc", "Cf", "Cs", "Mn", "Me") or char == "\ufffd":
        return ""  # invisible, or a mark without the letter that carried it
    parts = "".join(part for part in unicodedata.normalize("NFKD", char) if part in shipped)
    return parts or "·"


def width(text: str, size: float, weight: int = 400) -> float:
    """Width of a text on one line, in the unit of `size`."""
    advances = _advances(weight)
    # A character that `printable` will replace counts as what replaces it, roughly.
    return size * sum(advances[c] if c in advances else 0.65 * len(_plain(c, advances.keys())) for c in text)


def wrap(text: str, size: float, limit: float) -> list[str]:
    """The text in lines no wider than `limit`; a word longer than a line is broken."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width(joined, size) <= limit:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for char in word:
            if lines[-1] and width(lines[-1] + char, size) > limit:
                lines.append("")
            lines[-1] += char
    return lines
