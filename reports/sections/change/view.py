"""What the section of the change since the last report shows: a paragraph and a small table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from display import dates, figures
from display.tables import Cell, Column, Kind, Table
from reports import months

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.change import Before, Facts
    from reports.sections.participants import Entry


def view(facts: Facts, snapshot: Snapshot) -> dict:
    return {"lead": lead(facts.before, snapshot), "change_table": change_table(facts.before, snapshot)}


def unexplained_of(silent: int, unreported: int) -> int:
    """Of the units that fell short: those of which nobody gave the cause."""
    return silent + unreported


def people_of(entries: Iterable[Entry], first: date, last: date) -> int | None:
    """The most of an activity in a month of these days."""
    counts = (entry.people for entry in entries if months.month_of(entry) and first <= entry.ends_on <= last)
    return max(counts, default=None)


def lead(before: Before, snapshot: Snapshot) -> str:
    """ "Desde el informe de septiembre de 2026 (2026-007): lo ejecutado pasó de 5 de 8 (62,5 %) a 7 de 9 (77,8 %)."."""
    done, owed = snapshot.facts("ejecucion"), snapshot.facts("compromisos")
    said = []
    if done and before.planned and done.total.planned:
        now = _done(done.total.executed, done.total.planned)
        values = {"before": _done(before.executed, before.planned), "now": now}
        said.append(_("lo ejecutado pasó de %(before)s a %(now)s") % values)
        unexplained = unexplained_of(done.missing.silent, done.missing.unreported)
        if before.unexplained or unexplained:
            said.append(_moved(_("lo que no tiene causa registrada o reporte"), before.unexplained, unexplained))
    if owed and before.overdue is not None and (before.overdue or owed.overdue):
        said.append(_moved(_("los compromisos vencidos"), before.overdue, owed.overdue))
    if not said:
        return ""
    text = _("Desde el informe de %(period)s (%(number)s): %(said)s.")
    return text % {"period": before.period, "number": before.number, "said": "; ".join(said)}


def _moved(what: str, before: int, now: int) -> str:
    values = {"what": what, "before": figures.whole(before), "now": figures.whole(now)}
    return (_("%(what)s: %(now)s, igual") if before == now else _("%(what)s: de %(before)s a %(now)s")) % values


def change_table(before: Before, snapshot: Snapshot) -> Table:
    edition = snapshot.edition
    done, owed, came = (snapshot.facts(slug) for slug in ("ejecucion", "compromisos", "participantes"))
    rows = []
    if done and before.planned and done.total.planned:
        then, now = Fraction(before.executed, before.planned), done.total.ratio
        rows.append(
            (
                _("Ejecutado, de lo programado"),
                _done(before.executed, before.planned),
                _done(done.total.executed, done.total.planned),
                Cell(signed(done.total.executed - before.executed), aside=_points(now, then)),
            )
        )
        unexplained = unexplained_of(done.missing.silent, done.missing.unreported)
        rows.append(_row(_("Sin causa registrada o sin reporte"), before.unexplained, unexplained))
    if (before.overdue is not None and not snapshot.leaves_out("compromisos")) or owed:
        rows.append(_row(_("Compromisos vencidos"), before.overdue, owed.overdue if owed else None))
    people = people_of(came.entries, edition.starts_on, edition.ends_on) if came else None
    if (before.people is not None and not snapshot.leaves_out("participantes")) or people is not None:
        rows.append(_row(_("Personas: lo más alto de una actividad en un mes del informe"), before.people, people))
    columns = (
        Column(_("Al corte")),
        Column(dates.short_day(before.cutoff), Kind.COUNT),
        Column(dates.short_day(edition.cutoff), Kind.COUNT, strong=True),
        Column(_("Cambio"), Kind.COUNT),
    )
    note = _("Las cifras de antes son las que publicó el informe %(number)s.") % {"number": before.number}
    title = _("Qué cambió desde el informe de %(period)s") % {"period": before.period}
    return Table(title, columns, tuple(rows), notes=(note,))


def _row(name: str, before: int | None, now: int | None) -> tuple:
    known = before is not None and now is not None
    return name, before, now, signed(now - before) if known else None


def _done(executed: int, planned: int) -> str:
    """ "5 de 8 (62,5 %)"."""
    values = {"n": figures.done_of_total(executed, planned), "percent": figures.percent(Fraction(executed, planned))}
    return _("%(n)s (%(percent)s)") % values


def signed(number: int) -> str:
    """ "+3", "−2", "igual"."""
    if not number:
        return _("igual")
    return f"{'+' if number > 0 else '−'}{figures.whole(abs(number))}"


def _points(now: Fraction, then: Fraction) -> str:
    """ "+1,3 puntos": of the percentages as they are printed."""
    moved = _tenths(now) - _tenths(then)
    if not moved:
        return ""
    text = _("%(points)s puntos") % {"points": figures.measure(Decimal(abs(moved)) / 10)}
    return f"{'+' if moved > 0 else '−'}{text}"


def _tenths(ratio: Fraction) -> int:
    return floor(figures.short_of(ratio) * 1000 + Fraction(1, 2))
