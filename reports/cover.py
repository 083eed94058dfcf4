"""The big figure of a report: on its cover, and on the pages that lead to it."""

from __future__ import annotations

from fractions import Fraction

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
from reports.sections.commitments.view import tiles as promises
from reports.sections.execution.view import is_unreported

MOST_SQUARES = 600  # more could not be told apart


def ring(snapshot: Snapshot, colours: Palette) -> SafeString:
    """How much of the plan was done, as words say inside; of a plan of percentage targets alone, how many were met;
    without execution, how many of the commitments that were due were fulfilled."""
    facts, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    if facts is None:
        return _of_promises(snapshot, colours)
    total, targets = facts.total, facts.targets
    if is_unreported(total, facts.missing):
        share, value = None, _("Sin reporte")
        detail = _("%(n)s %(unit)s\npor hacer") % {"n": figures.whole(total.planned), "unit": unit.of(total.planned)}
        title = f"{value}: {' '.join(detail.split())}"
    elif total.planned:
        share, value = total.ratio, figures.percent(total.ratio)
        what = _("de ejecución") if facts.period is None else of_whole(snapshot, _("a la fecha"))
        detail = f"{what}\n{n_of(total, unit)}"
        title = _("Ejecución %(of)s: %(value)s, es decir %(detail)s") % {
            "of": of_whole(snapshot, _("al corte")),
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


def _of_promises(snapshot: Snapshot, colours: Palette) -> SafeString:
    facts = snapshot.facts("compromisos")
    if facts is None:
        share, value, detail = None, figures.percent(None), _("sin compromisos\nregistrados")
    elif facts.due:
        share, value = facts.fulfilment, figures.percent(facts.fulfilment)
        detail = _("de cumplimiento\n%(n)s de %(due)s que vencían") % {
            "n": figures.whole(facts.fulfilled_due),
            "due": figures.whole(facts.due),
        }
    else:
        share, value = None, figures.whole(facts.made)
        detail = ngettext("compromiso,\nsin plazo vencido", "compromisos,\nsin plazo vencido", facts.made)
    title = f"{value} {' '.join(detail.split())}"
    return charts.ring(share, value, detail, title=title, colours=colours, size=170, on_primary=True)


def of_whole(snapshot: Snapshot, when: str) -> str:
    """ "del plan a la fecha"."""
    return f"{_('de la dependencia') if snapshot.edition.dependency else _('del plan')} {when}"


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
    if facts is None or facts.period is None:
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
    facts, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    if facts is None:
        return SafeString("")
    total = facts.total
    if not 0 < total.planned <= MOST_SQUARES:
        return SafeString("")
    title = _("Un cuadro por cada %(unit)s %(of)s: %(done)s por lo ejecutado y %(missing)s por lo que falta") % {
        "unit": unit.one,
        "of": of_whole(snapshot, _("al corte")),
        "done": figures.whole(total.executed),
        "missing": figures.whole(total.shortfall),
    }
    return charts.units(total.planned, total.executed, title=title)


def tiles(snapshot: Snapshot) -> list[Tile]:
    facts, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    if facts is None:
        made = snapshot.facts("compromisos")
        return promises(made) if made else []
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
            _("%(units)s %(of)s: ejecutado / programado")
            % {"units": unit.many, "of": of_whole(snapshot, _("hasta el corte"))},
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
