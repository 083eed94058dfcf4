"""The plan by component (its phases, else its lines and dependencies): each date programmed, and the day it was met."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.figures import Figure, Targets
from activities.models import Activity, Responsibility
from reports.scope import Scope
from reports.sections import Section
from reports.sections.annex import target_words
from reports.sections.components.view import view


class Planned(msgspec.Struct, frozen=True, gc=False):
    """A date in force at the cut-off, due or not; what was done after the cut-off is not here."""

    on: date
    precision: str
    units: int  # 0: it was not programmed
    held_on: date | None
    held_precision: str
    executed: int | None  # None: nobody said
    is_measure: bool  # of a percentage target, which is no space
    measured: str  # of those: "337 de 348"
    state: str  # of view.STATES
    carried_to_year: int | None


class Row(msgspec.Struct, frozen=True, gc=False):
    activity: str
    responsible: str
    target: str  # "4 informes" · "100 %"; "" when there is none
    dates: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Component:
    name: str
    figure: Figure  # of what was due at the cut-off
    targets: Targets
    rows: tuple[Row, ...]  # in the plan's order; none when nothing is programmed in it


@dataclass(frozen=True, slots=True)
class Facts:
    by_phase: bool
    components: tuple[Component, ...]


def collect(scope: Scope) -> Facts:
    progress, responsible, planned = scope.progress, defaultdict(list), defaultdict(list)
    named = Responsibility.objects.filter(activity__plan=scope.plan).order_by("part", "pk")
    for pk, name in named.values_list("activity", "dependency__name"):
        responsible[pk].append(name)
    sessions = scope.sessions.in_plan().in_force(scope.cutoff).order_by("planned_on", "pk")
    for pk, kind, *row in sessions.values_list("activity", "activity__target_kind", *FIELDS):
        if found := _planned(kind == Activity.TargetKind.PERCENTAGE, scope.cutoff, *row):
            planned[pk].append(found)
    parts = progress.phases or progress.blocks
    rows, everybody = defaultdict(list), _("Todas las dependencias")
    activities = scope.activities.in_plan().standing(scope.cutoff).order_by("order", "pk")
    for pk, number, name, is_of_all, *target in activities.values_list(
        "pk", "number", "name", "all_dependencies", "target_kind", "target_value", "unit"
    ):
        own = progress.activities[pk]
        part = (own.phase or _("Sin fase")) if progress.phases else own.block
        rows[part].append(
            Row(
                activity=f"{number} {' '.join(name.split())}".strip(),
                responsible="; ".join([everybody] * is_of_all + responsible[pk]),
                target=target_words(*target),
                dates=tuple(planned[pk]),
            )
        )
    return Facts(
        by_phase=bool(progress.phases),
        components=tuple(Component(part.name, part.figure, part.targets, tuple(rows[part.name])) for part in parts),
    )


FIELDS = (
    *("planned_on", "planned_precision", "planned_units", "held_on", "held_precision", "executed_units"),
    *("numerator", "denominator", "carried_to_year"),
)


def _planned(
    is_percentage: bool,
    cutoff: date,
    on: date,
    precision: str,
    units: int,
    held_on: date | None,
    held_precision: str,
    executed: int | None,
    numerator: int | None,
    denominator: int | None,
    carried_to_year: int | None,
) -> Planned | None:
    """None of what nobody programmed and was not done by the cut-off."""
    is_known = held_on is None or held_on <= cutoff
    held_on, executed = (held_on, executed) if is_known else (None, None)
    measured = ""
    if is_percentage:
        executed = None
        if denominator is not None and is_known:
            measured, state = _("%(n)s de %(total)s") % {"n": numerator, "total": denominator}, "measured"
        else:
            state = "to_come" if on > cutoff else "unreported"
    elif executed:
        state = "extra" if not units else "partial" if executed < units else "late" if held_on > on else "met"
    elif not units:
        return None
    elif on > cutoff:
        state = "to_come"
    else:
        state = "unreported" if executed is None else "missed"
    return Planned(
        *(on, precision, units, held_on, held_precision, executed, is_percentage, measured, state, carried_to_year)
    )


SECTION = Section(
    slug="componentes",
    title=gettext_lazy("Componente por componente"),
    facts=Facts,
    collect=collect,
    view=view,
)
