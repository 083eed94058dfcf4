"""What the section of the month to come shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display import dates, figures
from display.dates import Precision
from display.tables import Cell, Column, Kind, Table
from reports.spaces import at, where

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.upcoming import Facts, Item


def view(facts: Facts, snapshot: Snapshot) -> dict:
    unit, month = snapshot.plan.unit, dates.month(facts.month)
    if facts.month.replace(day=1) <= snapshot.edition.ends_on:
        month = _("lo que queda de %(month)s") % {"month": month}
    spaces = [item for item in facts.items if item.units]
    measured = [item for item in facts.items if not item.units]
    return {
        "lead": lead(facts, snapshot, month),
        "space_table": _table(_("Programado para %(month)s") % {"month": month}, spaces, unit),
        "date_table": _table(_("Metas en porcentaje que se miden en %s") % month, measured, None),
    }


def lead(facts: Facts, snapshot: Snapshot, month: str) -> str:
    unit, of_part = snapshot.plan.unit, snapshot.edition.dependency
    units = sum(item.units for item in facts.items)
    measured = len({item.activity for item in facts.items if not item.units})
    values = {"month": month, "n": figures.whole(units), "units": unit.of(units)}
    if units:
        text = _("Para %(month)s hay en el plan %(n)s %(units)s.")
        parts = [(_("Para %(month)s la dependencia tiene en el plan %(n)s %(units)s.") if of_part else text) % values]
    else:
        text = _("Para %(month)s no hay %(units)s en el plan.")
        text = _("Para %(month)s la dependencia no tiene %(units)s en el plan.") if of_part else text
        parts = [text % (values | {"units": unit.many})]
    if measured:
        text = ngettext("Se mide %(n)s meta en porcentaje.", "Se miden %(n)s metas en porcentaje.", measured)
        parts.append(text % {"n": figures.whole(measured)})
    return " ".join(parts)


def _table(title: str, items: list[Item], unit) -> Table:
    """Of spaces, or of measuring dates when there is no `unit`."""
    dated = any(item.precision == Precision.DAY for item in items)
    leads = any(item.lead for item in items)
    several = unit is not None and any(item.units > 1 for item in items)
    return Table(
        title,
        (
            Column(_("Actividad")),
            *((Column(_("Cuándo")),) if dated else ()),
            *((Column(_("Lidera")),) if leads else ()),
            *((Column(unit.many.capitalize(), Kind.COUNT, strong=True),) if several else ()),
        ),
        tuple(
            (
                Cell(item.activity, aside=where(item)),
                *((at(item.planned_on, item.precision, item.hour, unset=_("Sin día fijado")),) if dated else ()),
                *((item.lead,) if leads else ()),
                *((item.units,) if several else ()),
            )
            for item in items
        ),
        notes=() if dated else (_("Sin día fijado: el plan solo dice el mes."),),
    )
