"""The big figure of a report: on its cover, and on the pages that lead to it."""

from __future__ import annotations

from fractions import Fraction

import segno
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.figures import Figure
from display import charts, figures
from display.palette import Palette
from display.text import Unit
from reports.envelope import Snapshot
from reports.headline import Tile
from reports.sections.execution.view import is_unreported

MOST_SQUARES = 600  # more could not be told apart


def ring(snapshot: Snapshot, colours: Palette) -> SafeString:
    """How much of the plan was done, as words say inside; of a plan of percentage targets alone, how many were met."""
    facts, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    total, targets = facts.total, facts.targets
    if is_unreported(total, facts.missing):
        share, value = None, _("Sin reporte")
        detail = _("%(n)s %(unit)s\npor hacer") % {"n": figures.whole(total.planned), "unit": unit.of(total.planned)}
        title = f"{value}: {' '.join(detail.split())}"
    elif total.planned:
        share, value = total.ratio, figures.percent(total.ratio)
        what = _("de ejecución") if facts.period is None else _("del plan a la fecha")
        detail = f"{what}\n{n_of(total, unit)}"
        title = _("Ejecución del plan al corte: %(value)s, es decir %(detail)s") % {
            "value": value,
            "detail": n_of(total, unit),
        }
    elif targets.counted:
        share, value = Fraction(targets.met, targets.counted), targets.brief
        detail = ngettext("meta en porcentaje cumplida", "metas en porcentaje cumplidas", targets.counted)
        title = f"{value} {detail}"
    else:
        share, value = None, figures.percent(None)
        detail = targets.words or _("sin %(units)s\npor hacer") % {"units": unit.many}
        title = capfirst(" ".join(detail.split()))
    return charts.ring(share, value, detail, title=title, colours=colours, size=170, on_primary=True)


def n_of(figure: Figure, unit: Unit) -> str:
    """ "199 de 206 espacios"."""
    return _("%(n)s de %(total)s %(units)s") % {
        "n": figures.whole(figure.executed),
        "total": figures.whole(figure.planned),
        "units": unit.of(figure.planned),
    }


def period(snapshot: Snapshot) -> Tile | None:
    """The figure of the report's own days; None when it is of the whole plan."""
    facts, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    if facts.period is None:
        return None
    if not facts.period.planned:
        value = _("Sin %(units)s por hacer") % {"units": unit.many}
    elif is_unreported(facts.period, facts.missing_in_period):
        value = _("Sin reporte")
    else:
        value = n_of(facts.period, unit)
    return Tile(value, _("en %(period)s") % {"period": snapshot.edition.period})


def squares(snapshot: Snapshot) -> SafeString:
    """A square for each thing programmed; nothing when there are too many."""
    total, unit = snapshot.facts("ejecucion").total, snapshot.plan.unit
    if not 0 < total.planned <= MOST_SQUARES:
        return SafeString("")
    title = _(
        "Un cuadro por cada %(unit)s del plan al corte: %(done)s por lo ejecutado y %(missing)s por lo que falta"
    ) % {
        "unit": unit.one,
        "done": figures.whole(total.executed),
        "missing": figures.whole(total.shortfall),
    }
    return charts.units(total.planned, total.executed, title=title)


def code(snapshot: Snapshot) -> SafeString:
    """The address of a published report for a telephone's camera; nothing before it is there."""
    edition = snapshot.edition
    if edition.draft or not edition.address:
        return SafeString("")
    title = _("Código QR con la dirección del informe: %(address)s") % {"address": edition.address}
    # Half of a symbol may be lost from level H; M is enough for paper, with modules large enough for a telephone.
    drawing = segno.make(edition.address, error="m").svg_inline(omitsize=True, title=title, border=2)
    return SafeString(drawing.replace("<svg ", '<svg role="img" ', 1))


def tiles(snapshot: Snapshot) -> list[Tile]:
    facts, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    found = []
    if facts.period is not None:
        found.append(
            Tile(
                figures.n_slash(facts.period.executed, facts.period.planned),
                _("%(units)s en %(period)s: ejecutado / programado")
                % {"units": unit.many, "period": snapshot.edition.period},
            )
        )
    found.append(
        Tile(
            figures.n_slash(facts.total.executed, facts.total.planned),
            _("%(units)s del plan hasta el corte: ejecutado / programado") % {"units": unit.many},
        )
    )
    found.append(Tile(figures.percent(facts.total.ratio), _("de ejecución, sobre el plan vigente al corte")))
    if facts.targets.total:
        label = ngettext("meta en porcentaje cumplida", "metas en porcentaje cumplidas", facts.targets.counted)
        found.append(Tile(facts.targets.brief, label))
    unexplained = facts.missing.silent + facts.missing.unreported
    if unexplained:
        found.append(Tile(figures.whole(unexplained), _("sin causa registrada"), attention=True))
    return found
