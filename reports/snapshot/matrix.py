"""What comes next month, and the annex: every activity with its figures."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import msgspec
from django.utils.translation import gettext as _

from activities.figures import Target
from activities.models import Activity, Responsibility, Session
from activities.progress import Progress
from display import figures
from display.dates import when
from plans.models import Plan
from reports.facts import AnnexRow, Figure, Upcoming
from reports.periods import next_month


def upcoming_of(plan: Plan, progress: Progress, month_of: date) -> tuple[Upcoming, ...]:
    first, last = next_month(month_of)
    sessions = (
        Session.objects.filter(activity__plan=plan, planned_units__gt=0, planned_on__range=(first, last))
        .in_plan()
        .in_force(progress.on)
        .select_related("activity")
        .order_by("planned_on", "activity__order", "pk")
    )
    return tuple(
        Upcoming(
            activity=str(session.activity),
            block=progress.activities[session.activity_id].block,
            when=when(session.planned_on, session.planned_precision),
            units=0 if progress.activities[session.activity_id].target else session.planned_units,
        )
        for session in sessions
    )


def annex_of(plan: Plan, progress: Progress) -> tuple[AnnexRow, ...]:
    # Names in a query each: joined, they would multiply rows.
    responsible, groups = defaultdict(list), defaultdict(list)
    named = Responsibility.objects.filter(activity__plan=plan).order_by("part", "pk")
    for pk, name in named.values_list("activity", "dependency__name"):
        responsible[pk].append(name)
    joined = Activity.groups.through.objects.filter(activity__plan=plan).order_by("stakeholdergroup__name")
    for pk, name in joined.values_list("activity", "stakeholdergroup__name"):
        groups[pk].append(name)
    everybody = _("Todas las dependencias")
    rows = []
    for activity in Activity.objects.filter(plan=plan).in_plan().select_related("phase").order_by("order", "pk"):
        own = progress.activities[activity.pk]
        names = [everybody, *responsible[activity.pk]] if activity.all_dependencies else responsible[activity.pk]
        rows.append(
            AnnexRow(
                number=activity.number,
                name=activity.name,
                block=own.block,
                phase=str(activity.phase or ""),
                responsible="; ".join(names),
                groups="; ".join(groups[activity.pk]),
                target=_target(activity),
                figure=Figure.of(own.figure),
                sessions=own.sessions,
                scheduled=own.scheduled,
                measured=_measured(own.target) if own.target else msgspec.UNSET,
            )
        )
    return tuple(rows)


def _measured(target: Target) -> str:
    """ "337 de 348: 96,8 % de una meta de 100 % · No cumplida"."""
    return " · ".join(filter(None, (target.measured, str(target.state.label))))


def _target(activity: Activity) -> str:
    """ "4 informes" · "100 %" · "Hito"; "" when there is none."""
    value, kinds = activity.target_value, Activity.TargetKind
    if activity.target_kind == kinds.PERCENTAGE:
        return figures.goal_percent(value)
    if value is None:
        return str(kinds.MILESTONE.label) if activity.target_kind == kinds.MILESTONE else ""
    return f"{figures.measure(value)} {activity.unit}".strip()
