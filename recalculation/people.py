"""People of an activity in a month, counted again from the attendance of its rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from display import dates
from display.dates import month_end
from recalculation.execution import is_in_force
from recalculation.figure import Figure, Of, figure, number
from recalculation.given import Given


def figures_of(given: Given) -> Iterator[Figure]:
    """Where a row of the month says how many came. A metric may stand in for them, and no row says so: then the two
    differ without anything being wrong."""
    edition, came = given.edition, defaultdict(list)
    last = min(edition.ends_on, edition.cutoff)
    for row in given.rows.sessions:
        if row.people is None or row.held_on is None or not is_in_force(row, given):
            continue
        if given.plan.starts_on <= row.held_on <= last:
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
