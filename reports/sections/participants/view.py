"""What the participants section shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.differential import SMALLEST
from activities.models.disaggregation import VARIABLES
from display import dates, figures
from display.tables import BAR, Cell, Column, Kind, Table
from reports import months

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.participants import Entry, Facts


def view(facts: Facts, snapshot: Snapshot) -> dict:
    return {
        "lead": lead(facts, snapshot),
        "tables": people_tables(facts, snapshot),
        "group_table": group_table(facts, snapshot),
        "variable_table": variable_table(facts),
    }


def highest(entries: Iterable[Entry]) -> Entry | None:
    """The most people of an activity in one month; the earliest of equals."""
    single = (entry for entry in entries if months.month_of(entry))
    return max(single, key=lambda entry: (entry.people, -entry.starts_on.toordinal()), default=None)


def suggestions(snapshot: Snapshot) -> Iterator[str]:
    facts = snapshot.facts("participantes")
    if facts is None:
        return
    if sentence := lead(facts, snapshot):
        yield sentence
    if most := highest(facts.entries):
        text = _("Lo más alto en un mes fue %(people)s, en %(month)s, en «%(activity)s».")
        yield text % {
            "people": figures.whole(most.people),
            "month": dates.month(most.ends_on),
            "activity": most.activity,
        }


def lead(facts: Facts, snapshot: Snapshot) -> str:
    edition = snapshot.edition
    if not facts.entries:
        return _("No hay conteos de personas hasta el corte; se registró a qué grupos llegó.") if facts.groups else ""
    if edition.whole:
        activities = len({entry.activity for entry in facts.entries})
        text = ngettext(
            "Hay conteo de personas en %(n)s actividad.", "Hay conteo de personas en %(n)s actividades.", activities
        )
        return text % {"n": figures.whole(activities)}
    own = [
        entry
        for entry in facts.entries
        if months.month_of(entry) and edition.starts_on <= entry.ends_on <= edition.ends_on
    ]
    if not own:
        return _("En %(period)s no se registraron conteos de personas; los demás están en la tabla.") % {
            "period": edition.period
        }
    activities, top = len({entry.activity for entry in own}), max(own, key=lambda entry: entry.people)
    values = {
        "period": edition.period,
        "n": figures.whole(activities),
        "activity": top.activity,
        "people": figures.whole(top.people),
    }
    text = ngettext(
        "En %(period)s se contaron personas en %(n)s actividad: %(people)s en «%(activity)s».",
        "En %(period)s se contaron personas en %(n)s actividades; lo más alto, %(people)s, es de «%(activity)s».",
        activities,
    )
    return text % values


def people_tables(facts: Facts, snapshot: Snapshot) -> list[Table]:
    """A table, or several when the months of a whole plan do not fit one; their bars share a scale."""
    edition, entries = snapshot.edition, facts.entries
    if not entries:
        return []
    parts = months.columns(entries, edition, (figures.whole(entry.people) for entry in entries), BAR)
    tables = [_table(entries, part, edition, at, parts) for at, part in enumerate(parts)]
    tables = [table for table in tables if table]
    sources = "; ".join(dict.fromkeys(entry.source for entry in entries if entry.source))
    notes = [
        _("No es acumulable: una misma persona pudo participar en varios meses o actividades, y nada se suma."),
        _("Se cuenta a quienes quedaron en el registro de cada espacio: la participación pudo ser mayor.")
        if snapshot.plan.unit.one == "espacio"
        else _("Se cuenta a quienes quedaron en el registro: la participación pudo ser mayor."),
        _("Todas las barras tienen una misma escala. Un guion dice que nadie registró el dato."),
    ]
    source = _("Fuente: %s.") % sources if sources else ""
    return [*tables[:-1], replace(tables[-1], notes=tuple(notes), source=source)]


def _table(entries: Sequence[Entry], part: list[date], edition, at: int, parts: list) -> Table:
    peak = max(entry.people for entry in entries)
    with_others = at == len(parts) - 1 and any(months.month_of(entry) is None for entry in entries)
    by_activity: dict[str, list[Entry]] = {}
    for entry in entries:
        by_activity.setdefault(entry.activity, []).append(entry)

    def cell(entry: Entry, aside: str = "") -> Cell:
        return Cell(entry.people, aside=aside, share=Fraction(entry.people, peak) if peak else None)

    rows = []
    for activity, own in by_activity.items():
        for line, other in months.lines(own):
            if not any(month in line for month in part) and not (with_others and other):
                continue
            cells = [
                cell(line[month], months.of_part(line[month])) if month in line else months.absent(month, own)
                for month in part
            ]
            if with_others:
                cells += [months.words(other, edition), cell(other)] if other else ["", Cell("")]
            rows.append((activity, *cells))
    shown = [entry for entry in entries if months.month_of(entry) in part]
    return Table(
        _title(shown, part, edition, several=len(parts) > 1),
        (
            Column(_("Actividad")),
            *(
                Column(head, Kind.COUNT, strong=not edition.whole and month >= edition.starts_on.replace(day=1))
                for head, month in zip(months.heads(part, edition), part, strict=True)
            ),
            *(
                (Column(_("Otro periodo") if part else _("Periodo")), Column(_("Personas"), Kind.COUNT))
                if with_others
                else ()
            ),
        ),
        tuple(rows),
    )


def _title(shown: Sequence[Entry], part: list[date], edition, *, several: bool) -> str:
    if several:
        span = dates.months(part[0], part[-1])
        return _("Personas participantes por actividad y mes: %(months)s") % {"months": span}
    top = highest(shown)
    if top is None or len(shown) < 2:
        return _("Personas participantes por actividad y mes")
    return _("Personas participantes por actividad y mes: lo más alto fue %(people)s, en %(month)s") % {
        "people": figures.whole(top.people),
        "month": dates.month(top.ends_on),
    }


def group_table(facts: Facts, snapshot: Snapshot) -> Table | None:
    if not facts.groups:
        return None
    both = not snapshot.edition.whole
    columns = (
        Column(_("Grupo de valor o de interés")),
        *(
            (Column(_("Espacios del periodo"), Kind.COUNT), Column(_("Asistencias del periodo"), Kind.COUNT))
            if both
            else ()
        ),
        Column(_("Espacios a la fecha") if both else _("Espacios"), Kind.COUNT),
        Column(_("Asistencias a la fecha") if both else _("Asistencias"), Kind.COUNT),
    )
    peak = max((group.people or 0 for group in facts.groups), default=0)
    rows = tuple(
        (
            group.name,
            *(
                (
                    group.sessions_in_period,
                    group.people_in_period if group.sessions_in_period else 0,
                )
                if both
                else ()
            ),
            group.sessions,
            Cell(group.people, share=Fraction(group.people, peak) if group.people else None),
        )
        for group in facts.groups
    )
    notes = [_("No se suma: a un espacio pueden ir varios grupos, y quien asistió dos veces cuenta dos veces.")]
    if uncounted := sum(group.uncounted for group in facts.groups):
        text = ngettext(
            "En %(n)s caso el grupo asistió y nadie lo contó aparte.",
            "En %(n)s casos el grupo asistió y nadie lo contó aparte.",
            uncounted,
        )
        notes.append(text % {"n": figures.whole(uncounted)})
    return Table(_("Qué grupos asistieron"), columns, rows, notes=tuple(notes))


def variable_table(facts: Facts) -> Table | None:
    """Under each variable its values, «no responde» and «sin dato» among them."""
    rows: list[tuple[object, ...]] = []
    for variable in facts.variables:
        known = VARIABLES[variable.name]
        text = ngettext(
            "%(name)s: %(people)s en %(n)s espacio", "%(name)s: %(people)s en %(n)s espacios", variable.sessions
        )
        values = {"people": figures.whole(variable.people), "n": figures.whole(variable.sessions)}
        rows.append((Cell(text % {"name": known.label, **values}, span=2, key=f"personas-{variable.name}"),))
        for count in variable.counts:
            rows.append((str(known.values[count.value]), _("reservado") if count.people is None else count.people))
    if not rows:
        return None
    notes = [_("Quien asistió dos veces cuenta dos veces. Sin dato: asistió, y nadie lo preguntó o lo anotó.")]
    if any(count.people is None for variable in facts.variables for count in variable.counts):
        text = _("Reservado: son menos de %(n)s personas, o se podrían deducir de las otras cifras.")
        notes.append(text % {"n": figures.words(SMALLEST)})
    columns = (Column(_("Cómo se reconocen")), Column(_("Asistencias"), Kind.COUNT))
    return Table(_("Quiénes asistieron, por variable diferencial"), columns, tuple(rows), notes=tuple(notes))
