"""The big figure of a report: on its cover, and on the pages that lead to it."""

from __future__ import annotations

from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display import charts, figures
from display.palette import Palette
from reports.envelope import Snapshot
from reports.headline import Tile

MOST_SQUARES = 600  # more could not be told apart


def ring(snapshot: Snapshot, colours: Palette) -> SafeString:
    total, unit = snapshot.facts("ejecucion").total, snapshot.plan.unit
    if not total.planned:
        nothing = _("sin %(units)s por hacer") % {"units": unit.many}
        return charts.ring(None, figures.percent(None), nothing, title=capfirst(nothing), colours=colours, **SHAPE)
    detail = _("%(n)s de %(total)s %(units)s") % {
        "n": figures.whole(total.executed),
        "total": figures.whole(total.planned),
        "units": unit.many,
    }
    title = _("Ejecución del plan al corte: %(value)s, es decir %(detail)s")
    title = title % {"value": figures.percent(total.ratio), "detail": detail}
    return charts.ring(total.ratio, figures.percent(total.ratio), detail, title=title, colours=colours, **SHAPE)


SHAPE = {"size": 170, "on_primary": True}


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
