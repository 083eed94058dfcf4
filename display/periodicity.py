"""Dates in the words of a periodicity: the months that it names, and those that «trimestral» would mean."""

from __future__ import annotations

import re
from datetime import date

from display.dates import month_end
from display.message import Message
from display.text import normalise
from display.written_dates import MONTHS, Found, Span, read_dates

_EVERY = {"mensual": 1, "bimestral": 2, "trimestral": 3, "cuatrimestral": 4, "semestral": 6, "anual": 12}  # months
_ADVERB = re.compile(rf"\b({'|'.join(_EVERY)})(?:es|mente)?\b[\s:;,.(]*", re.IGNORECASE)
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")


def months_named(words: str, span: Span) -> tuple[list[Found], Message | None]:
    """The months that a periodicity names («enero y julio», «Trimestral: marzo y junio»), and a doubt.

    None when it names none, or days; raises BadDate when a month does not fall inside the plan.
    """
    if not _MONTH.search(normalise(words)):
        return [], None
    found, doubt = read_dates(_ADVERB.sub(" ", words).strip(" )"), span)
    return (found, doubt) if all(one.precision == "month" for one in found) else ([], None)


def months_meant(words: str, span: Span) -> list[date]:
    """The last days of the months that «trimestral» would mean in this plan; none for words that say no interval."""
    match = _ADVERB.search(normalise(words))
    if match is None:
        return []
    every = _EVERY[match[1]]
    ends = (month_end(date(year, month, 1)) for year in range(span.starts_on.year, span.ends_on.year + 1)
            for month in range(every, 13, every))  # fmt: skip
    return [on for on in ends if span.holds(on, "month")]


def says_how_often(words: str) -> bool:
    """Whether the words only say an interval: «Trimestral», «mensualmente»."""
    return _ADVERB.fullmatch(normalise(words)) is not None
