"""Notes under the totals, and the sessions that each one explains ("Reading matrices")."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_noop as _

from display.text import normalise
from display.written_dates import MONTHS
from matrices.reading.ledger import Ledger
from matrices.reading.rows import NoteRow
from sheets.loading.existing import Existing
from sheets.loading.result import LooseNote, choice_key
from sheets.loading.values import SessionValues

_CARRIED = re.compile(r"\bpasan? (?:a|para) la (?:siguiente |proxima )?vigencia(?: de)?(?: (\d{4}))?")
_SMALL = set("a al con de del el en la las los para por un una unas unos y".split())


class Notes:
    """Puts each note in its sessions' reason and footnote; `loose` are those that name none, `kept` the plan's."""

    def __init__(
        self,
        notes: Sequence[NoteRow],
        sessions: Sequence[SessionValues],
        choices: Mapping[str, tuple[str, ...]],
        existing: Existing,
        ledger: Ledger,
        *,
        keeps: bool = True,
    ) -> None:
        """`keeps`: one that is of no session stays with the plan."""
        self.ledger, self.plan = ledger, existing.plan
        self.short = [session for session in sessions if not session.activity.outside and _is_short(session)]
        self.keys = {_key(session): session for session in self.short}
        self.loose: list[LooseNote] = []
        self.kept: list[str] = []
        self.explanations: dict[int, list[str]] = {}  # of each session, by its id()
        footnotes = {line for session in existing.sessions.values() for line in session.footnote.split("\n") if line}
        already = {paragraph.strip() for paragraph in self.plan.notes.split("\n\n")}
        shortfalls = [
            Shortfall(session.activity.values["name"], session.values["planned_on"]) for session in self.short
        ]
        for note in notes:
            text = note.text.value
            bound = [self.short[position] for position in explained(text, shortfalls)]
            if not bound and text not in footnotes:
                bound = self._ask(note, choices)
            for session in bound:
                self._bind(session, note)
            if bound or text in footnotes or text in already or text in self.kept:
                continue
            if not keeps:
                ledger.warn(note.text.place, _("La nota no nombra ningún espacio sin cumplir: no se guarda."))
                continue
            self.kept.append(text)
            ledger.warn(
                note.text.place, _("La nota no nombra ningún espacio sin cumplir: queda entre las notas del plan.")
            )

    def _ask(self, note: NoteRow, choices: Mapping[str, tuple[str, ...]]) -> list[SessionValues]:
        """The sessions that a person chose for a note; those that it may explain are offered."""
        key = choice_key(note.text.value)
        taken = tuple(name for name in choices.get(key, ()) if name in self.keys)
        free = [(name, session.label) for name, session in self.keys.items() if not _reason(session) or name in taken]
        if free:
            self.loose.append(LooseNote(key, note.text.value, note.text.place, tuple(free), taken))
        return [self.keys[name] for name in taken]

    def _bind(self, session: SessionValues, note: NoteRow) -> None:
        text, place = note.text.value, note.text.place
        texts = self.explanations.setdefault(id(session), [])
        if text not in texts:
            texts.append(text)
        whole = "\n".join(texts)
        stored = session.stored
        if stored and stored.reason and stored.reason != whole and stored.reason != stored.footnote:
            self.ledger.warn(place, _("«%(session)s» ya tiene un motivo escrito: se conserva."), session=session.label)
            return
        session.set("reason", whole, place)
        session.set("footnote", whole, place)
        if (year := carried_to(text, self.plan.ends_on)) is not None:
            session.set("carried_to_year", year, place)


def _key(session: SessionValues) -> str:
    """What a form calls a session, the same in every language."""
    return choice_key(f"{session.activity.label} {session.values['planned_on']} {session.values['planned_precision']}")


def _is_short(session: SessionValues) -> bool:
    stored = session.stored

    def said(name: str):
        return session.values.get(name, getattr(stored, name, None))

    if received := said("denominator"):  # of a percentage target
        activity = session.activity
        goal = activity.values.get("target_value", activity.stored.target_value if activity.stored else 100)
        return 100 * said("numerator") < goal * received
    executed = said("executed_units")
    return executed is not None and executed < (said("planned_units") or 0)


def _reason(session: SessionValues) -> str:
    return session.values.get("reason") or (session.stored.reason if session.stored else "")


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
