"""What the section of the plan's changes shows: the bridge in words and in a table, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.bridge import Bridge
from display import figures
from display.tables import Cell, Column, Kind, Table
from display.text import Unit

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.plan_changes import Change, Facts


def view(facts: Facts, snapshot: Snapshot) -> dict:
    unit, edition = snapshot.plan.unit, snapshot.edition
    return {
        "lead": lead(facts.bridge, unit),
        "moved": moved(facts.bridge, unit),
        "bridge_table": bridge_table(
            facts.bridge, unit, facts.bridge - facts.before if facts.before else None, edition.period
        ),
        "change_table": change_table(facts.changes, edition.period if facts.before else ""),
        "apart": apart(facts, edition.period),
    }


def lead(bridge: Bridge, unit: Unit) -> str:
    """ "La línea base programó 40 espacios; se agregaron 3 y se retiraron 2: al corte rigen 41."."""
    blanks = {
        "baseline": figures.whole(bridge.baseline),
        "units": unit.of(bridge.baseline),
        "added": figures.whole(bridge.added),
        "withdrawn": figures.whole(bridge.withdrawn),
        "now": figures.whole(bridge.in_force),
    }
    if not bridge.is_crossed:
        return _("La línea base programó %(baseline)s %(units)s y nada se agregó ni se retiró.") % blanks
    return (
        _(
            "La línea base programó %(baseline)s %(units)s; se agregaron %(added)s y se retiraron %(withdrawn)s: al "
            "corte rigen %(now)s."
        )
        % blanks
    )


def moved(bridge: Bridge, unit: Unit) -> str:
    if not (bridge.moved_out or bridge.moved_in):
        return ""
    if bridge.moved_out == bridge.moved_in:
        sentence = ngettext(
            "De ellos, %(n)s solo cambió: salió del plan y volvió a entrar con otra fecha u otros datos.",
            "De ellos, %(n)s solo cambiaron: salieron del plan y volvieron a entrar con otra fecha u otros datos.",
            bridge.moved_out,
        )
        return sentence % {"n": figures.whole(bridge.moved_out)}
    return _("De ellos, %(gone)s salieron para cambiar y en su lugar entraron %(come)s.") % {
        "gone": figures.whole(bridge.moved_out),
        "come": figures.whole(bridge.moved_in),
    }


def bridge_table(now: Bridge, unit: Unit, since: Bridge | None = None, period: str = "") -> Table:
    """`since`: what happened in the `period`, beside it. Without rows when nothing entered nor left."""
    if not now.is_crossed:
        return Table("", (), ())

    def row(name: str, total: int, moved: int = 0, of_period: int | None = None) -> tuple:
        aside = _("%(n)s de ellos, por un cambio") % {"n": figures.whole(moved)} if moved else ""
        return (name, Cell(total, aside=aside), *((of_period,) if since else ()))

    rows = (
        row(_("Línea base"), now.baseline),
        row(_("Agregados"), now.added, now.moved_in, since and since.added),
        row(_("Retirados"), now.withdrawn, now.moved_out, since and since.withdrawn),
    )
    columns = (
        Column(_("De la línea base a lo que rige")),
        Column(unit.many.capitalize(), Kind.COUNT, strong=True),
        *((Column(_("En %(period)s") % {"period": period}, Kind.COUNT),) if since else ()),
    )
    total = (_("Rigen al corte"), now.in_force, *((None,) if since else ()))
    note = _("Línea base + agregados − retirados = lo que rige. Las metas en porcentaje no entran en esta cuenta.")
    return Table(_("De lo que se aprobó a lo que rige"), columns, rows, total=total, notes=(note,))


def change_table(changes: tuple[Change, ...], period: str) -> Table:
    """One row a change; `period` is "" when they are all of the plan's."""
    has_version = any(change.version for change in changes)
    title = (
        _("Cambios decididos en %(period)s") % {"period": period} if period else _("Cambios decididos hasta el corte")
    )
    return Table(
        title,
        (
            Column(_("Qué cambió")),
            Column(_("De")),
            Column(_("A")),
            Column(_("Decidido"), Kind.DATE),
            *((Column(_("Versión"), Kind.COUNT),) if has_version else ()),
        ),
        tuple(
            (
                Cell(change.what, aside=" · ".join(filter(None, (change.kind, change.note)))),
                _lines(change, "before"),
                _lines(change, "after"),
                change.decided_on,
                *((change.version,) if has_version else ()),
            )
            for change in changes
        ),
    )


def _lines(change: Change, side: str) -> str:
    """ "Programado para: 16 de marzo de 2026; Lugar: Plaza"."""
    said = [(field.label, getattr(field, side)) for field in change.fields]
    return "; ".join(f"{label}: {', '.join(text.splitlines())}" for label, text in said if text)


def apart(facts: Facts, period: str) -> str:
    """What the table of a period leaves out."""
    parts = []
    if facts.before and not facts.changes:
        parts.append(_("En %(period)s no se decidió ningún cambio.") % {"period": period})
    if facts.earlier:
        sentence = ngettext(
            "Antes se había decidido %(n)s cambio, que está en los informes anteriores.",
            "Antes se habían decidido %(n)s cambios, que están en los informes anteriores.",
            facts.earlier,
        )
        parts.append(sentence % {"n": figures.whole(facts.earlier)})
    if facts.versions > 1:
        parts.append(
            _("El plan tiene %(n)s versiones, que se pueden leer y comparar en su página.")
            % {"n": figures.whole(facts.versions)}
        )
    return " ".join(parts)
