"""Binds the notes under the totals to the sessions that they explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets.loading.facts import SessionFacts
from sheets.loading.notes import Shortfall, carried_to, explained
from sheets.loading.outcome import LooseNote, key_of
from sheets.reading.ledger import Ledger
from sheets.reading.matrix import NoteRow


class Notes:
    """Says each note in its sessions' reason and footnote; `loose` are those that name none, `kept` the plan's."""

    def __init__(
        self,
        notes: Sequence[NoteRow],
        sessions: Sequence[SessionFacts],
        choices: Mapping[str, tuple[str, ...]],
        stored,
        ledger: Ledger,
    ) -> None:
        self.ledger, self.plan = ledger, stored.plan
        self.short = [one for one in sessions if not one.activity.outside and _is_short(one)]
        self.keys = {key_of(one.label): one for one in self.short}
        self.loose: list[LooseNote] = []
        self.kept: list[str] = []
        self.said: dict[int, list[str]] = {}
        footnotes = {line for one in stored.sessions.values() for line in one.footnote.split("\n") if line}
        already = {paragraph.strip() for paragraph in self.plan.notes.split("\n\n")}
        shortfalls = [Shortfall(one.activity.values["name"], one.values["planned_on"]) for one in self.short]
        for note in notes:
            text = note.text.value
            bound = [self.short[position] for position in explained(text, shortfalls)]
            if not bound and text not in footnotes:
                bound = self._ask(note, choices)
            for session in bound:
                self._bind(session, note)
            if bound or text in footnotes or text in already or text in self.kept:
                continue
            self.kept.append(text)
            ledger.warn(
                note.text.place, "La nota no nombra ninguna jornada sin cumplir: queda entre las notas del plan."
            )

    def _ask(self, note: NoteRow, choices: Mapping[str, tuple[str, ...]]) -> list[SessionFacts]:
        """The sessions that a person chose for a note; those that it may explain are offered."""
        key = key_of(note.text.value)
        taken = tuple(one for one in choices.get(key, ()) if one in self.keys)
        free = [(name, one.label) for name, one in self.keys.items() if not _reason(one) or name in taken]
        if free:
            self.loose.append(LooseNote(key, note.text.value, note.text.place, tuple(free), taken))
        return [self.keys[one] for one in taken]

    def _bind(self, session: SessionFacts, note: NoteRow) -> None:
        text, place = note.text.value, note.text.place
        said = self.said.setdefault(id(session), [])
        if text not in said:
            said.append(text)
        whole = "\n".join(said)
        known = session.known
        if known and known.reason and known.reason != whole and known.reason != known.footnote:
            self.ledger.warn(place, f"«{session.label}» ya tiene un motivo escrito: se conserva.")
            return
        session.say("reason", whole, place)
        session.say("footnote", whole, place)
        if (year := carried_to(text, self.plan.ends_on)) is not None:
            session.say("carried_to_year", year, place)


def _is_short(one: SessionFacts) -> bool:
    known = one.known
    planned = one.values.get("planned_units", known.planned_units if known else 0)
    executed = one.values.get("executed_units", known.executed_units if known else None)
    return executed is not None and executed < planned


def _reason(one: SessionFacts) -> str:
    return one.values.get("reason") or (one.known.reason if one.known else "")
