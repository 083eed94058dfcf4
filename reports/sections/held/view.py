"""What the section of the spaces held shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display import dates, figures
from display.dates import Precision
from display.tables import Cell, Column, Kind, Table
from display.text import Unit, enumeration
from reports.spaces import Space, at, groups, lowered, sheets, source_of, voices, where

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.held import Facts


def view(facts: Facts, snapshot: Snapshot) -> dict:
    unit = snapshot.plan.unit
    speaking = [space for space in facts.spaces if space.speaks]
    listed = [space for space in facts.spaces if not space.speaks]
    return {
        "lead": lead(facts, snapshot),
        "sheets_lead": sheets_lead(speaking),
        "blocks": sheets(speaking, unit, sourced=not source_of(speaking)),
        "space_table": space_table(listed, unit, rest=bool(speaking)),
    }


def sheets_lead(spaces: Sequence[Space]) -> str:
    if not spaces:
        return ""
    text = _("De lo que sigue quedó registro de temas, resultados, aportes o compromisos.")
    source = source_of(spaces)
    told = _("Las personas se cuentan por %(source)s; los grupos no se suman.") % {"source": lowered(source)}
    return f"{text} {told}" if source else text


def units_of(spaces: Sequence[Space]) -> int:
    return sum(space.units for space in spaces)


def lead(facts: Facts, snapshot: Snapshot) -> str:
    unit, units = snapshot.plan.unit, units_of(facts.spaces)
    activities = len({(space.block, space.activity) for space in facts.spaces if space.units})
    values = {
        "period": snapshot.edition.period,
        "n": figures.whole(units),
        "units": unit.of(units),
        "activities": figures.whole(activities),
    }
    if not units:
        whole = _("Nada del plan tiene reporte de haberse hecho.")
        some = _("En %(period)s nada del plan tiene reporte de haberse hecho.")
        if snapshot.edition.dependency:
            whole = _("Nada tiene reporte de haberse hecho.")
            some = _("En %(period)s nada tiene reporte de haberse hecho.")
        return whole if facts.whole else " ".join(filter(None, (some % values, _tied(facts, snapshot))))
    if facts.whole:
        text = ngettext("En todo el plan se hizo %(n)s %(units)s", "En todo el plan se hicieron %(n)s %(units)s", units)
    else:
        text = ngettext("En %(period)s se hizo %(n)s %(units)s", "En %(period)s se hicieron %(n)s %(units)s", units)
    ways = ngettext("de %(activities)s actividad", "de %(activities)s actividades", activities)
    sentence = f"{text % values}, {ways % values}."
    return " ".join(filter(None, (sentence, _tied(facts, snapshot), _spoken(facts.spaces))))


def _tied(facts: Facts, snapshot: Snapshot) -> str:
    """What ties the count to that of the execution: its units belong to the month in which they were programmed."""
    edition, execution = snapshot.edition, snapshot.facts("ejecucion")
    planned = [space for space in facts.spaces if space.units]
    extra = sum(max(space.units - space.planned, 0) for space in planned)
    moved = (
        sum(
            min(space.units, space.planned)
            for space in planned
            if not edition.starts_on <= space.planned_on <= edition.ends_on
        )
        if not facts.whole
        else 0
    )
    parts = []
    if moved:
        text = ngettext("%(n)s tenía fecha de fuera de ellos", "%(n)s tenían fecha de fuera de ellos", moved)
        if (edition.starts_on.year, edition.starts_on.month) == (edition.ends_on.year, edition.ends_on.month):
            text = ngettext("%(n)s tenía fecha de otro mes", "%(n)s tenían fecha de otro mes", moved)
        parts.append(text % {"n": figures.whole(moved)})
    if extra:
        parts.append(
            ngettext("%(n)s no estaba en el plan", "%(n)s no estaban en el plan", extra) % {"n": figures.whole(extra)}
        )
    rest = units_of(planned) - extra - moved
    if facts.whole and execution and (ahead := rest - execution.total.executed) > 0:
        text = ngettext("%(n)s tenía fecha posterior al corte", "%(n)s tenían fecha posterior al corte", ahead)
        parts.append(text % {"n": figures.whole(ahead)})
    said = _("De ese total, %s.") % enumeration(parts) if parts else ""
    if facts.whole or not execution or (before := execution.period.executed - rest) <= 0:
        return said
    text = _("Lo ejecutado de %(period)s cuenta también %(n)s de antes.")
    if edition.cutoff > edition.ends_on:  # what was late counts too
        text = _("Lo ejecutado de %(period)s cuenta también %(n)s de fuera de esos días.")
    return f"{said} {text % {'period': snapshot.edition.period, 'n': figures.whole(before)}}".strip()


def _spoken(spaces: Sequence[Space]) -> str:
    promises = sum(len(space.promises) for space in spaces)
    text = ngettext("Allí se adquirió %(n)s compromiso.", "Allí se adquirieron %(n)s compromisos.", promises)
    return text % {"n": figures.whole(promises)} if promises else ""


def space_table(spaces: Sequence[Space], unit: Unit, *, rest: bool) -> Table:
    """A line per space, and one for those of an activity that say nothing but when and where, the same for all; under a
    line per block when there are several. Columns only for what somebody registered."""
    blocks: dict[str, dict[object, list[Space]]] = {}
    for place, space in enumerate(spaces):
        key = (space.activity, where(space)) if _is_bare(space) else place
        blocks.setdefault(space.block, {}).setdefault(key, []).append(space)
    by_day = any(space.precision == Precision.DAY for space in spaces)
    dated = by_day or len({space.held_on for space in spaces}) > 1
    several = any(units_of(line) > 1 for lines in blocks.values() for line in lines.values())
    counted = any(space.people is not None for space in spaces)
    years = len({space.held_on.year for space in spaces}) > 1
    columns = (
        Column(_("Actividad")),
        *((Column(_("Fecha")),) if dated else ()),
        *((Column(_("Personas"), Kind.COUNT),) if counted else ()),
        *((Column(capfirst(unit.many), Kind.COUNT, strong=True),) if several else ()),
    )
    rows: list[tuple] = []
    for block, lines in blocks.items():
        if len(blocks) > 1:
            rows.append((Cell(block, span=len(columns)),))
        for line in lines.values():
            rows.append(
                (
                    Cell(line[0].activity, aside="" if line[0].speaks else beside(line[0])),
                    *((_days(line, years=years),) if dated else ()),
                    *((line[0].people,) if counted else ()),
                    *((units_of(line),) if several else ()),
                )
            )
    total = (_("Total"), *("" for _column in columns[1:-1]), units_of(spaces)) if several and len(spaces) > 1 else ()
    notes = [] if by_day or not spaces else [_("De estos registros no se sabe el día: solo el mes.")]
    if counted:
        notes.append(_("Las personas no se suman: una misma pudo ir a varios espacios. Un guion: nadie las contó."))
    return Table(
        _("Lo demás que se hizo") if rest else _("Lo que se hizo, por estrategia o dependencia"),
        columns,
        tuple(rows),
        total=total,
        notes=tuple(notes),
    )


def beside(space: Space) -> str:
    """What a line of the table says under the activity; the count of people has its column."""
    return " · ".join(filter(None, (where(space), groups(space), voices(space))))


def _is_bare(space: Space) -> bool:
    return not (space.people is not None or space.speaks or space.hour or groups(space) or voices(space))


def _days(spaces: Sequence[Space], *, years: bool) -> str:
    """ "12 oct 2020, 09:00" of one; "jul (19), 12 ago" of several: the month alone when nobody said the day, and the
    units that are more than one."""
    if len(spaces) == 1:
        return at(spaces[0].held_on, spaces[0].precision, spaces[0].hour)
    return ", ".join(_day(space, years=years) for space in spaces)


def _day(space: Space, *, years: bool) -> str:
    on, units = space.held_on, figures.whole(space.units)
    parts = (
        "" if space.precision == Precision.MONTH else str(on.day),
        dates.short_month(on),
        str(on.year) if years else "",
        f"({units})" if space.units > 1 else "",
    )
    return figures.NO_BREAK.join(filter(None, parts))
