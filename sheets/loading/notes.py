"""Notes under the totals: which sessions each one explains ("Reading matrices")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from display.text import normalise
from sheets.reading.dates import MONTHS

_CARRIED = re.compile(r"\bpasan? (?:a|para) la (?:siguiente |proxima )?vigencia(?: de)?(?: (\d{4}))?")
_SMALL = set("a al con de del el en la las los para por un una unas unos y".split())


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A session that executed less than planned, as far as a note needs to know it."""

    activity: str
    planned_on: date


def explained(note: str, shortfalls: Sequence[Shortfall]) -> list[int]:
    """Positions of the sessions that a note is about: their activity's first word occurs in it, in the months it names.

    Number and accents are ignored: «el taller» is about «Talleres…». Of names that begin alike, the note is about those
    of which it says more: «la mesa indígena» is not about «Mesas sectoriales».
    """
    words = normalise(note).split()
    stems = {stem for word in words for stem in _stems(word)}
    months = {MONTHS.index(word) + 1 for word in words if word in MONTHS}
    said: dict[int, list[str]] = {}  # by position: the words of the activity's name that the note says
    for position, one in enumerate(shortfalls):
        name = _words(one.activity)
        if name and _stems(name[0]) & stems and (not months or one.planned_on.month in months):
            said[position] = [word for word in name if _stems(word) & stems]
    better = {stem for names in said.values() if len(names) > 1 for stem in _stems(names[0])}
    return [position for position, names in said.items() if len(names) > 1 or not _stems(names[0]) & better]


def carried_to(note: str, ends_on: date) -> int | None:
    """The year that the note carries its sessions to; the one after the plan's when it names none."""
    match = _CARRIED.search(normalise(note))
    return (int(match[1]) if match[1] else ends_on.year + 1) if match else None


def _words(activity: str) -> list[str]:
    """The words that tell the activity from others, each once."""
    words = dict.fromkeys(normalise(activity).split())
    return [word for word in words if word not in _SMALL and not word.isdigit()]


def _stems(word: str) -> set[str]:
    """The word and what it may be in singular: «talleres» → talleres, tallere, taller."""
    stems = {word}
    if word.endswith("s"):
        stems.add(word[:-1])
    if word.endswith("es"):
        stems.add(word[:-2])
    return {stem for stem in stems if len(stem) > 2}
