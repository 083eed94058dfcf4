"""What the section of components shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from display import dates, figures
from display.dates import Precision
from display.figures import DASH
from display.tables import Cell, Column, Kind, Table
from display.text import enumeration
from reports.sections.execution.view import short

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.components import Component, Facts, Planned

# What became of a date, in words, and the sign beside them.
STATES = {
    "met": (gettext_lazy("Cumplida a tiempo"), "fulfilled"),
    "late": (gettext_lazy("Cumplida después"), "fulfilled"),
    "partial": (gettext_lazy("Cumplida en parte"), "overdue"),
    "missed": (gettext_lazy("No se cumplió"), "overdue"),
    "unreported": (gettext_lazy("Sin reporte"), "unknown"),
    "to_come": (gettext_lazy("Por venir"), "open"),
    "measured": (gettext_lazy("Medida"), "closed"),
    "extra": (gettext_lazy("No estaba programada"), "closed"),
}
COUNTED = ("met", "late", "partial", "missed", "unreported", "to_come")


def view(facts: Facts, snapshot: Snapshot) -> dict:
    empty = [component.name for component in facts.components if not component.rows]
    text = _("En %(names)s no hay nada programado.")
    return {
        "lead": lead(facts),
        "component_table": component_table(facts, snapshot),
        "tables": [
            (component.name, date_table(component, snapshot)) for component in facts.components if component.rows
        ],
        "empty": text % {"names": enumeration(f"«{short(name)}»" for name in empty)} if empty else "",
    }


def programmed(components: Iterable[Component]) -> list[Planned]:
    """The dates of spaces: those of percentage targets are told apart, and what was not programmed is in no count."""
    every = (each for component in components for row in component.rows for each in row.dates)
    return [each for each in every if each.state in COUNTED and not each.is_measure]


def lead(facts: Facts) -> str:
    """ "De 12 fechas programadas hasta el corte o ya cumplidas: 7 cumplidas a tiempo, 2 después y 3 sin reporte."."""
    dates_due = [each for each in programmed(facts.components) if each.state != "to_come"]
    if not dates_due:
        return _("Al corte no vencía ninguna fecha programada.")
    found = {state: sum(each.state == state for each in dates_due) for state in COUNTED}
    head = ngettext(
        "De %(n)s fecha programada hasta el corte o ya cumplida",
        "De %(n)s fechas programadas hasta el corte o ya cumplidas",
        len(dates_due),
    ) % {"n": figures.whole(len(dates_due))}
    met, missed = found["met"], found["missed"]
    said = (
        (met, ngettext("%(n)s cumplida a tiempo", "%(n)s cumplidas a tiempo", met)),
        (found["late"], _("%(n)s después de su fecha")),
        (found["partial"], _("%(n)s en parte")),
        (missed, ngettext("%(n)s no cumplida", "%(n)s no cumplidas", missed)),
        (found["unreported"], _("%(n)s sin reporte")),
    )
    parts = enumeration(text % {"n": figures.whole(count)} for count, text in said if count)
    return f"{head}: {parts}."


def component_table(facts: Facts, snapshot: Snapshot) -> Table:
    """Dates, not units: a date of three spaces is one. The execution is of units, as in the rest of the report."""

    def row(name: str, found: list[Planned], activities: int, ratio) -> tuple:
        count = {state: sum(each.state == state for each in found) for state in COUNTED}
        return (
            name,
            activities,
            len(found),
            count["met"],
            count["late"],
            count["partial"],
            count["missed"],
            Cell(count["unreported"], attention=bool(count["unreported"])),
            count["to_come"],
            ratio,
        )

    every = facts.components
    execution = snapshot.facts("ejecucion")
    heads = (
        _("Actividades"),
        _("Fechas"),
        _("A tiempo"),
        _("Después"),
        _("En parte"),
        _("No"),
        _("Sin reporte"),
        _("Por venir"),
    )
    return Table(
        _("Las fechas programadas y cumplidas, con corte al %(day)s") % {"day": dates.day(snapshot.edition.cutoff)},
        (
            Column(_("Fase") if facts.by_phase else _("Estrategia o dependencia")),
            *(Column(head, Kind.COUNT) for head in heads),
            Column(_("Ejecución"), Kind.PERCENT, strong=True),
        ),
        tuple(row(each.name, programmed([each]), len(each.rows), each.figure.ratio) for each in every),
        total=row(
            _("Total"), programmed(every), sum(len(each.rows) for each in every), execution and execution.total.ratio
        )
        if len(every) > 1
        else (),
        notes=(
            _("Se cuentan fechas; la ejecución es de %(units)s, y una fecha puede contar varias veces.")
            % {"units": snapshot.plan.unit.many},
            _("Las fechas de las metas en porcentaje no se cuentan: están en la tabla de cada una."),
        ),
    )


def date_table(component: Component, snapshot: Snapshot) -> Table:
    """A line a date; what is of the activity is said in its first one."""
    rows = []
    for row in component.rows:
        about = " · ".join(filter(None, (row.target, row.responsible)))
        for at, each in enumerate(row.dates or (None,)):
            activity = "" if at else Cell(row.activity, aside=about)
            if each is None:
                rows.append((activity, _("Sin fecha"), DASH, ""))
                continue
            rows.append((activity, _when(each), _held(each), _state(each)))
    return Table(
        _("Programado y cumplido: %(done)s de %(total)s %(units)s al corte")
        % {
            "done": figures.whole(component.figure.executed),
            "total": figures.whole(component.figure.planned),
            "units": snapshot.plan.unit.of(component.figure.planned),
        }
        if component.figure.planned
        else _("Programado y cumplido: nada vencía al corte"),
        (Column(_("Actividad")), Column(_("Programada")), Column(_("Cumplida")), Column(_("Estado"))),
        tuple(rows),
    )


def _when(each: Planned) -> Cell:
    if not each.units:
        return Cell(DASH)
    return Cell(_day(each.on, each.precision), aside=f"× {figures.whole(each.units)}" if each.units > 1 else "")


def _held(each: Planned) -> Cell:
    return Cell(_day(each.held_on, each.held_precision) if each.held_on else DASH)


def _day(on, precision: str) -> str:
    if precision == Precision.MONTH:
        return f"{dates.short_month(on)}{figures.NO_BREAK}{on.year}"
    return dates.short_day(on)


def _state(each: Planned) -> Cell:
    words, sign = STATES[each.state]
    said = {
        "partial": _("%(n)s de %(total)s") % {"n": each.executed, "total": each.units},
        "measured": each.measured,
    }.get(each.state, "")
    carried = _("Pasa a la vigencia %(year)s") % {"year": each.carried_to_year} if each.carried_to_year else ""
    return Cell(str(words), state=sign, aside=" · ".join(filter(None, (said, carried))))
