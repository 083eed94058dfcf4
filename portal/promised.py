"""What a public plan promises, activity by activity: who answers, when, and how much the last report says was done."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from activities.models import Responsibility, Session
from display import dates, figures
from display.dates import month_end
from plans.models import Plan
from reports.envelope import Snapshot
from reports.published import AnySnapshot

FEW = 3  # dates that are written out


@dataclass(frozen=True, slots=True)
class Promise:
    name: str
    who: str
    when: str
    done: str  # "2 de 4", at the cut-off of the last report; "" when it does not say


def phases(plan: Plan, facts: AnySnapshot | None, today: date) -> list[tuple[str, list[Promise]]]:
    """(phase, its promises) in order, those without a phase last: four statements. Nothing is counted here: what was
    done is what the last published report says of it."""
    who, when = defaultdict(list), defaultdict(list)
    named = Responsibility.objects.filter(activity__plan=plan).order_by("part", "pk")
    for pk, name in named.values_list("activity", "dependency__name"):
        who[pk].append(name)
    sessions = Session.objects.filter(activity__plan=plan, planned_units__gt=0).in_plan().in_force(today)
    for pk, on, precision in sessions.order_by("planned_on", "pk").values_list(
        "activity", "planned_on", "planned_precision"
    ):
        when[pk].append((on, precision))
    told = _told(facts)
    found: dict[int | None, list[Promise]] = {}
    fields = ("phase", "number", "name", "plan", "all_dependencies")
    for activity in plan.activities.in_plan().standing(today).only(*fields):
        names = who[activity.pk] or ([_("Todas las dependencias")] if activity.all_dependencies else [])
        same = told[activity.number, " ".join(activity.name.split())]
        done = same.pop(0) if same else ""
        promise = Promise(str(activity), "; ".join(names), _written(when[activity.pk]), done)
        found.setdefault(activity.phase_id, []).append(promise)
    result = [(str(phase), found.get(phase.pk, [])) for phase in plan.phases.all()]
    rest = _("Sin fase") if result else _("Actividades")  # a plan may have no phases at all
    return [*result, (rest, found[None])] if None in found else result


def _written(days: list[tuple[date, str]]) -> str:
    """ "16 mar 2026", three of them, or "6 fechas, marzo a noviembre de 2026"."""
    if len(days) <= FEW:
        return ", ".join(dates.month(on) if precision == "month" else dates.short_day(on) for on, precision in days)
    first, last = days[0][0].replace(day=1), month_end(days[-1][0])
    return _("%(n)s fechas, %(months)s") % {"n": figures.whole(len(days)), "months": dates.months(first, last)}


def _told(facts: AnySnapshot | None) -> defaultdict[tuple[str, str], list[str]]:
    """By number and name, which an activity shares with the one that it replaces: in the plan's order."""
    annex = facts.facts("anexo") if isinstance(facts, Snapshot) else None
    found = defaultdict(list)
    for row in annex.rows if annex else ():
        found[row.number, row.name].append(_done(row))
    return found


def _done(row) -> str:
    if row.measured or not row.figure.planned:
        return row.measured
    if not row.is_reported:
        return _("sin reporte")
    return figures.done_of_total(row.figure.executed, row.figure.planned)
