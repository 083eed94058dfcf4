"""What the page that sums up shows: four to six findings and three or four big figures, all from the other sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from display import dates, figures
from display.charts import LENGTH
from display.typeface import wrap
from reports.headline import Tile
from reports.sections.answering.view import lead as answers
from reports.sections.change.view import lead as since
from reports.sections.commitments.view import are_told, due_sentence, oldest_overdue, period_sentence, when_fulfilled
from reports.sections.commitments.view import lead as promised
from reports.sections.commitments.view import nothing as no_promises
from reports.sections.components.view import lead as dates_met
from reports.sections.execution.view import (
    is_unreported,
    lead,
    short,
    targets_met,
    targets_tile,
    unexplained,
    unknown_tile,
    where_it_failed,
)
from reports.sections.matrix.view import findings as promised_by_plan
from reports.sections.matrix.view import tiles as of_plan
from reports.sections.monthly_return.view import findings as told_of_month
from reports.sections.monthly_return.view import tiles as of_month
from reports.sections.participants.view import highest
from reports.sections.participants.view import lead as came

if TYPE_CHECKING:
    from reports.envelope import Snapshot
    from reports.sections.summary import Facts


def view(facts: Facts, snapshot: Snapshot) -> dict:
    return {"findings": findings(snapshot), "tiles": tiles(snapshot)}


def findings(snapshot: Snapshot) -> list[tuple[str, str]]:
    """(what it is about, sentence), only of what there is something to say."""
    done, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    if done is None:
        return without_execution(snapshot)
    said = (
        (_("Cuánto se hizo"), lead(done, snapshot)),
        (_("Qué cambió"), changed(snapshot)),
        (_("Dónde faltó"), where_it_failed(done, unit)),
        (_("Metas en porcentaje"), targets_met(done) if done.total.planned else ""),  # else said first
        (_("Sin explicar"), unexplained(done, unit)),
        (_("Quiénes participaron"), participants(snapshot)),
        (_("Componentes"), components(snapshot)),
        (_("Compromisos"), commitments(snapshot)),
        (_("Qué sigue"), to_come(snapshot)),
    )
    return [(head, sentence) for head, sentence in said if sentence]


def without_execution(snapshot: Snapshot) -> list[tuple[str, str]]:
    edition, facts, answering = snapshot.edition, snapshot.facts("compromisos"), snapshot.facts("responsables")
    if snapshot.facts("matriz"):
        return promised_by_plan(snapshot)
    if snapshot.facts("formato"):
        return told_of_month(snapshot)
    if facts is None:
        of_promises = ((_("Compromisos"), commitments(snapshot)),)
    else:
        of_promises = (
            (_("Cuánto se prometió"), promised(facts, of_part=bool(edition.dependency))),
            (_("Cuánto se cumplió"), f"{due_sentence(facts)} {when_fulfilled(facts)}".strip()),
            (_("En esos días"), "" if edition.whole else period_sentence(facts, edition.period)),
            (_("Qué cambió"), changed(snapshot)),
            (_("Lo vencido"), _late(facts)),
        )
    said = (
        *of_promises,
        (_("Quién responde"), answers(answering.dependencies) if answering else ""),
        (_("Quiénes participaron"), participants(snapshot)),
        (_("Componentes"), components(snapshot)),
    )
    return [(head, sentence) for head, sentence in said if sentence]


PAGE = 708.0  # points of the page that sums up
HEAD, TILES, FINDING, LINE, CONTENTS, ENTRY = 33.0, 62.0, 21.0, 16.1, 48.0, 20.5  # with the space about each


def room(snapshot: Snapshot, contents: int) -> float:
    """Points that its findings, and contents of so many lines, leave at the foot of the page."""
    said = sum(FINDING + LINE * len(wrap(sentence, 11.5, LENGTH)) for _head, sentence in findings(snapshot))
    return PAGE - HEAD - TILES * bool(tiles(snapshot)) - said - CONTENTS - ENTRY * contents


def changed(snapshot: Snapshot) -> str:
    facts = snapshot.facts("cambio")
    return since(facts.before, snapshot) if facts else ""


def participants(snapshot: Snapshot) -> str:
    facts = snapshot.facts("participantes")
    if facts is None:
        return ""
    most = highest(facts.entries) if snapshot.edition.whole else None
    text = _("Lo más alto en un mes fue %(people)s, en %(month)s, en «%(activity)s».")
    values = most and {
        "people": figures.whole(most.people),
        "month": dates.month(most.ends_on),
        "activity": short(most.activity),
    }
    return f"{came(facts, snapshot)} {text % values if most else ''}".strip()


def components(snapshot: Snapshot) -> str:
    facts = snapshot.facts("componentes")
    return dates_met(facts) if facts else ""


def commitments(snapshot: Snapshot) -> str:
    facts = snapshot.facts("compromisos")
    if facts is None and not are_told(snapshot):
        return ""
    if facts is None:
        return no_promises(of_part=bool(snapshot.edition.dependency))
    return f"{promised(facts, of_part=bool(snapshot.edition.dependency))} {_late(facts)}".strip()


def _late(facts) -> str:
    oldest = oldest_overdue(facts)
    return _("El más antiguo de los vencidos vencía el %(day)s.") % {"day": dates.day(oldest)} if oldest else ""


def to_come(snapshot: Snapshot) -> str:
    facts, unit = snapshot.facts("ejecucion"), snapshot.plan.unit
    said = []
    if facts.scheduled_after:
        text = _("Después del %(day)s el plan programa %(n)s %(unit)s más.")
        if snapshot.edition.dependency:
            text = _("Después del %(day)s la dependencia tiene en el plan %(n)s %(unit)s más.")
        said.append(text % _counted(facts.scheduled_after, unit, day=dates.day(snapshot.edition.cutoff)))
    if facts.carried_over:
        text = ngettext(
            "Pasa %(n)s %(unit)s a la vigencia %(year)s.",
            "Pasan %(n)s %(unit)s a la vigencia %(year)s.",
            facts.carried_over,
        )
        said.append(text % _counted(facts.carried_over, unit, year=facts.carried_to_year or _("siguiente")))
    return " ".join(said)


def _counted(number: int, unit, **more) -> dict:
    return {"n": figures.whole(number), "unit": unit.of(number), **more}


def tiles(snapshot: Snapshot) -> list[Tile]:
    facts, unit, found = snapshot.facts("ejecucion"), snapshot.plan.unit, []
    of_part = bool(snapshot.edition.dependency)
    if facts is None:
        return of_plan(snapshot) or of_month(
            snapshot
        )  # those of the commitments stand in their own section, on the same page
    if facts.period is not None and facts.period.planned and not is_unreported(facts.period, facts.missing_in_period):
        label = _("%(units)s en %(period)s: %(percent)s") % {
            "units": unit.many,
            "period": snapshot.edition.period,
            "percent": figures.percent(facts.period.ratio),
        }
        found.append(Tile(figures.done_of_total(facts.period.executed, facts.period.planned), label))
    if facts.total.planned and not is_unreported(facts.total, facts.missing):
        label = _("%(units)s de la dependencia: %(percent)s") if of_part else _("%(units)s del plan: %(percent)s")
        if facts.period is not None:
            label = _("%(units)s del plan a la fecha: %(percent)s")
            label = _("%(units)s de la dependencia a la fecha: %(percent)s") if of_part else label
        value = figures.done_of_total(facts.total.executed, facts.total.planned)
        found.append(Tile(value, label % {"units": unit.many, "percent": figures.percent(facts.total.ratio)}))
    found.append(targets_tile(facts) if facts.targets.counted else None)
    found.append(unknown_tile(facts, unit))
    if (made := snapshot.facts("compromisos")) and made.overdue:
        label = ngettext("compromiso vencido", "compromisos vencidos", made.overdue)
        found.append(Tile(figures.whole(made.overdue), label, attention=True))
    return [tile for tile in found if tile][:4]
