"""Rows that are no activity of their own: what a page break cut, lists and instructions around a table."""

from __future__ import annotations

import re

from matrices.reading.cells import split_number
from matrices.workbook.grid import Value, one_line

_CLOSED = (".", "!", "?", "…")
_OPEN_END = re.compile(
    r"(?:[,(/–-]|\b(?:a|al|ante|como|con|de|del|desde|e|el|en|entre|la|las|los|lo|o|para|por|que|se|según|sin|sobre|su"
    r"|sus|u|un|una|y))$",
    re.IGNORECASE,
)
_LINKING_START = re.compile(r"(?:a|al|con|de|del|e|en|o|para|por|que|y)\s")  # in lower case
_ITEM = re.compile(r"\s*(?:(\d{1,2})\s?[.)]|[a-zA-Z]\)|[ivxIVX]{1,4}[.)]|[-–—•·▪➢*])\s*[^\W\d]")
_MARK = re.compile(r"\s*(?:\(\s*cont(?:\.|inuación|inuacion)?\s*\)|cont\.)\s*", re.IGNORECASE)
NAMES_BELOW = 4  # rows under «Elaboró:» that may hold a name, a position and a date
_LONGEST_NAME = 80  # characters
SIGNED = re.compile(
    r"(?:elaboro|reviso|aprobo|proyecto|consolido|verifico)\s*:"
    r"|(?:elaboró|revisó|aprobó|proyectó|consolidó|verificó|preparó|autorizó|validó)\b"
    r"|(?:elaborad|revisad|aprobad|proyectad|consolidad|verificad)[oa] por\b|v[o°º]\.?\s?b[o°º]\.?(?:\W|$)"
    r"|(?:firmas?|nombre|cargo|fecha|versión|version|código|codigo|vigencia|página)\s*(?::|$)"
    r"|fecha de (?:elaboración|aprobación|actualización|revisión|publicación|corte)\b",
    re.IGNORECASE,
)
_SHOWN = 80  # characters of each piece in a warning


def goes_on(before: str, after: str, *, is_parted: bool) -> bool:
    """Whether `after` is the rest of a sentence or of a numbered list that `before` begins.

    Right below it, only what cannot stand alone is; where the page's signatures part the two, lower case is enough.
    """
    before, after = one_line(before), one_line(after)
    if not before or not after:
        return False
    if match := _ITEM.match(after):
        return match[1] is not None and int(match[1]) > 1 and _counts_to(before, int(match[1]) - 1)
    if split_number(after)[0]:
        return False
    is_low = after[0].isalpha() and after[0].islower()
    if _OPEN_END.search(before) or before.count("(") > before.count(")") and ")" in after:
        return True
    return is_low and not before.endswith(_CLOSED) and (is_parted or _LINKING_START.match(after) is not None)


def is_mark(value: Value) -> bool:
    """Whether a cell only says that its row goes on with the one above: «(cont.)»."""
    return isinstance(value, str) and _MARK.fullmatch(value) is not None


def is_item(text: str) -> bool:
    """Whether a text is a numbered or a bulleted paragraph: «2. Diligencie…», «a) El jefe…», «- Firma»."""
    return _ITEM.match(text) is not None


def may_sign(value: Value) -> bool:
    """Whether a cell under «Elaboró:» may hold a name, a position or a date, and not the rest of a sentence."""
    if not isinstance(value, str):
        return True
    text = one_line(value)
    return len(text) <= _LONGEST_NAME and not (text[:1].islower() or is_item(text))


def last_words(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _SHOWN else f"…{text[-_SHOWN:].split(' ', 1)[-1]}"


def first_words(text: str) -> str:
    text = one_line(text)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]}…"


def _counts_to(text: str, number: int) -> bool:
    """Whether a list inside the text reaches this number; a text that begins with it is an item itself."""
    return re.search(rf"\S\s+{number}\s?[.)]\s*[^\W\d]", text) is not None
