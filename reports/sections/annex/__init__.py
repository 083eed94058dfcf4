"""Every activity of the plan with its figures at the cut-off."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import msgspec
from django.utils.translation import gettext as _

from activities.figures import UNMET, Figure, Target
from activities.models import Activity, Responsibility
from display import figures
from reports.scope import Scope
from reports.sections import LAST, Section
from reports.sections.annex import view


class Planned(msgspec.Struct, frozen=True, gc=False):
    """Of a session in force at the cut-off, due or not."""

    on: date
    precision: str
    units: int


class Row(msgspec.Struct, frozen=True, gc=False):
    number: str
    name: str
    block: str
    phase: str  # "" when it has none
    responsible: str
    groups: str
    target: str  # "4 informes" · "100 %" · "Hito"; "" when there is none
    dates: tuple[Planned, ...]
    figure: Figure  # of nothing for a percentage target
    is_reported: bool  # something that was due; what nobody reported counts as not done
    measured: str  # of a percentage target: "337 de 348: 96,8 % de una meta de 100 % · Cumplida"; else ""
    # Absent in the reports published before they were printed.
    objective: str = ""
    indicator: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    rows: tuple[Row, ...]  # in the plan's order


def collect(scope: Scope) -> Facts:
    plan, progress = scope.plan, scope.progress
    # Names and dates in a query each: joined, they would multiply rows.
    responsible, groups, planned = defaultdict(list), defaultdict(list), defaultdict(list)
    named = Responsibility.objects.filter(activity__plan=plan).order_by("part", "pk")
    for pk, name in named.values_list("activity", "dependency__name"):
        responsible[pk].append(name)
    joined = Activity.groups.through.objects.filter(activity__plan=plan).order_by("stakeholdergroup__name")
    for pk, name in joined.values_list("activity", "stakeholdergroup__name"):
        groups[pk].append(name)
    sessions = scope.sessions.filter(planned_units__gt=0).in_plan().in_force(scope.cutoff)
    for pk, on, precision, units in sessions.order_by("planned_on", "pk").values_list(
        "activity", "planned_on", "planned_precision", "planned_units"
    ):
        planned[pk].append(Planned(on, precision, units))
    unreported = Counter()
    for miss in progress.misses:
        unreported[miss.activity] += 0 if miss.reported else miss.planned
    everybody, rows = _("Todas las dependencias"), []
    activities = scope.activities.in_plan().standing(scope.cutoff).order_by("order", "pk")
    for pk, number, name, is_of_all, objective, indicator, *target in activities.values_list(
        *("pk", "number", "name", "all_dependencies", "objective", "indicator", "target_kind", "target_value", "unit")
    ):
        own = progress.activities[pk]
        rows.append(
            Row(
                number=number,
                name=" ".join(name.split()),
                block=own.block,
                phase=own.phase,
                responsible="; ".join([everybody] * is_of_all + responsible[pk]),
                groups="; ".join(groups[pk]),
                target=target_words(*target),
                dates=tuple(planned[pk]),
                figure=own.figure,
                is_reported=unreported[pk] < own.figure.planned,
                measured=_measured(own.target, is_late=pk in scope.unmet) if own.target else "",
                objective=" ".join(objective.split()),
                indicator=" ".join(indicator.split()),
            )
        )
    return Facts(tuple(rows))


def _measured(target: Target, *, is_late: bool) -> str:
    state = _("Su fecha no ha llegado") if target.state in UNMET and not is_late else str(target.state.label)
    return " · ".join(filter(None, (target.measured, state)))


def target_words(kind: str, value: Decimal | None, unit: str) -> str:
    kinds = Activity.TargetKind
    if kind == kinds.PERCENTAGE:
        return figures.goal_percent(value)
    if value is None:
        return str(kinds.MILESTONE.label) if kind == kinds.MILESTONE else ""
    return f"{figures.measure(value)} {unit}".strip()


SECTION = Section(
    slug="anexo",
    title=lambda edition: (
        _("Anexo: las actividades de la dependencia") if edition.dependency else _("Anexo: las actividades del plan")
    ),
    facts=Facts,
    collect=collect,
    view=view.view,
    is_present=lambda facts, texts: bool(facts.rows),
    is_wide=True,
    is_numbered=False,
    place=LAST,
)
