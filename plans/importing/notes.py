"""Notes under the totals: which sessions each one explains ("Reading matrices")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from plans.importing.dates import MONTHS
from plans.importing.names import normalise

_CARRIED = re.compile(r"\bpasan? (?:a|para) la (?:siguiente |proxima )?vigencia(?: de)?(?: (\d{4}))?")
_ARTICLES = {"el", "la", "los", "las", "un", "una", "unos", "unas", "de", "del", "al", "y"}


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A session that executed less than planned, as far as a note needs to know it."""

    activity: str
    planned_on: date


def explained(note: str, shortfalls: Sequence[Shortfall]) -> list[int]:
    """Positions of the sessions that a note is about: their activity's first word occurs in it, in the months it names.

    Number and accents are ignored: «el taller» is about «Talleres…».
    """
    words = normalise(note).split()
    stems = {stem for word in words for stem in _stems(word)}
    months = {MONTHS.index(word) + 1 for word in words if word in MONTHS}
    return [
        position
        for position, one in enumerate(shortfalls)
        if _stems(_first_word(one.activity)) & stems and (not months or one.planned_on.month in months)
    ]


def carried_to(note: str, ends_on: date) -> int | None:
    """The year that the note carries its sessions to; the one after the plan's when it names none."""
    match = _CARRIED.search(normalise(note))
    return (int(match[1]) if match[1] else ends_on.year + 1) if match else None


def _first_word(activity: str) -> str:
    words = [word for word in normalise(activity).split() if word not in _ARTICLES and not word.isdigit()]
    return words[0] if words else ""


def _stems(word: str) -> set[str]:
    """The word and what it may be in singular: «talleres» → talleres, tallere, taller."""
    stems = {word}
    if word.endswith("s"):
        stems.add(word[:-1])
    if word.endswith("es"):
        stems.add(word[:-2])
    return {stem for stem in stems if len(stem) > 2}
