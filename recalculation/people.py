"""People counted again: of an activity in a month, from the attendance of its rows; by a differential variable, from
its own values, since no row tells them: who few people of a space are is nobody's to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from display import dates
from display.dates import month_end
from recalculation.execution import is_in_force
from recalculation.figure import Figure, Of, figure, number
from recalculation.given import Given, Session, Variable

NAMES = {
    "sex": gettext_lazy("Sexo"),
    "gender": gettext_lazy("Identidad de género"),
    "orientation": gettext_lazy("Orientación sexual"),
    "ethnicity": gettext_lazy("Pertenencia étnica"),
    "disability": gettext_lazy("Con discapacidad"),
    "life_stage": gettext_lazy("Ciclo de vida"),
    "victim": gettext_lazy("Víctima del conflicto"),
    "peasant": gettext_lazy("Campesinado"),
    "peace_signatory": gettext_lazy("Firmante de paz"),
    "migrant": gettext_lazy("Migrante"),
    "rurality": gettext_lazy("Dónde vive"),
}


def figures_of(given: Given) -> Iterator[Figure]:
    """Where a row of the month says how many came. A metric may stand in for them, and no row says so: then the two
    differ without anything being wrong."""
    came, held = defaultdict(list), _held(given)
    for row in held:
        came[given.activity(row).label, row.held_on.replace(day=1)].append(row)
    for at, entry in enumerate(given.participants.entries, 1):
        rows = came.get((" ".join(entry.activity.split()), entry.starts_on), ())
        if not rows or entry.ends_on != month_end(entry.starts_on):
            continue
        counted, ids = sum(row.people for row in rows), [row.id for row in rows]
        rule = _(
            "Suma de los asistentes de los registros que la actividad hizo en el mes. Si una métrica de participantes "
            "cubre ese mes, vale la métrica y no estos registros."
        )
        told = [number("people", _("Personas"), rule, entry.people, counted, ids, tells=False)]
        title = _("Personas de «%(name)s», %(month)s") % {
            "name": entry.activity,
            "month": dates.month(entry.starts_on),
        }
        yield figure(f"personas-{at}", title, Of.SESSIONS, told)
    own = [row.id for row in held if given.edition.starts_on <= row.held_on]
    for variable in given.participants.variables:
        yield _variable(variable, own)


def _held(given: Given) -> list[Session]:
    """What was held with a count of who came, from the plan's start to the end of the period."""
    last = min(given.edition.ends_on, given.edition.cutoff)
    return [
        row
        for row in given.rows.sessions
        if row.people is not None and row.held_on is not None and is_in_force(row, given)
        if given.plan.starts_on <= row.held_on <= last
    ]


def _variable(variable: Variable, rows: list[int]) -> Figure:
    """`rows`: the sessions of the report's days. Which of them told the variable is not said."""
    shown = [cell.people for cell in variable.counts if cell.people is not None]
    rule = _(
        "Suma de los valores de la variable, con «no responde» y «sin dato». Con alguno reservado no se puede "
        "sumar: se comprueba que los demás no pasan del total."
    )
    is_whole = len(shown) == len(variable.counts)
    again = sum(shown) if is_whole or sum(shown) > variable.people else None
    told = [number("people", _("Asistencias"), rule, variable.people, again, (), tells=again is not None)]
    title = _("Asistencias contadas por «%(name)s»") % {"name": NAMES.get(variable.name, variable.name)}
    return figure(f"personas-{variable.name}", title, Of.SESSIONS, told, rows)
