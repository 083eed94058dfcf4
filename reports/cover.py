"""The big figure of a report: on its cover, and on the pages that lead to it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.figures import Figure
from display import charts, dates, figures, qr
from display.palette import Palette
from display.text import Unit
from reports.envelope import Snapshot
from reports.headline import Tile
from reports.sections.approval import when
from reports.sections.commitments.view import are_told
from reports.sections.commitments.view import tiles as promises
from reports.sections.execution.view import is_unreported, targets_tile, targets_unreported, unknown_tile
from reports.sections.matrix.view import tiles as of_plan
from reports.sections.monthly_return.view import tiles as of_month

if TYPE_CHECKING:
    from reports.sections.execution import Missing

LONGEST_FOOT = 60  # characters of a name, and of a position, at the foot of a page: both stand whole in the text
MOST_SQUARES = 600  # more could not be told apart


def ring(snapshot: Snapshot, colours: Palette) -> SafeString:
    """How much of the plan was done, as words say inside; of a plan of percentage targets alone, how many were met;
    without execution, how many of the commitments that were due were fulfilled; nothing of what it leaves out."""
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
    elif targets.counted and targets_unreported(facts) == targets.counted:
        share, value = None, _("Sin reporte")
        detail = ngettext("%(n)s meta en porcentaje", "%(n)s metas en porcentaje", targets.counted)
        detail %= {"n": figures.whole(targets.counted)}
        title = f"{value}: {detail}"
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
    if facts is None and not are_told(snapshot):
        return SafeString("")
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


def heading(snapshot: Snapshot) -> tuple[str, str]:
    """The large words of the cover and those under them: of the document of a plan its own title, and what it is."""
    if snapshot.facts("matriz"):
        return snapshot.plan.title, snapshot.plan.kind
    return snapshot.edition.title, snapshot.plan.title


def counts(snapshot: Snapshot) -> list[Tile]:
    """What a document that tells nothing of execution has on its cover: how large the plan is, or what a month had."""
    return of_plan(snapshot) or of_month(snapshot)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which document this is: on its cover, and at the foot of its pages."""

    name: str  # "Informe" · "Documento"
    label: str  # "Corte" · "Aprobación"
    value: str
    short: str  # "corte 31 dic 2026" · "plan v1"
    said: str  # "con corte al 31 de diciembre de 2026"


def stamp(snapshot: Snapshot) -> Stamp:
    plan, cutoff = snapshot.plan, snapshot.edition.cutoff
    if not snapshot.facts("matriz"):
        short = _("corte %(day)s") % {"day": dates.short_day(cutoff)}
        said = _("con corte al %(day)s") % {"day": dates.day(cutoff)}
        return Stamp(_("Informe"), _("Corte"), dates.day(cutoff), short, said)
    if plan.version is None:
        short = _("plan en borrador")
        return Stamp(_("Documento"), _("Aprobación"), _("Sin aprobar"), short, short)
    value = snapshot.facts("objetivo").approved if snapshot.facts("objetivo") else dates.day(plan.approved_on)
    said = _("versión %(number)s del plan") % {"number": plan.version}
    return Stamp(_("Documento"), _("Aprobación"), value, _("plan v%(number)s") % {"number": plan.version}, said)


def feet(snapshot: Snapshot) -> list[str]:
    """What stands at the foot of every page of a plan's document: who prepared, reviewed and approved it, in lines."""
    facts = snapshot.facts("aprobacion")
    signed = [step for step in facts.steps if step.signed_on] if facts else []
    lines = [(step.stage, _brief(step.name), _brief(step.position), when(step)) for step in signed]
    return ["\n".join(filter(None, each)) for each in lines]


def _brief(words: str) -> str:
    return Truncator(words).chars(LONGEST_FOOT)


def of_whole(snapshot: Snapshot, when: str) -> str:
    """ "del plan a la fecha"."""
    of = _("de la dependencia") if snapshot.edition.dependency else _("del plan")
    return f"{of} {when}"


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


def code(snapshot: Snapshot) -> SafeString:
    """The address of a published report for a telephone's camera; nothing before it is there."""
    edition = snapshot.edition
    if edition.draft or not edition.address:
        return SafeString("")
    title = _("Código QR con la dirección del informe: %(address)s") % {"address": edition.address}
    return qr.drawing(edition.address, title)


def squares_legend(snapshot: Snapshot) -> str:
    """What an empty square is: not executed, or unknown."""
    missing = snapshot.facts("ejecucion").missing
    values = {"unit": snapshot.plan.unit.one, "of": of_whole(snapshot, _("al corte"))}
    text = _("Un cuadro por cada %(unit)s %(of)s. Vacío: no se ejecutó.")
    if missing.unreported + missing.to_come:
        text = _("Un cuadro por cada %(unit)s %(of)s. Vacío: no se ejecutó o no tiene reporte.")
        if not missing.explained + missing.silent:
            text = _("Un cuadro por cada %(unit)s %(of)s. Vacío: no tiene reporte.")
    return text % values


def tiles(snapshot: Snapshot) -> list[Tile]:
    """The big figures of a page that leads to the report."""
    facts, unit, found = snapshot.facts("ejecucion"), snapshot.plan.unit, []
    if facts is None:
        made = snapshot.facts("compromisos")
        return promises(made) if made else of_plan(snapshot) or of_month(snapshot)
    if facts.period is not None:
        found.append(
            _done(
                facts.period,
                facts.missing_in_period,
                unit,
                _("en %(when)s") % {"when": snapshot.edition.period},
                "periodo",
            )
        )
    found.append(_done(facts.total, facts.missing, unit, of_whole(snapshot, _("hasta el corte")), "total"))
    if not is_unreported(facts.total, facts.missing):
        label = _("de ejecución, sobre el plan vigente al corte")
        found.append(Tile(figures.percent(facts.total.ratio), label, key="total"))
    found.append(targets_tile(facts) if facts.targets.total else None)
    found.append(unknown_tile(facts, unit) if not is_unreported(facts.total, facts.missing) else None)
    return [tile for tile in found if tile]


def _done(figure: Figure, missing: Missing, unit: Unit, where: str, key: str) -> Tile:
    values = {"units": unit.many, "where": where}
    if is_unreported(figure, missing):
        values |= {"n": figures.whole(figure.planned), "units": unit.of(figure.planned)}
        return Tile(_("Sin reporte"), _("%(n)s %(units)s por hacer %(where)s") % values, True, key)
    if not figure.planned:
        return Tile(_("Sin %(units)s por hacer") % values, where, key=key)
    value = figures.n_slash(figure.executed, figure.planned)
    return Tile(value, _("%(units)s %(where)s: ejecutado / programado") % values, key=key)
