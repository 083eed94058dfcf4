"""Which space of a plan a row of a sheet means: by its key, else by its activity and its date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from django.utils.translation import gettext_noop as _

from activities.models import Activity, Session
from display.dates import Precision
from display.message import Day, Message, message
from display.text import normalise
from matrices.reading.rows import SpaceRow, Text, When
from matrices.workbook.grid import Place
from plans.models import Plan
from sheets.loading.existing import Existing
from sheets.resources.columns import KEY, key_prefix

ALIKE = 0.6  # of two names, one is the other with small differences


class Unmatched(Exception):
    """The row means no space, or nobody knows which: `options` are those that it may mean, `extra` an activity in which
    it may be one that nobody programmed."""

    def __init__(
        self, place: Place, told: Message, options: Iterable[Session] = (), extra: Activity | None = None
    ) -> None:
        super().__init__(str(told))
        self.place, self.told, self.options, self.extra = place, told, list(options), extra


@dataclass(frozen=True, slots=True)
class Found:
    session: Session
    doubt: tuple[Place, Message] | None = None


class Spaces:
    """The spaces of a plan by activity. An activity and the one that replaced it are one here: when it changed hands,
    what was reported stayed in the first. `reach`: dependencies for which a person reports; None for all."""

    def __init__(self, plan: Plan, existing: Existing, reach: set[int] | None) -> None:
        self.plan, self.reach = plan, reach
        self.activities, self._first = existing.activities, existing.first_of
        self.in_force: dict[int, list[Session]] = defaultdict(list)  # by the first activity of a chain
        self.by_pk = {session.pk: session for session in existing.sessions.values()}
        for session in sorted(self.by_pk.values(), key=lambda one: (one.planned_on, one.pk)):
            self.in_force[self._first(session.activity_id)].append(session)
        self.withdrawn: dict[int, list[Session]] = defaultdict(list)
        gone = Session.objects.filter(activity__plan=plan.pk, withdrawn_on__isnull=False).order_by("-withdrawn_on")
        for session in gone:
            self.withdrawn[self._first(session.activity_id)].append(session)
        self._by_number: dict[str, set[int]] = defaultdict(set)
        self._by_name: dict[str, set[int]] = defaultdict(set)
        self._names: dict[int, set[str]] = defaultdict(set)
        self._chains: dict[int, list[Activity]] = defaultdict(list)
        for activity in self.activities.values():
            first, name = self._first(activity.pk), normalise(activity.name)
            self._chains[first].append(activity)
            self._by_name[name].add(first)
            self._names[first].add(name)
            if activity.number:
                self._by_number[activity.number.casefold()].add(first)

    def may_report(self, activity: Activity) -> bool:
        """As `Permission.REPORT_SESSION` says of it, asking nothing."""
        if self.reach is None or activity.all_dependencies:
            return True
        return any(unit.pk in self.reach for unit in activity.responsible_now)

    # --- Activities -------------------------------------------------------------------------------------------------

    def chains_of(self, number: Text | None, name: Text | None) -> list[int]:
        """The activities of this number and name. Raises Unmatched."""
        place = (name or number).place
        of_number = self._by_number.get(number.value.casefold(), set()) if number else set()
        of_name = self._by_name.get(normalise(name.value), set()) if name else set()
        if both := of_number & of_name:
            return self._own(both, place)
        if of_name:  # the number of a list of its own
            return self._own(of_name, place)
        if of_number and (name is None or self._is_like(of_number, name.value)):
            return self._own(of_number, place)
        if of_number:
            known = self._activity(next(iter(of_number)))
            told = _(
                "El número %(number)s es en el plan «%(known)s», y la fila dice «%(name)s». Corrija uno de los dos."
            )
            raise Unmatched(place, message(told, number=number.value, known=known.name, name=name.value))
        said = name.value if name else number.value
        told = _("«%(name)s» no es una actividad de este plan. Escriba su número o su nombre como están en el plan.")
        raise Unmatched(place, message(told, name=said[:120]))

    def _is_like(self, chains: Iterable[int], name: str) -> bool:
        words = normalise(name)
        return any(
            words in known or known in words or SequenceMatcher(None, words, known).ratio() >= ALIKE
            for chain in chains
            for known in self._names[chain]
        )

    def _activity(self, chain: int) -> Activity:
        """The last of a chain: the one in force, if any is."""
        return max(self._chains[chain], key=lambda one: (one.withdrawn_on is None, one.pk))

    def _own(self, chains: Iterable[int], place: Place) -> list[int]:
        chains = sorted(chains)
        if self.reach is None:
            return chains
        own = [chain for chain in chains if any(map(self.may_report, self._chains[chain]))]
        if not own:
            raise self._of_others(self._activity(chains[0]), place)
        return own

    def _of_others(self, activity: Activity, place: Place) -> Unmatched:
        lead = next((unit.name for unit in activity.responsible_now), "")
        if not lead:
            told = message(_("«%(name)s» no es de su dependencia: quite esta fila."), name=activity.name)
        else:
            told = message(
                _("«%(name)s» es de «%(lead)s», y usted reporta lo de su dependencia: quite esta fila."),
                name=activity.name,
                lead=lead,
            )
        return Unmatched(place, told)

    # --- Spaces -----------------------------------------------------------------------------------------------------

    def of_row(self, row: SpaceRow) -> Found:
        """Raises Unmatched."""
        if row.key:
            return Found(self.of_key(row.key))
        chains = self.chains_of(row.number, row.name)
        place = (row.name or row.number).place
        if row.place.row != place.row:  # said by a cell above
            place = row.place
        sessions = self._sessions(chains, place)
        when = row.planned or row.held
        if when is None:
            return self._only(sessions, chains, place)
        same = [one for one in sessions if (one.planned_on, one.planned_precision) == (when.on, when.precision)]
        if len(same) == 1:
            return Found(same[0])
        near = same or [one for one in sessions if _month(one.planned_on) == _month(when.on)]
        if len(near) == 1:
            return Found(near[0], self._moved(near[0], row.planned))
        if near:
            raise Unmatched(place, _several(len(near)), near, self._heir(chains))
        for other in self._all(chains):
            if _month(other.planned_on) == _month(when.on):
                self._reportable(other, when.place)
        return self._elsewhere(sessions, chains, row, when, place)

    def in_month(self, chains: list[int], month: date, place: Place) -> list[Session]:
        """The programmed spaces of a month."""
        sessions = self._sessions(chains, place)
        return [one for one in sessions if one.planned_units and _month(one.planned_on) == _month(month)]

    def of_key(self, key: Text) -> Session:
        match = KEY.fullmatch(key.value)
        if match is None or match[1] != key_prefix(self.plan.uid):
            raise Unmatched(key.place, message(_("La clave «%(key)s» no es de este plan: bórrela."), key=key.value))
        pk = int(match[2])
        if session := self.by_pk.get(pk):
            return self._reportable(session, key.place)
        for chain, gone in self.withdrawn.items():
            for session in gone:
                if session.pk == pk:
                    return self._instead(session, chain, key.place).session
        raise Unmatched(key.place, message(_("El espacio de la clave «%(key)s» ya no está en el plan."), key=key.value))

    def _sessions(self, chains: list[int], place: Place) -> list[Session]:
        sessions = self._all(chains)
        own = [one for one in sessions if self.may_report(one.activity)]
        if sessions and not own:
            raise self._of_others(sessions[-1].activity, place)
        return own

    def _all(self, chains: list[int]) -> list[Session]:
        return [one for chain in chains for one in self.in_force[chain]]

    def _reportable(self, session: Session, place: Place) -> Session:
        if not self.may_report(session.activity):
            raise self._of_others(session.activity, place)
        return session

    def _only(self, sessions: list[Session], chains: list[int], place: Place) -> Found:
        if len(sessions) == 1:
            return Found(sessions[0])
        if not sessions:
            raise Unmatched(place, _none(), (), self._heir(chains))
        told = _("La actividad tiene %(n)s espacios y la fila no dice la fecha: escríbala o elija cuál es.")
        raise Unmatched(place, message(told, n=len(sessions)), sessions, self._heir(chains))

    def _elsewhere(self, sessions: list[Session], chains: list[int], row: SpaceRow, when: When, place: Place) -> Found:
        """Of a date in which the plan has no space: one that was moved from there, or the only one there is."""
        for chain in chains:
            for gone in self.withdrawn[chain]:
                if (gone.planned_on, gone.planned_precision) == (when.on, when.precision):
                    return self._instead(gone, chain, when.place)
        if row.planned is None and len(sessions) == 1 and sessions[0].held_on is None:
            return Found(sessions[0], self._moved(sessions[0], when))
        told = _("El plan no tiene un espacio de esta actividad en esa fecha: elija cuál es, o corrija la fecha.")
        waiting = [one for one in sessions if one.held_on is None] or sessions
        raise Unmatched(when.place, message(told) if sessions else _none(), waiting, self._heir(chains))

    def _instead(self, gone: Session, chain: int, place: Place) -> Found:
        heir, seen = gone, set()
        while heir is not None and heir.pk not in self.by_pk and heir.pk not in seen:
            seen.add(heir.pk)
            heir = self._by_id(chain, heir.replaced_by_id)
        day = Day(gone.planned_on, gone.planned_precision)
        if heir is None or heir.pk not in self.by_pk:
            told = _("El espacio (%(date)s) se retiró del plan el %(gone)s: no se reporta. Quite esta fila.")
            raise Unmatched(place, message(told, date=day, gone=gone.withdrawn_on))
        told = _("El espacio (%(date)s) pasó a otra fecha (%(new)s): se toma ese.")
        new = Day(heir.planned_on, heir.planned_precision)
        return Found(self._reportable(self.by_pk[heir.pk], place), (place, message(told, date=day, new=new)))

    def _by_id(self, chain: int, pk: int | None) -> Session | None:
        return self.by_pk.get(pk) or next((one for one in self.withdrawn[chain] if one.pk == pk), None)

    def _moved(self, session: Session, planned: When | None) -> tuple[Place, Message] | None:
        """The sheet says one planned day and the plan another of the same month: the plan's holds."""
        is_day = planned is not None and planned.precision == session.planned_precision == Precision.DAY
        if not is_day or planned.on == session.planned_on:
            return None
        told = _("El plan lo tiene programado así: %(date)s. Se toma ese espacio, y su fecha programada no cambia.")
        return planned.place, message(told, date=Day(session.planned_on, session.planned_precision))

    def _heir(self, chains: list[int]) -> Activity | None:
        """The activity in which a space that nobody programmed would be."""
        found = [activity for chain in chains for activity in self._chains[chain] if activity.withdrawn_on is None]
        own = [activity for activity in found if self.may_report(activity)]
        return own[0] if len(own) == 1 else None


def _month(on: date) -> tuple[int, int]:
    return on.year, on.month


def _several(n: int) -> Message:
    return message(_("La fila puede ser de %(n)s espacios de ese mes: elija cuál es, o escriba su fecha exacta."), n=n)


def _none() -> Message:
    return message(_("El plan no tiene espacios en pie de esta actividad: elija qué hacer con la fila."))
